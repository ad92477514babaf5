"""Rules for every notebook: plain, portable, and nothing excluded from comparison without a reason."""

import ast
import re

from ..notebook_view import IGNORED, RAISES, tags, texts

IGNORED_BUDGET = 2  # a cell that is not compared proves nothing
ALLOWED_TAGS = {IGNORED, RAISES, "hide-input"}
FORBIDDEN_CALLS = ("input", "breakpoint", "get_ipython", "clear_output", "display.clear_output", "os.system")

REASON = re.compile(r"# Output not compared: \S")
MARKER = re.compile(r"#\s*(?:NBVAL|PYTEST_VALIDATE)_", re.IGNORECASE)
ABSOLUTE_PATH = re.compile(
    r"(?:file://|(?<![\w.:/~-]))/(?:home|root|tmp|var|usr|opt|mnt|private|Users|Volumes)/[\w.-]+"
    r"|(?<!\w)[A-Za-z]:(?:\\+|/)(?:Users|Windows|Program|Temp)\b"
)


def only_code_and_text(view):
    for number, cell in view.cells:
        if cell.cell_type not in ("code", "markdown"):
            yield number, f"is a {cell.cell_type} cell; make it code or Markdown."
        elif not cell.source.strip():
            yield number, "is empty; delete it."


def plain_python(view):
    for number, _ in view.code:
        if number not in view.trees:
            yield number, "is not plain Python; write it without magics (%), shell commands (!) and help (?)."


def runs_unattended(view):
    for number, call in view.calls(*FORBIDDEN_CALLS):
        yield number, f"calls {ast.unparse(call.func)}, which cannot run unattended or be compared; remove the call."


def no_comment_markers(view):
    for number, cell in view.code:
        if MARKER.search(cell.source):
            yield number, f"contains a comment that nbval obeys; use the tag {IGNORED} and state the reason."


def allowed_tags(view):
    for number, cell in view.cells:
        for tag in sorted(set(tags(cell)) - ALLOWED_TAGS):
            yield number, f"has the tag {tag!r}; expected only {', '.join(sorted(ALLOWED_TAGS))}."


def ignored_for_a_reason(view):
    for number, cell in view.code:
        stated = bool(REASON.match(cell.source))
        if IGNORED in tags(cell) and not stated:
            yield number, "is not compared; say why in its first line: # Output not compared: <reason>."
        elif stated and IGNORED not in tags(cell):
            yield number, f"says that it is not compared, but lacks the tag {IGNORED}; add the tag."


def few_are_ignored(view):
    ignored = sum(IGNORED in tags(cell) for _, cell in view.code)
    if ignored > IGNORED_BUDGET:
        yield None, f"{ignored} cells are not compared; expected at most {IGNORED_BUDGET}. Print what is repeatable."


def minimal_notebook_metadata(view):
    known = view.notebook.metadata
    extra = set(known) - {"kernelspec", "language_info"}
    named = known.get("kernelspec", {}).get("name") == "python3" and known.get("language_info") == {"name": "python"}
    if extra or not named:
        yield None, "metadata must be kernelspec python3 and language_info {'name': 'python'}; build it again."


def minimal_cell_metadata(view):
    for number, cell in view.cells:
        jupyter = set(cell.metadata.get("jupyter", {})) - {"source_hidden"}
        extra = sorted((set(cell.metadata) - {"tags", "jupyter"}) | {f"jupyter.{key}" for key in jupyter})
        if extra:
            yield number, f"has the metadata {', '.join(extra)}; expected only tags and jupyter.source_hidden."


def no_absolute_paths(view):
    stored = [(number, cell.source) for number, cell in view.cells]
    stored += [(number, text) for number, output in view.outputs for _, text in texts(output)]
    for number, text in stored:
        if found := ABSOLUTE_PATH.search(text):
            yield number, f"names a path that exists on one machine only, {found[0]!r}; write a relative path."


RULES = (
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
)
