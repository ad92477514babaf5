"""The fork server: it imports once, then forks a process for each answer.

It runs in the sandbox and holds no reference, no secret and no submission. It runs no TensorFlow operation: a child
would inherit its state, and hang. Four kinds of processes:

- the server receives requests with two sockets each, from which it never reads itself, and forks a supervisor for each;
- the supervisor moves into new namespaces, forks the child, kills it when the judge hangs up or when all processes in
  there use too much memory or time together, and reports how it ended (supervisor.py);
- the child is process 1 of its namespace, so everything it starts dies with it. It has no capabilities, an empty
  scratch folder, limits, and one socket to the judge (isolation.py, worker.py);
- a child that examines models stays in the server's namespaces, where no answer can reach it (models/examination.py).
"""

import ctypes
import gc
import os
import socket
import sys

from . import isolation
from .supervisor import supervise

ANSWER, EXAMINE = "answer", "examine"  # what a child is for
MADV_COLLAPSE, HUGE_PAGE = 25, 1 << 21  # from sys/mman.h


def main(settings):
    """Serve until the judge closes the control socket.

    Args:
        settings: {"control": the socket's file descriptor, "sandboxed": bool, "keras": bool, "scratch": a folder,
            "hidden": folders that an answer does not see, "memory": bytes, "addresses": bytes, "processes": number,
            "files": bytes}.
    """
    control = socket.socket(fileno=settings["control"])
    _import_once(settings["keras"])
    control.sendall(b"ready")
    while True:
        message, received, _, _ = socket.recv_fds(control, 64, 4)
        _reap_supervisors()
        if not message:
            os._exit(0)
        if os.fork() == 0:
            work, seconds = message.decode().split()
            supervise(settings, received, float(seconds), examines=work == EXAMINE)
        for each in received:
            os.close(each)


def _reap_supervisors():
    """Wait for those that have ended, so that their CPU time counts as this process's. The judge has their reports."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _import_once(keras):
    from . import worker

    worker.import_harness(keras)
    isolation.prepare()
    worker.warm_up()
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        _gather_in_huge_pages()
    gc.disable()  # children are short-lived, and collecting would copy all memory that they share with the server


def _gather_in_huge_pages():
    """Ask Linux to use pages of 2 MB: a fork copies the page table, which is then much shorter.
    A session with Keras then takes 17 ms of CPU time, not 27.

    Before Linux 6.1 this does nothing.
    """
    madvise = isolation.libc().madvise
    madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    with open("/proc/self/maps") as file:
        regions = [line.split(maxsplit=5) for line in file]
    for span, rights, _, _, inode, *path in regions:
        start, end = (int(address, 16) // HUGE_PAGE * HUGE_PAGE for address in span.split("-"))
        if rights == "rw-p" and inode == "0" and path in ([], ["[heap]\n"]) and start + HUGE_PAGE < end:
            madvise(start + HUGE_PAGE, end - start - HUGE_PAGE, MADV_COLLAPSE)
