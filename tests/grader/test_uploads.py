"""What goes back: do platforms read the marks that count, as their own importers would?"""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest

from activation_lab_tools.grader.finding import roster
from activation_lab_tools.grader.marks import final
from activation_lab_tools.grader.marks import looks as course_looks
from activation_lab_tools.grader.marks.comments import LibraryComment
from activation_lab_tools.grader.marks.final import FinalMark, decided, undecided
from activation_lab_tools.grader.marks.overrides import Override
from activation_lab_tools.grader.marks.rules import Rules
from activation_lab_tools.grader.pages import feedback, nbgrader_gradebook, upload_forms, uploads
from activation_lab_tools.grader.pages.html import SYMBOLS
from activation_lab_tools.grader.records import GradedSubmission, Mark
from activation_lab_tools.grader.store import Store

LESSON = "01_dense_forward"
# Moodle's words for: identifier, full name, e-mail address, status, grade, maximum grade, grade can be changed, last
# modified (submission), last modified (grade), feedback comments, participant, yes. The last language is none that the
# grader knows.
LANGUAGES = {
    "English": ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
                "Last modified (submission)", "Last modified (grade)", "Feedback comments", "Participant", "Yes"),
    "German": ("Kennung", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
               "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
               "Feedback als Kommentar", "Teilnehmer/in", "Ja"),
    "French": ("Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale",
               "La note peut être modifiée", "Dernière modification (travail remis)", "Dernière modification (note)",
               "Feedback par commentaires", "Participant", "Oui"),
    "Spanish": ("Identificador", "Nombre completo", "Dirección de correo", "Estado", "Calificación",
                "Calificación máxima", "La calificación puede ser cambiada", "Última modificación (entrega)",
                "Última modificación (calificación)", "Comentarios de retroalimentación", "Participante", "Sí"),
    "Polish": ("Identyfikator", "Pełna nazwa", "Adres e-mail", "Status", "Ocena", "Maksymalna ocena",
               "Ocena może zostać zmieniona", "Ostatnia modyfikacja (przesłane zadanie)",
               "Ostatnia modyfikacja (ocena)", "Komentarz zwrotny", "Uczestnik", "Tak"),
    "Finnish": ("Tunniste", "Koko nimi", "Sähköpostiosoite", "Tila", "Arvosana", "Maksimiarvosana",
                "Arvosanaa voi muuttaa", "Viimeksi muokattu (palautus)", "Viimeksi muokattu (arvosana)",
                "Palautekommentit", "Osallistuja", "Kyllä"),
}  # fmt: skip
NAMES = ["Ada Lovelace", "Ben_Müller", "李小龙", "=1+1"]
TIME = "Tuesday, 3 November 2026, 10:15 AM"


def graded(name, scores, **ids):
    """A GradedSubmission with an exercise of 2 points and a question of 1."""
    marks = tuple(
        Mark(exercise, kind, "passed" if score else "failed", score, points)
        for (exercise, kind, points), score in zip(
            (("relu", "exercise", 2), ("why", "question", 1)), scores, strict=True
        )
    )
    return GradedSubmission(name, name, f"class.zip: {name}", LESSON, "bubblewrap", marks, ids=ids, email="a@b.example")


def grade(name, scores, **ids):
    return undecided(graded(name, scores, **ids))


def worksheet(language, maximum, comment="", first=1_230_000):
    """A grading worksheet of the class as Moodle exports it, as text."""
    words = LANGUAGES[language]
    file = io.StringIO()
    rows = [
        [
            f"{words[10]} {first + at}",
            name,
            f"{at}@b.example",
            f"{words[3]} {at % 2}",
            "",
            maximum,
            words[11],
            TIME,
            "-",
            comment,
        ]
        for at, name in enumerate(NAMES)
    ]
    csv.writer(file).writerows([words[:10], *rows])
    return "\ufeff" + file.getvalue()


def written(grades, folder, *texts, columns=None):
    """The ReviewItems of the upload files, in the form of rosters with these texts."""
    with Store(folder / "grades.sqlite") as store:
        for number, text in enumerate(texts):
            path = folder / f"roster_{number}.csv"
            path.write_text(text, encoding="utf-8")
            upload_forms.keep(store, roster.load(path).table, columns or {})
        forms = upload_forms.load(store)
    return uploads.write(uploads.with_numbers(lambda: iter(grades), forms), folder, forms)


