"""Do the build and the start of a new lesson work, on a copy of the project?"""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from activation_lab import exercises
from activation_lab_tools import cli
from activation_lab_tools.author import build, new_lesson, which_form

ROOT = Path(__file__).parents[2]
LESSON = "01_dense_forward"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with one lesson, as the current folder."""
    for folder in ("solutions", "lessons"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / f"{LESSON}.ipynb", tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stored(folder="solutions"):
    return nbformat.read(f"{folder}/{LESSON}.ipynb", as_version=4)


def store(notebook, folder="solutions"):
    nbformat.write(notebook, f"{folder}/{LESSON}.ipynb")


def cell_with(notebook, text):
    return next(cell for cell in notebook.cells if text in cell.source)


def test_a_build_of_what_is_built_changes_nothing(project):
    """Is a build repeatable byte for byte, and does it restore everything that was changed by hand?"""
    before = {path: path.read_bytes() for path in project.rglob("*.ipynb")}

    solution = stored()
    cell_with(solution, "def dense_forward").source = "def dense_forward(): ..."
    cell_with(solution, "**Question.**").source = "**Question.** Another?"
    cell_with(solution, 'lab.answer("two_notations"').source = 'lab.answer("two_notations", None)'
    solution.metadata.language_info.version = "3.99"
    for cell in solution.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.execution = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    store(solution)
    Path(f"lessons/{LESSON}.ipynb").unlink()

    assert len(build.build([LESSON])) == 2
    assert {path: path.read_bytes() for path in project.rglob("*.ipynb")} == before


def test_check_names_what_is_stale_and_writes_nothing(project, capsys):
    """Does `build --check` name the changed cells of both notebooks, exit with 1, and change no file?"""
    solution, lesson = stored(), stored("lessons")
    cell_with(solution, 'lab.points("').outputs[0].data["text/plain"] = "7 points"
    cell_with(lesson, "def collapse").source += "  # edited"
    store(solution)
    store(lesson, "lessons")
    before = {path: path.read_bytes() for path in project.rglob("*.ipynb")}

    assert cli.main([*CHECK.split()[1:], LESSON]) == 1
    findings = capsys.readouterr().out
    assert f"solutions/{LESSON}.ipynb, cell" in findings.replace("\\", "/") and "its output would change" in findings
    assert f"lessons/{LESSON}.ipynb, cell" in findings.replace("\\", "/") and "its source would change" in findings
    assert len(findings.strip().splitlines()) == 2
    assert {path: path.read_bytes() for path in project.rglob("*.ipynb")} == before


def test_the_page_to_print(project, monkeypatch, capsys):
    """Does the build of the last lesson write its table as a page, and does the check notice if that is stale?"""
    page = build.WHICH_FORM
    solution = stored()
    # The page is made of text; what runs is the first cell alone, and the points at the end.
    kept = ("import activation_lab as lab", "lab.points(")
    solution.cells = [
        cell for cell in solution.cells if cell.cell_type == "markdown" or any(map(cell.source.count, kept))
    ]
    store(solution)
    build.build([LESSON])
    assert not page.exists()  # no other lesson writes it

    monkeypatch.setattr(which_form, "LESSON", LESSON)
    rows = f"{which_form.HEAD}\n|---|---|---|\n| few lines | argument | it is short |"
    solution.cells.append(nbformat.v4.new_markdown_cell(f"**Which form, when**\n\n{rows}", id="table"))
    store(solution)
    assert page in build.build([LESSON])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Which form, when\n") and text.endswith(f"\n\n{rows}\n")

    page.write_text(text.replace("few", "many"), encoding="utf-8")
    assert cli.main(["build", "--check", LESSON]) == 1
    assert capsys.readouterr().out == f"{page}: would change.\n"
    page.unlink()
    assert build.stale([LESSON]) == [f"{page}: is missing."]


def test_a_notebook_that_fails_is_left_as_it_was(project, capsys):
    """Is a failing cell named, and is nothing written?"""
    solution = stored()
    cell_with(solution, "import numpy").source += "\n1 / 0"
    store(solution)
    before = {path: path.read_bytes() for path in project.rglob("*.ipynb")}

    assert cli.main(["build", LESSON]) == 2
    message = capsys.readouterr().err
    assert "nothing was written" in message and "ZeroDivisionError" in message
    assert {path: path.read_bytes() for path in project.rglob("*.ipynb")} == before


def code_cell(source, text, tags=()):
    output = nbformat.v4.new_output("stream", text=text)
    return nbformat.v4.new_code_cell(source, id="cell", outputs=[output], metadata={"tags": list(tags)})


def test_a_traceback_is_stored_without_the_machine_that_made_it(project):
    """Is an error that is meant to be seen stored without colors and folders, and kept when only its lines differ?"""
    raising = nbformat.v4.new_code_cell("import nbformat\nnbformat.reads('?', 4)")
    raising.metadata.tags = ["raises-exception"]
    notebook = build.executed(nbformat.v4.new_notebook(cells=[raising]), LESSON)
    (error,) = notebook.cells[0].outputs
    text = "\n".join(error.traceback)
    assert "File site-packages/nbformat/" in text and "\x1b" not in text and str(ROOT) not in text

    old = copy.deepcopy(notebook)
    old.cells[0].outputs[0].traceback = ["another version's lines"]
    build.keep_outputs(notebook, old)
    assert error.traceback == ["another version's lines"]


@pytest.mark.parametrize(
    ("source", "tags", "kept"),
    [
        ("measure()", ["nbval-ignore-output"], "3 ms"),  # may vary, and the cell is unchanged
        ("measure(2)", ["nbval-ignore-output"], "4 ms"),  # may vary, but the cell has changed
        ("measure()", [], "4 ms"),  # is compared
    ],
)
def test_an_output_that_may_vary_is_kept_while_its_cell_is_unchanged(source, tags, kept):
    """Does a rebuild keep an ignored output, and only that?"""
    old = nbformat.v4.new_notebook(cells=[code_cell("measure()", "3 ms", tags)])
    fresh = nbformat.v4.new_notebook(cells=[code_cell(source, "4 ms", tags)])
    build.keep_outputs(fresh, old)
    assert fresh.cells[0].outputs[0].text == kept


def test_unknown_lessons_and_wrong_folders_are_named(project, monkeypatch, capsys):
    """Does a mistyped name, or another folder, get a sentence and exit code 2?"""
    assert cli.main(["build", "01_dense_foward"]) == 2
    assert "There is no lesson named '01_dense_foward'" in capsys.readouterr().err
    monkeypatch.chdir(project / "lessons")
    assert cli.main(["build", LESSON]) == 2
    assert "in the project's own folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lesson", "names", "message"),
    [
        ("pooling", ["pool"], "expected a number and a title"),
        ("01_again", ["pool"], "01 belongs to 01_dense_forward; expected 11 or later.*new 11_again pool"),
        ("11_pooling", ["relu"], "relu is in 02_activation_functions already"),
        ("11_pooling", ["max-pool"], "expected a function's name"),
        ("11_x", ["a\u00b2"], "expected a function's name"),  # a letter of no identifier
        ("11_x", ["\ufb01"], "expected a function's name"),  # Python reads it as "fi"
        ("11_x", ["lambda"], "expected a function's name"),
        ("11_x", ["p" * 51], "expected a function's name"),  # too long for a cell's id
        ("11_" + "x" * 300, ["pool"], "expected a number and a title"),
        ("1\u0661_x", ["pool"], "expected a number and a title"),
        ("11_x", ["question"], "the lesson uses itself"),
        ("11_pooling", ["pool", "pool"], "named twice"),
    ],
)
def test_a_new_lesson_needs_a_free_name(project, lesson, names, message):
    """Is a lesson or exercise with a name that is not allowed refused, with nothing written?"""
    before = sorted(project.rglob("*"))
    with pytest.raises(new_lesson.NewLessonError, match=message):
        new_lesson.new(lesson, names)
    assert sorted(project.rglob("*")) == before


@pytest.fixture
def own_exercises(project, monkeypatch):
    """A folder of exercises of the project's own: other tests read the package's."""
    package = project / "exercises"
    package.mkdir()
    (package / f"lesson_{LESSON}.py").touch()  # its module is the package's
    monkeypatch.setattr(exercises, "__file__", str(package / "__init__.py"))
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(package)])
    exercises.lessons.cache_clear()
    yield package
    monkeypatch.undo()
    exercises.lessons.cache_clear()


def interrupted(names):
    exercises.of_lesson(*names)  # it is imported when this happens
    Path(f"lessons/{names[0]}.ipynb").touch()
    raise KeyboardInterrupt


def broken(names):
    raise RuntimeError("the kernel died")


@pytest.mark.parametrize(
    ("fails", "raised", "message"),
    [
        (interrupted, KeyboardInterrupt, None),
        (broken, new_lesson.NewLessonError, "nothing was written. RuntimeError: the kernel died"),
    ],
)
def test_a_new_lesson_is_written_whole_or_not_at_all(own_exercises, monkeypatch, fails, raised, message):
    """Is nothing left of a lesson that can't be built, on disk or in memory, so that the next try is the first?"""
    monkeypatch.setattr(build, "build", fails)
    before = sorted(Path().rglob("*"))
    for _ in range(2):
        with pytest.raises(raised, match=message):
            new_lesson.new("11_pooling", ["pool"])
        assert sorted(Path().rglob("*")) == before
        assert exercises.lessons() == (LESSON,) and "activation_lab.exercises.lesson_11_pooling" not in sys.modules


