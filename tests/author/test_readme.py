"""Is what README, CONTRIBUTING and the guide say true, and does every command in them run?

Every command is exercised as the table COMMANDS says. A command that is not in the table fails a test.
"""

import contextlib
import csv
import functools
import importlib.metadata
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import test_build
import yaml
from nbformat import v4
from packaging.requirements import Requirement

import activation_lab as lab
from activation_lab import exercises
from activation_lab_tools import cli
from activation_lab_tools.author import pixels, readme_picture, signposts
from activation_lab_tools.author.site.markdown_links import section

ROOT = Path(__file__).parents[2]
each_of = pytest.mark.parametrize


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


README, GUIDE = read("README.md"), read("site/instructors.md")
WITH_COMMANDS = ["README.md", "CONTRIBUTING.md", "site/start.md", "site/help.md", "site/instructors.md"]
TEXTS = [*WITH_COMMANDS, "CHANGELOG.md", "site/index.md", "lessons/claims.md", "lessons/which_form_when.md"]
# A fenced block (its language, its text), and code within a line, which may go on in the next.
BLOCK = re.compile(r"(?ms)^ *```(\S*)[^\n]*\n(.*?)^ *```")
INLINE = re.compile(r"`([^`]+)`")
PROGRAMS = ("activation-lab", "conda", "dask", "git", "jupyter", "make", "pip", "python", "python3", "sudo")


# --- how each command is run ---


def run(command, folder):
    """What a command of Python's prints, in this folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tool(arguments, folder):
    """What `activation-lab` prints."""
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        try:
            code = cli.main(arguments)
        except SystemExit as end:  # of --help
            code = end.code
    assert code == 0, printed.getvalue()
    return printed.getvalue()


def is_run_in_a_copy(words, folder):
    """Run it in a copy of the project's texts, since it writes there."""
    for name in ("solutions", "lessons"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "lessons" / "claims.md").write_text("")
    assert "wrote " in tool(words[1:], folder).lower()


# What the guide says of a course that has begun.
TERM = (
    "activation-lab grade second.zip --out graded/ --roster roster.csv",
    "activation-lab grade --again --out graded/",
    'activation-lab dismiss "second.zip: notes.ipynb" --out graded/',
    "activation-lab remove ada --out graded/",
    'activation-lab mark ada collapse --points 2 --comment "Right, but for the name." --out graded/',
    "activation-lab merge-overrides theirs/overrides.csv --out graded/",
)
GIVE_BACK = (
    "activation-lab grade --out graded/ --roster worksheet.csv",
    'activation-lab grade --out graded/ --roster gradebook.csv --canvas-column 01_dense_forward="Homework 1 (98765)"',
    "activation-lab gradebook gradebook.db --out graded/",
)
# Commands that take long, each with the test that runs it and looks at all that follows from it.
RUN_BY = {
    test_build.NEW: "author/test_build.py::test_a_new_lesson_passes_the_tests_at_once",
    test_build.BUILD: "author/test_build.py::test_a_new_lesson_passes_the_tests_at_once",
    test_build.CHECK: "author/test_build.py::test_check_names_what_is_stale_and_writes_nothing",
    "activation-lab publish OWNER/NAME": "author/test_publish.py::test_the_address_goes_everywhere",
    **dict.fromkeys(TERM, "grader/test_guide.py::test_the_commands_of_a_term"),
    "activation-lab review --out graded/": "grader/test_review.py::test_the_command",
    **dict.fromkeys(GIVE_BACK, "grader/test_guide.py::test_the_commands_that_give_back"),
    "python3 activation_lab_tools/doctor": "doctor/test_doctor.py::test_this_machine_is_well",
}


def is_run_by_another_test(words, folder):
    """The test is there."""
    path, test = {shlex.join(shlex.split(name)): test for name, test in RUN_BY.items()}[shlex.join(words)].split("::")
    assert f"def {test}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")


