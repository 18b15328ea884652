"""Audits samples of the miners' work, recomputes disputed merges, scores epochs and sets the weights on chain.

The one room of the subnet that loads torch, through engine.shard only.
"""
