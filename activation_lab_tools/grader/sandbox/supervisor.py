"""The supervisor of one answer: it forks the isolated child, ends it when it must, and reports how it ended.

It is outside of the child's control group and its namespace of processes, which it sees through the /proc that the
child mounts. The first line on LIFE is the child's: wire.ISOLATED, or why it could not be isolated. The last is the
supervisor's report.
"""

import fcntl
import json
import os
import select
import signal
import socket
import sys

from . import isolation, usage, wire

DATA, LIFE, JOIN, SPENT = 3, 4, 5, 6  # file descriptors: two sockets to the judge, two files of the control group
WATCHED_EVERY = 0.1  # seconds between looks at what is used
BLIND = 3  # looks in a row that could not see the memory in use, as it can be for a moment while a process ends


def supervise(settings, received, seconds, examines=False):
    """Fork the child, wait for its end, report it, and exit.

    Args:
        settings: see fork_server.main.
        received: file descriptors: sockets for DATA and LIFE, and, with a control group, its files JOIN and SPENT.
        seconds: of processor time that the child may use, with all that it starts.
        examines: whether it examines models, and so need not be isolated: no code of an answer runs in it.
    """
    try:
        aside = [fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in received]  # out of the way of DATA to SPENT
        for each, number in zip(aside, (DATA, LIFE, JOIN, SPENT), strict=False):
            os.dup2(each, number)
        close_from(DATA + len(received))
        grouped = len(received) > 2
        if settings["sandboxed"] and not examines:
            isolation.new_namespaces()
        before = _proc()
        child = os.fork()
        if child == 0:
            become_examiner() if examines else become_child(settings, seconds, grouped)
        os.close(DATA)
        _tell_judge(json.dumps(_watch(child, settings, seconds, grouped, before)))
    except BaseException as error:
        _tell_judge(f"{type(error).__name__}: {error}\n")  # which is no report
    os._exit(0)  # a child that still lives dies with it


def close_from(lowest):
    """Close all file descriptors from this one on."""
    close_range = getattr(isolation.libc(), "close_range", None)  # since Linux 5.9 and glibc 2.34
    if close_range and close_range(lowest, 0xFFFFFFFF, 0) == 0:
        return
    for number in map(int, os.listdir("/dev/fd")):
        if number >= lowest:
            try:
                os.close(number)
            except OSError:  # the listing's own
                pass


def _tell_judge(text):
    try:
        with socket.socket(fileno=os.dup(LIFE)) as judge:
            judge.sendall(text.encode())
    except OSError:
        pass  # it hung up


def _proc():
    """Return which /proc this is."""
    return os.stat("/proc").st_dev if os.path.exists("/proc") else None


def _watch(child, settings, seconds, grouped, before):
    """Wait for the child's end, and end it when the judge hangs up or when it has used too much.

    Args:
        before: the _proc that shows other processes than the child's; it mounts one of its own.

    Returns:
        {"status": its exit code, "over": what it used too much of ("memory", "time" or ""), "hung_up": whether it was
        ended because the judge did, "seconds": of processor time, which it and all that it started have used}.
    """
    ended, over, blind, spent = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None, "", 0, 0.0
    while True:
        ready, _, _ = select.select([LIFE] if ended is None else [LIFE, ended], [], [], WATCHED_EVERY)
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            break
        isolated = _proc() != before
        hung_up = LIFE in ready and not _answered("1" if isolated else child)
        if isolated:
            memory, seen = _measured(settings["memory"], grouped, with_memory=not hung_up)
            spent, blind = max(spent, seen), blind + 1 if memory == usage.HIDDEN else 0
            if settings["memory"] < memory < usage.HIDDEN or blind == BLIND:
                over = "memory"
            elif spent > seconds:
                over = "time"
        if over or hung_up:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            break
    spent = max(spent, used.ru_utime + used.ru_stime, _spent() if grouped else 0.0)
    code = os.waitstatus_to_exitcode(status)
    killed = not pid and code == -signal.SIGKILL  # it may have been about to end by itself
    return {"status": code, "over": over, "hung_up": killed and not over, "seconds": spent}


def _answered(process):
    """Answer the judge's question how long the child has waited for a processor; False if the judge has hung up."""
    if not os.read(LIFE, 1):
        return False
    _tell_judge(f"?{usage.starved(process):.3f}\n")
    return True


def _measured(allowed, grouped, with_memory):
    """Return (bytes, seconds) in use. An answer that makes looking fail is hiding something."""
    try:
        memory, seconds = usage.measured(allowed, with_memory)
    except Exception:
        memory, seconds = usage.HIDDEN, 0.0
    return memory, max(seconds, _spent() if grouped else 0.0)


def _spent():
    """Return the processor time that the control group has counted; it forgets no process that has ended."""
    return int(os.pread(SPENT, 100, 0).split()[1]) / 1e6  # “usage_usec 123”


# The child


def become_child(settings, seconds, grouped):
    """Isolate this process, then answer the judge; never returns."""
    code, isolated = 1, False
    try:
        if grouped:
            os.write(JOIN, b"0")  # this process
        os.setsid()  # os.kill(0, …) reaches the whole process group, across namespaces
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        close_from(LIFE + 1)
        if settings["sandboxed"]:
            isolation.isolate(settings, seconds)
        else:
            isolation.limit(settings, seconds)
        os.chdir(settings["scratch"])
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        from . import worker

        _tell_judge(f"{wire.ISOLATED}\n")
        os.close(LIFE)
        isolated = True
        worker.serve(socket.socket(fileno=DATA))
        code = 0
    except BaseException as error:
        if not isolated:
            _tell_judge(f"{type(error).__name__}: {error}\n")
        elif not settings["sandboxed"]:
            sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def become_examiner():
    """Examine models until the judge hangs up; never returns."""
    code = 1
    try:
        if sys.platform == "linux":
            isolation.die_with_parent()
        from ..models import examination

        _tell_judge(f"{wire.ISOLATED}\n")
        os.close(LIFE)
        examination.serve(socket.socket(fileno=DATA))
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)
