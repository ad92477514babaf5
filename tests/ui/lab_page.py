"""A learner's hands and eyes: a lesson open in JupyterLab, and its cells."""

from dataclasses import dataclass
from types import SimpleNamespace

from playwright.sync_api import Locator, Page, expect

LOAD, RUN = 60_000, 300_000  # milliseconds, at most: for a page or a cell; for a lesson

# For all JavaScript below: `panel` is the open notebook, `cells` its cells, whether JupyterLab has drawn them or not.
PRELUDE = "const panel = window.jupyterapp?.shell.currentWidget, cells = panel?.content?.widgets ?? [];"
IDLE = "const kernel = panel?.sessionContext?.session?.kernel; return cells.length > 0 && kernel?.status === 'idle' &&"
# A cell out of sight is not drawn; nor is one yet when it has just come into sight.
READ = """
    const read = [], frame = () => new Promise(requestAnimationFrame);
    for (const [index, { model, node }] of cells.entries()) {
        if (model.type !== 'code') continue;
        await panel.content.scrollToItem(index);
        const drawnYet = () => node.firstElementChild?.checkVisibility({ contentVisibilityAuto: true });
        for (let frames = 0; frames < 600 && !drawnYet(); frames++) await frame();
        const broken = [];
        for (const picture of node.querySelectorAll('img')) {
            await picture.decode().catch(() => broken.push(picture.src.slice(0, 100)));
        }
        const seen = output => output.innerText.trim() || output.querySelector('img, svg')?.clientHeight > 0;
        const drawn = [...node.querySelectorAll('.jp-OutputArea-output')].filter(seen);
        const text = drawn.map(output => output.innerText).join('\\n');
        const { executionCount: count, outputs, sharedModel: { source } } = model;
        const tags = model.getMetadata('tags') ?? [];
        read.push({ source, tags, count, outputs: outputs.toJSON(), drawn: drawn.length, text, broken });
    }
    return read;
"""
LEAVE = """
    const { commands, serviceManager, shell } = window.jupyterapp;
    for (const tab of [...shell.widgets('main')]) {
        if (tab.context) tab.context.model.dirty = false;
        tab.close();
    }
    await serviceManager.sessions.shutdownAll();
    if (document.body.dataset.jpThemeName !== 'JupyterLab Light') {
        await commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' });
    }
"""


class Notebook:
    """A lesson in JupyterLab.

    Args:
        page: of the browser.
        address: of JupyterLab, with {} for the notebook's file.
    """

    def __init__(self, page: Page, address: str):
        self.page, self._address = page, address

    def open(self, name):
        self.page.goto(self._address.format(f"{name}.ipynb"))
        self.wait("kernel.connectionStatus === 'connected'")

    def open_here(self, name):
        """As a click on its file does, with JupyterLab loaded."""
        self.js("await window.jupyterapp.commands.execute('docmanager:open', { path: argument })", f"{name}.ipynb")
        self.wait("kernel.connectionStatus === 'connected'")

    def leave_nothing_open(self):
        """Closes all tabs without saving, shuts their kernels down, and takes the light theme, a newcomer's."""
        self.js(LEAVE)
        expect(self.page.locator(".jp-NotebookPanel")).to_have_count(0)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", "JupyterLab Light")

    def js(self, body, argument=None):
        """What JavaScript returns."""
        return self.page.evaluate(f"async argument => {{ {PRELUDE} {body} }}", argument)

    def wait(self, condition, argument=None, timeout=LOAD):
        """Until the kernel is idle and the condition holds."""
        # Looking each time that a frame is drawn would have 60 of them drawn a second.
        body = f"argument => {{ {PRELUDE} {IDLE} ({condition}) }}"
        self.page.wait_for_function(body, arg=argument, timeout=timeout, polling=100)

    def menu(self, *names):
        """Chooses from a menu by mouse: menu("Run", "Run All Cells")."""
        for name in names:
            self.page.locator(f'[class*="-itemLabel"]:text-is("{name}")').click()

    def run_all(self):
        """Runs all cells by the menu, until the last is done or one has failed."""
        self.menu("Run", "Run All Cells")
        code = "cells.map(cell => cell.model).filter(model => model.type === 'code' && model.sharedModel.source.trim())"
        meant = "model.getMetadata('tags')?.includes('raises-exception')"
        failed = f"!{meant} && model.outputs.toJSON().some(output => output.output_type === 'error')"
        self.wait(
            f"(code => code.every(model => model.executionCount !== null) || code.some(model => {failed}))({code})",
            timeout=RUN,
        )

    def read(self):
        """Goes down the whole notebook, and says of every code cell what its model holds and what is drawn under it.

        Returns:
            A list of objects with `source`, `tags`, `count` and `outputs`, of the model; `drawn`, how many outputs are
            drawn, `text`, what they say, and `broken`, the pictures among them that do not show.
        """
        return [SimpleNamespace(**cell) for cell in self.js(READ)]

    def cell(self, start):
        """The one cell whose source begins so."""
        found = self.js(
            "return cells.map(cell => cell.model).filter(model => model.sharedModel.source.startsWith(argument))"
            ".map(model => model.id)",
            start,
        )
        assert len(found) == 1, f"{len(found)} cells begin with {start!r}; expected one."
        return Cell(self, found[0])

    def save(self):
        self.page.keyboard.press("Control+s")
        self.wait("!panel.context.model.dirty")

    def close(self):
        self.menu("File", "Close Tab")
        expect(self.page.locator(".jp-NotebookPanel")).to_have_count(0)


@dataclass(frozen=True)
class Cell:
    """One cell, by its id."""

    notebook: Notebook
    id: str

    @property
    def source(self):
        return self._model("model.sharedModel.source")

    def _model(self, expression):
        return self.notebook.js(
            f"const {{ model }} = cells.find(cell => cell.model.id === argument); return {expression}", self.id
        )

    @property
    def in_sight(self) -> Locator:
        """The cell on the page, selected and scrolled to."""
        index = self.notebook.js(
            "const index = cells.findIndex(cell => cell.model.id === argument);"
            "panel.content.activeCellIndex = index; await panel.content.scrollToItem(index); return index",
            self.id,
        )
        return self.notebook.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')

    @property
    def output(self) -> Locator:
        """What is drawn under it."""
        return self.in_sight.locator(".jp-OutputArea-output")

    def click(self):
        self.in_sight.locator(".cm-content").click()

    def write(self, source):
        """Writes it over what was there."""
        self.click()
        self.notebook.page.keyboard.press("Control+a")
        self.notebook.page.keyboard.insert_text(source)
        return self

    def run(self):
        """By Control-Enter, until the kernel is done with it."""
        before = self._model("model.executionCount")
        self.click()
        self.notebook.page.keyboard.press("Control+Enter")
        self.notebook.wait(
            "(count => count !== null && count !== argument[1])"
            "(cells.find(cell => cell.model.id === argument[0]).model.executionCount)",
            argument=[self.id, before],
        )
        return self

    def add_below(self, source):
        """A new cell under it: Escape, b."""
        self.click()
        self.notebook.page.keyboard.press("Escape")
        self.notebook.page.keyboard.press("b")
        new = self.notebook.js(
            "return cells[cells.findIndex(cell => cell.model.id === argument) + 1].model.id", self.id
        )
        return Cell(self.notebook, new).write(source)

    def shows(self, *texts):
        """Each text is read under the cell, on the screen; what stands in backticks is set as code there."""
        output = self.output
        for text in texts:
            line = output.get_by_text(text.replace("`", "")).first
            line.scroll_into_view_if_needed()
            expect(line).to_be_in_viewport()
