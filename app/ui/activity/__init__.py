"""The Activity window."""