@pytest.mark.parametrize("place", ["solutions", "lessons"])
def test_a_new_lesson_overwrites_nothing(own_exercises, place):
    """Is a notebook that is there already kept?"""
    path = Path(f"{place}/11_pooling.ipynb")
    path.write_text("mine")
    with pytest.raises(new_lesson.NewLessonError, match="exists already"):
        new_lesson.new("11_pooling", ["pool"])
    assert path.read_text() == "mine" and not (own_exercises / "lesson_11_pooling.py").exists()


# As CONTRIBUTING prints them; test_readme.py asks for these very words.
NEW, BUILD = "activation-lab new 11_my_lesson my_function", "activation-lab build 11_my_lesson"
CHECK = "activation-lab build --check"


# A lesson of Part II asks TensorFlow and Keras for no more than this before they are replaced by what it is about.
STAND_INS = {
    "tensorflow.py": """
constant = int
function = lambda function, **options: function
class errors:
    OpError = OSError
""",
    "keras.py": """
class config:
    backend = staticmethod(lambda: "tensorflow")
class utils:
    set_random_seed = staticmethod(lambda seed: None)
""",
}


def test_a_new_lesson_passes_the_tests_at_once(tmp_path):
    """Does a new lesson, built already, pass the style check and all tests of exercises and notebooks?

    It is the first of Part II in its copy of the project, which reads the others' exercises faster without Keras. Both
    are stand-ins here; the next test asks the real ones.
    """
    project, stand_ins = tmp_path / "project", tmp_path / "stand_ins"
    packages = ("activation_lab", "activation_lab_tools")
    tracked = (*packages, "solutions", "lessons", "tests", "conftest.py", "pyproject.toml")
    with_keras = shutil.ignore_patterns(*(f"*{lesson}.*" for lesson in exercises.lessons() if lesson >= "05"))
    for name in tracked:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, project / name, ignore=with_keras)
        else:
            shutil.copy(ROOT / name, project / name)
    stand_ins.mkdir()
    for name, text in STAND_INS.items():
        (stand_ins / name).write_text(text)

    def run(*command):
        environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{stand_ins}", "PYTEST_ADDOPTS": ""}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # plugins take time, and none is needed
        done = subprocess.run([sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    calls = [[*NEW.split()[1:], "my_other_function"], BUILD.split()[1:]]
    both = "from activation_lab_tools.cli import main\n" + "".join(f"print('exit', main({call}))\n" for call in calls)
    made, built, _ = run("-c", both).split("exit 0\n")
    assert "lesson_11_my_lesson.py" in made
    assert "from activation_lab.quiet import keras, tf" in (project / "lessons" / "11_my_lesson.ipynb").read_text()
    assert ".ipynb" not in built  # the catalogue alone is new
    run("-m", "ruff", "check", ".")
    run("-m", "ruff", "format", "--check", ".")
    tests = ("tests/lab/test_exercises.py", "tests/lab/test_mutation.py", "tests/author/test_notebooks.py")
    assert " passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "my_ or every_lesson")


def test_a_new_lesson_runs_with_keras(keras):
    """Do its imports and its demonstration give what the other test's stand-ins give?"""
    cells = {cell.id: cell.source for cell in new_lesson._solution("11_my_lesson", ["my_function"]).cells}
    names = {}
    exec("\n".join(cells[name] for name in ("imports", "predict", "reveal")), names)
    assert names["keras"] is keras and eval("int(2 * tf.constant(1) + 1)", names) == 3
    assert "int(2 * tf.constant(1) + 1)" in cells["reveal"]
