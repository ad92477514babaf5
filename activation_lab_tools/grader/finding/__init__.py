"""Find submissions: where they are, whose they are, and what cannot be accepted."""
