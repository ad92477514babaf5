"""Where submissions lie, whose they are, and what cannot be taken."""
