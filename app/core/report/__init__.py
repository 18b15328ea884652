"""A problem report that names nobody, and the log it is made of."""
