"""Whole notebooks, as submitted."""

import ast
import dataclasses
import json
import sys
from pathlib import Path

import pytest
from course import LESSONS, needs_keras
from hypothesis import given
from hypothesis import strategies as st
from sheets import CATALOGUE, answer, code, executed, read, sheet, text

from activation_lab import exercises
from activation_lab_tools.grader.reading import parse, syntax

ROOT = Path(__file__).parents[2]
COURSE = {
    lesson: {
        "exercises": [exercise.name for exercise in exercises.of_lesson(lesson)],
        "questions": [question.name for question in exercises.questions_of_lesson(lesson)],
    }
    for lesson in LESSONS
}
RELU = "def relu(z):\n    return z"


def notebook(folder, lesson):
    return json.loads((ROOT / folder / f"{lesson}.ipynb").read_text(encoding="utf-8"))


def of_course(content):
    return parse.parse_notebook(json.dumps(content).encode(), COURSE)


def programs(found):
    return {answer.exercise: answer.program for answer in found.answers}


# --- The course's own notebooks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solution_is_read_whole(lesson):
    """Are all answers and choices of a solution found, with no demonstration, check or figure in a program?"""
    found = of_course(notebook("solutions", lesson))
    assert (found.lesson, found.problem, found.notes) == (lesson, "", ())
    assert [answer.state for answer in found.answers] == ["written"] * len(COURSE[lesson]["exercises"])
    assert found.choices == {question.name: question.correct for question in exercises.questions_of_lesson(lesson)}
    for one in found.answers:
        assert not one.notes and not one.variables and len(one.code_digest) == 64
        for word in (
            "check",
            "plots",
            "predict(",
            "reveal",
            "answer(",
            "attempt",
            "diagrams",
            "timing",
            "load_fashion",
        ):
            assert f"lab.{word}" not in one.program.replace(one.own, "")
        assert needs_keras(lesson) or not {"keras", "tensorflow"} & set(one.imports)
        kinds = {type(node).__name__ for node in ast.parse(one.program).body}
        assert kinds <= {"Import", "ImportFrom", "FunctionDef", "ClassDef", "Assign"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_untouched_lesson_is_all_stubs(lesson):
    """Is a lesson that nobody has worked on known, and nothing of it attempted?"""
    found = of_course(notebook("lessons", lesson))
    assert (found.lesson, found.problem, found.notes) == (lesson, "", ())
    assert {(answer.state, answer.program, answer.code_digest) for answer in found.answers} == {("stub", "", "")}
    assert set(found.choices.values()) == {None}


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if not needs_keras(lesson)])
def test_programs_of_solutions_run_by_themselves(lesson):
    """Does each program define its answer, with nothing of the notebook around it?"""
    for one in of_course(notebook("solutions", lesson)).answers:
        assert executed(one).__name__ == one.exercise


def stripped(content):
    for cell in content["cells"]:
        for key in [key for key in cell if key not in ("cell_type", "source")]:
            del cell[key]
    return {"cells": content["cells"]}


def without_kinds(content):
    for cell in content["cells"]:
        del cell["cell_type"]
    return content


