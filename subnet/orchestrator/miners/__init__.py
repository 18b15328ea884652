"""The miners of a run: who is there, what each should know, whom it can reach, and where it is needed."""
