"""Does a course grow from one zip to the next, and does nothing that was in it get lost?"""

import errno
import re
import zipfile

import pytest
from in_process import Executor, grade, hand_in, notebook, pack, rows, scores
from parsed import Parsed

from activation_lab_tools.cli import main
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import course_folder, run
from activation_lab_tools.grader.marks import people
from activation_lab_tools.grader.pages import feedback, kept_pages, views
from activation_lab_tools.grader.store import Store


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A function that grades folders of a course with one pack of exercises."""
    exercises = pack(tmp_path)

    def graded(*submissions, **options):
        options = {"exercises": exercises} | options
        return grade(monkeypatch, tmp_path / "out", *submissions, **options)

    return graded


def changes(folder):
    return {row["student"]: row["change"] for row in rows(folder / "out" / "changes.csv")}


def test_a_later_folder_adds(course, tmp_path):
    """Do the first class's marks and pages stay when a second one comes?"""
    first = hand_in(tmp_path / "first", {"ada": notebook(double=2), "ben": notebook(half=0.5)})
    assert course(first)[0] == 0
    assert course(hand_in(tmp_path / "second", {"eve": notebook(double=2, half=0.5)}))[0] == 0
    assert scores(tmp_path / "out") == {("ada", "exam"): "3", ("ben", "exam"): "2", ("eve", "exam"): "5"}
    assert {path.parent.name for path in tmp_path.glob("out/feedback/*/exam.html")} == {"ada", "ben", "eve"}
    assert changes(tmp_path) == {"eve": "new"}


@pytest.mark.parametrize(("attempt", "score"), [("newest", "2"), ("first", "3"), ("best", "5")])
def test_which_attempt_counts(course, tmp_path, attempt, score):
    """Is every attempt kept, and does the chosen one count, until another is chosen?"""
    for number, answers in enumerate([{"double": 2}, {"double": 2, "half": 0.5}, {"half": 0.5}]):
        course(hand_in(tmp_path / str(number), {"ada": notebook(**answers)}))
    course(tmp_path / "2", attempt=attempt)
    assert scores(tmp_path / "out") == {("ada", "exam"): score}
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert row["attempts"] == "3"
    assert course()[0] == 0 and scores(tmp_path / "out") == {("ada", "exam"): score}


def test_lessons_that_are_due(course, tmp_path):
    """Does the course remember which lessons were due, for the report's list of who is missing?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2)}))
    with Store(tmp_path / "out" / "grades.sqlite") as store:
        assert people.expected(store) == ["exam"]
        people.expect(store, ["01", "exam"])
        assert people.expected(store) == ["01", "exam"]


def test_a_copy_is_no_resubmission(course, tmp_path):
    """Is the same notebook under another name neither graded again nor an attempt?"""
    data = notebook(double=2)
    course(hand_in(tmp_path / "first", {"ada": data}))
    executor = Executor()
    code, said = course(hand_in(tmp_path / "second", {"ada": data}), executor=executor)
    assert (code, executor.graded) == (0, 0) and "1 notebook unchanged" in said
    assert rows(tmp_path / "out" / "grades.csv")[0]["attempts"] == "1" and changes(tmp_path) == {}


def test_who_is_missing_from_a_term(course, tmp_path):
    """Is nobody called missing on the console who handed in with an earlier zip, or was removed?"""
    (tmp_path / "roster.csv").write_text("student\nada\nben\neve\nzoe\n")
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2)}), roster=tmp_path / "roster.csv")
    assert main(["remove", "zoe", "--out", str(tmp_path / "out")]) == 0
    _, said = course(hand_in(tmp_path / "second", {"ben": notebook(double=2)}), roster=tmp_path / "roster.csv")
    assert re.findall(r"missing +│ (\w+)", said) == ["eve"] and "1 missing. Open" in said


def test_who_is_missing_from_a_first_run(course, tmp_path):
    """Do console and report agree on who is missing, if decisions were written before anyone handed anything in?"""
    decisions = ("ben,exam,,,,yes,,", "cyd,exam,exam_half,1,,,,", "dee,exam,,,Where?,,,", "eve,exam,exam_half,99,,,,")
    write(tmp_path / "out", "overrides.csv", "student,lesson,exercise,points,comment,excused,by,when", *decisions)
    roster = write(tmp_path, "roster.csv", "student", "ada", "ben", "cyd", "dee", "eve")
    folder = hand_in(tmp_path / "first", {"ada": notebook(double=2)})
    for _ in range(2):
        _, said = course(folder, roster=roster)
        assert re.findall(r"missing +│ (\w+)", said) == ["dee", "eve"] and "2 missing. Open" in said
        assert "of 3 students; 1 to look at; 2 missing." in "".join(
            Parsed((tmp_path / "out" / "report.html").read_text()).texts("p")
        )


def write(folder, name, *lines):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines))
    return folder / name


def test_what_changed(course, tmp_path):
    """Are new students, resubmissions and marks that went down told apart, student by student?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2), "ben": notebook(double=2)}))
    _, said = course(hand_in(tmp_path / "second", {"ben": notebook(half=0.5), "eve": notebook(double=9)}))
    assert changes(tmp_path) == {"ben": "resubmitted (attempt 2 of 2 counts)", "eve": "new"}
    row = rows(tmp_path / "out" / "changes.csv")[0]
    assert (row["score before"], row["score now"]) == ("3", "2")
    assert "1 new, 1 other change." in said and "resubmitted" in said


