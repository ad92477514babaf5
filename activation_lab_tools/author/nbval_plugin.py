"""What nbval 0.11.0 lacks for this course, as subclasses of its file, its cell and its kernel.

conftest.py registers this module as a pytest plugin when notebooks are run, and only then.
"""

import functools
import math
import os
import shutil
import subprocess
import tempfile
import time
from queue import Empty

import psutil
import pytest
from jupyter_client.manager import KernelManager
from nbval import plugin
from nbval.kernel import NbvalKernelspecManager, RunningKernel

from . import forked_kernels
from .kernel_environment import KERNEL_ARGUMENTS, environment
from .pixels import difference

LESSONS = "lessons"  # the folder of notebooks that store no outputs; they are only run
POLL_SECONDS = 0.5
CELLS_SECONDS = 60  # processor time for a lesson's cells after the one that imports the course


class KernelDied(Exception):
    """The kernel's process ended while it was running a cell."""


class Kernel(RunningKernel):
    """A kernel in a fixed environment. If its process dies, the running cell fails at once."""

    def __init__(self, cells, kernel_name, cwd=None, startup_timeout=60):
        self.cells, self.folder = cells, tempfile.mkdtemp(prefix="nbval-")
        try:
            self._start(kernel_name, cwd, startup_timeout)
            self._ensure_iopub_up()
        except BaseException:
            self.close()
            raise

    def _start(self, kernel_name, cwd, startup_timeout):
        self.km = KernelManager(
            kernel_name=kernel_name,
            kernel_spec_manager=NbvalKernelspecManager(),
            # Two workers that ask for free TCP ports at the same time may be given the same ones.
            transport="tcp" if os.name == "nt" else "ipc",
            # The sockets take their name from this file: with a shared name, kernels would share sockets.
            connection_file=os.path.join(self.folder, "kernel.json"),
        )
        self.km.start_kernel(
            cwd=cwd,
            stderr=subprocess.DEVNULL,
            extra_arguments=list(KERNEL_ARGUMENTS),
            env=environment(self.folder, self.cells),
        )
        self.kc = self.km.client()
        self.kc.start_channels()
        self.kc.wait_for_ready(timeout=startup_timeout)

    def execute_cell_input(self, cell_input, allow_stdin=None):
        # With a history, as in JupyterLab: a final `;` hides the value, and `_` is the last value.
        return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)

    def await_reply(self, msg_id, timeout=None):
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            try:
                return super().await_reply(msg_id, timeout=POLL_SECONDS)
            except Empty:
                if not self.is_alive():
                    raise KernelDied from None
                if time.monotonic() > deadline:
                    raise

    def seconds(self):
        """Processor time that the kernel has used, which does not depend on the machine's load."""
        try:
            times = psutil.Process(self.km.provisioner.pid).cpu_times()
        except psutil.NoSuchProcess:  # it has just died, and the next request will show that
            return math.nan
        return times.user + times.system

    def close(self):
        """Stop the kernel and remove its folder."""
        if hasattr(self, "kc"):
            self.kc.stop_channels()
        if hasattr(self, "km"):
            self.km.shutdown_kernel(now=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Notebook(plugin.IPyNbFile):
    """A notebook file of `Cell`s. One that cannot be run is a failing item and does not end the whole run."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.compare_outputs = self.compare_outputs and self.path.parent.name != LESSONS

    def collect(self):
        try:
            cells = list(super().collect())
            self.fault = None if cells else "it has no code cell, so nothing was run"
        except Exception as error:  # a damaged file fails in many ways
            cells, self.fault = [], f"it cannot be read as a notebook ({type(error).__name__})"
        if self.fault:
            yield Unusable.from_parent(self, name="notebook")
        # The last cell until the course is imported: a published lesson begins with one for Colab.
        self.importing = next((cell.cell_num for cell in cells if "import activation_lab" in cell.cell.source), 0)
        for cell in cells:
            yield Cell.from_parent(self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options)

    def setup(self):
        if not self.fault:
            plugin.RunningKernel = functools.partial(Kernel, self.nb.cells)  # where nbval looks it up
            super().setup()
        self.start_seconds, self.cells_seconds = self.kernel.seconds() if self.kernel else 0.0, 0.0

    def teardown(self):
        if self.kernel is not None:
            self.kernel.close()


class Unusable(pytest.Item):
    """The one item of a notebook without cells to run."""

    def runtest(self):
        pytest.fail(f"{self.parent.name}: {self.parent.fault}. Restore it, or build it again.", pytrace=False)

    def reportinfo(self):
        return self.path, 0, self.parent.name


class Cell(plugin.IPyNbCell):
    """A code cell that must have been run, must raise if it is tagged so, and must redraw its stored figures."""

    def runtest(self):
        if not self.parent.kernel.is_alive():
            self.raise_cell_error("Not run: the kernel ended in an earlier cell")
        self.run_on_time()
        if self.options["check_exception"] and not any(o.output_type == "error" for o in self.test_outputs):
            self.raise_cell_error("Tagged raises-exception, but nothing was raised")
        # A lesson (lax) stores no counts; in a solution (strict) a cell that was never run is compared with nothing.
        if self.parent.compare_outputs and self.cell.execution_count is None and self.cell.source.strip():
            self.raise_cell_error("The stored cell was never run (it has no count); restart the kernel and run all")

    def run_on_time(self):
        """Run the cell, and fail it if with it the notebook's cells exceed their processor time."""
        start = self.parent.kernel.seconds()
        try:
            super().runtest()
        except KernelDied:
            self.raise_cell_error("The kernel died while running this cell")
        finally:
            took = self.parent.kernel.seconds() - start
            took = 0.0 if math.isnan(took) else took
            starting = self.parent.start_seconds if self.cell_num == 0 else 0.0
            parts = (starting, took, 0.0) if self.cell_num <= self.parent.importing else (starting, 0.0, took)
            self.user_properties.append(("notebook_seconds", (self.parent.nodeid, parts)))
            before = self.parent.cells_seconds
            self.parent.cells_seconds += parts[-1]
        if self.parent.cells_seconds > CELLS_SECONDS >= before:
            self.raise_cell_error(
                f"With this cell ({took:.1f} s) the notebook has used {self.parent.cells_seconds:.1f} s of processor "
                f"time after its imports; expected at most {CELLS_SECONDS} s. Use fewer samples, epochs or filters"
            )

    def compare_outputs(self, test, ref, skip_compare=None):
        stored, computed = figures(ref), figures(test)
        self.user_properties.append(("notebook_cell", (self.parent.nodeid, len(stored))))
        if not super().compare_outputs(test, ref, skip_compare):
            return False
        self.comparison_traceback += figure_differences(stored, computed)
        return not self.comparison_traceback


def figures(outputs):
    """(PNG as base64 text, alt text) of each figure among `outputs`."""
    return [
        (output["data"]["image/png"], output["metadata"].get("image/png", {}).get("alt"))
        for output in outputs
        if "image/png" in output.get("data", {})
    ]


def figure_differences(stored, computed):
    if len(stored) != len(computed):
        return [f"{len(stored)} stored figures, {len(computed)} computed"]
    found = []
    for number, ((png, alt), (new_png, new_alt)) in enumerate(zip(stored, computed, strict=True), 1):
        if fault := difference(png, new_png):
            found.append(f"figure {number}: {fault}")
        if alt != new_alt:
            found.append(f"figure {number}: stored alt text {alt!r}, computed {new_alt!r}")
    return found


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    """Replace nbval's notebook files, and with them their cells, with the classes above."""
    nodes = yield
    return [
        Notebook.from_parent(node.parent, path=node.path) if type(node) is plugin.IPyNbFile else node for node in nodes
    ]


def pytest_collection_modifyitems(items):
    """Put the last lessons first: they take longest, and a worker that got one at the end would finish alone."""
    items.sort(key=lambda item: item.path.name, reverse=True)


def pytest_configure():
    forked_kernels.install()
