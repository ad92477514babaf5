"""The tables: does a spreadsheet or a learning platform read what was meant, and nothing else?"""

import csv
import html
import re

import invented
import pytest

from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import tables, uploads
from activation_lab_tools.grader.records import GradedSubmission, Mark

FORMULA = re.compile(r"""["'\s]*[=+\-@＝＋－＠]""")


def read(path, delimiter=","):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graded")
    assert len(list(tables.written(map(undecided, invented.classroom()), folder))) == len(invented.classroom())
    return folder, uploads.write(lambda: map(undecided, invented.classroom()), folder)


def test_grades(written):
    """Is there a row for each student and lesson, with the sums of the marks?"""
    rows = read(written[0] / "grades.csv")
    assert rows[0] == tables.GRADES and len(rows) == 1 + len(invented.classroom())
    for row, graded in zip(rows[1:], invented.classroom(), strict=True):
        passed = sum(mark.points for mark in graded.marks if mark.state == "passed")
        row = dict(zip(rows[0], row, strict=True))
        assert row["lesson"] == graded.lesson and [row[name] for name in ("score", "raw", "points")] == [
            *[str(passed)] * 2, "9"]  # fmt: skip
        assert float(row["percent"]) == pytest.approx(100 * passed / 9, abs=0.051)
        assert sum(int(number) for number in re.findall(r"(\d+) (?:passed|failed|not|to mark)", row["states"])) == 5
        look = row["needs a look"]
        assert ("out of time" in look) == any(mark.ended for mark in graded.marks)
        unjudged = [mark.exercise for mark in graded.marks if mark.headline == "not judged"]
        assert re.findall(r"(\w+): could not be judged\.", look) == unjudged
        assert re.findall(r"Not marked yet: (.*?)\.", look) == ([", ".join(unjudged)] if unjudged else [])
        assert re.findall(r"(\d+) to mark", row["states"]) == ([str(len(unjudged))] if unjudged else [])


def test_exercises(written):
    """Is there a row for each mark, numbers as numbers?"""
    rows = read(written[0] / "exercises.csv")
    marks = [mark for graded in invented.classroom() for mark in graded.marks]
    assert rows[0] == tables.EXERCISES and len(rows) == 1 + len(marks)
    assert [row[2:5] for row in rows[1:]] == [
        [mark.exercise, mark.kind, "to mark" if mark.headline == "not judged" else mark.state] for mark in marks
    ]
    assert [row[5] == "" for row in rows[1:]] == [mark.headline == "not judged" for mark in marks]
    assert sum(float(row[5] or 0) for row in rows[1:]) == sum(mark.score for mark in marks)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula(written, delimiter):
    """Does no cell begin like a formula, whatever separator is used?"""
    paths = [*written[0].glob("*.csv"), *written[0].glob("upload/*.csv")]
    assert len(paths) == 6
    for path in paths:
        for row in read(path, delimiter):
            for cell in row:
                assert cell.startswith("'") or cell == "-" or not FORMULA.match(cell), (path.name, cell)


def test_moodle(written):
    """Does the worksheet have the columns that Moodle looks for, its numbers, and comments in harmless HTML?"""
    rows = read(written[0] / "upload" / "moodle_01_dense_forward.csv")
    columns = rows[0]
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(columns)
    assert columns.index("Feedback comments") > 0  # Moodle takes no feedback from the first column
    known = [g for g in invented.classroom(lessons=invented.LESSONS) if g.lesson == invented.LESSONS[0]]
    known = [graded for graded in known if "moodle" in graded.ids]
    known = [graded for graded in known if all(mark.headline != "not judged" for mark in graded.marks)]
    assert [row[0] for row in rows[1:]] == [f"Participant {graded.ids['moodle']}" for graded in known]
    assert [float(row[columns.index("Grade")]) for row in rows[1:]] == [graded.score for graded in known]
    for row, graded in zip(rows[1:], known, strict=True):
        comment = row[columns.index("Feedback comments")]
        assert set(re.findall("<.*?>", comment)) <= {"<br>"}
        for mark in graded.marks:
            assert mark.exercise in comment
            assert all(diagnosis in html.unescape(comment) for diagnosis in mark.diagnoses)


def test_canvas(written):
    """Does the file have the first columns that Canvas expects, one row of points, and numbers for students?"""
    rows = read(written[0] / "upload" / "canvas_03_dense_backward.csv")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "03_dense_backward"]
    assert "Points Possible" in rows[1][0] and rows[1][5] == "9"
    assert not any("Points Possible" in row[0] for row in rows[2:])
    assert rows[2:] and all(row[1].isdigit() for row in rows[2:])


def test_a_name_that_would_change_the_points(tmp_path):
    """Is a student named “Points Possible” a student, and not Canvas's row of points?"""
    uploads.write(lambda: [result("Points Possible", {"canvas": "5"})], tmp_path)
    assert [row[1] for row in read(tmp_path / "upload" / "canvas_01.csv") if "Points Possible" in row[0]] == [""]


def test_who_is_not_in_an_upload_file(tmp_path):
    """Are students without the platform's number named, and those whose number is none?"""
    marks = [result("Ada", {"moodle": "5"}), result("Ben", {}), result("Eve", {"moodle": "5,=1"})]
    (look,) = uploads.write(lambda: marks, tmp_path)
    assert look.location == "upload/moodle_01.csv" and "Ben, Eve." in look.reason and "Ada" not in look.reason
    assert len(read(tmp_path / look.location)) == 2
    assert not (tmp_path / "upload" / "canvas_01.csv").exists()


@pytest.mark.parametrize(
    ("write", "files"),
    [
        (lambda grades, folder: list(tables.written(grades, folder)), 2),
        (lambda grades, folder: uploads.write(lambda: grades, folder), 1),
    ],
)
def test_all_or_nothing(write, files, tmp_path):
    """Do the old files stay, whole, when writing new ones is broken off?"""
    write([result("Ada", {"moodle": "5"})], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.csv")}

    def broken():
        yield result("Ben", {"moodle": "6"})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(broken(), tmp_path)
    assert len(before) == files
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def result(name, ids):
    marks = (Mark("relu", "exercise", "passed", 1, 1),)
    return undecided(GradedSubmission(name, name, "here", "01", "bubblewrap", marks, ids=ids))
