"""Folders to write to, disk and memory."""

import os
import shutil
import tempfile
from pathlib import Path

from .context import near, quoted
from .findings import fault, note, ok

GB = 1e9
DISK_FAULT, DISK_NOTE = 0.1, 1.0  # GB; a lesson's notebook and its saved models are small
WRITABLE = f"a folder to write to, with {DISK_FAULT * 1000:.0f} MB free"
MEMORY_FAULT, MEMORY_NOTE = 0.5, 1.5  # GB; a lesson of Part II takes about 0.7, JupyterLab and a browser the rest
MEMINFO = Path("/proc/meminfo")


def lessons(context):
    """The learner's folder exists and can be written to."""
    if not os.path.isdir(context.lessons):
        return fault(f"{context.lessons} is not a folder", "your notebooks' folder", "Name it: --lessons FOLDER")
    copy = "xcopy /e /i" if os.name == "nt" else "cp -r"
    return _writable(
        context.lessons, f"Copy it to a folder of yours: {copy} {quoted(near(context.lessons))} my_lessons"
    )


def temporary_files(_):
    """There is a folder for temporary files."""
    remedy = f"Set {'TEMP' if os.name == 'nt' else 'TMPDIR'} to a folder with more room, or delete files there."
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError as error:  # it tries to write to each candidate
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
    return note(shown, f"{DISK_NOTE:.0f} GB") if free < DISK_NOTE else ok(shown)


def memory(_):
    """Enough memory is available now, as Linux reports it."""
    expected = f"{MEMORY_NOTE} GB for a lesson of Part II, JupyterLab and a browser"
    try:
        rows = dict(row.split(":") for row in MEMINFO.read_text(encoding="ascii").splitlines())
        available = int(rows["MemAvailable"].split()[0]) * 1024 / GB
    except (OSError, ValueError, KeyError):
        return ok("not measured on this system", expected)
    shown, remedy = f"{available:.1f} GB available", "Close other programs, and shut down kernels you no longer need."
    if available < MEMORY_FAULT:
        return fault(shown, expected, remedy)
    return note(shown, expected, remedy) if available < MEMORY_NOTE else ok(shown)
