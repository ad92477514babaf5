"""Shared by every pytest run: the nbval plugin when notebooks are run, and the last lines of the report."""

import functools
import importlib.metadata
import os
import subprocess
from collections import Counter
from pathlib import Path

# One thread each, before NumPy or TensorFlow is imported: the threads of several workers wait for one another.
for name in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP"):
    os.environ.setdefault(f"{name}_THREADS", "1")

import pytest  # noqa: E402

NBVAL = "0.11.0"  # the plugin subclasses private parts of this version

# Keys under which tests record (done, total) as user properties, and the verb for the last lines of the report.
TALLIES = {
    "planted faults": "caught",
    "mutants": "killed",
    "mistakes": "diagnosed",
    "false names": "given to wrong answers without a rule",
}


# Half of the tests, which take nine tenths of the time: `--quick` runs them only if what they test has changed.
SLOW = """archives attacks build claims classroom cluster diagrams doctor exercises forked_kernels graphs harness idle
keras_models limit models mutation nbval_plugin plots quiet readme rebuild relations run sandbox
submission_judge syntax system_calls timing""".split()


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="leave out slow tests, but for those of changed files")


def pytest_ignore_collect(collection_path, config):
    name = collection_path.stem.removeprefix("test_")
    if config.getoption("quick") and collection_path.suffix == ".py" and name in SLOW and name not in changed():
        return True


@functools.cache
def changed():
    """The names of files and folders that differ from the last commit, without `test_` and endings."""
    listed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, cwd=Path(__file__).parent)
    paths = [Path(line[3:].split(" -> ")[-1]) for line in listed.stdout.splitlines()]
    return {Path(part).stem.removeprefix("test_") for path in paths for part in path.parts}


def pytest_configure(config):
    if not notebooks_are_run(config):
        return
    if config.getoption("dist", "no") not in ("no", "loadscope", "loadfile") and not hasattr(config, "workerinput"):
        raise pytest.UsageError(
            f"Received --dist={config.getoption('dist')}, which splits a notebook's cells over several kernels; "
            "run notebooks in parallel with --dist=loadscope."
        )
    from activation_lab_tools.author import nbval_plugin

    config.pluginmanager.register(nbval_plugin, "activation_lab_nbval")


def notebooks_are_run(config):
    return bool(config.getoption("nbval", False) or config.getoption("nbval_lax", False))


def pytest_terminal_summary(terminalreporter, config):
    write = terminalreporter.write_line
    if notebooks_are_run(config) and (version := importlib.metadata.version("nbval")) != NBVAL:
        write(f"Received nbval {version}, expected {NBVAL}: faults may be missed. Run pip install nbval=={NBVAL}.")
    recorded = properties(terminalreporter)
    if cells := recorded.get("notebook_cell"):
        notebooks, figures = {name for name, _ in cells}, sum(count for _, count in cells)
        write(f"notebook cells compared: {len(cells)} in {len(notebooks)} notebooks ({figures} figures)")
    if timed := recorded.get("notebook_seconds"):
        write("processor seconds: kernel start + imports + other cells")
        for name in sorted({name for name, _ in timed}):
            write(f"  {added(parts for other, parts in timed if other == name)}  {name}")
        write(f"  {added(parts for _, parts in timed)}  in all")
    for key, verb in TALLIES.items():
        if key in recorded:
            done, total = (sum(column) for column in zip(*recorded[key], strict=True))
            write(f"{key}: {done}/{total} {verb}")
    for reason, number in left_out(terminalreporter):
        write(f"left out: {number} {'test' if number == 1 else 'tests'}: {reason}")


def left_out(terminalreporter):
    """[(why, how many tests were skipped), …], most first: a sentence that says what is missing says how to get it."""
    reasons = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    return reasons.most_common()


def added(rows):
    """“0.5 +  2.3 +  2.8 =  5.6”: the sum of each column, and their total."""
    columns = [sum(column) for column in zip(*rows, strict=True)]
    return f"{' + '.join(f'{seconds:5.1f}' for seconds in columns)} = {sum(columns):5.1f}"


def properties(terminalreporter):
    """{key: [value, …]} over the tests of all workers. Each test counts once, by the report of its call phase."""
    found = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for key, value in report.user_properties:
                    found.setdefault(key, []).append(value)
    return found
