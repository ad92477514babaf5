"""One answer's execution: it runs in a sandboxed child, case by case, and what it returns is compared here, outside."""

import builtins
import dataclasses
import functools
import re
import sys
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from activation_lab.checking.judge import CodeFindings, parameters_without_default
from activation_lab.checking.limit import WALL, OutOfTime
from activation_lab.checking.outcome import Outcome, observe
from activation_lab.errors import CannotJudge
from activation_lab.harness import arguments_for

from .sandbox import wire
from .sandbox.worker import TAKEN_OUT


class Unverified(CannotJudge):
    """The answer returned a model that the judge can't rebuild: a person must look at it."""


@dataclass
class Execution:
    """What happened when an answer ran.

    Attributes:
        received: name of the case to Outcome, for the cases that replied.
        findings: a CodeFindings.
        ended: "" or how the child ended before it should.
        verification: see Mark.
        seconds: of processor time that the answer used, and all that it started.
    """

    received: dict = field(default_factory=dict)
    findings: CodeFindings = CodeFindings()
    ended: str = ""
    verification: str = "compared"
    seconds: float = 0.0


def execute(fork_server, exercise, harness, program, cases, seconds):
    """Run an answer and return its Execution.

    Args:
        fork_server: a ForkServer.
        exercise: an Exercise.
        harness: how a child runs an answer to it; see Course.harness.
        program: the source that defines the answer.
        cases: {name: arguments}.
        seconds: of processor time, for loading the answer and all cases together; waiting may take WALL times that.
    """
    execution, session = Execution(), fork_server.session(seconds)
    try:
        _converse(session, execution, exercise, harness, program, cases, seconds)
    except TimeoutError:
        execution.ended = "out of time"
    except wire.WireError as error:
        execution.ended = "too much output" if "too much output" in str(error) else "sent an unreadable reply"
    finally:
        session.end()
    execution.seconds = session.seconds
    # A child that wrote all its replies has done its work; how it ended after the last one doesn't matter.
    if len(execution.received) < len(cases):
        if session.ended.startswith("out of") or not execution.ended:
            execution.ended = session.ended or "ended before it answered"
    if execution.ended:
        _explain_the_end(execution, cases, seconds)
    return execution


def _converse(session, execution, exercise, harness, program, cases, seconds):
    waited = 0.0

    def ask(request):
        """Return the reply to a request within the remaining time; the judge's own work in between isn't counted."""
        nonlocal waited
        began = time.monotonic()
        try:
            return session.ask(request, began + WALL * seconds + session.extended - waited)
        finally:
            waited += time.monotonic() - began

    request = {"kind": "answer", "exercise": exercise.name, "program": program, "harness": harness}
    report = ask(request | {"needed": parameters_without_default(exercise)})
    if report is None:
        return
    if not isinstance(report, dict) or not isinstance(report.get("error", {}), dict):
        raise wire.WireError("a malformed report")
    execution.findings = _findings(report)
    if "error" in report:  # it could not be loaded, so every case fails in the same way
        error, stopped = _error(report["error"])
        execution.received = {name: Outcome(error=error, stopped=stopped) for name in cases}
        return
    for name, arguments in cases.items():
        reply = ask(arguments_for(exercise.run, arguments))
        if reply is None:
            return
        execution.received[name] = outcome_from(execution, exercise, arguments, reply)
    if exercise.self_reported and execution.verification != "unverified":
        execution.verification = "partly self-reported"


def _findings(report):
    signature = report.get("signature")
    return CodeFindings(
        variables=_texts(report.get("variables")),
        switches=_texts(report.get("switches")),
        signature=signature[:200] if isinstance(signature, str) else None,
        returns_nothing=str(report.get("returns_nothing") or "")[:300],
        beside_a_stub=report.get("beside_a_stub") is True,
    )


def _texts(value, length=100):
    return tuple(str(item)[:length] for item in value[:20]) if isinstance(value, tuple) else ()


