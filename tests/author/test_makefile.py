"""What `make` does, with small programs of our own in place of Python, pip and ruff."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13")

pytestmark = pytest.mark.skipif(
    os.name == "nt" or subprocess.call("command -v make >/dev/null", shell=True) != 0, reason="there is no make here"
)


def program(file, body):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


@pytest.fixture
def make(tmp_path):
    """Calls make in a folder that has the project's Makefile; programs in the folder's `bin` are found first."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "constraints-oldest.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"))

    def call(*arguments):
        # Whoever runs these tests by `make test` hands its own settings down; here they would decide the result.
        ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "CONSTRAINTS", "PORT", "BROWSER"}
        inherited = {name: value for name, value in os.environ.items() if name not in ours}
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["make", *arguments],
            cwd=tmp_path,
            env=inherited | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
        )

    call.folder = tmp_path
    return call


def pretend(make, **versions):
    """Every Python that make looks for is a program that says its version; the others fail as a pyenv shim does."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        found = versions.get(name.replace(".", "_"))
        if found is None:
            program(make.folder / "bin" / name, 'echo "pyenv: command not found" >&2; exit 127')
            continue
        # For -c it says its version; for -m venv --clear .venv it makes a .venv/bin/python.
        supported = found.startswith(tuple(f"{version}." for version in PYTHONS))
        program(
            make.folder / "bin" / name,
            f'[ "$1" = -c ] && {{ echo {found}; exit {int(not supported)}; }}\n'
            f"mkdir -p .venv/bin; echo '{name}' > .venv/made_by; touch .venv/bin/python; chmod +x .venv/bin/python",
        )


def test_unsupported_python_is_one_sentence(make):
    """With old and broken Pythons only: what was received, what is expected, what to do, and no .venv left behind?"""
    pretend(make, python3="3.10.13")
    result = make("lab")
    assert result.returncode != 0
    sentence, end = result.stderr.splitlines()
    assert "python3 (3.10.13)" in sentence and "python3.13 (does not run)" in sentence
    assert "expected Python 3.11, 3.12 or 3.13" in sentence and "make lab PYTHON=" in sentence
    assert end.startswith("make: ***")
    assert not (make.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ({"python3_13": "3.13.1", "python3_11": "3.11.4", "python3": "3.12.0"}, "python3.13"),
        ({"python3_11": "3.11.4", "python3": "3.14.0"}, "python3.11"),
        ({"python3": "3.12.9"}, "python3"),
        ({"python": "3.12.9"}, "python"),
    ],
)
def test_a_supported_python_is_found(make, there, chosen):
    """Is the newest supported Python taken, past shims that fail?"""
    pretend(make, **there)
    assert make(".venv/bin/python").returncode == 0
    assert (make.folder / ".venv" / "made_by").read_text().strip() == chosen


def test_python_by_name(make):
    """Does PYTHON=… decide, and is a wrong one refused though a right one is there?"""
    pretend(make, python3_13="3.13.1", python3_11="3.11.4", python3="3.10.1")
    refused = make("lab", "PYTHON=python3")
    assert refused.returncode != 0 and "received python3 (3.10.1); expected" in refused.stderr
    assert make(".venv/bin/python", "PYTHON=python3.11").returncode == 0
    assert (make.folder / ".venv" / "made_by").read_text().strip() == "python3.11"


def test_this_python_examined(make):
    """Does make's own examination of a Python, run by a real one, accept it, and refuse it on an Intel Mac?"""
    program = re.search(r"python\S* -c '(.*?)'", make("-n", ".venv/bin/python").stdout.replace('"$python"', "python"))
    examine = [sys.executable, "-c", program.group(1)]
    accepted = subprocess.run(examine, capture_output=True, text=True, timeout=60)
    assert (accepted.returncode, accepted.stdout.strip()) == (0, platform.python_version())
    mac = "import sys, platform; sys.platform = 'darwin'; platform.machine = lambda: 'x86_64'; "
    refused = subprocess.run([*examine[:2], mac + program.group(1)], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and "Intel Mac" in refused.stdout


@pytest.fixture
def installed(make):
    """A .venv whose Python writes down how it was called; a file named `broken` makes its pip fail."""
    program(
        make.folder / ".venv" / "bin" / "python",
        'echo "$@" >> calls; if [ "$2" = pip ] && [ -e broken ]; then echo "ERROR: no" >&2; exit 1; fi',
    )

    def calls():
        file = make.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    make.calls = calls
    make.stamps = lambda: sorted(file.name for file in (make.folder / ".venv").glob(".*-*"))
    return make


def test_a_failed_install_leaves_no_stamp(installed):
    """After a failed installation, does make say so, stop, and install again the next time?"""
    (installed.folder / "broken").touch()
    result = installed("lab")
    assert result.returncode != 0 and "The installation failed" in result.stderr
    assert installed.stamps() == [] and len(installed.calls()) == 1
    (installed.folder / "broken").unlink()
    assert installed("lab").returncode == 0
    install, news, lab = installed.calls()
    assert install.startswith("-m pip install") and lab.startswith("-m jupyterlab")
    assert news.startswith("-m jupyter labextension disable")
    assert installed.stamps() == [".lab-constraints"]


def test_nothing_changed_nothing_installed(installed):
    """Is pip called only when pyproject.toml, constraints.txt or the choice of versions changed?"""
    installed("lab")
    assert any("--constraint constraints.txt" in call for call in installed.calls())
    installed("lab")
    assert not any("pip install" in call for call in installed.calls())
    installed("lab", "CONSTRAINTS=")
    assert any("--upgrade" in call and "--constraint" not in call for call in installed.calls())
    installed("lab")
    assert any("--constraint constraints.txt" in call for call in installed.calls())
    installed("lab", "CONSTRAINTS=constraints-oldest.txt")
    assert any("--constraint constraints-oldest.txt" in call for call in installed.calls())
    installed("lab")
    assert any("--constraint constraints.txt" in call for call in installed.calls())
    os.utime(installed.folder / "pyproject.toml", (2e9, 2e9))
    installed("lab")
    assert any("pip install" in call for call in installed.calls())


def test_the_tensorflow_that_is_there_stays(installed):
    """Does an environment with one TensorFlow never get the other?"""
    for extra, folder in (("keras", "tensorflow-2.21.0.dist-info"), ("keras-cpu", "tensorflow_cpu-2.21.0.dist-info")):
        there = installed.folder / ".venv" / "lib" / "python3.12" / "site-packages" / folder
        there.mkdir(parents=True)
        installed("lab", "CONSTRAINTS=" if extra == "keras" else "CONSTRAINTS=constraints.txt")
        (install,) = [call for call in installed.calls() if "pip install" in call]
        assert f".[lab,{extra}]" in install
        there.rmdir()


def test_lab_asks_nothing_of_the_internet(installed):
    """Does `make lab PORT=… BROWSER=no` open the first lesson, without a browser, news, or a look for updates?"""
    installed("lab", "PORT=9001", "BROWSER=no")
    words = installed.calls()[-1].split()
    assert {"--port=9001", "--no-browser", "--LabApp.default_url=/lab/tree/01_dense_forward.ipynb"} <= set(words)
    assert {"--LabApp.news_url=None", "--LabApp.extension_manager=readonly"} <= set(words)
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in words
    assert ("--allow-root" in words) == (os.getuid() == 0)


def test_every_step_counts(installed):
    """Does `make test` run every step, name each that failed, and fail if any did?"""
    program(installed.folder / ".venv" / "bin" / "ruff", '[ "$1" = format ]')
    result = installed("test")
    assert result.returncode != 0
    assert re.search(r"make test: failed: ruff check; after \d+ s\.", result.stdout)
    steps = [call for call in installed.calls() if "pytest" in call]
    assert len(steps) == 3 and "--nbval " in steps[1] and "--nbval-lax" in steps[2]
    program(installed.folder / ".venv" / "bin" / "ruff", "")
    passing = installed("test")
    assert passing.returncode == 0 and re.search(r"make test: passed after \d+ s\.", passing.stdout)


def test_bench_unsets_openblas(installed, monkeypatch):
    """Does `make bench` measure without the variables that choose OpenBLAS's kernels, and say so?"""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    program(installed.folder / ".venv" / "bin" / "python", 'echo "$2 core=${OPENBLAS_CORETYPE-unset}" >> calls')
    result = installed("bench")
    assert "pytest core=unset" in installed.calls()
    assert "OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are unset" in result.stdout
