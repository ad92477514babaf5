"""nbgrader, beside which the grader is measured: in an environment of its own, with a course made of a lesson.

Its instructor's notebook has, for each exercise, the answer's cell and a cell of tests that calls the course's own
check on other numbers: what an instructor would write who grades these lessons with nbgrader.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from submitted import decoded, encoded, put, right, text

from activation_lab import exercises
from activation_lab_tools.author.sources import defined_names

VERSION = "0.9.6"
PLACE = Path(os.environ.get("NBGRADER_VENV", Path.home() / ".cache" / "activation_lab" / f"nbgrader-{VERSION}"))
SECONDS = 300  # that it may give a cell


def installed():
    """The folder of nbgrader's environment, made and filled if it is missing."""
    if not (PLACE / "bin" / "nbgrader").exists():
        venv.create(PLACE, with_pip=True, clear=True)
        packages = [f"nbgrader=={VERSION}", "ipykernel"]
        subprocess.run([PLACE / "bin" / "python", "-m", "pip", "install", "--quiet", *packages], check=True)
    return PLACE


def prepared(course, lesson):
    """Make a course of one assignment in this folder; the notebook, decoded, to put learners' answers into."""
    document = instructors_notebook(lesson)
    folder = course / "source" / lesson
    folder.mkdir(parents=True)
    (folder / f"{lesson}.ipynb").write_bytes(encoded(document))
    kernel = course / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    # Its kernels run where the course is installed, with TensorFlow and all.
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    subprocess.run(command("generate_assignment", lesson), **surroundings(course), check=True)
    return document


def instructors_notebook(lesson):
    """The right notebook, each answer marked as one, and each check replaced by a cell of tests worth its points."""
    document = decoded(right(lesson))
    points = {exercise.name: exercise.points for exercise in exercises.of_lesson(lesson)}
    for cell in document["cells"]:
        if cell["cell_type"] != "code":
            continue
        for name in defined_names(text(cell)) & set(points):
            cell["metadata"]["nbgrader"] = _marked(f"answer-{name}", solution=True, locked=False, grade=False)
        for name in points:
            if text(cell).strip() == f"lab.check({name})":
                put(cell, f'assert lab.check({name}, seed=20).state == "passed"\n')
                tests = _marked(f"tests-{name}", solution=False, locked=True, grade=True)
                cell["metadata"]["nbgrader"] = tests | {"points": points[name]}
    return document


def command(verb, lesson):
    timeout = [f"--ExecutePreprocessor.timeout={SECONDS}"] if verb == "autograde" else []
    return [installed() / "bin" / "nbgrader", verb, lesson, "--log-level=ERROR", *timeout]


def surroundings(course):
    """Where its commands run: keywords of subprocess.run."""
    path = f"{installed() / 'bin'}{os.pathsep}{os.environ['PATH']}"  # it calls alembic by name
    return {"cwd": course, "env": os.environ | {"JUPYTER_PATH": str(course / "jupyter"), "PATH": path}}


def _marked(identity, **kinds):
    return {"schema_version": 3, "grade_id": identity, "task": False, **kinds}
