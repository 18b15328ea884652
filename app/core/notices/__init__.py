"""What the person is told without having asked: at most one notice for each kind and occasion, none in quiet hours."""