def is_a_target(words, folder):
    """`make -n`: the target exists, and all that it would run can be said."""
    make = shutil.which("make") or pytest.skip("there is no make here")
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "constraints-oldest.txt"):
        shutil.copy(ROOT / name, folder)
    done = subprocess.run([make, "-n", *words[1:]], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout, done.stderr


def is_installable(words, folder):
    """pip: the extras that it names exist. It would need the internet."""
    assert words[:3] == ["pip", "install", "-e"]
    (extras,) = re.fullmatch(r"\.\[(.+)\]", words[3]).groups()
    assert set(extras.split(",")) <= set(importlib.metadata.metadata("activation-lab").get_all("Provides-Extra"))


def opens_a_notebook(words, folder):
    """jupyter: the notebook is there, and the extra `lab` brings JupyterLab. It would not end."""
    assert words[:2] == ["jupyter", "lab"] and (ROOT / words[2]).is_file()
    wanted = [Requirement(text) for text in importlib.metadata.requires("activation-lab")]
    (lab,) = [each for each in wanted if each.name == "jupyterlab"]
    assert lab.marker.evaluate({"extra": "lab"})


def makes_an_environment(words, folder):
    """conda: the file is there."""
    assert words[:3] == ["conda", "env", "create"] and words[3] == "-f" and (ROOT / words[4]).is_file()


def runs_in_conda(words, folder):
    """conda: the environment has the name that environment.yml gives it; what runs in it is a command as any other."""
    place = words.index("-n")
    assert words[place + 1] == yaml.safe_load(read("environment.yml"))["name"]
    inside = " ".join(words[place + 2 :])
    COMMANDS[inside](shlex.split(inside), folder)


def makes_a_venv(words, folder):
    """Run it, without pip, which takes most of the time."""
    run([*words[1:], "--without-pip"], folder)
    assert (folder / ".venv" / "pyvenv.cfg").is_file()


def is_a_module(words, folder):
    """python -m: the module is there; what it draws has a test of its own below."""
    assert (ROOT / words[2].replace(".", "/")).with_suffix(".py").is_file()


def explains_itself(words, folder):
    """--help: it is the doctor under another name, and it takes long."""
    arguments = [*words[1:], "--help"]
    assert "doctor" in (tool(arguments, ROOT) if words[0] == "activation-lab" else run(arguments, ROOT))


def dask(words, folder):
    """--help: the options are there. It would need a scheduler."""
    pytest.importorskip("distributed")
    explained = run(["-m", "dask", *words[1:2], "--help"], folder)
    assert all(word in explained for word in words if word.startswith("--"))


def is_of_the_system(words, folder):
    """sudo: the package is the one that the continuous integration installs."""
    assert words[:3] == ["sudo", "apt-get", "install"] and f"apt-get install -y {words[3]}" in read(
        ".github/workflows/ci.yml"
    )


def is_gits(words, folder):
    """git: what it names is there. A clone would need the internet."""
    assert words[1:] == ["clone"] or words[1] == "checkout" and (ROOT / words[2]).is_file()


def grades_a_class(words, folder):
    """Grade one student's right answers to lesson 1, without the sandbox: they are our own."""
    name = "01_dense_forward.ipynb"
    with zipfile.ZipFile(folder / "submissions.zip", "w") as file:
        file.write(ROOT / "solutions" / name, f"DL 1/Ada Lovelace_40000_assignsubmission_file_/{name}")
    rows = "Identifier,Full name,Email address\nParticipant 40000,Ada Lovelace,ada@school.example\n"
    (folder / "roster.csv").write_text(rows, encoding="utf-8")
    tool([*words[1:], "--unsafe-no-sandbox"], folder)
    (row,) = table(folder / "graded" / "grades.csv")
    assert row["score"] == row["points"] != "0" and row["isolation"] == "none"
    for described in re.findall(r"(?m)^\| (`.+?`(?:, `.+?`)*) \|", section(GUIDE, "Grade a class"))[1:]:
        for path in INLINE.findall(described):
            pattern = re.sub("<[a-z]+>", "*", path)
            assert any((folder / "graded").glob(pattern)) or "canvas" in path, path  # Moodle's class, not Canvas's
    assert {"state", "score", "diagnosis", "seconds", "evidence", "isolation"} <= set(
        table(folder / "graded" / "exercises.csv")[0]
    )


def lists_points(words, folder):
    """It names the most that each lesson gives, that one gives, and that a file of exercises gives."""
    assert "01_dense_forward: 7 points at most" in tool(words[1:], folder)
    lesson, own = re.findall(r"`(--(?:lesson|exercises) \S+)`", section(GUIDE, "Hand out"))
    assert "7 points at most" in tool([*words[1:], *lesson.split()], folder)
    (folder / "exam_1.py").write_text(exam(), encoding="utf-8")
    assert "exam_1: 5 points at most" in tool([*words[1:], *own.split()], folder)


def exam():
    """The exercises that the guide prints."""
    (text,) = [text for _, text in BLOCK.findall(GUIDE) if '"""exam_1:' in text]
    return text


def hands_out(words, folder):
    """Make the handout of the very exercise that the guide prints."""
    (folder / "exam_1.py").write_text(exam(), encoding="utf-8")
    tool(words[1:], folder)
    sources = [cell.source for cell in nbformat.read(folder / "exam_1.ipynb", as_version=4).cells]
    assert "lab.check(hard_sigmoid)" in sources and "5 points" in sources[0] and "np.clip" not in "".join(sources)


def grades_one(words, folder):
    """Grade the solution of the lesson, without the sandbox: it is our own."""
    shutil.copy(ROOT / "solutions" / words[2], folder)
    assert "7 of 7 points" in tool([*words[1:], "--unsafe-no-sandbox"], folder)


def grades_an_exam(words, folder):
    """Grade a right answer with the very exercise that the guide prints."""
    (folder / "exam_1.py").write_text(exam(), encoding="utf-8")
    (folder / "exams" / "ada").mkdir(parents=True)
    answer = "import numpy as np\n\ndef hard_sigmoid(z):\n    return np.minimum(np.maximum(z / 6 + 0.5, 0), 1)"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(answer)]), folder / "exams" / "ada" / "exam.ipynb")
    tool([*words[1:], "--unsafe-no-sandbox"], folder)
    (row,) = table(folder / "graded" / "exercises.csv")
    assert (row["exercise"], row["state"], row["score"]) == ("hard_sigmoid", "passed", "5")


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Every command of the texts, as it is printed but for `.venv/bin/`, and how it is exercised.
COMMANDS = {
    "make lab": is_a_target,
    "make lab PYTHON=python3.12": is_a_target,
    "make lab PYTHON=/path/to/python3.13": is_a_target,
    "make lab BROWSER=no PORT=9000": is_a_target,
    "make lab PORT=9000": is_a_target,
    "make quick": is_a_target,
    "make test": is_a_target,
    "make test CONSTRAINTS=constraints-oldest.txt": is_a_target,
    "make test-ui": is_a_target,
    "make build": is_a_target,
    "make bench": is_a_target,
    "make bench-grade": is_a_target,
    "make calibrate": is_a_target,
    "make site": is_a_target,
    "git clone": is_gits,
    "git checkout lessons/01_dense_forward.ipynb": is_gits,
    "sudo apt-get install bubblewrap": is_of_the_system,
    "python3 -m venv .venv": makes_a_venv,
    'pip install -e ".[lab]"': is_installable,
    'pip install -e ".[lab,keras]"': is_installable,
    'pip install -e ".[keras,instructor]"': is_installable,
    'pip install -e ".[keras,cluster]"': is_installable,
    "conda env create -f environment.yml": makes_an_environment,
    "conda run --no-capture-output -n activation-lab jupyter lab lessons/01_dense_forward.ipynb": runs_in_conda,
    "conda run -n activation-lab python activation_lab_tools/doctor": runs_in_conda,
    "jupyter lab lessons/01_dense_forward.ipynb": opens_a_notebook,
    "python3 activation_lab_tools/doctor": is_run_by_another_test,
    "python activation_lab_tools/doctor": explains_itself,
    "activation-lab doctor": explains_itself,
    "activation-lab claims --write": is_run_in_a_copy,
    "activation-lab build --check": is_run_by_another_test,
    "activation-lab build 11_my_lesson": is_run_by_another_test,
    "activation-lab new 11_my_lesson my_function": is_run_by_another_test,
    "activation-lab publish OWNER/NAME": is_run_by_another_test,
    "activation-lab grade submissions.zip --out graded/ --roster roster.csv": grades_a_class,
    "activation-lab review --out graded/": is_run_by_another_test,
    **dict.fromkeys((*TERM, *GIVE_BACK), is_run_by_another_test),
    "activation-lab grade exams/ --exercises exam_1.py --out graded/": grades_an_exam,
    "activation-lab grade-one 01_dense_forward.ipynb --lesson 01_dense_forward --pass-at 60%": grades_one,
    "activation-lab exercises --points": lists_points,
    "activation-lab handout exam_1.py --out exam_1.ipynb": hands_out,
    "python -m activation_lab_tools.author.readme_picture": is_a_module,
    "dask worker --nthreads 1 tcp://scheduler:8786": dask,
}


