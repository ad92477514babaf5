"""Rules for a solution's stored outputs: complete, free of errors, described in words, and repeatable."""

import copy
import itertools
import re
from doctest import DocTestParser

from ..notebook_view import IGNORED, RAISES, pictures, tags, texts
from ..pixels import is_blank
from ..unspoiled import GUESS, fold_results

LONG_NUMBER = re.compile(r"\d\.\d{7,}")
FOLDED = re.compile(r"(?s)<details>.*?</details>")
MARKUP = re.compile(r"(?s)<(style|script)\b.*?</\1>|<[^<>]+>")
VOLATILE = {
    "an object's address": re.compile(r"\b0x[0-9a-f]{6,16}\b"),
    "a timing": re.compile(
        r"\b(?:CPU times|Wall time)\b|\d(?:[nuµμm]?s)/step|\d\s*(?:[nuµμm]s|sec|seconds)\b|\d\.\d+\s*s\b"
    ),
    "a date": re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d"),
    "a progress bar": re.compile(r"\x08|\r(?!\n)"),
    "a negative zero (add 0.0 after rounding)": re.compile(r"(?<![\w.-])-0(?:\.0*)?(?:e[+-]0+)?(?![\w.])"),
}


def run_in_order(view):
    for expected, (number, cell) in enumerate(view.code, 1):
        if cell.execution_count is None:
            yield number, "was never run; restart the kernel and run all."
        elif cell.execution_count != expected:
            yield number, f"has the count [{cell.execution_count}], expected [{expected}]; restart and run all."


def no_errors(view):
    for number, cell in view.code:
        raised = [output.ename for output in cell.outputs if output.output_type == "error"]
        if RAISES in tags(cell) and not raised:
            yield number, f"has the tag {RAISES}, but stores no error; run it again, or remove the tag."
        elif raised and RAISES not in tags(cell):
            yield number, f"stores the error {raised[0]}; fix it, or show it with lab.attempt(lambda: …)."


def no_stderr(view):
    for number, output in view.outputs:
        if output.get("name") == "stderr":
            yield number, "stores a warning or a log line (stderr); fix it, or show it with lab.attempt(lambda: …)."


def figures_are_pngs(view):
    for number, output in view.outputs:
        for kind, data in output.get("data", {}).items():
            if kind.startswith("image/") and (fault := picture_fault(kind, data)):
                yield number, f"stores {fault}; show the figure with lab.plots.show, and run all."


def picture_fault(kind, data):
    if kind != "image/png":
        return f"{kind}, which nothing compares"
    try:
        return "a blank figure" if is_blank(data) else None
    except ValueError:
        return "a figure that is not a PNG"


def figures_described(view):
    for number, output in view.outputs:
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "").strip()
            if not alt or output.data.get("text/plain") != f"Figure: {alt}":
                yield number, "stores a figure without alt text; show it with lab.plots.show(figure, alt=…)."


def html_pictures_described(view):
    for number, output in view.outputs:
        if any(not (picture.get("alt") or "").strip() for picture in pictures(output)):
            yield number, "stores HTML with a picture without alt text; give each <img> an alt that says what it shows."


def repeatable(view):
    for number, text in compared_text(view):
        for what, pattern in VOLATILE.items():
            if found := pattern.search(text):
                yield number, f"prints {what}, {found[0]!r}; the next run prints another value. Leave it out."


def few_decimals(view):
    for number, text in compared_text(view):
        if found := LONG_NUMBER.search(text):
            yield (
                number,
                f"prints more than 6 decimals, …{found[0]}; another processor prints other digits. Round it.",
            )


def compared_text(view):
    """(cell, text) of the output that is compared and seen: HTML without its tags, styles and scripts."""
    for number, cell in view.code:
        for output in () if IGNORED in tags(cell) else cell.outputs:
            for kind, text in texts(output):
                yield number, MARKUP.sub(" ", text) if kind == "text/html" else text


def results_unspoiled(view):
    cells = copy.deepcopy(view.notebook.cells)
    fold_results(cells)
    for name, place, value in _measured(view):
        for number, cell in enumerate(cells[:place], 1):
            if GUESS in cell.source and f'"{name}"' in cell.source:
                predicted = number
        following = itertools.takewhile(lambda cell: not _begins_anew(cell), cells[place:])
        for number, cell in enumerate([*cells[predicted:place], *following], predicted + 1):
            visible = FOLDED.sub("", cell.source) if cell.cell_type == "markdown" else ""
            if re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.]*\w)", visible):
                yield number, f"shows {value}, the result of {name}, to those who have yet to guess; fold or move it."


def prompts_unspoiled(view):
    for name, place, value in _measured(view, r"\d"):
        following = itertools.takewhile(lambda cell: GUESS not in cell.source, view.notebook.cells[place:])
        for number, cell in enumerate(following, place + 1):
            wanted = DocTestParser().get_examples(cell.source) if cell.cell_type == "code" else ()
            if any(_numbers(example.want) == _numbers(value) for example in wanted):
                yield number, f"its worked example gives {value}, the result of {name}; choose other numbers."


def _numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", "", text))]


def _measured(view, kind=r"\d.*\d"):
    """(name of a prediction, number of the cell that reveals it, the number measured), but for single digits."""
    for number, call in view.calls("lab.reveal"):
        for output in view.notebook.cells[number - 1].get("outputs", []):
            found = re.search(r"(?m)measured (.*)\.$", output.get("data", {}).get("text/plain", ""))
            if found and re.search(kind, found[1]):
                yield call.args[0].value, number, found[1]


def _begins_anew(cell):
    """Does another subject begin here: a heading, a question, a prediction?"""
    return cell.source.startswith(("#", "**Question.**")) or GUESS in cell.source


RULES = (
    run_in_order,
    no_errors,
    no_stderr,
    figures_are_pngs,
    figures_described,
    html_pictures_described,
    repeatable,
    few_decimals,
    results_unspoiled,
    prompts_unspoiled,
)
