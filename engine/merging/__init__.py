"""A miner's part in merges."""
