"""Where submissions are read and run: outside.py talks through walls.py to warm.py, whose children run inside.py."""
