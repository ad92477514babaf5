"""Is every exercise fair to a correct answer, however it is written, and clear about a wrong one?"""

import ast
import builtins
import copy
import dataclasses
import doctest
import symtable
import sys
import textwrap
import warnings
from unittest import mock

import numpy as np
import pytest
from course import EXERCISES, LESSON, LESSONS, first_failure, names_of, one_case_each, seeds_of

from activation_lab import exercises
from activation_lab.checking import judge
from activation_lab.checking.compare import agree
from activation_lab.checking.outcome import observe
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.checking.relations.mutation import load, source_of
from activation_lab_tools.author.sources import answer_source, stub_source

each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
each_mistake = pytest.mark.parametrize(
    ("exercise", "diagnosis"),
    [(exercise, diagnosis) for exercise in EXERCISES.values() for diagnosis in exercise.mistakes],
    ids=[f"{name}-{i}" for name, exercise in EXERCISES.items() for i in range(len(exercise.mistakes))],
)

# A transfer exercise as instructors judge it: with mistakes named. One copy each, since its reference runs are cached.
TOLD = {e: dataclasses.replace(e, transfer=False) if e.transfer else e for e in EXERCISES.values()}


def right_answer(exercise):
    """The reference as a learner would have typed it: the same code, but not the package's own function."""
    return load(source_of(exercise.reference), exercise.reference)


def in_a_notebook(source, name):
    """What a cell defines, run with only the lesson's own imports."""
    namespace = names_of(LESSON[name])
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace[name]


def explained(report):
    return "\n".join([report.state, *report.diagnoses, repr(report)])


@each_exercise
def test_the_answer_passes_in_a_notebook(exercise):
    """Does the right answer use only what its lesson imports, and pass there, whatever numbers are drawn?"""
    source = answer_source(exercise)
    assert globals_read(source) <= set(names_of(LESSON[exercise.name]))
    answer = in_a_notebook(source, exercise.name)
    for seed in seeds_of(exercise):
        report = judge(exercise, answer, seed=seed)
        assert report.state == "passed", explained(report)
        assert report.score == report.points == exercise.points


def passing_on(exercise):
    """An answer that leaves the work to the reference, with the same decorators."""
    name, names = exercise.name, names_of(LESSON[exercise.name]) | {"reference": exercise.reference}
    if isinstance(exercise.reference, type):
        return type(name, (exercise.reference,), {})
    decorators = ast.parse(source_of(exercise.reference)).body[0].decorator_list
    source = "".join(f"@{ast.unparse(decorator)}\n" for decorator in decorators)
    exec(f"{source}def {name}(*arguments): return reference(*arguments)", names)
    return names[name]


@each_exercise
def test_the_packages_own_function_is_refused(exercise):
    """Is an answer rejected that is, or only calls, the package's own, even though its values are right?

    One case must be enough to see it.
    """
    alone = one_case_each(exercise, 0)[0]
    for answer in (exercise.reference, passing_on(exercise)):
        report = judge(alone, answer)
        assert report.state == "failed" and all(case.passed for case in report.cases), explained(report)
        assert any("package's own" in note for note in report.objections), explained(report)


@each_exercise
def test_the_stub_is_not_attempted(exercise):
    """Is the unedited cell distinguished from a wrong answer?"""
    stub = stub_source(answer_source(exercise), {exercise.name})
    report = judge(exercise, in_a_notebook(stub, exercise.name), seed=0)
    assert report.state == "not attempted", explained(report)
    assert report.score == 0
    assert report.diagnoses == ()


@each_exercise
def test_other_right_answers_pass(exercise):
    """Do at least three other ways to write it pass, so that the check asks for a result and not a spelling?"""
    assert len(exercise.accepted) >= 3
    for turn, alternative in enumerate(exercise.accepted):
        for seed in seeds_of(exercise, turn):
            report = judge(exercise, alternative, seed=seed)
            assert report.state == "passed", explained(report)


def judged_and_known(exercise, diagnosis, seed):
    """The Report on a mistake as an answer. What is seen of it is then what is known of it: a model is built once.

    Only on the first case it runs twice, as a learner's answer and a known mistake do, which must then be alike.
    """
    runs = reference_runs(exercise, seed)
    first, *others = runs.cases

    def observed(*arguments, **settings):
        outcome = observe(*arguments, **settings)
        case = next(case for case, given in runs.cases.items() if given is arguments[2])
        if case != first:
            runs.outcomes[diagnosis, case] = outcome
        return outcome

    with mock.patch.object(sys.modules[judge.__module__], "observe", observed):
        return judge(exercise, exercise.mistakes[diagnosis], seed=seed)


@each_mistake
def test_a_mistake_shows_its_diagnosis(exercise, diagnosis, record_property):
    """Is each known mistake rejected with its own diagnosis and no other, whatever numbers are drawn?

    And does the exercise say so if its values are right, so that only the answer's own process can tell?
    """
    seeds = seeds_of(exercise, turn=0)  # the same for all, since each is compared with all
    reports = [judged_and_known(TOLD[exercise], diagnosis, seed) for seed in seeds]
    right = all(report.state == "failed" and report.diagnoses == (diagnosis,) for report in reports)
    record_property("mistakes", (int(right), 1))
    assert right, "\n\n".join(map(explained, reports))
    runs = reference_runs(TOLD[exercise], 0)
    outcomes = ((runs.expected(case), runs.of_mistake(diagnosis, case)) for case in runs.cases)
    same = all(not b.error and not b.changed and agree(a.value, b.value, exercise.tolerance) for a, b in outcomes)
    assert not same or exercise.self_reported


