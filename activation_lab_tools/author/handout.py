"""A handout: the notebook in which students answer an instructor's own exercises, with public cases and no answers."""

import ast
import inspect
import textwrap
from dataclasses import asdict

from nbformat import v4

from activation_lab.checking.reference_runs import ReferenceRuns
from activation_lab.exercises import public_cases, written_cells
from activation_lab.shown import count

from ..errors import UserError
from . import sources

SEED = 0  # the cases that a check shows; partial credit leaves them out
HOW = (
    "Run the two cells below first. Then write each answer in its cell, run it, and run the check below it. The checks "
    "use **public cases**: a few examples of what is right. Other cases decide the points. Save the notebook and hand "
    "it in."
)
DECLARED = "# The public cases. Run this cell, and leave it as it is."  # the only line that is seen of the folded cell
QUESTIONS = "### Questions\n\nPut the letter or word of your answer, in quotes, in place of `None`, and run the cell."
WRITTEN = "### Written answers\n\nDouble-click the cell below each question, and write your answer in it."


def notebook(course, harness_text):
    """Return the handout of a pack of exercises, a notebook.

    Args:
        course: a Course of a pack.
        harness_text: a function from an Exercise to how its harness is sent, see pack_harness.

    Raises:
        UserError: a reference raises an error, or a stub can't stand in a notebook.
    """
    (lesson,) = course.lessons()
    exercises, questions, written = course.exercises(lesson), course.questions(lesson), course.written(lesson)
    public = {each.name: _public(each, harness_text(each)) for each in exercises}
    with_cases = [each for each in public.values() if each["cases"]]
    keras = any(each.allowed_imports != ("numpy",) for each in exercises)
    cells = [
        v4.new_markdown_cell(_title(course, lesson)),
        v4.new_code_cell(_imports(keras)),
        _cases_cell(public_cases.as_text(lesson, with_cases, questions)),
    ]
    for each in exercises:
        cells += _exercise_cells(each, public[each.name])
    cells += [v4.new_markdown_cell(QUESTIONS)] if questions else []
    for each in questions:
        cells.append(v4.new_markdown_cell(sources.questions_markdown([each])))
        cells.append(v4.new_code_cell(f'lab.answer("{each.name}", None)'))
    cells += [v4.new_markdown_cell(WRITTEN)] if written else []
    for each in written:
        cells += map(v4.new_markdown_cell, (written_cells.question_cell(each), written_cells.answer_cell(each.name)))
    for position, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{position}"  # the same each time
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _title(course, lesson):
    points = sum(item.points for item in course.items(lesson))
    kinds = {"exercise": course.exercises, "question": course.questions, "written answer": course.written}
    counted = [count(len(several), kind) for kind, of in kinds.items() if (several := of(lesson))]
    total = f"*{count(points, 'point')} in all: {', '.join(counted)}*"
    return "\n\n".join([f"# {course.title(lesson)}", total, HOW])


def _imports(keras):
    lines = ["import numpy as np", "", "import activation_lab as lab"]
    return "\n".join([*lines, "from activation_lab.quiet import keras, tf"] if keras else lines)


def _cases_cell(text):
    cell = v4.new_code_cell(f"{DECLARED}\nlab.load_cases(r'''\n{text}\n''')")
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def _exercise_cells(exercise, public):
    heading = f"### Exercise · `{exercise.name}` · {count(exercise.points, 'point')}"
    if not public["cases"]:
        heading += "\n\nThere is no check here: this answer is looked at after you have handed it in."
    cells = [v4.new_markdown_cell(heading), v4.new_code_cell(public["stub"])]
    if public["cases"]:
        cells.append(v4.new_code_cell(f"lab.check({exercise.name})"))
    return cells


def _public(exercise, harness):
    """Return what `public_cases.as_text` takes of an exercise; without cases if what is compared can't be written."""
    runs = ReferenceRuns(exercise, SEED)
    cases = {}
    if exercise.examine is None:
        cases = {name: (arguments, _right(runs, name)) for name, arguments in runs.cases.items()}
        try:
            for case in cases.values():
                public_cases.encoded(case)
        except TypeError:  # such as a Keras model
            cases = {}
    return {
        "name": exercise.name,
        "stub": _stub(exercise),
        "points": exercise.points,
        "hints": exercise.hints,
        "returns": exercise.returns,
        "tolerance": asdict(exercise.tolerance),
        "seconds": exercise.seconds,
        "allowed_imports": exercise.allowed_imports,
        "near_twins": [each.__name__ for each in exercise.near_twins],
        "harness": harness,
        "cases": cases,
    }


def _right(runs, name):
    outcome = runs.expected(name)
    if outcome.error is not None:
        raise UserError(
            f"The reference of {runs.exercise.name} itself stops in the case {name!r}: {outcome.stopped}. Correct the "
            "case or the reference."
        )
    return outcome.value


def _stub(exercise):
    """Return the cell in which students answer: the signature, the prompt as docstring, and a raise.

    Raises:
        UserError: it needs a name that the notebook does not have.
    """
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(exercise.reference)))
    node = ast.parse(source).body[0]
    stub = sources.stub_of(source.splitlines(), node, exercise.prompt)
    try:
        exec(compile(stub, f"<stub of {exercise.name}>", "exec"), public_cases.names_in(exercise.allowed_imports))
    except Exception as error:
        raise UserError(
            f"The stub of {exercise.name} does not run in a notebook: {type(error).__name__}: {error}. Its signature, "
            "and a class's __init__, may use np, and keras and tf if answers may, but nothing of your file."
        ) from error
    return stub
