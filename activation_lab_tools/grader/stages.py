"""The stages of a run that workers take part in: parse notebooks, grade them, and store the results."""

import datetime
import functools
from collections import defaultdict

from ..errors import UserError
from . import pool_worker
from .course import seed
from .finding.moments import comparable
from .marks import attempts
from .notebook_parser import PARSING
from .pools import in_turn
from .progress import progress
from .reading_queue import ReadingQueue
from .records import ReviewItem
from .secret import secret_digest
from .store import result_key
from .text import count


class Stages:
    """The stages that workers take part in, and what their tasks have in common."""

    def __init__(self, settings, console, course, secret, store, executor):
        self.console, self.store, self.executor = console, store, executor
        self.secret, self._common = secret, (course.pack, settings)
        self.grading_digest, self.catalogue = course.grading_digest(), course.catalogue()
        self._secret_digest, self._settings = secret_digest(secret), vars(settings)
        self.now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")

    def parse(self, found):
        """Return [(Submission, digest, lesson)] of the notebooks that can be graded, and ReviewItems for the others."""
        problems, review = {}, []
        with progress(self.console, "Reading", len(found)) as advance:
            queue = ReadingQueue(found, self.catalogue, self._lesson_of, advance)
            for digest, notebook in self._results(functools.partial(pool_worker.parse, *self._common), queue):
                advance()
                if isinstance(notebook, Exception):
                    queue.done(digest, PARSING)
                    problems[digest] = f"It could not be read: {notebook}"
                    continue
                queue.done(digest, notebook.seconds, notebook.lesson)
                if notebook.problem:
                    problems[digest] = notebook.problem
                if notebook.lasting:  # what does not depend on how busy the machine was
                    self.store.keep_notebook(self._notebook_key(digest), notebook)
        for digest, lesson in queue.lessons.items():
            if lesson == "" and digest not in problems:  # it could not be parsed the last time
                problems[digest] = self.store.notebook(self._notebook_key(digest)).problem
        review += queue.review
        unread = [(each, problems[digest]) for each, digest in queue.read if digest in problems]
        review += [ReviewItem(each.location, problem, each.student) for each, problem in unread]
        notebooks = [(each, digest, queue.lessons[digest]) for each, digest in queue.read if digest not in problems]
        return distinct(notebooks, attempts.known(self.store), review), review

    def _lesson_of(self, digest):
        return self.store.lesson_of(self._notebook_key(digest))

    def unchanged(self, notebooks):
        """Return {(student, lesson, key)} of what is graded, and {such a key: the arguments of `_task`} of the rest."""
        done, graded, waiting = self.store.done(), set(), {}
        attempts.name_digests(self.store, self._keys_of_notebooks())
        with self.store.at_once():
            for submission, digest, lesson in notebooks:
                key = (submission.student, lesson, self._result_key(digest))
                if key in done:
                    graded.add(key)
                    self._record(key, submission, digest)
                else:
                    waiting[key] = submission, digest, self.grading_digest
        if graded:
            self.console.print(f"{count(len(graded), 'notebook')} unchanged since the last time.")
        return graded, waiting

    def _keys_of_notebooks(self):
        """Return {key of a result: (digest, grading digest)} for all notebooks that were ever parsed."""
        return {
            result_key(digest, grading, self._secret_digest, self._settings): (digest, grading)
            for digest, grading in (key.split() for key in self.store.notebook_keys())
        }

    def grade(self, waiting):
        """Yield (key, GradedSubmission or the exception) as the workers finish."""
        tasks = ((key, self._task(*each, lesson=key[1])) for key, each in waiting.items())
        with progress(self.console, "Grading", len(waiting)) as advance:
            for result in self._results(functools.partial(pool_worker.grade, *self._common), tasks):
                yield result
                advance()

    def _task(self, submission, digest, version, lesson):
        names = self.catalogue[lesson]["exercises"]
        seeds = {name: seed(self.secret, submission.student, name) for name in names}
        return submission, self.store.notebook(self._notebook_key(digest, version)), seeds

    def grade_again(self):
        """Grade the attempts that another version graded; return ReviewItems for those of which that isn't possible.

        Their notebooks may be gone, but what was read from them is in the store.
        """
        attempts.name_digests(self.store, self._keys_of_notebooks())
        waiting, review = {}, []
        for (student, lesson), several in attempts.everyone(self.store):
            for each in several:
                if lesson not in self.catalogue or each.grading == self.grading_digest:
                    continue
                version = self.store.version_of_notebook(each.digest)
                if version is None or not self._asked(lesson) <= self._read(each.digest, version):
                    reason = f"{lesson} asks for more than was read from this notebook. Grade it from its file again."
                    review.append(ReviewItem(each.submission.location, reason, student))
                    continue
                key = student, lesson, self._result_key(f"{each.digest} read by {version}")
                waiting[key] = each.submission, each.digest, version
        _, failed = self.store_results(self.grade(waiting), waiting)
        return review + failed

    def _asked(self, lesson):
        return {name for names in self.catalogue[lesson].values() for name in names}

    def _read(self, digest, version):
        notebook = self.store.notebook(self._notebook_key(digest, version))
        return {answer.exercise for answer in notebook.answers} | set(notebook.choices) | set(notebook.written)

    def store_results(self, results, waiting):
        """Store each result as it comes; return {(student, lesson, key)} of them, and ReviewItems for failures."""
        kept, review = set(), []
        for key, graded in results:
            if isinstance(graded, Exception):
                reason = f"It could not be graded: {type(graded).__name__}: {graded}"
                review.append(ReviewItem(waiting[key][0].location, reason, key[0]))
            else:
                with self.store.at_once():
                    self.store.put(graded, key[2])
                    self._record(key, *waiting[key])
                kept.add(key)
        return kept, review

    def _record(self, key, submission, digest, *_):
        _, lesson, result = key
        attempts.record(self.store, submission, lesson, digest, result, self.grading_digest, self.now)

    def _notebook_key(self, digest, version=None):
        return f"{digest} {version or self.grading_digest}"

    def _result_key(self, digest):
        return result_key(digest, self.grading_digest, self._secret_digest, self._settings)

    def _results(self, function, tasks):
        """Yield (key, result or the exception) of tasks as workers finish them."""
        for key, result in in_turn(self.executor, function, tasks):
            if isinstance(result, UserError):
                raise result
            yield key, result


def distinct(notebooks, known, review):
    """Return the notebooks without copies; a ReviewItem goes to `review` where nobody can say which of several counts.

    Several new notebooks of a student for one lesson are attempts if it is known when each was handed in.

    Args:
        notebooks: [(Submission, digest, lesson)].
        known: {(student, lesson, digest)} of earlier attempts.
        review: a list of ReviewItems.
    """
    by_lesson = defaultdict(dict)
    for each in notebooks:
        by_lesson[each[0].student, each[2]].setdefault(each[1], each)
    kept = []
    for (student, lesson), several in by_lesson.items():
        new = [each for each in several.values() if (student, lesson, each[1]) not in known]
        times = {comparable(each[0].handed_in) for each in new if each[0].handed_in}
        if len(new) > 1 and len(times) < len(new):
            listed = "; ".join(each[0].location for each in several.values())
            reason = f"{len(several)} notebooks answer {lesson}: {listed}. Keep one of them and grade again."
            review.append(ReviewItem(student, reason, student))
            kept += [each for each in several.values() if each not in new]
        else:
            kept += several.values()
    return kept
