"""Text from outside: is it harmless to print?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation_lab_tools.grader.text import plain

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
