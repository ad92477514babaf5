"""Judge one submission: its notebook is parsed, each answer runs in a sandbox, each choice is looked up."""

import dataclasses
import functools
import importlib.util
import sys
import time
from dataclasses import dataclass

import numpy as np

from activation_lab.checking.compare import agree
from activation_lab.checking.imports import foreign
from activation_lab.checking.judge import CodeFindings, diagnosed, objections, verdict
from activation_lab.checking.outcome import same
from activation_lab.checking.reference_runs import ReferenceRuns, reference_runs
from activation_lab.exercises import Exercise
from activation_lab.harness import arguments_for

from .execution import execute
from .failing_case import failing_case
from .likeness import own_code, published_hashes
from .models.examiner import Examiner
from .notebook_parser import PARSING, NotebookParser
from .pack_harness import harness_text
from .records import GradedSubmission, Mark
from .redaction import redacted
from .sandbox import cgroups
from .sandbox.client import ForkServer, SandboxError

AFTER_TIME_OUT = 2.0  # seconds for each exercise of a submission after one of them ran out of time
CLEARED_EVERY = 100  # submissions
OWN_SOURCE = 20_000  # characters that a row keeps of an answer
LINES, LINE = 60, 2_000  # of what a row says of an answer, and characters in each
NAMED = 20  # notebook variables in a sentence


@dataclass(frozen=True)
class Settings:
    """What marks depend on besides submission, exercises and secret.

    Args:
        timeout: seconds for each exercise, as many as a check gives; one that asks for more gets as many times more.
        partial: whether passing some of the cases earns some of the points.
        sandboxed: False for --unsafe-no-sandbox.
    """

    timeout: float = Exercise.seconds
    partial: bool = False
    sandboxed: bool = True

    @property
    def isolation(self):
        """Return what holds an answer here: "none", "bubblewrap" or "bubblewrap+cgroup"."""
        if not self.sandboxed:
            return "none"
        return "bubblewrap+cgroup" if cgroups.available() else "bubblewrap"