def test_two_new_notebooks(course, tmp_path):
    """Does a person have to choose between two new ones without times, and is an earlier mark kept meanwhile?"""
    folder = hand_in(tmp_path / "class", {"ada": notebook(double=2)})
    course(folder)
    (folder / "ada" / "second.ipynb").write_bytes(notebook(half=0.5))
    assert course(folder)[0] == 0 and scores(tmp_path / "out") == {("ada", "exam"): "2"}  # one of the two is known
    for name in ("third", "fourth"):
        (folder / "ada" / f"{name}.ipynb").write_bytes(notebook(double=9, remark=name))
    code, said = course(folder)
    assert code == run.NEEDS_A_LOOK and scores(tmp_path / "out") == {("ada", "exam"): "2"}
    assert "4 notebooks answer exam" in (tmp_path / "out" / "report.html").read_text()


def test_what_needs_a_look_stays(course, tmp_path):
    """Is an unreadable notebook still listed after the next zip, until its student hands in a readable one?"""
    assert course(hand_in(tmp_path / "first", {"ada": b"{", "ben": notebook(double=2)}))[0] == 1
    assert course(hand_in(tmp_path / "second", {"ben": notebook(half=0.5)}))[0] == 1
    assert "is not a notebook" in (tmp_path / "out" / "report.html").read_text()
    assert course(hand_in(tmp_path / "third", {"ada": notebook(double=2)}))[0] == 0
    assert "is not a notebook" not in (tmp_path / "out" / "report.html").read_text()


def test_what_needs_a_look_goes_with_the_student(course, tmp_path):
    """Does a removed student's unreadable notebook leave the report?"""
    assert course(hand_in(tmp_path / "first", {"ada": b"{", "ben": notebook(double=2)}))[0] == 1
    assert main(["remove", "ada", "--out", str(tmp_path / "out")]) == 0
    assert course()[0] == 0 and "is not a notebook" not in (tmp_path / "out" / "report.html").read_text()


def test_other_exercises(course, tmp_path):
    """Are notebooks graded again with changed exercises, those that are gone from what the store kept of them?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2), "ben": notebook(double=3)}))
    assert scores(tmp_path / "out") == {("ada", "exam"): "3", ("ben", "exam"): "0"}
    changed = pack(tmp_path, factor=3)
    only_ada = hand_in(tmp_path / "second", {"ada": notebook(double=2)})
    _, said = course(only_ada, exercises=changed)
    assert "1 attempt still has marks that an earlier version" in said
    assert scores(tmp_path / "out") == {("ada", "exam"): "0", ("ben", "exam"): "0"}
    assert changes(tmp_path) == {"ada": "regraded"}
    notes = {row["student"]: row["needs a look"] for row in rows(tmp_path / "out" / "grades.csv")}
    assert "earlier version" in notes["ben"] and "earlier version" not in notes["ada"]
    executor = Executor()
    _, said = course(exercises=changed, again=True, executor=executor)
    assert "earlier version" not in said
    assert executor.graded == 1 and scores(tmp_path / "out") == {("ada", "exam"): "0", ("ben", "exam"): "3"}
    assert changes(tmp_path) == {"ben": "regraded"}
    assert "earlier version" not in rows(tmp_path / "out" / "grades.csv")[1]["needs a look"]
    executor = Executor()
    course(exercises=changed, again=True, executor=executor)
    assert executor.graded == 0


def test_more_exercises_need_the_notebook(course, tmp_path):
    """Is a notebook that was read before an exercise was added listed, and not called unanswered?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2)}))
    more = tmp_path / "more.py"
    more.write_text((tmp_path / "exam.py").read_text().replace("exam_half", "exam_third"))
    assert course(exercises=more, again=True)[0] == run.NEEDS_A_LOOK
    assert "Grade it from its file again" in (tmp_path / "out" / "report.html").read_text()
    assert scores(tmp_path / "out") == {("ada", "exam"): "3"}