@each_exercise
def test_an_exercise_is_complete(exercise):
    """Does it have points, two hints (none for a transfer exercise) and three mistakes, each with its own sentence?"""
    assert exercise.points > 0
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert len(exercise.hints) == 0 if exercise.transfer else len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 3
    for sentence in (*exercise.hints, *exercise.mistakes):
        assert sentence.strip() == sentence and sentence[-1] in ".?!", sentence


def is_keras(value):
    return hasattr(value, "get_weights")


def is_model(value):
    return is_keras(value) and hasattr(value, "get_layer")


def filled(expected, fill):
    """A result of the right kind and shape that took no thought: every number replaced by the same one."""
    if isinstance(expected, tuple):
        return tuple(filled(item, fill) for item in expected)
    if isinstance(expected, np.ndarray):
        return np.full_like(expected, fill)
    if is_model(expected):  # correct except for the outputs
        return names_of("05")["keras"].Model(expected.inputs, 0 * expected.outputs[0] + fill)
    if type(expected).__module__.startswith(("tensorflow.", "keras.")):  # a tensor, with numbers or symbolic
        return 0 * expected + fill
    return type(expected)(fill) if isinstance(expected, (bool, int, float, np.generic)) else fill


def without_thought(exercise, fill):
    """The right answer with every number of each result replaced by `fill`; for a class, of its methods' results."""
    right = right_answer(exercise)
    if not isinstance(right, type):
        # Copy the arguments, since some right answers change them; layers and models are not copied.
        return lambda *args: filled(right(*(arg if is_keras(arg) else copy.deepcopy(arg) for arg in args)), fill)

    def method(work):
        return lambda self, *args: filled(work(self, *args), fill)

    methods = {name: method(work) for name, work in vars(right).items() if not name.startswith("_")}
    return type(right.__name__, (right,), methods)


@pytest.mark.parametrize("fill", [0, 1], ids=["zeros", "ones"])
@each_exercise
def test_an_answer_without_thought_fails(exercise, fill):
    """Is an answer of the right kind and shape rejected that is all zeros or ones?"""
    report = first_failure(exercise, without_thought(exercise, fill))
    assert report and report.state == "failed" and not report.cases[0].passed, report and explained(report)


@each_exercise
def test_the_prompts_example_is_right(exercise):
    """Does the right answer give the worked number in the prompt?"""
    names = names_of(LESSON[exercise.name]) | {exercise.name: right_answer(exercise)}
    example = doctest.DocTestParser().get_doctest(textwrap.dedent(exercise.prompt), names, exercise.name, None, 0)
    output = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # as a notebook does with warnings from other modules
        result = doctest.DocTestRunner(verbose=False).run(example, out=output.append)
    assert result.attempted > 0, "the prompt has no worked number (>>> …)"
    assert result.failed == 0, "".join(output)


@each_exercise
def test_the_prompt_does_not_give_the_answer_away(exercise):
    """Does the prompt contain no line of the answer, and nothing that a line computes?"""
    source = source_of(exercise.reference)
    prompt = "".join(exercise.prompt.split()).replace("·", "*").replace("×", "*")
    kinds = (ast.Return, ast.Assign, ast.AugAssign)
    lines = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds) and node.value is not None]
    values = [part for line in lines for part in getattr(line.value, "elts", [line.value])]
    telling = [line for line in lines if not says_little(line.value)]
    telling += [value for value in values if not says_little(value)]
    assert not [code for code in map(ast.unparse, telling) if "".join(code.split()) in prompt]


def says_little(value):
    """A name, a number, or a function of names: a contract cannot do without “a = softmax(z)”."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return all(says_little(argument) for argument in value.args)
    return isinstance(value, (ast.Name, ast.Constant))


def globals_read(source):
    """The names that a source takes from outside, including those in nested functions."""

    def walk(table):
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    top = symtable.symtable(source, "<answer>", "exec")
    defined = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    at_top = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    return (set(walk(top)) | at_top) - defined - set(vars(builtins))


def test_foreign_names_are_found():
    """Would a name that no notebook has be noticed, at any depth?"""
    function = "def f(x, y=near):\n    x = len(x)\n    return [deep(i) for i in f(x)] + np.e"
    assert globals_read(function) == {"near", "deep", "np"}
    assert globals_read("class A:\n    def f(self):\n        return lambda: A, outside") == {"outside"}


def test_names_are_unique():
    """Can an exercise be found by its name, in one lesson only?"""
    names = [exercise.name for lesson in LESSONS for exercise in exercises.of_lesson(lesson)]
    assert len(set(names)) == len(names)
    assert all(exercises.find(name).name == name for name in names)
