"""Does the built site work for every reader: offline, by keyboard, in light and dark, on a desk and on a phone?"""

import functools
import http.server
import re
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SITE = Path(__file__).parents[2] / "docs"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html") if "_static" not in path.parts)
LESSONS = [page for page in PAGES if page[0].isdigit()]
PHONE = {"width": 390, "height": 844}
AXE = {"resultTypes": ["violations", "incomplete"], "preload": False}  # it would fetch the style sheets once more
SERIOUS = ("serious", "critical")
CONTRAST = AXE | {"runOnly": ["color-contrast"]}
ALL_ELSE = AXE | {"rules": {"color-contrast": {"enabled": False}}}
CODE = [[".highlight"], [".sig"]]  # each of its words has a color, which takes most of the time: once is enough
STILL = "* { transition: none !important; animation: none !important }"  # a color half-way has no contrast
GIVEN_AWAY = re.compile(r"→ Measured |: right \(|: (true|false|depends on)\b")  # as results and verdicts begin
each_page = pytest.mark.parametrize("name", PAGES)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    """The address of docs/, served as GitHub Pages would."""
    assert PAGES, f"There are no pages in {SITE}; run make site."
    handler = functools.partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def grave(page, options, context=None):
    """What axe finds that keeps somebody out, worse than moderate: “rule: the first elements”."""
    response = Axe().run(page, context, options).response
    faults = [(found["id"], found["nodes"]) for found in response["violations"] if found["impact"] in SERIOUS]
    faults += [(found["id"], list(filter(invisible, found["nodes"]))) for found in response["incomplete"]]
    return [f"{rule}: {[node['html'][:150] for node in nodes[:4]]}" for rule, nodes in faults if nodes]


def invisible(node):
    """Is it a text in its background's very color? axe takes that for meant, and so not for a fault."""
    return any((check["data"] or {}).get("messageKey") == "equalRatio" for check in node["any"])


def too_faint(page, context):
    """Of what is hard to read, in the light theme and in the dark one."""
    page.add_style_tag(content=STILL)
    faint = []
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        faint += grave(page, CONTRAST, context)
    return faint


def wider_than_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def open_folds(page):
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def formulas_are_set(page):
    page.wait_for_function("[...document.querySelectorAll('.math')].every((f) => f.querySelector('mjx-container svg'))")


# --- every page ---


@each_page
def test_page(name, site, page, screenshot):
    """Has axe no serious finding, light or dark, folds open, and does the page fit a desk and a phone?"""
    page.goto(site + name)
    formulas_are_set(page)
    screenshot(page, "desk")
    open_folds(page)
    assert wider_than_the_screen(page) == 0
    assert grave(page, ALL_ELSE) == []
    assert too_faint(page, {"exclude": CODE}) == []
    page.set_viewport_size(PHONE)
    assert wider_than_the_screen(page) == 0
    screenshot(page, "phone")


def test_faults_are_seen(site, page):
    """Is a page with a faint word, one that is not seen, a control without a name and a wide box found to have all?"""
    page.goto(site + "start.html")
    page.evaluate("""document.querySelector("article").insertAdjacentHTML("beforeend",
        '<p style="color: #999; background: #aaa">faint</p><p style="color: #aaa; background: #aaa">not seen</p>' +
        '<input><div style="width: 3000px">wide</div>')""")
    assert [fault.split(":")[0] for fault in too_faint(page, {"exclude": CODE})] == ["color-contrast"] * 4
    assert [fault.split(":")[0] for fault in grave(page, ALL_ELSE)] == ["label"]
    assert wider_than_the_screen(page) > 1000


@pytest.mark.parametrize("name", ["01_dense_forward.html", "api/timing.html"])
def test_code_can_be_read(name, site, page):
    """Has code, and have signatures, enough contrast in each of their colors, light and dark?"""
    page.goto(site + name)
    assert too_faint(page, {"include": CODE}) == []


# --- lessons ---


@pytest.mark.parametrize("name", LESSONS)
def test_answers_are_folded(name, site, page):
    """Is no answer and no result of a prediction seen before its fold is opened?"""
    page.goto(site + name)
    folds, telling = page.locator("details.fold"), page.locator(".cell_output b").filter(has_text=GIVEN_AWAY)
    assert folds.count() >= 5 and page.locator("details.fold[open]").count() == 0
    assert telling.count() >= 5 and telling.filter(visible=True).count() == 0
    page.get_by_role("button", name="Open all").click()
    assert page.locator("details.fold:not([open])").count() == 0
    assert telling.filter(visible=True).count() == telling.count()


def test_fold_opens_by_keyboard(site, page):
    """Does Enter open a fold and close it again, with the marker of focus on it?"""
    page.goto(site + LESSONS[3])
    summary = page.locator("details.fold > summary").first
    summary.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert summary.evaluate("(element) => element === document.activeElement")
    assert summary.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    fold = page.locator("details.fold").first
    for expected in (True, False):
        page.keyboard.press("Enter")
        assert fold.evaluate("(element) => element.open") is expected


def test_folds_need_no_script(site, browser):
    """Can all of it be reached without JavaScript?"""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + LESSONS[3])
        page.locator("details.fold > summary").first.click()
        assert page.locator("details.fold").first.get_by_text("Measured").is_visible()
        assert not page.locator("button.open-folds").is_visible()


def test_link_of_a_claim_leads_to_its_cell(site, page):
    """Does a claim's link bring the very cell on screen that decides it?"""
    page.goto(site + "claims.html")
    row = page.locator("tr").filter(has=page.locator("[id='S1.2']"))
    row.get_by_role("link").click()
    page.wait_for_url("**/10_claims_on_trial.html#lesson-10-decide-s1-2")
    cell = page.locator("#lesson-10-decide-s1-2")
    assert 'lab.claims.decide(\n    "S1.2"' in cell.inner_text()
    expect(cell).to_be_in_viewport()


# --- what needs a script ---


@pytest.mark.parametrize("place", ["server", "file"])
def test_search(place, site, page):
    """Does the search find lesson 7's PReLU, over http and straight from the folder?"""
    page.goto((site if place == "server" else SITE.as_uri() + "/") + "search.html?q=PReLU")
    found = page.locator("#search-results li a")
    found.first.wait_for()
    assert "07_activation_layers.html" in "".join(link.get_attribute("href") for link in found.all())


@pytest.mark.parametrize("place", ["server", "file"])
def test_formulas(place, site, page):
    """Are formulas set, and can a screen reader read them?"""
    page.goto((site if place == "server" else SITE.as_uri() + "/") + LESSONS[3])
    formulas_are_set(page)
    assert page.locator("mjx-container").count() > 5
    assert (
        page.locator("mjx-container > svg[aria-hidden=true] + mjx-assistive-mml > math").count()
        == page.locator("mjx-container").count()
    )


def test_explorer_is_live(site, page):
    """Is the neuron on the front page live, and does an arrow key move its input?"""
    page.goto(site)
    explorer = page.locator(".activation-explorer[data-live=yes]").first
    explorer.wait_for()
    z = explorer.locator("output[name=z]")
    before = float(z.get_attribute("data-value"))
    explorer.locator("input[name=x]").press("ArrowRight")
    assert float(z.get_attribute("data-value")) == pytest.approx(before + 0.1)


def test_one_page_to_print(site, page):
    """Does “which form, when” fit one sheet of A4?"""
    page.goto(site + "which_form_when.html")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1
