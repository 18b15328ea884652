"""What travels between the parts of the network, and nothing else.

Typed messages, tensor packets, hashes, signatures and the errors a person may read. No torch, no Qt, no I/O: every
function here turns values into values, so that engine, app, orchestrator and validator agree by construction.
"""
