"""What every process of ours has at its edge, whichever room it is from: its log and its ways out."""
