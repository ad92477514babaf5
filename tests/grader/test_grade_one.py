"""One submission at once: points, words and exit status, as text, JSON, Gradescope's and GitHub Classroom's."""

import base64
import contextlib
import copy
import dataclasses
import io
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import submitted
import yaml
from test_sandbox import value

from activation_lab_tools import cli
from activation_lab_tools.grader import one
from activation_lab_tools.grader.course import Course, seed
from activation_lab_tools.grader.finding import submissions
from activation_lab_tools.grader.one import OneResult
from activation_lab_tools.grader.pages import one_result
from activation_lab_tools.grader.records import GradedSubmission, Mark
from activation_lab_tools.grader.secret import kept_secret
from activation_lab_tools.grader.submission_judge import Settings, SubmissionJudge

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "activation_lab_tools" / "grader" / "examples"
LESSON = "01_dense_forward"
WRONG = "def collapse(kernel1, bias1, kernel2, bias2):\n    return kernel1 @ kernel2, bias1 @ kernel2"

# Gradescope's specification (docs/specs.md of gradescope/autograder_samples): {field: its values}, all optional.
VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP = {"score": (int, float), "execution_time": (int, float), "output": str, "output_format": FORMATS,
       "test_output_format": FORMATS, "test_name_format": FORMATS, "visibility": VISIBLE, "stdout_visibility": VISIBLE,
       "extra_data": dict, "tests": list, "leaderboard": list}  # fmt: skip
TEST = {"score": (int, float), "max_score": (int, float), "status": {"passed", "failed"}, "name": str,
        "name_format": FORMATS, "number": str, "output": str, "output_format": FORMATS, "tags": list,
        "visibility": VISIBLE, "extra_data": dict}  # fmt: skip


def follows(document, specification):
    """Does each field exist in the specification, with such a value?"""
    for field, given in document.items():
        allowed = specification[field]
        assert given in allowed if isinstance(allowed, set) else isinstance(given, allowed), (field, given)