def moodle_imports(path, language, maximum):
    """{participant's number: (grade, comment)} as Moodle takes them (importgradeslib.php, locallib.php).

    Columns are found by the site's words alone; what is out of range, or has no value, is skipped.
    """
    words = LANGUAGES[language]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8").lstrip("\ufeff"))))
    index = {word: at for at, word in enumerate(rows[0])}
    identifier, of_grade, _ = (index[words[at]] for at in (0, 4, 8))  # without one of them, the file is refused
    imported = {}
    for row in rows[1:]:
        number = row[identifier][len(f"{words[10]} ") :]
        value = row[of_grade].replace(" ", "").replace(",", ".")
        valid = re.fullmatch(r"\d+(\.\d+)?", value) and float(value) <= maximum
        comment = row[index[words[9]]] if index.get(words[9]) else None
        imported[number] = float(value) if valid else None, comment
    return imported


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("maximum", ["100.00", "3,00", "3"])
def test_moodle_in_its_own_language(tmp_path, language, maximum):
    """Does Moodle, set to this language, find each student's grade, on its own scale, and the comment?"""
    scores = [(2, 1), (2, 0), (0, 1), (0.5, 0)]
    class_ = [grade(name, scores[at], moodle=str(1_230_000 + at)) for at, name in enumerate(NAMES)]
    assert written(class_, tmp_path, worksheet(language, maximum)) == []
    most = float(maximum.replace(",", "."))
    imported = moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", language, most)
    for at, each in enumerate(scores):
        value, comment = imported[str(1_230_000 + at)]
        assert value == pytest.approx(sum(each) / 3 * most, abs=0.006)
        assert comment.startswith(f"{sum(each):g} of 3 points<br>")
    assert len(imported) == len(class_)
    rows = list(csv.reader(io.StringIO((tmp_path / "upload" / f"moodle_{LESSON}.csv").read_text(encoding="utf-8-sig"))))
    before = list(csv.reader(io.StringIO(worksheet(language, maximum).lstrip("\ufeff"))))
    assert rows[0] == before[0] and [row[6:9] for row in rows] == [row[6:9] for row in before]  # the rest is as it was


def test_without_a_worksheet_in_english(tmp_path):
    """Does Moodle in English read what is written without a worksheet?"""
    assert uploads.write(lambda: iter([grade("Ada", (2, 1), moodle="5")]), tmp_path) == []
    assert moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "English", 3)["5"][0] == 3


def test_another_assignments_worksheet(tmp_path):
    """Has each lesson the rows of its own worksheet, and a number of this assignment where there is none?"""
    first, second = worksheet("German", "10,00"), worksheet("German", "100,00", first=77)
    class_ = [
        grade(NAMES[0], (2, 1), moodle="1230000"),
        replace(grade(NAMES[0], (2, 0), moodle="77"), lesson="02_next"),
    ]
    class_.append(replace(grade(NAMES[1], (2, 0), moodle="500"), lesson="02_next"))
    assert written(class_, tmp_path, first, second) == []
    assert moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "German", 10)["1230000"][0] == 10
    imported = moodle_imports(tmp_path / "upload" / "moodle_02_next.csv", "German", 100)
    assert {number: value for number, (value, _) in imported.items()} == {"77": 66.67, "500": 66.67}


def test_the_number_of_who_handed_nothing_in(tmp_path):
    """Is it that of the lesson's own worksheet, not that of the worksheet given last?"""
    first, second = worksheet("German", "10,00"), worksheet("German", "10,00", first=77)
    several = [grade(NAMES[0], (2, 1), moodle="1230000")]
    several += [replace(grade(NAMES[1], (0, 0), moodle="78"), student="1@b.example", graded=None, decided=0.0)]
    several += [
        replace(grade("Eve", (0, 0), moodle="99"), student="eve", graded=None, decided=0.0)
    ]  # in no worksheet of the lesson
    several += [replace(grade(NAMES[0], (2, 0), moodle="500"), lesson="02_next")]  # has no worksheet
    several += [
        replace(grade(NAMES[1], (0, 0), moodle="78"), student="1@b.example", lesson="02_next", graded=None, decided=0.0)
    ]
    looks = written(several, tmp_path, first, second)
    assert [look.reason.partition("unknown: ")[2].partition(". ")[0] for look in looks] == ["eve", "1@b.example"]
    imported = moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "German", 10)
    assert {number: value for number, (value, _) in imported.items()} == {"1230000": 10, "1230001": 0}


