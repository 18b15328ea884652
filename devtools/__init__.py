"""What dev.py is made of: Python's own library only, and readable by any Python 3.7 so that an old one is told so."""
