"""One submission judged: its notebook read, each answer tried in a sandbox, each question looked up."""

import dataclasses
import functools
import sys
import time
from dataclasses import dataclass

import numpy as np

from activation_lab.checking.compare import agree
from activation_lab.checking.diagnosis import diagnoses
from activation_lab.checking.judge import CodeFindings, verdict
from activation_lab.checking.reference_runs import ReferenceRuns

from .execution import execute
from .records import GradedSubmission, Mark, ParsedNotebook, parsed_notebook_from
from .sandbox import wire
from .sandbox.client import ForkServer, SandboxError

READING = 20.0  # seconds that reading a notebook may take
READ_BY_ONE = 50  # notebooks; then another child reads on, should something have gathered in this one
AFTER_TIME_OUT = 2.0  # seconds for each exercise of a submission in which one has been out of time
FORGETTING = 100  # submissions
OWN = ("activation_lab",)


@dataclass(frozen=True)
class Settings:
    """What marks depend on besides submission, exercises and secret.

    Args:
        timeout: seconds for each exercise.
        partial: whether points are given for a part of the cases.
        sandboxed: False for --unsafe-no-sandbox.
    """

    timeout: float = 10.0
    partial: bool = False
    sandboxed: bool = True

    @property
    def isolation(self):
        return "bubblewrap" if self.sandboxed else "none"


class Judge:
    """Reads and grades, one after the other, with a fork server for NumPy and one for Keras, started when needed.

    Args:
        course: a Course.
        settings: a Settings.
    """

    def __init__(self, course, settings):
        self.course, self.settings = course, settings
        self._servers = {keras: ForkServer(keras, settings.sandboxed) for keras in (False, True)}
        self._graded = self._read = 0
        self._reader = None
        self._known = functools.lru_cache(maxsize=1000)(ReferenceRuns)

    def close(self):
        if self._reader is not None:
            self._reader.end(killed=True)
            self._reader = None
        for server in self._servers.values():
            server.close()

    def read(self, notebook, catalogue):
        """The Reading of a notebook's bytes; see Course.catalogue.

        Nothing is executed, so one child reads several; where it comes to an end, a fresh one tries again.
        """
        for fresh in (False, True):
            if fresh or self._reader is None or self._read == READ_BY_ONE:
                self._new_reader(catalogue)
            reply, problem = self._asked(notebook)
            if reply is not None:
                return parsed_notebook_from(reply)
            if self._read == 1:
                break
        return ParsedNotebook(problem=problem)

    def _new_reader(self, catalogue):
        if self._reader is not None:
            self._reader.end(killed=True)
        self._reader, self._read = self._servers[False].session(READING * READ_BY_ONE), 0
        wire.send(self._reader.connection, {"kind": "read", "catalogue": catalogue})

    def _asked(self, notebook):
        """(what the reader says, "") or (None, why it says nothing)."""
        self._read += 1
        reply, problem = None, ""
        try:
            reply = self._reader.ask(np.frombuffer(notebook, np.uint8), time.monotonic() + READING)
        except TimeoutError:
            problem = f"Reading it took more than {READING:.0f} seconds."
        except wire.WireError as error:
            problem = f"What came of reading it makes no sense: {error}."
        if reply is None:
            self._reader.end(killed=bool(problem))
            ended = self._reader.ended or "ended without a word"
            problem = (
                problem or f"Reading it came to no end: the process {ended}. Is something in it nested very deeply?"
            )
            self._reader = None
        return reply, problem

    def grade(self, found, read, seeds):
        """The GradedSubmission of a submission.

        Args:
            found: a Found.
            read: its Reading, without a problem.
            seeds: {exercise: the seed of its cases}.
        """
        answers, slow = {answer.exercise: answer for answer in read.answers}, False
        marks = []
        for exercise in self.course.exercises(read.lesson):
            mark = self._mark(exercise, answers.get(exercise.name), seeds[exercise.name], slow)
            slow = slow or mark.ended == "out of time"
            marks.append(_with_missing_helpers(mark, answers))
        marks += [_question_mark(question, read.choices) for question in self.course.questions(read.lesson)]
        self._forget()
        return GradedSubmission(
            student=found.student,
            name=found.name,
            location=found.location,
            lesson=read.lesson,
            isolation=self.settings.isolation,
            marks=tuple(marks),
            notes=read.notes,
            ids=found.ids,
            email=found.email,
        )

    def _forget(self):
        """Keras counts the names of all layers that it has ever made; forgetting takes long, so it is done seldom."""
        self._graded += 1
        if self._graded % FORGETTING == 0 and "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session()

    def _mark(self, exercise, answer, seed, slow):
        unwritten = _unwritten(exercise, answer)
        if unwritten:
            return unwritten
        foreign = _foreign(exercise, answer.imports)
        if foreign:
            lines = (_policy(exercise, foreign), *answer.notes)
            return _mark(exercise, answer, "failed", headline="not counted", lines=lines)
        before = self._known(exercise, seed)
        seconds = min(self.settings.timeout, AFTER_TIME_OUT) if slow else self.settings.timeout
        server = self._servers[exercise.allowed_imports != ("numpy",)]
        execution = _execute(server, exercise, self.course.harness(exercise), answer.program, before.cases, seconds)
        if execution is None:
            line = "The sandbox failed while it ran, twice, and not for anything the answer did as far as can be told."
            return _mark(exercise, answer, "failed", headline="not judged", verification="unverified", lines=(line,))
        variables = tuple(dict.fromkeys([*answer.variables, *execution.seen.variables]))
        report = verdict(
            before, execution.received, CodeFindings(**{**vars(execution.seen), "variables": variables}), values=False
        )
        score = report.score
        if self.settings.partial and report.state == "failed" and not report.objections:
            score = _part(exercise, before, report)
        found = report.diagnoses
        if (
            exercise.transfer
            and report.state == "failed"
            and not report.objections
            and len(execution.received) == len(before.cases)
        ):
            found = diagnoses(before, execution.received)
        return _mark(
            exercise,
            answer,
            report.state,
            score=score,
            seconds=round(execution.seconds, 3),
            ended=execution.ended,
            verification=execution.verification,
            headline=report.verdict,
            lines=(
                *report.objections,
                *(report.case_lines() if report.state != "passed" else ()),
                *report.notes,
                *answer.notes,
            ),
            diagnoses=found,
            told=not exercise.transfer,
        )


