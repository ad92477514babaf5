"""Are the site's pages made correctly from the notebooks, the README and the claims?"""

import importlib
import inspect
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from activation_lab import exercises
from activation_lab.claims import CLAIMS
from activation_lab.figures import explorer
from activation_lab_tools.author import signposts
from activation_lab_tools.author.claims_page import plain
from activation_lab_tools.author.repository import Repository
from activation_lab_tools.author.site import check_site, claims_pages, lesson_pages, markdown_links, prepare
from activation_lab_tools.errors import UserError

ROOT = Path(__file__).parents[2]
each_of = pytest.mark.parametrize
each_lesson = each_of("name", exercises.lessons())


def stored(folder, name):
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def page_of(name, where=None):
    return lesson_pages.page(stored("solutions", name), stored("lessons", name), name, where)


def split(page):
    """(cells outside the folds, cells inside), without the folds' own cells."""
    outside, inside, depth = [], [], 0
    for cell in page.cells:
        if cell.source.startswith('<details class="fold">'):
            depth += 1
        elif cell.source == "</details>" and depth:
            depth -= 1
        else:
            (inside if depth else outside).append(cell)
        assert depth in (0, 1)
    assert depth == 0
    return outside, inside


def said(cells):
    """The text of the cells' outputs, without empty ones."""
    said = [output.get("data", {}).get("text/plain") for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(filter(None, said))


# --- a lesson ---


@each_lesson
def test_nothing_is_given_away(name):
    """Do the cells outside the folds contain only the lesson's sources, and no result, answer or verdict?"""
    unsolved = {cell.source for cell in stored("lessons", name).cells}
    outside, inside = split(page_of(name))
    assert {cell.source for cell in outside if cell.cell_type == "code"} <= unsolved
    assert not re.search(r"Measured |You predict|: right \(|^. [SM]\d?\.\d+: ", said(outside), re.MULTILINE)
    assert re.search(r"Measured |: right \(", said(inside))


@each_lesson
def test_nothing_is_lost(name):
    """Does the page contain everything in the solution except the guesses, in the same order?"""
    solution, page = stored("solutions", name), page_of(name)
    solution.cells = [cell for cell in solution.cells if cell.id not in (signposts.POINTS, signposts.NEXT)]
    solution.cells[0].source = signposts.without_line(solution.cells[0].source)
    sources = [cell.source for cell in page.cells if "remove-input" not in cell.metadata.get("tags", [])]
    for cell in solution.cells:
        if "lab.predict(" not in cell.source or cell.cell_type == "markdown":
            for paragraph in cell.source.split("\n\n") if cell.cell_type == "markdown" else [cell.source]:
                while paragraph not in sources[0]:
                    del sources[0]
    guessed = [cell for cell in solution.cells if not cell.source.startswith("lab.predict(")]
    assert said(page.cells) == lesson_pages.GUESS.sub("→ Measured ", said(guessed))


@each_lesson
def test_every_code_cell_has_an_address(name):
    """Is there a Sphinx label before each of the lesson's code cells?"""
    page = page_of(name)
    labels = {cell.source for cell in page.cells if re.fullmatch(r"\(lesson-\d\d-[\w-]+\)=", cell.source)}
    shown = {cell.id for cell in stored("solutions", name).cells if cell.cell_type == "code"}
    decisive = {claim.decided_by for claim in CLAIMS if claim.lesson == name}
    assert {f"({lesson_pages.anchor(name, cell)})=" for cell in decisive} <= labels
    assert labels <= {f"({lesson_pages.anchor(name, cell)})=" for cell in shown}


def test_page_says_how_to_run_it():
    """Does it link to the notebook without answers, and to Colab if the course is published?"""
    alone, published = (page_of("01_dense_forward", where).cells[1].source for where in (None, Repository("a", "b")))
    assert "(path:downloads/01_dense_forward.ipynb)" in alone and "Colab" not in alone
    assert "(https://colab.research.google.com/github/a/b/blob/main/lessons/01_dense_forward.ipynb)" in published


def small(*cells):
    """The page of a solution with these cells, each (type, source)."""
    made = {"md": v4.new_markdown_cell, "code": v4.new_code_cell}
    solution = v4.new_notebook(cells=[v4.new_markdown_cell("# 1 · T"), *(made[kind](source) for kind, source in cells)])
    for cell in solution.cells[1:]:
        if cell.cell_type == "code":
            cell.outputs = [v4.new_output("stream", text="seen")]
    return lesson_pages.page(solution, solution, "01_t")


REVEAL = ("code", 'lab.reveal("a", 1)')
PREDICT = ("code", 'lab.predict("b", None)')


@each_of(
    "following, folded",
    [
        ([("md", "One.\n\nAnd now?")], ["One."]),
        ([("md", "One.")], ["One."]),
        ([("md", "## Next\n\nOne.")], []),
        ([("md", "**Question.** One?")], []),
        ([("code", "figure()"), ("md", "**What to see.** One.")], ["figure()", "**What to see.** One."]),
        ([("md", "How many?"), PREDICT], []),
        ([("md", "One.\n\nHow many?"), PREDICT], ["One."]),
        ([], []),
    ],
)
def test_what_comes_with_a_result(following, folded):
    """Is exactly the first paragraph about a result folded with it, and no question?"""
    _, inside = split(small(REVEAL, *following))
    assert [cell.source for cell in inside] == [REVEAL[1], *folded]
    assert inside[0].metadata["tags"] == ["remove-input"]


def test_what_stands_between_a_guess_and_its_result():
    """Are a cell's outputs there folded, with the sentence below them, but not its source?"""
    between = [("code", "figure()"), ("md", "**What to see.** One."), ("md", "Two.")]
    after = [("code", 'lab.reveal("b", 1)'), ("md", "Three."), ("code", "figure()")]
    outside, inside = split(small(PREDICT, *between, *after))
    assert [cell.source for cell in inside] == ["figure()", between[1][1], after[0][1], "Three."]
    assert [cell.source for cell in outside if cell.source in ("figure()", "Two.")] == ["figure()", "Two.", "figure()"]
    assert [bool(cell.outputs) for cell in outside if cell.source == "figure()"] == [False, True]


def test_solution_stays_as_it_is():
    """Does `page` leave its arguments unchanged?"""
    solution, lesson = stored("solutions", "04_two_forms_by_hand"), stored("lessons", "04_two_forms_by_hand")
    before = nbformat.writes(solution), nbformat.writes(lesson)
    lesson_pages.page(solution, lesson, "04_two_forms_by_hand")
    assert (nbformat.writes(solution), nbformat.writes(lesson)) == before


@each_of("kind", ["code", "markdown"])
def test_a_stale_lesson(kind):
    """Does a lesson that lacks a cell of its solution get a clear error?"""
    solution, lesson = stored("solutions", "01_dense_forward"), stored("lessons", "01_dense_forward")
    last = max(place for place, cell in enumerate(lesson.cells) if cell.cell_type == kind)
    gone = lesson.cells.pop(last).id
    with pytest.raises(UserError, match=rf"lessons/01_dense_forward\.ipynb differs.* no cell '{gone}'. Run make build"):
        lesson_pages.page(solution, lesson, "01_dense_forward")


def figure(alt=None):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    return v4.new_output("display_data", {"image/png": "AAAA"}, metadata=metadata)


def test_figure_has_its_words():
    """Is a figure's alt text where myst-nb looks for it?"""
    (cell,) = lesson_pages.shown(v4.new_code_cell("", outputs=[figure("A curve that bends.")]))
    assert cell.metadata["mystnb"] == {"image": {"alt": "A curve that bends."}}


@each_of("outputs", [[figure()], [figure("One."), figure("Two.")]], ids=["no words", "two figures"])
def test_figure_without_words_is_refused(outputs):
    """Does a figure without its own alt text get an error that says what to do?"""
    with pytest.raises(UserError, match=r"expected one figure and its text.*lab\.plots\.show\(figure, alt="):
        lesson_pages.shown(v4.new_code_cell("", outputs=outputs))


# --- texts of the repository ---

README = """\
# T

## Start

Run it.

```
## no heading
```

## Licenses

MIT
"""


def test_section():
    """Is a section taken whole, code with something like a heading included, and nothing of the next?"""
    assert markdown_links.section(README, "Start") == "Run it.\n\n```\n## no heading\n```\n"
    assert markdown_links.section(README, "Licenses") == "MIT\n"


def test_missing_section():
    """Does the error name the section, those that are there, and what to do?"""
    with pytest.raises(UserError, match=r"“## End”.*it has Start, Licenses\. Rename the section, or"):
        markdown_links.section(README, "End")


@each_of("title", prepare.PARTS.values())
def test_readme_has_what_the_pages_include(title):
    """Does README.md have each section that the site includes?"""
    assert len(markdown_links.section((ROOT / "README.md").read_text(encoding="utf-8"), title)) > 50


@each_of(
    "markdown, expected, copied",
    [
        ("[l](lessons/01_a.ipynb)", "[l](01_a.ipynb)", set()),
        ("[l](solutions/01_a.ipynb#x)", "[l](01_a.ipynb#x)", set()),
        ("[l](lessons/which_form_when.md)", "[l](which_form_when.md)", set()),
        (
            "[l](LICENSE), [m](a/b.txt)",
            "[l](path:downloads/LICENSE), [m](path:downloads/b.txt)",
            {"LICENSE", "a/b.txt"},
        ),
        (
            "[l][1]\n\n[1]: lessons/01_a.ipynb\n[2]: LICENSE",
            "[l][1]\n\n[1]: 01_a.ipynb\n[2]: path:downloads/LICENSE",
            {"LICENSE"},
        ),
        ("[l](site/start.md#x), [m](site/_static/a.png)", "[l](start.md#x), [m](_static/a.png)", set()),
        ("[l](https://a.org/b.ipynb), [m](#x)", "[l](https://a.org/b.ipynb), [m](#x)", set()),
        ("[![words](https://a.org/b.svg)](https://a.org)", "[words](https://a.org)", set()),
    ],
)
def test_links_lead_into_the_site(markdown, expected, copied):
    """Does a link to a file lead to its page or a download, and is no image loaded from another machine?"""
    found = set()
    assert markdown_links.for_site(markdown, found) == expected
    assert found == copied


@each_of(
    "markdown, expected",
    [
        ("[l](help.md#x)", "[l](help.md#x)"),
        ("[l](../README.md)", "[l](index.md)"),
        ("[l](../lessons/claims.md)", "[l](claims.md)"),
        ("[l](../lessons/01_a.ipynb)", "[l](01_a.ipynb)"),
        ("[l](api/checking.rst)", "[l](api/checking.rst)"),
        ("![l](_static/a.png)", "![l](_static/a.png)"),
    ],
)
def test_links_of_the_sites_own_pages(markdown, expected):
    """Does a link that works in the folder site/ work on the site?"""
    assert markdown_links.for_site(markdown, set(), "site") == expected


@each_of("path", sorted((ROOT / "site").glob("*.md")), ids=lambda path: path.name)
def test_the_sites_own_pages_can_be_read_in_the_repository(path):
    """Does every link lead to a file there?"""
    for link in re.findall(r"\]\(([^)\s#]+)", path.read_text(encoding="utf-8")):
        assert link.startswith("http") or (path.parent / link).exists(), link


def test_the_front_page_has_no_cell_to_run(monkeypatch):
    """Does the front page not mention a cell to run, and does a changed sentence in the explorer raise an error?"""
    page = prepare.one_neuron()
    assert prepare.STILL in page and "run this cell" not in page
    assert page.replace(prepare.STILL, explorer.HOW) == explorer.one_neuron("swish", backward=False)._repr_html_()
    monkeypatch.setattr(prepare.explorer, "HOW", "Another sentence.")
    monkeypatch.setattr(explorer.Explorer, "_repr_html_", lambda self: page)
    with pytest.raises(UserError, match="no longer says 'Another sentence.'"):
        prepare.one_neuron()


# --- claims ---


def test_every_claim_has_a_row():
    """Has each claim one row, with its address, its verdict, its number and a link to what decides it?"""
    rows = {row.split('id="')[1].split('"')[0]: row for row in claims_pages.page().splitlines() if "<span" in row}
    assert list(rows) == [claim.id for claim in CLAIMS]
    for claim in CLAIMS:
        row = rows[claim.id].replace("\\", "")
        assert row.count(" | ") == 2
        assert all(words in row for words in (claim.claim, claim.measured, claim.ruling))
        assert ("](#" in row) == bool(claim.decided_by)


def test_every_deciding_test_is_shown():
    """Is each test that decides a claim shown with its source, under the label to which the claims link?"""
    page = claims_pages.tests_page((ROOT / "tests/lab/test_claims.py").read_text(encoding="utf-8"))
    linked = set(re.findall(r"\[a test\]\(#([\w-]+)\)", claims_pages.page()))
    assert linked == set(re.findall(r"(?m)^\((.+)\)=$", page))
    assert linked == {name.replace("_", "-") for name in re.findall(r":pyobject: (\w+)", page)} and len(linked) > 10


def test_plain():
    """Does Markdown find nothing to mark up in what was measured?"""
    assert plain("a_b * [1] <c> $d$ `e`") == r"a\_b \* \[1\] \<c\> \$d\$ \`e\`"


# --- the built pages ---

WHOLE = """<html><body><h1 id="top">T</h1><a href="#top">up</a> <a href="b.html#deep">b</a> <a href="https://a.org">a</a>
<img src="x.png" alt="A curve that bends at zero."><img src="x.png" alt="" role="presentation"></body></html>"""


def built(folder, page):
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "b.html").write_text('<p id="deep">deep</p>', encoding="utf-8")
    (folder / "x.png").touch()
    return check_site.check_site(folder)


