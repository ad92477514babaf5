"""Where submissions are parsed and run.

client.py starts fork_server.py within bubblewrap.py's mounts; each of its children serves one session with worker.py.
"""