@functools.cache
def found():
    """{command: the first text that prints it}."""
    commands = {}
    for name in WITH_COMMANDS:
        text = read(name)
        blocks = [line for language, block in BLOCK.findall(text) if language == "sh" for line in block.splitlines()]
        inline = [" ".join(code.split()) for code in INLINE.findall(BLOCK.sub("", text))]
        for line in [*blocks, *filter(is_command, inline)]:
            for command in line.split(" && "):
                commands.setdefault(command.removeprefix(".venv/bin/"), name)
    return commands


def is_command(code):
    """Does this code within a line tell the reader to run something?"""
    first, _, rest = code.removeprefix(".venv/bin/").partition(" ")
    return first in PROGRAMS and bool(rest)


@each_of("command", sorted(found()))
def test_a_command_runs(command, tmp_path):
    """Does it run as printed, or as its line of the table says?"""
    assert command in COMMANDS, f"{found()[command]} prints a command that COMMANDS does not know: {command}"
    COMMANDS[command](shlex.split(command), tmp_path)


def test_the_table_has_no_more():
    """Is every command of the table printed somewhere?"""
    assert set(COMMANDS) == set(found())


def test_commands_are_found():
    """Is a command within a line seen, and a file, a name or an option not taken for one?"""
    assert all(map(is_command, ["make lab", ".venv/bin/activation-lab claims", "pip install x"]))
    assert not any(
        map(is_command, ["make", ".venv/bin/activation-lab", "--json", "lab.check(f)", "graded/report.html"])
    )


