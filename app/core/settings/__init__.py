"""What the person set and what the app remembers, in files that are never silently lost."""
