"""Disk, memory, and what a class's grader needs."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .finding import fault, not_tried, note, ok
from .place import near, quoted

GB = 1e9
DISK_FAULT, DISK_NOTE = 0.1, 1.0  # GB; a lesson's notebook and Keras's saved models are small
MEMORY_FAULT, MEMORY_NOTE = 0.5, 1.5  # GB; a lesson of Part II was seen to take 0.7, its tools and a browser the rest
CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def lessons(place):
    if place.folder != place.lessons:
        return fault(f"{place.lessons} is no folder", "the folder with your notebooks", "Name it: --lessons FOLDER")
    own = quoted(near(place.lessons))
    remedy = f"Copy it to where you may write: {'xcopy /e /i' if os.name == 'nt' else 'cp -r'} {own} my_lessons"
    return _writable(place.lessons, remedy)


def temporary_files(place):
    variable = "TEMP" if os.name == "nt" else "TMPDIR"
    return _writable(Path(tempfile.gettempdir()), f"Set {variable} to a folder with more room, or delete files there.")


def _writable(folder, remedy):
    expected = f"a folder to write to, with {DISK_FAULT * 1000:.0f} MB free"
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"activation_lab")
    except OSError as error:
        return fault(f"{near(folder)}: {error.strerror}", expected, remedy)
    free = shutil.disk_usage(folder).free / GB
    shown = f"{near(folder)}: {free:.1f} GB free"
    if free < DISK_FAULT:
        return fault(shown, expected, f"Delete what you no longer need on this disk. Or: {remedy}")
    if free < DISK_NOTE:
        return note(shown, f"{DISK_NOTE:.0f} GB, with room for what you add")
    return ok(shown)


def memory(_):
    total, available = _total_and_available()
    if total is None:
        return not_tried("this system does not say how much there is")
    shown = f"{total / GB:.1f} GB, {available / GB:.1f} of it available"
    expected = f"{MEMORY_NOTE} GB available for a lesson of Part II, JupyterLab and a browser"
    if available / GB < MEMORY_FAULT:
        return fault(shown, expected, "Close other programs, and shut down the kernels you no longer need.")
    if available / GB < MEMORY_NOTE:
        return note(shown, expected, "Close other programs before a lesson of Part II.")
    return ok(shown)


def _total_and_available():
    """Bytes of the machine, or of the container if that has less; (None, None) where nothing tells."""
    try:
        import psutil  # comes with JupyterLab's kernel

        total, available = psutil.virtual_memory().total, psutil.virtual_memory().available
    except Exception:  # missing or broken
        total, available = _from_the_system()
    for limit, used in CGROUPS:
        limit, used = _number(limit), _number(used)
        if total and limit and used is not None:
            total, available = min(total, limit), min(available, max(limit - used, 0))
    return total, available


def _from_the_system():
    if sys.platform == "linux":
        rows = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        return tuple(1024 * int(rows[key].split()[0]) for key in ("MemTotal", "MemAvailable"))
    if sys.platform == "darwin":
        total = int(subprocess.run(["sysctl", "-n", "hw.memsize"], capture_output=True, check=True).stdout)
        return total, total  # what is available, only psutil knows
    return None, None


def _number(path):
    """The number in a file; None if there is no such file, or no limit."""
    try:
        text = Path(path).read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def grading(_):
    expected = "bubblewrap, if you grade a class; learners do not need it"
    if sys.platform != "linux":
        return note("no jail on this system", expected, "Grade on Linux, or in WSL 2.")
    if found := shutil.which("bwrap"):
        return ok(f"{found}, for those who grade a class")
    return note("bubblewrap is not installed", expected, "sudo apt-get install bubblewrap")
