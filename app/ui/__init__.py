"""Tray, windows and first visit: the only place that knows Qt. Every view renders one snapshot and decides nothing."""
