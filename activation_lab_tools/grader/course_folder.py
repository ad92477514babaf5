"""The folder of a course (`--out`): one process at a time works in it."""

import contextlib
import datetime
import fcntl
import json
import os
import socket
from pathlib import Path

from ..errors import UserError
from .marks import looks, rules
from .pages import views
from .store import Store
from .text import plain

LOCK = ".lock"
STORE = "grades.sqlite"


@contextlib.contextmanager
def opened(folder, command, new=False):
    """Context: the Store of a course's folder, which nobody else can open meanwhile.

    If a run was killed while it put new pages in the place of old ones, that is completed first.

    Args:
        folder: path of the folder.
        command: what the caller does, such as "grade"; a second command says it.
        new: whether the folder may be made.

    Raises:
        UserError: it is missing, isn't a folder, can't be written, or is in use.
    """
    folder = Path(folder)
    if not new and not (folder / STORE).is_file():
        raise UserError(f"{folder} is not a course's folder: it has no {STORE}. Pass the folder that `grade` filled.")
    with in_words(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # marks are private
    with _locked(folder, command), Store(folder / STORE) as store:
        with in_words(folder):
            views.put_in_place(folder)
        yield store


def redraw(store, folder):
    """Draw all pages and tables of a course anew; return what needs a look, and its Changes since the last time.

    Args:
        store: its Store.
        folder: its folder.
    """
    settings, strange = rules.load(folder, store)
    with in_words(folder):
        return views.draw(store, settings, folder, [*looks.kept(store), *strange])


@contextlib.contextmanager
def in_words(folder):
    """Turn errors of a disk into a sentence that says what to do."""
    try:
        yield
    except FileExistsError:
        raise UserError(f"{folder} is a file; expected a folder. Choose another name with --out.") from None
    except OSError as error:
        raise UserError(
            f"{folder} can't be written ({error.strerror or error}). Expected a folder of yours on a disk with free "
            "space. Nothing that was there is lost; what is graded already is kept."
        ) from None


@contextlib.contextmanager
def _locked(folder, command):
    """Context: hold the folder's lock, which the system takes back however the process ends."""
    with in_words(folder):
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with in_words(folder):
            _lock(descriptor, folder, command)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor, folder, command):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(f"{folder} is in use{_holder(descriptor)}. Wait until that has ended.") from None
    now = datetime.datetime.now().astimezone().isoformat(" ", "minutes")
    holder = {"command": command, "process": os.getpid(), "machine": socket.gethostname(), "since": now}
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _holder(descriptor):
    try:
        holder = json.loads(os.pread(descriptor, 1000, 0))
        told = "process {process} on {machine} (activation-lab {command}) since {since}".format(**holder)
    except (ValueError, KeyError, TypeError, OSError):  # it has just begun
        return ""
    return f" by {plain(told)}"
