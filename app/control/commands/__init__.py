"""The command line's families of commands."""
