"""The roster: read in any of its forms, and asked who is meant."""

import re

import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.finding import roster
from activation_lab_tools.grader.finding.layouts import Owner
from activation_lab_tools.grader.finding.roster import Roster, Student


def load(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return roster.load(path).students


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_plain_form(tmp_path, encoding, separator, end):
    """Is the roster read whichever program saved it?"""
    lines = [["Name", "STUDENT", "E-Mail"], ['"O\'Neil, Zoë"', "zo1", "zo1@school.example"], ["", "", ""]]
    students = load(tmp_path, end.join(separator.join(line) for line in lines), encoding)
    assert students == (Student("zo1", "O'Neil, Zoë", "zo1@school.example"),)


def test_moodles_grading_worksheet(tmp_path):
    """Are the participant's number and the e-mail found in Moodle's worksheet, and the e-mail taken as identity?"""
    text = (
        'Identifier,"Full name","Email address",Status,Grade\nParticipant 12345,"Ada Lovelace",ada@school.example,,\n'
    )
    expected = Student("ada@school.example", "Ada Lovelace", "ada@school.example", moodle="12345")
    assert load(tmp_path, text) == (expected,)
    assert load(tmp_path, text.replace("Participant ", "Teilnehmer/in"))[0].moodle == "12345"


def test_canvas_gradebook(tmp_path):
    """Are the names, Canvas's own numbers and the logins found in an exported gradebook?"""
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 3 (77)\n    Points Possible,,,,,10\n"
        '"Lovelace, Ada",12345,u1,ada1,S1,\n'
    )
    assert load(tmp_path, text) == (Student("ada1", "Lovelace, Ada", canvas="12345"),)


def test_other_names_for_columns(tmp_path):
    """Do “id” or “username” replace “student”, and first and last name for the name?"""
    assert load(tmp_path, "First name,Last name,ID\nAda,Lovelace,1\n") == (Student("1", "Ada Lovelace"),)
    assert load(tmp_path, "username,canvas\nada,5\n") == (Student("ada", "ada", canvas="5"),)
    assert load(tmp_path, "id,student\n1,ada\n") == (Student("ada", "ada"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student\nada\nbob\nada\n", r"'ada' in rows 2 and 4"),
        ("surname,grade\nLovelace,1\n", """no column "student".*'surname', 'grade' """.strip()),
        ("", 'no column "student".*nothing'),
        ("student,name\n,Ada\n", 'no "student" in row 2'),
        ('student,name\na,"b\n', "is not valid CSV"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, said):
    """Does an unusable roster end in a sentence that says where?"""
    with pytest.raises(UserError, match=said):
        load(tmp_path, text)


def test_another_encoding_is_said(tmp_path):
    """Is a roster in an old encoding refused, rather than read with wrong letters?"""
    with pytest.raises(UserError, match="UTF-8"):
        load(tmp_path, "student,name\na,Zoë\n", "latin-1")
    with pytest.raises(UserError, match="cannot be read"):
        roster.load(tmp_path / "none.csv")


ADA = Student("a1", "Ada Lovelace", "ada@school.example", moodle="11", canvas="21")
BOB = Student("b1", "Bob Stone", "bob@school.example", moodle="12", canvas="22")
TWIN, OTHER = Student("c1", "Kim Lee", moodle="13"), Student("c2", "Kim  LEE", moodle="14")
CLASS = Roster([ADA, BOB, TWIN, OTHER])


@pytest.mark.parametrize(
    ("owner", "student"),
    [
        (Owner("x", "Anything", {"moodle": "11"}), ADA),
        (Owner("x", "lovelaceada", {"canvas": "21"}), ADA),
        (Owner("x", "ada  LOVELACE", {"moodle": "999"}), ADA),
        (Owner("x", "ADA@school.example"), ADA),
        (Owner("x", "b1"), BOB),
        (Owner("x", "Kim Lee", {"moodle": "14"}), OTHER),
    ],
)
def test_who_is_meant(owner, student):
    """Do number, e-mail, identity and full name lead to the row, in any case and spacing?"""
    assert CLASS.match(owner) == student


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (Owner("Kim Lee", "Kim Lee"), "could be any of 2"),
        (Owner("Eve (99)", "Eve", {"moodle": "99"}), "not in the roster"),
        (Owner("11", "11"), "not in the roster"),  # a folder's name is not Moodle's number
        (Owner("Bob Stone (11)", "Bob Stone", {"moodle": "11"}), "number of Ada Lovelace and the name of b1"),
        (Owner("\x1b[2J", "\x1b[2J"), r"\\x1b\[2J"),
    ],
)
def test_who_cannot_be_told(owner, said):
    """Is a match that is missing, ambiguous or contradictory a sentence, not a guess?"""
    refusal = CLASS.match(owner)
    assert isinstance(refusal, str)
    assert re.search(said, refusal)


def test_umlauts_match_in_both_forms():
    """Is a name the same, whether macOS or Windows wrote its umlauts?"""
    student = Student("j", "J\u00e4ger")
    assert Roster([student]).match(Owner("x", "Ja\u0308ger")) == student


def test_who_is_missing():
    """Are those of whom nothing was found listed in the roster's order?"""
    assert roster.missing(CLASS, [Owner("b1", ""), Owner("c2", "")]) == [ADA, TWIN]
