"""Is what must not happen noticed, in the browser and in the kernels?"""

import os
import subprocess
import sys

import pytest
from lab_server import watched

OUTSIDE = "http://example.org/picture.png"


def test_a_request_to_another_machine_is_noticed(page, seen):
    """Is the address of a picture elsewhere written down, and is nothing sent?"""
    page.set_content(f"<img src={OUTSIDE}>", wait_until="load")
    for kind, noticed in {"requests": OUTSIDE, "errors": "Failed to load resource: net::ERR_NAME_NOT_RESOLVED"}.items():
        assert seen[kind].count(noticed) == 1
        seen[kind].remove(noticed)


def test_an_uncaught_exception_is_noticed(page, seen):
    """Is a script that breaks written down?"""
    with page.context.expect_event("weberror"):
        page.set_content("<script>nobody()</script>")
    assert "nobody is not defined" in "".join(seen["errors"])
    seen["errors"].clear()


@pytest.mark.parametrize("host, noted", [("example.org", "socket.getaddrinfo example.org\n"), ("127.0.0.1", "")])
def test_an_address_that_python_asks_for_is_noticed(tmp_path, host, noted):
    """Is a machine that a kernel looks up written down, and this one not?"""
    notes = tmp_path / "notes"
    notes.touch()
    asks = f"import socket\ntry: socket.getaddrinfo({host!r}, 80)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", asks], env=os.environ | watched(notes), check=True)
    assert notes.read_text(encoding="utf-8") == noted
