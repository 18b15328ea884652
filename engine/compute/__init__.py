"""Where the mathematics runs: the one thread that touches the shard, its pace, its memory and its compiled layers."""
