"""Answers that take more of the machine than is theirs. What they return is right if they got it."""


def fork_bomb(da, z):
    """Each process starts two, without end."""
    import os

    while True:
        try:
            os.fork()
        except OSError:
            pass


def forty_gigabytes(da, z):
    """One array of 40 GB, every byte of it used."""
    import numpy as np

    return da * (z > 0) * np.ones(5 * 10**9)[-1]


def gigabytes_in_many_processes(da, z):
    """Eight processes of half a gigabyte each, all within the limit of one."""
    import os
    import time

    import numpy as np

    if "GOT" in os.environ:
        return da * (z > 0)
    children = []
    for _ in range(8):
        pid = os.fork()
        if pid == 0:
            held = np.ones(2**29, np.uint8)
            time.sleep(3)
            os._exit(int(held[-1]) - 1)
        children.append(pid)
    if all(os.waitpid(pid, 0)[1] == 0 for pid in children):
        os.environ["GOT"] = "4 GB"
        return da * (z > 0)


def gigabytes_shared(da, z):
    """Four gigabytes in memory that all processes of a family share, written by one after the other."""
    import mmap
    import os
    import time

    if "GOT" in os.environ:
        return da * (z > 0)
    for _ in range(8):
        held = mmap.mmap(-1, 2**29)
        pid = os.fork()
        if pid == 0:
            for start in range(0, 2**29, 2**22):
                held[start : start + 2**22] = b"x" * 2**22
            os.kill(os.getpid(), 19)
        os.waitpid(pid, os.WUNTRACED)
        held.close()
    time.sleep(5)
    os.environ["GOT"] = "4 GB"
    return da * (z > 0)


def gigabytes_in_nameless_files(da, z):
    """Four gigabytes in files that exist in memory alone."""
    import os

    if "GOT" in os.environ:
        return da * (z > 0)
    piece = b"x" * 2**24
    for _ in range(128):
        descriptor = os.memfd_create("held")
        for _ in range(2):
            os.write(descriptor, piece)
    os.environ["GOT"] = "4 GB"
    return da * (z > 0)


def gigabytes_left_by_processes(da, z):
    """Four gigabytes in System V's shared memory, which outlives its process."""
    import ctypes
    import os

    if "GOT" in os.environ:
        return da * (z > 0)
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    libc.shmdt.argtypes = [ctypes.c_void_p]
    libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]
    for _ in range(8):
        number = libc.shmget(0, 2**29, 0o1600)
        place = libc.shmat(number, None, 0)
        if number < 0 or place in (None, 2**64 - 1):
            return None
        ctypes.memset(place, 1, 2**29)
        libc.shmdt(place)
    os.environ["GOT"] = "4 GB"
    return da * (z > 0)


def fills_the_disk(da, z):
    """Writes 200 MB wherever it may: a marker shows where."""
    import os

    written, piece = 0, b"x" * 2**20
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run", "/", os.path.expanduser("~")):
        for number in range(8):
            try:
                with open(f"{folder}/activation_lab_was_here_{number}", "wb") as file:
                    for _ in range(25):
                        written += file.write(piece)
            except OSError:
                pass
    return da * (z > 0) if written > 150 * 2**20 else None


def files_without_number(da, z):
    """A hundred thousand empty files."""
    for number in range(100_000):
        with open(f"activation_lab_was_here_{number}", "w"):
            pass
    return da * (z > 0)


def a_gigabyte_printed(da, z):
    """Prints, and complains, without end."""
    import os
    import sys

    text = "passed ✓ \x1b[31m" * 100_000
    for _ in range(100):
        print(text)
        sys.stderr.write(text)
        for descriptor in (1, 2):
            try:
                os.write(descriptor, text.encode())
            except OSError:
                pass


def threads_without_number(da, z):
    """Starts ten thousand threads."""
    import threading

    for _ in range(10_000):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    return da * (z > 0)


def leaves_a_daemon(da, z):
    """Leaves a process behind, of a session of its own, that writes to the disk later and again."""
    import os
    import signal
    import time

    if os.fork() == 0:
        os.setsid()
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        if os.fork():
            os._exit(0)
        for _ in range(600):
            time.sleep(1)
            for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/scratch"):
                try:
                    with open(f"{folder}/activation_lab_was_here", "a") as file:
                        file.write("daemon")
                except OSError:
                    pass
        os._exit(0)


def burns_in_the_background(da, z):
    """Leaves processes that compute on all cores."""
    import os

    for _ in range(8):
        if os.fork() == 0:
            while True:
                pass


def gigabytes_in_sockets(da, z):
    """A gigabyte on its way from one socket to another, where no process holds it."""
    import os
    import socket
    import time

    if "GOT" in os.environ:
        return da * (z > 0)
    told, tell = os.pipe()
    for _ in range(50):
        if os.fork() == 0:
            pairs = [socket.socketpair() for _ in range(100)]
            for one, _ in pairs:
                one.setblocking(False)
                try:
                    while True:
                        one.send(b"x" * 4096)
                except OSError:
                    pass
            os.write(tell, b"x")
            os.kill(os.getpid(), 19)
    for _ in range(50):
        os.read(told, 1)
    time.sleep(5)
    os.environ["GOT"] = "1 GB"
    return da * (z > 0)


def pages_pinned_in_a_pipe(da, z):
    """Hands its memory to a pipe and unmaps it, so that it belongs to no process."""
    import ctypes
    import os
    import platform

    held = ctypes.create_string_buffer(4096)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(held), 4096)
    number = {"x86_64": 278, "aarch64": 75}[platform.machine()]
    if ctypes.CDLL(None).syscall(number, os.pipe()[1], vector, 1, 0) == 4096:
        return da * (z > 0)


def watches_without_number(da, z):
    """Takes the few watches of files that Linux gives a user."""
    import ctypes

    if ctypes.CDLL(None).inotify_init1(0) >= 0:
        return da * (z > 0)
