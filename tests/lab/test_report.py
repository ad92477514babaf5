"""Do the text and the HTML form say the same, to readers who see colors and to those who do not?"""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from answers import LAYER, RELU, checked

import activation_lab as lab
from activation_lab.checking.report import CaseResult, Hint, Report
from activation_lab.shown import count

ROOT = Path(__file__).parents[2]
SHOWN = {
    "passed": lambda: checked(RELU.format("np.maximum(z, 0)")),
    "failed": lambda: checked(RELU.format("z[..., :1]")),
    "diagnosed": lambda: checked(RELU.format("np.abs(z)")),
    "not attempted": lambda: checked('def relu(z):\n    raise NotImplementedError("Write relu here.")'),
    "markup in an error": lambda: checked("def relu(z):\n    raise ValueError('<b>&amp; \"a\" < b')"),
    "several values": lambda: checked(
        "dense_backward = lambda dz, x, kernel: (dz, x, kernel)", "lab.check(dense_backward)"
    ),
    "a class": lambda: checked(LAYER.format(forward="return x", backward="return 0"), "lab.check(ActivationLayer)"),
    "first hint": lambda: lab.hint("relu_backward"),
    "no hints": lambda: Hint("relu", (), 0),
    "right choice": lambda: lab.answer("bias_gradient", "b"),
    "wrong choice": lambda: lab.answer("bias_gradient", "a"),
    "no choice": lambda: lab.answer("bias_gradient", None),
    "prediction": lambda: lab.predict("p", "<i>"),
    "no prediction": lambda: lab.predict("p", None),
    "revealed": lambda: lab.reveal("p", "a < b & c"),
    "attempted error": lambda: lab.attempt(lambda: np.ones(3) @ np.ones(2)),
    "attempted value": lambda: lab.attempt(lambda: "<p>"),
    "attempted warning": lambda: lab.attempt(lambda: np.exp(np.full(3, 1000.0))),
    "not counted": lambda: checked(RELU.format("lab.relu(z)")),
    "waiting": lambda: checked('def relu(z):\n    raise NotImplementedError("Write sigmoid here.")'),
    "by hand": lambda: Report("a<b", "failed", 2, (CaseResult("<c>", ("&",), ("  x < y",)),), diagnoses=("<d>",)),
}
each_shown = pytest.mark.parametrize("make", SHOWN.values(), ids=SHOWN)


@each_shown
def test_both_forms_say_the_same(make):
    """Do text and HTML hold the same words in the same order, with any markup in them escaped?"""
    item = make()
    element = ElementTree.fromstring(item._repr_html_())
    words = re.sub("`([^`]+)`", r" \1 ", repr(item)).split()  # in HTML, backticks become <code>
    assert " ".join(element.itertext()).split() == words
    assert {part.tag for part in element.iter()} <= {"div", "b", "pre", "code"}


@each_shown
def test_a_symbol_besides_the_color(make):
    """Does every form begin with a symbol, and leave the theme's text and background colors alone?"""
    item = make()
    symbol = {"passed": "✓", "failed": "✗", "not attempted": "○"}.get(getattr(item, "state", None)) or "→○"
    element = ElementTree.fromstring(item._repr_html_())
    assert repr(item)[0] in symbol and "".join(element.itertext())[0] in symbol
    for part in element.iter():
        properties = {rule.split(":")[0].strip() for rule in part.get("style", "").split(";")}
        assert not properties & {"color", "background", "background-color"}


def test_symbols_keep_the_states_apart():
    """Do the three states have three symbols in three colors?"""
    reports = [Report("relu", state, 1) for state in ("passed", "failed", "not attempted")]
    assert [repr(report)[0] for report in reports] == ["✓", "✗", "○"]
    assert len({re.search("#[0-9A-F]{6}", report._repr_html_())[0] for report in reports}) == 3


@each_shown
def test_no_plain_dump(make):
    """Does no kind of object fall back to Python's default representation?"""
    item = make()
    assert f"{type(item).__name__}(" not in repr(item) and " object at 0x" not in repr(item)


def test_points_in_the_singular():
    """Is one point “point”, and two “points”?"""
    assert "(1 of 1 point)" in repr(Report("n", "passed", 1)) and "(0 of 2 points)" in repr(Report("n", "failed", 2))


@pytest.mark.parametrize(
    ("state", "passed", "failed", "verdict"),
    [
        ("passed", 0, 0, "right"),
        ("passed", 1, 0, "the one case passes"),
        ("passed", 2, 0, "all 2 cases pass"),
        ("failed", 0, 0, "not yet right"),
        ("failed", 0, 1, "the one case fails"),
        ("failed", 1, 0, "not yet right"),
        ("failed", 1, 2, "1 of 3 cases passes"),
        ("failed", 0, 2, "0 of 2 cases pass"),
    ],
)
def test_numbers_of_cases(state, passed, failed, verdict):
    """Is the verdict a right sentence for no case, one, and several?"""
    cases = (CaseResult("right"),) * passed + (CaseResult("wrong", ("It is wrong.",)),) * failed
    assert Report("relu", state, 1, cases).verdict == verdict


@pytest.mark.parametrize(
    ("quantity", "told"), [(0, "0 days"), (1, "1 day"), (1.0, "1 day"), (2, "2 days"), (0.5, "0.5 days")]
)
def test_counted(quantity, told):
    """Is one of something singular, whatever kind of number it is, and all else plural?"""
    assert count(quantity, "day") == told


def test_plurals_are_made_in_one_place():
    """Does no other function make a plural of its own, by adding an s to what is not 1?"""
    made = re.compile(r"""['"]s['"] ?\*|else ['"]s['"]}""")
    sources = [path for root in ("activation_lab", "activation_lab_tools") for path in (ROOT / root).rglob("*.py")]
    assert [path.name for path in sources if made.search(path.read_text(encoding="utf-8"))] == ["shown.py"]
