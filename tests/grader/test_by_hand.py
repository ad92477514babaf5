"""Does what a person decides count, outlast every regrading, and never get lost in silence?"""

import re

import pytest
from in_process import UNJUDGED, cells, grade, hand_in, notebook, pack, rows, scores

from activation_lab_tools import cli
from activation_lab_tools.cli import main
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import course_folder, run
from activation_lab_tools.grader.marks import comments, overrides, people
from activation_lab_tools.grader.records import Submission
from activation_lab_tools.grader.store import Store


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A function that grades folders; ada has 3 of 5 points, ben 0, and zoe is in the roster only."""
    roster = tmp_path / "roster.csv"
    roster.write_text("student,name,email\nada,Ada,a@x.org\nben,Ben,b@x.org\nzoe,Zoe,z@x.org\n")

    def graded(*submissions, factor=2, **options):
        options = {"exercises": pack(tmp_path, factor=factor), "roster": roster} | options
        return grade(monkeypatch, tmp_path / "out", *submissions, **options)

    graded(hand_in(tmp_path / "class", {"ada": notebook(double=2), "ben": notebook(double=3)}))
    return graded


@pytest.fixture
def mark(tmp_path, capsys, course):
    """A function that runs `mark`; returns (exit code, what it said)."""

    def run(*arguments, command="mark"):
        code = main([command, *map(str, arguments), "--out", str(tmp_path / "out")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def write_overrides(folder, *lines):
    heading = "student,lesson,exercise,points,comment,excused,by,when"
    (folder / "out" / "overrides.csv").write_text("\n".join([heading, *lines]), encoding="utf-8")


def exercise(folder, student, name):
    return next(
        row for row in rows(folder / "out" / "exercises.csv") if (row["student"], row["exercise"]) == (student, name)
    )


def test_points(course, mark, tmp_path):
    """Do points given by hand count, beside the grader's own, also after a resubmission and after other exercises?"""
    assert mark("ben", "exam_double", "--points", 1.5, "--comment", "A slip.", "--by", "Jo") == (
        0, "ben, exam: 0 → 1.5 of 5 points.\n")  # fmt: skip
    for _ in range(2):
        row = exercise(tmp_path, "ben", "exam_double")
        assert (row["score"], row["raw"], row["comment"]) == ("1.5", "0", "A slip.")
        assert row["by hand"].startswith("Jo 20") and scores(tmp_path / "out")["ben", "exam"] == "1.5"
        course(hand_in(tmp_path / "again", {"ben": notebook(double=4)}), factor=3)
    (kept,) = rows(tmp_path / "out" / "overrides.csv")
    assert (kept["student"], kept["lesson"], kept["points"]) == ("ben", "exam", "1.5")


def test_again_replaces(mark, tmp_path):
    """Does a second decision on the same replace the first, and say so?"""
    mark("ben", "exam_double", "--points", 1, "--by", "Jo")
    _, said = mark("ben", "exam_double", "--points", 2, "--by", "Kim")
    assert "This replaces: points 1, by Jo" in said and "1 → 2 of 5" in said
    assert len(rows(tmp_path / "out" / "overrides.csv")) == 1


def test_a_lesson_as_a_whole(mark, tmp_path):
    """Do points for the lesson take the place of the sum, also for someone who handed nothing in?"""
    mark("ada", "exam", "--points", 4)
    _, said = mark("zoe", "exam", "--points", 2, "--comment", "Orally.")
    assert said == "zoe, exam: nothing → 2 of 5 points.\n"
    table = {row["student"]: row for row in rows(tmp_path / "out" / "grades.csv")}
    assert [(table[name]["score"], table[name]["raw"]) for name in ("ada", "zoe")] == [("4", "3"), ("2", "0")]
    assert (table["zoe"]["states"], table["zoe"]["email"], table["zoe"]["attempts"]) == (
        "nothing handed in", "z@x.org", "0")  # fmt: skip