def outcome_from(execution, exercise, arguments, reply):
    """Return the Outcome in a reply: testimony about errors and warnings, and a value to be compared."""
    if not isinstance(reply, dict):
        raise wire.WireError("a malformed reply")
    warnings, changed = _texts(reply.get("warnings"), 1000), reply.get("changed")
    changed = tuple(i for i in changed if type(i) is int and 0 <= i < len(arguments)) if type(changed) is tuple else ()
    if isinstance(reply.get("error"), dict):
        error, stopped = _error(reply["error"])
        if str(reply["error"].get("text")) == TAKEN_OUT:
            execution.findings = dataclasses.replace(execution.findings, ran_reference=True)
        return Outcome(error=error, stopped=stopped, warnings=warnings, changed=changed)
    value = reply.get("value")
    if exercise.examine is None:
        return Outcome(value=value, warnings=warnings, changed=changed)
    rebuilding = SimpleNamespace(
        name=exercise.name, run=_with_models, examine=exercise.examine, architecture=exercise.architecture
    )
    examined = observe(rebuilding, value, arguments)
    execution.verification = "unverified" if isinstance(examined.error, Unverified) else "rebuilt"
    return Outcome(
        value=examined.value,
        error=examined.error,
        stopped=examined.stopped,
        warnings=tuple(dict.fromkeys([*warnings, *examined.warnings])),
        changed=changed,
        architecture=examined.architecture,
    )


def _with_models(value):
    """Return the value with each model's description replaced by a model that is built here."""
    from .models.rebuild import Rejected, rebuild

    if isinstance(value, tuple | list):
        return type(value)(map(_with_models, value))
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("cannot_serialize"), str):
        raise Unverified(f"Its model could not be rebuilt to be judged: {value['cannot_serialize'][:300]}")
    try:
        return rebuild(value.get("model"))
    except Rejected as error:
        raise Unverified(f"Its model could not be rebuilt to be judged: {error}") from None


# How it ended


def _explain_the_end(execution, cases, seconds):
    """Let the first case without a reply say why; the cases after it did not run."""
    missing = [name for name in cases if name not in execution.received]
    if not missing:
        return
    if execution.ended == "out of time":
        error = OutOfTime()
        error.seconds = seconds
    else:
        error = CannotJudge(ENDINGS.get(execution.ended, f"Its process {execution.ended} before it had answered."))
    execution.received[missing[0]] = Outcome(error=error, stopped=str(error))


ENDINGS = {
    "out of memory": "It used more memory than allowed and was stopped.",
    "ended its supervisor": "It made the process that watches it fail, and was stopped.",
    "ended before it answered": "Its process ended before it had answered. Does it call os._exit?",
    "too much output": "It returns far more numbers than the exercise asks for, and was stopped.",
    "sent an unreadable reply": "The reply of its process could not be decoded.",
}


# Errors


def _error(report):
    """Return the error in a report, of the class that it names if that class is known here, and the whole in words."""
    text, name = str(report.get("text"))[:1000], str(report.get("name"))[:100]
    kind = _error_class(str(report.get("module")), name)
    words = text[1:-1] if kind is KeyError and len(text) > 1 else text  # str(KeyError("x")) is "'x'"
    try:
        error = kind(words)
    except TypeError:  # a class that needs more than a text
        error = _stand_in(name)(words)
    # Line numbers of the program are not those of the learner's cell.
    return error, re.sub(
        r"\(line \d+: | \(line \d+\)$", lambda at: "(" if ":" in at[0] else "", str(report.get("stopped"))
    )


def _error_class(module, name):
    if (module, name) == (CannotJudge.__module__, "CannotJudge"):
        return CannotJudge
    homes = {"builtins": builtins, "numpy.exceptions": np.exceptions, "numpy.linalg": np.linalg}
    if module.startswith("tensorflow") and "tensorflow" in sys.modules:
        homes[module] = sys.modules["tensorflow"].errors
    kind = getattr(homes.get(module), name, None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else _stand_in(name)


@functools.lru_cache(maxsize=100)
def _stand_in(name):
    return type(name if name.isidentifier() else "Error", (Exception,), {})