def grade_one(*arguments):
    """(exit status, what was printed), without a sandbox: the answers are our own."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = cli.main(["grade-one", *map(str, arguments), "--unsafe-no-sandbox"])
    return code, printed.getvalue()


@pytest.fixture(scope="module")
def ada(tmp_path_factory):
    """A notebook with one wrong exercise, one that is not attempted, and one wrong choice."""
    answers = submitted.right_answers(LESSON) | {"collapse": WRONG}
    answers.pop("dense_parameter_count")
    path = tmp_path_factory.mktemp("one") / "ada.ipynb"
    path.write_bytes(submitted.notebook(LESSON, answers, {"two_notations": "a", "deeper_without_activation": "c"}))
    return path


@pytest.fixture(scope="module")
def unsandboxed():
    """A SubmissionJudge without a sandbox."""
    judge = SubmissionJudge(Course(), Settings(sandboxed=False))
    yield judge
    judge.close()


@pytest.fixture
def warm(unsandboxed, monkeypatch):
    """Let `grade-one` judge in processes that have started, which it leaves open."""
    judge = copy.copy(unsandboxed)
    judge.close = judge._parser.close
    monkeypatch.setattr(one, "SubmissionJudge", lambda course, settings: judge)


@pytest.fixture(scope="module")
def by_the_class(ada, unsandboxed):
    """What the grader of a class says of it: {exercise: Mark}."""
    course, secret = unsandboxed.course, kept_secret(ada.with_name("secret"))
    (submission,) = submissions.find([ada], None, course.lessons()).submissions
    parsed = unsandboxed.parse(ada.read_bytes(), course.catalogue())
    seeds = {each.name: seed(secret, submission.student, each.name) for each in course.exercises(LESSON)}
    return {mark.exercise: mark for mark in unsandboxed.grade(submission, parsed, seeds).marks}


@pytest.fixture(scope="module")
def forms(ada):
    """(exit status, the JSON) of it; the other forms are beside it."""
    folder = ada.parent
    code, printed = grade_one(
        ada, "--json", "--pass-at", "3", "--secret-file", folder / "secret",
        "--gradescope", folder / "results.json", "--classroom", folder / "output",
    )  # fmt: skip
    return code, json.loads(printed)


def test_the_same_as_in_a_class(ada, by_the_class, forms):
    """Are points and words those of `grade`, and do all three forms agree?"""
    folder, (code, result) = ada.parent, forms
    earned = {mark["name"]: (mark["state"], mark["score"], mark["points"]) for mark in result["marks"]}
    assert earned == {name: (mark.state, mark.score, mark.points) for name, mark in by_the_class.items()}
    assert (code, result["score"], result["points"], result["passed"]) == (0, 3, 7, True)
    for mark in result["marks"]:
        same = by_the_class[mark["name"]]
        assert {f"→ {text}" for text in same.diagnoses} <= set(mark["feedback"]) and mark["headline"] == same.headline
        assert set(same.lines) - {f"→ {text}" for text in same.diagnoses} <= set(mark["feedback"])
    assert any("\N{BALLOT X}" in line for mark in result["marks"] for line in mark["feedback"])

    results = json.loads((folder / "results.json").read_text())
    follows(results, TOP)
    assert results["score"] == 3 == sum(test["score"] for test in results["tests"])
    assert sum(test["max_score"] for test in results["tests"]) == 7
    for test, mark in zip(results["tests"], result["marks"], strict=True):
        follows(test, TEST)
        assert test["name"].startswith(f"{mark['name']}: ") and test["output"] == "\n".join(mark["feedback"])
        assert (test["status"] == "passed") == (mark["state"] == "passed") and test["visibility"] == "visible"

    name, _, payload = (folder / "output").read_text().strip().partition("=")
    reported = json.loads(base64.b64decode(payload))
    assert name == "result" and reported["status"] == "pass" and reported["max_score"] == 7
    assert sum(test["score"] for test in reported["tests"]) == 3  # as the reporter adds them up


def test_in_words(warm, ada):
    """Does the text name the points, each exercise and what is wrong; is the status 1 below the threshold?"""
    code, printed = grade_one(ada, "--lesson", LESSON)
    assert code == 1
    assert printed.startswith(f"{LESSON}: 3 of 7 points; 7 or more pass\n") and "ran without a sandbox" in printed
    assert "✗ collapse: " in printed and "○ dense_parameter_count: not attempted (0 of 1 point)" in printed
    assert "Traceback" not in printed


def test_what_waits_for_a_person():
    """Has prose, or what the grader could not judge, no verdict and no points in any form, and is who marks it said?"""
    unverified = Mark("model", "exercise", "failed", 2, 5, verification="unverified", headline="not judged")
    essay = Mark("essay", "written", "to mark", 0, 4, headline="to mark")
    wrong = Mark("relu", "exercise", "failed", 0, 2, headline="0 of 3 cases pass")
    right = Mark("swish", "exercise", "passed", 1, 1, headline="all 3 cases pass")
    graded = GradedSubmission("s", "S", "p", LESSON, "bubblewrap", (wrong, right, unverified, essay))
    result = OneResult("n", LESSON, graded=graded, points=8, needed=2)
    assert result.code == 1 and dataclasses.replace(result, needed=1).code == 0  # by the points so far

    results = json.loads(one_result.for_gradescope(result))
    failed, passed, *waiting = results["tests"]
    assert (failed["status"], failed["max_score"], passed["score"], results["score"]) == ("failed", 2, 1, 1)
    # Without a status, Gradescope fails what has less than its maximum: neither may be there.
    assert [test["name"] for test in waiting] == ["model: not judged", "essay: to mark"]
    for test in waiting:
        follows(test, TEST)
        assert not {"status", "score", "max_score"} & set(test)
    assert "your instructor will look at it" in waiting[0]["output"]
    assert waiting[1]["output"] == "A person marks essay (4 points)."

    reported = json.loads(base64.b64decode(one_result.for_classroom(result)))
    assert [test["status"] for test in reported["tests"]] == ["fail", "pass", "error"]
    assert [test["score"] for test in reported["tests"]] == [0, 1, None]
    text = one_result.as_text(result)
    assert text.startswith(f"{LESSON}: 1 of 8 points so far; 2 or more pass\n  A person marks model (5 points).\n")
    assert "… model: not judged (worth 5 points)" in text
    given = json.loads(one_result.as_json(result))
    assert (given["score"], given["to_mark"], given["passed"]) == (1, ["model", "essay"], False)
    states = [(mark["state"], mark["score"]) for mark in given["marks"]]
    assert states == [("failed", 0), ("passed", 1), ("to mark", None)]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "No notebook was handed in; found nothing."),
        ({"ada.pdf": b"%PDF"}, "No notebook was handed in; found ada.pdf."),
        ({"a.ipynb": b"{}", "b.ipynb": b"{}"}, "2 notebooks were handed in; found a.ipynb, b.ipynb."),
        ({"a.ipynb": b"{"}, "Received a file that is not a notebook"),
        ({"a.ipynb": submitted.right("02_activation_functions")}, "answers 02_activation_functions; expected 01_dense"),
    ],
)
def test_what_a_student_can_do_wrong(warm, tmp_path, files, said):
    """Does the student read what to do, in every form, with no points and status 2?"""
    (tmp_path / "submission").mkdir()
    for name, content in files.items():
        (tmp_path / "submission" / name).write_bytes(content)
    forms = ["--json", "--gradescope", tmp_path / "results" / "results.json", "--classroom", tmp_path / "output"]
    code, printed = grade_one(tmp_path / "submission", "--lesson", LESSON, *forms)
    result = json.loads(printed)
    assert code == 2 and said in result["problem"] and not result["graded"] and not result["passed"]
    assert (result["score"], result["points"], result["marks"]) == (0, 7, [])
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    follows(results, TOP)
    (test,) = results["tests"]
    follows(test, TEST)
    assert said in results["output"] and said in test["output"] and (test["score"], test["max_score"]) == (0, 7)
    reported = json.loads(base64.b64decode((tmp_path / "output").read_text().removeprefix("result=")))
    assert reported["status"] == "error" and said in reported["tests"][0]["message"]


def test_numpy_starts_without_keras(unsandboxed):
    """Does what reads notebooks, and judges answers in NumPy, start without importing Keras, where it is installed?"""
    found = "[name in sys.modules for name in ('activation_lab.harness', 'tensorflow', 'keras')]"
    assert value(unsandboxed._servers[False], f"return {found}") == [True, False, False]


def test_no_such_file(tmp_path):
    """Is a notebook that isn't there said in a sentence?"""
    code, printed = grade_one(tmp_path / "gone.ipynb")
    assert code == 2 and "gone.ipynb does not exist. Expected a file whose name ends in .ipynb." in printed


