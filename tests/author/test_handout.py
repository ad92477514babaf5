"""The handout: can students work in it, does it give no answer away, and is what they hand in graded?"""

import importlib
import json

import nbformat
import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.exercises import public_cases
from activation_lab_tools import cli

PACK = '''"""exam_1: Your own functions.

More about it."""

import numpy as np
from activation_lab.exercises import Exercise, Question, Written
from activation_lab.harness import layers

FACTOR = 6


def hard_sigmoid(z, shift=0.5):
    return np.clip(z / FACTOR + shift, 0, 1)  # hidden_body


def both(x):
    total = x.sum()  # hidden_body
    return total, -x


def twice(function, x):
    return function(function(x) + 1)


def increment(x):
    return x + 1 + 0 * len("hidden_body")


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor + 0 * len("hidden_body")


def scaled(answer, factor, x):
    return answer(factor)(x)


def drawn(x):
    return x  # hidden_body


HARD_SIGMOID = Exercise(
    hard_sigmoid, prompt="""
    It's a line, cut off.

    >>> hard_sigmoid(np.array([0.0]))
    array([0.5])
    """, points=5, hints=("np.clip",),
    cases=lambda rng: {"a row": (rng.normal(scale=3, size=9),),
                       "float32": (rng.normal(scale=3, size=(9, 30)).astype(np.float32),)},
    mistakes={"hidden_mistake": lambda z: np.clip(0.2 * z + 0.5, 0, 1)}, accepted=(lambda z: "hidden_accepted",),
)
BOTH = Exercise(both, prompt="Two.", points=1, hints=(), mistakes={}, returns=("total", "negative"),
                cases=lambda rng: {"four": (rng.normal(size=4),)})
INCREMENT = Exercise(increment, prompt="Add 1.", points=1, hints=(), mistakes={}, run=twice,
                     cases=lambda rng: {"a number": (int(rng.integers(9)),), "array": (rng.normal(size=3),)})
SCALE = Exercise(Scale, prompt="A layer.", points=1, hints=(), mistakes={}, run=scaled,
                 cases=lambda rng: {"a row": (2.5, rng.normal(size=3))})
DRAWN = Exercise(drawn, prompt="As it is.", points=1, hints=(), mistakes={},
                 cases=lambda rng: {"a row": (rng.normal(size=3),)}, examine=lambda value, x: "hidden_examine")
WHY = Question("why", "Why isn't it smooth?", {"a": ("so", "hidden_no"), "b": ("thus", "hidden_yes")}, "b", points=2)
LAYERS = Written("why_layers", "Why layers?", {"good": (2, "hidden_rubric")}, 2)
'''
RIGHT = {
    "hard_sigmoid": "def hard_sigmoid(z, shift=0.5):\n    return np.minimum(np.maximum(z / 6 + shift, 0), 1)",
    "both": "def both(x):\n    return np.sum(x), 0 - x",
    "increment": "def increment(x):\n    return 1 + x",
    "Scale": "class Scale:\n    def __init__(self, factor):\n        self.factor = factor\n\n"
    "    def __call__(self, x):\n        return self.factor * x",
    "drawn": "def drawn(x):\n    return x",
}
WRONG = {
    "hard_sigmoid": RIGHT["hard_sigmoid"].replace("6", "5"),
    "both": "def both(x):\n    return np.sum(x), x",
    "increment": "def increment(x):\n    return x + 2",
    "Scale": RIGHT["Scale"].replace("self.factor * x", "x"),
}


@pytest.fixture(autouse=True)
def nothing_handed_out(monkeypatch):
    monkeypatch.setattr(exercises, "_handed_out", {})
    monkeypatch.setattr(public_cases, "names_in", lambda allowed_imports: {"np": np})  # Keras takes seconds


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where exam_1.py and its handout are."""
    path = tmp_path_factory.mktemp("handout")
    (path / "exam_1.py").write_text(PACK)
    assert cli.main(["handout", str(path / "exam_1.py"), "--out", str(path / "exam_1.ipynb")]) == 0
    return path


@pytest.fixture(scope="module")
def cells(folder):
    return nbformat.read(folder / "exam_1.ipynb", as_version=4).cells


def run(cells, answers=None):
    """{exercise or question: what its check or answer shows} after all cells have run, with these answers."""
    variables, shown = {}, {}
    for cell in cells:
        if cell.cell_type == "code":
            source = next((text for name, text in (answers or {}).items() if f" {name}" in stub(cell)), cell.source)
            try:
                shown[cell.source] = eval(source, variables)
            except SyntaxError:
                exec(source, variables)
    return {
        str(key).split("(")[1].split(",")[0].strip('")'): value
        for key, value in shown.items()
        if key.startswith(("lab.check(", "lab.answer("))
    }


def stub(cell):
    """The first line of a stub's cell; "" of any other."""
    first = cell.source.splitlines()[0]
    return first.replace("(", " ").replace(":", " ") if first.startswith(("def ", "class ")) else ""