def test_a_lesson_whose_worksheet_was_not_given(tmp_path):
    """Is it said that there is no file, and what to do, if worksheets of other assignments were given?"""
    of_next = replace(grade(NAMES[0], (2, 0)), lesson="02_next")
    assert written([of_next], tmp_path) == []
    (look,) = written([grade(NAMES[0], (2, 1), moodle="1230000"), of_next], tmp_path, worksheet("German", "10,00"))
    assert look.location == "upload/moodle_02_next.csv" and "with its own worksheet as the roster" in look.reason


def test_what_a_person_wrote_in_moodle_stays(tmp_path):
    """Does a comment in the worksheet stay before ours, also after a second upload?"""
    ada = grade(NAMES[0], (2, 1), moodle="1230000")
    before = [f"<br>1 of 3 points<br>{symbol} relu: old (1 of 2 points)" for symbol in SYMBOLS.values()]
    for comment in ("Well argued!", *(f"Well argued!{each}" for each in before)):
        written([ada], tmp_path, worksheet("English", "3", comment))
        (value,) = moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "English", 3).values()
        assert value[1].startswith("Well argued!<br>3 of 3 points<br>✓ relu") and "old" not in value[1]


def test_a_worksheet_without_grades(tmp_path):
    """Is it said that no column of grades was found, and the file still one that Moodle in English reads?"""
    words = LANGUAGES["Finnish"]
    listed = f"{words[0]},{words[1]}\r\n" + "".join(f"{words[10]} {at},{name}\r\n" for at, name in enumerate(NAMES))
    ada = grade(NAMES[0], (2, 1), moodle="0")
    headings, *rows = listed.splitlines()
    timed = "\r\n".join([f"{headings},{words[7]},{words[8]}", *(f'{row},"{TIME}",-' for row in rows)])
    (look,) = written([ada], tmp_path, timed)
    assert "No column of grades was found" in look.reason and "Tunniste, Koko nimi" in look.reason
    assert moodle_imports(tmp_path / look.location, "English", 3)["0"][0] == 3


def test_a_list_of_the_class_is_no_worksheet(tmp_path):
    """Does a list with Moodle's numbers, but without grades, leave the worksheet that was given before?"""
    listed = "Identifier,Full name\r\n" + "".join(f"Participant {1_230_000 + at},x{at}\r\n" for at in range(4))
    ada = grade(NAMES[0], (2, 1), moodle="1230000")
    assert written([ada], tmp_path, worksheet("German", "10"), listed) == []
    assert moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "German", 10)["1230000"][0] == 10


def test_excused_and_waiting(tmp_path):
    """Is who is excused blank in Moodle and EX in Canvas, and who waits for a mark in neither file, but named?"""
    ids = {"moodle": "1230000", "canvas": "7"}
    excused = replace(grade(NAMES[0], (2, 1), **ids), excused=True)
    essay = FinalMark("essay", "written", 2, None, None)
    waiting = replace(grade(NAMES[1], (2, 1), moodle="1230001", canvas="8"), marks=(essay,))
    looks = written([excused, waiting], tmp_path, worksheet("English", "3"))
    assert [look.location for look in looks] == [f"upload/canvas_{LESSON}.csv", f"upload/moodle_{LESSON}.csv"]
    assert all("waits for a person's mark: Ben_Müller." in look.reason for look in looks)
    imported = moodle_imports(tmp_path / "upload" / f"moodle_{LESSON}.csv", "English", 3)
    assert imported.keys() == {"1230000"} and imported["1230000"][0] is None
    assert imported["1230000"][1].startswith("You are excused from this lesson.")
    assert canvas_imports(tmp_path / "upload" / f"canvas_{LESSON}.csv", {})[0] == {"7": "EX"}


