"""The one SQLite file and the tables in it."""
