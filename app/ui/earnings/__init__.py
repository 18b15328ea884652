"""The Earnings window and its dialogs."""
