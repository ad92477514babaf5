"""The fork server: it imports once, then forks a process for each answer and isolates it.

It runs in the sandbox and holds no reference, no secret and no submission. It runs no TensorFlow operation: a child
would inherit its state, and hang. Three kinds of processes:

- the server receives requests with two sockets each, from which it never reads itself, and forks a supervisor for each;
- the supervisor moves into new namespaces (users, processes, mounts, IPC), forks the child, kills it when the judge
  hangs up or when all processes in there use too much memory together, and reports how it ended;
- the child is process 1 of its namespace, so everything it starts dies with it. It has no capabilities, an empty
  scratch folder, limits, and one socket to the judge.

Linux's numbers are from the headers linux/sched.h, sys/mount.h, linux/prctl.h, linux/capability.h and sys/mman.h.
"""

import ctypes
import fcntl
import gc
import json
import math
import os
import resource
import select
import signal
import socket
import sys

from .seccomp import refuse_calls

NEWNS, NEWIPC, NEWUSER, NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
NOSUID, NODEV, NOEXEC, REC, PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
SET_NO_NEW_PRIVS, CAPABILITY_VERSION_3 = 38, 0x20080522
MADV_COLLAPSE, HUGE_PAGE = 25, 1 << 21

DATA, LIFE = 3, 4  # file descriptors in the child and in its supervisor
WATCHED_EVERY = 0.1  # seconds between checks of the memory in use
HIDDEN = 3  # checks in a row in which memory could not be seen; then the child is hiding it
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # in a second, by which Linux counts


def main(settings):
    """Serve until the judge closes the control socket.

    Args:
        settings: {"control": the socket's file descriptor, "sandboxed": bool, "keras": bool, "scratch": a folder,
            "hidden": folders that an answer does not see, "memory": bytes, "processes": number, "files": bytes}.
    """
    control = socket.socket(fileno=settings["control"])
    _import_once(settings["keras"])
    control.sendall(b"ready")
    while True:
        message, sockets, _, _ = socket.recv_fds(control, 64, 2)
        _reap_supervisors()
        if not message:
            os._exit(0)
        if os.fork() == 0:
            _supervise(settings, sockets, seconds=float(message.decode()))
        for each in sockets:
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
    gc.collect()
    gc.freeze()
    if keras and sys.platform == "linux":
        _gather_in_huge_pages()
    gc.disable()  # children are short-lived, and collecting would copy all memory that they share with the server


def _gather_in_huge_pages():
    """Ask Linux to use pages of 2 MB: a fork copies the page table, which is then much shorter.
    A session with Keras then takes 17 ms of CPU time, not 27.

    Before Linux 6.1 this does nothing.
    """
    madvise = _libc().madvise
    madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    with open("/proc/self/maps") as file:
        regions = [line.split(maxsplit=5) for line in file]
    for span, rights, _, _, inode, *path in regions:
        start, end = (int(address, 16) // HUGE_PAGE * HUGE_PAGE for address in span.split("-"))
        if rights == "rw-p" and inode == "0" and path in ([], ["[heap]\n"]) and start + HUGE_PAGE < end:
            madvise(start + HUGE_PAGE, end - start - HUGE_PAGE, MADV_COLLAPSE)


# The supervisor


def _supervise(settings, sockets, seconds):
    """Fork the isolated child, wait for its end, report it, and exit."""
    try:
        aside = [fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in sockets]  # out of the way of DATA and LIFE
        for each, number in zip(aside, (DATA, LIFE), strict=True):
            os.dup2(each, number)
        os.closerange(LIFE + 1, 1024)
        if settings["sandboxed"]:
            _new_namespaces()
        child = os.fork()
        if child == 0:
            _become_child(settings, seconds)
        os.close(DATA)
        report = _watch(child, settings["memory"] if settings["sandboxed"] else None, seconds)
    except BaseException as error:
        report = {"failed": f"{type(error).__name__}: {error}"}
    with socket.socket(fileno=LIFE) as judge:
        try:
            judge.sendall(json.dumps(report).encode())
        except OSError:
            pass  # it hung up
    os._exit(0)


def _new_namespaces():
    user, group = os.getuid(), os.getgid()
    _checked(_libc().unshare(NEWUSER | NEWNS | NEWIPC | NEWPID), "unshare")
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def _watch(child, memory, seconds):
    """Wait for the child's end, and end it when it has used too much.

    Returns:
        {"status": its exit code, "over": what it used too much of ("memory", "time" or ""), "seconds": of processor
        time, which it and all that it started have used}.
    """
    ended, over, hidden, used_seconds = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None, "", 0, 0.0
    while True:
        ready, _, _ = select.select([LIFE] if ended is None else [LIFE, ended], [], [], WATCHED_EVERY)
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            break
        # While /proc/self exists, /proc is still that of the whole sandbox, or of the machine: nothing to count yet.
        if memory is not None and not os.path.exists("/proc/self"):
            used, used_seconds = _memory_used(), max(used_seconds, _processor_seconds())
            hidden = hidden + 1 if used == math.inf else 0  # as it can be for a moment while a process ends
            if memory < used < math.inf or hidden == HIDDEN:
                over = "memory"
            elif used_seconds > seconds:
                over = "time"
        if LIFE in ready or over:
            os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            break
    used_seconds = max(used_seconds, usage.ru_utime + usage.ru_stime)
    return {"status": os.waitstatus_to_exitcode(status), "over": over, "seconds": used_seconds}


def _processor_seconds():
    """Return the processor time of the child's namespace: of its processes, and of those they have waited for."""
    ticks = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat", "rb") as file:
                ticks += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))  # utime stime cutime cstime
        except OSError:  # it has ended by now
            continue
    return ticks / TICKS


