"""What limits this computer's work."""
