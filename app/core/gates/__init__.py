"""What must be true of this computer before it trains, and how each answer is kept from flapping."""
