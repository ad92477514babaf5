"""An invented class, graded: forty students, some of whom have names that attack."""

import random

from activation_lab_tools.grader.records import GradedSubmission, Mark

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = "=cmd|' /C calc'!A0"
NAMES = [
    SCRIPT,
    "\u202egnp.edarg",  # overrides the reading direction
    "👩‍🔬 Zoë 李小龙",
    FORMULA,
    "Ada;=1+1",  # a cell of its own where semicolons separate
    "../../x",
    "x" * 5_000,
    "Ada Lovelace",
    "ADA LOVELACE",  # one folder with the one above on some file systems
    "محمد علي",
    "\x1b[31mred\x07\nPoints Possible",
    "\udc80lone",
    "\"quoted\" & 'quoted'",
    "con",
    "+49 170",
    "@SUM(A1)",
    "\t=tab",
    *(f"Student {number:02}" for number in range(23)),
]
LESSONS = ("01_dense_forward", "03_dense_backward")
EXERCISES = ("relu", "dense_forward", "leaky_relu", "softmax")
DIAGNOSES = {
    "relu": "It returns the absolute value: negative entries should become 0.",
    "dense_forward": "The kernel is transposed; `x @ kernel` needs none.",
    "softmax": "The sum goes over all axes <b>;=1+1</b>; it is over the last one.",
}
SHORT = "def relu(z):\n    return np.maximum(z, 0)\n"
STEPS = [f"    step_{n} = z * {n} if {n} < z.size else '</code><script>'" for n in range(20)]
LONG = "\n".join(["def {name}(z):", *STEPS, ""])


def classroom(names=NAMES, lessons=LESSONS, isolation="bubblewrap"):
    """A GradedSubmission for each name and lesson, in the store's order; always the same."""
    rng = random.Random(5)
    every = [graded(name, lesson, rng, isolation) for name in names for lesson in lessons]
    return sorted(every, key=lambda g: (g.student, g.lesson))


def graded(name, lesson=LESSONS[0], rng=None, isolation="bubblewrap"):
    """One student's result; most learning-platform numbers are known."""
    rng = rng or random.Random(0)
    number = rng.randrange(10_000, 99_999)
    ids = rng.choice([{"moodle": str(number)}, {"canvas": str(number)}, {"moodle": str(number), "canvas": "7"}, {}])
    marks = (*(mark(exercise, rng) for exercise in EXERCISES), question(rng))
    notes = ("Two cells define `relu`; the last one counts.",) if rng.random() < 0.2 else ()
    return GradedSubmission(
        name, name, f"class.zip: {name}/{lesson}.ipynb", lesson, isolation, marks, notes, ids, "student@example.org"
    )


def mark(exercise, rng):
    """An exercise that passed, failed with or without a diagnosis, hung, or was not attempted."""
    own = SHORT if exercise == "relu" else LONG.format(name=f"f{rng.randrange(3)}")
    common = {"exercise": exercise, "kind": "exercise", "points": 2, "own": own, "code_digest": own[:40] + exercise}
    seconds = rng.random() / 10
    state = rng.choice(["passed"] * 4 + ["diagnosed", "failed", "hung", "unjudged", "waiting"])
    if state == "passed":
        lines = ("Tried on: a batch of four; a batch of one.",)
        return Mark(state="passed", score=2, seconds=seconds, verification="compared", headline="all 5 cases pass",
                    lines=lines, **common)  # fmt: skip
    if state == "unjudged":
        return Mark(state="failed", score=0, verification="unverified", headline="not judged", **common)
    if state == "hung":
        return Mark(state="failed", score=0, seconds=10.0, ended="out of time", headline="0 of 5 cases pass", **common)
    if state == "waiting":
        return Mark(exercise, "exercise", "not attempted", 0, 2, headline="not attempted yet")
    said = (DIAGNOSES[exercise],) if state == "diagnosed" and exercise in DIAGNOSES else ()
    lines = (
        *(f"→ {text}" for text in said),
        "✓ a batch of one",
        f"✗ a batch of four: It stops with ValueError: {SCRIPT} \u202e",
        "    z               shape (4, 3)",
        "    expected        shape (4, 2)",
    )
    return Mark(state="failed", score=0, seconds=seconds, verification="compared", headline="2 of 5 cases pass",
                lines=lines, diagnoses=said, **common)  # fmt: skip


def question(rng):
    choice = rng.choice(["a", "b", "b", "b", "c", "", SCRIPT])
    state = {"b": "passed", "": "not attempted"}.get(choice, "failed")
    lines = () if not choice else ("The layer is a function too, with a name.",)
    return Mark("is_it_a_layer", "question", state, float(choice == "b"), 1, verification="read", lines=lines,
                choice=choice)  # fmt: skip
