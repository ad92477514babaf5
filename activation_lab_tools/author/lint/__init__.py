"""What is wrong with a stored notebook, a sentence each.

A guard is a small function from a page to (number of the cell, or None for the whole notebook; what to do about it).
"""

import ast
import re
from pathlib import Path

import nbformat

from activation_lab import exercises

from . import outputs, structure, with_keras
from .build import cut, exercise_names
from .page import IGNORED, Page, tags, texts

IGNORED_BUDGET = 2  # a cell that is not compared proves nothing
ALLOWED_TAGS = {IGNORED, "hide-input"}
FORBIDDEN_CALLS = ("input", "breakpoint", "get_ipython", "clear_output", "display.clear_output", "os.system")

REASON = re.compile(r"# Output not compared: \S")
MARKER = re.compile(r"#\s*(?:NBVAL|PYTEST_VALIDATE)_", re.IGNORECASE)
ABSOLUTE_PATH = re.compile(
    r"(?:file://|(?<![\w.:/~-]))/(?:home|root|tmp|var|usr|opt|mnt|private|Users|Volumes)/[\w.-]+"
    r"|(?<!\w)[A-Za-z]:(?:\\+|/)(?:Users|Windows|Program|Temp)\b"
)


def check_solution(path) -> list[str]:
    """What is wrong with the solution at `path`; nothing where the list is empty."""
    return findings_of_file(Path(path), SOLUTION)


def check_lesson(path, solution_path) -> list[str]:
    """What is wrong with the lesson at `path`, whose solution is at `solution_path`."""
    solution, names = nbformat.read(solution_path, as_version=4), exercise_names(Path(path).stem)
    return findings_of_file(Path(path), LESSON, expected=cut(solution, names))


def findings_of_file(path, guards, expected=None):
    name = f"{path.parent.name}/{path.name}"
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # a damaged file fails in many ways, and each is a finding
        return [f"{name}: is no valid notebook ({type(error).__name__}); restore it, or build it again."]
    questions = tuple(question.name for question in exercises.questions_of_lesson(path.stem))
    return findings(Page(notebook, name, exercise_names(path.stem), questions, expected), guards)


def findings(page: Page, guards) -> list[str]:
    """What `guards` find on `page`, with the file and the cell."""
    return [
        f"{page.name}, {'notebook' if number is None else f'cell {number}'}: {sentence}"
        for guard in guards
        for number, sentence in guard(page)
    ]


# Guards of every notebook.


def only_code_and_text(page):
    for number, cell in page.cells:
        if cell.cell_type not in ("code", "markdown"):
            yield number, f"is a {cell.cell_type} cell; make it code or Markdown."
        elif not cell.source.strip():
            yield number, "is empty; delete it."


def plain_python(page):
    for number, _ in page.code:
        if number not in page.trees:
            yield number, "is not plain Python; write it without magics (%), shell commands (!) and help (?)."


def runs_unattended(page):
    for number, call in page.calls(*FORBIDDEN_CALLS):
        yield number, f"calls {ast.unparse(call.func)}, which cannot run unattended or be compared; do without."


def no_comment_markers(page):
    for number, cell in page.code:
        if MARKER.search(cell.source):
            yield number, f"holds a comment that nbval obeys; use the tag {IGNORED} and state the reason."


def allowed_tags(page):
    for number, cell in page.cells:
        for tag in sorted(set(tags(cell)) - ALLOWED_TAGS):
            yield number, f"has the tag {tag!r}; expected none but {', '.join(sorted(ALLOWED_TAGS))}."


def ignored_for_a_reason(page):
    for number, cell in page.code:
        stated = bool(REASON.match(cell.source))
        if IGNORED in tags(cell) and not stated:
            yield number, "is not compared; say why in its first line: # Output not compared: <reason>."
        elif stated and IGNORED not in tags(cell):
            yield number, f"says that it is not compared, but lacks the tag {IGNORED}; add it."


def few_are_ignored(page):
    ignored = sum(IGNORED in tags(cell) for _, cell in page.code)
    if ignored > IGNORED_BUDGET:
        yield None, f"{ignored} cells are not compared; expected at most {IGNORED_BUDGET}. Print what repeats."


def minimal_notebook_metadata(page):
    known = page.notebook.metadata
    extra = set(known) - {"kernelspec", "language_info"}
    named = known.get("kernelspec", {}).get("name") == "python3" and known.get("language_info") == {"name": "python"}
    if extra or not named:
        yield None, "metadata must be kernelspec python3 and language_info {'name': 'python'}; build it again."


def minimal_cell_metadata(page):
    for number, cell in page.cells:
        jupyter = set(cell.metadata.get("jupyter", {})) - {"source_hidden"}
        extra = sorted((set(cell.metadata) - {"tags", "jupyter"}) | {f"jupyter.{key}" for key in jupyter})
        if extra:
            yield number, f"has the metadata {', '.join(extra)}; expected only tags and jupyter.source_hidden."


def no_absolute_paths(page):
    stored = [(number, cell.source) for number, cell in page.cells]
    stored += [(number, text) for number, output in page.outputs for _, text in texts(output)]
    for number, text in stored:
        if found := ABSOLUTE_PATH.search(text):
            yield number, f"names a place on one machine, {found[0]!r}; write a relative path."


# Guards of a lesson.


def untouched(page):
    for number, cell in page.code:
        if cell.outputs or cell.execution_count is not None:
            yield number, "stores an output or a count; a reader predicts before running. Build the lesson again."


def cut_from_its_solution(page):
    advice = "edit the solution, then run `activation-lab build`."
    for (number, cell), expected in zip(page.cells, page.cut.cells, strict=False):
        if cell != expected:
            yield number, f"is not what the build cuts from the solution; {advice}"
            return
    if len(page.cells) != len(page.cut.cells):
        yield None, f"{len(page.cells)} cells, expected {len(page.cut.cells)} as in the solution; {advice}"
    elif page.notebook != page.cut:
        yield None, f"metadata or format differ from the solution's; {advice}"


def unanswered(page):
    for number, call in page.calls("lab.predict", "lab.answer"):
        if [ast.unparse(argument) for argument in call.args[1:]] != ["None"] or call.keywords:
            yield number, f"gives an answer away; expected {ast.unparse(call.func)}(…, None)."


SHARED = (
    only_code_and_text,
    plain_python,
    runs_unattended,
    no_comment_markers,
    allowed_tags,
    ignored_for_a_reason,
    few_are_ignored,
    minimal_notebook_metadata,
    minimal_cell_metadata,
    no_absolute_paths,
    *structure.GUARDS,
    *with_keras.GUARDS,
)
SOLUTION = (*SHARED, *outputs.GUARDS)
LESSON = (*SHARED, untouched, cut_from_its_solution, unanswered)
