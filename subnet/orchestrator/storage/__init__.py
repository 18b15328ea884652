"""The object store: a folder behind signed URLs."""