UNJUDGED = {
    "a failed sandbox": Mark("model", "exercise", "failed", 0, 5, verification="unverified", headline="not judged"),
    "a newer Python": Mark("model", "exercise", "failed", 0, 5, verification="unverified", headline="needs …"),
    "some cases": Mark("model", "exercise", "failed", 2, 5, verification="unverified", headline="2 of 5 cases pass"),
    "prose": Mark("model", "written", "to mark", 0, 5, headline="to mark", own="It is a graph."),
}
JUDGED = {  # as far as the grader can: these need no points of a person
    "an earlier one passes": Mark("model", "exercise", "failed", 0, 5, verification="compared", earlier=(1, 2)),
    "out of time": Mark("model", "exercise", "failed", 0, 5, ended="out of time"),
    "self-reported": Mark("model", "exercise", "failed", 0, 5, verification="partly self-reported"),
    "nothing": Mark("model", "exercise", "not attempted", 0, 5),
}
LIBRARY = {"half": LibraryComment("Half of it.", 2.5), "so": LibraryComment("So.", None)}


def overridden(exercise="model", points=None, comment="", excused=False):
    return Override("Ada", LESSON, exercise, points, False, comment, excused, "Jo", "2026-11-03", 2)


def with_model(mark, override=None):
    """Ada's FinalGrade of an exercise that passed and a model, with what a person decided."""
    marks = (Mark("relu", "exercise", "passed", 2, 2), mark)
    ids = {"moodle": "5", "canvas": "7"}
    given = {("Ada", LESSON): {override.exercise: override}} if override else {}
    graded = GradedSubmission("Ada", "Ada", "class.zip: Ada", LESSON, "bubblewrap", marks, ids=ids)
    return decided(undecided(graded), Rules(overrides=given, library=LIBRARY))


def uploaded(grade, folder):
    """What a FinalGrade's student has in the files for Moodle, for Canvas and of feedback; None if not in the file."""
    page = folder / "page.html"
    page.write_text("<p>")
    uploads.write(lambda: iter([grade]), folder)
    uploads.write_feedback([(grade, page)], folder)
    moodle, canvas, pages = (
        folder / "upload" / f"{name}_{LESSON}.{kind}"
        for name, kind in (("moodle", "csv"), ("canvas", "csv"), ("moodle_feedback", "zip"))
    )
    return (
        moodle_imports(moodle, "English", 100)["5"][0] if moodle.exists() else None,
        canvas_imports(canvas, {})[0]["7"] if canvas.exists() else None,
        pages.exists() or None,
    )


@pytest.mark.parametrize("mark", UNJUDGED.values(), ids=UNJUDGED)
@pytest.mark.parametrize("override", [None, overridden(comment="See me. [so]"), overridden("", comment="[so]")])
def test_who_waits_for_a_person(tmp_path, mark, override):
    """Is a student whose answer waits in no upload, named for each file, and shown as waiting on every page?"""
    grade = with_model(mark, override)
    assert uploaded(grade, tmp_path) == (None, None, None)
    left_out = uploads.write(lambda: iter([grade]), tmp_path)
    assert [look.location for look in left_out] == [f"upload/{name}_{LESSON}.csv" for name in ("canvas", "moodle")]
    assert all("waits for a person's mark: Ada." in look.reason for look in left_out)
    seen = course_looks.GradeLooks(Rules())
    seen.add(grade)
    (look,) = seen.items()
    assert ("Written answers wait" in look.reason) == (mark.kind == "written")
    assert ("model of Ada could not be judged" in look.reason) == (mark.kind != "written")
    page = feedback.page(grade)
    assert "2 of 7 points" in page and "Not marked yet: model." in page and "worth 5 points" in page
    assert nbgrader_gradebook.scores(grade, grade.marks[1]) == {
        "auto_score": None, "manual_score": None, "needs_manual_grade": True}  # fmt: skip


