"""Where earnings go, and this computer's key."""
