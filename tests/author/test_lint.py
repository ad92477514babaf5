"""Does each lint rule find its planted fault, and nothing in a sound notebook?"""

import base64
import copy
import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image

from activation_lab_tools.author import lint
from activation_lab_tools.author.build import cut, exercise_names
from activation_lab_tools.author.lint import basics, keras_use, lessons, outputs, structure
from activation_lab_tools.author.notebook_view import NotebookView

NAME = "solutions/03_example.ipynb"
ALT = "relu: flat at 0 up to z = 0, then a straight line of slope 1."


def png(seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, size=(8, 6, 3), dtype=np.uint8)
    return encoded(pixels)


def encoded(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return base64.b64encode(file.getvalue()).decode()


def figure(alt=ALT):
    data = {"image/png": png(), "text/plain": f"Figure: {alt}"}
    return new_output("display_data", data=data, metadata={"image/png": {"alt": alt}})


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


TITLE, IMPORTS, PROSE, PREDICT, REVEAL, SHOW, SEE, RELU, CHECK, SWISH, CHECK_SWISH, HINT, ANSWER, IGNORED = range(1, 15)


def solution():
    """A sound solution, including what looks like a fault but is not."""
    cells = [
        new_markdown_cell("# Dense, backward\n\n```python\n# no title\n```"),
        new_code_cell("import numpy as np\nimport activation_lab as lab"),
        new_markdown_cell(r"$f:\mathbb{R}\to\mathbb{R}$; see [this](https://example.org/home/page) and tests/data/x."),
        new_code_cell('lab.predict("slope", None)'),
        new_code_cell(
            'print(lab.relu(0.5));\nlab.reveal("slope", 0.5)', outputs=[stream("0.5 -0.5 -0.05 3.141593 2-0\n")]
        ),
        new_code_cell(
            f"lab.plots.show(lab.plots.curve(lab.relu), alt={ALT!r})",
            outputs=[figure(), new_output("display_data", data={"text/html": f'<img src="data:," alt="{ALT}">'})],
        ),
        new_markdown_cell("**What to see.** Two straight lines."),
        new_code_cell("def relu(z):\n    relu = np.maximum(z, 0)\n    return relu"),
        new_code_cell("lab.check(relu)"),
        new_code_cell("def swish(z):\n    return relu(z) - relu(-z)"),
        new_code_cell("lab.check(swish)"),
        new_code_cell("lab.hint(relu)\nrelu_again = lab.relu"),
        new_code_cell('lab.answer("why", None)', metadata={"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}),
        new_code_cell(
            "# Output not compared: each machine takes another time\nlab.attempt(lambda: 1)",
            metadata={"tags": ["nbval-ignore-output"]},
            outputs=[stream("took 0.25 s at 0x7f00deadbeef, 0.123456789\n")],
        ),
    ]
    for number, cell in enumerate(cells, 1):
        cell.id = f"cell-{number}"  # nbformat's ids are random, and two notebooks made alike must be equal
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), 1):
        cell.execution_count = count
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def lesson():
    """The same notebook as a learner gets it."""
    notebook = solution()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    notebook.cells[SHOW - 1].metadata["jupyter"] = {"source_hidden": True}
    return notebook


# Each plant changes a notebook and returns the number of the cell that the finding must name; None for the notebook.


def source(number, text, named=...):
    def plant(notebook):
        notebook.cells[number - 1].source = text
        return number if named is ... else named

    return plant


def output(*stored, number=REVEAL):
    def plant(notebook):
        notebook.cells[number - 1].outputs = list(stored)
        return number

    return plant


def html(text):
    return output(new_output("display_data", data={"text/html": text, "text/plain": ""}))


def attribute(number, name, value):
    def plant(notebook):
        notebook.cells[number - 1][name] = value
        return number

    return plant


def notebook_metadata(**changes):
    def plant(notebook):
        notebook.metadata.update(nbformat.from_dict(changes))

    return plant


def inserted(cell, number, named):
    def plant(notebook):
        notebook.cells.insert(number - 1, copy.deepcopy(cell))
        return named

    return plant


def removed(number, named=None):
    def plant(notebook):
        del notebook.cells[number - 1]
        return named

    return plant


def ignored(*numbers):
    def plant(notebook):
        for number in numbers:
            cell = notebook.cells[number - 1]
            cell.metadata["tags"] = ["nbval-ignore-output"]
            cell.source = f"# Output not compared: a reason\n{cell.source}"

    return plant


def picture(**changes):
    shown = figure()
    shown.update(nbformat.from_dict(changes))
    return output(shown, number=SHOW)


def png_data(data, kind="image/png"):
    return picture(data={kind: data, "text/plain": f"Figure: {ALT}"})


def tagged(*names):
    return attribute(REVEAL, "metadata", nbformat.from_dict({"tags": names}))


def spoiled(text, number, new_cell=new_markdown_cell):
    """Reveal 0.25, with `text` in a new cell of this number, just before another prediction if it comes after."""

    def plant(notebook):
        revealed = new_output("execute_result", data={"text/plain": "✗ You predicted 0.5; measured 0.25."})
        notebook.cells[REVEAL - 1].outputs.append(revealed)
        notebook.cells.insert(number - 1, new_cell(text))
        notebook.cells.insert(REVEAL + 1, new_code_cell('lab.predict("another", None)'))
        return number

    return plant


HOME, WINDOWS = "/home/ada/course/x.npz", "C:\\Users\\ada\\x.npz"
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])

