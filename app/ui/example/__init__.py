"""The app's windows with a made-up week in them, each marked, for who only wants to look."""