@pytest.mark.parametrize(
    ("given", "meant"),
    [("5", ("points", 5)), ("60%", ("share", 0.6)), ("0.6", ("share", 0.6)), ("1.0", ("share", 1)),
     ("1", ("points", 1)), ("2.5", ("points", 2.5)), ("0", ("points", 0)), ("100%", ("share", 1))],
)  # fmt: skip
def test_thresholds(given, meant):
    """Is a share told from points?"""
    assert cli.parser().parse_args(["grade-one", "x.ipynb", "--pass-at", given]).pass_at == meant


@pytest.mark.parametrize("given", ["x", "-1", "101%", "nan", ""])
def test_no_thresholds(given, capsys):
    """Is what is neither refused, with an example?"""
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["grade-one", "x.ipynb", "--pass-at", given])
    assert "expected points, such as 5, or a share, such as 60%" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--lesson", LESSON, "--pass-at", "9"], "asks for 9 points, and 01_dense_forward gives 7"),
     (["--lesson", "99_none"], "There is no lesson '99_none'. Expected one of: 01_dense_forward")],
)  # fmt: skip
def test_what_an_instructor_can_do_wrong(ada, capsys, options, said):
    """Is an option that can't be meant said at once, with status 2 and nothing for the student?"""
    assert cli.main(["grade-one", str(ada), *options, "--unsafe-no-sandbox"]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and not printed.out


def test_the_guide_lists_the_fields(forms):
    """Does the guide name each field of the JSON, and no other?"""
    _, result = forms
    guide = (ROOT / "site" / "instructors.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"- `--json` prints(.*?)\n- ", guide, re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == [*result, *result["marks"][0]]


# --- the examples ---


def commands(text):
    """The options of each `activation-lab …` in a script, as the real parser reads them."""
    lines = re.findall(r"(?m)^ *(?:run: )?activation-lab (.+)$", text)
    return [cli.parser().parse_args(shlex.split(line)) for line in lines]


def test_the_workflow():
    """Is it valid, does its command exist, and does what the reporter reads come from that step?"""
    text = (EXAMPLES / "github_classroom.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(text)["jobs"].values()
    (options,) = commands(text)
    assert (options.command, options.lesson, options.pass_at) == ("grade-one", LESSON, ("share", 0.6))
    assert str(options.classroom) == "$GITHUB_OUTPUT" and not options.unsafe_no_sandbox
    (grading,) = [step for step in job["steps"] if "grade-one" in step.get("run", "")]
    *_, reporting = job["steps"]
    assert grading["continue-on-error"] and reporting["with"]["runners"] == grading["id"]
    result = f"${{{{ steps.{grading['id']}.outputs.result }}}}"
    assert reporting["env"] == {f"{grading['id'].upper()}_RESULTS": result}
    assert "apt-get install -y bubblewrap" in text
    extras = re.search(r"activation-lab\[([\w,-]+)\]", text)[1]
    assert extras == "keras-cpu,instructor"


def test_the_image():
    """Is each line of the Dockerfile an instruction, does it copy what exists, and is what it runs there?"""
    text = (EXAMPLES / "gradescope" / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line.strip()]
    assert [name for name, _ in instructions] == ["FROM", "RUN", "COPY", "COPY", "COPY", "RUN", "COPY"]
    for name, rest in instructions:
        if name == "COPY":
            *sources, target = [word for word in rest.split() if not word.startswith("--")]
            assert all((ROOT / source).exists() for source in sources) and target.startswith("/")
        if name == "RUN":
            subprocess.run(["bash", "-n", "-c", rest], check=True)
    assert "bubblewrap" in text and '"/course[keras-cpu,instructor]"' in text
    assert instructions[0][1].startswith("gradescope/autograder-base:")


def test_what_the_image_runs():
    """Is it a script whose command exists, and that writes where Gradescope reads?"""
    path = EXAMPLES / "gradescope" / "run_autograder"
    subprocess.run(["bash", "-n", path], check=True)
    (options,) = commands(path.read_text(encoding="utf-8"))
    assert options.command == "grade-one" and options.unsafe_no_sandbox and options.lesson == LESSON
    assert (str(options.notebook), str(options.gradescope)) == ("submission", "results/results.json")
    assert path.stat().st_mode & 0o111


def is_command(line):
    """Would GitHub's runner take a line of output for a command, as its ActionCommand.cs reads them?"""
    return line.lstrip().startswith("::") or "##[" in line


@pytest.mark.parametrize("command", ["::add-mask::1", " ::add-mask::1", ":::error::x", "x ##[set-output name=a]YQ"])
def test_no_line_is_a_command(command):
    """Does nothing that a student wrote or named become a command of the runner that shows the output?"""
    mark = Mark(command, "exercise", "failed", 0, 2, headline=command, lines=(command,), diagnoses=(command,))
    graded = GradedSubmission("s", "S", "p", LESSON, "bubblewrap", (mark,), notes=(command,))
    several = [
        OneResult("n", LESSON, graded=graded, points=2),
        OneResult(f"{command}.ipynb", problem=command),
    ]
    for result in several:
        assert is_command(f"{command}.ipynb could not be graded")
        assert not [line for line in one_result.as_text(result).splitlines() if is_command(line)]
        assert not [line for line in one_result.as_json(result).splitlines() if is_command(line)]
        assert command in json.loads(one_result.as_json(result))["problem" if result.problem else "notes"]
