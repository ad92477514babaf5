"""What do control groups count that /proc doesn't show, and what is said where there are none?"""

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from activation_lab_tools.grader import run, submission_judge
from activation_lab_tools.grader.sandbox import cgroups, client

NO_GROUPS = "no control groups here: try as root, or in a session of systemd"
grouped = pytest.mark.skipif(not cgroups.available(), reason=NO_GROUPS)
UNTIL = 600


@pytest.fixture(scope="module")
def server(sandboxed):
    """A fork server whose answers may use little memory, and write more than that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "MEMORY", 60 << 20)
        patch.setattr(client, "FILES", 100 << 20)
        with client.ForkServer() as server:
            yield server


def answered(server, program):
    """(the value that an answer returns or None, its Session after the end)."""
    session, until = server.session(30.0), time.monotonic() + UNTIL
    request = {"kind": "answer", "exercise": "relu", "program": program, "needed": ()}
    reply = session.ask(request | {"harness": "activation_lab.harness:call"}, until) and session.ask((1,), until)
    session.end()
    return reply and reply["value"], session


@grouped
def test_memory(server):
    """Does memory count that no process maps?"""
    program = "def relu(z):\n    with open('big', 'wb') as file:\n        for _ in range(80):\n"
    value, session = answered(server, program + "            file.write(bytes(1 << 20))\n    return z\n")
    assert value is None and session.ended == "out of memory"
    assert answered(server, "def relu(z):\n    return z\n")[0] == 1


@grouped
def test_processor_time(server):
    """Does the time count of processes that have ended, and that nothing has waited for?"""
    program = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
def relu(z):
    for _ in range(10):
        told, tell = os.pipe()
        if os.fork() == 0:
            while time.process_time() < 0.05: pass
            os._exit(0)
        os.close(tell)
        os.read(told, 1)  # its end
    return z
"""
    value, session = answered(server, program)
    assert value == 1 and session.seconds > 0.45


@grouped
def test_nothing_left():
    """Are all groups gone with their fork server?"""
    with client.ForkServer() as server:
        server.session(5).end()
        folder = server.groups.folder
        assert folder.is_dir()
    assert not folder.exists()


@grouped
def test_abandoned():
    """Are the groups removed of a grader that was killed?"""
    groups = cgroups.make()
    abandoned = groups.folder.with_name(f"{cgroups.NAME}-999999999-0")
    (abandoned / "answer").mkdir(parents=True)
    cgroups.make().close()
    groups.close()
    assert not abandoned.exists()


def test_no_groups(monkeypatch, tmp_path):
    """Is nothing left behind where a folder takes no groups?"""
    monkeypatch.setattr(cgroups, "_parents", lambda: [tmp_path, Path("/nonexistent")])
    for name in cgroups.BUS:  # nor does systemd
        monkeypatch.delenv(name, raising=False)
    assert cgroups.make() is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("available, isolation, lines", [(True, "bubblewrap+cgroup", 0), (False, "bubblewrap", 1)])
def test_said(sandboxed, monkeypatch, tmp_path, available, isolation, lines):
    """Does every row name the isolation, and one line before grading what is missing?"""
    monkeypatch.setattr(cgroups, "available", lambda: available)
    settings = submission_judge.Settings()
    said = io.StringIO()
    run._check_isolation(run.GradeOptions((str(tmp_path),), tmp_path, settings=settings), Console(file=said, width=200))
    assert settings.isolation == isolation
    assert len(said.getvalue().splitlines()) == lines and said.getvalue().count("control groups") == lines
