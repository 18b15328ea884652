"""Linux: services over D-Bus, files of the kernel, the X server."""
