"""Windows' own Python under Wine, so that what only Windows has can be tried on Linux."""
