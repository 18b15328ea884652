"""What dev.py is made of: nothing but Python itself, readable by 3.8 and later so that an old one can say so."""
