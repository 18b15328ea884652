"""One service that leads runs: who trains what, what was done, what it is worth. It sees no microbatch and no torch."""