def test_stopped(course, tmp_path):
    """Are the marks of a run that was stopped kept, and its pages those of before, until it is continued?"""
    first = hand_in(tmp_path / "first", {"ada": notebook(double=2)})
    course(first)
    before = (tmp_path / "out" / "report.html").read_bytes()
    hand_in(first, {f"s{number}": notebook(double=2, remark=number) for number in range(9)})
    with pytest.raises(KeyboardInterrupt):
        course(first, executor=Executor(stop_after=6))
    assert (tmp_path / "out" / "report.html").read_bytes() == before
    executor = Executor()
    course(first, executor=executor)
    assert 3 <= executor.graded < 9 and len(scores(tmp_path / "out")) == 10
    assert changes(tmp_path) == {f"s{number}": "new" for number in range(9)}


@pytest.mark.parametrize(
    "failing", ["KeptPages.write", "report.Report", "uploads.write_feedback", "change_table.write"]
)
def test_full_disk(course, tmp_path, monkeypatch, failing):
    """Do all old pages and tables stay when the disk is full while new ones are written?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2)}))
    before = contents(tmp_path / "out")
    module, name = failing.split(".")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(getattr(views, module), name, full)
        with pytest.raises(UserError, match="No space left on device"):
            course(hand_in(tmp_path / "second", {"ben": notebook(double=2)}))
    assert contents(tmp_path / "out") == before
    course()
    assert ("ben", "exam") in scores(tmp_path / "out")


@pytest.mark.parametrize("renames", range(0, 12, 3))
def test_killed_while_pages_change(course, tmp_path, monkeypatch, renames):
    """Is the exchange of old pages for new ones completed by the next command, wherever it was broken off?"""
    course(hand_in(tmp_path / "first", {"ada": notebook(double=2)}))
    (tmp_path / "out" / "feedback" / "ada" / "my notes.txt").write_text("mine")
    left = [renames + 1]  # the first rename says that all is drawn
    rename = views.Path.rename

    def killed(self, target):
        left[0] -= 1
        if left[0] < 0:
            raise SystemExit
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(views.Path, "rename", killed)
        with pytest.raises(SystemExit):
            course(hand_in(tmp_path / "second", {"ben": notebook(double=2)}))
    with course_folder.opened(tmp_path / "out", "mark"):
        assert len(scores(tmp_path / "out")) == 2
        assert "2 submissions" in (tmp_path / "out" / "report.html").read_text()
    assert (tmp_path / "out" / "feedback" / "ada" / "my notes.txt").read_text() == "mine"
    assert not [path for path in (tmp_path / "out").iterdir() if path.name in (".complete", ".replaced", ".drawing")]


@pytest.mark.parametrize("blocked", ["a file", "below a file"])
def test_no_folder(course, tmp_path, blocked):
    """Is it one sentence when --out can't be a folder?"""
    (tmp_path / "taken").write_text("x")
    out = tmp_path / "taken" / ("" if blocked == "a file" else "out")
    folder = hand_in(tmp_path / "first", {"ada": notebook(double=2)})
    with pytest.raises(UserError) as caught:
        run.grade(run.GradeOptions((folder,), out, settings=run.Settings(sandboxed=False)), _Silent())
    assert str(out) in str(caught.value) and str(caught.value).count(". ") <= 2
    assert (tmp_path / "taken").read_text() == "x"


