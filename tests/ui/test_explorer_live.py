"""The explorer on a page of its own: an exported notebook, opened from the disk."""

import base64
import html
import re
from importlib.resources import files
from itertools import pairwise

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import expect

import activation_lab as lab
from activation_lab.figures.explorer import ELEMENTWISE

LIVE = ".activation-explorer[data-live=yes]"
SLIDERS = ["activation", "x", "kernel", "bias"]


def exported(folder, *explorers, theme="light"):
    """The address of a notebook with these explorers, a cell each, as nbconvert exports it."""
    cells = [
        new_code_cell("…", outputs=[new_output("execute_result", data={"text/html": shown._repr_html_()})])
        for shown in explorers
    ]
    notebook = new_notebook(cells=cells)
    nbformat.validate(notebook)
    # What nbconvert itself would have fetched.
    exporter = HTMLExporter(theme=theme, require_js_url="", mathjax_url="", mermaid_js_url="")
    body, _ = exporter.from_notebook_node(notebook)
    path = folder / "exported.html"
    path.write_text(body, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(page, tmp_path):
    """`opened(explorer, …)`: the page, with the live explorers on it."""

    def opened(*explorers, theme="light"):
        page.goto(exported(tmp_path, *explorers, theme=theme))
        expect(page.locator(LIVE)).to_have_count(len(explorers))
        return page

    return opened


def number(root, name):
    return float(root.locator(f"output[name={name}]").get_attribute("data-value"))


def test_the_still_becomes_live(opened):
    """Is an exported page live when it is opened, with a name for those who do not see it?"""
    root = opened(lab.explorer.one_neuron("tanh", x=1.0, kernel=1.2, bias=-0.5)).locator(LIVE)
    assert root.get_attribute("role") == "group"
    assert root.get_attribute("aria-label") == "Activation explorer: one neuron"
    assert root.locator("img").count() == 0
    assert number(root, "z") == pytest.approx(0.7)
    assert root.locator("table").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("x", [-2.5, 0.0, 1.3])
def test_live_and_still_are_one_picture(browser, page, name, x):
    """Does the script draw, and write, where it begins, what Python drew: curves, slope, tangent, point, numbers?"""
    explorers = [view(name, x=x, kernel=2.3, bias=0.4) for view in (lab.explorer.one_neuron, lab.explorer.two_forms)]
    page.set_content("".join(explorer._repr_html_() for explorer in explorers))
    live = page.locator(f"{LIVE} svg.explorer-picture")
    expect(live).to_have_count(3)
    still = [svg for explorer in explorers for svg, _ in explorer.pictures]
    for before, after in zip(still, live.evaluate_all("all => all.map(one => one.outerHTML)"), strict=True):
        shapes = [re.findall(r'\b(?:d|cx|cy)="([^"]*)"', svg) for svg in (before, after)]
        words = [re.sub(r"<style>.*?</style>|<[^>]+>", " ", svg, flags=re.DOTALL).split() for svg in (before, after)]
        assert words[0] == words[1]
        for one, other in zip(*shapes, strict=True):
            assert re.findall("[A-Za-z]", one.replace("e-", "")) == re.findall("[A-Za-z]", other.replace("e-", ""))
            assert coordinates(one) == pytest.approx(coordinates(other), abs=0.02)


def coordinates(path):
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?(?:e-\d+)?", path)]


def test_two_on_one_page(opened):
    """Do two explorers, the first one shown twice, keep out of each other's way?"""
    relu = lab.explorer.one_neuron("relu")
    page = opened(relu, relu, lab.explorer.two_forms("sigmoid"))
    before = page.locator(LIVE).all_inner_texts()
    page.locator(LIVE).nth(1).locator("input[name=kernel]").press("Home")
    after = page.locator(LIVE).all_inner_texts()
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


ACTS = "<img src=x onerror='document.title = 1'>"
SETTINGS = {"view": "one_neuron", "activation": "relu", "x": "1.0", "kernel": "1.0", "bias": "0.0", "backward": "yes"}


def foreign(change=(), picture=None):
    """An element of the explorer's class that Python has not written so: other settings, or another picture."""
    ((svg, _),) = lab.explorer.one_neuron().pictures
    source = base64.b64encode((svg if picture is None else picture(svg)).encode("ascii", "xmlcharrefreplace")).decode()
    data = "".join(f' data-{k}="{html.escape(v)}"' for k, v in {**SETTINGS, **dict(change)}.items() if v is not None)
    return (
        f'<div class="activation-explorer"{data}><img src="data:image/svg+xml;base64,{source}" alt=""> left alone</div>'
    )


FOREIGN = {
    "bare": '<div class="activation-explorer">left alone</div>',
    **{f"{key} missing": foreign({key: None}) for key in ("view", "activation", "x")},
    **{f"{key} unknown": foreign({key: word}) for key in ("view", "activation") for word in ("other", "constructor")},
    **{f"{key} acts": foreign({key: f'"><b>{ACTS}'}) for key in SETTINGS if key != "backward"},
    "no number": foreign({"bias": "Infinity"}),
    "no SVG": foreign(picture=lambda svg: "<html/>"),
    "broken": foreign(picture=lambda svg: svg[:-9]),
    "empty": foreign(picture=lambda svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    "runs": foreign(picture=lambda svg: svg.replace("<style>", "<script>document.title = 1</script><style>")),
    "listens": foreign(picture=lambda svg: svg.replace("<style>", "<rect onfocus='document.title = 1'/><style>")),
    "links": foreign(picture=lambda svg: svg.replace("<style>", "<a href='javascript:1'><text>x</text></a><style>")),
    "embeds": foreign(picture=lambda svg: svg.replace("<style>", "<foreignObject></foreignObject><style>")),
    "fetches": foreign(picture=lambda svg: svg.replace("<style>", "<style>@import 'http://localhost/x';")),
    "not encoded": re.sub('src="[^"]*"', 'src="data:,none"', foreign()),
}


def test_foreign_elements(page):
    """Is an element of the same class that isn't an explorer left as it was, and every explorer after it live?"""
    own = lab.explorer.one_neuron("tanh")._repr_html_()
    for first in (True, False):
        others = "".join(FOREIGN.values())
        page.set_content(
            f"<title>as it was</title>{others}{own}" if first else f"<title>as it was</title>{own}{others}"
        )
        expect(page.locator(LIVE)).to_have_count(1)
        expect(page.locator(LIVE).locator("select")).to_have_value("tanh")
        left = page.locator(".activation-explorer:not([data-live])")
        assert left.count() == len(FOREIGN)
        assert {one.strip() for one in left.all_text_contents()} == {"left alone"}
        assert page.locator(".activation-explorer b, .activation-explorer script").count() == 0
        assert page.title() == "as it was"


def test_what_is_foreign_is_an_explorer_but_for_that(page):
    """Would the element be started if nothing in it was foreign?"""
    script = "".join(lab.explorer.one_neuron()._repr_html_().partition("<script")[1:])
    page.set_content(foreign() + script)
    expect(page.locator(LIVE)).to_have_count(1)


def test_shown_again(opened):
    """Is an explorer that is put onto the page later, as by running its cell again, live, and the old one untouched?"""
    page = opened(lab.explorer.one_neuron("relu"))
    page.locator("input[name=x]").press("End")
    page.evaluate(
        """html => {  // as JupyterLab does: a script becomes one that runs
          const output = document.createElement("div");
          output.innerHTML = html;
          document.body.append(output);
          const old = output.querySelector("script"), script = document.createElement("script");
          script.type = old.type;
          script.textContent = old.textContent;
          old.replaceWith(script);
        }""",
        lab.explorer.one_neuron("relu", x=-1.0)._repr_html_(),
    )
    expect(page.locator(LIVE)).to_have_count(2)
    assert [number(page.locator(LIVE).nth(k), "z") for k in (0, 1)] == [3.0, -1.0]


def test_by_keyboard_alone(opened):
    """Does Tab reach every control in order, do arrows, Home and End move a slider, do letters choose from the menu?"""
    page = opened(lab.explorer.one_neuron("relu"), lab.explorer.two_forms("relu"))
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name"))
    assert [name for name in reached if name][:8] == 2 * SLIDERS  # then Tab begins again

    root = page.locator(LIVE).first
    root.locator("select").focus()
    page.keyboard.type("sw")
    page.keyboard.press("Tab")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert number(root, "z") == -2.8
    assert number(root, "a") == pytest.approx(lab.swish(-2.8))
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert number(root, "z") == 2.9
    assert root.locator("table tr").nth(1).inner_text().startswith("a = swish(z)")


def test_focus_is_seen(opened):
    """Has each control that the keyboard has reached a ring around it?"""
    page = opened(lab.explorer.one_neuron())
    for name in SLIDERS:
        control = page.locator(f"{LIVE} [name={name}]")
        control.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        ring = control.evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineWidth]")
        assert ring == ["solid", "3px"]


def test_every_control_has_a_name(opened):
    """Is each control found by the word beside it, and is the slider's number said there?"""
    root = opened(lab.explorer.one_neuron("relu", x=-0.5)).locator(LIVE)
    expect(root.get_by_role("combobox", name="activation", exact=True)).to_have_value("relu")
    for name in ("input x", "kernel", "bias"):
        expect(root.get_by_role("slider", name=name, exact=True)).to_be_visible()
    assert root.locator(".controls output").all_inner_texts() == ["−0.5", "1.0", "0.0"]


def test_without_backward(opened):
    """Does a reader who has not met gradients see none?"""
    root = opened(lab.explorer.one_neuron("relu", backward=False)).locator(LIVE)
    assert root.locator("td output").evaluate_all("all => all.map(one => one.name)") == ["z", "a", "slope"]


def test_both_forms_beside_each_other(opened):
    """Do both pictures follow the sliders, each with its boxes, and say that no number differs?"""
    root = opened(lab.explorer.two_forms("relu")).locator(LIVE)
    root.locator("input[name=x]").press("Home")
    pictures = root.locator("svg.explorer-picture")
    assert [picture.locator("rect").count() for picture in pictures.all()] == [1, 2]
    for picture in pictures.all():
        assert "z = −3.000" in picture.text_content() and "a = 0.000" in picture.text_content()
    assert root.locator("output[name=differing]").inner_text() == "0 of 6"


def test_without_scripts(browser, tmp_path):
    """Where no script runs: is there the still picture, drawn, with its alt text, its numbers and how to get on?"""
    explorer = lab.explorer.two_forms("swish", x=-1.5, kernel=0.9, bias=0.3)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(exported(tmp_path, explorer))
    assert page.locator(LIVE).count() == 0
    for image, (_, alt) in zip(page.locator(".activation-explorer img").all(), explorer.pictures, strict=True):
        assert image.get_attribute("alt") == alt
        assert image.bounding_box()["width"] == 320 and image.bounding_box()["height"] == 308
    words = page.locator(".activation-explorer p").inner_text()
    assert "z = −1.050" in words and "run this cell" in words
    context.close()


# --- Colors, in the themes of JupyterLab and of the site ------------------------------------------------------------

SITE = files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"
THEMES = ["JupyterLab, light", "JupyterLab, dark", "site, light", "site, dark", "no theme"]
# What is read, and what must be told apart from the paper: [selector, property that colors it].
READ = [[":is(label, output, th, td, select)", "color"], ["svg text", "fill"]]
TOLD_APART = [
    ["svg :is(.axis, .curve, .slope, .tangent, rect)", "stroke"],
    ["svg :is(.forward, .backward)", "stroke"],
    ["svg .point", "fill"],
    ["select", "border-top-color"],
    [":is(select, input)", "accent-color"],
]
COLOURS = """(root, kinds) => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const mixed = (colors) => {  // one over the other, as the browser paints them
    for (const [color, opacity] of colors) {
      paint.globalAlpha = opacity;
      paint.fillStyle = color;
      paint.fillRect(0, 0, 1, 1);
    }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const paper = getComputedStyle(root).backgroundColor;
  return kinds.flatMap(([selector, property]) => [...root.querySelectorAll(selector)].map((part) => {
    const style = getComputedStyle(part);
    const own = style.backgroundColor;
    return [selector,
      mixed([["white", 1], [paper, 1], [own, 1], [style.getPropertyValue(property), style.opacity]]),
      mixed([["white", 1], [paper, 1], [own, 1]])];
  }));
}"""


def in_theme(opened, page, theme):
    """Both views in a theme."""
    explorers = lab.explorer.one_neuron("swish"), lab.explorer.two_forms("swish")
    where, _, shade = theme.partition(", ")
    if where == "JupyterLab":
        return opened(*explorers, theme=shade)
    head = "<!doctype html><title>The explorer</title>"
    style = f'<html lang="en" data-theme="{shade}"><style>{SITE.read_text()}</style>' if where == "site" else ""
    page.set_content(f"{head}{style}<body><main>{''.join(one._repr_html_() for one in explorers)}</main>")
    expect(page.locator(LIVE)).to_have_count(2)
    return page


def contrast(one, other):
    """(L₁ + 0.05) / (L₂ + 0.05), the lighter above: WCAG 2."""
    lighter, darker = sorted(map(luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in color)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", THEMES)
def test_contrast(opened, page, theme):
    """Is all text at least 4.5 to 1 on its paper, and every line and mark 3 to 1?"""
    in_theme(opened, page, theme)
    for kinds, least in ((READ, 4.5), (TOLD_APART, 3)):
        found = [row for root in page.locator(LIVE).all() for row in root.evaluate(COLOURS, kinds)]
        assert {selector for selector, *_ in found} == {selector for selector, _ in kinds}
        assert [row for row in found if contrast(*row[1:]) < least] == []
    papers = page.locator(LIVE).evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    dark = [sum(map(int, re.findall(r"\d+", paper)[:3])) < 3 * 64 for paper in papers]
    assert dark == 2 * [theme.endswith("dark")]


def test_contrast_is_computed_right():
    """Is black on white 21 to 1, and a known grey 4.54?"""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(opened, page, theme):
    """Has axe-core, asked about both views, nothing to say?"""
    in_theme(opened, page, theme)
    found = Axe().run(page, context=".activation-explorer").response
    assert [(rule["id"], rule["impact"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 5


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_fits(opened, width):
    """Does nothing reach beyond the page or overlap, on a phone, a tablet and a desk?"""
    page = opened(lab.explorer.one_neuron("leaky_relu"), lab.explorer.two_forms("leaky_relu", x=-3.0, kernel=-2.9))
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for svg in page.locator("svg.explorer-picture").all():
        texts = svg.locator("text").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
        box = svg.bounding_box()
        assert all(box["x"] - 1 <= text["left"] and text["right"] <= box["x"] + box["width"] + 1 for text in texts)
        rows = sorted((text["top"], text["left"], text["right"]) for text in texts)
        assert all(one[2] <= other[1] for one, other in pairwise(rows) if abs(one[0] - other[0]) < 1)


def test_on_paper(opened):
    """Printed from a dark theme: black on white?"""
    page = opened(lab.explorer.one_neuron("swish"), theme="dark")
    page.emulate_media(media="print")
    root = page.locator(LIVE)
    colors = root.evaluate("one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]")
    assert colors == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert root.locator(".curve").first.evaluate("one => getComputedStyle(one).stroke") == "rgb(0, 114, 178)"
