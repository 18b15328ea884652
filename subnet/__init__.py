"""The other end of the wire: the orchestrator, what hands models to it, the validator, and a whole network at once."""