def format_3(content):
    cells = [{**cell, "input": cell.pop("source"), "language": "python"} for cell in content["cells"]]
    return {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


def doubled(content):
    return {**content, "cells": [cell for cell in content["cells"] for _ in range(2)]}


def with_magics(content):
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = ["%%time\n", "%matplotlib inline\n", "!ls\n", *cell["source"]]
    return content


def with_broken_lines(content):
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = [">>> x y (\n", *cell["source"], "\nprint 'done'\n)"]
    return content


def indented(content):
    for cell in content["cells"]:
        cell["source"] = [f"    {line}" for line in cell["source"]]
    return content


@pytest.mark.parametrize("lesson", LESSONS[:7:2])
@pytest.mark.parametrize(
    "damaged",
    [stripped, without_kinds, format_3, doubled, with_magics, with_broken_lines, indented],
    ids=lambda f: f.__name__,
)
def test_honest_work_keeps_its_programs(lesson, damaged):
    """Are programs and choices the same after what Jupyter, its users and their tools do to notebooks?"""
    whole = of_course(notebook("solutions", lesson))
    found = of_course(damaged(notebook("solutions", lesson)))
    assert (found.problem, found.lesson, found.choices) == ("", lesson, whole.choices)
    assert programs(found) == programs(whole)


def test_answers_turned_into_text_keep_their_programs():
    """Are all answers of a lesson read if each of their cells was turned into Markdown?"""
    whole, content = of_course(notebook("solutions", LESSONS[1])), notebook("solutions", LESSONS[1])
    for cell in content["cells"]:
        if "".join(cell["source"]).startswith("def "):
            cell["cell_type"] = "markdown"
    found = of_course(content)
    assert programs(found) == programs(whole)
    assert all("was turned into text" in answer.notes[0] for answer in found.answers)


# --- The lesson -------------------------------------------------------------------------------------------------------


def test_the_lesson_is_the_one_with_most_in_the_notebook():
    """Is the lesson known by exercises and questions, not by a file's name, and other lessons' functions ignored?"""
    assert read("def softmax(z): return z").lesson == "02_second"
    assert read("def softmax(z): return z", RELU, "lab.answer('how_many', None)").lesson == "01_first"
    assert read("relu = lambda z: z").lesson == "01_first"
    assert [answer.exercise for answer in read(RELU).answers] == ["relu", "swish", "Layer"]


@pytest.mark.parametrize(
    "cells", [(), ("x = 1",), ("relu = lab.relu(3)",), (text("relu"),), ("lab.answer('other', 'b')",)]
)
def test_a_notebook_of_no_lesson_has_a_problem(cells):
    """Is a notebook refused that holds nothing of any lesson, with what to do?"""
    found = read(*cells)
    assert "defines no exercise's function" in found.problem and "Hand in" in found.problem
    assert (found.lesson, found.answers, found.choices) == ("", (), {})


def test_a_tie_has_a_problem():
    """Is a notebook refused that holds as much of one lesson as of another?"""
    assert "as much of 01_first as of 02_second" in read(RELU, "def softmax(z): return z").problem


def test_what_cannot_be_read_has_a_problem():
    """Does a file that isn't a notebook give a sentence, not an error?"""
    assert "not a notebook" in parse.parse_notebook(b"{", CATALOGUE).problem
    assert "kernel for 'R'" in read(RELU, metadata={"language_info": {"name": "R"}}).problem


@pytest.mark.parametrize(
    "cell, why",
    [
        ("%%writefile relu.py\ndef relu(z): return z", "begins with %%writefile"),
        ("%%R\nrelu <- function(z) z", "begins with %%R"),
        (code("function relu(z) z end", metadata={"vscode": {"languageId": "julia"}}), "is marked as julia"),
    ],
)
def test_an_answer_in_a_cell_of_another_kind_is_reported(cell, why):
    """Is it said which cell would hold the answer, and why it does not count?"""
    found = answer(cell, "def swish(z): return z")
    assert found.state == "missing" and f"Cell 1 defines relu, but {why}" in found.notes[0]
    assert why in read(cell).problem
    assert answer(cell, RELU).notes == ()


# --- Questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, choice",
    [
        ('lab.answer("which_form", "b")', "b"),
        ('answer("which_form", "b")', "b"),
        ('import activation_lab\nactivation_lab.answer("which_form", "b")', "b"),
        ('import activation_lab as al\nal.answer("which_form", "b")', "b"),
        ('from activation_lab import answer as say\nsay("which_form", "b")', "b"),
        ('lab.answer(question="which_form", choice="b")', "b"),
        ('lab.answer("which_form", choice="b")', "b"),
        ('report = lab.answer("which_" "form", "b"); print(report)', "b"),
        ('print 1\nlab.answer("which_form", "b")', "b"),
        ('%%time\nlab.answer("which_form", "B) ")', "B) "),
        ('lab.answer("which_form", "' + "b" * 500 + '")', "b" * 40),
        ('lab.answer("which_form", None)', None),
        ('lab.answer("which_form")', None),
        ('# lab.answer("which_form", "b")', None),
        ('x = \'lab.answer("which_form", "b")\'', None),
        ('other.answer("which_form", "b")', None),
        ('lab.predict("which_form", "b")', None),
        ('choice = "b"\nlab.answer("which_form", choice)', "b"),
        ('choice = mine = "b"\nreport = lab.answer("which_form", choice=mine)', "b"),
        ('choice = "a"\nlab.answer("how", choice)\nchoice = "b"\nlab.answer("which_form", choice)', "b"),
    ],
)
def test_a_choice_is_read_from_the_call(source, choice):
    """Is the choice read from every way to write the call, and from nothing else?"""
    found = read(RELU, source)
    assert found.choices == {"which_form": choice, "how_many": None} and found.notes == ()


