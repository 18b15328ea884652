"""What lies on this computer's disk and has to survive a kill."""
