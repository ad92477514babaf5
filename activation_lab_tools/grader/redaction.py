"""Feedback without what an answer's words give away: the numbers of the grader's cases, and folders of this machine."""

import dataclasses
import re

import numpy as np

from activation_lab.checking.limit import OutOfTime

NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w)")
PATH = re.compile(r"""(?<![\w:/.])(?:[A-Za-z]:)?[/\\](?:[^\s/\\'"“”:,;()<>|]+[/\\])+""")
FEW = {0, 1, 2, 3, 4}  # axes, and how many arguments there are


def redacted(report, reference, execution, program):
    """Return a Report in which an answer's texts have no number but sizes, and no folders.

    An answer can put anything into the text of an error or a warning, or return a text. Shapes and sizes may be told;
    the numbers in arrays, and those that are arguments, are the cases' secret.

    Args:
        report: a Report without values.
        reference: the ReferenceRuns of its cases.
        execution: the Execution that it judges.
        program: the answer's source, whose lines may be quoted as they are.
    """
    cases = [_redacted(case, reference, execution, program) for case in report.cases]
    return dataclasses.replace(report, cases=tuple(cases))


def _redacted(case, reference, execution, program):
    received = execution.received.get(case.name)
    if not case.problems or received is None or isinstance(received.error, OutOfTime):
        return case
    arguments, expected = reference.cases[case.name], reference.expected(case.name).value
    told = {str(size) for size in (FEW - _scalars(arguments)) | _sizes((arguments, expected))}
    problems = []
    for problem in case.problems:
        warning = any(text in problem for text in received.warnings)
        if warning or case.name in execution.spoken:
            kept = "" if warning else _ours(problem, received, program)
            own = problem[: len(problem) - len(kept)]
            problem = NUMBER.sub(lambda number: number[0] if number[0] in told else "…", own) + kept
        problems.append(PATH.sub("…/", problem))
    return dataclasses.replace(case, problems=tuple(problems))


def _ours(problem, received, program):
    """Return the end of a sentence that an answer can't have made up: what was expected, or a line of its program."""
    if received.error is None:
        _, expected, what = problem.rpartition("; expected ")
        return expected + what if expected else ""
    line = re.search(r" \((.*)\)$", problem, re.DOTALL)
    return line[0] if line and line[1] in program else ""


def _scalars(values):
    """Return the whole numbers among the arguments, alone or in tuples."""
    if isinstance(values, tuple | list):
        return set().union(*map(_scalars, values))
    return {int(values)} if isinstance(values, int | np.integer) else set()


def _sizes(value):
    """Return the lengths, sizes and numbers of axes of all arrays and tuples in a value."""
    if isinstance(value, tuple | list):
        return {len(value)}.union(*map(_sizes, value))
    return {*value.shape, value.size, value.ndim} if isinstance(value, np.ndarray) else set()