DECISIONS = {
    "0 points": (overridden(points=0.0), 2),
    "the same points": (overridden(points=2.0), 4),
    "an item with points": (overridden(comment="[half]"), 4.5),
    "excused": (overridden(excused=True), 2),
    "the lesson": (overridden("", points=3.0), 3),
    "the lesson by an item": (overridden("", comment="[half]"), 2.5),
}


@pytest.mark.parametrize("mark", UNJUDGED.values(), ids=UNJUDGED)
@pytest.mark.parametrize(("override", "total"), DECISIONS.values(), ids=DECISIONS)
def test_a_decision_ends_the_waiting(tmp_path, mark, override, total):
    """Does any decision, also on the points that were there, bring the student back, and does nothing say “wait”?"""
    grade = with_model(mark, override)
    assert uploaded(grade, tmp_path) == (total, f"{total:g}", True)
    seen = course_looks.GradeLooks(Rules())
    seen.add(grade)
    page = feedback.page(grade)
    assert not seen.items() and not re.search("Not marked yet|to mark|will look at it", page)
    assert not nbgrader_gradebook.scores(grade, grade.marks[1])["needs_manual_grade"]


PASSED, FAILED = (Mark("model", "exercise", state, score, 5) for state, score in [("passed", 5), ("failed", 0)])


@pytest.mark.parametrize(
    ("attempts", "best", "named"),
    [([(0, FAILED), (0.5, UNJUDGED["some cases"])], 1, [2]), ([(0, PASSED), (0, UNJUDGED["some cases"])], 1, []),
     ([(0.6, PASSED), (0.5, UNJUDGED["prose"])], 1, [2]), ([(0.4, PASSED), (0.5, UNJUDGED["prose"])], 1, []),
     ([(0, UNJUDGED["prose"]), (0.5, UNJUDGED["prose"])], 1, []), ([(0, UNJUDGED["prose"]), (0.5, FAILED)], 1, []),
     ([(0.5, UNJUDGED["prose"]), (0.8, UNJUDGED["prose"]), (0, FAILED)], 3, [1])],
)  # fmt: skip
def test_an_attempt_that_could_be_best(attempts, best, named):
    """Does the best so far count, and is each attempt named that would be better if what waits in it alone is right?"""
    grades = [
        replace(with_model(mark), penalty=penalty, attempt=number) for number, (penalty, mark) in enumerate(attempts, 1)
    ]
    chosen = final.best_of(grades)
    seen = course_looks.GradeLooks(Rules())
    seen.add(chosen)
    found = [re.match(r"Attempt (\d) of Ada could be better than attempt (\d)", look.reason) for look in seen.items()]
    assert chosen.attempt == best
    assert [tuple(map(int, each.groups())) for each in found if each] == [(number, best) for number in named]


@pytest.mark.parametrize("mark", JUDGED.values(), ids=JUDGED)
def test_who_needs_no_points(tmp_path, mark):
    """Does what the grader judged count, also if a person should look at it?"""
    assert uploaded(with_model(mark), tmp_path) == (2, "2", True)


def test_who_is_missing(tmp_path):
    """Is a student who handed in nothing in no file if there is only a comment, but in all with points by a person?"""
    missing = replace(with_model(JUDGED["nothing"]), graded=None)
    missing = replace(missing, comment="Where is it?", marks=tuple(replace(each, score=0) for each in missing.marks))
    assert missing.missing and uploaded(missing, tmp_path) == (None, None, None)
    assert uploaded(replace(missing, decided=0.0), tmp_path) == (0, "0", True)


# --- Canvas ---

STUDENTS = {"7": "Ada Lovelace", "8": "Müller, Ben"}
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,{columns},Current Score\r\n"
    "    Points Possible,,,,,{points},(read only)\r\n"
    '"Lovelace, Ada",7,s7,ada,One,,,90\r\n"Müller, Ben",8,,,One,,,80\r\n"Student, Test",9,,' + "0" * 40 + ",One,,,\r\n"
)