@pytest.mark.parametrize("given", ["b", "2", "'ab'[1]", "f'{b}'", "input()", "True", "['b']"])
def test_a_choice_that_is_no_letter_in_quotes_is_none(given):
    """Is a variable, a number or an expression no choice, and is that said?"""
    found = read(RELU, f'lab.answer("which_form", {given})')
    assert found.choices["which_form"] is None
    (note,) = found.notes
    assert note.startswith("Cell 2 answers which_form with something other than a letter or word in quotes")


@pytest.mark.parametrize(
    "source",
    ['def f(b):\n    {}', 'b = "a"\nb = input()\n{}', 'b = "a"\nfor b in "xy": pass\n{}', '{}\nb = "a"',
     'b = "a"\nb += "c"\n{}', 'b = "a"\ndef f(b):\n    {}', 'b = "a"\nimport math as b\n{}', 'b = "a"\ndel b\n{}'],
)  # fmt: skip
def test_a_variable_of_which_the_text_is_not_certain(source):
    """Is a variable no choice where it is a parameter, is set later, or was set to something else?"""
    found = read(RELU, source.format('lab.answer("which_form", b)'))
    assert found.choices["which_form"] is None and len(found.notes) == 1


def test_a_loop_over_questions_is_no_answer():
    """Is a call that names no question reported?"""
    found = read(RELU, 'for q, c in (("which_form", "b"),):\n    lab.answer(q, c)')
    assert found.choices["which_form"] is None and "a question without its name in quotes" in found.notes[0]


def test_the_last_choice_counts():
    """Does the last call count that gives a choice, with a note if they differ?"""
    calls = ['lab.answer("which_form", "a")', 'lab.answer("which_form", "b")', 'lab.answer("which_form", None)']
    found = read(RELU, *calls)
    assert found.choices["which_form"] == "b"
    assert found.notes == ("which_form has different answers in this notebook; the last one counts.",)
    assert read(RELU, calls[0], calls[0]).notes == ()


# --- Whatever comes ---------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        RELU, "def relu(z):", "    return (", "class Layer:", "class relu(relu): relu = relu", "@", "relu =",
        "relu: int", "relu.x = relu", "relu[0] = relu", "del relu", "for relu in relu: relu", "(relu := relu)",
        "𝓻elu = lambda z: z", "import relu", "from x import *", "from __future__ import annotations", "global relu",
        "lambda: (yield)", "if 1:", "else:", "try:", "match relu:", "lab.answer('which_form',", "'b')",
        "lab.answer(*a, **b)", "%%time", "%x", "!ls", "x?", "= !", "```python", "```", "#", ";", "$", "\\", '"""',
        "'", "(", "]", "{", "\t", "\ud800", "\0", "\x0c", "\u2028",
    ]
)  # fmt: skip
SOURCES = st.lists(PIECES | st.text(max_size=8), max_size=8).flatmap(
    lambda parts: st.sampled_from(["\n", " ", "\n    ", "\r\n"]).map(lambda end: end.join(parts))
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | JSON,
        "source": SOURCES | st.lists(SOURCES, max_size=3) | JSON,
        "input": SOURCES,
        "metadata": JSON,
        "language": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {}, optional={"cells": st.lists(CELLS | JSON, max_size=6), "worksheets": JSON, "metadata": JSON, "nbformat": JSON}
)


@given(NOTEBOOKS)
def test_no_notebook_raises(content):
    """Is whatever a notebook may hold read, or refused in a sentence, and every program Python?"""
    found = parse.parse_notebook(json.dumps(content).encode(), CATALOGUE)
    assert bool(found.problem) != bool(found.lesson)
    json.dumps(dataclasses.asdict(found)).encode()
    for one in found.answers:
        assert (one.state == "written") == bool(one.program)