def test_a_lesson_by_its_number(mark, course, tmp_path):
    """Can a lesson be called by its number, as in deadlines.csv?"""
    numbered = pack(tmp_path, "quiz").rename(tmp_path / "07_quiz.py")
    numbered.write_text(numbered.read_text().replace('"""quiz:', '"""07_quiz:'))
    course(hand_in(tmp_path / "quiz", {"ben": notebook("quiz", double=2)}), exercises=numbered)
    for name in ("7", "07", "07_quiz"):
        assert mark("ben", name, "--points", 4)[0] == 0 and scores(tmp_path / "out")["ben", "07_quiz"] == "4"
        assert mark("ben", "quiz_half", "--lesson", name, "--points", 1)[0] == 0
        assert mark("ben", name, command="remove")[0] == 0 and ("ben", "07_quiz") not in scores(tmp_path / "out")
        assert mark("ben", name, "--undo", command="remove")[0] == 0
    assert len(rows(tmp_path / "out" / "overrides.csv")) == 2


def test_excused(mark, tmp_path):
    """Does an excused exercise leave the sum and the maximum, and an excused lesson have no score?"""
    mark("ben", "exam_double", "--excused")
    mark("zoe", "exam", "--excused")
    table = {row["student"]: row for row in rows(tmp_path / "out" / "grades.csv")}
    assert (table["ben"]["score"], table["ben"]["points"]) == ("0", "2")
    assert (table["zoe"]["score"], table["zoe"]["percent"]) == ("excused", "")
    assert exercise(tmp_path, "ben", "exam_double")["score"] == "excused"


def test_extra_credit(mark, tmp_path):
    """Are more points than an exercise is worth refused, unless they are meant?"""
    code, said = mark("ada", "exam_double", "--points", 4)
    assert code == 2 and "more than the 3" in said and not (tmp_path / "out" / "overrides.csv").exists()
    assert mark("ada", "exam_double", "--points", 4, "--extra")[0] == 0
    assert scores(tmp_path / "out")["ada", "exam"] == "4"


def test_the_library(mark, course, tmp_path):
    """Is an entry's text shown, does it decide points, and does changing it change every mark that names it?"""
    library = tmp_path / "out" / "comments.toml"
    library.write_text('[slip]\ntext = "A slip."\npoints = -1\n[late]\ntext = "Late."\n')
    mark("ben", "exam_double", "--rubric", "slip", "--rubric", "late", "--comment", "Mind it.")
    row = exercise(tmp_path, "ben", "exam_double")
    assert (row["score"], row["comment"]) == ("2", "A slip. Late. Mind it.")
    library.write_text('[slip]\ntext = "Almost."\npoints = -0.5\n[late]\ntext = "Late."\n')
    course()
    row = exercise(tmp_path, "ben", "exam_double")
    assert (row["score"], row["comment"]) == ("2.5", "Almost. Late. Mind it.")
    code, said = mark("ada", "exam_double", "--rubric", "slop")
    assert code == 2 and "no entry slop" in said


@pytest.mark.parametrize(
    ("given", "earned"), [([1, 2], 3), ([-1], 2), ([-1, -5], 0), ([2, 2], 3), ([None], None), ([1, -1], 3)]
)
def test_points_of_entries(given, earned):
    """Are points below zero taken off three, others added from zero, and neither leaves what is possible?"""
    library = {f"e{place}": comments.LibraryComment("", points) for place, points in enumerate(given)}
    assert comments.points("".join(f"[{name}]" for name in library), library, 3) == earned


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adda,exam,,1,,,,", "“adda” is not a student"),
        ("ada,exma,,1,,,,", "a lesson “exma”"),
        ("ada,exam,relu,1,,,,", "no exercise “relu”; it has exam_double, exam_half"),
        ("ada,exam,exam_double,much,,,,", "“much”; expected a number"),
        ("ada,exam,exam_double,-1,,,,", "“-1”; expected a number"),
        ("ada,exam,exam_double,nan,,,,", "“nan”; expected a number"),
        ("ada,exam,exam_double,1e308 extra,,,,", "“1e308 extra”; expected a number"),
        ("ada,exam,exam_double,4,,,,", "4 points would be more than the 3"),
        ("ada,exam,exam_double,,,maybe,,", "“maybe” stands in the column “excused”"),
        ("ada,exam,exam_double,,[slip],,,", "no entry slip"),
    ],
)  # fmt: skip
def test_a_bad_row(course, tmp_path, line, said):
    """Is a row that can't be used named with its number, and do the others count?"""
    write_overrides(tmp_path, "ben,,exam_half,2,,,,", line)
    assert course()[0] == 1
    report = (tmp_path / "out" / "report.html").read_text()
    assert "overrides.csv, row 3" in report and said in report
    assert scores(tmp_path / "out") == {("ada", "exam"): "3", ("ben", "exam"): "2"}


