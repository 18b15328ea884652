"""The parts of a miner's life: what is wanted of it, what it tells, and how it comes, stays, pauses and leaves."""