@given(st.lists(SOURCES, max_size=4))
def test_no_cell_spoils_an_answer_of_its_own_cell(sources):
    """Is an answer found no matter what is in other cells?"""
    found = read(*sources, "def swish(z):\n    return z")
    assert not found.problem
    assert next(answer for answer in found.answers if answer.exercise == "swish").state == "written"


@given(st.binary(max_size=60) | st.integers(0, 400).map(lambda size: sheet(RELU)[:size]))
def test_no_bytes_raise(data):
    """Are bytes refused in a sentence that are not a notebook, or only part of one?"""
    assert parse.parse_notebook(data, CATALOGUE).problem or data == sheet(RELU)


def test_reading_needs_the_standard_library_alone():
    """Does nothing that reads a notebook import NumPy, Jupyter or anything else that would cost time in each child?"""
    grader = ROOT / "activation_lab_tools" / "grader"
    modules = [*(grader / "reading").glob("*.py"), grader / "records.py"]
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level == 1 or node.module == "records"
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
                assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_a_reading_can_be_sent():
    """Is a ParsedNotebook made of plain data, with no null character or surrogate that could not be written?"""
    data = dataclasses.asdict(read(RELU, "def swish(z): return '\ud800\\0'"))
    assert json.loads(json.dumps(data))["answers"][0]["own"] == RELU
    assert json.dumps(data, ensure_ascii=False).encode()


def test_a_newer_python():
    """Is a definition that this Python can't read put down to the notebook's newer Python, if that is what it says?"""
    unreadable = "def relu(z) -> some new syntax:\n    return z"
    newer, older = f"3.{sys.version_info[1] + 1}.2", "3.8.1"
    for version, state in ((newer, "newer"), (older, "broken"), ("", "broken"), (7, "broken")):
        metadata = {"language_info": {"name": "python", "version": version}}
        found = next(each for each in read(unreadable, metadata=metadata).answers if each.exercise == "relu")
        assert found.state == state
        assert (f"written with Python 3.{sys.version_info[1] + 1}," in " ".join(found.notes)) == (state == "newer")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them")
def test_an_f_string_for_a_newer_python():
    """Does a person look at an f-string that Python 3.12 allows, even if the notebook doesn't say its version?"""
    for nested in ('{d["z"]}', "{'\\n'.join(z)}"):
        found = answer(f'def relu(z):\n    print(f"{nested}")\n    return z')
        assert found.state == "newer" and "Python 3.12 or newer" in found.notes[-1]
    assert answer("def relu(z):\n    return z +").state == "broken"


def test_earlier_definitions():
    """Are the first and the last definition above the one that counts kept, each with its own program?"""
    sources = [f"c{n} = {n}\ndef relu(z):\n    return z * c{n}" for n in range(4)]
    found = answer(*sources, sources[3])
    assert [each["cells"] for each in found.earlier] == [(1, 5), (3, 5)]
    programs = [f"{sources[n]}\n".replace("\ndef", "\n\ndef") for n in (0, 2)]
    assert [each["program"] for each in found.earlier] == programs
    assert answer(sources[0], sources[0]).earlier == ()
    wrapped = "def relu(z):\n    return z\n", "import numpy as np", "relu = np.vectorize(relu)"
    assert answer(*wrapped).earlier == ()  # the answer needs the one above


def test_cells_that_are_kept_from_other_notebooks_change_nothing():
    """Is a notebook read the same after others with the same cells, and are only few cells kept, and short ones?"""
    data = [json.dumps(notebook(folder, LESSONS[0])).encode() for folder in ("solutions", "lessons")]
    syntax._read.cache_clear()
    alone = [parse.parse_notebook(each, COURSE) for each in data]
    assert syntax._read.cache_info().hits > 0  # the two have cells in common
    assert [parse.parse_notebook(each, COURSE) for each in reversed(data)] == alone[::-1]
    syntax._read.cache_clear()
    read("x = 1\n" * syntax.SHORT)
    assert syntax._read.cache_info().currsize == 0
    read(*(f"x = {number}" for number in range(2 * syntax.KEPT)))
    assert syntax._read.cache_info().currsize == syntax.KEPT
