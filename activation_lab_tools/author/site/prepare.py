"""Write what Sphinx reads: the pages of site/, and pages made from the notebooks, the README and the claims."""

import importlib.util
import shutil
from pathlib import Path

import nbformat

from activation_lab import exercises
from activation_lab.figures import explorer

from ...errors import UserError
from .. import address, build
from . import claims, lessons, links

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
    """Write all of it into the folder `source`, which is made anew.

    Raises:
        UserError: the command runs elsewhere than in the project's own folder, or a part is not there.
    """
    if not (SITE / "conf.py").exists():
        raise UserError(f"There is no {SITE / 'conf.py'}. Run this command in the project's own folder.")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(SITE, source)
    (source / "downloads").mkdir()
    write_lessons(source)
    copied = write_texts(source)
    for path in {str(TESTS), *copied}:
        shutil.copy(path, source / "downloads")
    shutil.copy(mathjax(), source / "_static")


def write_lessons(source):
    """A page for each lesson, and the notebook without answers to download."""
    where = address.published()
    for name in exercises.lessons():
        solution, lesson = (build.read(folder / f"{name}.ipynb") for folder in (build.SOLUTIONS, build.LESSONS))
        nbformat.write(lessons.page(solution, lesson, name, where), source / f"{name}.ipynb")
        shutil.copy(build.LESSONS / f"{name}.ipynb", source / "downloads")


def write_texts(source):
    """Write the pages of Markdown, and the parts of the README that they include.

    Returns:
        The files that they offer to download.
    """
    readme, copied = README.read_text(encoding="utf-8"), set()
    texts = {
        "claims.md": claims.page(),
        "claims_tests.md": claims.tests_page(TESTS.read_text(encoding="utf-8")),
        "which_form_when.md": build.WHICH_FORM.read_text(encoding="utf-8"),
    }
    for name, path in WHOLE.items():
        texts[name] = links.for_site(path.read_text(encoding="utf-8"), copied)
    for path in SITE.glob("*.md"):
        texts[path.name] = links.for_site(path.read_text(encoding="utf-8"), copied, SITE.name)
    for name, title in PARTS.items():
        texts[f"parts/{name}.md"] = links.for_site(links.section(readme, title), copied)
    texts["parts/explorer.html"] = one_neuron()
    (source / "parts").mkdir()
    for name, text in texts.items():
        (source / name).write_text(text, encoding="utf-8")
    return copied


def one_neuron():
    """One neuron to play with, as a notebook would show it, but that its still picture speaks of no cell to run."""
    page = explorer.one_neuron("swish", backward=False)._repr_html_()
    if explorer.HOW not in page:
        raise UserError(f"The explorer no longer says {explorer.HOW!r}; change one_neuron in site/prepare.py as well.")
    return page.replace(explorer.HOW, STILL)


def mathjax():
    """MathJax in one file, out of its package, which would copy ten times as much."""
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    return Path(package.origin).parent / "static" / "mathjax" / "tex-svg.js"
