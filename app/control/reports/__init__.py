"""What command line, socket and agents are told."""
