"""The roster: read in any of its forms, and asked who is meant."""

import re
import zipfile

import openpyxl
import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.finding import roster, roster_file
from activation_lab_tools.grader.finding.matching import Student
from activation_lab_tools.grader.finding.platforms import Owner
from activation_lab_tools.grader.finding.roster import Roster


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def load(tmp_path, text, encoding="utf-8"):
    return roster.load(written(tmp_path, text, encoding)).students


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("excel", [False, True])
def test_the_plain_form(tmp_path, encoding, separator, end, excel):
    """Is the roster read whichever program saved it, and is it known how to write one like it?"""
    lines = [["Name", "STUDENT", "E-Mail"], ['"O\'Neil, Zoë"', "zo1", "zo1@school.example"], ["", "", ""]]
    text = end.join([f"sep={separator}"] * excel + [separator.join(line) for line in lines])
    read = roster.load(written(tmp_path, text, encoding))
    assert read.students == (Student("zo1", "O'Neil, Zoë", "zo1@school.example"),)
    assert read.table.headings == ("Name", "STUDENT", "E-Mail") and read.table.delimiter == separator
    assert read.table.rows == {"zo1": ("O'Neil, Zoë", "zo1", "zo1@school.example")}
    assert "Zoë" in text.encode(encoding).decode(read.table.encoding)


def test_excel(tmp_path):
    """Is Excel's own file read, numbers as they are shown and empty rows left out, and is what is not one refused?"""
    book = openpyxl.Workbook()
    for row in (["ID", "Full name", "Canvas"], [4711, "Zoë Lee", 21001.0], [None, None, None], ["x2", "Bob", None]):
        book.active.append(row)
    book.save(tmp_path / "roster.xlsx")
    assert roster.load(tmp_path / "roster.xlsx").students == (
        Student("4711", "Zoë Lee", canvas="21001"),
        Student("x2", "Bob"),
    )
    for data, said in ((b"PK\x03\x04 no more", "not a readable xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel")):
        (tmp_path / "roster.xlsx").write_bytes(data)
        with pytest.raises(UserError, match=said):
            roster.load(tmp_path / "roster.xlsx")


WORKSHEETS = {
    "English": ("Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,"
                "Last modified (submission),Last modified (grade),Feedback comments",
                "Participant ", "Tuesday, 3 November 2026, 10:15 AM"),
    "German": ("Kennung,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann "
               "geändert werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar",
               "Teilnehmer/in", "Dienstag, 3. November 2026, 10:15"),
    "French": ("Identifiant,Nom complet,Numéro d'identification,Adresse de courriel,Statut,Note,Note maximale,La note "
               "peut être modifiée,Dernière modification (travail remis),Dernière modification (note),Commentaires",
               "Participant ", "mardi 3 novembre 2026, 10:15"),
    "Spanish": ("Identificador,Nombre completo,Número de ID,Dirección de correo,Estado,Calificación,Calificación "
                "máxima,La calificación puede ser cambiada,Última modificación (entrega),Última modificación "
                "(calificación),Comentarios de retroalimentación", "Participante ",
                "martes, 3 de noviembre de 2026, 10:15"),
    "Polish": ("Identyfikator,Imię i nazwisko,Numer ID,Adres e-mail,Status,Ocena,Maksymalna ocena,Ocena może być "
               "zmieniona,Ostatnia modyfikacja (przesłane zadanie),Ostatnia modyfikacja (ocena),Komentarz zwrotny",
               "Uczestnik ", "wtorek, 3 listopada 2026, 10:15"),
    "unknown": ("Azonosító,Teljes név,Azonosítószám,E-mail cím,Állapot,Osztályzat,Maximum,Módosítható,"
                "Utolsó módosítás (leadás),Utolsó módosítás (osztályzat),Visszajelzés",
                "Résztvevő ", "2026. november 3., 10:15"),
}  # fmt: skip


