"""Are the generated submissions what they say: right, wrong in the way that is named, armed only in the sandbox?"""

import ast
import json
import subprocess
import sys
import zipfile
from collections import Counter

import classroom
import damage
import hostile
import mistaken
import pytest
from course import EXERCISES, LESSON, names_of, needs_keras
from submitted import decoded, notebook, right, right_answers, right_choices, text, untouched, with_mistake

from activation_lab.checking import judge
from activation_lab_tools.author.sources import choices as choice_calls

NUMPY = [name for name in EXERCISES if not needs_keras(LESSON[name])]


def in_a_notebook(source, name):
    namespace = names_of(LESSON[name])
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize("name", NUMPY)
def test_mistakes_as_text(name):
    """Can all mistakes be written into a cell, is the first still wrong in its own way, and another answer right?"""
    exercise = EXERCISES[name]
    sources = mistaken.mistakes(exercise)
    assert list(sources) == list(exercise.mistakes)
    for diagnosis, source in list(sources.items())[:1]:
        assert judge(exercise, in_a_notebook(source, name), seed=3).diagnoses == (diagnosis,)
    for source in mistaken.accepted(exercise)[:1]:
        assert judge(exercise, in_a_notebook(source, name), seed=3).state == "passed"


@pytest.mark.parametrize("name", [name for name in EXERCISES if name not in NUMPY])
def test_two_mistakes_as_text(name):
    """Can at least two mistakes of a Keras exercise be written into a cell that runs?"""
    sources = list(mistaken.mistakes(EXERCISES[name]).values())
    assert len(sources) >= 2
    for source in sources:
        assert callable(in_a_notebook(source, name))


@pytest.mark.parametrize("lesson", sorted({LESSON[name] for name in NUMPY}))
def test_right(lesson):
    """Does the right notebook hold an answer that passes for each exercise, and every choice?"""
    answers = right_answers(lesson)
    for name, source in answers.items():
        assert judge(EXERCISES[name], in_a_notebook(source, name), seed=3).state == "passed"
    assert set(answers) == {name for name in EXERCISES if LESSON[name] == lesson}
    sources = [text(cell) for cell in decoded(right(lesson))["cells"] if cell["cell_type"] == "code"]
    assert all(source in sources for source in answers.values())
    for question, letter in right_choices(lesson).items():
        assert f'lab.answer("{question}", "{letter}")' in sources


def test_untouched():
    """Is the untouched notebook the lesson, does a mistake change one cell, and is a missing name refused?"""
    lesson = classroom.LESSON
    before, after = decoded(untouched(lesson)), decoded(with_mistake(lesson, "relu_backward", "relu_backward = 1"))
    assert all("NotImplementedError" in text(cell) for cell in damage.answer_cells(before))
    asked = [question for cell in before["cells"] for _, question in choice_calls(text(cell))]
    assert set(right_choices(lesson)) < set(asked)
    assert sum(text(cell) == "relu_backward = 1" for cell in after["cells"]) == 1
    with pytest.raises(LookupError, match="swish"):
        notebook(lesson, {"swish": "def swish(z): return z"})


def test_damage():
    """Does each damage change the file, and leave JSON where work is to be kept?"""
    data = right(classroom.LESSON)
    for function, fate in damage.DAMAGE.items():
        damaged = function(data)
        assert damaged != data and function.__doc__
        if fate == "kept":
            assert json.loads(damaged.decode("utf-8-sig"))


def test_layouts(tmp_path):
    """Does each layout hold every student's bytes, under names that lead to one student each?"""
    students = {name: each.data for name, each in classroom.thirty().items() if "/" not in name}
    with zipfile.ZipFile(classroom.moodle_zip(tmp_path / "class.zip", students)) as file:
        assert [file.read(name) for name in file.namelist()] == list(students.values())
    for layout in (classroom.canvas_folder, classroom.nbgrader_tree, classroom.plain_tree):
        folder = layout(tmp_path / layout.__name__, students)
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert Counter(path.read_bytes() for path in files) == Counter(students.values())
    assert len(classroom.roster(tmp_path / "roster.csv", students).read_text().splitlines()) == 1 + len(students)


def test_thirty(tmp_path):
    """Are there thirty, of each kind some, and is a file that nobody can name or read expected to be looked at?"""
    students = classroom.class_of_thirty(tmp_path / "class.zip")
    assert len(students) == 30
    assert [name for name, each in students.items() if each.passed is None] == ["../Eve Up", "Anne Marie van der Berg"]
    everything = set(classroom.passed_but())
    assert all(each.passed is None or set(each.passed) == everything for each in students.values())
    assert sum(all((each.passed or {"": False}).values()) for each in students.values()) >= 8


ARMED = [name for name in hostile.ATTACKS if not name.startswith("deep_") or name == "deep_lists"]


@pytest.mark.parametrize("name", ARMED)
def test_attacks_sleep_outside(name):
    """Is everything that an attack does behind the guard that keeps it asleep outside the sandbox?"""
    lines = "".join(f"    {line}" for line in hostile.GUARD.strip().splitlines(True))
    guard = [ast.dump(node) for node in ast.parse(f"def _():\n{lines}").body[0].body]
    first, *others = ast.parse(hostile.ATTACKS[name].source).body
    assert [ast.dump(node) for node in first.body[1 : 1 + len(guard)]] == guard and ast.get_docstring(first)
    assert not first.decorator_list and not first.args.defaults
    assert "\n\n".join(map(ast.unparse, others)) in (
        "",
        ast.unparse(ast.parse(hostile.LOADED)).replace("\n\n\n", "\n\n"),
    )


def test_attacks_do_nothing_here(monkeypatch):
    """Is an attack outside without effect, even if the sandbox's variable is set by mistake?"""
    monkeypatch.setenv("ACTIVATION_LAB_SANDBOX", "1")
    answer = in_a_notebook(hostile.ATTACKS["in_the_sandbox"].source, "relu_backward")
    assert answer(1.0, 1.0) is None


def test_traces_are_found(tmp_path, monkeypatch):
    """Is what an attack would leave, a process of its name and a file, found, and neither before nor afterwards?"""
    monkeypatch.chdir(tmp_path)
    assert hostile.traces() == []
    (tmp_path / f"{hostile.MARKER}_3").touch()
    name = f"open('/proc/self/comm', 'w').write({hostile.PROCESS!r}); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert hostile.traces() == [f"./{hostile.MARKER}_3", f"/proc/{process.pid}"]
        process.communicate(b"\n")
    (tmp_path / f"{hostile.MARKER}_3").unlink()
    assert hostile.traces() == []