@pytest.mark.parametrize(
    ("encoding", "separator", "first"), [("utf-8-sig", ";", ""), ("cp1252", ";", "sep=;\n"), ("utf-16", "\t", "")]
)
def test_as_a_spreadsheet_saves_it(course, tmp_path, encoding, separator, first):
    """Is the file read in every form in which a spreadsheet saves it, decimal commas included?"""
    write_overrides(tmp_path)
    path = tmp_path / "out" / "overrides.csv"
    text = (
        path.read_text().replace(",", separator)
        + "\n"
        + separator.join(["ben", "exam", "exam_half", "1,5", "Größe", "", "", ""])
    )
    path.write_bytes((first + text).encode(encoding))
    assert course()[0] == 0
    assert exercise(tmp_path, "ben", "exam_half")["score"] == "1.5"
    assert exercise(tmp_path, "ben", "exam_half")["comment"] == "Größe"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["student,lesson,exercise,points,comment,excused,by,when", "ada,exam,exam_double,1,5,,,Jo,2026-11-03"],
            "row 2",
        ),
        (
            ["student,lesson,exercise,points,comment,excused,by,when,points", "ada,exam,,1,,,,,2"],
            "points more than once",
        ),
    ],
)
def test_a_table_that_can_be_read_in_two_ways(tmp_path, lines, said):
    """Is a table refused in which a number has fallen into two columns, or a column is there twice?"""
    (tmp_path / "overrides.csv").write_text("\n".join(lines))
    with pytest.raises(UserError, match=said):
        overrides.load(tmp_path / "overrides.csv", {"ada": "ada"}, {"exam": {"exam_double": 3.0}})
    (tmp_path / "overrides.csv").write_text("\n".join([lines[0][:54], "ada,exam,exam_double,1,,,,,,,"]))  # blank cells
    assert overrides.load(tmp_path / "overrides.csv", {"ada": "ada"}, {"exam": {"exam_double": 3.0}})[0]


def test_a_file_without_a_column(course, tmp_path):
    """Does a file of another kind stop the command before anything is graded or drawn?"""
    before = (tmp_path / "out" / "grades.csv").read_bytes()
    (tmp_path / "out" / "overrides.csv").write_text("student,points\nada,3\n")
    assert main(["grade", "--out", str(tmp_path / "out")]) == 2
    assert (tmp_path / "out" / "grades.csv").read_bytes() == before


def test_two_graders(mark, tmp_path):
    """Do both graders' decisions come together, and is a disagreement shown until one of the rows is gone?"""
    write_overrides(tmp_path, "ben,exam,exam_double,1,,,Jo,2026-11-03", "ada,exam,exam_half,1,,,Jo,2026-11-03")
    other = tmp_path / "other.csv"
    mine = (tmp_path / "out" / "overrides.csv").read_text()
    other.write_text(mine.replace("ben,exam,exam_double,1,,,Jo,2026-11-03", "ben,exam,exam_double,2,,,Kim,2026-11-04"))
    code, said = mark(other, command="merge-overrides")
    assert code == 1 and "1 row added" in said and "row 2 says 1 point (Jo 2026-11-03); row 4 says 2 points" in said
    assert scores(tmp_path / "out") == {("ada", "exam"): "4", ("ben", "exam"): "2"}
    assert mark(other, command="merge-overrides")[1].startswith("0 rows added")
    code, said = mark(tmp_path / "others.csv", command="merge-overrides")
    assert code == 2 and "others.csv does not exist" in said
    assert len(rows(tmp_path / "out" / "overrides.csv")) == 3
    code, said = mark("ben", "exam_double", "--points", 3)
    assert said.count("This replaces") == 2 and len(rows(tmp_path / "out" / "overrides.csv")) == 2