SHARED_FAULTS = [
    (basics.only_code_and_text, "a raw cell", inserted(new_raw_cell("x = 1"), PROSE, named=PROSE)),
    (basics.only_code_and_text, "an empty code cell", source(HINT, " \n")),
    (basics.only_code_and_text, "an empty text cell", source(PROSE, "")),
    (basics.plain_python, "a timing magic", source(HINT, "%time lab.relu(1)")),
    (basics.plain_python, "a shell cell", source(HINT, "%%bash\nls")),
    (basics.plain_python, "a shell command", source(HINT, "x = 1\n!ls")),
    (basics.plain_python, "a captured shell command", source(HINT, "files = !ls")),
    (basics.plain_python, "a help mark", source(HINT, "lab.relu?")),
    (basics.runs_unattended, "input", source(HINT, "x = input()")),
    (basics.runs_unattended, "a hidden magic", source(HINT, "get_ipython().run_line_magic('time', '1')")),
    (basics.no_comment_markers, "a marker", source(HINT, "# NBVAL_SKIP\n1 / 0")),
    (basics.no_comment_markers, "a marker in a string", source(HINT, '"""\n  # nbval_ignore_output\n"""')),
    (basics.allowed_tags, "a skipped cell", tagged("nbval-skip")),
    (basics.allowed_tags, "a misspelt tag", tagged("nbval-ignore-outputs")),
    (basics.ignored_for_a_reason, "ignored without a reason", tagged("nbval-ignore-output")),
    (basics.ignored_for_a_reason, "an empty reason", source(IGNORED, "# Output not compared: \n1")),
    (
        basics.ignored_for_a_reason,
        "a reason without the tag",
        source(HINT, "# Output not compared: it varies\n1"),
    ),
    (basics.few_are_ignored, "three ignored cells", ignored(REVEAL, HINT)),
    (
        basics.minimal_notebook_metadata,
        "the Python's version",
        notebook_metadata(language_info={"version": "3.11"}),
    ),
    (basics.minimal_notebook_metadata, "another kernel", notebook_metadata(kernelspec={"name": "ada"})),
    (basics.minimal_notebook_metadata, "a widget's state", notebook_metadata(widgets={})),
    (
        basics.minimal_cell_metadata,
        "run times",
        attribute(HINT, "metadata", nbformat.from_dict({"execution": {}})),
    ),
    (
        basics.minimal_cell_metadata,
        "folded outputs",
        attribute(HINT, "metadata", nbformat.from_dict({"jupyter": {"outputs_hidden": True}})),
    ),
    (basics.no_absolute_paths, "a home folder in code", source(HINT, f"np.load({HOME!r})")),
    (basics.no_absolute_paths, "a home folder in prose", source(PROSE, f"Open {HOME}.")),
    (basics.no_absolute_paths, "a Windows folder", source(HINT, f"np.load({WINDOWS!r})")),
    (basics.no_absolute_paths, "a file's address", source(PROSE, f"[here](file://{HOME})")),
    (structure.answered_once, "no answer", source(RELU, "x = 1", named=None)),
    (structure.answered_once, "two answers", source(HINT, "def relu(z):\n    return z")),
    (structure.answered_once, "an assignment later", source(HINT, "relu = lab.relu")),
    (structure.checked_once, "no check", source(CHECK, "x = 1", named=None)),
    (structure.checked_once, "two checks", source(HINT, "lab.check(relu)", named=None)),
    (structure.checked_once, "a check among others", source(HINT, "print(1)\nlab.check(relu)")),
    (structure.checked_once, "a check of no exercise", source(HINT, "lab.check(gelu)")),
    (structure.course_functions_by_lab, "a learner's function called", source(HINT, "print(relu(1))")),
    (structure.course_functions_by_lab, "the same in a lambda", source(HINT, "lab.attempt(lambda: relu(1))")),
    (structure.course_functions_by_lab, "its name imported", source(HINT, "from activation_lab import relu")),
    (structure.course_functions_by_lab, "its name in a loop", source(HINT, "for relu in (1, 2):\n    pass")),
    (structure.course_functions_by_lab, "its name as a parameter", source(HINT, "def draw(relu):\n    pass")),
    (structure.predictions_revealed, "a prediction never revealed", source(REVEAL, "print(0.5)", named=PREDICT)),
    (
        structure.predictions_revealed,
        "revealed in the same cell",
        source(HINT, 'lab.predict("b", 1)\nlab.reveal("b", 1)'),
    ),
    (structure.predictions_revealed, "revealed, not predicted", source(HINT, 'lab.reveal("other", 1)')),
    (structure.predictions_revealed, "predicted twice", source(HINT, 'lab.predict("slope", None)')),
    (structure.questions_asked_once, "a question not asked", source(ANSWER, "1", named=None)),
    (structure.questions_asked_once, "an unknown question", source(HINT, 'lab.answer("who", None)')),
    (structure.questions_asked_once, "asked twice", source(HINT, 'lab.answer("why", None)', named=ANSWER)),
    (structure.figures_explained, "a figure without a sentence", source(SEE, "Two straight lines.", named=SHOW)),
    (structure.figures_explained, "an explorer without one", source(HINT, 'lab.explorer.two_forms("relu")')),
    (structure.figures_explained, "the sentence too late", inserted(new_markdown_cell("More."), SEE, named=SHOW)),
    (structure.one_title, "two titles", source(PROSE, "# Second", named=None)),
    (structure.one_title, "no title", source(TITLE, "## Section", named=None)),
    (structure.one_title, "an underlined second title", source(PROSE, "Second\n======", named=None)),
    (keras_use.part_one_without_keras, "keras in Part I", source(HINT, "import keras")),
    (keras_use.part_one_without_keras, "keras, quietly", source(HINT, "from activation_lab.quiet import keras, tf")),
    (keras_use.part_one_without_keras, "the quiet module", source(HINT, "import activation_lab.quiet as q")),
    (keras_use.part_one_without_keras, "the package's Keras models", source(HINT, "lab.keras_models.FORMS")),
    (keras_use.part_one_without_keras, "the same, imported", source(HINT, "from activation_lab import keras_models")),
    (keras_use.part_one_without_keras, "the diagrams", source(HINT, "print(lab.diagrams.models)")),
    (keras_use.keras_works_quietly, "training", source(HINT, "model.fit(x, y, epochs=2)")),
    (keras_use.keras_works_quietly, "training in lines", source(HINT, "history = model.fit(x, y, verbose=2).history")),
    (keras_use.keras_works_quietly, "a prediction", source(HINT, "print(model.predict(x))")),
    (keras_use.keras_works_quietly, "in a function", source(HINT, "def f(m):\n    return m.evaluate(x, y)")),
    (keras_use.drawn_by_the_course, "Graphviz", source(HINT, "keras.utils.plot_model(model)")),
    (keras_use.drawn_by_the_course, "Graphviz, imported", source(HINT, "model_to_dot(model)")),
    (
        keras_use.part_one_without_keras,
        "tensorflow inside a function",
        source(HINT, "def f():\n    from tensorflow import nn"),
    ),
]

