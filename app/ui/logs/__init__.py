"""The window of logs, and the report that can be made of them."""
