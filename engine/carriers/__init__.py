"""Ways to bring a packet to a peer, all behind one small protocol: iroh, the object store, memory for tests."""
