"""The course's address, and what opens it elsewhere: links, Colab's first cell, Binder, a container."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from packaging.specifiers import SpecifierSet

from activation_lab import exercises
from activation_lab_tools import cli
from activation_lab_tools.author import address, build, guards, publish
from activation_lab_tools.author.address import Address
from activation_lab_tools.errors import UserError

ROOT = Path(__file__).parents[2]
LESSON = "01_dense_forward"
FIRST, LAST = publish.LINKS
HERE = Address("someone", "a-course")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project, with one lesson, to stand in; its address is not set."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pyproject = re.sub(r'(?m)^Repository = ".*"\n', "", pyproject)
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    (tmp_path / "README.md").write_text(f"# A course\n\n{FIRST}\n{LAST}\n\nText.\n", encoding="utf-8")
    monkeypatch.setattr(address, "PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(exercises, "lessons", lambda: (LESSON,))
    for folder in ("solutions", "lessons"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "solutions" / f"{LESSON}.ipynb", tmp_path / "solutions")
    monkeypatch.chdir(tmp_path)
    lesson = build.cut(build.read(Path(f"solutions/{LESSON}.ipynb")), build.exercise_names(LESSON))
    build.write(lesson, Path(f"lessons/{LESSON}.ipynb"))
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts}


def first_cells():
    return nbformat.read(f"lessons/{LESSON}.ipynb", as_version=4).cells


def test_the_address_goes_everywhere(project, capsys):
    """Does it stand in pyproject.toml, in the README's links and in the lesson, once, and nowhere else?"""
    before = contents(project)
    assert cli.main(["publish", "someone/a-course"]) == 0
    assert capsys.readouterr().out.count("wrote ") == 3
    assert address.published() == HERE

    old, new = (
        tomllib.loads(text.decode())
        for text in (before[project / "pyproject.toml"], Path("pyproject.toml").read_bytes())
    )
    assert old["project"].pop("urls", {}) == {}
    assert new["project"].pop("urls") == {"Repository": HERE.url} and new == old
    readme = Path("README.md").read_text(encoding="utf-8")
    assert readme.replace(publish.links(HERE) + "\n", "").encode() == before[project / "README.md"]
    title, cell, *rest = first_cells()
    assert HERE.archive in cell.source and title.cell_type == "markdown"
    assert not any("github" in other.source for other in rest)


def test_a_second_time_changes_nothing(project, capsys):
    """Is publishing repeatable, does another address replace the first, and does the build agree?"""
    publish.publish("someone/a-course")
    once = contents(project)
    assert cli.main(["publish", "someone/a-course"]) == 0 and capsys.readouterr().out == "Nothing has changed.\n"
    assert build.build([LESSON]) == [] and contents(project) == once

    publish.publish("https://github.com/other/course.git", branch="autumn/2026")
    assert address.published() == Address("other", "course", "autumn/2026")
    assert not any(b"someone" in data for data in contents(project).values())
    publish.publish("someone/a-course")
    assert contents(project) == once


def test_without_a_name_it_asks_git(project):
    """Is the address that of git's remote `origin`?"""
    for command in (["init", "-q"], ["remote", "add", "origin", "git@github.com:someone/a-course.git"]):
        subprocess.run(["git", *command], check=True)
    publish.publish()
    assert address.published() == HERE


def test_without_an_origin(project, capsys):
    """Without a remote: is it said how to name the place, and is nothing written?"""
    subprocess.run(["git", "init", "-q"], check=True)
    before = contents(project)
    assert cli.main(["publish"]) == 2
    assert "git knows no remote `origin` here" in capsys.readouterr().err and contents(project) == before


@pytest.mark.parametrize(
    "text",
    [
        "someone/a-course",
        "someone/a-course.git",
        "https://github.com/someone/a-course",
        "https://github.com/someone/a-course.git",
        "https://someone:secret@github.com/someone/a-course.git",
        "git@github.com:someone/a-course.git",
        "ssh://git@github.com/someone/a-course",
    ],
)
def test_addresses_as_git_knows_them(text):
    """Is each of GitHub's forms understood, and a password in it dropped?"""
    assert address.parsed(text) == HERE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "someone",
        "someone/a-course/more",
        "-someone/a-course",
        "someone/a course",
        'someone/a"course',
        "someone/..",
        "someone/.git",
        "someone/...git",
        "someone/a-course.git.git",
        "https://gitlab.com/someone/a-course",
        "https://u:secret@example.org/someone/a-course",
        "https://github.com.example.org/someone/a-course",
    ],
)
def test_no_address_on_github(project, text):
    """Is anything else refused in words, without a password in them, whatever origin is, and is nothing written?"""
    for command in (["init", "-q"], ["remote", "add", "origin", HERE.url.removesuffix("/tree/main")]):
        subprocess.run(["git", *command], check=True)
    before = contents(project)
    with pytest.raises(UserError, match="expected OWNER/NAME, or") as refusal:
        publish.publish(text)
    assert "secret" not in str(refusal.value) and contents(project) == before


