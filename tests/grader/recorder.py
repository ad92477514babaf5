"""Print the numbers of the system calls that right answers make and the sandbox refuses.

A child runs the right answers of all lessons under the sandbox's filter, in which Linux asks this process about each
call that isn't allowed (linux/seccomp.h: SECCOMP_RET_USER_NOTIF), and gets the filter's own answer.
"""

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import struct
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from activation_lab_tools.grader.sandbox import bubblewrap

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
os.environ |= {name: text for name, text in bubblewrap.environment().items() if text != bubblewrap.SCRATCH}
from submitted import notebook, right_answers, right_choices  # noqa: E402

from activation_lab.harness import arguments_for  # noqa: E402
from activation_lab_tools.grader.course import Course  # noqa: E402
from activation_lab_tools.grader.pack_harness import harness_text  # noqa: E402
from activation_lab_tools.grader.reading import parse  # noqa: E402
from activation_lab_tools.grader.sandbox import isolation, seccomp, worker  # noqa: E402

ASK = 0x7FC00000
SET_MODE_FILTER, NEW_LISTENER = 1, 8
RECEIVE, SEND = 0xC0502100, 0xC0182101
SECCOMP, PIDFD_GETFD = {"x86_64": (317, 438), "aarch64": (277, 438)}[platform.machine()]
SKIPPED = 77


def answers():
    """(exercise, harness, program) of the right answers in all lessons."""
    course = Course()
    catalogue = course.catalogue()
    for lesson in catalogue:
        cells = notebook(lesson, right_answers(lesson), right_choices(lesson))
        programs = {each.exercise: each.program for each in parse.parse_notebook(cells, catalogue).answers}
        for exercise in course.exercises(lesson):
            yield exercise, harness_text(exercise), programs[exercise.name]


def run(exercise, harness, program):
    """Run an answer on all cases as a sandboxed child does."""
    cases = exercise.cases(np.random.default_rng(3))
    answer, report = worker._loaded({"exercise": exercise.name, "program": program, "needed": ()})
    assert "error" not in report, report
    worked = SimpleNamespace(name=exercise.name, run=worker._harness(harness), examine=None)
    for arguments in list(cases.values())[:1]:
        reply = worker.outcome_of(worked, answer, arguments_for(exercise.run, arguments))
        assert reply["error"] is None, reply
    if "tensorflow" in sys.modules:
        tf = sys.modules["tensorflow"]
        tf.function(lambda x: x @ x)(tf.ones((3, 3)))


def filtered():
    """Install the filter, and return the file descriptor at which Linux asks."""
    steps = seccomp.filter_steps(platform.machine(), ASK)
    program = seccomp.Program(len(steps) // seccomp.STEP, ctypes.cast(steps, ctypes.c_void_p))
    isolation.libc().prctl(isolation.SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return isolation.libc().syscall(SECCOMP, SET_MODE_FILTER, NEW_LISTENER, ctypes.byref(program))


def child(tell, go):
    """Run an answer for each harness under the filter, in a process that was forked under it; never returns."""
    code = 1
    try:
        tasks = {harness: (exercise, harness, program) for exercise, harness, program in answers()}.values()
        os.write(tell, struct.pack("i", filtered()))
        os.read(go, 1)
        pid = os.fork()
        if pid == 0:
            for task in tasks:
                run(*task)
        code = 0 if pid == 0 else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def recorded(pid, listener):
    """The numbers that Linux asks about until the child and all that it started have ended."""
    numbers, poll = set(), select.poll()
    poll.register(listener, select.POLLIN)
    while not (poll.poll()[0][1] & select.POLLHUP):
        asked = bytearray(80)
        try:
            fcntl.ioctl(listener, RECEIVE, asked)
            question, _, _, number = struct.unpack_from("QIIi", asked)
            numbers.add(number)
            fcntl.ioctl(listener, SEND, bytearray(struct.pack("QqiI", question, 0, -errno.EPERM, 0)))
        except OSError:  # the one that asked has ended
            continue
    return numbers, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main():
    worker.import_harness(keras=True)
    told, tell = os.pipe()
    wait, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(tell, wait)
    os.close(tell)
    answer = os.read(told, 4)
    listener = struct.unpack("i", answer)[0] if answer else -1
    listener = isolation.libc().syscall(PIDFD_GETFD, os.pidfd_open(pid), listener, 0) if listener >= 0 else -1
    if listener < 0:
        os.kill(pid, signal.SIGKILL)
        print("This Linux does not let a test watch system calls.", file=sys.stderr)
        sys.exit(SKIPPED)
    os.write(go, b"x")
    numbers, code = recorded(pid, listener)
    print(*sorted(numbers))
    sys.exit(code)


if __name__ == "__main__":
    main()
