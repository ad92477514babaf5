"""What a pool worker does: one task in, plain data out. Workers are this machine's processes, or a cluster's."""

import atexit
import contextlib
import threading

from ..errors import UserError
from .course import Course
from .sandbox.client import SandboxError
from .submission_judge import SubmissionJudge

_judges = {}
# A cluster's worker may have several threads, and warnings are recorded for the whole process.
_one_at_a_time = threading.Lock()


def parse(pack, settings, catalogue, notebook, seconds):
    """Return the ParsedNotebook of a notebook's bytes, for which so many seconds of processor time are left."""
    with _one_at_a_time:
        return _judge(pack, settings).parse(notebook, catalogue, seconds)


def grade(pack, settings, submission, notebook, seeds):
    """Return the GradedSubmission of one submission."""
    with _one_at_a_time:
        return _judge(pack, settings).grade(submission, notebook, seeds)


def _judge(pack, settings):
    if (pack, settings) not in _judges:
        for judge in _judges.values():
            judge.close()
        _judges.clear()
        _judges[pack, settings] = SubmissionJudge(Course(pack), settings)
    return _judges[pack, settings]


@atexit.register
def _close():
    for judge in _judges.values():
        with contextlib.suppress(SandboxError):  # it may have ended before
            judge.close()


def checked_pack(path):
    """Return the source of an instructor's exercises, imported once to see that it can be.

    Raises:
        UserError: it cannot.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} could not be read: {error}.") from None
    Course(source)
    return source