def git_has(branch):
    return subprocess.run(["git", "check-ref-format", "--branch", branch], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "branch", ["", "-b", "a b", "a..b", "a/", "/a", "a//b", "a.", "a.lock", "a.lock/b", "a/.git", "a/.b", ".a"]
)
def test_no_branch(project, branch):
    """Is a branch refused that git would not have, and is nothing written?"""
    before = contents(project)
    with pytest.raises(UserError, match="expected the name of one"):
        publish.publish("someone/a-course", branch)
    assert not git_has(branch) and contents(project) == before


@pytest.mark.parametrize("branch", ['a"', "ä", "a'b", "a;b", "a`b`", "a(b)", "a{b}"])
def test_no_branch_for_a_link(branch):
    """Is one refused that git would have, and that does not stand in code and in a link as it is?"""
    assert git_has(branch)
    with pytest.raises(UserError, match="expected the name of one"):
        address.parsed("someone/a-course", branch)


@pytest.mark.parametrize("branch", ["main", "autumn/2026", "v1.2", "_a", "a/-b", "a.locked/b.git"])
def test_a_branch(project, branch):
    """Is what git would have taken, and read again from pyproject.toml as it was given?"""
    publish.publish("someone/.github", branch)
    assert git_has(branch) and address.published() == Address("someone", ".github", branch)


def test_the_wrong_folder(project, monkeypatch, capsys):
    """In another folder: a sentence, and the exit code 2?"""
    monkeypatch.chdir(project / "lessons")
    assert cli.main(["publish", "someone/a-course"]) == 2
    assert "Run this command there" in capsys.readouterr().err


def test_the_readme_needs_its_lines(project):
    """Without the two lines in the README: is it said which, before anything is written?"""
    Path("README.md").write_text("# A course\n", encoding="utf-8")
    before = contents(project)
    with pytest.raises(UserError, match=re.escape(FIRST)):
        publish.publish("someone/a-course")
    assert contents(project) == before


@pytest.mark.parametrize("damage", ["gone", "no notebook", "not valid"])
def test_a_solution_that_cannot_be_read(project, damage):
    """Is nothing written, neither pyproject.toml nor the README, if a lesson cannot be cut?"""
    path = Path(f"solutions/{LESSON}.ipynb")
    if damage == "gone":
        path.unlink()
    elif damage == "no notebook":
        path.write_text("{", encoding="utf-8")
    else:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["unheard"] = "of"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    before = contents(project)
    with pytest.raises((UserError, nbformat.ValidationError)):
        publish.publish("someone/a-course")
    assert contents(project) == before


def test_this_readme_has_its_lines():
    """Has the project's own README the two lines, and links only if there is an address?"""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    here = address.published(ROOT / "pyproject.toml")
    between = readme.split(f"{FIRST}\n")[1].split(f"{LAST}\n")[0]
    assert between == (publish.links(here) + "\n" if here else "")


@pytest.mark.parametrize(
    "urls",
    ["", '[project.urls]\nHome = "https://example.org"\n\n', '[project.urls]\nRepository = "https://example.org"\n\n'],
)
def test_other_addresses_in_pyproject_stay(urls):
    """Are other addresses left alone, and is one that is not GitHub's no address?"""
    text = f'[project]\nname = "a"\n\n{urls}[project.scripts]\nb = "c:d"\n'
    written = tomllib.loads(publish.with_repository(text, HERE.url))["project"]
    assert written["urls"].pop("Repository") == HERE.url
    assert written["urls"] == ({"Home": "https://example.org"} if "Home" in urls else {})
    assert written["scripts"] == {"b": "c:d"}


