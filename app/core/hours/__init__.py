"""When it may work: weekly hours, days off, and what they come to on a clock that jumps."""
