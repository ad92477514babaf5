"""What the tests of the grader share: a sandbox, if this machine can make one, and the processes that judge."""

import copy
import dataclasses
import os
import sys

import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.sandbox import bubblewrap

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"


@pytest.fixture(scope="session")
def sandboxed():
    """Skip the test if this machine can't make a sandbox, but not in CI, which must."""
    try:
        bubblewrap.check()
    except UserError as error:
        if os.environ.get("CI") and sys.platform == "linux":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def examiner():
    """What examines models, in a process without a sandbox; it starts when it is needed.

    It computes as this process does: oneDNN, which the grader's processes leave out, rounds float16 otherwise on some
    processors.
    """
    from activation_lab_tools.grader.models.examiner import Examiner
    from activation_lab_tools.grader.sandbox.client import ForkServer

    class AsHere(ForkServer):
        def _command(self, control):
            command, environment = super()._command(control)
            here = {name: value for name, value in os.environ.items() if name == ONEDNN}
            return command, {name: value for name, value in environment.items() if name != ONEDNN} | here

    with AsHere(keras=True, sandboxed=False) as server:
        each = Examiner(server)
        yield each
        each.close()


@pytest.fixture(scope="session")
def judge_with(sandboxed):
    """`judge_with(partial=True, …)`: a SubmissionJudge with these settings. All have the same processes."""
    from activation_lab_tools.grader.course import Course
    from activation_lab_tools.grader.submission_judge import Settings, SubmissionJudge

    first = SubmissionJudge(Course(), Settings())

    def another(**settings):
        judge = copy.copy(first)
        judge.settings = dataclasses.replace(first.settings, **settings)
        return judge

    yield another
    first.close()


@pytest.fixture(scope="session")
def judge(judge_with):
    """A SubmissionJudge as the command has it, if no option is given."""
    return judge_with()