def test_no_address_yet(project):
    """Without an address: no cell, and none for one that is not GitHub's?"""
    assert address.published() is None and address.published(project / "gone.toml") is None
    assert not any("google.colab" in cell.source for cell in first_cells())
    (project / "pyproject.toml").write_text('[project]\n[project.urls]\nRepository = "https://example.org/a/b"\n')
    assert address.published() is None


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/someone/a-course",
        "http://github.com/someone/a-course/tree/main",
        "https://www.github.com/someone/a-course/tree/main",
        "https://github.com/someone/a-course.git/tree/main",
        "https://github.com/someone/a-course/tree/a..b",
        "https://github.com/someone/a-course/tree/'); print('seen') #",
        "https://github.com/some one/a-course/tree/main",
        "https://github.com/someone/a](b/tree/main",
    ],
)
def test_an_address_on_github_that_does_not_fit(project, url):
    """Does one written by hand reach neither code nor links, is it said what to do, and does that put it right?"""
    pyproject = Path("pyproject.toml")
    pyproject.write_text(publish.with_repository(pyproject.read_text(encoding="utf-8"), url), encoding="utf-8")
    with pytest.raises(UserError, match=f"Repository is {re.escape(repr(url))}; expected .*publish OWNER/NAME"):
        build.cut(build.read(Path(f"solutions/{LESSON}.ipynb")), build.exercise_names(LESSON))
    publish.publish("someone/a-course")
    assert address.published() == HERE


# --- Colab's first cell ---


def test_the_cell_keeps_the_house_rules(project):
    """Do the guards find nothing in a lesson with the cell, is it folded, and does the style check like it?"""
    publish.publish("someone/a-course")
    assert guards.check_lesson(f"lessons/{LESSON}.ipynb", f"solutions/{LESSON}.ipynb") == []
    cell = first_cells()[1]
    assert cell.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    name = f"lessons/{LESSON}.ipynb"
    for command in (["check"], ["format", "--check"]):  # as if it lay in the project, whose settings hold
        call = [sys.executable, "-m", "ruff", *command, "--stdin-filename", name, "-"]
        done = subprocess.run(call, cwd=ROOT, input=Path(name).read_bytes(), capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("on_colab", [True, False])
def test_what_the_cell_does(monkeypatch, capfd, on_colab):
    """On Colab: does it install the course alone, from this branch, into this Python? Elsewhere: nothing at all?"""
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **settings: calls.append((arguments, settings)))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    else:
        monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    names = {}
    exec(Address("someone", "a-course", "autumn").first_cell().source, names)
    archive = "https://github.com/someone/a-course/archive/refs/heads/autumn.zip"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", archive]
    assert calls == ([((command,), {"check": True})] if on_colab else [])
    assert capfd.readouterr() == ("", "") and ("course" in names) == on_colab


# --- links, Binder, a container ---


def test_links_lead_to_files_that_are_there():
    """Does each link name the repository, and a lesson that exists?"""
    where = Address("Someone", "a-course", "autumn/2026")
    for lesson in exercises.lessons():
        path = unquote(urlsplit(where.colab(lesson)).path)
        assert path == f"/github/Someone/a-course/blob/autumn/2026/lessons/{lesson}.ipynb"
        assert (ROOT / "lessons" / f"{lesson}.ipynb").is_file()
    binder = urlsplit(where.binder)
    assert binder.path == "/v2/gh/Someone/a-course/autumn%2F2026"
    opened = unquote(binder.query.removeprefix("urlpath="))
    assert (ROOT / opened.removeprefix("lab/tree/")).is_file()
    assert where.site == "https://someone.github.io/a-course/"
    assert Address("Someone", "someone.github.io").site == "https://someone.github.io/"
    assert publish.links(where).count("](https://") == len(exercises.lessons()) + 3


def test_binder_installs_what_make_installs():
    """Has Binder a supported Python, the tested versions, and the small TensorFlow?"""
    folder, project = ROOT / ".binder", tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for line in (folder / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["--constraint ../constraints.txt", "--editable .[lab,keras-cpu]"]
    assert (folder / "../constraints.txt").is_file() and {"lab", "keras-cpu"} <= project["optional-dependencies"].keys()
    python = (folder / "runtime.txt").read_text().strip().removeprefix("python-")
    assert SpecifierSet(project["requires-python"]).contains(python)
    news = "@jupyterlab/apputils-extension:announcements"
    assert news in (folder / "postBuild").read_text() and news in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert os.name == "nt" or os.access(folder / "postBuild", os.X_OK)


def test_the_container_does_what_make_does():
    """Does the container have a supported Python, and do its commands call targets that make knows?"""
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    python = re.fullmatch(r"python:(3\.\d+)-\w+", container["image"])[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(python)
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
    """Does every job of that workflow hang on the repository's Pages, or need one that does?"""
    jobs = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8"))["jobs"]
    for job in jobs.values():
        assert "github.event.repository.has_pages" in (job.get("if"), jobs.get(job.get("needs"), {}).get("if"))
