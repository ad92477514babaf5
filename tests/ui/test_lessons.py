"""What a learner does with a lesson in JupyterLab, and what a learner then reads."""

from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import activation_lab
from activation_lab import exercises

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("*.ipynb"))

# What slips from a learner's pen: what should stand there, what stands there instead, and how the diagnosis begins.
SLIPS = {
    "dense_backward": ("03_dense_backward", "dz.sum(axis=0)", "dz.mean(axis=0)", "dbias is averaged"),
    "build_mlp": ("05_keras_dense", ', activation="softmax"', "", "The last layer has no softmax"),
    "residual_block": (
        "09_where_they_differ",
        "Add()([inputs, change])",
        "Add()([hidden, change])",
        "What is added is",
    ),
}


# Some lessons of each part: `make test` runs all of them, and here it is JupyterLab that is looked at.
@pytest.mark.parametrize("name", LESSONS[1::3])
def test_an_untouched_lesson_runs_to_its_end(open_lesson, name):
    """Does every cell run, without a warning and without an error but those it is there for; does every check wait?"""
    notebook = open_lesson(name)
    notebook.run_all()
    cells = notebook.read()
    for cell in cells:
        assert cell.count, f"This cell did not run, since one before it failed:\n{cell.source}"
        errors = [output for output in cell.outputs if output["output_type"] == "error"]
        assert len(errors) == cell.tags.count("raises-exception"), cell.source
        assert [output for output in cell.outputs if output.get("name") == "stderr"] == [], cell.source
        assert cell.drawn == sum(map(says_something, cell.outputs)), f"An output does not show:\n{cell.source}"
        assert cell.broken == [], cell.source
    waiting = [cell for cell in cells if cell.source.startswith(("lab.check(", "lab.answer("))]
    assert waiting and all(cell.text.startswith("○") and "not attempted yet" in cell.text for cell in waiting)
    expect(notebook.page.get_by_role("dialog")).to_have_count(0)


def says_something(output):
    """Is it more than the empty output that finished progress leaves behind, and Keras where it prints no summary?"""
    return bool(output.get("text", output.get("ename", output.get("data", {}).get("text/plain", ""))).strip())


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_no_result_is_on_the_screen_before_it_is_measured(open_lesson, screenshot, theme):
    """Is the text about a result folded until a click, and are the words of a figure out of sight?"""
    notebook = open_lesson("02_activation_functions")
    notebook.js("await window.jupyterapp.commands.execute('apputils:change-theme', {theme: argument})", theme)
    assert notebook.cell('lab.predict("swish_lowest"').in_sight.is_visible()
    fold = notebook.page.locator("details:below(:text('swish_lowest'))").first
    expect(fold.locator("summary")).to_be_visible()
    expect(fold.locator("p").first).to_be_hidden()
    expect(notebook.page.locator(".cm-content", has_text="alt=").first).to_be_hidden()
    screenshot(notebook.page, theme.split()[-1].lower())
    fold.locator("summary").click()
    expect(fold.locator("p").first).to_be_visible()


@pytest.mark.parametrize("name", SLIPS)
def test_a_wrong_answer_is_named_and_a_hint_helps(open_lesson, screenshot, keras, name):
    """Does a learner who slips read what is wrong, then the first hint, and after the right answer ✓ and the points?"""
    lesson, right, slip, beginning = SLIPS[name]
    exercise = exercises.find(name)
    (diagnosis,) = [sentence for sentence in exercise.mistakes if sentence.startswith(beginning)]
    solution = answer_of(lesson, name)
    assert right in solution

    notebook = open_lesson(lesson)
    notebook.cell("import ").run()
    answer, check = notebook.cell(f"def {name}("), notebook.cell(f"lab.check({name})")
    answer.write(solution.replace(right, slip)).run()
    check.run().shows(f"✗ {name}", f"(0 of {exercise.points} points)", f"→ {diagnosis}")
    screenshot(notebook.page, "diagnosis")
    check.add_below(f"lab.hint({name})").run().shows(f"hint 1 of {len(exercise.hints)}", exercise.hints[0])
    answer.write(solution).run()
    check.run().shows(f"✓ {name}", f"({exercise.points} of {exercise.points} points)")


def answer_of(lesson, name):
    """The cell of the solution that answers an exercise."""
    notebook = nbformat.read(ROOT / "solutions" / f"{lesson}.ipynb", as_version=4)
    return next(cell.source for cell in notebook.cells if f"def {name}(" in cell.source)


