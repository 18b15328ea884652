"""The engine's process: what it is ordered, which phase it is in, and how it is started, paused and stopped."""