def test_it_says_what_there_is_to_earn(cells):
    """Are title, prompts, points and their sum there?"""
    text = "\n".join(cell.source for cell in cells)
    total = "*13 points in all: 5 exercises, 1 question, 1 written answer*"
    assert cells[0].source.startswith(f"# Your own functions\n\n{total}")
    assert "### Exercise · `hard_sigmoid` · 5 points" in text and ">>> hard_sigmoid(np.array([0.0]))" in text
    assert "**Question.** Why isn't it smooth? (2 points)\n\n- **a** so\n- **b** thus" in text
    assert "**Written answer** `why_layers`: Why layers? (2 points)" in text and "**why_layers** — *Write" in text
    assert "# The public cases." in text and "Other cases decide the points" in text
    kinds = ["### Exercise", "### Questions", "**Question.**", "### Written answers", "**Written answer**"]
    assert [*map(text.index, kinds)] == sorted(map(text.index, kinds))
    (short,) = [cell.source for cell in cells if stub(cell).startswith("def both")]
    assert short.splitlines()[:2] == ["def both(x):", '    """Two."""']


def test_it_gives_no_answer_away(cells):
    """Is nothing in it of references, mistakes, accepted answers, what examines a value, and explanations?"""
    text = "\n".join(cell.source for cell in cells)
    assert "hidden" in PACK and "hidden" not in text and "FACTOR" not in text
    assert (
        '"correct"' not in text and "lab.check(drawn)" not in text and "looked at after you have handed it in" in text
    )


def test_untouched(cells):
    """Does it run from top to bottom as it is handed out, with nothing attempted?"""
    shown = run(cells)
    assert set(shown) == {"hard_sigmoid", "both", "increment", "Scale", "why"}
    assert {report.state for report in shown.values()} == {"not attempted"}


def test_right_answers_pass(cells):
    """Does each check accept a right answer, in any other form, and show the points?"""
    shown = run(cells, RIGHT)
    assert {name: report.state for name, report in shown.items() if name != "why"} == dict.fromkeys(WRONG, "passed")
    assert shown["hard_sigmoid"].score == 5 and len(shown["hard_sigmoid"].cases) == 2


def test_wrong_answers_fail(cells):
    """Does each check reject a wrong answer, with the values of a case, and without naming a mistake?"""
    for name, report in run(cells, WRONG).items():
        if name != "why":
            assert report.state == "failed" and not report.diagnoses, name
            assert any(case.details for case in report.cases), name
    changed = {"hard_sigmoid": "def hard_sigmoid(z, shift=0.5):\n    z *= 0\n    return z"}
    assert "changes its argument z" in str(run(cells, changed)["hard_sigmoid"])


def test_a_question_and_a_hint(cells):
    """Is a choice taken note of without saying whether it is right, and do hints end without a solution?"""
    lab = importlib.import_module("activation_lab")
    run(cells)
    noted = str(lab.answer("why", "A"))
    assert noted == "→ why: a) so\n  It counts when you have handed it in."
    assert "expected one of 'a', 'b', or None" in str(lab.answer("why", "z"))
    assert str(lab.hint("hard_sigmoid")).endswith("np.clip\n  This was the last one.")


def test_what_is_handed_in_is_graded(folder, cells, capsys):
    """Does the grader find the answers in a handout, and give all points to right ones?"""
    notebook = nbformat.read(folder / "exam_1.ipynb", as_version=4)
    for cell in notebook.cells:
        for name, source in RIGHT.items():
            if f" {name} " in f"{stub(cell)} ":
                cell.source = source
        cell.source = cell.source.replace('"why", None', '"why", "b"')
    nbformat.write(notebook, folder / "ada.ipynb")
    pack = folder / "graded.py"
    pack.write_text(PACK.replace('examine=lambda value, x: "hidden_examine"', "examine=None"))
    options = ["--exercises", str(pack), "--unsafe-no-sandbox", "--json"]
    assert cli.main(["grade-one", str(folder / "ada.ipynb"), *options]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["lesson"], result["score"], result["points"]) == ("exam_1", 11, 11)
    assert result["notes"] == ["why_layers (2 points) is not answered.", "It ran without a sandbox."]


