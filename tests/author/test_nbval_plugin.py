"""Does a run of the notebooks notice what nbval alone misses?

Small notebooks with planted faults are run by a separate pytest, which uses the project's conftest.py.
"""

import copy
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import hanging
import nbformat
import pytest
import xdist.plugin
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from activation_lab_tools.author.kernel_environment import KERNEL_ARGUMENTS, KERNEL_ENV

ROOT = Path(__file__).parents[2]
NBVAL = ("-p", "activation_lab_tools.author", "-p", "nbval.plugin")  # no others: they take time
NBVAL += ("--nbval", "--nbval-current-env", f"--nbval-cell-timeout={hanging.SECONDS}")
CELLS_SECONDS = 0.5  # of processor time, in one of the notebooks
CONFTEST = f"""
def pytest_runtest_setup(item):
    from activation_lab_tools.author import nbval_plugin

    nbval_plugin.CELLS_SECONDS = {CELLS_SECONDS} if item.path.stem == "slow" else 1800
"""

SETUP = """
import base64, io, os, time
import numpy as np
from IPython.display import display
from PIL import Image

def show(seed, alt, height=20):
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, size=(height, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, format="PNG")
    png = base64.b64encode(file.getvalue()).decode()
    display({"image/png": png, "text/plain": "Figure."}, metadata={"image/png": {"alt": alt}}, raw=True)
"""

# A sound notebook, cell by cell.
CELLS = {
    "setup": SETUP,
    "text": "print('six')",
    "emptied": "print('seven')",
    "value": "40 + 2",
    "last value": "_ + 1",
    "hidden value": "40 + 2;",
    "set": "print({'relu', 'sigmoid', 'softmax', 'swish'})",
    "environment": "print(os.environ['MPLBACKEND'], os.environ['CUDA_VISIBLE_DEVICES'])",
    "native": "os.write(2, b'a line of native code')\ntime.sleep(0.2)  # if it is copied, then by another thread",
    "figure": "show(1, 'one')",
    "figure of another size": "show(2, 'two')",
    "figure that is missing": "show(3, 'three')",
    "figure that is damaged": "show(4, 'four')",
    "alt text": "show(5, 'five')",
    "never run": "print('eight')",
    "raises": "1 / 0",
    "raises nothing": "1 / 0",
    "warns": "quiet = True",
}
UNTOUCHED, FAILING = "lessons.untouched", "lessons.failing"
# Cells that use processor time, and one that only sleeps.
WORK = "end = time.process_time() + {}\nwhile time.process_time() < end:\n    pass"
SLOW = ["import time\n" + WORK.format(0.6), "time.sleep(0.6)", WORK.format(0.1), WORK.format(0.6), "1"]
POSITION = {name: position for position, name in enumerate(CELLS)}


def run_notebook():
    """Run the sound notebook and return it with the outputs that a build stores."""
    cells = [new_code_cell(source) for source in CELLS.values()]
    for name in ("raises", "raises nothing"):
        cells[POSITION[name]].metadata["tags"] = ["raises-exception"]
    notebook = new_notebook(cells=cells)
    client = NotebookClient(notebook, record_timing=False, extra_arguments=list(KERNEL_ARGUMENTS))
    return client.execute(env={**plain_environment(), **KERNEL_ENV})


