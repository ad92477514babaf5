"""The build: answers come from the exercises, outputs from a kernel, lessons from the solutions."""

import copy
import itertools
import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from activation_lab import exercises
from activation_lab.exercises import written_cells
from activation_lab.shown import count

from ..errors import UserError
from . import claims_page, forked_kernels, glossary, repository, sources, which_form
from .kernel_environment import KERNEL_ARGUMENTS, environment
from .notebook_view import IGNORED
from .pixels import difference
from .signposts import minutes, readme_with_minutes, with_minutes, with_signposts
from .unspoiled import fold_results

SOLUTIONS, LESSONS, README = Path("solutions"), Path("lessons"), Path("README.md")
WHICH_FORM = LESSONS / "which_form_when.md"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_CELL_METADATA = ("tags", "jupyter")
TIMEOUT_SECONDS = 600
NOT_STORED = re.compile(r"\x1b\[[\d;]*m"), re.compile(r"(?<=File )\S*(?=site-packages)")  # colors; a machine's folders


class BuildError(UserError):
    """A notebook that cannot be built: which cell, and why."""


def build(names=None):
    """Fill, run and store each solution, and cut its lesson. A notebook that fails is left unchanged.

    Args:
        names: lessons, such as "01_dense_forward"; None for all.

    Returns:
        The paths that have changed.

    Raises:
        BuildError: a cell fails.
        UnknownNameError: there is no such lesson.
    """
    changed = []
    for name in _chosen(names):
        changed += [path for path, content in _built(name).items() if write_if_changed(content, path)]
    return changed


def stale(names=None):
    """What a build would change, one sentence each. Nothing is written.

    Sources, stubs and compared outputs count. Outputs that are not compared, and the bytes of images, do not.
    """
    findings = []
    for name in _chosen(names):
        for path, content in _built(name).items():
            findings += _differences(path, content) if path.exists() else [f"{path}: is missing."]
    return findings


def _built(name):
    """{path: content} of a solution, filled and run, its lesson, and README.md; with the last one, of pages too."""
    path = SOLUTIONS / f"{name}.ipynb"
    stored = read_notebook(path)
    solution = executed(fill(stored, name), name)
    keep_outputs(solution, stored)
    pages = _pages(solution) if name == which_form.LESSON else {}
    lesson = cut(solution, exercise_names(name))
    if README.exists():
        text = README.read_text(encoding="utf-8")
        pages[README] = readme_with_minutes(text, name, minutes(lesson.cells, name))
    return {path: solution, LESSONS / path.name: lesson, **pages}


def _pages(last):
    """{path: text} of the pages beside the lessons, given the last solution; the others are as stored."""
    stored = {path.stem: read_notebook(path) for path in sorted(SOLUTIONS.glob("*.ipynb"))}
    return {
        WHICH_FORM: which_form.page(last),
        claims_page.PATH: claims_page.page(),
        glossary.PATH: glossary.page(stored | {which_form.LESSON: last}),
    }


def fill(solution, name):
    """A copy with answer cells and questions written from the lesson's exercises, and without outputs."""
    notebook = copy.deepcopy(solution)
    by_name = {exercise.name: exercise for exercise in exercises.of_lesson(name)}
    questions = {question.name: question for question in exercises.questions_of_lesson(name)}
    written = {each.name: each for each in exercises.written_of_lesson(name)}
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for answered in sources.defined_names(cell.source) & set(by_name):
                cell.source = sources.answer_source(by_name[answered])
            calls = sources.choices(cell.source)
            asked = [questions[name] for function, name in calls if function == "answer" and name in questions]
            for question in asked:
                cell.source = sources.with_choice(cell.source, f'"{question.correct}"', question.name)
            if asked:
                text = sources.questions_markdown(asked)
                _write_above(cells, text, "**Question.**", f"question-{asked[0].name}")
            cell.outputs, cell.execution_count = [], None
        for asked in written:
            if cell.source.startswith(written_cells.MARKER.format(asked)):
                text = written_cells.question_cell(written[asked])
                _write_above(cells, text, written_cells.ASKS.format(asked), f"written-{asked}")
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA})
        cells.append(cell)
    notebook.cells, notebook.metadata = with_signposts(cells, name), nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    title, lesson = notebook.cells[0], cut(notebook, exercise_names(name))
    title.source = with_minutes(title.source, minutes(lesson.cells, name))
    return notebook


def cut(solution, names):
    """The lesson of a solution, as `cut_for` cuts it for the repository in pyproject.toml."""
    return cut_for(repository.published(), solution, names)


