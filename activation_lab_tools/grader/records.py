"""What the stages of the grader hand to each other: plain data."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Submission:
    """One notebook of one student, found among the submissions.

    Args:
        student: the identity, from the roster or the layout: unique within the class.
        name: what to call the student on a page.
        location: for a person to read: "class.zip: Ada Lovelace_12345_assignsubmission_file_/03.ipynb".
        path: the file on disk, or the zip that holds it.
        member: its name within the zip; "" for a plain file. In a zip within the zip: "inner.zip\\nname".
        ids: what learning platforms call the student or the submission: {"moodle": "12345"}, {"canvas": "67890"}.
        email: from the roster, or "".
        handed_in: when, in ISO 8601, as "2026-11-03T10:15:00+01:00". Without an offset if the source names no zone;
            "" if unknown.
        handed_in_source: what says so: "Moodle", "Canvas" (which only says who was late), another platform's name, or
            "file" (its own time); "" if nothing does.
        late: whether the platform itself marks it late.
        group: the name of the group that handed in for this student; "" if it was the student. Each member of a group
            has a Submission of the same notebook.
        assignment: what it was handed in for, as far as that can be told: the name of the zip or folder, and of
            nbgrader's assignment: "class.zip", "submitted/ps1"; "" for a notebook that was given by itself.
        called: the identity that the name in the input gives by itself, without a roster.
    """

    student: str
    name: str
    location: str
    path: str
    member: str = ""
    ids: dict = field(default_factory=dict)
    email: str = ""
    handed_in: str = ""
    handed_in_source: str = ""
    late: bool = False
    group: str = ""
    assignment: str = ""
    called: str = ""


@dataclass(frozen=True)
class NothingGradable:
    """A student who handed something in, but no notebook.

    Args:
        student, name, email: see Submission.
        location: the first of the files.
        reason: a whole sentence: what there is instead.
    """

    student: str
    name: str
    email: str
    location: str
    reason: str


@dataclass(frozen=True)
class ReviewItem:
    """Something that a person must look at because the grader can't decide it.

    Args:
        location: the file, folder or student.
        reason: a whole sentence: what was found, what was expected, what to do.
        student: whose it is, if that is certain; "" if not.
        note: whether it is only worth knowing, and nothing has to be done.
    """

    location: str
    reason: str
    student: str = ""
    note: bool = False


@dataclass(frozen=True)
class Answer:
    """One exercise's answer, cut out of a notebook; plain data, so that it can leave the sandbox in which it was cut.

    Args:
        exercise: its name.
        state: "written", "stub" (untouched), "missing", "broken" (it is there, but isn't valid Python), or "newer" (it
            isn't valid in this version of Python, and was written with a newer one).
        program: the source to execute: imports, helpers, constants and the answer, in the notebook's order.
        own: the source of the answer's own definition alone.
        imports: root names of all modules that the program imports, such as ("numpy", "activation_lab").
        optional_imports: those that the program tries and can do without.
        variables: names of notebook variables that it reads and that are not part of the program.
        notes: whole sentences for the learner, such as that two cells define it and the last one counts.
        code_digest: equal for answers that differ only in names, comments, docstrings and layout; "" unless written.
        corrected: {} or, if a later cell changed a helper, what differs with it: {field: value}, and a "note".
        earlier: for the first and the last other definition above the one that counts, what differs with it: {field:
            value}, and the "cells" of both.
    """

    exercise: str
    state: str
    program: str = ""
    own: str = ""
    imports: tuple = ()
    optional_imports: tuple = ()
    variables: tuple = ()
    notes: tuple = ()
    code_digest: str = ""
    corrected: dict = field(default_factory=dict)
    earlier: tuple = ()


@dataclass(frozen=True)
class ParsedNotebook:
    """The parts of a notebook that marks depend on.

    Args:
        lesson: the lesson that it answers most of; "" if none, or if it can't be read.
        answers: one Answer for each exercise of the lesson.
        choices: {question: the text that was given, or None}.
        notes: whole sentences on the notebook as a whole.
        problem: why it can't be graded, a whole sentence; "" if it can.
        seconds: of processor time that reading it took.
        lasting: whether reading it once more would give the same.
        written: {name: the answer in prose, or None}.
    """

    lesson: str = ""
    answers: tuple = ()
    choices: dict = field(default_factory=dict)
    notes: tuple = ()
    problem: str = ""
    seconds: float = 0.0
    lasting: bool = True
    written: dict = field(default_factory=dict)


def parsed_notebook_from(data):
    """Return the ParsedNotebook that `dataclasses.asdict` turned into plain data."""
    answers = tuple(
        Answer(**{k: tuple(v) if isinstance(v, list) else v for k, v in answer.items()}) for answer in data["answers"]
    )
    return ParsedNotebook(**{**data, "answers": answers, "notes": tuple(data["notes"])})


@dataclass(frozen=True)
class Mark:
    """The result of one exercise or question.

    Args:
        exercise: its name.
        kind: "exercise", "question" or "written", which a person marks.
        state: "passed", "failed", "not attempted", or "to mark".
        score, points: what was earned, out of what.
        seconds: of processor time that the answer used.
        limit: of processor time that it might have used.
        ended: "" if it ended by itself, else how: "out of time", "out of memory", "died (SIGSEGV)", "too much output".
        verification: "compared" (values, outside the sandbox), "rebuilt" (a model, rebuilt outside), "partly
            self-reported" (compared, except for what only the answer's own process can see), "unverified" (not judged,
            such as a model that could not be rebuilt: a person must look), "read" (a question), "none" (nothing ran).
        headline: such as "2 of 5 cases pass".
        lines: what the learner reads: cases by name, objections, notes; no values of the grader's own cases.
        diagnoses: sentences, each naming a known mistake.
        told: whether the learner reads the diagnoses; if not, only the instructor does.
        choice: the letter given to a question.
        own: the answer's own source, for the instructor's page; of a written answer, its text.
        task, rubric: of a written answer: the question, and {name: [points, sentence for the learner]}.
        code_digest: see Answer.
        own_tokens, fingerprints: how much of it no published answer has, and hashes of that; see likeness.own_code.
        case: the first case that fails, with its numbers, line by line: for the instructor, never for the learner.
        earlier: [] or, if the answer fails and an earlier definition of it passes, the cells of that and of the answer.
        judged: seconds of processor time that judging it took outside the sandbox, its models included.
        memory: bytes that examining its models took at most.
        received: bytes of its replies.
    """

    exercise: str
    kind: str
    state: str
    score: float
    points: int
    seconds: float = 0.0
    limit: float = 0.0
    ended: str = ""
    verification: str = "none"
    headline: str = ""
    lines: tuple = ()
    diagnoses: tuple = ()
    told: bool = True
    choice: str = ""
    own: str = ""
    task: str = ""
    rubric: dict = field(default_factory=dict)
    code_digest: str = ""
    own_tokens: int = 0
    fingerprints: tuple = ()
    case: tuple = ()
    earlier: tuple = ()
    judged: float = 0.0
    memory: int = 0
    received: int = 0

    @property
    def waits(self):
        """Whether only a person can mark it: an answer in prose, or what the grader could not judge."""
        return self.state == "to mark" or (self.verification == "unverified" and self.state != "passed")

    @property
    def shown_state(self):
        """The state as people read it: what waits for a person has not failed yet."""
        return "to mark" if self.waits else self.state

    @property
    def reasons(self):
        """Why points are missing, in a sentence or two: the diagnoses, or else the first line that isn't a case's."""
        if self.diagnoses or self.state == "passed":
            return self.diagnoses
        return tuple(line for line in self.lines if not line.startswith(("✓", "For a hint")))[:1]


@dataclass(frozen=True)
class GradedSubmission:
    """One submission, graded: what is stored, and what every page and table is made of.

    Args:
        student, name, location, ids, email, handed_in, handed_in_source, late, group: see Submission.
        lesson: its name.
        isolation: "bubblewrap+cgroup", "bubblewrap" (where control groups can't be made) or "none".
        marks: a Mark for each exercise and question of the lesson.
        notes: whole sentences on the notebook as a whole.
        reading: seconds of processor time that reading the notebook took.
    """

    student: str
    name: str
    location: str
    lesson: str
    isolation: str
    marks: tuple
    notes: tuple = ()
    ids: dict = field(default_factory=dict)
    email: str = ""
    reading: float = 0.0
    handed_in: str = ""
    handed_in_source: str = ""
    late: bool = False
    group: str = ""

    @property
    def score(self):
        return sum(mark.score for mark in self.marks)

    @property
    def points(self):
        return sum(mark.points for mark in self.marks)
