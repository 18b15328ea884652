"""What differs between operating systems, each thing behind one small protocol (see protocols.py)."""
