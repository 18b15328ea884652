"""From the pool's emission to each miner's transfer, in double entry."""