class SubmissionJudge:
    """Parses and grades one notebook after the other, with one fork server for NumPy and one for Keras.

    Args:
        course: a Course.
        settings: a Settings.
    """

    def __init__(self, course, settings):
        self.course, self.settings = course, settings
        self._servers = {keras: ForkServer(keras, settings.sandboxed) for keras in (False, True)}  # start when needed
        with_keras = importlib.util.find_spec("keras") is not None  # an instructor's exercises may do without
        self._examiner = Examiner(self._servers[with_keras], course.pack)  # starts when needed
        self._graded = 0
        self._parser = NotebookParser(self._servers[False])
        self._references = functools.lru_cache(maxsize=1000)(ReferenceRuns)

    def close(self):
        self._parser.close()
        self._examiner.close()
        for server in self._servers.values():
            server.close()

    def parse(self, notebook, catalogue, seconds=PARSING):
        """Return the ParsedNotebook of a notebook's bytes; see NotebookParser.parse."""
        return self._parser.parse(notebook, catalogue, seconds)

    def grade(self, submission, notebook, seeds):
        """Return the GradedSubmission of a submission.

        Args:
            submission: a Submission.
            notebook: its ParsedNotebook, without a problem.
            seeds: {exercise: the seed of its cases}.
        """
        self._parser.close()  # until it is needed again, it needn't be watched
        answers, slow = {answer.exercise: answer for answer in notebook.answers}, False
        marks = []
        for exercise in self.course.exercises(notebook.lesson):
            mark = self._mark(exercise, answers.get(exercise.name), seeds[exercise.name], slow)
            slow = slow or mark.ended == "out of time"
            marks.append(_with_missing_helpers(mark, answers))
        marks += [_question_mark(question, notebook.choices) for question in self.course.questions(notebook.lesson)]
        marks += [_written_mark(written, notebook.written) for written in self.course.written(notebook.lesson)]
        self._clear_keras()
        return GradedSubmission(
            student=submission.student,
            name=submission.name,
            location=submission.location,
            lesson=notebook.lesson,
            isolation=self.settings.isolation,
            marks=tuple(marks),
            notes=notebook.notes,
            ids=submission.ids,
            email=submission.email,
            reading=round(notebook.seconds, 3),
            handed_in=submission.handed_in,
            handed_in_source=submission.handed_in_source,
            late=submission.late,
            group=submission.group,
        )

    def _clear_keras(self):
        """Clear Keras's counts of all layer names it has made; it is slow, so this happens rarely."""
        self._graded += 1
        if self._graded % CLEARED_EVERY == 0 and "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session()

    def _mark(self, exercise, answer, seed, slow):
        """Return the Mark of an answer: is it written, may it import what it imports, does it pass?

        If it fails and an earlier definition passes, the mark says so: the last one counts, but a person should know.
        """
        mark = _unwritten(exercise, answer)
        if mark is not None:
            return mark
        mark = self._with_later_helpers(exercise, answer, seed, slow)
        if mark.state == "passed" or mark.seconds >= AFTER_TIME_OUT:  # the budget of a submission stays what it is
            return mark
        for other in answer.earlier:
            fields = dict(other)
            cells = tuple(fields.pop("cells"))
            earlier = self._tried(exercise, dataclasses.replace(answer, **fields), seed, slow=True)
            if earlier.state == "passed":
                return dataclasses.replace(mark, earlier=cells)
        return mark

    def _with_later_helpers(self, exercise, answer, seed, slow):
        """Return the Mark of a written answer.

        In a notebook, a helper can be corrected after the answer or reused for something else, so both get a chance.
        """
        mark = self._tried(exercise, answer, seed, slow)
        if mark.state == "passed" or mark.ended or not answer.corrected:
            return mark
        corrected = dict(answer.corrected)
        note = corrected.pop("note")
        later = self._tried(exercise, dataclasses.replace(answer, **corrected), seed, slow)
        found = "with the later one it passes" if later.state == "passed" else "it passes with neither"
        best = max(later, mark, key=lambda each: each.score)
        return dataclasses.replace(best, lines=(*best.lines, f"{note}; {found}."))

    def _tried(self, exercise, answer, seed, slow):
        return _import_policy(exercise, answer) or self._run(exercise, answer, seed, slow)

    def _run(self, exercise, answer, seed, slow):
        """Return the Mark of an answer that has run."""
        began = time.process_time()
        reference, limit = self._references(exercise, seed), self._limit(exercise, slow)
        execution = self._execute(exercise, answer, reference.cases, limit)
        if execution is None:
            line = "The sandbox failed twice while the answer ran, and as far as we can tell the answer isn't to blame."
            return _mark(exercise, answer, "failed", headline="not judged", verification="unverified", lines=(line,))
        variables = tuple(dict.fromkeys([*answer.variables, *execution.findings.variables]))
        findings = dataclasses.replace(execution.findings, variables=variables[:NAMED])
        report = verdict(reference, execution.received, findings, values=False)
        report = redacted(report, reference, execution, answer.program)
        found = _diagnoses(exercise, reference, execution, report)
        return _mark(
            exercise,
            answer,
            report.state,
            score=self._score(exercise, reference, report),
            seconds=round(execution.seconds, 3),
            limit=limit,
            judged=round(execution.examined + time.process_time() - began, 3),
            memory=execution.memory,
            received=execution.received_bytes,
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
            case=failing_case(exercise, reference, execution.received) if report.state != "passed" else (),
        )

    def _limit(self, exercise, slow):
        seconds = self.settings.timeout * exercise.seconds / Exercise.seconds
        return min(seconds, AFTER_TIME_OUT) if slow else seconds

    def _execute(self, exercise, answer, cases, seconds):
        """Return the Execution, in a second sandbox if the first fails; None if both do."""
        server, harness = self._servers[exercise.allowed_imports != ("numpy",)], harness_text(exercise)
        absent = foreign(answer.optional_imports, exercise.allowed_imports)
        for _ in range(2):
            try:
                return execute(server, self._examiner, exercise, harness, answer.program, cases, seconds, absent)
            except SandboxError:
                self._examiner.close()
                server.close()
        return None

    def _score(self, exercise, reference, report):
        if self.settings.partial and report.state == "failed" and not report.objections:
            return _partial_score(exercise, reference, report)
        return report.score


