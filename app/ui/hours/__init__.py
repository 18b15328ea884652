"""The Schedule window, and the simple form of the hours that the first visit shows."""