@pytest.mark.parametrize("language", WORKSHEETS)
def test_moodles_grading_worksheet(tmp_path, language):
    """Are number, name, e-mail and time found in Moodle's worksheet of any language, blank ID numbers replaced?"""
    headings, word, when = WORKSHEETS[language]
    rows = [
        f'{word}12345,Ada Lovelace,s1,ada@school.example,In,,"7,00",Ja,"{when}",-,',
        f'{word}12346,Zoë Lee,,zoe@school.example,In,,"7,00",Ja,-,-,',
    ]
    read = roster.load(written(tmp_path, "\n".join([headings, *rows]) + "\n"))
    known = language != "unknown"
    handed_in = "2026-11-03T10:15:00" if known else ""  # a time in an unknown form is left open
    ada, zoe = read.students
    assert (ada.student, zoe.student) == (("s1" if known else "ada@school.example"), "zoe@school.example")
    assert (ada.name, ada.email, ada.moodle, ada.handed_in) == (
        "Ada Lovelace",
        "ada@school.example",
        "12345",
        handed_in,
    )
    assert read.table.platform == "moodle" and read.table.columns["moodle"] == 0
    assert read.table.rows[ada.student][0] == f"{word}12345", "as Moodle wants it back"


def test_blind_marking(tmp_path):
    """Is a worksheet without names read, and is a participant found by the number, in the worksheet's word only?"""
    text = "Kennung,Status,Bewertung\nTeilnehmer/in 11,Abgegeben,-\nTeilnehmer/in 12,Abgegeben,-\n"
    read = roster.load(written(tmp_path, text))
    assert [student.student for student in read.students] == ["Teilnehmer/in 11", "Teilnehmer/in 12"]
    assert read.match(Owner("x", "Teilnehmerin", {"moodle": "12"})).students == read.students[1:]
    assert "number may be a group's" in read.match(Owner("x", "Red team", {"moodle": "12"}))


GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (98765),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",12345,u1,ada1,S1,,
"Stone, Bob",12346,,,S1,,
"Student, Test",99999,,{login},S1,,
"""


@pytest.mark.parametrize("login", ["", "0123456789abcdef0123456789abcdef01234567"])
def test_canvas_gradebook(tmp_path, login):
    """Are names, numbers, logins and assignments found in a gradebook, and rows of nobody's left out?"""
    read = roster.load(written(tmp_path, GRADEBOOK.format(login=login)))
    assert read.students == (
        Student("ada1", "Lovelace, Ada", canvas="12345"),
        Student("12346", "Stone, Bob", canvas="12346"),
    )
    ((column, title, number, points),) = [vars(one).values() for one in read.table.assignments]
    assert (column, title, number, points) == (5, "Homework 1", "98765", "10")
    assert read.table.platform == "canvas" and list(read.table.rows) == ["ada1", "12346"]


def test_a_student_called_test(tmp_path):
    """Is a person whose name is Test Student not taken for Canvas's own?"""
    text = GRADEBOOK.format(login="tstudent")
    assert [student.student for student in load(tmp_path, text)] == ["ada1", "12346", "tstudent"]


@pytest.mark.parametrize(
    ("text", "students"),
    [
        ("First name,Last name,ID\nAda,Lovelace,1\n", (Student("1", "Ada Lovelace"),)),
        ("username,canvas\nada,5\n", (Student("ada", "ada", canvas="5"),)),
        ("id,student\n1,ada\n", (Student("ada", "ada"),)),
        ("Student-ID;E-mail ;Full  Name\n1;a@b.c;Ada\n", (Student("1", "Ada", "a@b.c"),)),
        ("student_number,Vorname,Nachname\n1,Ada,Lovelace\n", (Student("1", "Ada Lovelace"),)),
        ("Name,Kontakt\nAda,a@b.c\n", (Student("a@b.c", "Ada", "a@b.c"),)),
        ("identifier,github_username,github_id,name\nada@b.c,adal,77,\n", (Student("ada@b.c", "ada@b.c", "ada@b.c"),)),
        ("Student,Group\nStudent 1,Group 1\nStudent 2,Group 2\n",
         (Student("Student 1", "Student 1", group="Group 1"), Student("Student 2", "Student 2", group="Group 2"))),
    ],
)  # fmt: skip
def test_other_headings(tmp_path, text, students):
    """Are headings found that differ slightly, and is a column by hand never taken for Moodle's?"""
    assert load(tmp_path, text) == students


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student\nada\nbob\nada\n", r"'ada' in rows 2 and 4"),
        ("surname,grade\nLovelace,1\n", """no column "student".*'surname', 'grade' """.strip()),
        ("", 'no column "student".*nothing'),
        ("student,name\n,Ada\n", "nothing in row 2"),
        ("sep=;\nstudent;name\n\na;Ada\n;Bob\n", "nothing in row 5"),
        ('student,name\na,"b\n', "is not valid CSV"),
        ("Student Kürzel,E-Mail\nada,a@b.c\n", "'Student Kürzel', which may or may not.*'E-Mail'"),
        ("Login-Name,Name,E-Mail\nada,Ada,a@b.c\n", "'Login-Name', which may or may not"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, said):
    """Does an unusable roster end in a sentence that says where, rather than in another column as the identity?"""
    with pytest.raises(UserError, match=said):
        load(tmp_path, text)


