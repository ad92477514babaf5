"""Do the files that install the course agree with each other?"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
PYTHONS = ("3.11", "3.12", "3.13")
TENSORFLOWS = {"tensorflow", "tensorflow-cpu"}
TESTED, OLDEST = "constraints.txt", "constraints-oldest.txt"
# TensorFlow 2.19 brings these; today's does not.
ONLY_OLDEST = {"markdown", "tensorboard", "tensorboard-data-server", "tensorflow-io-gcs-filesystem", "werkzeug"}

each_constraints = pytest.mark.parametrize("constraints", [TESTED, OLDEST])


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements):
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def pins(constraints):
    return dict(line.split("==") for line in read(constraints).splitlines() if not line.startswith("#"))


# --- the metadata ---


def test_supported_pythons():
    """Do pyproject.toml and the continuous integration support the same Pythons?"""
    supported = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(30) if supported.contains(f"3.{minor}.5")] == list(PYTHONS)
    assert workflow()["jobs"]["test"]["strategy"]["matrix"]["python"] == list(PYTHONS)


def test_core_is_small():
    """Is the core install NumPy and matplotlib, and nothing else?"""
    assert names(PROJECT["dependencies"]) == {"numpy", "matplotlib"}


def test_import_needs_no_more_than_numpy():
    """Does `import activation_lab` not import matplotlib, TensorFlow and Keras, so that Part I starts at once?"""
    code = "import sys, activation_lab; print({'matplotlib', 'tensorflow', 'keras'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout.strip() == "set()"


def test_tensorflows_never_meet():
    """Does each TensorFlow have its own extra, which no other extra includes?"""
    assert names(EXTRAS["keras"]) == {"tensorflow", "keras"}
    assert names(EXTRAS["keras-cpu"]) == {"tensorflow-cpu", "keras"}
    for extra in EXTRAS.keys() - {"keras", "keras-cpu"}:
        assert not names(EXTRAS[extra]) & TENSORFLOWS
        inner = [Requirement(text).extras for text in EXTRAS[extra] if Requirement(text).name == PROJECT["name"]]
        assert not set().union(*inner) & {"keras", "keras-cpu"}


def test_one_tensorflow_here():
    """Does this environment contain at most one TensorFlow?"""
    installed = {canonicalize_name(found.metadata["Name"]) for found in metadata.distributions()}
    assert len(installed & TENSORFLOWS) <= 1


def test_license_files():
    """Does every license file that the package names exist, and does each license have its own?"""
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file()
    assert "MIT License" in read("LICENSE")
    assert "CC-BY-4.0" in read("LICENSE-text")
    assert "Zalando" in read("activation_lab/datasets/fashion_mnist_LICENSE.txt")


def test_console_script():
    """Is the entry point of `activation-lab` a function?"""
    module, function = PROJECT["scripts"]["activation-lab"].split(":")
    code = f"import {module} as module; assert callable(module.{function})"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- conda ---


def conda():
    content = yaml.safe_load(read("environment.yml"))
    *plain, last = content["dependencies"]
    return content, plain, last["pip"]


def test_conda_gives_python_and_pip_alone():
    """Do only Python and pip come from conda, in the range that pyproject.toml supports?"""
    content, plain, _ = conda()
    assert content["name"] == PROJECT["name"]
    assert content["channels"] == ["conda-forge", "nodefaults"]
    assert [re.match("[a-z]+", spec).group() for spec in plain] == ["python", "pip"]
    assert SpecifierSet(plain[0].removeprefix("python")) == SpecifierSet(PROJECT["requires-python"])


def test_conda_installs_what_pyproject_names():
    """Under pip: are the course, JupyterLab, Keras and nbval required exactly as in pyproject.toml?"""
    _, _, under_pip = conda()
    assert under_pip.count("-e .") == 1
    named = [text for text in under_pip if text != "-e ."]
    needed = PROJECT["dependencies"] + EXTRAS["lab"] + EXTRAS["keras"]
    nbval = [text for text in EXTRAS["dev"] if text.startswith("nbval")]
    assert sorted(named) == sorted(needed + nbval)


@each_constraints
def test_conda_allows_the_tested_versions(constraints):
    """Does each range in environment.yml allow the versions in both constraints files?"""
    _, _, under_pip = conda()
    for requirement in map(Requirement, (text for text in under_pip if text != "-e .")):
        assert requirement.specifier.contains(pins(constraints)[canonicalize_name(requirement.name)])


# --- the tested versions, and the oldest ---


@each_constraints
def test_constraints_are_plain(constraints):
    """Is every line `name==version`, sorted, without duplicates, pip or setuptools?"""
    lines = [line for line in read(constraints).splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9.]*", line) for line in lines)
    assert lines == sorted(lines)
    assert len(pins(constraints)) == len(lines)
    assert not pins(constraints).keys() & {"pip", "setuptools", PROJECT["name"]}


@each_constraints
@pytest.mark.parametrize("extra", ["", *sorted(EXTRAS)])
def test_constraints_satisfy_pyproject(extra, constraints):
    """Does every requirement of the package and its extras allow the version in the constraints?"""
    for requirement in map(Requirement, EXTRAS[extra] if extra else PROJECT["dependencies"]):
        if requirement.name != PROJECT["name"]:
            pinned = pins(constraints)[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(pinned), requirement


@each_constraints
def test_tensorflows_are_one_version(constraints):
    """Do both TensorFlows have the same version?"""
    assert pins(constraints)["tensorflow"] == pins(constraints)["tensorflow-cpu"]


def test_the_oldest_versions_are_the_lower_bounds():
    """Are the oldest NumPy, Keras and TensorFlow the lower bounds in pyproject.toml, and everything else as tested?"""
    oldest, tested = pins(OLDEST), pins(TESTED)
    assert oldest.keys() - tested.keys() == ONLY_OLDEST and not tested.keys() - oldest.keys()
    assert {name for name in tested if tested[name] != oldest[name]} == {"keras", "numpy", "protobuf", *TENSORFLOWS}
    bounds = map(Requirement, [*PROJECT["dependencies"], *EXTRAS["keras"], *EXTRAS["keras-cpu"]])
    for name, specifier in [(bound.name, str(bound.specifier)) for bound in bounds if bound.name != "matplotlib"]:
        assert f"{oldest[name]}.".startswith(f"{specifier.removeprefix('>=')}."), name


def constraints_here():
    """The constraints file whose TensorFlow is installed; the tested one if there is none."""
    here = {canonicalize_name(found.metadata["Name"]): found.version for found in metadata.distributions()}
    installed = next((here[name] for name in TENSORFLOWS if name in here), None)
    return OLDEST if installed == pins(OLDEST)["tensorflow"] else TESTED


def test_constraints_are_complete():
    """Is every direct or indirect requirement pinned?"""
    pinned = pins(constraints_here())
    waiting = [Requirement(text) for extra in ("lab", "dev", "instructor") for text in EXTRAS[extra]]
    waiting += [Requirement(text) for text in PROJECT["dependencies"]] + [Requirement(name) for name in TENSORFLOWS]
    seen = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) in seen or name in {PROJECT["name"], "pip", "setuptools"}:
                continue
            seen.add((name, extra))
            assert name in pinned
            waiting += needed_by(name, extra)
    assert len(seen) > 60


def needed_by(name, extra):
    """The requirements of the installed package `name` for `extra`; empty if it is not installed."""
    try:
        requirements = [Requirement(text) for text in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []
    return [each for each in requirements if each.marker is None or each.marker.evaluate({"extra": extra})]


# --- continuous integration ---


def workflow():
    return yaml.safe_load(read(".github/workflows/ci.yml"))


def test_ci_calls_make():
    """Does each job call .ci/run: for every Python, with the oldest versions, and weekly with the newest?"""
    jobs = workflow()["jobs"]
    assert "bash .ci/run PYTHON=python" in [step.get("run") for step in jobs["test"]["steps"]]
    assert jobs["oldest"]["steps"][-1]["run"] == f"bash .ci/run PYTHON=python CONSTRAINTS={OLDEST}"
    assert jobs["newest"]["steps"][-1]["run"].endswith("CONSTRAINTS=")
    assert workflow()[True]["schedule"]  # YAML 1.1 reads the key `on` as true


# --- Binder, the container, GitHub Pages ---


def test_binder_installs_what_make_installs():
    """Does Binder get a supported Python, the tested versions, and the small TensorFlow?"""
    folder = ROOT / ".binder"
    lines = [line for line in (folder / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["--constraint ../constraints.txt", "--editable .[lab,keras-cpu]"]
    assert (folder / "../constraints.txt").is_file() and {"lab", "keras-cpu"} <= EXTRAS.keys()
    python = (folder / "runtime.txt").read_text().strip().removeprefix("python-")
    assert SpecifierSet(PROJECT["requires-python"]).contains(python)
    assert os.name == "nt" or os.access(folder / "postBuild", os.X_OK)


def test_the_container_does_what_make_does():
    """Does the container have a supported Python, and do its commands call existing make targets?"""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    python = re.fullmatch(r"python:(3\.\d+)-\w+", container["image"])[1]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python)
    created, attached = map(shlex.split, (container["postCreateCommand"], container["postAttachCommand"]))
    attached = attached[attached.index("||") + 1 :]
    assert f"PYTHON=python{python}" in created and f"PORT={container['forwardPorts'][0]}" in attached
    for page in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / page).is_file()
    if shutil.which("make"):
        for command in (created, attached):
            done = subprocess.run([command[0], "--dry-run", *command[1:]], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


def test_pages_are_published_only_where_there_are_pages():
    """Does every job of that workflow require that the repository has Pages, or need one that does?"""
    jobs = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8"))["jobs"]
    for job in jobs.values():
        assert "github.event.repository.has_pages" in (job.get("if"), jobs.get(job.get("needs"), {}).get("if"))