def cut_for(where, solution, names):
    """The lesson of a solution: answers become stubs, choices None, outputs go; what gives them away is folded.

    Args:
        where: the course's Repository; None adds no cell for Colab.
        solution: a notebook; it is not changed.
        names: the lesson's exercises.
    """
    lesson = copy.deepcopy(solution)
    for above, cell in itertools.pairwise([None, *lesson.cells]):
        if cell.cell_type == "code":
            cell.source = sources.with_choice(sources.stub_source(cell.source, names), "None")
            cell.outputs, cell.execution_count = [], None
        elif above and above.source.startswith(written_cells.ASKS.split("`")[0]):
            cell.source = written_cells.answer_cell(above.source.split("`")[1])
    fold_results(lesson.cells)
    if where:
        lesson.cells.insert(1, where.first_cell())  # below the title
    return lesson


def executed(notebook, name):
    """Run every cell in a fresh kernel, in the solutions folder.

    Raises:
        BuildError: a cell fails.
    """
    forked_kernels.install()
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(SOLUTIONS)}},
        extra_arguments=list(KERNEL_ARGUMENTS),
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            client.execute(env=environment(folder, notebook.cells))
    except CellExecutionError as error:
        raise BuildError(f"solutions/{name}.ipynb: a cell failed, so nothing was written.\n{error}") from None
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _merged(cell.outputs)
    return notebook


def keep_outputs(fresh, stored):
    """Keep stored outputs where the new ones add nothing: outputs that are not compared, and equal images.

    Args:
        fresh: the notebook that has just been run; changed in place.
        stored: the same notebook as stored.
    """
    before = {cell.id: cell for cell in stored.cells if cell.cell_type == "code" and "id" in cell}
    for cell in fresh.cells:
        old = before.get(cell.get("id"))
        if old is None or old.source != cell.source or not old.outputs:
            continue
        if IGNORED in cell.metadata.get("tags", []):
            cell.outputs = copy.deepcopy(old.outputs)
        for output, old_output in zip(cell.outputs, old.outputs, strict=False):
            if output.get("evalue") == old_output.get("evalue") is not None:  # another Keras has other lines in between
                output.traceback = old_output.traceback
            png, old_png = (o.get("data", {}).get("image/png") for o in (output, old_output))
            if png and old_png and difference(old_png, png) is None:
                output.data["image/png"] = old_png


def read_notebook(path):
    """The notebook at `path`.

    Raises:
        BuildError: it is missing or damaged.
    """
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        hint = "" if SOLUTIONS.is_dir() else " Run this command in the project's own folder."
        raise BuildError(f"{path} does not exist.{hint}") from None
    except Exception as error:
        raise BuildError(f"{path} cannot be read as a notebook: {type(error).__name__}.") from error


def write_if_changed(content, path):
    """Write a notebook, or a text, unless the file already holds it. Return whether it was written."""
    text = content if isinstance(content, str) else as_text(content)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def as_text(notebook):
    """The text of the notebook's file. Raises an error if the notebook is not valid."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _chosen(names):
    known = exercises.lessons()
    for name in names or ():
        exercises.of_lesson(name)  # an unknown name raises before anything is written
    return names or known


def exercise_names(name):
    """Names of a lesson's exercises, in order."""
    return tuple(exercise.name for exercise in exercises.of_lesson(name))


def _write_above(cells, text, begins, name):
    """Put a text into the text cell just above if it begins like one of its kind, or into a new one with this id."""
    if cells and cells[-1].cell_type == "markdown" and cells[-1].source.startswith(begins):
        cells[-1].source = text
    else:
        cells.append(nbformat.v4.new_markdown_cell(text, id=name.replace("_", "-")))


def _merged(outputs):
    """Adjacent chunks of one stream merged into one output, since how a kernel cuts them varies; tracebacks plain."""
    merged = []
    for output in outputs:
        if output.output_type == "error":
            output.traceback = [_plain(part) for part in output.traceback]
        if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def _plain(traceback):
    for unwanted in NOT_STORED:
        traceback = unwanted.sub("", traceback)
    return traceback


def _differences(path, fresh):
    if isinstance(fresh, str):
        return [] if path.read_text(encoding="utf-8") == fresh else [f"{path}: would change."]
    stored = read_notebook(path)
    if len(stored.cells) != len(fresh.cells):
        return [f"{path}: has {count(len(stored.cells), 'cell')}, a build gives {len(fresh.cells)}."]
    if stored.metadata != fresh.metadata:
        return [f"{path}: the notebook's metadata would change."]
    findings = []
    for number, (old, new) in enumerate(zip(stored.cells, fresh.cells, strict=True), 1):
        for what in ("cell_type", "id", "source", "metadata", "execution_count"):
            if old.get(what) != new.get(what):
                findings.append(f"{path}, cell {number}: its {what} would change.")
        if _compared(old) != _compared(new):
            findings.append(f"{path}, cell {number}: its output would change.")
    return findings


def _compared(cell):
    """A cell's outputs without the bytes of images."""
    outputs = copy.deepcopy(cell.get("outputs", []))
    for output in outputs:
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = ""
    return outputs