def test_a_guess_is_measured_and_a_question_answered(open_lesson):
    """Does the learner read the guess beside the measurement, why an option is wrong, and why another is right?"""
    notebook = open_lesson("02_activation_functions")
    notebook.cell("import ").run()
    notebook.cell('lab.predict("relu_of_four"').write('lab.predict("relu_of_four", [0, 1, 0, 1])').run()
    notebook.cell("z = np.array([-1, 2, -3, 4])").run().shows("You predicted [0, 1, 0, 1]; measured [0, 2, 0, 4].")

    question = exercises.find_question("what_bends")
    wrong = next(letter for letter in question.options if letter != question.correct)
    cell = notebook.cell('lab.answer("what_bends"')
    for letter, symbol in ((wrong, "✗"), (question.correct, "✓")):
        cell.write(f'lab.answer("what_bends", "{letter}")').run()
        cell.shows(f"{symbol} what_bends", question.options[letter][1])


def test_the_explorer_moves_by_keyboard(open_lesson):
    """Do arrow keys move a slider and the numbers, as lab.relu says, and does the notebook leave these keys alone?"""
    notebook = open_lesson("02_activation_functions")
    notebook.cell("import ").run()
    cell = notebook.cell("lab.explorer.").run()
    explorer = cell.output.locator(".activation-explorer")
    expect(explorer).to_have_attribute("data-live", "yes")
    explorer.locator("select").select_option("relu")
    slider = explorer.locator("input[name=x]")
    slider.focus()
    place = "return [panel.content.activeCellIndex, panel.content.mode, cells.length]"
    before, x = notebook.js(place), float(slider.input_value())
    for key, step in {"ArrowRight": 0.1, "ArrowUp": 0.1, "ArrowLeft": -0.1, "ArrowDown": -0.1, "Home": -3 - x}.items():
        notebook.page.keyboard.press(key)
        x += step
        kernel, bias = (float(explorer.locator(f"input[name={name}]").input_value()) for name in ("kernel", "bias"))
        for name, value in {"z": x * kernel + bias, "a": activation_lab.relu(x * kernel + bias)}.items():
            shown = explorer.locator(f"output[name={name}]")
            assert float(shown.get_attribute("data-value")) == pytest.approx(value, abs=1e-6)
            assert float(shown.inner_text().replace("−", "-")) == pytest.approx(value, abs=0.01)
    expect(slider).to_be_focused()
    assert notebook.js(place) == before
    notebook.page.keyboard.press("Tab")
    expect(explorer.locator("input[name=kernel]")).to_be_focused()


def test_what_is_saved_is_there_tomorrow(open_lesson, lab):
    """Saved, closed, the kernel gone: are the answer, its ✓ and the explorer there when the lesson is opened again?"""
    lesson, answered = "02_activation_functions", "lab.check(relu)"
    solution = answer_of(lesson, "relu")
    notebook = open_lesson(lesson)
    notebook.cell("import ").run()
    notebook.cell("def relu(").write(solution).run()
    notebook.cell(answered).run().shows("✓ relu")
    notebook.cell("lab.explorer.").run()
    notebook.save()
    notebook.close()
    lab.shut_kernels_down()

    notebook.open(lesson)
    assert notebook.cell("def relu(").source == solution
    notebook.cell(answered).shows("✓ relu", "(1 of 1 point)")
    explorer = notebook.cell("lab.explorer.").output.locator(".activation-explorer")
    expect(explorer.locator("img[alt]").or_(explorer.and_(notebook.page.locator("[data-live=yes]")))).to_be_visible()


SAID = """
def relu(z):
    return np.abs(z)

display(
    lab.check(relu), lab.hint(relu), lab.answer("what_bends", "a"), lab.predict("a guess", 1), lab.reveal("a guess", 2),
    lab.attempt(lambda: 1 / 0), lab.claims.decide("S2.2", holds=False, measured="a measurement"),
)
"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_what_the_course_says_is_readable_in_both_themes(open_lesson, screenshot, theme):
    """Has every text under a cell a contrast of 4.5 or more, as axe-core measures it, in the light and in the dark?"""
    notebook = open_lesson("02_activation_functions")
    notebook.menu("Settings", "Theme", f"JupyterLab {theme}")
    expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}")
    notebook.cell("import ").run()
    explorer = notebook.cell("lab.explorer.").run()
    assert contrasts_too_low(notebook.page, explorer) == []
    screenshot(notebook.page, "explorer")
    said = notebook.cell('lab.answer("what_bends"').write(SAID).run()
    assert contrasts_too_low(notebook.page, said) == []


def contrasts_too_low(page, cell):
    """What axe-core finds in the cell's outputs, or cannot tell."""
    page.set_viewport_size({"width": 1280, "height": 1600})  # so that nothing is half hidden
    style = page.add_style_tag(content="body { height: 100vh }")  # it has none: axe-core takes all in it for hidden
    expect(cell.output.first).to_be_in_viewport(ratio=1)
    context = {"include": [".jp-OutputArea-output"], "exclude": ["svg"]}  # of a picture's text it can tell nothing
    found = Axe().run(page, context, {"runOnly": ["color-contrast"]}).response
    style.evaluate("style => style.remove()")
    assert found["passes"], "axe-core has found no text."
    return [node["html"] for kind in ("violations", "incomplete") for rule in found[kind] for node in rule["nodes"]]
