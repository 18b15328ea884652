"""The way to a network: the ones that are known, the one on this computer, and invitations."""
