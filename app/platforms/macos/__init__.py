"""macOS: the command-line tools that come with the system, and launchd."""
