"""Programs that each print one table: our figure, the baseline's from the same run, and the ratio."""
