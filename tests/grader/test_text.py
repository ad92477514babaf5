"""Text from outside: is it harmless to print, and safe as a file's name?"""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activation_lab_tools.grader.text import file_name, plain

ANYTHING = st.text(st.characters(), max_size=300)  # lone surrogates too


@pytest.mark.parametrize(
    "text",
    ["Ada Lovelace", "Zoë O'Brien_Müller", "محمد علي", "שרה", "李小龙", "👩‍🔬 emoji", "نمی‌خواهم", "a\u0308 decomposed"],
)
def test_a_name_is_left_alone(text):
    """Is a person's name, in whatever script, printed as it is?"""
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\u2066\u2069\u200f\u061c", r"\u2066\u2069\u200f\u061c"),
        ("in\u200bvisible\ufeff", r"in\u200bvisible\ufeff"),
        ("line\u2028end", r"line\u2028end"),
        ("\udc80lone", r"\udc80lone"),
        ("bell\x07\x00\x9b", r"bell\x07\x00\x9b"),
        ("tag\U000e0041", r"tag\U000e0041"),
    ],
)
def test_what_acts_or_hides_is_shown(text, shown):
    """Is a character that acts or hides written as its escape?"""
    assert plain(text) == shown


def test_source_keeps_its_lines():
    """Does source keep line ends and tabs, and nothing else that acts?"""
    assert plain("if a:\r\n\tb\x1b\rc", lines=True) == "if a:\n\tb\\x1b\\rc"


@given(ANYTHING, st.integers(0, 50))
def test_no_text_is_longer_than_its_limit(text, limit):
    """Is whatever is printed within the limit, without anything that acts, and possible to write to a file?"""
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert shown.encode().decode() == shown


def test_a_cut_is_seen():
    """Does a text that was cut say so, and one that fits exactly not?"""
    assert plain("x" * 11, 10) == "x" * 9 + "…"
    assert plain("x" * 10, 10) == "x" * 10


@given(ANYTHING)
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


@given(ANYTHING)
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
