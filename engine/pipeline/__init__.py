"""A stage's place between its neighbours: microbatches in, passes, packets out, every one written down."""
