"""Runs from their spec to their end: phases, leases, losses, epochs."""
