"""Where submissions are read and run: client.py talks through bubblewrap.py to fork_server.py, whose children run worker.py."""
