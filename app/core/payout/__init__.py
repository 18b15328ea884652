"""Where earnings go: addresses read, checked and told apart from everything that is none."""
