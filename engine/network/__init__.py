"""Talking to the orchestrator and its store, within the caps that the person set."""
