"""What the app asks of the system it runs on: stay awake, start with the session, and news of sleep."""
