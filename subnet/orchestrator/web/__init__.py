"""Who asks what over HTTP, and what everybody may read."""
