"""The first visit: from the first start to the first result."""