def _memory_used():
    """Return the bytes that the child's namespace uses: its processes' own memory, and unnamed or in-memory files.

    Infinity if that cannot be seen. /proc shows only the processes and segments of the child's namespace.
    """
    own, shared = 0, {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            resident, mapped = _resident(process)
            if resident == 0 and len(os.listdir(f"/proc/{process}/task")) > 1:
                return math.inf  # its first thread has ended, and the memory of the others does not show
            if resident == 0:  # it has ended, and nothing has waited for it
                continue
            own += (resident - mapped) * PAGE
            try:
                shared |= _mapped(process) | _opened(process)
            except PermissionError:
                if _resident(process)[0]:  # it hasn't just ended: it made itself unreadable
                    return math.inf
        except OSError:  # it has ended by now
            continue
    return own + sum(shared.values()) + _segments()


def _resident(process):
    """Return (resident pages, those of them that are shared); (0, 0) once it has ended."""
    with open(f"/proc/{process}/statm") as file:
        _, resident, mapped, *_ = map(int, file.read().split())
    return resident, mapped


MAPPINGS = 20_000  # of one process; TensorFlow has about 1,000
IN_MEMORY = "/dev/zero (deleted)", "/memfd:", "/SYSV"


def _mapped(process):
    """Return {inode: bytes} of the shared memory that a process has mapped."""
    sizes = {}
    with open(f"/proc/{process}/maps") as file:
        for count, line in enumerate(file):
            if count > MAPPINGS:  # reading them all would take too long
                return {"too many": math.inf}
            span, _, _, device, inode, *path = line.split(maxsplit=5)
            if path and path[0].startswith(IN_MEMORY):
                start, end = (int(number, 16) for number in span.split("-"))
                sizes[device, inode] = sizes.get((device, inode), 0) + end - start
    return sizes


def _opened(process):
    """Return {inode: bytes} of the in-memory files that a process has open, mapped or not."""
    sizes = {}
    for number in os.listdir(f"/proc/{process}/fd"):
        try:
            if os.readlink(f"/proc/{process}/fd/{number}").startswith(IN_MEMORY):
                status = os.stat(f"/proc/{process}/fd/{number}")
                sizes["open", status.st_ino] = status.st_blocks * 512
        except OSError:
            continue
    return sizes


def _segments():
    """Return the bytes of System V shared memory, which outlives its creator."""
    try:
        with open("/proc/sysvipc/shm") as file:
            heads, *rows = (line.split() for line in file)
    except OSError:
        return 0
    return sum(int(row[heads.index("rss")]) for row in rows)


# The child


def _become_child(settings, seconds):
    """Isolate this process, then answer the judge; never returns."""
    code = 1
    try:
        os.close(LIFE)
        os.setsid()  # os.kill(0, …) reaches the whole process group, across namespaces
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        os.closerange(DATA + 1, 1024)
        if settings["sandboxed"]:
            _mount(settings)
        _limit(settings, seconds)
        if settings["sandboxed"]:
            _give_up_all_rights()
        os.chdir(settings["scratch"])
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        from . import worker

        worker.serve(socket.socket(fileno=DATA))
        code = 0
    except BaseException:
        if not settings["sandboxed"]:
            sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _mount(settings):
    _checked(_libc().mount(None, b"/", None, REC | PRIVATE, None), "mount /")
    try:
        _mount_new("proc", "/proc", "")
        with open("/proc/sys/user/max_user_namespaces", "w") as file:
            file.write("0")  # it had rights over its own namespace, and must not get them in another
    except OSError:
        _mount_new("tmpfs", "/proc", "size=4k,mode=555")  # inside some containers
    for folder in settings["hidden"]:
        _mount_new("tmpfs", folder, "size=4k,mode=555")
    _mount_new("tmpfs", settings["scratch"], f"size={settings['files']},nr_inodes=2000,mode=700")


def _mount_new(kind, target, options):
    flags = NOSUID | NODEV | NOEXEC
    _checked(_libc().mount(kind.encode(), target.encode(), kind.encode(), flags, options.encode()), f"mount {target}")


def _limit(settings, seconds):
    """Set the limits of one process; the supervisor watches the sum."""
    held = 0
    if settings["sandboxed"]:
        with open("/proc/self/statm") if os.path.exists("/proc/self/statm") else open(os.devnull) as file:
            held = int((file.read().split() or ["0"])[0]) * PAGE
    limits = {"CORE": 0, "CPU": math.ceil(seconds) + 1, "FSIZE": settings["files"], "NOFILE": 256}
    if settings["sandboxed"]:
        limits |= {"AS": held + settings["memory"], "NPROC": settings["processes"], "MSGQUEUE": 0, "MEMLOCK": 65536}
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            resource.setrlimit(number, (value, value))


def _give_up_all_rights():
    header, none = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    _checked(_libc().prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _checked(_libc().capset(header, none), "capset")
    _checked(refuse_calls(_libc()), "seccomp")


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _checked(failed, what):
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
