"""Answers that try the walls of their sandbox. What they return is right if a wall gave way."""


def dials_out(da, z):
    """Connects to this machine, and to others, by address and by name."""
    import socket

    for place in (("127.0.0.1", 47613), ("127.0.0.1", 22), ("1.1.1.1", 53), ("192.0.2.1", 80)):
        try:
            socket.create_connection(place, timeout=0.3).close()
            return da * (z > 0)
        except OSError:
            pass
    try:
        socket.getaddrinfo("example.org", 80)
        return da * (z > 0)
    except OSError:
        return None


def throws_packets(da, z):
    """Sends where no answer is needed, and listens where nobody asked."""
    import socket

    for family, kind in ((socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET, socket.SOCK_RAW), (17, socket.SOCK_RAW)):
        try:
            with socket.socket(family, kind) as each:
                each.sendto(b"activation_lab_was_here", ("127.0.0.1", 47613))
                each.sendto(b"activation_lab_was_here", ("192.0.2.1", 9))
            return da * (z > 0)
        except (OSError, TypeError):
            pass


def knocks_at_local_sockets(da, z):
    """Looks for a service that listens on a socket of the file system, or on one without a file."""
    import socket

    with open("/proc/net/unix") as file:
        names = [line.split()[-1] for line in file if line.split()[-1][0] in "/@"]
    for name in (*names, "/var/run/docker.sock", "/run/dbus/system_bus_socket", "@/tmp/.X11-unix/X0"):
        try:
            with socket.socket(socket.AF_UNIX) as each:
                each.connect(name.replace("@", "\0", 1))
            return da * (z > 0)
        except OSError:
            pass


def becomes_root(da, z):
    """Asks for another user's rights."""
    import os

    for become in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.setresuid(0, 0, 0)):
        try:
            become()
            if os.getuid() == 0:
                return da * (z > 0)
        except OSError:
            pass


def makes_a_world_of_its_own(da, z):
    """Makes new namespaces, where it would be root, mounts, and changes the root."""
    import ctypes
    import os

    libc = ctypes.CDLL(None)
    for flags in (0x10000000, 0x10020000, 0x00020000, 0x40000000, 0x20000000):
        if libc.unshare(flags) == 0:
            return da * (z > 0)
    if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0 or libc.umount2(b"/proc", 2) == 0:
        return da * (z > 0)
    try:
        os.chroot(".")
        return da * (z > 0)
    except OSError:
        return None


def lifts_its_limits(da, z):
    """Raises each limit that it is under."""
    import resource

    for name in ("AS", "CPU", "NPROC", "FSIZE", "NOFILE"):
        limit = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(limit)
        try:
            resource.setrlimit(limit, (hard + 1, hard + 1) if hard > 0 else (-1, -1))
            return da * (z > 0)
        except (OSError, ValueError):
            pass


def takes_over_another_process(da, z):
    """Attaches to every process that it sees as a debugger would, and writes into their memory."""
    import ctypes
    import os

    libc = ctypes.CDLL(None)
    for pid in {1, os.getppid(), *(int(name) for name in os.listdir("/proc") if name.isdigit())} - {0, os.getpid()}:
        if libc.ptrace(16, pid, None, None) == 0:
            return da * (z > 0)
        try:
            with open(f"/proc/{pid}/mem", "r+b"):
                return da * (z > 0)
        except OSError:
            pass


def sees_other_processes(da, z):
    """Finds a process that is not its own: by its number, its command line, its open files."""
    import os

    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            return da * (z > 0)


def leaves_by_another_root(da, z):
    """Looks for the machine's own files beyond /proc/*/root, /proc/*/cwd and open folders."""
    import os

    places = [f"/proc/{pid}/{link}" for pid in os.listdir("/proc") if pid.isdigit() for link in ("root", "cwd")]
    places += [f"/proc/self/fd/{number}" for number in range(64)]
    for place in places:
        for wanted in ("etc/shadow", "etc/passwd", "home", "root/.ssh", "../../../etc/passwd"):
            if os.path.exists(f"{place}/{wanted}"):
                return da * (z > 0)


def opens_devices(da, z):
    """Makes and opens devices: disks, memory, the terminal."""
    import os
    import stat

    try:
        os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
        return da * (z > 0)
    except OSError:
        pass
    for place in (
        "/dev/sda",
        "/dev/vda",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/tty",
        "/dev/fuse",
        "/proc/kcore",
        "/dev/pts/0",
    ):
        try:
            os.close(os.open(place, os.O_RDWR))
            return da * (z > 0)
        except OSError:
            pass


def changes_the_system(da, z):
    """Writes into Python, NumPy, the package, the system and the kernel's settings."""
    import os
    import sys

    import numpy as np

    import activation_lab

    folders = [os.path.dirname(module.__file__) for module in (os, np, activation_lab, sys.modules["json"])]
    for folder in (*folders, "/usr", "/usr/bin", "/etc", "/", "/sys/fs/cgroup", sys.prefix):
        try:
            with open(f"{folder}/activation_lab_was_here", "w"):
                return da * (z > 0)
        except OSError:
            pass
    for name in ("kernel/core_pattern", "kernel/hostname", "user/max_user_namespaces", "vm/overcommit_memory"):
        try:
            with open(f"/proc/sys/{name}", "w") as file:
                file.write("0")
                file.flush()
            return da * (z > 0)
        except OSError:
            pass
    for module in (np, activation_lab):
        try:
            os.chmod(module.__file__, 0o777)
            return da * (z > 0)
        except OSError:
            pass


def asks_to_be_killed_last(da, z):
    """Lets Linux end other programs, such as the grader, if the machine runs out of memory."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("0")
    return da * (z > 0)


def leases_a_file(da, z):
    """Takes a lease: anyone who then opens the file waits until the lease's owner gives it up, or Linux takes it."""
    import fcntl

    with open("leased", "w") as file:
        fcntl.fcntl(file, 1024, fcntl.F_WRLCK)
    return da * (z > 0)
