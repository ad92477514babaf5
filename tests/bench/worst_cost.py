"""What can a submission cost that is made to cost as much as it can, and what do a hundred such cost?

Its file has a name that `make bench` does not take for a test's: it takes some minutes.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "grader"))

from grade_speed import GRADER, cost, family  # noqa: E402
from submitted import encoded, notebook, right_answers  # noqa: E402

from activation_lab import exercises
from activation_lab_tools.grader.reading_queue import READING

LIMITS = {1: 2.0, 100: 0.25}  # {submissions: seconds for each exercise}, instead of 10, so that this takes minutes
START = 30  # processor seconds that the start of the grader may take: TensorFlow is imported in each of its processes
IN_ALL = 3 << 30  # bytes that all of the grader's processes may use together, with one worker
SPINS = "def {0}(*arguments):\n    while True:\n        pass\n"
SENDS = "import numpy as np\n\ndef {0}(*arguments):\n    return np.zeros((7_500_000, 1))\n"
WARNS = """import numpy as np

def {0}(*arguments):
    error = ValueError("x")
    error.args = ("y" * 50_000_000,)
    raise error
"""
# Nearly as much memory as it may use.
HOLDS = "import numpy as np\n\ndef {0}(*arguments):\n    held = np.ones(190_000_000)\n    while True:\n        pass\n"
MODELS = """from activation_lab.quiet import keras
import time

def pre_activation_model(model, layer_name):
    began = time.process_time()
    while time.process_time() - began < 0.25:
        pass
    x = keras.layers.Flatten()(model.inputs[0])
    x = keras.ops.concatenate([x] * 16, axis=1)
    x = keras.ops.concatenate([x] * 16, axis=1)
    for _ in range(150):
        x = keras.ops.erf(x)
    return keras.Model(model.inputs[0], x)
"""
HOLDING = MODELS.replace("import time\n", "import time\nimport numpy as np\n").replace(
    "    began", "    global held\n    held = np.ones(125_000_000)  # a billion bytes, beside the model\n    began", 1
)
# Reading them takes long: each name is looked up, and what it needs.
CHAINS = ["".join(f"a{c}_{i} = a{c}_{i - 1}\n" for i in range(1, 3_000)) for c in range(30)]
SLOW_TO_READ = [
    *CHAINS,
    "def dense_forward(x, kernel, bias):\n    return " + " + ".join(f"a{c}_2999" for c in range(30)),
]


def answers(lesson, source):
    return {exercise.name: source.format(exercise.name) for exercise in exercises.of_lesson(lesson)}


KINDS = {
    "endless loops": ("03_dense_backward", lambda lesson: answers(lesson, SPINS)),
    "replies of 60 MB": ("03_dense_backward", lambda lesson: answers(lesson, SENDS)),
    "texts of 50 MB": ("03_dense_backward", lambda lesson: answers(lesson, WARNS)),
    "much memory": ("03_dense_backward", lambda lesson: answers(lesson, HOLDS)),
    "models": (
        "07_activation_layers",
        lambda lesson: right_answers(lesson) | answers(lesson, SPINS) | {"pre_activation_model": MODELS},
    ),
    "models beside much memory": (
        "07_activation_layers",
        lambda lesson: right_answers(lesson) | {"pre_activation_model": HOLDING},
    ),
}


def handed_in(folder, lesson, sources, count):
    for number in range(count):
        place = folder / "class" / f"student{number:03}"
        place.mkdir(parents=True)
        different = {name: f"# {number}\n{source}" for name, source in sources.items()}
        (place / "1.ipynb").write_bytes(notebook(lesson, different))
    return folder / "class"


def measured(folder, tmp_path, limit):
    """(processor seconds, the most bytes of all processes together) of a command that grades a folder."""
    command = [*GRADER, folder, "--out", tmp_path / "out", "--timeout", limit, "--workers", 1]
    watched = Watched()
    spent = cost(command, accepted=(0, 1), watch=watched, stdout=subprocess.DEVNULL)
    return spent.cpu, watched.most


class Watched:
    """The most memory that a command and all that it started have held at one time, each shared page counted once."""

    most = 0

    def __call__(self, pid):
        self.most = max(self.most, sum(proportional(each) for each, _ in family(pid)))


def proportional(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("count", "limit"), LIMITS.items())
def test_worst(kind, count, limit, tmp_path):
    """Is the cost at most twice exercises × limit, and 3 GB in all, for one such submission and for a hundred?"""
    lesson, sources = KINDS[kind]
    folder = handed_in(tmp_path, lesson, sources(lesson), count)
    seconds, memory = measured(folder, tmp_path, limit)
    allowed = 2 * count * len(exercises.of_lesson(lesson)) * limit
    size = (tmp_path / "out" / "grades.sqlite").stat().st_size / count
    print(
        f"\n{kind}, {count}: {seconds:.1f} processor seconds of {allowed:.0f} + {START} allowed, {memory >> 20} MB, "
        f"{size / 1000:.0f} kB a row"
    )
    assert seconds <= allowed + START
    assert memory <= IN_ALL


def test_worst_to_read(tmp_path):
    """Does a student with a hundred notebooks that are slow to read cost no more, and nothing the second time?"""
    (tmp_path / "class" / "eve").mkdir(parents=True)
    for number in range(100):
        cells = [{"cell_type": "code", "source": f"# {number}\n{source}"} for source in SLOW_TO_READ]
        document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / "class" / "eve" / f"{number}.ipynb").write_bytes(encoded(document))
    (tmp_path / "class" / "ada").mkdir()
    (tmp_path / "class" / "ada" / "1.ipynb").write_bytes(notebook("01_dense_forward"))
    began = time.monotonic()
    seconds, memory = measured(tmp_path / "class", tmp_path, 2.0)
    print(f"\nreading: {seconds:.1f} processor seconds, {time.monotonic() - began:.0f} s, {memory >> 20} MB")
    assert seconds <= READING + START
    assert memory <= IN_ALL