def test_a_disk_that_cannot_be_written(course, tmp_path, monkeypatch):
    """Is it one sentence that names the folder when a new one can't be made?"""
    folder = hand_in(tmp_path / "first", {"ada": notebook(double=2)})

    def read_only(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(course_folder.Path, "mkdir", read_only)
    with pytest.raises(UserError, match=r"out can't be written \(Read-only file system\). Expected a folder"):
        course(folder)


@pytest.mark.parametrize("failing", ["fcntl.flock", "os.pwrite", "os.truncate"])
def test_a_disk_that_cannot_be_locked(tmp_path, monkeypatch, failing):
    """Is it one sentence when the disk knows no locks, or is full when it says who is at work?"""

    def fails(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    (tmp_path / "grades.sqlite").touch()
    module, name = failing.split(".")
    monkeypatch.setattr(getattr(course_folder, module), name, fails)
    with pytest.raises(UserError, match=r"can't be written \(No locks available\)"):
        with course_folder.opened(tmp_path, "mark"):
            pass


def test_a_fault_of_the_grader(tmp_path, monkeypatch, capsys):
    """Is a crash neither 0 nor 1, which mean that all is graded, and is what happened written where it says?"""

    def crash(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(run, "grade", crash)
    assert main(["grade", "class", "--out", str(tmp_path)]) == 3
    path = tmp_path / "activation-lab-crash.txt"
    assert str(path) in capsys.readouterr().err
    assert "in crash" in path.read_text() and "RuntimeError: a bug" in path.read_text()


def test_one_person_under_two_names(course, tmp_path, monkeypatch):
    """Does a student who was in the course before there was a roster go on under the roster's name, with all marks?"""
    for number, answers in ((1, {"double": 2}), (2, {"half": 0.5})):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as file:
            for name, participant in (("Ada Lovelace", 40_000), ("Ben", 40_001)):
                data = notebook(**answers, remark=name)
                file.writestr(f"hw/{name}_{participant}_assignsubmission_file_/work.ipynb", data)
    assert course(tmp_path / "1.zip")[0] == 0
    assert main(["mark", "Ben (40001)", "exam_half", "--comment", "So.", "--out", str(tmp_path / "out")]) == 0
    (tmp_path / "roster.csv").write_text(
        "Identifier,Full name,student\nParticipant 40000,Ada Lovelace,s1\nParticipant 40001,Ben,s2\n"
    )
    code, said = course(tmp_path / "2.zip", roster=tmp_path / "roster.csv")
    assert code == 0 and "under their names in the roster: 2 students" in said
    assert changes(tmp_path) == dict.fromkeys(("s1", "s2"), "resubmitted (attempt 2 of 2 counts)")
    assert "So." in (tmp_path / "out" / "feedback" / "s2" / "exam.html").read_text()
    table = rows(tmp_path / "out" / "grades.csv")
    assert [(row["student"], row["attempts"], row["score"]) for row in table] == [("s1", "2", "2"), ("s2", "2", "2")]
    course(attempt="first")
    assert scores(tmp_path / "out") == {("s1", "exam"): "3", ("s2", "exam"): "3"}
    course(tmp_path / "1.zip", roster=tmp_path / "roster.csv")
    assert [row["attempts"] for row in rows(tmp_path / "out" / "grades.csv")] == ["2", "2"]


def test_removed_under_another_name(course, tmp_path):
    """Is a student who was removed before there was a roster out of the course under the roster's name, too?"""
    for number, answers in ((1, {"double": 2}), (2, {"half": 0.5})):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as file:
            for name, participant in (("Ada Lovelace", 40_000), ("Ben", 40_001)):
                data = notebook(**answers, remark=name)
                file.writestr(f"hw/{name}_{participant}_assignsubmission_file_/work.ipynb", data)
    course(tmp_path / "1.zip")
    assert main(["remove", "Ben (40001)", "--out", str(tmp_path / "out")]) == 0
    (tmp_path / "roster.csv").write_text(
        "Identifier,Full name,student\nParticipant 40000,Ada Lovelace,s1\nParticipant 40001,Ben,s2\n"
    )
    for number in (2, 1, 2):
        course(tmp_path / f"{number}.zip", roster=tmp_path / "roster.csv")
        assert {student for student, _ in scores(tmp_path / "out")} == {"s1"}
    assert main(["remove", "s2", "--undo", "--out", str(tmp_path / "out")]) == 0
    assert [row["attempts"] for row in rows(tmp_path / "out" / "grades.csv")] == ["2", "2"]


def test_pages_are_drawn_once(course, tmp_path, monkeypatch):
    """Is a page drawn again if a mark, a comment or the code that draws changed, or if it is gone, and only then?"""
    drawn, write = [], feedback.write
    monkeypatch.setattr(feedback, "write", lambda grade, folder: drawn.append(grade.student) or write(grade, folder))
    out, overrides = tmp_path / "out", "student,lesson,exercise,points,comment,excused,by,when\n"

    def drawn_by(*arguments):
        drawn.clear()
        course(*arguments)
        return drawn

    folder = hand_in(tmp_path / "first", {"ada": notebook(double=2), "ben": notebook(double=2)})
    assert drawn_by(folder) == ["ada", "ben"]
    assert drawn_by() == [] and len(list(out.glob("feedback/*/exam.html"))) == 2
    assert drawn_by(hand_in(tmp_path / "second", {"ben": notebook(half=0.5)})) == ["ben"]
    for text in ("ben,exam,exam_half,1,,,,\n", "ben,exam,exam_half,1,So.,,,\n", ""):
        (out / "overrides.csv").write_text(overrides + text)
        assert drawn_by() == ["ben"]
        assert ("So." in (out / "feedback" / "ben" / "exam.html").read_text()) == ("So." in text)
    (out / "feedback" / "ada" / "exam.html").unlink()
    assert drawn_by() == ["ada"]
    monkeypatch.setattr(kept_pages, "CODE", (tmp_path / "exam.py",))
    assert drawn_by() == ["ada", "ben"]


class _Silent:
    def print(self, *_, **__):
        """Say nothing."""


def contents(folder):
    """{path: bytes} of what people see in a course's folder."""
    names = ("report.html", "grades.csv", "exercises.csv", "changes.csv")
    paths = [folder / name for name in names] + [path for path in folder.glob("*/**/*") if path.is_file()]
    return {path: path.read_bytes() for path in paths}
