"""Disk, memory, and what a class's grader needs."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from .finding import fault, note, ok
from .place import near, quoted

GB = 1e9
DISK_FAULT, DISK_NOTE = 0.1, 1.0  # GB; a lesson's notebook and Keras's saved models are small
WRITABLE = f"a folder to write to, with {DISK_FAULT * 1000:.0f} MB free"
MEMORY_FAULT, MEMORY_NOTE = 0.5, 1.5  # GB; a lesson of Part II was seen to take 0.7, its tools and a browser the rest
CGROUPS = (
    ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def lessons(place):
    if not os.path.isdir(place.lessons):
        return fault(f"{place.lessons} is no folder", "the folder with your notebooks", "Name it: --lessons FOLDER")
    own = quoted(near(place.lessons))
    remedy = f"Copy it to where you may write: {'xcopy /e /i' if os.name == 'nt' else 'cp -r'} {own} my_lessons"
    return _writable(place.lessons, remedy)


def temporary_files(place):
    variable = "TEMP" if os.name == "nt" else "TMPDIR"
    remedy = f"Set {variable} to a folder with more room, or delete files there."
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError as error:  # it writes to each folder that it could take
        return fault(error.strerror, WRITABLE, remedy)
    return _writable(folder, remedy)


def _writable(folder, remedy):
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"activation_lab")
    except OSError as error:
        return fault(f"{near(folder)}: {error.strerror}", WRITABLE, remedy)
    free = shutil.disk_usage(folder).free / GB
    shown = f"{near(folder)}: {free:.1f} GB free"
    if free < DISK_FAULT:
        return fault(shown, WRITABLE, f"Delete what you no longer need on this disk. Or: {remedy}")
    if free < DISK_NOTE:
        return note(shown, f"{DISK_NOTE:.0f} GB, with room for what you add")
    return ok(shown)


def memory(_):
    try:
        import psutil  # comes with JupyterLab's kernel

        machine = psutil.virtual_memory()
    except Exception:  # missing or broken
        return note("not known: only psutil tells, which comes with JupyterLab")
    totals, available = zip((machine.total, machine.available), *filter(None, map(_container, CGROUPS)), strict=True)
    total, left = min(totals) / GB, max(min(available), 0) / GB
    shown = f"{total:.1f} GB, {left:.1f} of it available"
    expected = f"{MEMORY_NOTE} GB available for a lesson of Part II, JupyterLab and a browser"
    if left < MEMORY_FAULT:
        return fault(shown, expected, "Close other programs, and shut down the kernels you no longer need.")
    if left < MEMORY_NOTE:
        return note(shown, expected, "Close other programs before a lesson of Part II.")
    return ok(shown)


def _container(files):
    """(total, available) bytes of the container in which this runs; None if it has no limit."""
    folder, limit, used, cache = files
    try:
        total, taken = (int(Path(folder, name).read_text()) for name in (limit, used))
        rows = dict(line.split() for line in Path(folder, "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such file, or the word max
        return None
    # Files that were read long ago count as taken, and give way at once: after an installation these are gigabytes.
    return total, total - taken + int(rows.get(cache, 0))


def grading(_):
    expected = "bubblewrap, if you grade a class; learners do not need it"
    if sys.platform != "linux":
        return note("no jail on this system", expected, "Grade on Linux, or in WSL 2.")
    if found := shutil.which("bwrap"):
        return ok(f"{found}, for those who grade a class")
    return note("bubblewrap is not installed", expected, "sudo apt-get install bubblewrap")
