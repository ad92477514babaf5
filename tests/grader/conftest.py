"""What the tests of the grader share: a sandbox, if this machine can make one, and the processes that judge."""

import copy
import dataclasses
import os
import sys

import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.sandbox import bubblewrap


@pytest.fixture(scope="session")
def sandboxed():
    """Skip the test if this machine can't make a sandbox, but not in CI, which must."""
    if reason := why_no_sandbox():
        assert not (os.environ.get("CI") and sys.platform == "linux"), reason
        pytest.skip(reason)


def why_no_sandbox():
    """A sentence; "" if this machine can make a sandbox."""
    try:
        bubblewrap.check()
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture(scope="session")
def judge(sandboxed):
    """A SubmissionJudge as the command has it, if no option is given; but what parses stays while it grades."""
    from activation_lab_tools.grader.course import Course
    from activation_lab_tools.grader.notebook_parser import NotebookParser
    from activation_lab_tools.grader.submission_judge import Settings, SubmissionJudge

    judge = SubmissionJudge(Course(), Settings())
    parser = NotebookParser(judge._servers[False])
    judge.parse = parser.parse
    yield judge
    parser.close()
    judge.close()


@pytest.fixture(scope="session")
def judge_with(judge):
    """`judge_with(partial=True, …)`: a SubmissionJudge with these settings, and with the processes of `judge`."""

    def another(**settings):
        other = copy.copy(judge)
        other.settings = dataclasses.replace(judge.settings, **settings)
        return other

    return another


@pytest.fixture(scope="session")
def server(judge):
    """The fork server of `judge` for NumPy."""
    return judge._servers[False]


@pytest.fixture(scope="session")
def keras_server(request):
    """The fork server of `judge` for Keras; one without a sandbox where there can be none."""
    from activation_lab_tools.grader.sandbox.client import ForkServer

    pytest.importorskip("tensorflow")
    if why_no_sandbox():
        with ForkServer(keras=True, sandboxed=False) as server:
            yield server
    else:
        yield request.getfixturevalue("judge")._servers[True]


@pytest.fixture
def here(judge, monkeypatch):
    """Let `grade` work in this process, with the processes that all tests share, instead of a pool of its own."""
    from in_process import Here

    from activation_lab_tools.grader import pool_worker, run

    monkeypatch.setattr(run, "ThisMachine", Here)
    monkeypatch.setattr(pool_worker, "_judges", {(None, judge.settings): judge})
