"""A whole network on this computer: chain, orchestrator, validator and miners, each a process of its own.

For trying everything out, for benchmarks and for tests that kill things. Nothing here is special to it but the
starting and watching: the processes are those of a real network and talk over the real protocol.
"""
