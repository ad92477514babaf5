"""Where submissions are parsed and run.

client.py starts fork_server.py within bubblewrap.py's mounts and, where it can, a group of cgroups.py. For each session
supervisor.py forks a child and watches it, isolation.py shuts the child in, and worker.py does its work.
"""