SOLUTION_FAULTS = [
    (basics.no_absolute_paths, "a path in an output", output(stream(f"saved {HOME}\n"))),
    (basics.no_absolute_paths, "a path in a table", html(f"<td title='{HOME}'>1</td>")),
    (outputs.run_in_order, "a cell never run", attribute(HINT, "execution_count", None)),
    (outputs.run_in_order, "a cell run again", attribute(HINT, "execution_count", 99)),
    (outputs.run_in_order, "a cell deleted after the run", removed(HINT, named=ANSWER - 1)),
    (outputs.no_errors, "an error", output(ERROR)),
    (outputs.no_errors, "a tag for an error that is not there", tagged("raises-exception")),
    (outputs.no_stderr, "a warning", output(stream("careful\n", name="stderr"))),
    (outputs.figures_are_pngs, "a blank figure", png_data(encoded(np.full((4, 4, 3), 255, np.uint8)))),
    (outputs.figures_are_pngs, "a damaged figure", png_data(png()[:60])),
    (outputs.figures_are_pngs, "no base64", png_data("%")),
    (outputs.figures_are_pngs, "a JPEG", png_data(png(), kind="image/jpeg")),
    (outputs.figures_described, "no alt text", picture(metadata={})),
    (outputs.figures_described, "a blank alt text", picture(metadata={"image/png": {"alt": " "}})),
    (outputs.figures_described, "another text", picture(data={"image/png": png(), "text/plain": "<Figure size 5x4>"})),
    (outputs.html_pictures_described, "no alt text in HTML", html("<p>A <img src='data:,'> picture.</p>")),
    (outputs.html_pictures_described, "a blank one", html("<img src='data:,' alt='relu'><img alt=' ' src='data:,'/>")),
    (outputs.html_pictures_described, "one without a value", html("<IMG ALT SRC='data:,'>")),
    (outputs.repeatable, "an address", output(stream("<Line2D at 0x7f00deadbeef>"))),
    (outputs.repeatable, "a magic's timing", output(stream("Wall time: 3"))),
    (outputs.repeatable, "milliseconds", output(stream("took 12 ms"))),
    (outputs.repeatable, "seconds in HTML", html("<b>1.25</b> s")),
    (outputs.repeatable, "a training bar", output(stream("1/1 ━━━━ 0s 34ms/step"))),
    (outputs.repeatable, "a date", output(stream("2026-11-21 22:49"))),
    (outputs.repeatable, "a carriage return", output(stream("10 %\r20 %"))),
    (outputs.repeatable, "a negative zero in an array", output(stream("[1. -0. 2.]"))),
    (outputs.repeatable, "a rounded negative zero", output(stream("-0.0000"))),
    (outputs.repeatable, "a negative zero as a power", output(stream("[-0.e+00 1.e-08]"))),
    (outputs.results_unspoiled, "a result in the text after it", spoiled("So it is 0.25.", REVEAL + 1)),
    (outputs.results_unspoiled, "a result in the text before it", spoiled("It will be 0.25.", REVEAL)),
    (outputs.results_unspoiled, "a result in the second paragraph", spoiled("See.\n\nIt is 0.25.", REVEAL + 1)),
    (
        outputs.prompts_unspoiled,
        "a result in a worked example",
        spoiled('def half():\n    """\n    >>> half()\n    0.25\n    """', REVEAL + 1, new_code_cell),
    ),
    (outputs.few_decimals, "seven decimals", output(stream("0.1234567"))),
    (outputs.few_decimals, "seven decimals in HTML", html("<td>0.1234567</td>")),
    (structure.figures_explained, "an unnamed figure", output(figure(), number=HINT)),
    (structure.figures_drawn_alone, "what computes, hidden", source(SHOW, f"z = 1\nlab.plots.show(z, alt={ALT!r})")),
    (structure.figures_explained, "an unexplained picture in HTML", html("<img src='data:,' alt='relu'>")),
]