def _mark(exercise, answer, state, score=0, **details):
    if answer:
        tokens, fingerprints = own_code(answer.own, _published(exercise)) if answer.code_digest else (0, ())
        own = {"own": answer.own[:OWN_SOURCE], "code_digest": answer.code_digest}
        details = own | {"own_tokens": tokens, "fingerprints": fingerprints} | details
    details["lines"] = tuple(line[:LINE] for line in details.get("lines", ())[:LINES])
    return Mark(exercise=exercise.name, kind="exercise", state=state, score=score, points=exercise.points, **details)


_published = functools.lru_cache(maxsize=100)(published_hashes)


def _with_missing_helpers(mark, answers):
    """Return the Mark, with a first line that says so if another answer that could not be read made it fail."""
    broken = [
        name
        for name, answer in answers.items()
        if answer.state == "broken" and any(f"NameError: name '{name}'" in line for line in mark.lines)
    ]
    if not broken:
        return mark
    said = tuple(f"It uses your {name}, which could not be read: fix its syntax first." for name in broken)
    return dataclasses.replace(mark, lines=(*said, *mark.lines), diagnoses=())


def _unwritten(exercise, answer):
    """Return the Mark of an answer that can't run; None if it can."""
    if answer is None or answer.state == "missing":
        line = f"No cell of this notebook defines {exercise.name}."
        return _mark(exercise, None, "not attempted", headline="not attempted", lines=(line,))
    if answer.state == "stub":
        return _mark(exercise, None, "not attempted", headline="not attempted", lines=answer.notes)
    if answer.state == "broken":
        return _mark(exercise, answer, "failed", headline="syntax error", lines=answer.notes)
    if answer.state == "newer":
        headline = "needs a newer Python"
        return _mark(exercise, answer, "failed", headline=headline, verification="unverified", lines=answer.notes)
    return None


def _import_policy(exercise, answer):
    """Return the Mark of an answer that imports what it may not; None if it doesn't."""
    lines = tuple(objections(exercise, CodeFindings(imports=foreign(answer.imports, exercise.allowed_imports))))
    return _mark(exercise, answer, "failed", headline="not counted", lines=(*lines, *answer.notes)) if lines else None


def _diagnoses(exercise, reference, execution, report):
    """Return the known mistakes; for a transfer exercise, whose report names none, they are for the instructor."""
    complete = len(execution.received) == len(reference.cases)
    if exercise.transfer and report.state == "failed" and not report.objections and complete:
        return diagnosed(reference, execution.received, execution.findings.returns_nothing)
    return report.diagnoses


# Partial credit


def _partial_score(exercise, reference, report):
    """Return points · passed / all, leaving out what an answer passed that nothing or the notebook's would pass too.

    A failed case counts always, so a wrong answer never earns all points.
    """
    published = reference_runs(exercise, 0)
    cases = [
        case
        for case in report.cases
        if not case.passed
        or not (_passes_for_nothing(exercise, reference, case.name) or _is_known(reference, published, case.name))
    ]
    return round(exercise.points * sum(case.passed for case in cases) / len(cases), 2) if cases else 0


def _passes_for_nothing(exercise, reference, case):
    """Would zeros, ones or one of the arguments pass for the value, or for each of its parts?"""
    expected, arguments = reference.expected(case).value, reference.cases[case]
    parts = expected if exercise.returns else [expected]
    return all(
        any(agree(part, nothing, exercise.tolerance) for nothing in (*_nothings(part), *arguments)) for part in parts
    )


def _is_known(reference, published, case):
    """Does the notebook's case of this name give the answer the same arguments, or expect the same?"""
    exercise = reference.exercise
    given, known = (arguments_for(exercise.run, runs.cases[case]) for runs in (reference, published))
    if given and all(map(same, given, known)):
        return True
    return bool(given) and agree(reference.expected(case).value, published.expected(case).value, exercise.tolerance)


def _nothings(part):
    return () if isinstance(part, str) else (np.zeros_like(part), np.ones_like(part))


# Questions


def _written_mark(written, answers):
    """Return the Mark of an answer in prose, which waits for a person."""
    text = answers.get(written.name)
    return Mark(
        exercise=written.name,
        kind="written",
        state="to mark" if text else "not attempted",
        score=0,
        points=written.points,
        headline="to mark" if text else "not answered",
        own=text or "",
        task=written.text,
        rubric={name: list(item) for name, item in written.rubric.items()},
    )


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
        lines=(question.said_of(letter),),
        choice=letter,
        **mark,
    )
