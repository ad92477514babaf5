"""Is each task done once, even if workers die?"""

import os
import time

from activation_lab_tools.grader.pools import ThisMachine, in_turn


def square(number):
    if number == 3:
        os._exit(1)
    time.sleep(0.05)
    return number**2


def test_killed_worker():
    """Do all other tasks finish if one kills its worker?"""
    machine = ThisMachine(2)
    try:
        results = list(in_turn(machine, square, ((number, (number,)) for number in range(12))))
    finally:
        machine.close()
    assert len(results) == 12
    results = dict(results)
    assert isinstance(results.pop(3), Exception)
    assert results == {number: number**2 for number in range(12) if number != 3}


def test_few_ahead():
    """Are few more tasks submitted than there are workers?"""
    arguments_for = []

    def tasks():
        for number in range(10, 60):
            arguments_for.append(number)
            yield number, (number,)

    machine = ThisMachine(1)
    try:
        ahead = [len(arguments_for) - place for place, _ in enumerate(in_turn(machine, abs, tasks()))]
    finally:
        machine.close()
    assert len(ahead) == 50 and max(ahead) <= 4


def test_error():
    """Is an exception a task's result?"""
    machine = ThisMachine(1)
    try:
        ((key, result),) = in_turn(machine, square, [("key", ("no number",))])
    finally:
        machine.close()
    assert key == "key" and isinstance(result, TypeError)
