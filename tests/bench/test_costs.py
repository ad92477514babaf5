"""What do a check, a time limit, an import and a rebuilt model cost, beside a piece of plain Python?"""

import subprocess
import sys
import time

import pytest
from course import EXERCISES, LESSON, needs_keras

from activation_lab.checking import judge
from activation_lab.checking.limit import within
from activation_lab.checking.reference_runs import reference_runs

# Yardsticks that each may take; one is some 5 ms on a machine of 2025.
CHECK = {"numpy": 20, "keras": 500}
IMPORT, LIMIT, REBUILD = 40, 0.4, 4
ATTEMPTS = 8


def yardstick():
    return sum(number * number for number in range(100_000))


def processor_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def yardsticks(work, limit):
    """The fewest yardsticks that the work takes; it is tried again while it takes more than the limit."""
    ratios = []
    while len(ratios) < ATTEMPTS and min(ratios, default=limit) >= limit:
        ratios.append(processor_seconds(work) / processor_seconds(yardstick))
    return min(ratios)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_a_check(exercise):
    """Does a check answer at once, for each known mistake, the first time it is asked?"""

    def first_check(answer):
        reference_runs.cache_clear()
        judge(exercise, answer)

    limit = CHECK["keras" if needs_keras(LESSON[exercise.name]) else "numpy"]
    costs = {kind: yardsticks(lambda a=answer: first_check(a), limit) for kind, answer in exercise.mistakes.items()}
    print(f"{exercise.name}: {max(costs.values()):.1f} yardsticks, of {limit} allowed")
    assert max(costs.values()) < limit, costs


def test_a_limit():
    """Is a limit cheap enough to stand around every case?"""
    cost = yardsticks(lambda: [within(60, int) for _ in range(10)], 10 * LIMIT) / 10
    print(f"a limit: {cost:.2f} yardsticks, of {LIMIT} allowed")
    assert cost < LIMIT


def test_an_import():
    """Does `import activation_lab` take little more than `import numpy`, which it needs?"""
    code = """
import time
start = time.process_time()
import numpy
numpy_seconds = time.process_time() - start
import activation_lab
beyond = time.process_time() - start - numpy_seconds
start = time.process_time()
sum(number * number for number in range(100_000))
print(beyond / (time.process_time() - start))
"""
    runs = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(ATTEMPTS)]
    print(f"the import, beyond NumPy's: {min(runs):.1f} yardsticks, of {IMPORT} allowed")
    assert min(runs) < IMPORT


def test_rebuilding(keras):
    """Is a small model described and rebuilt in the time of a few yardsticks, once everything is warm?"""
    from activation_lab_tools.grader.models.rebuild import rebuild
    from activation_lab_tools.grader.models.serialize import serialize

    layers = keras.layers
    model = keras.Sequential([layers.Input((784,)), layers.Dense(64, "relu"), layers.Dense(10, "softmax")])
    rebuild(serialize(model))
    cost = yardsticks(lambda: rebuild(serialize(model)), REBUILD)
    print(f"a model described and rebuilt: {cost:.1f} yardsticks, of {REBUILD} allowed")
    assert cost < REBUILD
