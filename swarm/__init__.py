"""The decisions that both ends of the network must take alike: data order, routing, placement, leases, partitions,
merge arithmetic, matching and scores. Pure: values in, values out, the time passed in; no I/O, no torch, no Qt.
"""
