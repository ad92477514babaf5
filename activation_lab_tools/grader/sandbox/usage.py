"""How much memory and processor time an answer uses, with all the processes that it has started, as /proc shows it.

/proc shows the processes of the answer's namespace alone. What is in there is an attacker's: names are bytes, and what
can't be read counts as hidden.
"""

import math
import os

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # in a second, by which Linux counts
MAPPINGS = 40_000  # of all processes; TensorFlow has about 1,000
SHARED_MEMORY = b"/dev/zero (deleted)"
# Bytes that Linux may keep for each pipe and each socket. No process maps them.
BUFFERS = {"pipe:": 1 << 16, "socket:": 2 * 212_992}
BUFFERED = 1 << 26  # bytes of buffers in all; a user's pipes may have as many, and an answer's user may be the grader's
WAITS = 1000  # times as long as it runs, at most, a thread waits on a very busy machine
HIDDEN = math.inf


def measured(allowed, with_memory=True):
    """Return (bytes, seconds): the memory that all processes use, HIDDEN if it can't be seen, and processor time.

    The time is that of living processes, and of those that they have waited for.

    Args:
        allowed: bytes. While all address spaces together are smaller, memory that processes share, or that Linux has
            swapped out, isn't added up: that takes most of the time.
        with_memory: False to measure the time alone.
    """
    own, ticks, addresses, living, buffers = 0, 0, 0, [], {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            ticks += _ticks(process)
            if not with_memory:
                continue
            size, pages, shared_pages = _pages(process)
            if pages == 0 and len(os.listdir(f"/proc/{process}/task")) > 1:
                own = HIDDEN  # its first thread has ended, and the memory of the others does not show
            if pages == 0:  # it has ended, and nothing has waited for it
                continue
            own += (pages - shared_pages) * PAGE
            addresses += size * PAGE
            living.append(process)
            buffers |= _looked_at(process, _buffers)
        except Unreadable:
            own = HIDDEN
        except OSError:  # it has ended by now
            continue
    if sum(buffers.values()) > BUFFERED:
        own = HIDDEN
    return own + (_shared_or_swapped(living) if addresses > allowed else 0), ticks / TICKS


class Unreadable(Exception):
    """A process has made itself unreadable."""


def _looked_at(process, look):
    try:
        return look(process)
    except PermissionError:
        if _pages(process)[1]:  # it hasn't just ended
            raise Unreadable from None
        raise


def _shared_or_swapped(processes):
    """Return the bytes of memory that processes share or that are swapped out; HIDDEN if they can't be seen."""
    mappings = _Mappings()
    for process in processes:
        try:
            _looked_at(process, mappings.add)
        except Unreadable:
            return HIDDEN
        except OSError:  # it has ended by now
            continue
    return mappings.bytes()


def starved(process):
    """Return for how many seconds a process was ready to run, and other programs ran; see `longest_wait`."""
    threads = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/schedstat", "rb") as file:
                threads.append(file.read())
    except OSError:  # a thread has ended, or this Linux doesn't count it
        pass
    return longest_wait(threads)


def longest_wait(threads):
    """Return for how many seconds the thread waited that waited longest.

    Threads that wait together don't wait longer than one, and one that wakes up only to wait hasn't been starved: it
    waits at most WAITS times as long as it runs.

    Args:
        threads: the contents of their files schedstat: nanoseconds of running and of waiting, and how often.
    """
    times = [map(int, each.split()) for each in threads if each]
    return max((min(waited, WAITS * ran) for ran, waited, *_ in times), default=0) / 1e9


def _ticks(process):
    with open(f"/proc/{process}/stat", "rb") as file:
        return sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))  # utime stime cutime cstime


def _pages(process):
    """Return (pages of address space, those of them that are resident, those of these that are shared).

    Once it has ended, they are 0.
    """
    with open(f"/proc/{process}/statm", "rb") as file:
        size, resident, mapped, *_ = map(int, file.read().split())
    return size, resident, mapped


class _Mappings:
    """The memory that processes share with each other, each piece counted once, and what is swapped out."""

    def __init__(self):
        self.sizes, self.read, self.swapped = {}, 0, 0

    def add(self, process):
        with open(f"/proc/{process}/status", "rb") as file:
            self.swapped += swapped(file)
        sizes = {}
        with open(f"/proc/{process}/maps", "rb") as file:
            for line in file:
                self.read += 1
                if self.read > MAPPINGS:  # reading them all would take too long
                    break
                if line.endswith(SHARED_MEMORY + b"\n"):
                    span, _, _, _, inode, _ = line.split(maxsplit=5)
                    start, end = (int(number, 16) for number in span.split(b"-"))
                    sizes[inode] = sizes.get(inode, 0) + end - start
        self.sizes |= sizes

    def bytes(self):
        return HIDDEN if self.read > MAPPINGS else sum(self.sizes.values()) + self.swapped


def swapped(status):
    """Return the bytes that Linux has moved from memory to swap space; a process can ask for that with madvise(2).

    Args:
        status: the lines of /proc/<process>/status.
    """
    return sum(int(line.split()[1]) << 10 for line in status if line.startswith(b"VmSwap:"))


def _buffers(process):
    """Return {pipe or socket: bytes that it may hold} of a process's open files."""
    sizes = {}
    for number in os.listdir(f"/proc/{process}/fd"):
        try:
            target = os.readlink(f"/proc/{process}/fd/{number}")
        except FileNotFoundError:  # closed by now
            continue
        kind, colon, _ = target.partition(":")
        if kind + colon in BUFFERS:
            sizes[target] = BUFFERS[kind + colon]
    return sizes
