"""One answer's execution: it runs in a sandboxed child, case by case, and what it returns is compared here, outside."""

import builtins
import dataclasses
import functools
import re
import sys
import time
from dataclasses import dataclass, field

import numpy as np

from activation_lab.checking.judge import CodeFindings, parameters_without_default
from activation_lab.checking.limit import WALL, OutOfTime
from activation_lab.checking.outcome import Outcome, same
from activation_lab.checking.reference_calls import functions_for
from activation_lab.errors import CannotJudge
from activation_lab.harness import arguments_for

from .models.examiner import EXAMINING, OverBudget
from .sandbox import wire
from .sandbox.worker import TAKEN_OUT

TEXT = 1000  # characters that are read of any text from a child


@dataclass
class Execution:
    """What happened when an answer ran.

    Attributes:
        received: name of the case to Outcome, for the cases that replied.
        findings: a CodeFindings.
        ended: "" or how the child ended before it should.
        verification: see Mark.
        seconds: of processor time that the answer used, and all that it started.
        examined: of processor time that rebuilding and running its models took, outside.
        memory: bytes that this took at most.
        received_bytes: of its replies.
        spoken: names of the cases of which the outcome has words of the answer's own: its error, or a returned text.
    """

    received: dict = field(default_factory=dict)
    findings: CodeFindings = CodeFindings()
    ended: str = ""
    verification: str = "compared"
    seconds: float = 0.0
    examined: float = 0.0
    memory: int = 0
    received_bytes: int = 0
    spoken: set = field(default_factory=set)


def execute(fork_server, examiner, exercise, harness, program, cases, seconds, absent=()):
    """Run an answer and return its Execution.

    Args:
        fork_server: a ForkServer.
        examiner: an Examiner, for the models that it returns.
        exercise: an Exercise.
        harness: how a child runs an answer to it; see pack_harness.harness_text.
        program: the source that defines the answer.
        cases: {name: arguments}.
        seconds: of processor time, for loading the answer and all cases together; waiting may take WALL times that,
            counted from when the child is isolated. Its models may take EXAMINING of it once more.
        absent: names of modules whose import fails, installed or not.
    """
    execution, session = Execution(), fork_server.session(seconds)
    try:
        _converse(session, examiner, execution, exercise, harness, program, cases, seconds, absent)
    except TimeoutError:
        execution.ended = "out of time"
    except wire.WireError as error:
        execution.ended = "too much output" if "too much output" in str(error) else "sent an unreadable reply"
    finally:
        session.end()
    execution.seconds, execution.received_bytes = session.seconds, session.budget.received
    # A child that wrote all its replies has done its work; how it ended after the last one doesn't matter.
    if len(execution.received) < len(cases):
        if session.ended.startswith("out of") or not execution.ended:
            execution.ended = session.ended or "ended before it answered"
    if execution.ended:
        _explain_the_end(execution, cases, seconds)
    return execution


def _converse(session, examiner, execution, exercise, harness, program, cases, seconds, absent):
    waited = 0.0
    session.await_isolated()

    def ask(request):
        """Return the reply to a request within the remaining time; the judge's own work in between isn't counted."""
        nonlocal waited
        began = time.monotonic()
        try:
            return session.ask(request, began + WALL * seconds + session.extended - waited)
        finally:
            waited += time.monotonic() - began

    request = {"kind": "answer", "exercise": exercise.name, "program": program, "harness": harness}
    request |= {"taken_out": package_names(exercise), "absent": list(absent)}
    report = ask(request | {"needed": parameters_without_default(exercise)})
    if report is None:
        return
    if not isinstance(report, dict) or not isinstance(report.get("error", {}), dict):
        raise wire.WireError("a malformed report")
    execution.findings = _findings(report)
    if "error" in report:  # it could not be loaded, so every case fails in the same way
        error, stopped = _error(report["error"])
        execution.received = {name: Outcome(error=error, stopped=stopped) for name in cases}
        execution.spoken = set(cases)
        return
    for name, arguments in cases.items():
        reply = ask(arguments_for(exercise.run, arguments))
        if reply is None:
            return
        outcome = outcome_from(execution, exercise, arguments, reply, examiner, seconds * EXAMINING)
        execution.received[name] = outcome
        if isinstance(reply.get("error"), dict) or exercise.examine is None and _holds_text(reply.get("value")):
            execution.spoken.add(name)
        if isinstance(outcome.error, OverBudget):  # the other cases share the budget
            execution.received |= {later: outcome for later in cases if later not in execution.received}
            return
    if exercise.self_reported and execution.verification != "unverified":
        execution.verification = "partly self-reported"


@functools.lru_cache(maxsize=100)
def package_names(exercise):
    """Return the package's functions that an answer may not call, as "module:name"; lessons aren't in the sandbox."""
    found = [(function.__module__, function.__name__) for function in functions_for(exercise)]
    package = [(module, name) for module, name in found if module.startswith("activation_lab.")]
    return [f"{module}:{name}" for module, name in package if not module.startswith("activation_lab.exercises.")]


