"""Control groups (version 2) for answers, where this machine lets us make them.

A group counts all that an answer uses: pages that no process maps, what the kernel keeps for its sockets and pipes, and
the time of processes that have ended. Linux shares the processors between groups, so an answer with many processes
gets no more than one with one. Files and their meaning: Linux's Documentation/admin-guide/cgroup-v2.rst.
"""

import contextlib
import functools
import itertools
import os
import select
import subprocess
from pathlib import Path

NEEDED, WANTED = {"memory", "pids"}, {"cpu"}
NAME = "activation-lab"
LEAVE = 5  # seconds that ending what runs in a group may take
SYSTEMD = 20  # seconds that it may take to make a scope
BUS = "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"  # environment variables by which it is found
ENTER = 'echo $$ > "$0" && exec "$@"'
ENTER_SCOPE = f"""
unset {" ".join(BUS)}
folder="$0$(sed -n 's/^0:://p' /proc/self/cgroup)"
mkdir "$folder/server" && echo $$ > "$folder/server/cgroup.procs" || exit
echo +cpu > "$folder/cgroup.subtree_control"
echo "+memory +pids" > "$folder/cgroup.subtree_control" && exec "$@"
"""
_count = itertools.count()


@functools.cache
def available():
    """Return whether groups can be made here."""
    groups = make()
    if groups is not None:
        groups.close()
    return groups is not None


def make():
    """Return Groups in the nearest group above this process that lets us; None if there is none."""
    for parent in _parents():
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            return Groups(parent)
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return Scope()
    return None


def _parents():
    """Return the folder of this process's group, and those above it."""
    try:
        root, own = _folder_of("self")
    except (OSError, ValueError):
        return []
    return [folder for folder in (own, *own.parents) if folder.is_relative_to(root)]


def _folder_of(process):
    """Return (the folder of all groups, that of a process's group); ValueError if version 2 isn't mounted."""
    with open("/proc/self/mountinfo") as file:
        mounts = [line.split() for line in file]
    root, *_ = [Path(fields[4]) for fields in mounts if fields[fields.index("-") + 1] == "cgroup2"] or [None]
    with open(f"/proc/{process}/cgroup") as file:
        own, *_ = [line[3:].strip().strip("/") for line in file if line.startswith("0::")] or [None]
    if root is None or own is None:
        raise ValueError("control groups of version 2 are not mounted")
    return root, root / own


class Groups:
    """The groups of one fork server: its own, and one for each answer, beside each other.

    Args:
        parent: a folder in which to make them.

    Raises:
        OSError, CalledProcessError: they can't be made there.
    """

    def __init__(self, parent):
        _remove_abandoned(parent)
        self.folder = parent / f"{NAME}-{os.getpid()}-{next(_count)}"
        self.server = self.folder / "server"
        self.folder.mkdir()
        try:
            if not _controllers(self.folder) >= NEEDED:
                _enable(parent, NEEDED | WANTED & _controllers(parent))
            _enable(self.folder, NEEDED | WANTED & _controllers(self.folder))
            self.server.mkdir()
            subprocess.run(self.command("true"), check=True, capture_output=True)
        except BaseException:
            self.close()
            raise

    def command(self, *arguments):
        """Return the command line that runs another in the fork server's group."""
        return ["/bin/sh", "-c", ENTER, str(self.server / "cgroup.procs"), *arguments]

    def started(self, process):
        """Take note of the command's process identifier."""

    def answer(self, memory, processes):
        """Return a Group for an answer.

        Args:
            memory: bytes.
            processes: how many there may be at a time, threads included.
        """
        return Group(self.folder / f"answer-{next(_count)}", memory, processes)

    def close(self):
        """End what still runs in the groups, and remove them."""
        with contextlib.suppress(OSError), open(self.folder / "cgroup.kill", "r+") as file:  # since Linux 5.14
            file.write("1")
        with contextlib.suppress(OSError), open(self.folder / "cgroup.events") as file:
            ending = select.poll()
            ending.register(file, select.POLLPRI)
            while "populated 1" in file.read() and ending.poll(1000 * LEAVE):
                file.seek(0)
        _remove(self.folder)


class Scope(Groups):
    """The groups of one fork server in a scope that the user's systemd makes for it, and removes.

    It is for users who may not move a process out of its group, as after a login over SSH.

    Raises:
        OSError, SubprocessError: there is no such systemd, or it makes none.
    """

    def __init__(self):
        subprocess.run(self.command("true"), check=True, capture_output=True, timeout=SYSTEMD)

    def command(self, *arguments):
        bus = [f"{name}={os.environ[name]}" for name in BUS if name in os.environ]
        scope = ["systemd-run", "--user", "--scope", "--quiet", "--collect", "--property=Delegate=yes"]
        return ["env", *bus, *scope, "/bin/sh", "-c", ENTER_SCOPE, "/sys/fs/cgroup", *arguments]

    def started(self, process):
        self.folder = _folder_of(process)[1].parent


class Group:
    """The group of one answer.

    Attributes:
        files: two file descriptors, for the answer to join, and to see the processor time that is spent.
    """

    def __init__(self, folder, memory, processes):
        self.folder = folder
        folder.mkdir()
        limits = {"memory.max": memory, "memory.oom.group": 1, "pids.max": processes}
        if (folder / "memory.swap.max").exists():  # not on every Linux
            limits["memory.swap.max"] = 0
        for name, value in limits.items():
            (folder / name).write_text(str(value))
        self.files = [os.open(folder / "cgroup.procs", os.O_WRONLY), os.open(folder / "cpu.stat", os.O_RDONLY)]

    def close(self):
        """Remove it, when its processes have ended, and return whether Linux ended one for want of memory."""
        for each in self.files:
            os.close(each)
        events = dict(line.split() for line in (self.folder / "memory.events").read_text().splitlines())
        with contextlib.suppress(OSError):  # Groups.close tries again
            self.folder.rmdir()
        return events.get("oom_kill", "0") != "0"


def _controllers(folder):
    return set((folder / "cgroup.controllers").read_text().split())


def _enable(folder, controllers):
    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{each}" for each in sorted(controllers)))


def _remove_abandoned(parent):
    """Remove groups whose grader was killed before it could."""
    for folder in parent.glob(f"{NAME}-*-*"):
        if not Path("/proc", folder.name.split("-")[-2]).exists():
            _remove(folder)


def _remove(folder):
    for each in (*folder.glob("*/"), folder):
        with contextlib.suppress(OSError):
            each.rmdir()
