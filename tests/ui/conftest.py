"""What tests in a browser share: the system's Chromium, a watch on all its pages, pictures of them, and JupyterLab."""

import contextlib
import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lab_page import Notebook
from lab_server import LabServer
from playwright.sync_api import Error, expect

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")  # as Debian, Ubuntu and Google call it
# Its own affairs are left out: first steps, updates, synchronization. No name but this machine's is looked up.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
HERE = (None, "localhost", "127.0.0.1")  # hosts; None is that of data: and blob:

expect.set_options(timeout=30_000)  # milliseconds: a busy machine may take its time


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """pytest-playwright's own, with the system's Chromium."""
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": ARGUMENTS}


def find_chromium():
    """Its path: $CHROMIUM, else the first of CHROMIUM that is there."""
    wanted = [name] if (name := os.environ.get("CHROMIUM")) else CHROMIUM
    if not (found := next(filter(None, map(shutil.which, wanted)), None)):
        pytest.fail(
            f"There is no browser to test in: looked for {', '.join(wanted)}. Install Chromium (on Debian: apt install "
            "chromium), or say where it is: CHROMIUM=/path/to/chromium.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session")
def base_url():
    """None: pytest-playwright's own fixture of this name says the same, and pytest 9 warns of how it is written."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def watch(browser):
    """{"requests": every address asked for, "errors": uncaught or logged}, of all pages of the browser."""
    seen = {"requests": [], "errors": []}

    def watch_page(page):
        page.on("websocket", lambda socket: seen["requests"].append(socket.url))

    def watch_context(context):
        context.on("request", lambda request: seen["requests"].append(request.url))
        context.on("weberror", lambda error: seen["errors"].append(str(error.error)))
        context.on("console", lambda line: seen["errors"].append(line.text) if line.type == "error" else None)
        context.on("page", watch_page)

    browser.on("context", watch_context)
    return seen


@pytest.fixture
def seen(watch):
    """What the watch has noticed since the last test."""
    yield watch
    for noticed in watch.values():
        noticed.clear()


@pytest.fixture(autouse=True)
def no_request_leaves(seen):
    """Whatever the test does, its pages ask nothing of another machine."""
    yield
    assert [url for url in seen["requests"] if urlsplit(url).hostname not in HERE] == []


@pytest.fixture(autouse=True)
def no_script_fails(seen):
    """Whatever the test does, no script on its pages breaks, or logs an error."""
    yield
    assert seen["errors"] == []


# A new page takes a new process of Chromium's, which costs more than most tests; JupyterLab takes seconds to load.
@pytest.fixture(scope="session")
def shared_page(request, browser, browser_context_args, watch):
    """`shared_page("JupyterLab")`: the page of this name, as the last test left it; a new one after a failure."""
    pages = {}

    def shared_page(name):
        page, failed = pages.get(name, (None, None))
        if failed != request.session.testsfailed:
            if page:
                page.context.close()
            page = browser.new_context(**browser_context_args).new_page()
        pages[name] = page, request.session.testsfailed
        page.set_viewport_size(browser_context_args["viewport"])
        page.mouse.move(0, 0)
        return page

    return shared_page


@pytest.fixture
def page(shared_page):
    """An empty page, which tests share: what one of them stores or sets is not left for the next."""
    page = shared_page("any")
    yield page
    if page.url.startswith(("http:", "file:")):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.context.clear_cookies()
    page.emulate_media(media="null", color_scheme="light")
    page.goto("about:blank")


@pytest.fixture
def screenshot(request):
    """`screenshot(page, "dark")`: a picture into build/screenshots/, named after the test and the word."""
    return lambda page, word: page.screenshot(path=picture(request.node, word))


def picture(item, *words):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", item.name.removeprefix("test_").replace("chromium", "")).strip("-")
    return SCREENSHOTS / f"{'-'.join([name, *words])}.png"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Pictures of the pages while they are open, of JupyterLab and where a test has failed; then also its log."""
    report = yield
    used = getattr(item, "funcargs", {})
    if report.when == "call" and "browser" in used and ("lab" in used or report.failed):
        pages = [page for context in used["browser"].contexts for page in context.pages]
        if not report.failed:
            pages = [used["lab_page"]]
        for number, page in enumerate(pages, 1):
            with contextlib.suppress(Error):  # a page that has crashed has none
                page.screenshot(path=picture(item, *[str(number)][: len(pages) - 1]))
    if report.failed and "lab" in used:
        report.sections.append(("JupyterLab's log", used["lab"].tail()))
    return report


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab server over a copy of the lessons. Neither it nor a kernel asks anything of another machine."""
    server = LabServer(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()
    assert server.asked_for.read_text(encoding="utf-8") == ""


@pytest.fixture
def lab_page(shared_page):
    """The page that JupyterLab is open on, or will be."""
    return shared_page("JupyterLab")


@pytest.fixture
def open_lesson(lab, lab_page):
    """`open_lesson("03_dense_backward")`: the untouched lesson, open in JupyterLab as a newcomer finds it."""
    notebook = Notebook(lab_page, f"{lab.url}/lab/tree/{{}}?reset&token={lab.token}")
    loaded = lab_page.url != "about:blank"
    if loaded:
        notebook.leave_nothing_open()
    lab.shut_kernels_down()
    lab.restore()

    def open_lesson(name):
        notebook.open_here(name) if loaded else notebook.open(name)
        return notebook

    return open_lesson