LESSON_FAULTS = [
    (lessons.untouched, "an output", output(stream("0.5"))),
    (lessons.untouched, "a count", attribute(HINT, "execution_count", 1)),
    (lessons.cut_from_its_solution, "a cell edited by hand", source(PROSE, "By hand.")),
    (lessons.cut_from_its_solution, "the last cell gone", removed(IGNORED)),
    (lessons.cut_from_its_solution, "other metadata", notebook_metadata(kernelspec={"name": "python3"})),
    (lessons.figures_drawn_unseen, "a figure's words in view", attribute(SHOW, "metadata", nbformat.from_dict({}))),
    (lessons.unanswered, "a guess left in", source(PREDICT, 'lab.predict("slope", 0.5)')),
    (lessons.unanswered, "an answer left in", source(ANSWER, 'lab.answer("why", "b")')),
    (lessons.unanswered, "an answer by keyword", source(ANSWER, 'lab.answer("why", choice="b")')),
]

CASES = [
    *((solution, lint.SOLUTION, *fault) for fault in SHARED_FAULTS + SOLUTION_FAULTS),
    *((lesson, lint.LESSON, *fault) for fault in SHARED_FAULTS + LESSON_FAULTS),
]


def page(notebook, make=solution):
    return NotebookView(notebook, NAME, exercises=("relu", "swish"), questions=("why",), cut=make())