def test_what_else_is_in_the_file_stays(mark, tmp_path):
    """Do columns and rows that a person added survive `mark`?"""
    path = tmp_path / "out" / "overrides.csv"
    path.write_text("student,lesson,exercise,points,comment,excused,by,when,room\nada,exam,exam_half,1,,,Jo,,12\n")
    mark("ben", "exam_half", "--points", 1)
    assert [row["room"] for row in rows(path)] == ["12", ""]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["bem", "exam_half", "--points", "1"], "Did you mean ben"), (["ben", "exam_haf", "--points", "1"], "exam_half"),
     (["ben", "exam_half"], "Nothing to decide"), (["ben", "exam_half", "--points", "x"], "expected a number")],
)  # fmt: skip
def test_a_wrong_command(mark, tmp_path, arguments, said):
    """Is it one sentence that says what to do, with exit code 2, and nothing written?"""
    code, told = mark(*arguments)
    assert code == 2 and said in told and not (tmp_path / "out" / "overrides.csv").exists()


def test_remove(mark, course, tmp_path):
    """Does a removed student leave every page and table, and stay away until put back, whatever comes in meanwhile?"""
    code, said = mark("ben", command="remove")
    assert code == 0 and said.startswith("Removed ben: exam: 1 attempt.") and "--undo" in said
    assert scores(tmp_path / "out") == {("ada", "exam"): "3"}
    assert {path.name for path in (tmp_path / "out" / "feedback").glob("[!.]*")} == {"ada"}
    assert rows(tmp_path / "out" / "changes.csv")[0]["change"] == "removed"
    assert mark("ben", command="remove")[0] == 2
    assert "you removed them" in mark("ben", "exam_half", "--comment", "So.")[1]
    report = (tmp_path / "out" / "report.html").read_text()
    assert "Ben" not in report and "Zoe" in report  # nor is someone missing who has left
    new = hand_in(tmp_path / "new", {"ben": notebook(half=0.5), "ada": notebook(half=0.5)})
    for folder in (tmp_path / "class", new, tmp_path / "class"):
        _, said = course(folder)
        assert said.count("Left out, since you removed them: ben.") == 1 and "ben" not in dict(scores(tmp_path / "out"))
        assert "Ben" not in (tmp_path / "out" / "report.html").read_text()
    assert mark("ben", "--undo", command="remove")[1] == "Put back ben: exam: 2 attempts.\n"
    assert scores(tmp_path / "out")["ben", "exam"] == "2"
    assert "removed" not in course(new)[1]


def test_remove_from_a_lesson(mark, course, tmp_path):
    """Does a student who was taken out of one lesson stay out of that one alone?"""
    mark("ben", "exam_half", "--points", 1)
    mark("ben", "exam", command="remove")
    assert scores(tmp_path / "out") == {("ada", "exam"): "3"}  # what was decided on ben does not bring ben back
    other = pack(tmp_path, "quiz")
    course(hand_in(tmp_path / "quiz", {"ben": notebook("quiz", double=2)}), exercises=other)
    _, said = course(hand_in(tmp_path / "new", {"ben": notebook(half=0.5)}))
    assert "removed them: ben (exam)." in said
    assert scores(tmp_path / "out") == {("ada", "exam"): "3", ("ben", "quiz"): "3"}
    mark("ben", "exam", "--undo", command="remove")
    assert scores(tmp_path / "out")["ben", "exam"] == "1"  # what was decided counts again