def canvas_imports(path, assignments):
    """{student's number: grade} of the file's one assignment, its number or None, and its points afterwards.

    As Canvas's gradebook_importer.rb reads them.

    Args:
        assignments: {number: (title, points)} in the course.
    """
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    columns = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        columns += 1
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        columns += 2 + bool(re.search(r"Integration\s+ID", header[4]))
        columns += bool(re.search(r"Root\s+Account", header[columns - 1]))
    assert "Section" in header[columns - 1]
    titles = [title for title in header[columns:] if not re.search("Current|Final|Override", title)]
    (title,) = titles
    found = re.fullmatch(r"(.*) \((\d+)\)", title)
    number = found[2] if found and found[2] in assignments else None
    number = number or next((key for key, (name, _) in assignments.items() if name == title), None)
    at, points, imported = header.index(title), None, {}
    for row in rows:
        if "Points Possible" in row[0]:
            points = row[at]
        else:
            imported[row[1]] = row[at].strip()
    return imported, number, points


@pytest.mark.parametrize(
    ("titles", "chosen", "number"),
    [
        (["Homework 1 (98765)", "Lesson 1: Dense forward (98766)"], {}, "98766"),
        (["Homework 1 (98765)", "Lesson 1 (98766)"], {}, "98766"),
        (["Homework 1 (98765)", "Homework 2 (98766)"], {LESSON: "Homework 1 (98765)"}, "98765"),
        (["Homework 1 (98765)", "Homework 2 (98766)"], {LESSON: "98765"}, "98765"),
    ],
)
def test_canvas_fills_its_own_column(tmp_path, titles, chosen, number):
    """Do grades go into the assignment that exists, on its scale, whose points stay as they are?"""
    text = GRADEBOOK.format(columns=",".join(titles), points="20,20")
    class_ = [grade("ada", (2, 1), canvas="7"), grade("8", (2, 0), canvas="8")]
    assert written(class_, tmp_path, text, columns=chosen) == []
    course = {title[-6:-1]: (title[:-8], "20") for title in titles}
    path = tmp_path / "upload" / f"canvas_{LESSON}.csv"
    imported, into, points = canvas_imports(path, course)
    assert ["Lovelace, Ada", "7", "s7", "ada", "One", "20"] in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert (imported, into, points) == ({"7": "20", "8": "13.33"}, number, "20")


@pytest.mark.parametrize(
    "titles", [["Homework 1 (98765)", "Quiz 1 (98766)"], ["Lesson 1 (98765)", "lesson 01 (98766)"]]
)
def test_a_column_that_is_not_certain(tmp_path, titles):
    """Is a column that could be the lesson's, or another, never guessed, and how to say it shown?"""
    text = GRADEBOOK.format(columns=",".join(titles), points="20,20")
    (look,) = written([grade("ada", (2, 1), canvas="7")], tmp_path, text)
    assert f'--canvas-column {LESSON}="{titles[0]}"' in look.reason and titles[1] in look.reason
    _, into, points = canvas_imports(tmp_path / look.location, {"98765": ("x", "20"), "98766": ("y", "20")})
    assert into is None and points == "3"
    assert written([grade("ada", (2, 1), canvas="7")], tmp_path, text, columns={LESSON: LESSON}) == []


def test_canvas_without_a_gradebook(tmp_path):
    """Is the file for a new assignment, with the lesson's points?"""
    assert uploads.write(lambda: iter([grade("Ada", (2, 1), canvas="7")]), tmp_path) == []
    assert canvas_imports(tmp_path / "upload" / f"canvas_{LESSON}.csv", {}) == ({"7": "3"}, None, "3")


# --- feedback files ---


def test_moodle_finds_each_page(tmp_path):
    """Does Moodle's importer, which splits a folder's name at "_", find each student's number (importziplib.php)?"""
    page = tmp_path / "page.html"
    page.write_text("<p>")
    class_ = [grade(name, (2, 1), moodle=str(at)) for at, name in enumerate([*NAMES, "_a__b_", "x_7_y"])]
    uploads.write_feedback(((each, page) for each in class_), tmp_path)
    with zipfile.ZipFile(tmp_path / "upload" / f"moodle_feedback_{LESSON}.zip") as archive:
        folders = [name.split("/")[0] for name in archive.namelist()]
    assert [folder.split("_", 4)[1] for folder in folders] == [str(at) for at in range(len(class_))]
    assert all(folder.split("_", 4)[2:4] == ["assignsubmission", "file"] for folder in folders)
