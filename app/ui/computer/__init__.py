"""This computer: its devices, the engine for them, and how fast it trains; a page of the first visit and a window."""