def test_remove_who_has_nothing_gradable(mark, course, tmp_path):
    """Does an unreadable notebook of a removed student need no look, until the student is put back?"""
    broken = hand_in(tmp_path / "broken", {"zoe": b"{"})
    assert course(broken, tmp_path / "class")[0] == 1
    mark("zoe", command="remove")
    assert course()[0] == course(broken, tmp_path / "class")[0] == 0
    mark("zoe", "--undo", command="remove")
    assert course()[0] == 1


def test_remove_who_handed_nothing_in(mark, course, tmp_path):
    """Does a student leave who has only a row in the roster and a decision, whichever rosters come?"""
    mark("zoe", "exam", "--excused")
    code, said = mark("zoe", command="remove")
    assert code == 0 and said.startswith("Removed zoe: nothing was handed in.") and "grades.sqlite" not in said
    assert "Zoe" not in (tmp_path / "out" / "report.html").read_text()
    assert {student for student, _ in scores(tmp_path / "out")} == {"ada", "ben"}
    assert mark("zoe", "--undo", command="remove")[0] == 0 and ("zoe", "exam") in scores(tmp_path / "out")
    mark("zoe", command="remove")
    for listed in ("ada\nben", "ada\nben\nzoe"):
        (tmp_path / "roster.csv").write_text(f"student\n{listed}\n")
        _, said = course(tmp_path / "class")
        assert ("removed them: zoe." in said) == ("zoe" in listed) and ", 0 missing" in said
        assert ("zoe", "exam") not in scores(tmp_path / "out")


def test_names_like_formulas(course, mark, tmp_path):
    """Can a student whose name a table shows in another form be marked by either form?"""
    course(hand_in(tmp_path / "more", {"=1+1": notebook(double=3)}), roster=None)
    assert mark("=1+1", "exam_half", "--points", 1)[0] == 0
    assert mark("'=1+1", "exam_half", "--points", 2)[0] == 0
    (row,) = rows(tmp_path / "out" / "overrides.csv")
    assert row["student"] == "'=1+1" and scores(tmp_path / "out")["'=1+1", "exam"] == "2"


def test_by_name(mark, course, tmp_path):
    """Can a student be named as people do, if nobody else has that name?"""
    for place, name in enumerate(["Ben", "ben", "b@x.org", "B@X.ORG"]):
        assert mark(name, "exam_half", "--points", place / 2)[0] == 0
        assert exercise(tmp_path, "ben", "exam_half")["score"] == f"{place / 2:g}"
    assert "Did you mean ben?" in mark("b", "exam_half", "--points", 1)[1]
    write_overrides(tmp_path, "Ben,exam,exam_half,2,,,,")
    (tmp_path / "roster.csv").write_text("student,name\nada,Ada\nben,Ben\nzoe,Ben\n")
    course(tmp_path / "class")
    report = (tmp_path / "out" / "report.html").read_text()
    assert "“Ben” is not a student" in report and scores(tmp_path / "out")["ben", "exam"] == "0"


def test_by_a_name_in_canvas(mark, course, tmp_path):
    """Can someone whom the roster calls “Last, First” be called by the first name first?"""
    (tmp_path / "roster.csv").write_text('student,name\nada,"Lovelace, Ada"\nben,"Müller, Ben"\n')
    course(tmp_path / "class")
    for points, name in enumerate(["Ben Müller", "ben müller", "Müller, Ben"]):
        assert mark(name, "exam_half", "--points", points)[0] == 0


def test_headings():
    """Are the columns of the file those that the guide names?"""
    assert overrides.HEADINGS == ("student", "lesson", "exercise", "points", "comment", "excused", "by", "when")


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "1e400", "9" * 400])
def test_points_that_are_no_number(tmp_path, points):
    """Is an entry of comments.toml refused whose points no sum can hold?"""
    (tmp_path / "comments.toml").write_text(f'[slip]\ntext = "A slip."\npoints = {points}\n')
    with pytest.raises(UserError, match="expected a number"):
        comments.load(tmp_path / "comments.toml")


