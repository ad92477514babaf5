"""Python imports this file by itself as it starts: here JupyterLab's server and its kernels, by their PYTHONPATH.

Every address outside this machine that the process asks for is written down, so that a test can say there was none.
"""

import os
import socket
import sys

NOTES = os.environ.get("ADDRESSES_ASKED_FOR")
HERE = {None, "", "localhost", "0.0.0.0", "::", "::1", socket.gethostname()}


def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):  # else the path of a Unix socket
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HERE and not host.startswith("127."):
        with open(NOTES, "a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")


if NOTES:
    sys.addaudithook(note)