@each_of("name", TEXTS)
def test_every_block_says_what_it_is(name):
    """Has each block a language, so that no command is overlooked?"""
    assert {language for language, _ in BLOCK.findall(read(name))} <= {
        *("sh", "python", "text", "{include}", "{toctree}", "{raw}")
    }


def test_options_exist(tmp_path):
    """Does --help know every option that the texts name?"""
    commands = ("grade", "grade-one", "mark", "remove", "exercises", "claims", "build", "publish", "doctor")
    explained = "".join(tool([name, "--help"], tmp_path) for name in commands)
    inline = [code for name in WITH_COMMANDS for code in INLINE.findall(BLOCK.sub("", read(name)))]
    named = {code.split()[0] for code in inline if code.startswith("--")}
    assert len(named) >= 4 and not [option for option in named if option not in explained]


@each_of("name", WITH_COMMANDS)
def test_blocks_of_python_can_be_read(name):
    """Is each block of Python valid?"""
    for language, text in BLOCK.findall(read(name)):
        if language == "python":
            compile(text, name, "exec")


# --- README ---


def test_readme_is_two_screens():
    """Has it at most 150 lines of at most 120 characters?"""
    lines = README.splitlines()
    assert len(lines) <= 150 and max(map(len, lines)) <= 120


def test_lessons_and_minutes():
    """Has each lesson its row, in order, with the minutes that it says itself?"""
    rows = re.findall(r"(?m)^\| \[(\d\d) [^]]+\]\[\1\] \| (\d+) \|", README)
    assert [number for number, _ in rows] == [name[:2] for name in exercises.lessons()]
    for name, (number, minutes) in zip(exercises.lessons(), rows, strict=True):
        assert f"\n[{number}]: lessons/{name}.ipynb\n" in README
        title = nbformat.read(ROOT / "lessons" / f"{name}.ipynb", as_version=4).cells[0].source
        assert f"**{minutes} minutes" in title, name
    assert f"together about {sum(int(minutes) for _, minutes in rows) / 60:.0f} hours" in README


