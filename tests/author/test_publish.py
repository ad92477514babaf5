"""The course's address on GitHub: in pyproject.toml, in links, and in the lessons' first cell for Colab."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import nbformat
import pytest

from activation_lab import exercises
from activation_lab_tools import cli
from activation_lab_tools.author import build, lint, publish, repository
from activation_lab_tools.author.repository import Repository
from activation_lab_tools.errors import UserError

ROOT = Path(__file__).parents[2]
LESSON = "01_dense_forward"
HERE = Repository("someone", "a-course")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project with one lesson as the current folder, without an address."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pyproject = re.sub(r'(?m)^Repository = ".*"\n', "", pyproject)
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    monkeypatch.setattr(repository, "PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(exercises, "lessons", lambda: (LESSON,))
    for folder in ("solutions", "lessons"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "solutions" / f"{LESSON}.ipynb", tmp_path / "solutions")
    monkeypatch.chdir(tmp_path)
    build.write_if_changed(cut(), Path(f"lessons/{LESSON}.ipynb"))
    return tmp_path


def cut():
    return build.cut(build.read_notebook(Path(f"solutions/{LESSON}.ipynb")), build.exercise_names(LESSON))


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def first_cells():
    return nbformat.read(f"lessons/{LESSON}.ipynb", as_version=4).cells


def test_the_address_goes_everywhere(project, capsys):
    """Is it in pyproject.toml and in the lesson, once, and nowhere else?"""
    before = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert cli.main(["publish", "someone/a-course"]) == 0
    assert capsys.readouterr().out.count("wrote ") == 2
    assert repository.published() == HERE

    after = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert before["project"].pop("urls", {}) == {}
    assert after["project"].pop("urls") == {"Repository": HERE.url} and after == before
    title, cell, *rest = first_cells()
    assert HERE.archive in cell.source and title.cell_type == "markdown"
    assert not any("github" in other.source for other in rest)


def test_a_second_time_changes_nothing(project, monkeypatch, capsys):
    """Is publishing repeatable, does another address replace the first, and does the build agree?"""
    monkeypatch.setattr(build, "executed", lambda notebook, name: notebook)  # no output is published
    publish.publish("someone/a-course")
    build.build([LESSON])  # its signposts know of one lesson now
    once = contents(project)
    assert cli.main(["publish", "someone/a-course"]) == 0 and capsys.readouterr().out == "Nothing changed.\n"
    assert build.build([LESSON]) == [] and contents(project) == once

    publish.publish("https://github.com/other/course")
    assert repository.published() == Repository("other", "course")
    assert not any(b"someone" in data for data in contents(project).values())
    publish.publish("someone/a-course")
    assert contents(project) == once


NOT_ON_GITHUB = ["", "someone", "someone/a-course/more", "-someone/a-course", "someone/a course", 'someone/a"course']
NOT_ON_GITHUB += ["someone/..", "someone/.git", "someone/a-course.git", "https://gitlab.com/someone/a-course"]
NOT_ON_GITHUB += ["https://github.com.example.org/someone/a-course", "someone/a'); print('seen') #", "someone/a](b"]


@pytest.mark.parametrize("text", NOT_ON_GITHUB)
def test_other_addresses_are_refused(project, text):
    """Does anything else raise an error that says what is expected, with nothing written?"""
    before = contents(project)
    with pytest.raises(UserError, match="expected OWNER/NAME, or"):
        publish.publish(text)
    assert contents(project) == before


def test_the_wrong_folder(project, monkeypatch, capsys):
    """In another folder: is there a sentence, and the exit code 2?"""
    monkeypatch.chdir(project / "lessons")
    assert cli.main(["publish", "someone/a-course"]) == 2
    assert "Run this command there" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["gone", "not a notebook", "not valid"])
def test_a_solution_that_cannot_be_read(project, damage):
    """Is nothing written if a lesson cannot be cut?"""
    path = Path(f"solutions/{LESSON}.ipynb")
    if damage == "gone":
        path.unlink()
    elif damage == "not a notebook":
        path.write_text("{", encoding="utf-8")
    else:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["unheard"] = "of"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    before = contents(project)
    with pytest.raises((UserError, nbformat.ValidationError)):
        publish.publish("someone/a-course")
    assert contents(project) == before


URLS = [
    "",
    '[project.urls]\nHome = "https://example.org"\n\n',
    '[project.urls]\nRepository = "https://example.org"\n\n',
]


@pytest.mark.parametrize("urls", URLS)
def test_other_addresses_in_pyproject_stay(urls):
    """Are other addresses left alone, and is an earlier repository replaced?"""
    text = f'[project]\nname = "a"\n\n{urls}[project.scripts]\nb = "c:d"\n'
    written = tomllib.loads(publish.with_repository(text, HERE.url))["project"]
    assert written["urls"].pop("Repository") == HERE.url
    assert written["urls"] == ({"Home": "https://example.org"} if "Home" in urls else {})
    assert written["scripts"] == {"b": "c:d"}


def test_a_pyproject_without_room(project):
    """Does a pyproject.toml without the expected tables raise an error with the line to add?"""
    with pytest.raises(UserError, match="add this table, with the line Repository = "):
        publish.with_repository('[project]\nname = "a"\n', HERE.url)


def test_no_address_yet(project):
    """Without an address, or with one that is not on GitHub: is there no cell for Colab?"""
    assert repository.published() is None and repository.published(project / "gone.toml") is None
    assert not any("google.colab" in cell.source for cell in first_cells())
    (project / "pyproject.toml").write_text('[project]\n[project.urls]\nRepository = "https://example.org/a/b"\n')
    assert repository.published() is None


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/someone/a-course",
        "https://www.github.com/someone/a-course",
        "https://github.com/someone/a-course.git",
        "https://github.com/someone/a-course/tree/main",
        "https://github.com/someone/a-course'); print('seen') #",
        "https://github.com/some one/a-course",
        "https://github.com/someone/a](b",
    ],
)
def test_an_address_on_github_in_another_form(project, url):
    """Does a URL edited by hand reach neither code nor links, and does the error's command fix it?"""
    pyproject = Path("pyproject.toml")
    pyproject.write_text(publish.with_repository(pyproject.read_text(encoding="utf-8"), url), encoding="utf-8")
    with pytest.raises(UserError, match=f"Repository is {re.escape(repr(url))}; expected .*publish OWNER/NAME"):
        cut()
    publish.publish("someone/a-course")
    assert repository.published() == HERE


