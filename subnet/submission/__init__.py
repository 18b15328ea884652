"""A model and data handed in: the text is tokenised once, split, checked and priced; out comes a run."""
