"""A miner under audit: what it drops, keeps and hands over, and the ways to cheat that tests ask for."""