def test_another_encoding_is_said(tmp_path):
    """Is a roster in an encoding that is not known refused, rather than read with wrong letters?"""
    with pytest.raises(UserError, match="CSV UTF-8"):
        load(tmp_path, "student,name\na,Michał Łoś\n", "cp1250")
    with pytest.raises(UserError, match="cannot be read"):
        roster.load(tmp_path / "none.csv")


ADA = Student("a1", "Ada Lovelace", "ada@school.example", moodle="11", canvas="21", group="Red team")
BOB = Student("b1", "Stone, Bob", "bob@school.example", moodle="12", canvas="22", group="Red team")
TWIN, OTHER = Student("c1", "Kim Lee", moodle="13"), Student("c2", "Kim  LEE", moodle="14")
SINEAD = Student("s1", "Sinéad O'Connor-Smith", moodle="15", canvas="25", logins=("soc",))
ANN = Student("d1", "Ann Weiß", group="Ann Weiß")
CLASS = Roster([ADA, BOB, TWIN, OTHER, SINEAD, ANN])


@pytest.mark.parametrize(
    ("owner", "student"),
    [
        (Owner("x", "lovelaceada", {"canvas": "21"}), ADA),
        (Owner("x", "ada  LOVELACE", {"moodle": "999"}), ADA),
        (Owner("x", "Ada_Lovelace", {"moodle": "11"}), ADA),
        (Owner("x", "Red team-Ada Lovelace", {"moodle": "11"}), ADA),
        (Owner("x", "ADA@school.example"), ADA),
        (Owner("x", "b1"), BOB),
        (Owner("x", "Bob Stone"), BOB),
        (Owner("x", "Kim Lee", {"moodle": "14"}), OTHER),
        (Owner("x", "Sinéad OConnor-Smith", {"moodle": "15"}), SINEAD),
        (Owner("x", "oconnorsmithsinéad", {"canvas": "25"}), SINEAD),
        (Owner("x", "soc"), SINEAD),
        (Owner("x", "Ann Weiß"), ANN),  # a group of her own
        (Owner("x", "Weiss_Ann_d1", {"ilias": "77"}), ANN),
        (Owner("x", "nobody", others=(Owner("y", "b1"),)), BOB),
    ],
)  # fmt: skip
def test_who_is_meant(owner, student):
    """Do number with name, e-mail, identity and full name lead to the row, in any case, spacing and order?"""
    assert CLASS.match(owner).students == (student,)


def test_a_group_is_its_members():
    """Is a group's name its members, though its number is somebody's, and is a list of groups added to the roster?"""
    match = CLASS.match(Owner("x", "Red  Team", {"moodle": "14"}))
    assert (match.students, match.group, match.numbered) == ((ADA, BOB), "Red team", False)
    listed = Roster([ADA, BOB, TWIN], groups={"Blue": ["Bob Stone", "c1"]})
    assert listed.match(Owner("x", "blue", {"canvas": "21"})).students == (BOB, TWIN)
    for wrong, said in (("nobody", "is not in the roster"), ("Kim Lee", "any of several")):
        with pytest.raises(UserError, match=said):
            Roster([ADA, TWIN, OTHER], groups={"Blue": [wrong]})


