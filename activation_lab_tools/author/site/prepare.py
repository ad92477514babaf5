"""Write what Sphinx reads: the pages of site/, and pages made from the notebooks, the README and the claims."""

import importlib.util
import shutil
from pathlib import Path

import nbformat

from activation_lab import exercises
from activation_lab.figures import explorer

from ...errors import UserError
from .. import build, glossary, repository
from . import claims_pages, lesson_pages, markdown_links

SITE = Path("site")
README, TESTS = Path("README.md"), Path("tests/lab/test_claims.py")
WHOLE = {"changelog.md": Path("CHANGELOG.md"), "contributing.md": Path("CONTRIBUTING.md")}  # pages as they are
STILL = "This is a still picture; with JavaScript, sliders move it."
PARTS = {  # sections of README.md that pages of site/ include
    "lessons": "The lessons",
    "exercise": "How an exercise works",
    "licenses": "Licenses",
}


def prepare(source):
    """Write everything into the folder `source`, which is deleted first.

    Raises:
        UserError: the current folder is not the project's own, or a section of the README is missing.
    """
    if not (SITE / "conf.py").exists():
        raise UserError(f"There is no {SITE / 'conf.py'}. Run this command in the project's own folder.")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(SITE, source)
    (source / "downloads").mkdir()
    copied_by_lessons = write_lessons(source)
    copied = copied_by_lessons | write_texts(source)
    for path in {str(TESTS), *copied}:
        shutil.copy(path, source / "downloads")
    shutil.copy(mathjax(), source / "_static")


def write_lessons(source):
    """Write a page for each lesson, and its notebook without answers as a download.

    Returns:
        The files that the pages offer to download.
    """
    where, copied = repository.published(), set()
    for name in exercises.lessons():
        solution, lesson = (
            build.read_notebook(folder / f"{name}.ipynb") for folder in (build.SOLUTIONS, build.LESSONS)
        )
        for cell in solution.cells:
            if cell.cell_type == "markdown":
                cell.source = markdown_links.for_site(cell.source, copied, build.SOLUTIONS.name)
        nbformat.write(lesson_pages.page(solution, lesson, name, where), source / f"{name}.ipynb")
        shutil.copy(build.LESSONS / f"{name}.ipynb", source / "downloads")
    return copied


def write_texts(source):
    """Write the pages of Markdown, and the parts of the README that they include.

    Returns:
        The files that they offer to download.
    """
    readme, copied = README.read_text(encoding="utf-8"), set()
    texts = {
        "claims.md": claims_pages.page(),
        "claims_tests.md": claims_pages.tests_page(TESTS.read_text(encoding="utf-8")),
        "which_form_when.md": build.WHICH_FORM.read_text(encoding="utf-8"),
        "glossary.md": glossary.PATH.read_text(encoding="utf-8"),
    }
    for name, path in WHOLE.items():
        texts[name] = markdown_links.for_site(path.read_text(encoding="utf-8"), copied)
    for path in SITE.glob("*.md"):
        texts[path.name] = markdown_links.for_site(path.read_text(encoding="utf-8"), copied, SITE.name)
    for name, title in PARTS.items():
        texts[f"parts/{name}.md"] = markdown_links.for_site(markdown_links.section(readme, title), copied)
    texts["parts/explorer.html"] = one_neuron()
    (source / "parts").mkdir()
    for name, text in texts.items():
        (source / name).write_text(text, encoding="utf-8")
    return copied


def one_neuron():
    """The HTML of one neuron to play with, as in a notebook, but without the advice to run the cell."""
    page = explorer.one_neuron("swish", backward=False)._repr_html_()
    if explorer.HOW not in page:
        raise UserError(f"The explorer no longer says {explorer.HOW!r}; change one_neuron in site/prepare.py as well.")
    return page.replace(explorer.HOW, STILL)


def mathjax():
    """The path of MathJax in one file. The package's own Sphinx extension would copy ten times as much."""
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    return Path(package.origin).parent / "static" / "mathjax" / "tex-svg.js"