def test_links_to_colab():
    """Does the link for each lesson name the repository and a notebook that exists?"""
    for lesson in exercises.lessons():
        path = HERE.colab(lesson).removeprefix("https://colab.research.google.com/github/someone/a-course/blob/main/")
        assert (ROOT / path).is_file()


# --- the first cell for Colab ---


def test_the_cell_follows_the_house_rules(project):
    """Do the lint rules find nothing in a lesson with the cell, is the cell folded, and does ruff accept it?"""
    publish.publish("someone/a-course")
    assert lint.check_lesson(f"lessons/{LESSON}.ipynb", f"solutions/{LESSON}.ipynb") == []
    cell = first_cells()[1]
    assert cell.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    name = f"lessons/{LESSON}.ipynb"
    for command in (["check"], ["format", "--check"]):  # by its name, the project's settings apply
        call = [sys.executable, "-m", "ruff", *command, "--stdin-filename", name, "-"]
        done = subprocess.run(call, cwd=ROOT, input=Path(name).read_bytes(), capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("on_colab", [True, False])
def test_what_the_cell_does(monkeypatch, capfd, on_colab):
    """On Colab: does it install only the course, into this Python? Elsewhere: does it do nothing?"""
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **settings: calls.append((arguments, settings)))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    else:
        monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    names = {}
    exec(HERE.first_cell().source, names)
    archive = "https://github.com/someone/a-course/archive/refs/heads/main.zip"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", archive]
    assert calls == ([((command,), {"check": True})] if on_colab else [])
    assert capfd.readouterr() == ("", "") and ("course" in names) == on_colab
