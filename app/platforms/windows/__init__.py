"""Windows: calls into the system's own libraries, and the Task Scheduler."""
