"""Homes on this computer: network namespaces behind emulated links and routers. Needs Linux and root.

Each home is a namespace whose only way out is a TUN device; one process carries the packets between them and decides
when each arrives, or that it doesn't.
"""
