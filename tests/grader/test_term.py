"""A term: 150 students, three lessons, two zips for each. Is every mark at the end what a reckoning by hand says?

The reckoning is made here from the plan of the term, and shares nothing with the grader.
"""

import dataclasses
import os
import random
import signal
import warnings
import zipfile

import pytest
from in_process import Executor, grade, notebook, pack, rows

from activation_lab_tools.cli import main
from activation_lab_tools.grader import run
from activation_lab_tools.grader.finding import submissions

LESSONS = ("first", "second", "third")
STUDENTS = [f"s{number:03}" for number in range(150)]
DEADLINES = {"first": "2026-10-05", "second": "2026-10-12", "third": "2026-10-19"}  # the end of these days
POINTS = {"double": 3, "half": 2}
RIGHT = {"double": 2, "half": 0.5}
CHANGED = {"third": {"double": 3}}  # the third lesson's exercise is corrected at the end of the term


@dataclasses.dataclass
class Work:
    """A notebook: its answers, the zip that it comes in, and how many days late it is; None if nobody knows."""

    answers: dict
    zip: int
    days: int | None = 0

    @property
    def handed_in(self):
        return self.days

    def time(self, lesson):
        """When it was handed in: at noon, so that the day after a deadline at midnight is one day late."""
        if self.days is None:
            return ""
        year, month, day = map(int, DEADLINES[lesson].split("-"))
        return f"{year}-{month:02}-{day + self.days:02}T12:0{self.zip}:00+00:00"


@pytest.fixture(scope="module")
def plan():
    """{(student, lesson): [Work, in order]} and everything else that happens in the term."""
    rng = random.Random(16)
    works = {}
    for lesson in LESSONS:
        absent = rng.sample(STUDENTS, 10)
        for student in STUDENTS:
            if student in absent[:5]:
                continue
            answers = {name: rng.choice([RIGHT[name], RIGHT[name], 3, None]) for name in POINTS}
            if not any(answers.values()):
                answers["double"] = 7
            works[student, lesson] = [Work(answers, 2 if student in absent else 1)]
    pairs = rng.sample([pair for pair, (work,) in works.items() if work.zip == 1], 45)
    for number, pair in enumerate(pairs[:20]):
        works[pair][0].days = 1 + number % 7
    for pair in pairs[15:25]:  # some of those who were late hand in again, later still
        days = works[pair][0].days
        works[pair].append(Work({"double": rng.choice([2, 3]), "half": rng.choice([0.5, 9])}, 2, days + 1))
    for pair in pairs[25:30]:
        works[pair][0].days = None
    return works, pairs


def reckoned(works, pairs, overrides):
    """{(student, lesson): the score as a table shows it}, reckoned from the plan."""
    extensions = {pairs[0], pairs[1]}
    found = {}
    for pair, several in works.items():
        last = several[-1]
        right = RIGHT | CHANGED.get(pair[1], {})
        earned = {name: POINTS[name] * (last.answers[name] == right[name]) for name in POINTS}
        for (student, lesson, exercise), points in overrides.items():
            if (student, lesson) == pair and exercise:
                earned[exercise.removeprefix(f"{lesson}_")] = points
        days = 0 if pair in extensions else last.days or 0
        tenths = max(10 - days, 5)
        found[pair] = sum(earned.values()) * tenths / 10
    for (student, lesson, exercise), points in overrides.items():
        if not exercise:
            found[student, lesson] = points
    return {pair: score if score == "excused" else f"{round(score, 2):g}" for pair, score in found.items()}


@pytest.fixture(scope="module")
def term(tmp_path_factory, plan):
    """(the course's folder, the overrides) at the end of the term."""
    folder, (works, pairs) = tmp_path_factory.mktemp("term"), plan
    out = folder / "course"
    out.mkdir()
    (out / "policy.toml").write_text('late = "10% a day, at least 50%"\ntimezone = "UTC"\n')
    (folder / "roster.csv").write_text("student,name\n" + "".join(f"{each},Student {each[1:]}\n" for each in STUDENTS))
    listed = [f"{lesson},,{day}" for lesson, day in DEADLINES.items()]
    listed += [f"{lesson},{student},2026-12-01" for student, lesson in pairs[:2]]
    (out / "deadlines.csv").write_text("\n".join(["lesson,student,deadline", *listed]))
    packs = {lesson: pack(folder, lesson) for lesson in LESSONS}
    with pytest.MonkeyPatch.context() as patch:
        for lesson in LESSONS:
            for number in (1, 2):
                path = zipped(folder, works, lesson, number)
                patch.setattr(run.submissions, "find", finding(works, lesson, number))
                options = {"exercises": packs[lesson], "roster": folder / "roster.csv"}
                if (lesson, number) == ("second", 1):
                    killed_at_work(patch, out, path, options)
                grade(patch, out, path, **options)
        overrides = decide(out, works, pairs)
        grade(patch, out, exercises=pack(folder, "third", **{"factor": CHANGED["third"]["double"]}), again=True)
    return out, overrides


