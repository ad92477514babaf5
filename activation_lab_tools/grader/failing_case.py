"""The numbers of the first case that an answer fails: for the instructor alone, never for the learner."""

from activation_lab.checking.case import result

LINES, LINE = 40, 300  # and characters in each


def failing_case(exercise, reference, received):
    """Return lines of text: the case's name and what is wrong, then its arguments, expected and received; () if none.

    Args:
        exercise: an Exercise.
        reference: the ReferenceRuns of its cases.
        received: {case name: Outcome}; after a time-out, cases may be missing.
    """
    for name, arguments in reference.cases.items():
        case = result(exercise, name, arguments, reference.expected(name), received.get(name))
        if not case.passed:
            lines = (f"{name}: {' '.join(case.problems)}", *(f"  {line}" for line in case.details))
            return tuple(line[:LINE] for line in lines[:LINES])
    return ()
