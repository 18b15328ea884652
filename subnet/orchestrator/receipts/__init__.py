"""What miners say they did, and what of it is work."""
