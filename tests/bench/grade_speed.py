"""What does it cost to grade a class, against nbgrader on the same notebooks, and from ten students to a thousand?

Its file has a name that `make bench` does not take for a test's: it takes some minutes, and installs nbgrader.
"""

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "grader"))

import mistaken  # noqa: E402
import rival  # noqa: E402
from submitted import encoded, filled, right_answers, right_choices  # noqa: E402

from activation_lab import exercises

GRADER = [Path(sys.executable).parent / "activation-lab", "grade"]
WATCHED_EVERY = 0.1  # seconds between checks of the memory


@dataclass(frozen=True)
class Cost:
    """The cost of one command with all processes that it started.

    Args:
        cpu, wall: seconds.
        judge, sandbox: the largest peak, in MB, of a process outside and inside the sandbox.
    """

    cpu: float
    wall: float
    judge: int
    sandbox: int


def cost(command, accepted=(0,), watch=None, **options):
    """Run a command to its end, and measure it; `watch` is called with its process id while it runs.

    bubblewrap does not add the CPU time of its sandbox to its own, as other parents do; so the fork servers in there,
    which have the sum of all their children, are read while they live, and so are the children that live to the end.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), **options)
    peaks, sandboxes, children = {"judge": 0, "sandbox": 0}, {}, {}
    while process.poll() is None:
        living, children = children, {}
        for pid, sandboxed in family(process.pid):
            kind = "sandbox" if sandboxed else "judge"
            peaks[kind] = max(peaks[kind], peak(pid))
            if sandboxed == "server":
                sandboxes[pid] = used(pid) or sandboxes.get(pid, 0)
            elif sandboxed:
                children[pid] = used(pid)
        children = children or living
        if watch:
            watch(process.pid)
        time.sleep(WATCHED_EVERY)
    assert process.returncode in accepted, f"{command} ended with exit status {process.returncode}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cpu += sum(sandboxes.values()) + sum(children.values())
    return Cost(cpu, time.perf_counter() - start, **peaks)


def family(pid, sandboxed=""):
    """(pid, "" or "server" or "child") of a process and all that descend from it; "child" below a fork server."""
    try:
        program, *arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        children = [each for path in Path(f"/proc/{pid}/task").glob("*/children") for each in path.read_text().split()]
    except OSError:
        return
    if sandboxed:
        sandboxed = "child"
    elif b"python" in program and any(b"fork_server.main" in each for each in arguments):
        sandboxed = "server"
    yield pid, sandboxed
    for child in children:
        yield from family(int(child), sandboxed)


def peak(pid):
    """The most memory that a process has held, in MB; 0 if it has gone."""
    try:
        (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM:")]
    except (OSError, ValueError):
        return 0
    return int(line.split()[1]) // 1024


def used(pid):
    """CPU seconds of a process and of the children that it has waited for; 0 if it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def variants(lesson):
    """Answers and choices as a class hands them in: all right, then each exercise wrong in each known way."""
    yield right_answers(lesson), right_choices(lesson)
    for exercise in exercises.of_lesson(lesson):
        for source in mistaken.mistakes(exercise).values():
            yield right_answers(lesson) | {exercise.name: source}, {}


def hand_in(folder, lesson, document, count):
    """Write `submitted/<student>/<lesson>/<lesson>.ipynb` for so many students."""
    different = [encoded(filled(document, *each)) for each in variants(lesson)]
    for number in range(count):
        place = folder / "submitted" / f"student{number:04}" / lesson
        place.mkdir(parents=True)
        (place / f"{lesson}.ipynb").write_bytes(different[number % len(different)])
    return folder / "submitted"


def graded(submitted, out):
    return cost([*GRADER, submitted, "--out", out], stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("lesson", "count", "theirs", "times"), [("01_dense_forward", 200, 20, 30), ("05_keras_dense", 400, 10, 15)]
)
def test_against_nbgrader(lesson, count, theirs, times, tmp_path):
    """Does a submission take so many times less processor time than nbgrader needs, start of either included?

    The class is one; nbgrader, of which each submission costs the same, gets its first students alone.
    """
    document = rival.prepared(tmp_path, lesson)
    everybody = hand_in(tmp_path / "all", lesson, document, count)
    hand_in(tmp_path, lesson, document, theirs)
    ours = graded(everybody, tmp_path / "graded")
    its = cost(rival.command("autograde", lesson), **rival.surroundings(tmp_path), stderr=subprocess.DEVNULL)
    assert autograded(tmp_path) == theirs
    own, other = ours.cpu / count, its.cpu / theirs
    print(
        f"\n{lesson}, CPU seconds a submission: {own:.4f} ({count} of them), nbgrader {other:.2f} ({theirs}), "
        f"ratio {other / own:.1f}; wall {ours.wall / count:.4f} : {its.wall / theirs:.2f}"
    )
    assert other / own >= times


def autograded(course):
    """How many submissions nbgrader has marked, so that what failed early is not taken for fast."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        (count,) = database.execute("select count(distinct assignment_id) from submitted_notebook").fetchone()
    return count


def test_from_ten_to_a_thousand(tmp_path):
    """Does each further submission cost the same, and does a judge hold no more memory for a thousand than for ten?"""
    lesson, costs = "01_dense_forward", {}
    document = rival.instructors_notebook(lesson)
    print(f"\n{lesson}, {os.cpu_count()} processors")
    for count in (10, 100, 1000):
        submitted = hand_in(tmp_path / str(count), lesson, document, count)
        costs[count] = each = graded(submitted, tmp_path / f"graded {count}")
        peaks = f"peak of a judge {each.judge} MB, of a sandbox {each.sandbox} MB"
        print(f"{count:5}: CPU {each.cpu:.2f} s, wall {each.wall:.2f} s, {peaks}")
    first, later = ((costs[many].cpu - costs[few].cpu) / (many - few) for few, many in ((10, 100), (100, 1000)))
    print(f"CPU seconds of each further submission: {first:.4f} up to 100, {later:.4f} up to 1,000")
    assert later <= 1.5 * first
    assert costs[1000].judge <= 1.5 * costs[10].judge