def test_it_is_the_same_again(folder, capsys):
    """Does a second run change nothing?"""
    assert cli.main(["handout", str(folder / "exam_1.py"), "--out", str(folder / "exam_1.ipynb")]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shift=0.5)", "shift=FACTOR)", "The stub of hard_sigmoid does not run in a notebook: NameError"),
        ("total = x.sum()", "total = x.nothing()", "The reference of both itself stops in the case 'four'"),
    ],
)
def test_what_can_not_be_handed_out(tmp_path, capsys, old, new, said):
    """Is a file that makes no working handout refused in a sentence, and nothing written?"""
    (tmp_path / "exam_1.py").write_text(PACK.replace(old, new))
    assert cli.main(["handout", str(tmp_path / "exam_1.py"), "--out", str(tmp_path / "exam_1.ipynb")]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "exam_1.ipynb").exists()


def test_another_kind_of_file(folder, capsys):
    """Is a wrong --out said, before an instructor's file is overwritten?"""
    assert cli.main(["handout", str(folder / "exam_1.py"), "--out", str(folder / "exam_1.py")]) == 2
    assert "expected a notebook's name, such as exam_1.ipynb" in capsys.readouterr().err
    assert (folder / "exam_1.py").read_text() == PACK


# --- the public cases' form ---

VALUES = [
    None, True, -3, 0.1 + 0.2, "it's \"'''\" \\n", (1, (2, [3.5, None])), [], np.float32(0.1), np.int64(7),
    np.arange(6).reshape(2, 3), np.array([[0.1, -0.0]], np.float32), np.array([np.nan, np.inf]), np.zeros((0, 3)),
    np.linspace(0, 1, 1000), np.array([True, False]), np.array([1 + 2j]), np.array(2.5),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__} {value!s:.20}")
def test_values_come_back(value):
    """Is each value the same after it was written and read, with its kind?"""
    text = json.dumps(public_cases.encoded(value)).replace("'", "\\u0027")
    back = public_cases.decoded(json.loads(text))
    assert type(back) is type(value)
    if isinstance(value, np.ndarray | np.generic):
        assert back.dtype == value.dtype and back.shape == value.shape and back.tobytes() == value.tobytes()
    else:
        assert back == value


DEEP = "[" * 100_000
DAMAGED = [
    "",
    "{}",
    "[]",
    '{"version": 2}',
    '{"version": 1, "lesson": "a", "exercises": [{}]}',
    DEEP,
    '{"a":' * 100_000,
]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:60])
def test_a_damaged_cell(text):
    """Is a text that holds no public cases refused in a sentence?"""
    lab = importlib.import_module("activation_lab")
    with pytest.raises(ValueError, match="not the public cases of a handout .* Use the cell as it was handed out"):
        lab.load_cases(text)


SOUND = {
    "name": "twice", "stub": "def twice(z):\n    raise NotImplementedError", "points": 1, "hints": ["Try."],
    "returns": [], "tolerance": {}, "seconds": 10, "allowed_imports": ["numpy"], "near_twins": [],
    "harness": "activation_lab.harness:call", "cases": {"a row": ((np.arange(3.0),), np.arange(3.0) * 2)},
}  # fmt: skip


def places(data, above=()):
    """Every place in a JSON value, as keys that lead to it."""
    yield above
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*above, key))


@pytest.mark.parametrize("other", [None, 7, -1, "x", [], {}, [[]], {"npy": "AAAA"}, {"tuple": 3}], ids=json.dumps)
def test_a_cell_with_something_else_in_it(other, monkeypatch):
    """Is a text with anything else at any place in it either loaded or refused in a sentence?"""
    lab = importlib.import_module("activation_lab")
    monkeypatch.setattr(exercises, "_handed_out", {})
    monkeypatch.setattr(public_cases, "names_in", lambda allowed_imports: {"np": np})  # Keras takes seconds
    question = exercises.Question("why", "Why?", {"a": ("So.", ""), "b": ("Or so.", "")}, "a", 1)
    text = public_cases.as_text("exam", [SOUND], [question])
    assert public_cases.from_text(text)[0] == "exam"
    for place in places(json.loads(text)):
        data = whole = [json.loads(text)]
        *above, last = 0, *place
        for key in above:
            data = data[key]
        data[last] = other
        try:
            lab.load_cases(json.dumps(whole[0]))
        except ValueError as error:
            assert "not the public cases of a handout" in str(error), place
