"""Thirty students' notebooks, in the folders and zips that learning platforms make of them."""

import csv
import functools
import zipfile
from dataclasses import dataclass, field, replace

import damage
import hostile
import mistaken
from submitted import notebook, right, right_answers, right_choices, untouched

from activation_lab import exercises

LESSON = "03_dense_backward"
FIRST_NUMBER = 40_000  # of Moodle's participants; Canvas numbers are made from it too


@dataclass(frozen=True)
class HandedIn:
    """One student's notebook.

    Args:
        data: its bytes.
        passed: {exercise or question: is it to pass?}; None where nothing can be graded and a person has to look.
        diagnoses: {exercise: the sentence that the learner is to read}.
    """

    data: bytes
    passed: dict | None
    diagnoses: dict = field(default_factory=dict)


def moodle_zip(path, students, course="DL 1"):
    """A zip as Moodle's “Download all submissions” makes it.

    Args:
        students: {full name: bytes of the notebook}.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for number, (name, data) in enumerate(students.items(), FIRST_NUMBER):
            file.writestr(f"{course}/{name}_{number}_assignsubmission_file_/{LESSON}.ipynb", data)
    return path


def canvas_folder(path, students):
    """A folder as Canvas's “Download Submissions” unpacks to; every third was late."""
    path.mkdir(parents=True)
    for number, (name, data) in enumerate(students.items(), FIRST_NUMBER):
        first, *last = "".join(each for each in name if each.isalnum() or each == " ").lower().split()
        late = "_LATE" if number % 3 == 0 else ""
        (path / f"{''.join(last)}{first}{late}_{number}_{2 * number}_{LESSON}.ipynb").write_bytes(data)
    return path


def nbgrader_tree(path, students, lesson=LESSON):
    """`submitted/<student>/<lesson>/<lesson>.ipynb`, as nbgrader collects."""
    for name, data in students.items():
        folder = path / "submitted" / name / lesson
        folder.mkdir(parents=True)
        (folder / f"{lesson}.ipynb").write_bytes(data)
    return path / "submitted"


def plain_tree(path, students):
    """`<student>/<a name of their own>.ipynb`."""
    for name, data in students.items():
        (path / name).mkdir(parents=True)
        (path / name / "my homework (final).ipynb").write_bytes(data)
    return path


def roster(path, students):
    """A roster as Moodle's grading worksheet has it, of these names."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Identifier", "Full name", "Email address", "student"])
        for number, name in enumerate(students, FIRST_NUMBER):
            rows.writerow([f"Participant {number}", name, f"s{number}@school.example", f"s{number}"])
    return path


def class_of_thirty(path):
    """Write the class as Moodle's zip; {full name: HandedIn}."""
    students = thirty()
    moodle_zip(path, {name: each.data for name, each in students.items()})
    return students


@functools.cache
def thirty():
    """{full name: HandedIn}, for lesson 3: right, partly right, wrong in known ways, damaged, hostile."""
    class_of_them = dict(zip(NAMES, [*_honest(), *_mistaken(), *_damaged(), *_hostile()], strict=True))
    refused = {name: replace(each, passed=None) for name, each in class_of_them.items() if name.startswith("../")}
    return class_of_them | refused


NAMES = (
    *("Ada Lovelace", "Grace Hopper", "Emmy Noether", "Sofja Kowalewskaja", "Ünal Öztürk", "Mary O’Neil"),
    *("Sinéad O'Connor", "李小龍", "מרים כהן", "محمد الخوارزمي", "\u202eevE liveD", "Zoë 🦊 Fox", "snake_case_name"),
    *("t_g_12345", "Jean-Luc D'Arc", "=1+1", "@SUM(A1)", "+49 Peter", "<img src=x onerror=alert(1)>", "../Eve Up"),
    *("Anne Marie van der Berg", "X Æ A-12", "Björk Guðmundsdóttir", "Nguyễn Thị Minh", "CON", "A" * 90),
    *("Ada Lovelace II", "ada lovelace", "O", "ﷺ ﷽"),
)


def _honest():
    """Right in two ways, untouched, partly right, nothing but questions."""
    answers, choices = right_answers(LESSON), right_choices(LESSON)
    some = dict(list(answers.items())[:2])
    others = {each.name: mistaken.accepted(each)[0] for each in exercises.of_lesson(LESSON)}
    yield HandedIn(right(LESSON), passed_but())
    yield HandedIn(notebook(LESSON, others, choices), passed_but())
    yield HandedIn(untouched(LESSON), passed_but(*answers, *choices))
    yield HandedIn(notebook(LESSON, some), passed_but(*(answers.keys() - some.keys()), *choices))
    yield HandedIn(notebook(LESSON, {}, choices), passed_but(*answers))


def _mistaken():
    """Eight students, each with two known mistakes, so that each of eight misconceptions is found twice."""
    relu, dense, softmax, numerical = exercises.of_lesson(LESSON)
    for first, second in [(relu, dense), (dense, softmax), (softmax, numerical), (numerical, relu)]:
        for number in (0, 1):
            chosen = {each.name: list(mistaken.mistakes(each).items())[number] for each in (first, second)}
            answers = right_answers(LESSON) | {name: source for name, (_, source) in chosen.items()}
            diagnoses = {name: diagnosis for name, (diagnosis, _) in chosen.items()}
            yield HandedIn(notebook(LESSON, answers, right_choices(LESSON)), passed_but(*chosen), diagnoses)


def _damaged():
    for function in (
        damage.ids_stripped,
        damage.nbformat_3,
        damage.answer_cell_to_markdown,
        damage.duplicated_cells,
        damage.magics_added,
        damage.forged_outputs,
        damage.ansi_and_script_in_output,
        damage.truncated_json,
    ):
        passed = passed_but() if damage.DAMAGE[function] == "kept" else None
        yield HandedIn(function(right(LESSON)), passed)


def _hostile():
    for name in HOSTILE:
        attack = hostile.ATTACKS[name]
        yield HandedIn(attack.notebook, attack.passed)


HOSTILE = (
    *("endless_loop", "leaves_by_os_exit", "segmentation_fault", "fork_bomb", "forty_gigabytes", "reads_the_package"),
    *("patches_numpy", "prints_a_verdict", "leaves_a_daemon"),
)


def passed_but(*names):
    """{exercise or question: is it right?} where these alone are not."""
    everything = [*right_answers(LESSON), *right_choices(LESSON)]
    return {name: name not in names for name in everything}
