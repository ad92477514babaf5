"""What `make` and `.ci/run` do, with stub programs in place of Python, pip and ruff."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import hanging
import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
SUPPORTED = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])

pytestmark = pytest.mark.skipif(
    os.name == "nt" or subprocess.call("command -v make >/dev/null", shell=True) != 0, reason="there is no make here"
)


def program(file, body):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


@pytest.fixture
def make(tmp_path):
    """Call make in a folder with the project's Makefile; programs in the folder's `bin` are found first."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "constraints-oldest.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"))

    def call(*arguments):
        # `make test` passes its own settings down, which would change the result here.
        ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON", "CONSTRAINTS", "PORT", "BROWSER"}
        inherited = {name: value for name, value in os.environ.items() if name not in ours}
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["make", *arguments],
            cwd=tmp_path,
            env=inherited | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=hanging.SECONDS,
        )

    call.folder = tmp_path
    return call


def pretend(make, **versions):
    """Each Python in `versions` is a program that prints its version; the others fail as a pyenv shim does."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        found = versions.get(name.replace(".", "_"))
        if found is None:
            program(make.folder / "bin" / name, 'echo "pyenv: command not found" >&2; exit 127')
            continue
        # For -c it prints its version; for -m venv --clear .venv it makes a .venv/bin/python.
        supported = found.startswith(tuple(f"{version}." for version in PYTHONS))
        program(
            make.folder / "bin" / name,
            f'[ "$1" = -c ] && {{ echo {found}; exit {int(not supported)}; }}\n'
            f"mkdir -p .venv/bin; echo '{name}' > .venv/made_by; touch .venv/bin/python; chmod +x .venv/bin/python",
        )


def test_unsupported_python_is_one_sentence(make):
    """If all Pythons are old or broken: does one sentence say what was found and what to do, and is no .venv left?"""
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
    """Is the newest supported Python chosen, past shims that fail?"""
    pretend(make, **there)
    assert make(".venv/bin/python").returncode == 0
    assert (make.folder / ".venv" / "made_by").read_text().strip() == chosen


def test_python_by_name(make):
    """Does PYTHON=… decide, and is an unsupported one refused even if a supported one is there?"""
    pretend(make, python3_13="3.13.1", python3_11="3.11.4", python3="3.10.1")
    refused = make("lab", "PYTHON=python3")
    assert refused.returncode != 0 and "received python3 (3.10.1); expected" in refused.stderr
    assert make(".venv/bin/python", "PYTHON=python3.11").returncode == 0
    assert (make.folder / ".venv" / "made_by").read_text().strip() == "python3.11"


def real(make, pretending):
    """`python3` is this Python after the statements `pretending`; there is no other."""
    pretend(make)
    program(
        make.folder / "bin" / "python3",
        f'[ "$1" = -c ] && exec {sys.executable} -c "import sys, platform; {pretending}; $2"\n'
        "mkdir -p .venv/bin; touch .venv/bin/python; chmod +x .venv/bin/python",
    )
    return make(".venv/bin/python")


@pytest.mark.parametrize("minor", range(9, 16))
def test_the_supported_pythons(make, minor):
    """Does make's own check, run by a real Python, accept exactly the versions that pyproject.toml supports?"""
    result = real(make, f"sys.version_info = (3, {minor}, 5)")
    assert (result.returncode == 0) == SUPPORTED.contains(f"3.{minor}.5"), result.stderr


def test_no_intel_mac(make):
    """Is a Python for Intel Macs refused, with the reason?"""
    result = real(make, "sys.platform = 'darwin'; platform.machine = lambda: 'x86_64'")
    assert result.returncode != 0 and "Intel Mac" in result.stderr


@pytest.fixture
def installed(make):
    """A .venv whose Python records how it was called; a file named `broken` makes its pip fail."""
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
    """After a failed installation: does make say so, stop, and install again the next time?"""
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
    """Is pip called only if pyproject.toml, constraints.txt or the choice of versions has changed?"""
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
    """Does `make lab PORT=… BROWSER=no` open the first lesson, without a browser, news or update checks?"""
    installed("lab", "PORT=9001", "BROWSER=no")
    words = installed.calls()[-1].split()
    assert {"--port=9001", "--no-browser", "--LabApp.default_url=/lab/tree/lessons/01_dense_forward.ipynb"} <= set(
        words
    )
    assert {"--LabApp.news_url=None", "--LabApp.extension_manager=readonly"} <= set(words)
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in words
    assert ("--allow-root" in words) == (os.getuid() == 0)


@pytest.mark.parametrize(("own", "threads"), [(None, "1"), ("4", "4")])
def test_lab_threads(installed, monkeypatch, own, threads):
    """Does `make lab` compute NumPy's small products in one thread, unless told otherwise?"""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if own:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", own)
    program(installed.folder / ".venv" / "bin" / "python", 'echo "$2 threads=${OPENBLAS_NUM_THREADS-unset}" >> calls')
    installed("lab", "BROWSER=no")
    assert installed.calls()[-1] == f"jupyterlab threads={threads}"


def test_every_step_counts(installed):
    """Does `make test` run every step, the one that says what was left out last, and name each that failed?"""
    program(installed.folder / ".venv" / "bin" / "ruff", '[ "$1" = format ]')
    result = installed("test")
    assert result.returncode != 0
    assert re.search(r"make test: failed: ruff check; after \d+ s\.", result.stdout)
    notebooks, units = [call for call in installed.calls() if "pytest" in call]
    assert "--nbval " in notebooks and notebooks.endswith(" solutions lessons") and "--nbval" not in units
    program(installed.folder / ".venv" / "bin" / "ruff", "")
    passing = installed("test")
    assert passing.returncode == 0 and re.search(r"make test: passed after \d+ s\.", passing.stdout)


def test_bench_unsets_openblas(installed, monkeypatch):
    """Does `make bench` unset the variables that choose OpenBLAS kernels, and say so?"""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    program(installed.folder / ".venv" / "bin" / "python", 'echo "$2 core=${OPENBLAS_CORETYPE-unset}" >> calls')
    result = installed("bench")
    assert "pytest core=unset" in installed.calls()
    assert "OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are unset" in result.stdout


def test_binder_asks_nothing_of_the_internet(installed):
    """Does Binder disable the same news plugin as `make lab`?"""
    installed("lab")
    (news,) = [call for call in installed.calls() if "labextension" in call]
    program(installed.folder / "bin" / "jupyter", 'echo "-m jupyter $@" >> calls')
    path = f"{installed.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", ROOT / ".binder" / "postBuild"]
    subprocess.run(command, cwd=installed.folder, env=os.environ | {"PATH": path}, check=True)
    assert installed.calls() == [news]


@pytest.mark.parametrize("browser", [True, False])
def test_what_every_change_must_pass(tmp_path, browser):
    """Does .ci/run hand its arguments to `make test site`, and to test-ui if there is a browser?"""
    for name in ("bash", "dirname"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    for name in ("bwrap", *(["chromium"] if browser else [])):
        program(tmp_path / "bin" / name, "true")
    program(tmp_path / "bin" / "make", 'echo "$@" > calls')
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    command = [shutil.which("bash"), ".ci/run", "PYTHON=python"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    words = (tmp_path / "calls").read_text().split()
    targets = {word for word in words if "=" not in word and not word.startswith("-")}
    assert targets == {"test", "site"} | ({"test-ui"} if browser else set()) and "PYTHON=python" in words
    assert ("no Chromium" in done.stderr.replace("No", "no")) != browser
