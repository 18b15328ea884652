"""A shard of the model: its weights, the border to its neighbours, one pass, one optimizer step.

Tensors in, tensors out: no I/O and no clock, so that the validator recomputes exactly what a miner did. Tensors of
weights are never written to: a step makes new ones, and passes in flight keep theirs alive by reference.
"""