def test_minutes_are_computed_as_stated():
    """Does README state the numbers that the build computes with?"""
    words, lines = signposts.WORDS, signposts.LINES
    assert f"one for every {words} words, {lines} lines of code, prediction and question" in README
    assert (signposts.PREDICTION, signposts.QUESTION, signposts.POINT) == (1, 1, 6)
    assert "six for every point of\nan exercise" in README


def test_the_example_of_an_exercise():
    """Does the check say of this answer what README shows?"""
    blocks = dict(BLOCK.findall(section(README, "How an exercise works")))
    names = {}
    exec(blocks["python"], names)
    assert str(lab.check(names["relu_backward"])).startswith(blocks["text"].rstrip())


def test_the_tree():
    """Is each folder there that README lists?"""
    parents = {}
    for line in dict(BLOCK.findall(section(README, "What is where")))["text"].splitlines():
        indent, name = re.match(r"( *)(\S+)", line).groups()
        parents[len(indent)] = name
        assert (ROOT / (parents[0] if indent else "") / name).exists(), line


def test_the_picture_is_what_is_drawn(keras):
    """Is it what the models give, with words for those who can't see it?"""
    assert pixels.difference((ROOT / readme_picture.PICTURE).read_bytes(), readme_picture.two_forms()) is None
    (alt,) = re.findall(r"!\[([^]]+)\]\(" + str(readme_picture.PICTURE.as_posix()), README)
    assert len(alt.split()) > 20 and "101,770 parameters" in alt


# --- all of them ---


@each_of("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name):
    """Is every file there to which it links?"""
    for link in re.findall(r"(?m)\]\(([^)\s#]+)|^\[\d+\]: (\S+)", read(name)):
        assert "".join(link).startswith("http") or (ROOT / "".join(link)).exists(), link


GENERATED = re.compile(
    r"(graded|upload|feedback|build|docs|exams|submitted)/|.*[<…N/]$|.*(NAME|NN)|tcp:|/path|.*://|\.\["
)


@each_of("name", WITH_COMMANDS)
def test_paths_exist(name):
    """Is every file and folder there that a text names, whole or within the packages?"""
    places = ROOT, ROOT / "activation_lab_tools" / "grader", ROOT / "activation_lab"
    for code in INLINE.findall(BLOCK.sub("", read(name))):
        if re.fullmatch(r"[\w.-]+/[\w./-]*", code) and not GENERATED.match(code) and not code.startswith(".venv"):
            assert any((place / code).exists() for place in places), code


@each_of("name", TEXTS)
def test_quotation_marks(name):
    """Are they American ones?"""
    assert not re.search(
        "[\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}]", read(name)
    )