def _execute(server, *arguments):
    """The Trial, if need be with another sandbox; None if that fails as well."""
    for _ in range(2):
        try:
            return execute(server, *arguments)
        except SandboxError:
            server.close()
    return None


def _mark(exercise, answer, state, score=0, **details):
    details = {"own": answer.own, "code_digest": answer.code_digest} | details if answer else details
    return Mark(exercise=exercise.name, kind="exercise", state=state, score=score, points=exercise.points, **details)


def _with_missing_helpers(mark, answers):
    """The Mark, which says so if it failed for want of another answer that could not be read."""
    broken = [
        name
        for name, answer in answers.items()
        if answer.state == "broken" and any(f"NameError: name '{name}'" in line for line in mark.lines)
    ]
    said = tuple(f"It uses your {name}, which could not be read: mend its syntax first." for name in broken)
    return dataclasses.replace(mark, lines=(*said, *mark.lines))


def _unwritten(exercise, answer):
    """The Mark of an answer that there is no need to run; else None."""
    if answer is None or answer.state == "missing":
        line = f"No cell of this notebook defines {exercise.name}."
        return _mark(exercise, None, "not attempted", headline="not attempted", lines=(line,))
    if answer.state == "stub":
        return _mark(exercise, None, "not attempted", headline="not attempted", lines=answer.notes)
    if answer.state == "broken":
        return _mark(exercise, answer, "failed", headline="syntax error", lines=answer.notes)
    return None


# What an answer may import


def _foreign(exercise, imports):
    allowed = {*sys.stdlib_module_names, *OWN, *exercise.allowed_imports}
    return tuple(name for name in imports if name not in allowed)


def _policy(exercise, foreign):
    allowed = ", ".join([*exercise.allowed_imports, "activation_lab"])
    return (
        f"It imports {', '.join(foreign)}; an answer to {exercise.name} may use {allowed} and what comes with Python."
    )


# Part of the points


def _part(exercise, before, report):
    """points · passed / all, of the cases that no answer passes which does nothing."""
    cases = [case for case in report.cases if not _free(exercise, before, case.name)]
    return round(exercise.points * sum(case.passed for case in cases) / len(cases), 2) if cases else 0


def _free(exercise, before, case):
    """Would zeros, ones or one of the arguments pass for the value, or for each of its parts?"""
    expected, arguments = before.expected(case).value, before.cases[case]
    parts = expected if exercise.returns else [expected]
    return all(
        any(agree(part, nothing, exercise.tolerance) for nothing in (*_nothings(part), *arguments)) for part in parts
    )


def _nothings(part):
    return () if isinstance(part, str) else (np.zeros_like(part), np.ones_like(part))


# Questions


def _question_mark(question, choices):
    given = choices.get(question.name)
    letter = (given or "").strip(" ().").lower()
    mark = {"exercise": question.name, "kind": "question", "points": question.points, "verification": "read"}
    if not letter:
        return Mark(state="not attempted", score=0, headline="not answered", **mark)
    if letter not in question.options:
        line = f"Received {given[:20]!r}; expected one of {', '.join(question.options)}."
        return Mark(state="failed", score=0, headline="not yet right", lines=(line,), choice=letter[:20], **mark)
    right = letter == question.correct
    return Mark(
        state="passed" if right else "failed",
        score=question.points if right else 0,
        headline="right" if right else "not yet right",
        lines=(f"{letter}) {question.options[letter][1]}",),
        choice=letter,
        **mark,
    )
