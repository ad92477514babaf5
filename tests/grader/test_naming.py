"""Names and cells made of names that anyone may have chosen: safe, apart, and read back as whose they are?"""

import html
import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activation_lab_tools.grader.pages.naming import NAME_BYTES, cell, file_name, folders, html_cell, moodle_folder

ANYTHING = st.text(st.characters(), max_size=300)  # lone surrogates too
# What people are called, and what attacks: likely to collide, to be cut at the wrong place, or to act.
PARTS = ("ada", "Ada", "ADA", "-", "_", " ", "/", ".", "con", "feedback", "Li / Wang", "Anne_Marie", "=1+1", "@",
         ";", '"', "\u202e", "\u200b", "\u200d", "\ufeff", "\u3164", "\ufe0f", "\u00df", "SS", "\u0131", "I",
         "a\u0308", "\u00e4", "\u212b", "\u00c5", "40001", "assignsubmission", "file", "fdee43", "\udc80",
         "x" * 99)  # fmt: skip
NAMES = st.one_of(ANYTHING, st.lists(st.sampled_from(PARTS), max_size=8).map("".join))


@given(NAMES)
@example("con")
@example("NUL.tar.gz")
@example("aux .txt")
@example("COM¹")
@example("con" + " " * 200)
@example("x" * 99 + "é")
@example("é" * 200)
@example("....")
@example("~-.con")
@example("-rf")
@example("../../etc/passwd")
@example("C:\\x")
@example("\u202e\x00\udc80")
def test_a_file_name_is_safe(text):
    """Is every text turned into a name that every system takes?"""
    name = file_name(text)
    assert 0 < len(name.encode()) <= 100
    assert not set(name) & set('<>:"/\\|?*')
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name[0] not in ".- ~" and name[-1] not in ". "
    devices = "con prn aux nul com0 com1 com9 lpt0 lpt1 lpt9 com¹ lpt³ conin$ conout$".split()
    assert name.lower().split(".")[0].strip() not in devices
    assert unicodedata.is_normalized("NFC", name)
    assert file_name(name) == name, "a safe name stays as it is"


@given(NAMES)
def test_a_file_name_can_be_created(tmp_path_factory, text):
    """Does this machine's file system take the name?"""
    path = tmp_path_factory.getbasetemp() / file_name(text)
    path.write_bytes(b"")
    path.unlink()


def test_an_ordinary_name_is_kept():
    """Does a student's name or number stay readable as a file's name?"""
    for name in ("Ada Lovelace (12345)", "al123", "Zoë O'Brien", "李小龙", "محمد علي", "👩 emoji"):
        assert file_name(name) == name


def test_both_forms_of_an_umlaut_are_one_name():
    """Are “ä” as one character and as two, as macOS writes it, one file's name?"""
    assert file_name("Ja\u0308ger") == file_name("J\u00e4ger") == "J\u00e4ger"


def test_long_names_stay_apart():
    """Do two long names that differ at the end only get names that differ?"""
    assert file_name("x" * 300 + "a") != file_name("x" * 300 + "b")


@given(st.sets(NAMES, max_size=12))
@example({"ada", "Ada", "ada-fdee43"})  # the last is what the first is given
@example({"a/b", "a_b", "a:b", "a?b"})
@example({"x" * 200, "X" * 200, "x" * 199})
@example({"", ".", "unnamed"})
@example({"stra\u00dfe", "STRASSE"})
@example({"feedback", "Feedback"})
def test_no_two_students_share_a_folder(students):
    """Do all students have folders of their own, whichever way a file system compares names?"""
    names, looks = folders(students)
    assert set(names) == students
    for form, case in itertools.product(("NFC", "NFD"), (str, str.lower, str.upper, str.casefold)):
        seen = {unicodedata.normalize(form, case(name)) for name in names.values()}
        assert len(seen) == len(students), (form, case)
    assert all(file_name(name) == name for name in names.values() if len(name.encode()) <= 100)
    assert all(len(name.encode()) <= 165 for name in names.values())
    alike = len({file_name(name).lower() for name in students}) < len(students)
    assert not alike or looks, "a person is told"


def test_whose_folder_it_was():
    """Does a student who is given a suffix keep it, no matter who else comes?"""
    alone, _ = folders(["ada", "Ada"])
    assert alone["ada"] == "ada-fdee43"
    more, looks = folders(["ada", "Ada", "ada-fdee43", "Ben", "Zo\u00eb", "feedback"])
    assert more["ada"] == alone["ada"] and more["Ada"] == alone["Ada"] and more["ada-fdee43"].startswith("ada-fdee43-")
    assert [more[name] for name in ("Ben", "Zo\u00eb", "feedback")] == ["Ben", "Zo\u00eb", "feedback"]
    assert len(looks) == 1, "nobody is asked about a name that only looks like another's"


