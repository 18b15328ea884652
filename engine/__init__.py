"""One computer's worker: a shard of the model, the devices it runs on, and its life in the swarm.

Runs as a process of its own, so that torch never enters the app's. Imports protocol and swarm, never Qt or the app.
"""