def test_whole_page(tmp_path):
    """Does a page without faults have no findings, and is everything counted?"""
    found = built(tmp_path, WHOLE)
    assert found.faults == [] and found.elsewhere == {"https://a.org"}
    assert (found.pages, found.links, found.figures) == (2, 5, 2)


@each_of(
    "planted, fault",
    [
        ('<a href="c.html">c</a>', "links to c.html, but there is no such file"),
        ('<a href="b.html#shallow">b</a>', "links to b.html#shallow, but that page has no such anchor"),
        ('<a href="#nowhere">n</a>', "links to #nowhere, but that page has no such anchor"),
        ('<script src="https://a.org/s.js"></script>', "loads https://a.org/s.js from another machine"),
        ('<img src="https://a.org/p.png" alt="A curve that bends.">', "loads https://a.org/p.png from another machine"),
        ('<img src="y.png" alt="A curve that bends.">', "links to y.png, but there is no such file"),
        ('<img src="x.png">', "the image x.png has no alt text"),
        ('<img src="x.png" alt="">', "has the alt text ''; expected a sentence"),
        ('<img src="x.png" alt="a nice figure x.png">', "expected a sentence"),
        ('<p id="top">', "two elements have the id 'top'"),
    ],
)
def test_planted_fault(planted, fault, tmp_path):
    """Is exactly the planted fault found?"""
    found = built(tmp_path, WHOLE.replace("</body>", f"{planted}</body>")).faults
    assert len(found) == 1 and found[0].startswith("a.html: ") and fault in found[0]


