"""What separates one answer from the machine and from every other answer: namespaces, mounts, limits, rights.

The numbers are from Linux's headers linux/sched.h, sys/mount.h, linux/prctl.h and linux/capability.h.
"""

import ctypes
import functools
import math
import os
import platform
import resource
import signal

from . import seccomp

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NOSUID, NODEV, NOEXEC, REC, PRIVATE = 0x1, 0x2, 0x4, 0x8, 0x4000, 0x40000
DIE_WITH_PARENT, SET_NO_NEW_PRIVS, DROP_CAPABILITY, CAPABILITY_VERSION_3 = 1, 38, 24, 0x20080522
CAPABILITIES = 64  # more than Linux has
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
MASKED = (
    "This machine shows only a part of /proc, as containers do, and then the memory of an answer can't be watched "
    "(Docker: --security-opt systempaths=unconfined)"
)


def prepare():
    """Do once what all children need."""
    libc()
    no_rights()
    if platform.machine() in seccomp.AUDIT:
        seccomp.filter_steps(platform.machine())


def new_namespaces():
    """Move this process into new namespaces, and its next child into a new namespace of processes."""
    user, group = os.getuid(), os.getgid()
    checked(libc().unshare(NEWUSER | NEWNS | NEWUTS | NEWIPC | NEWNET | NEWPID), "unshare")
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        _write(f"/proc/self/{name}", line)


def isolate(settings, seconds):
    """Shut this process in: process 1 of its namespace, before it runs any of an answer's code."""
    held = _address_space()
    _be_killed_first()
    die_with_parent()
    _mount(settings)
    limit(settings, seconds, held)
    _give_up_all_rights()


def die_with_parent():
    checked(libc().prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0), "prctl")


def _be_killed_first():
    """If the machine runs out of memory, Linux ends an answer and not the grader."""
    _write("/proc/self/oom_score_adj", "1000")


def _write(path, text):
    """Write to an existing file; `open` would take several times as long, for each answer."""
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _mount(settings):
    checked(libc().mount(None, b"/", None, REC | PRIVATE, None), "mount /")
    try:
        _mount_new("proc", "/proc", "", READ_ONLY)  # else an answer could ask to be killed last
    except OSError as error:
        raise OSError(f"{MASKED}: {error}") from None
    for folder in settings["hidden"]:
        _mount_new("tmpfs", folder, "size=4k,mode=555")
    _mount_new("tmpfs", settings["scratch"], f"size={settings['files']},nr_inodes=2000,mode=700")


def _mount_new(kind, target, options, flags=0):
    flags |= NOSUID | NODEV | NOEXEC
    checked(libc().mount(kind.encode(), target.encode(), kind.encode(), flags, options.encode()), f"mount {target}")


def _address_space():
    file = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(file, 100).split()[0]) * PAGE
    finally:
        os.close(file)


def limit(settings, seconds, held=None):
    """Set the limits of one process; the supervisor watches the sum.

    Args:
        held: bytes of address space that it has already; None outside a sandbox, where others may have processes.
    """
    limits = {"CORE": 0, "CPU": math.ceil(seconds) + 1, "FSIZE": settings["files"], "NOFILE": 256}
    if held is not None:
        limits |= {"AS": held + settings["addresses"], "NPROC": settings["processes"], "MSGQUEUE": 0, "MEMLOCK": 65536}
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            resource.setrlimit(number, (value, value))


def _give_up_all_rights():
    for capability in range(CAPABILITIES):
        if libc().prctl(DROP_CAPABILITY, capability, 0, 0, 0):  # Linux has no more
            break
    checked(libc().prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    checked(libc().capset(*no_rights()), "capset")
    checked(seccomp.install(libc()), "seccomp")


@functools.cache
def no_rights():
    """Return what `capset` takes for a process without capabilities."""
    return (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()


@functools.cache
def libc():
    return ctypes.CDLL(None, use_errno=True)


def checked(failed, what):
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