WORTH = {"01": {"relu": 3.0}}


def people_called(tmp_path, *names):
    """What a person may write for students of these names, who came without a roster."""
    with Store(tmp_path / "grades.sqlite") as store:
        people.keep(store, [Submission(name, name, "p", "p") for name in names])
        return people.known_as(store)


def put(tmp_path, student, points, everyone):
    row = dict.fromkeys(overrides.HEADINGS, "") | {"student": student, "lesson": "01", "exercise": "relu"}
    overrides.checked(row | {"points": points}, everyone, WORTH)
    return overrides.put(tmp_path / "overrides.csv", row | {"points": points}, everyone)


def test_a_name_that_looks_like_anothers(tmp_path):
    """Does a decision on one student leave alone what was decided on another with nearly the same name?"""
    everyone = people_called(tmp_path, "ada", "'ada", "''ada")
    for points, name in enumerate(("ada", "'ada", "''ada", "ada")):
        put(tmp_path, name, str(points), everyone)
    given, looks = overrides.load(tmp_path / "overrides.csv", everyone, WORTH)
    assert not looks and {who: rows["relu"].points for (who, _), rows in given.items()} == {
        "ada": 3, "'ada": 1, "''ada": 2}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("=ada", "'=ada"), ("ada\u200f", "ada\\u200f")])
def test_two_whom_a_table_shows_alike(tmp_path, one, other):
    """Is nothing written on a student if it would be read as on another?"""
    everyone = people_called(tmp_path, one, other, "ben")
    assert put(tmp_path, "ben", "1", everyone) == []
    for name in (one, other):
        with pytest.raises(UserError, match="several"):
            put(tmp_path, name, "2", everyone)
    given, looks = overrides.load(tmp_path / "overrides.csv", everyone, WORTH)
    assert not looks and set(given) == {("ben", "01")}


@pytest.mark.parametrize(
    ("older", "newer"),
    [("2026-11-03T10:00:00+09:00", "2026-11-03T09:00:00+00:00"), ("3.11.2026 10:00", "2026-11-04T09:00:00"),
     ("yesterday", "2026-11-03"), ("", "2026-11-03"), ("zzz", "2026-11-03T10:00:00+00:00")],
)  # fmt: skip
def test_the_newest_row(tmp_path, older, newer):
    """Does the row count that was written last, wherever on Earth and in whatever form?"""
    lines = (f"ada,01,relu,2,,,Kim,{newer}", f"ada,01,relu,1,,,Jo,{older}")
    for listed in (lines, lines[::-1]):
        (tmp_path / "overrides.csv").write_text("\n".join([",".join(overrides.HEADINGS), *listed]))
        given, _ = overrides.load(tmp_path / "overrides.csv", {"ada": "ada"}, WORTH)
        assert given["ada", "01"]["relu"].points == 2


@pytest.mark.parametrize(
    "text", ["a\0b", "\U0001fbff", "\u0378", "\uffff", "a\ud800b", "\ufeffa", "\x85a\u2028b", '";\t,']
)
def test_any_character(tmp_path, text):
    """Can a row be read again whatever is in a name or a comment, such as an emoji that is newer than Python?"""
    everyone = people_called(tmp_path, text)
    row = dict.fromkeys(overrides.HEADINGS, "") | {"student": text, "lesson": "01", "exercise": "relu", "comment": text}
    for _ in range(2):
        overrides.put(tmp_path / "overrides.csv", row, everyone)
    given, looks = overrides.load(tmp_path / "overrides.csv", everyone, WORTH)
    assert not looks and len(given[text, "01"]["relu"].comment) >= len(text.replace("\0", "").strip())