def plain_environment():
    """This environment without the variables of the pytest that runs these tests."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}


def plant_faults(notebook):
    """A copy with one fault in each cell of FAULTS."""
    notebook = copy.deepcopy(notebook)
    cell = {name: notebook.cells[position] for name, position in POSITION.items()}
    cell["text"].outputs[0].text = "nine\n"
    cell["emptied"].outputs = []
    cell["figure"].source = "show(7, 'one')"
    cell["figure of another size"].source = "show(2, 'two', height=21)"
    del cell["figure that is missing"].outputs[0].data["image/png"]
    cell["figure that is damaged"].outputs[0].data["image/png"] = "none"
    cell["alt text"].outputs[0].metadata["image/png"]["alt"] = "another"
    cell["never run"].update(execution_count=None, outputs=[])
    cell["raises nothing"].update(source="quiet = True", outputs=[])
    cell["warns"].source = "import warnings\nwarnings.warn('careful')"
    return notebook


FAULTS = {
    "text": "mismatch 'stdout'",
    "emptied": "Unexpected output fields from running code: {'stdout'}",
    "figure": "figure 1: pixels differ by",
    "figure of another size": "figure 1: stored 30×20 pixels, computed 30×21",
    "figure that is missing": "0 stored figures, 1 computed",
    "figure that is damaged": "not a PNG",
    "alt text": "stored alt text 'another', computed 'five'",
    "never run": "was never run",
    "raises nothing": "Tagged raises-exception, but nothing was raised",
    "warns": "{'stderr'}",
}


@dataclass(frozen=True)
class Run:
    """A finished pytest run: what it printed, and {(notebook, item): (failure or "", seconds)}."""

    code: int
    text: str
    items: dict

    def failed(self, notebook):
        return {item for (name, item), (message, _) in self.items.items() if name == notebook and message}


def run_pytest(folder, *arguments):
    if not (folder / "conftest.py").exists():
        shutil.copy(ROOT / "conftest.py", folder)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\njunit_family = xunit1\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "--junitxml=report.xml", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**plain_environment(), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=hanging.SECONDS,
    )
    report = folder / "report.xml"
    cases = xml.parse(report).iter("testcase") if report.exists() else ()
    items = {
        (c.get("classname").removesuffix(".ipynb"), c.get("name")): (failure_of(c), float(c.get("time"))) for c in cases
    }
    return Run(done.returncode, done.stdout + done.stderr, items)


def failure_of(case):
    return "\n".join(part.text or "" for part in case if part.tag in ("failure", "error"))


@pytest.fixture(scope="module")
def sound():
    return run_notebook()


@pytest.fixture(scope="module")
def strict(sound, tmp_path_factory):
    """Solutions: sound, faulty, with a kernel that dies, without cells, damaged. Lessons: untouched, failing, slow."""
    folder = tmp_path_factory.mktemp("strict")
    untouched = copy.deepcopy(sound)
    for cell in untouched.cells:
        cell.update(execution_count=None, outputs=[])
    (folder / "lessons").mkdir()
    nbformat.write(untouched, folder / "lessons" / "untouched.ipynb")
    failing = [new_code_cell("1 / 0"), new_code_cell("1")]
    nbformat.write(new_notebook(cells=failing), folder / "lessons" / "failing.ipynb")
    nbformat.write(new_notebook(cells=list(map(new_code_cell, SLOW))), folder / "lessons" / "slow.ipynb")
    dead = [new_code_cell(source, execution_count=1) for source in ("import os\nos._exit(1)", "1 + 1")]
    nbformat.write(sound, folder / "sound.ipynb")
    nbformat.write(plant_faults(sound), folder / "faulty.ipynb")
    nbformat.write(new_notebook(cells=dead), folder / "dead.ipynb")
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Words")]), folder / "words.ipynb")
    (folder / "damaged.ipynb").write_text("{", encoding="utf-8")
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8") + CONFTEST, encoding="utf-8")
    return run_pytest(folder, "-n", "1", "--dist=loadscope", *NBVAL)


def test_a_sound_notebook_passes(strict):
    """Are the stored outputs reproduced: sets, hidden values, history, figures, native lines?"""
    assert {item for name, item in strict.items if name == "sound"} == {f"Cell {k}" for k in range(len(CELLS))}
    assert strict.failed("sound") == set(), strict.text


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_cell_fails_that_cell(strict, name, record_property):
    """Does the cell fail, and for this reason?"""
    message, _ = strict.items["faulty", f"Cell {POSITION[name]}"]
    caught = FAULTS[name] in message
    record_property("planted faults", (int(caught), 1))
    assert caught, message


def test_only_the_faulty_cells_fail(strict):
    """Do all other cells still pass?"""
    assert strict.failed("faulty") == {f"Cell {POSITION[name]}" for name in FAULTS}


def test_a_dead_kernel_is_noticed_at_once(strict, record_property):
    """Is a dead kernel reported as such, and not as a cell that timed out?"""
    (message, _), (later, _) = (strict.items["dead", f"Cell {k}"] for k in (0, 1))
    caught = "The kernel died while running this cell" in message
    record_property("planted faults", (int(caught), 1))
    assert caught, message
    assert "the kernel ended in an earlier cell" in later


@pytest.mark.parametrize(
    ("notebook", "reason"), [("words", "no code cell"), ("damaged", "cannot be read as a notebook")]
)
def test_a_notebook_without_cells_to_run_fails_alone(strict, notebook, reason, record_property):
    """Is it one failing item, and are the other notebooks still run?"""
    message, _ = strict.items[notebook, "notebook"]
    record_property("planted faults", (int(reason in message), 1))
    assert reason in message
    assert strict.code == pytest.ExitCode.TESTS_FAILED


def test_the_report_counts_what_was_compared(strict):
    """Does the last line count the cells that a worker compared?"""
    compared = len(CELLS) + len(CELLS) - 1  # in the faulty one, the cell that was never run is not compared
    assert f"notebook cells compared: {compared} in 2 notebooks (9 figures)" in strict.text
    assert "Received nbval" not in strict.text


def test_the_report_says_where_the_time_went(strict):
    """Is there a line for each notebook, and their sum: kernel start, imports, other cells?"""
    number = r" *(\d+\.\d)"
    row = rf"{number} \+{number} \+{number} ={number}  "
    rows = {name: re.search(row + re.escape(f"{name}.ipynb"), strict.text) for name in ("sound", "faulty")}
    total = re.search(row + "in all", strict.text)
    for found in (*rows.values(), total):
        start, first, others, whole = map(float, found.groups())
        assert start > 0 and others > 0
        assert abs(start + first + others - whole) < 0.3  # rounded to tenths
    assert float(total[4]) >= sum(float(found[4]) for found in rows.values()) - 0.3


def test_cells_that_take_too_long(strict, record_property):
    """Does only the cell that exceeds the processor time fail, not the imports or a sleep?"""
    message, _ = strict.items["lessons.slow", "Cell 3"]
    caught = strict.failed("lessons.slow") == {"Cell 3"} and f"expected at most {CELLS_SECONDS} s" in message
    record_property("planted faults", (int(caught), 1))
    assert caught, strict.text


def test_a_lesson_is_run_and_not_compared(strict, record_property):
    """Does an untouched lesson pass without execution counts, and one with an error fail?"""
    assert {item for name, item in strict.items if name == UNTOUCHED} == {f"Cell {k}" for k in range(len(CELLS))}
    assert strict.failed(UNTOUCHED) == set(), strict.text
    caught = "ZeroDivisionError" in strict.items[FAILING, "Cell 0"][0]
    record_property("planted faults", (int(caught), 1))
    assert caught and strict.failed(FAILING) == {"Cell 0"}


@pytest.fixture
def conftest():
    """The project's conftest.py, as a module of its own."""
    spec = importlib.util.spec_from_file_location("conftest_of_the_project", ROOT / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def config_of(**options):
    """What conftest.py and xdist use of pytest's configuration."""
    option = SimpleNamespace(**options)

    def getoption(name, default=None):
        return getattr(option, name, default)

    return SimpleNamespace(option=option, getoption=getoption, getvalue=getoption)


def test_splitting_a_notebook_over_workers_is_refused(conftest, record_property):
    """Does `-n 2` alone, which splits a notebook over several kernels, end with a sentence?"""
    config = config_of(numprocesses=2, dist="no", distload=False, maxprocesses=None, tx=[], nbval=True)
    xdist.plugin.pytest_cmdline_main(config)
    with pytest.raises(pytest.UsageError, match="with --dist=loadscope") as refusal:
        conftest.pytest_configure(config)
    caught = "Received --dist=load, " in str(refusal.value)
    record_property("planted faults", (int(caught), 1))
    assert caught


def test_another_nbval_is_named(conftest, monkeypatch):
    """Does the report warn if nbval has another version than the plugin was written for?"""
    lines = []
    reporter = SimpleNamespace(write_line=lines.append, stats={})
    conftest.pytest_terminal_summary(reporter, config_of(nbval=True))
    monkeypatch.setattr(conftest, "NBVAL", "0.10.9")
    conftest.pytest_terminal_summary(reporter, config_of(nbval=True))
    assert len(lines) == 1 and "Received nbval 0.11.0, expected 0.10.9" in lines[0]


PLAIN_TEST = """
import sys

def test_plain(record_property):
    record_property("mutants", (7, 8))
    record_property("mistakes", (3, 4))
    assert not {"nbval", "jupyter_client", "activation_lab"} & set(sys.modules)

def test_more(record_property):
    record_property("mutants", (2, 2))
"""


def test_a_plain_run_needs_neither_nbval_nor_the_package(tmp_path):
    """Do unit tests run without nbval and the package, and are the records of both workers summed?"""
    (tmp_path / "test_plain.py").write_text(PLAIN_TEST, encoding="utf-8")
    run = run_pytest(tmp_path, "-n", "2")
    assert run.code == pytest.ExitCode.OK, run.text
    assert "mutants: 9/10 killed" in run.text and "mistakes: 3/4 diagnosed" in run.text
    assert "planted faults:" not in run.text and "notebook cells" not in run.text
