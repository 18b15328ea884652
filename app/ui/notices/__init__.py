"""Which notices come and when, as a form for any window; and the banners on top of Home."""
