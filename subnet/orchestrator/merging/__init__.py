"""Merges in the database: swarm decides, the tables remember, the store holds what came of it."""