@pytest.mark.parametrize(("make", "rules"), [(solution, lint.SOLUTION), (lesson, lint.LESSON)])
def test_a_sound_notebook_has_no_findings(make, rules):
    """Are all rules silent if nothing is wrong?"""
    assert lint.findings(page(make(), make), rules) == []


def test_an_error_that_is_meant_to_be_seen():
    """Is an error in a cell that is tagged for it no finding?"""
    notebook = solution()
    tagged("raises-exception")(notebook)
    output(ERROR)(notebook)
    assert lint.findings(page(notebook), [outputs.no_errors, basics.allowed_tags]) == []


@pytest.mark.parametrize(
    ("make", "rules", "rule", "plant"),
    [pytest.param(*case[:3], case[4], id=f"{case[0].__name__}: {case[3]}") for case in CASES],
)
def test_a_planted_fault_is_found(make, rules, rule, plant, record_property):
    """Does the rule, one of those for this kind of notebook, name the file, the cell and what to do?"""
    notebook = make()
    number = plant(notebook)
    where = f"{NAME}, {'notebook' if number is None else f'cell {number}'}: "
    found = lint.findings(page(notebook, make), [rule])
    caught = rule in rules and any(sentence.startswith(where) for sentence in found)
    record_property("planted faults", (int(caught), 1))
    assert caught, found


def test_every_rule_has_a_planted_fault():
    """Does every rule have a planted fault in these tests?"""
    planted = {rule for _, _, rule, _, _ in CASES} | {keras_use.keras_starts_quietly}
    assert {*lint.SOLUTION, *lint.LESSON} == planted


QUIETLY = "from activation_lab.quiet import keras, tf"
PART_TWO = ["solutions/05_keras_dense.ipynb", "solutions/10_claims_on_trial.ipynb"]
ON_KERAS = [keras_use.part_one_without_keras, keras_use.keras_starts_quietly, keras_use.keras_works_quietly]


@pytest.mark.parametrize("name", PART_TWO)
@pytest.mark.parametrize("later", ["import keras", "from tensorflow.keras import layers", "lab.keras_models.FORMS"])
def test_part_two_may_import_keras(name, later):
    """Is Keras forbidden in Part I alone, and welcome in any words once it has been started quietly?"""
    notebook = solution()
    source(IMPORTS, QUIETLY)(notebook)
    source(HINT, f"{later}\nmodel.fit(x, y, verbose=0)\nlab.predict('a', 1)")(notebook)
    assert lint.findings(NotebookView(notebook, name), ON_KERAS) == []


@pytest.mark.parametrize("name", PART_TWO)
@pytest.mark.parametrize("first", ["import keras", "import tensorflow as tf", "from tensorflow.keras import layers"])
def test_part_two_starts_keras_quietly(name, first, record_property):
    """Is an import before the quiet one, or without it, found?"""
    notebook = solution()
    source(PREDICT, first)(notebook)
    source(HINT, QUIETLY)(notebook)
    found = lint.findings(NotebookView(notebook, name), [keras_use.keras_starts_quietly])
    caught = [f"{name}, cell {PREDICT}: {first} lets TensorFlow log its startup; begin with {QUIETLY}."] == found
    record_property("planted faults", (int(caught), 1))
    assert caught, found


@pytest.mark.parametrize("text", ["", "{", "{}", '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}'])
def test_a_damaged_file_is_one_finding(tmp_path, text):
    """Is a file that is not a notebook reported as one finding?"""
    path = tmp_path / "01_broken.ipynb"
    path.write_text(text, encoding="utf-8")
    (finding,) = lint.findings_of_file(path, lint.SOLUTION)
    assert "not a valid notebook" in finding and path.name in finding


def test_a_lesson_is_compared_with_its_solution(tmp_path):
    """Is a lesson accepted as it was cut, and refused after an edit?"""
    name = "03_dense_backward.ipynb"
    for folder, notebook in (("solutions", solution()), ("lessons", cut(solution(), exercise_names(name[:-6])))):
        (tmp_path / folder).mkdir()
        nbformat.write(notebook, tmp_path / folder / name)
    paths = tmp_path / "lessons" / name, tmp_path / "solutions" / name
    complaint = f"lessons/{name}, cell {PROSE}: is not what the build cuts from the solution"
    assert not any(complaint in finding for finding in lint.check_lesson(*paths))

    edited = nbformat.read(paths[0], as_version=4)
    edited.cells[PROSE - 1].source = "By hand."
    nbformat.write(edited, paths[0])
    assert any(complaint in finding for finding in lint.check_lesson(*paths))
