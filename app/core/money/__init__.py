"""What was earned, what it cost and what it is worth: the app's own books beside the service's."""
