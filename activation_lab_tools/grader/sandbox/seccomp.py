"""A seccomp filter for system calls that bypass namespaces: sockets except Unix ones, unnamed files, keyrings.

Namespaces don't separate everything: a keyring belongs to a login, and AF_VSOCK reaches the machine's host. The filter
(linux/seccomp.h, linux/filter.h, linux/audit.h) makes Linux refuse the calls; it is inherited and cannot be removed.
"""

import ctypes
import errno
import platform
import socket
import struct

SET_SECCOMP, FILTER = 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where they are in struct seccomp_data
X32 = 1 << 30  # the bit of x86-64's second set of call numbers
# For each architecture: its audit number; socket; and memfd_create, memfd_secret, add_key, request_key, keyctl,
# io_uring_setup, userfaultfd, perf_event_open, bpf, from its asm/unistd.h.
CALLS = {
    "x86_64": (0xC000003E, 41, (319, 447, 248, 249, 250, 425, 323, 298, 321)),
    "aarch64": (0xC00000B7, 198, (279, 447, 217, 218, 219, 425, 282, 241, 280)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def refuse_calls(libc):
    """Install the filter for this process and everything it starts, and return 0; no_new_privs must be set.

    On other architectures the call numbers are not known here, and nothing is refused.
    """
    if platform.machine() not in CALLS:
        return 0
    steps = _steps(*CALLS[platform.machine()])
    buffer = ctypes.create_string_buffer(b"".join(steps))
    program = _Program(len(steps), ctypes.addressof(buffer))
    return libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0)


def _steps(architecture, socket_call, refused):
    """Return the filter's program; each comparison says how many steps to jump if it is true, and if not."""
    steps = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, architecture, 1, 0),
        _step(RETURN, REFUSE),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, X32, 0, 1),
        _step(RETURN, REFUSE),
    ]
    for number in refused:
        steps += [_step(EQUAL, number, 0, 1), _step(RETURN, REFUSE)]
    steps += [
        _step(EQUAL, socket_call, 0, 3),
        _step(LOAD, FIRST_ARGUMENT),
        _step(EQUAL, socket.AF_UNIX, 1, 0),
        _step(RETURN, REFUSE),
        _step(RETURN, ALLOW),
    ]
    return steps


def _step(code, value, holds=0, fails=0):
    return struct.pack("HBBI", code, holds, fails, value)