def test_dismiss(mark, course, tmp_path):
    """Can a row of “Needs a look” be dismissed, about a student or not, until there is something else to say?"""
    (tmp_path / "class" / "notes.ipynb").write_bytes(notebook(double=2))
    hand_in(tmp_path / "class", {"zoe": b"{"})
    assert course(tmp_path / "class")[0] == 1
    code, said = mark("class/", command="dismiss")
    assert code == 2 and "several rows have it: class/notes.ipynb, class/zoe/work.ipynb" in said
    assert mark("eve", command="dismiss")[0] == 2
    code, said = mark("class/notes.ipynb", command="dismiss")
    assert code == 0 and said.startswith("Dismissed: class/notes.ipynb: ") and "\n1 to look at." in said
    assert mark("not a notebook", command="dismiss")[1].endswith("\n0 to look at.\n")
    assert course(tmp_path / "class")[0] == course()[0] == 0  # the same again needs no other look
    assert "Dismissed: 2" in (tmp_path / "out" / "report.html").read_text()
    (tmp_path / "class" / "zoe" / "work.ipynb").write_bytes(b"[")
    assert course(tmp_path / "class")[0] == 1
    assert mark("class/notes.ipynb", "--undo", command="dismiss")[1].endswith("\n2 to look at.\n")
    assert mark("class/notes.ipynb", "--undo", command="dismiss")[0] == 2


def test_an_answer_that_could_not_be_judged(mark, course, tmp_path):
    """Does it wait, also when its row is dismissed, until a person gives points, even if these are the 0 it had?"""
    answer = cells(f"def exam_double(z):\n    {UNJUDGED}\n    return z", "def exam_half(z):\n    return z / 2")
    folder = hand_in(
        tmp_path / "new", {"Zoe_77_assignsubmission_file_": answer, "Ben_78_assignsubmission_file_": answer}
    )

    def uploaded():
        path = tmp_path / "out" / "upload" / "moodle_exam.csv"
        return {row["Full name"]: row["Grade"] for row in rows(path)} if path.exists() else {}

    def waiting():
        table = {row["student"]: row["needs a look"] for row in rows(tmp_path / "out" / "grades.csv")}
        return {student for student, look in table.items() if "Not marked yet: exam_double." in look}

    assert course(folder)[0] == 1 and uploaded() == {} and waiting() == {"ben", "zoe"}
    assert "2 answers to mark" in (tmp_path / "out" / "report.html").read_text()
    for where in ("exam_double of zoe could not be judged", "exam_double of ben could not", "upload/moodle_exam.csv"):
        assert mark(where, command="dismiss")[0] == 0
    assert course()[0] == 0 and uploaded() == {} and waiting() == {"ben", "zoe"}
    mark("zoe", "exam_double", "--comment", "I will look at it.")
    assert uploaded() == {}
    said = mark("zoe", "exam_double", "--points", 0)[1]
    assert said.endswith("zoe, exam: 2 → 2 of 5 points (nothing left to mark).\n")
    assert uploaded() == {"Zoe": "2"} and waiting() == {"ben"} and scores(tmp_path / "out")["zoe", "exam"] == "2"
    assert "1 answer to mark" in (tmp_path / "out" / "report.html").read_text()


ANY_COMMAND = (
    ("grade",), ("grade", "class"), ("mark", "ben", "exam_half", "--points", "1"), ("remove", "ben"),
    ("dismiss", "ben"), ("merge-overrides", "roster.csv"), ("review",), ("gradebook", "gradebook.db"),
)  # fmt: skip


def test_one_command_at_a_time(course, tmp_path, monkeypatch, capsys):
    """Does every command say who is at work in the folder, and change nothing?"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_check_isolation", lambda *_: None)
    with course_folder.opened(tmp_path / "out", "review"):
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*")}
        for arguments in ANY_COMMAND:
            assert main([*arguments, "--out", "out"]) == 2, arguments
            said = capsys.readouterr().err
            assert re.search(
                r"out is in use by process \d+ on .* \(activation-lab review\) since .*\. Wait until", said
            )
        assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*")}
    assert {words[0] for words in ANY_COMMAND} == {
        name for name, each in cli.parser()._subparsers._group_actions[0].choices.items() if takes_a_course(each)
    }


def takes_a_course(parser):
    return any(action.dest == "out" and action.metavar == "FOLDER" for action in parser._actions)
