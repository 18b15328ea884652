"""What differs between operating systems, each thing behind one small protocol (see services.py), chosen in here.py."""