def _holds_text(value):
    return isinstance(value, str) or isinstance(value, tuple | list) and any(map(_holds_text, value))


def _findings(report):
    signature = report.get("signature")
    return CodeFindings(
        variables=_texts(report.get("variables")),
        switches=_texts(report.get("switches")),
        signature=_text(signature, 200) if isinstance(signature, str) else None,
    )


def _texts(value, length=100):
    return tuple(_text(item, length) for item in value[:20]) if isinstance(value, tuple) else ()


def _text(value, length=TEXT):
    """Return the start of a text; of anything else nothing, since str() of an array may take minutes."""
    return value[:length] if isinstance(value, str) else ""


def outcome_from(execution, exercise, arguments, reply, examiner, seconds):
    """Return the Outcome in a reply: testimony about errors and warnings, and a value to be compared.

    Args:
        execution: the Execution, which is brought up to date.
        exercise, arguments: an Exercise, and the arguments of the case.
        reply: whatever the child has sent.
        examiner: an Examiner, for the models in it.
        seconds: of processor time that examining may take, in all cases of the execution together.
    """
    if not isinstance(reply, dict):
        raise wire.WireError("a malformed reply")
    warnings, changed = _texts(reply.get("warnings"), TEXT), _changed(exercise, arguments, reply.get("arguments"))
    execution.findings = dataclasses.replace(
        execution.findings,
        returns_nothing=execution.findings.returns_nothing or _text(reply.get("returns_nothing"), 300),
        beside_a_stub=execution.findings.beside_a_stub or reply.get("beside_a_stub") is True,
    )
    if isinstance(reply.get("error"), dict):
        error, stopped = _error(reply["error"])
        for name in package_names(exercise):
            called = name.partition(":")[2]
            if _text(reply["error"].get("text")) == TAKEN_OUT.format(called):
                execution.findings = dataclasses.replace(execution.findings, ran_reference=called)
        return Outcome(error=error, stopped=stopped, warnings=warnings, changed=changed)
    value = reply.get("value")
    if exercise.examine is None:
        return Outcome(value=value, warnings=warnings, changed=changed)
    examined = _examined(execution, exercise, arguments, value, examiner, seconds)
    return dataclasses.replace(
        examined, warnings=tuple(dict.fromkeys([*warnings, *examined.warnings])), changed=changed
    )


def _changed(exercise, arguments, returned):
    """Return the positions of the arguments that came back otherwise than they were sent.

    It takes no trust: an answer that can send an argument back unchanged has kept a copy, as it should.
    """
    sent = arguments_for(exercise.run, arguments)
    if type(returned) is not tuple or len(returned) != len(sent):
        raise wire.WireError("a reply without the arguments")
    return tuple(i for i, (a, b) in enumerate(zip(sent, returned, strict=True)) if not same(a, b))


def _examined(execution, exercise, arguments, value, examiner, seconds):
    """Return the Outcome of examining the models in a value, outside the sandbox and outside this process."""
    try:
        reply = examiner.examine(exercise.name, value, arguments, seconds - execution.examined)
    except OverBudget as error:
        execution.examined += error.seconds
        execution.verification = "unverified"
        return Outcome(error=error, stopped=str(error))
    execution.examined += reply["seconds"]
    execution.memory = max(execution.memory, reply["memory"])
    if execution.verification != "unverified":  # one case that a person must look at is enough
        execution.verification = "unverified" if reply["unverified"] else "rebuilt"
    error, stopped = (None, "") if reply["error"] is None else _error(reply["error"])
    return Outcome(
        value=reply["value"],
        error=error,
        stopped=stopped,
        warnings=_texts(reply["warnings"], TEXT),
        architecture=reply["architecture"],
    )


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
    "ended before it answered": "It did not answer: its process ended, or closed its connection to the grader. Does it "
    "call os._exit, or close files that it didn't open?",
    "too much output": "It returns far more numbers than the exercise asks for, and was stopped.",
    "sent an unreadable reply": "What its process sent is not a reply. Does it write to a file or socket that it "
    "didn't open?",
}


# Errors


def _error(report):
    """Return the error in a report, of the class that it names if that class is known here, and the whole in words."""
    text, name, stopped = (_text(report.get(key)) for key in ("text", "name", "stopped"))
    name = name[:100]
    kind = _error_class(_text(report.get("module")), name)
    words = text[1:-1] if kind is KeyError and len(text) > 1 else text  # str(KeyError("x")) is "'x'"
    try:
        error = kind(words)
    except TypeError:  # a class that needs more than a text
        error = _stand_in(name)(words)
    # Line numbers of the program are not those of the learner's cell.
    return error, re.sub(r"\(line \d+: | \(line \d+\)$", lambda at: "(" if ":" in at[0] else "", stopped)


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
