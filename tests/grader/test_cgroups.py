"""What do control groups count that /proc doesn't show, and what is said where there are none?"""

import io
import os
import time
from pathlib import Path

import pytest
from rich.console import Console

from activation_lab_tools.grader import run, submission_judge
from activation_lab_tools.grader.sandbox import cgroups, client, supervisor

NO_GROUPS = "no control groups (version 2, with memory and pids) here: try as root, or in a session of systemd"
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


class Folder(type(Path())):
    """A folder that looks as Linux's control groups do: a new one has its files, which go with it."""

    def mkdir(self):
        super().mkdir()
        above = Path(self.parent, "cgroup.subtree_control")
        enabled = above.read_text().replace("+", "") if above.exists() else "cpu io memory pids"
        files = {
            "cgroup.controllers": enabled,
            "cgroup.events": "populated 0",
            "cpu.stat": "usage_usec 1500000\n",
        }
        files |= dict.fromkeys(("cgroup.procs", "cgroup.kill", "cgroup.subtree_control", "memory.swap.max"), "")
        for name, text in (files | {"memory.events": "max 3\noom_kill 0"}).items():
            Path(self, name).write_text(text)

    def rmdir(self):
        for file in Path(self).iterdir():
            file.unlink()
        super().rmdir()


@pytest.fixture
def parent(tmp_path, monkeypatch):
    folder = Folder(tmp_path, "parent")
    folder.mkdir()
    monkeypatch.setattr(cgroups, "_parents", lambda: [Path("/nonexistent"), folder])
    return folder


@pytest.mark.parametrize("delegated", ["", "+cpu +memory +pids"])
def test_what_is_written(parent, delegated):
    """Are controllers enabled from above, and is a command moved before it starts? A folder can stand for Linux's."""
    (parent / "cgroup.subtree_control").write_text(delegated)
    groups = cgroups.make()
    assert groups.folder.parent == parent and (groups.server / "cgroup.procs").read_text().strip().isdecimal()
    assert (parent / "cgroup.subtree_control").read_text() == "+cpu +memory +pids"
    assert {"+memory", "+pids"} <= {*(groups.folder / "cgroup.subtree_control").read_text().split()}
    groups.close()
    assert not groups.folder.exists()


@pytest.mark.parametrize("killed", [0, 2])
def test_an_answers_group(parent, monkeypatch, killed):
    """Does an answer's group have its limits, is its time read, and is it known if Linux ended it for its memory?"""
    groups = cgroups.make()
    group = groups.answer(1000, 7)
    limits = {"memory.max": "1000", "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "7"}
    assert {name: (group.folder / name).read_text() for name in limits} == limits
    join, spent = group.files
    monkeypatch.setattr(supervisor, "SPENT", spent)
    assert supervisor._spent() == 1.5
    os.write(join, b"0")
    assert (group.folder / "cgroup.procs").read_text() == "0"
    (group.folder / "memory.events").write_text(f"max 9\noom_kill {killed}")
    assert group.close() == (killed > 0)
    assert not group.folder.exists()
    groups.close()


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