def who_it_is_for(path):
    """The participant's number that Moodle's importer reads from a path in a feedback zip; None if it reads none."""
    for part in path.split("/"):
        pieces = part.split("_", 4)  # PHP's explode("_", $part, 5)
        if len(pieces) >= 4 and pieces[1].isdecimal() and pieces[2:4] == ["assignsubmission", "file"]:
            return pieces[1]
    return None


@given(NAMES, st.integers(1, 10**9))
@example("Eve_40001_assignsubmission_file", 40000)
@example("Anne_Marie", 7)
@example("Li / Wang", 7)
@example("Con", 7)
@example("Con.Li", 7)
@example("_", 7)
@example("\u202eeve", 7)
def test_moodle_gives_a_page_to_its_own_student(name, number):
    """Does Moodle, which splits at “_” into at most five parts, read the student's own number, whatever the name?"""
    folder = moodle_folder(name, number)
    assert who_it_is_for(f"{folder}/01_dense_forward.html") == str(number)
    cut = folder.encode()[:NAME_BYTES].decode(errors="ignore")
    assert file_name(cut) == cut.rstrip(" ."), "the folder can be unpacked anywhere"
    assert len(folder.encode()) < 200


def test_moodles_folder_is_like_moodles_own():
    """Is the name the one of Moodle's download, in which “_” is a blank?"""
    assert moodle_folder("Anne_Marie O'Neil", 7) == "Anne Marie O'Neil_7_assignsubmission_file_"
    assert moodle_folder("Li / Wang", 7) == "Li Wang_7_assignsubmission_file_"
    assert moodle_folder("Con", 7) == "Con_7_assignsubmission_file_"


def acts(text):
    """Would a spreadsheet that drops quotes, blanks and whatever isn't drawn see a formula in a part of the text?"""
    unseen = "Cf Cc Cs Mn Me Zs Zl Zp".split()
    for part in text.split(";"):
        seen = [c for c in part if c not in '"\u115f\u1160\u3164\uffa0\u2800' and unicodedata.category(c) not in unseen]
        if seen and unicodedata.normalize("NFKC", seen[0])[0] in "=+-@":
            return True
    return False


STARTS = st.text(
    st.sampled_from(' "\t\n;\u200b\u200c\u200d\u2060\ufeff\u202e\u2066\u3164\ufe0f\u034f\u00a0\x00'), max_size=4
)


@given(st.one_of(NAMES, st.builds("{}{}{}".format, STARTS, st.sampled_from("=+-@\uff1d\ufe63\u207a"), NAMES)))
@example("\u200d=1+1")
@example("\u200b=1+1")
@example("a;\u200c@SUM(A1)")
@example("\ufe0f+49")
@example("\u3164=1")
def test_no_text_becomes_a_formula(text):
    """Is no name a formula, behind whatever isn't seen, and is it still there, as text?"""
    shown = cell(text)
    assert not acts(shown) and not acts(html_cell(html.escape(text)))
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert html.unescape(html_cell("a = b; c")) == "a = b; c"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"), ("+49", "'+49"), ("-1", "'-1"), ("@x", "'@x"), (' "=1', ' "\'=1'), ("a; =1", "a; '=1"),
        ("＝1", "'＝1"), ("\u200d=1", "\u200d'=1"), ("Ada", "Ada"), ("a-b", "a-b"), ("", ""), (-1, -1), (2.0, 2),
        (0.12345, 0.123), ("Zoë; Bo", "Zoë; Bo"), ("Anne_Marie", "Anne_Marie"), ("Li / Wang", "Li / Wang"),
    ],
)  # fmt: skip
def test_a_cell(value, shown):
    """Is a formula made text, and everything else left as it is?"""
    assert cell(value) == shown


def test_a_long_text_fits_into_a_cell():
    """Is a text shorter than what Excel holds in a cell?"""
    assert len(cell("=" * 10**6)) < 32_767


def test_folders_are_kept_apart():
    """Do students have separate folders if names differ only in case, form or slashes, and is that reported?"""
    students = ["Ada", "ada", "a/b", "a_b", "Zoe\u0308", "Zo\u00eb", "Ben", "", "."]
    names, looks = folders(students)
    assert set(names) == set(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    assert names["Ben"] == "Ben" and len(looks) == 4
    assert any("ada" in look.reason and "Ada" in look.reason for look in looks)
    assert folders(reversed(students))[0] == names
    assert folders([*students, "new"])[0]["ada"] == names["ada"]
