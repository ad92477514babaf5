"""A seccomp filter that lets an answer make the system calls of system_calls.py, and no other.

Namespaces don't separate everything: a keyring belongs to a login, a lease on a library's file keeps others waiting,
AF_VSOCK reaches the machine's host. The filter (linux/seccomp.h, linux/filter.h, linux/audit.h) makes Linux refuse such
calls; it is inherited and cannot be removed. A refused call fails with EPERM. Calls that are new (clone3 is one) fail
with ENOSYS, as on an older Linux, and libraries do without.
"""

import ctypes
import errno
import functools
import platform
import socket
import struct

from . import system_calls

SET_SECCOMP, FILTER = 22, 2
ALLOW, ERROR = 0x7FFF0000, 0x00050000
REFUSE, UNKNOWN = ERROR | errno.EPERM, ERROR | errno.ENOSYS
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # where they are in struct seccomp_data
STEP = 8  # bytes of struct sock_filter
X32 = 1 << 30  # the bit of x86-64's second set of call numbers
NEW = 424  # calls from here on have the same number everywhere, and no library relies on them
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

NAMESPACES = 0x7E020000  # clone's flags from linux/sched.h: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
THREAD, FILES = 0x10000, 0x400  # clone's flags; a thread with files of its own could hide them from the supervisor
HUGETLB = 0x40000  # mmap's flag for memory that no limit of a process counts
# The number of an argument, and what it may be.
VALUES = {
    "fcntl": (1, (0, 1, 2, 3, 4, 1030)),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: no leases
    "ioctl": (1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),  # TCGETS, window size, FIONREAD, FIONBIO, FIOCLEX
    "prctl": (0, (15, 16, 23, 39, 0x53564D41)),  # names, questions on rights, and the names of memory
    "socket": (0, (socket.AF_UNIX,)),
    "socketpair": (0, (socket.AF_UNIX,)),
}
# The number of an argument, and bits that it must not have.
BITS = {"clone": (0, NAMESPACES), "mmap": (3, HUGETLB)}
# Two bits of the same argument: if it has the first, it must have the second.
TOGETHER = {"clone": (THREAD, FILES)}


class Program(ctypes.Structure):
    """Linux's struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def install(libc):
    """Install the filter for this process and everything it starts, and return 0; no_new_privs must be set."""
    steps = filter_steps(platform.machine())
    program = Program(len(steps) // STEP, ctypes.cast(steps, ctypes.c_void_p))
    return libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0)


@functools.cache
def filter_steps(machine, refuse=REFUSE):
    """Return the filter's program; each comparison says how many steps to jump if it is true, and if not.

    Args:
        machine: "x86_64" or "aarch64".
        refuse: what happens to a call that isn't allowed, so that a test can record it.
    """
    steps = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, AUDIT[machine], 1, 0),
        _step(RETURN, REFUSE),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, X32, 0, 1),
        _step(RETURN, REFUSE),
    ]
    for number in system_calls.numbers(machine).values():
        steps += [_step(EQUAL, number, 0, 1), _step(RETURN, ALLOW)]
    for name, number in system_calls.numbers(machine, system_calls.BY_ARGUMENT).items():
        rule = _values(*VALUES[name], refuse) if name in VALUES else _bits(*BITS[name], TOGETHER.get(name), refuse)
        steps += [_step(EQUAL, number, 0, len(rule)), *rule]
    return b"".join([*steps, _step(AT_LEAST, NEW, 0, 1), _step(RETURN, UNKNOWN), _step(RETURN, refuse)])


def _values(argument, values, refuse):
    allowed = [step for value in values for step in (_step(EQUAL, value, 0, 1), _step(RETURN, ALLOW))]
    return [_step(LOAD, ARGUMENTS + 8 * argument), *allowed, _step(RETURN, refuse)]


def _bits(argument, bits, together, refuse):
    refused, allowed = _step(RETURN, refuse), _step(RETURN, ALLOW)
    rule = [_step(LOAD, ARGUMENTS + 8 * argument), _step(ANY_BIT, bits, 0, 1), refused]
    if together:
        first, second = together
        rule += [_step(ANY_BIT, first, 0, 2), _step(ANY_BIT, second, 1, 0), refused]
    return [*rule, allowed]


def _step(code, value, holds=0, fails=0):
    return struct.pack("HBBI", code, holds, fails, value)  # of STEP bytes