@each_of("source", ["", "a/zero", "a/b", "data:image/svg+xml;base64,AAAA/curve"])
def test_words_that_only_seem_to_name_a_file(source):
    """Is an alt text accepted if it happens to contain the end of the image's address?"""
    image = check_site.BeautifulSoup(f'<img src="{source}" alt="A curve that bends at zero.">', "html.parser").img
    assert check_site.without_words(image) == ""


# --- the package's pages ---

API = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "site" / "api").glob("*.rst")))
WHOLE_MODULES = set(re.findall(r"automodule:: ([\w.]+)\n(?!   :no-members:)", API))
NAMED = set(re.findall(r"auto(?:function|class|exception):: (\w+)", API))


MODULES = {  # what `import activation_lab as lab` gives, itself and its modules
    "activation_lab",
    "activation_lab.claims",
    "activation_lab.figures.diagrams",
    "activation_lab.figures.explorer",
    "activation_lab.figures.plots",
    "activation_lab.timing",
    "activation_lab.with_keras.graphs",
    "activation_lab.with_keras.models",
}


def test_some_modules_are_not_shown_whole():
    """Does the next test have modules to check, and can all that are shown whole be imported?"""
    assert MODULES - WHOLE_MODULES
    for module in WHOLE_MODULES:
        importlib.import_module(module)


@each_of("module", sorted(MODULES - WHOLE_MODULES))
def test_every_public_name_has_its_place(module):
    """Is every public function and class of a module on one of the API pages?"""
    module = importlib.import_module(module)
    for name, thing in vars(module).items():
        own = getattr(thing, "__module__", "").startswith(module.__name__) and not name.startswith("_")
        if own and (inspect.isfunction(thing) or inspect.isclass(thing)):
            assert thing.__module__ in WHOLE_MODULES or name in NAMED, f"{module.__name__}.{name} is on no page"
