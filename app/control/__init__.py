"""The verbs, once: the local control socket, the command line, and the service that hosts the supervisor without Qt."""
