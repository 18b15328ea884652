"""`python3 dev.py package ...`: bundles, packages, and the signed repository that apps fetch from.

dev.py hands over to the environment's Python for this, so unlike the rest of devtools it may use what the lock holds.
"""
