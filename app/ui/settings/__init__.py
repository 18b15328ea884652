"""The Settings window, the dialogs that it and Home open, and the end of everything."""
