"""What this computer did, night by night, and how that is told."""