def test_the_number_is_certain_or_left_out():
    """Is a name's number only used if the roster has no other for this student?"""
    assert CLASS.match(Owner("x", "Ada Lovelace", {"moodle": "11"})).numbered
    assert CLASS.match(Owner("x", "Ann Weiß", {"moodle": "999"})).numbered
    assert not CLASS.match(Owner("x", "Ada Lovelace", {"moodle": "999"})).numbered


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (Owner("Kim Lee", "Kim Lee"), "could be any of 2"),
        (Owner("Kim Lee (99)", "Kim Lee", {"moodle": "99"}), "could be any of 2"),
        (Owner("Eve (99)", "Eve", {"moodle": "99"}), "not in the roster"),
        (Owner("11", "11"), "not in the roster"),  # a folder's name is not Moodle's number
        (Owner("x", "Anything", {"moodle": "11"}), 'number of "Ada Lovelace" in the roster, but not the name'),
        (Owner("x", "Bob Stone", {"moodle": "11"}), 'number of "Ada Lovelace" and the name of "Stone, Bob"'),
        (Owner("x", "a1", others=(Owner("y", "b1"),)), "could be read as any of"),
        (Owner("x", "Lee Kim"), "not in the roster"),  # without a number, the order decides
        (Owner("x", "Default group", is_group=True), "not known who is in it"),
        (Owner("x", "Ada Lovelace", is_group=True), "not known who is in it"),
        (Owner("\x1b[2J", "\x1b[2J"), r"\\x1b\[2J"),
    ],
)
def test_who_cannot_be_told(owner, said):
    """Is a match that is missing, ambiguous or contradictory a sentence, not a guess?"""
    refusal = CLASS.match(owner)
    assert isinstance(refusal, str)
    assert re.search(said, refusal)


def test_a_group_with_a_students_name():
    """Is a name that is a student's and another group's left to a person?"""
    both = Roster([ADA, Student("r", "Red Team"), BOB])
    assert "could be a group or a student" in both.match(Owner("x", "Red team"))


def test_umlauts_match_in_both_forms():
    """Is a name the same, whether macOS or Windows wrote its umlauts?"""
    student = Student("j", "J\u00e4ger")
    assert Roster([student]).match(Owner("x", "Ja\u0308ger")).students == (student,)


def test_who_is_missing():
    """Are those who did not hand a lesson in listed in the roster's order?"""
    handed_in = [("a1", "01"), ("b1", "02"), ("nobody", "01"), *((each, "01") for each in ("s1", "d1"))]
    assert roster.missing(CLASS.students, handed_in, ["01", "03"]) == {
        "01": [BOB, TWIN, OTHER],
        "03": list(CLASS.students),
    }


def test_a_sheet_that_claims_more(tmp_path):
    """Is a sheet read as far as there is something in it, if a format reaches to the last column?"""
    book = openpyxl.Workbook()
    for row in (("student", "name"), ("ada", "Ada"), ("ben", "Ben")):
        book.active.append(row)
    book.save(tmp_path / "small.xlsx")
    with zipfile.ZipFile(tmp_path / "small.xlsx") as small, zipfile.ZipFile(tmp_path / "large.xlsx", "w") as large:
        for name in small.namelist():
            large.writestr(name, small.read(name).replace(b'ref="A1:B3"', b'ref="A1:XFD3"'))
    assert roster_file.read(tmp_path / "large.xlsx").rows == roster_file.read(tmp_path / "small.xlsx").rows
    assert [len(row) for row in roster_file.read(tmp_path / "large.xlsx").rows] == [2, 2, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_name_with_a_new_sign(tmp_path, encoding):
    """Is a roster read whose names have signs that this Python doesn't know yet?"""
    (tmp_path / "roster.csv").write_text("student,name\nada,Ada \U0001fbff\n", encoding=encoding)
    (ada,) = roster.load(tmp_path / "roster.csv").students
    assert ada.name == "Ada \U0001fbff"