def zipped(folder, works, lesson, number):
    """A zip of `<student>/work.ipynb`: the notebooks of this round, and in the second some of the first once more."""
    path = folder / f"{lesson} {number}.zip"
    with zipfile.ZipFile(path, "w") as file:
        for place, ((student, of), several) in enumerate(works.items()):
            for work in several if of == lesson else ():
                if work.zip == number or (number == 2 and len(several) == 1 and place % 9 == 0):
                    data = notebook(lesson, **work.answers, remark=f"{student} {work.zip}")
                    file.writestr(f"{lesson}/{student}/work.ipynb", data)
    return path


FIND = submissions.find


def finding(works, lesson, number):
    """The search for submissions, which here also knows when each was handed in."""

    def find(*arguments):
        found = FIND(*arguments)
        times = {
            each.student: next(
                (work for work in works[each.student, lesson] if work.zip == number), works[each.student, lesson][0]
            ).time(lesson)
            for each in found.submissions
        }
        found.submissions = [dataclasses.replace(each, handed_in=times[each.student]) for each in found.submissions]
        return found

    return find


def killed_at_work(patch, out, path, options):
    """Begin to grade in another process, which is killed when it has graded some."""

    class Deadly(Executor):
        def submit(self, *arguments):
            if self.graded == 40:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().submit(*arguments)

    with warnings.catch_warnings(action="ignore"):  # of threads; the child uses none
        child = os.fork()
    if child == 0:
        try:
            grade(patch, out, path, executor=Deadly(), **options)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def decide(out, works, pairs):
    """Write five decisions and two excuses, one of them with the command; return them as the reckoning takes them."""
    nothing = [(student, lesson) for lesson in LESSONS for student in STUDENTS if (student, lesson) not in works]
    late, again, others = pairs[5], pairs[22], pairs[30:33]
    overrides = {
        (*late, f"{late[1]}_double"): 1.5,
        (*again, f"{again[1]}_half"): 1,
        (*others[0], f"{others[0][1]}_double"): 3,
        (*others[1], ""): 4.5,
        (*nothing[0], ""): 2,
        (*others[2], ""): "excused",
        (*nothing[1], ""): "excused",
    }
    lines = [
        ",".join([*about, "", "", "yes", "Jo", ""] if points == "excused" else [*about, str(points), "", "", "Jo", ""])
        for about, points in list(overrides.items())[1:]
    ]
    heading = "student,lesson,exercise,points,comment,excused,by,when"
    (out / "overrides.csv").write_text("\n".join([heading, *lines]))
    (student, lesson, exercise), points = next(iter(overrides.items()))
    assert main(["mark", student, exercise, "--points", str(points), "--out", str(out)]) == 0
    return overrides


def test_every_mark(term, plan):
    """Is every score at the end what the reckoning says, and nobody's missing or another's?"""
    out, overrides = term
    table = {(row["student"], row["lesson"]): row for row in rows(out / "grades.csv")}
    expected = reckoned(*plan, overrides)
    assert {pair: row["score"] for pair, row in table.items()} == expected
    assert len(expected) == 3 * 145 + 2
    assert sum(row["days late"] != "0" for row in table.values()) == 18 + 5  # two extensions, five who were late twice


def test_every_attempt(term, plan):
    """Are all attempts counted, copies and the killed run not, and do the pages hold the same scores as the tables?"""
    out, _ = term
    for row in rows(out / "grades.csv"):
        several = plan[0].get((row["student"], row["lesson"]), [])
        assert (row["attempts"], row["attempt"]) == (str(len(several)), str(len(several)))
        page = (out / "feedback" / row["student"] / f"{row['lesson']}.html").read_text()
        said = "You are excused" if row["score"] == "excused" else f"{row['score']} of {row['points']} points"
        assert said in page


def test_what_changed_in_the_end(term, plan):
    """Does the last run list those whose mark the corrected exercise changed, and nobody else?"""
    out, overrides = term
    before = {pair for pair, several in plan[0].items() if several[-1].answers["double"] == 2 and pair[1] == "third"}
    after = {pair for pair, several in plan[0].items() if several[-1].answers["double"] == 3 and pair[1] == "third"}
    changed = {(row["student"], row["lesson"]) for row in rows(out / "changes.csv")}
    assert changed == before | after
