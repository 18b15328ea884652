"""The key this computer signs with: which one, its copy, and how it is opened."""
