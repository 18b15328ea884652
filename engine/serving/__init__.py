"""Serving one stage of one run: everything that lives from one registration to its end.

`opening` loads what a service begins with, `service` puts it together; `engine.life` runs its loops and ends it.
"""
