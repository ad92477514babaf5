"""Attacks on the grader as answers in an otherwise right notebook, each with the marks that are fair.

An attack's source is a function of attacks/, renamed to the exercise. It only acts inside the grader's sandbox, where
it names its process, so that whatever it leaves behind is found. If an attack gets what it is after, it returns the
right values: that it fails shows that it got nothing.
"""

import ast
import glob
import inspect
import os
import tempfile
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from attacks import endings, machine, patches, replies, secrets, values, walls
from submitted import notebook, right_answers, right_choices

LESSON, EXERCISE, NEXT = "03_dense_backward", "relu_backward", "dense_backward"
MARKER, PROCESS, PORT = "activation_lab_was_here", "lab_attack", 47613
GUARD = f"""
import os
if os.environ.get("ACTIVATION_LAB_SANDBOX") != "1" or os.path.exists("/etc/passwd"):
    return None
import ctypes
ctypes.CDLL(None).prctl(15, b"{PROCESS}", 0, 0, 0)  # names the process
"""
LOADED = f"""
class Loaded:
    outcome = attack(np.ones(3), np.ones(3))


def {EXERCISE}(da, z):
    return Loaded.outcome
"""
ENDLESS = (
    *("endless_loop", "endless_loop_in_c", "endless_power", "endless_pattern", "catches_everything", "sleeps"),
    *("ignores_signals", "blocks_signals", "stops_itself", "fork_bomb", "burns_in_the_background"),
    *("a_gigabyte_printed", "answers_drop_by_drop", "warns_without_end", "endless_decomposition"),
)
WHILE_LOADING = endings.endless_loop, endings.leaves_by_os_exit, machine.fork_bomb, patches.patches_numpy
ZEROS = f"def {NEXT}(dz, x, kernel):\n    return 0 * x, 0 * kernel, 0 * kernel[0]\n"
DEPTH = 40_000
DEEP = {"minus_signs": "-" * DEPTH + "da", "brackets": "(" * DEPTH + "da" + ")" * DEPTH, "sum": "da" + "+da" * DEPTH}


@dataclass(frozen=True)
class Attack:
    """One hostile answer.

    Args:
        name: a few words.
        aim: what it does, a sentence.
        source: the answer to EXERCISE.
        others: {exercise: source} of more answers that are not right.
        passes: whether the answer to EXERCISE has earned its points.
        seconds: of processor time that EXERCISE is given: enough to reach its aim, and little if it never ends.
    """

    name: str
    aim: str
    source: str
    others: dict = field(default_factory=dict)
    passes: bool = False
    seconds: float = 2.0
    exercise = EXERCISE

    @property
    def notebook(self):
        """The bytes of the notebook."""
        answers = right_answers(LESSON) | {EXERCISE: self.source} | self.others
        return notebook(LESSON, answers, right_choices(LESSON))

    @property
    def passed(self):
        """{exercise or question: is it right?}"""
        fair = dict.fromkeys([*right_answers(LESSON), *right_choices(LESSON)], True)
        return fair | {EXERCISE: self.passes} | dict.fromkeys(self.others, False)


def traces():
    """What attacks have left on this machine, [] if the sandbox holds: files, and processes that are ours or nobody's.

    Attacks that are just being tried by another test run, or another worker of this one, are theirs.
    """
    folders = {".", "/", "/tmp", "/dev/shm", "/var/tmp", "/run", "/scratch", Path.home(), tempfile.gettempdir()}
    found = [path for folder in folders for path in glob.glob(f"{folder}/{MARKER}*")]
    attacking = {path.parent for path in Path("/proc").glob("[0-9]*/comm") if _read(path).startswith(PROCESS)}
    for process in sorted(attacking):
        above = _ancestors(process)
        if Path("/proc", str(os.getpid())) in above or above <= attacking:
            found.append(str(process))
    # One that has ended by now is no trace; of another's, what was above it could not be read.
    return [path for path in found if os.path.lexists(path)]


def _ancestors(process):
    """The folders in /proc of a process's parent, its parent, and so on, but for process 1, to which all go back."""
    above = set()
    while (status := _read(process / "stat")) and (parent := status.rpartition(")")[2].split()[1]) not in "01":
        process = Path("/proc", parent)
        above.add(process)
    return above


def _read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _in_the_sandbox(da, z):
    """Is right, but only where attacks are at work: were it to fail, the attacks would be asleep."""
    return da * (z > 0)


def _leaves_a_trace(da, z):
    """Leaves a file for the next answer of the same notebook to find."""
    import os

    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        try:
            with open(f"{folder}/activation_lab_was_here", "w") as file:
                file.write("here")
        except OSError:
            pass


def _finds_the_trace(dz, x, kernel):
    """Is right if an earlier answer has left something."""
    import glob

    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        if glob.glob(f"{folder}/activation_lab_was_here*"):
            return dz @ kernel.T, x.T @ dz, dz.sum(axis=0)


def _source(function, name=EXERCISE):
    """The function's text, under another name and with the guard in front of all that it does."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    tree.name = name
    tree.body[1:1] = ast.parse(f"def _():{textwrap.indent(GUARD, '    ')}").body[0].body
    return ast.unparse(tree)


def _seconds(name):
    return 0.1 if name in ENDLESS else 30.0 if name.startswith("gigabytes") else 2.0


def _attacks():
    yield Attack("in_the_sandbox", inspect.getdoc(_in_the_sandbox), _source(_in_the_sandbox), passes=True)
    trace = {NEXT: _source(_finds_the_trace, NEXT)}
    yield Attack("leaves_a_trace", inspect.getdoc(_leaves_a_trace), _source(_leaves_a_trace), trace)
    for module in (endings, machine, walls, replies, secrets, patches, values):
        others = {NEXT: ZEROS} if module is patches else {}
        for name, function in vars(module).items():
            if inspect.isfunction(function):
                yield Attack(name, inspect.getdoc(function), _source(function), others, seconds=_seconds(name))
    for function in WHILE_LOADING:
        aim = f"{inspect.getdoc(function)} While it is loaded, before any case."
        source, seconds = f"{_source(function, 'attack')}\n\n{LOADED}", _seconds(function.__name__)
        yield Attack(f"{function.__name__}_while_loading", aim, source, seconds=seconds)
    for name, deep in DEEP.items():
        source = f"def {EXERCISE}(da, z):\n    return {deep}\n"
        yield Attack(f"deep_{name}", "Nested so deep that no parser gets to the bottom of it.", source)


ATTACKS = {attack.name: attack for attack in _attacks()}
