"""The Home window and its cards."""
