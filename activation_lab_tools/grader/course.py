"""What is graded: the course's lessons, or an instructor's pack of exercises; and the cases that a secret draws."""

import hashlib
import hmac
import importlib.util
import json
import linecache
import re
import sys
from pathlib import Path

import activation_lab
from activation_lab import exercises
from activation_lab.exercises import Exercise, Question, Written

from ..errors import UserError
from .pack_harness import CannotSend, harness_text

# Sets of cases for each exercise; the secret and the student's name choose one. The reference and the known mistakes,
# which take seconds for a Keras exercise, then run 4 times and not once per student.
SETS = 4
WRITTEN = Path(exercises.__file__).with_name("catalogue.json")  # by the build, since asking the lessons imports Keras
# What decides a mark, in that answers may call it or it runs and judges them: these folders without these parts.
DECIDING = (Path(activation_lab.__file__).parent, Path(__file__).parent)
NOT_DECIDING = (
    *("figures", "finding", "marks", "pages", "review"),
    *("course_folder.py", "progress.py", "run.py", "stages.py", "store.py", "store_layout.py"),
)


class Course:
    """Lessons by name, with their exercises and questions.

    Args:
        pack: the source of an instructor's own exercises, a Python module whose docstring begins with the lesson's name
            and a colon; None for the lessons of this course.
    """

    def __init__(self, pack=None):
        self.pack = pack
        self._own = None if pack is None else _loaded(pack)

    def lessons(self):
        return exercises.lessons() if self._own is None else (self._own.__doc__.split(":")[0].strip(),)

    def title(self, lesson):
        """Return the rest of the first line of a pack's docstring, or the lesson's name."""
        lines = self._own.__doc__.partition(":")[2].strip().splitlines() if self._own else []
        return lines[0].rstrip(".") if lines else lesson

    def exercises(self, lesson):
        return exercises.of_lesson(lesson) if self._own is None else _of_kind(self._own, Exercise)

    def questions(self, lesson):
        return exercises.questions_of_lesson(lesson) if self._own is None else _of_kind(self._own, Question)

    def written(self, lesson):
        return exercises.written_of_lesson(lesson) if self._own is None else _of_kind(self._own, Written)

    def items(self, lesson):
        """Return everything in a lesson that earns points."""
        return (*self.exercises(lesson), *self.questions(lesson), *self.written(lesson))

    def exercise(self, name):
        """Return the exercise with this name; loads only its lesson's module."""
        lesson = next(lesson for lesson, names in self.catalogue().items() if name in names["exercises"])
        return next(exercise for exercise in self.exercises(lesson) if exercise.name == name)

    def catalogue(self):
        """Return {lesson: {"exercises", "questions", "written": {name: points}}}, without an import of Keras."""
        written = json.loads(WRITTEN.read_text(encoding="utf-8")) if self._own is None else {}
        return written if tuple(written) == tuple(self.lessons()) else self.asked_catalogue()

    def asked_catalogue(self):
        """Return the same from the exercises themselves."""
        return {
            lesson: {
                "exercises": {exercise.name: exercise.points for exercise in self.exercises(lesson)},
                "questions": {question.name: question.points for question in self.questions(lesson)},
                "written": {written.name: written.points for written in self.written(lesson)},
            }
            for lesson in self.lessons()
        }

    def grading_digest(self):
        """Return a digest of all code that decides a mark; figures, pages and the search for submissions don't."""
        digest = hashlib.sha256((self.pack or "").encode())
        for folder in DECIDING:
            for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
                name = path.relative_to(folder)
                if name.parts[0] not in NOT_DECIDING:
                    digest.update(name.as_posix().encode() + path.read_bytes())
        return digest.hexdigest()


def write_catalogue():
    """Bring the written catalogue up to date; return whether it changed."""
    text = json.dumps(Course().asked_catalogue(), indent=1) + "\n"
    changed = not WRITTEN.exists() or WRITTEN.read_text(encoding="utf-8") != text
    if changed:
        WRITTEN.write_text(text, encoding="utf-8", newline="\n")
    return changed


def seed(secret, student, exercise):
    """Return the seed of a student's cases: bytes, a name and a name -> an integer below 2**62."""
    which = _number(secret, "student", student) % SETS
    return _number(secret, "cases", exercise, str(which)) >> 2


def _number(secret, *words):
    digest = hmac.new(secret, "\0".join(words).encode("utf-8", "surrogatepass"), "sha256").digest()
    return int.from_bytes(digest[:8], "big")


def _loaded(source):
    """Return the module of a pack.

    Raises:
        UserError: it cannot be imported, doesn't name its lesson, or has no exercises.
    """
    spec = importlib.util.spec_from_loader("activation_lab_pack", loader=None)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    name = f"<pack {hashlib.sha256(source.encode()).hexdigest()[:12]}>"
    # So inspect.getsource finds the harnesses, also on a machine that does not have the file.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    module.__file__ = name
    try:
        exec(compile(source, name, "exec"), vars(module))
    except Exception as error:
        raise UserError(f"The exercises cannot be imported: {type(error).__name__}: {error}") from error
    if not re.fullmatch(r"\w+", (module.__doc__ or "").split(":")[0].strip()):
        raise UserError(
            "The exercises need a docstring that begins with the name of their lesson and a colon, such as "
            f'"""exam_1: …"""; received {(module.__doc__ or "none")[:60]!r}.'
        )
    if not any(_of_kind(module, kind) for kind in (Exercise, Question, Written)):
        raise UserError("The file has no Exercise, no Question and no Written.")
    for exercise in _of_kind(module, Exercise):
        try:
            harness_text(exercise)
        except CannotSend as error:
            raise UserError(
                f"The harness of {exercise.name} cannot be sent to the sandbox: {error} Give run= a function of "
                "activation_lab.harness, or a plain function of this file that imports what it needs in its body."
            ) from None
    return module


def _of_kind(module, kind):
    return tuple(item for item in vars(module).values() if isinstance(item, kind))
