"""Which notebook is parsed next: one of a student's at a time, so that each student's budget of time holds exactly."""

import hashlib
import time
from collections import defaultdict, deque

from .finding.submissions import Unreadable, content_of
from .notebook_parser import PARSING

READING = 10.0  # seconds of processor time for unpacking and parsing all notebooks of a student in one run


class ReadingBudget:
    """The processor time that is left for each student's notebooks."""

    def __init__(self):
        self._left = defaultdict(lambda: READING)

    def left(self, student):
        return self._left[student]

    def spend(self, student, seconds):
        self._left[student] -= seconds

    def content(self, submission):
        """Return the bytes of a Submission's notebook, at the student's cost.

        Raises:
            Unreadable: it can't be read, or the student has nothing left.
        """
        if self._left[submission.student] <= 0:
            raise Unreadable(
                f"It was not read: the other notebooks of this student took {READING:.0f} seconds of processor time. "
                "Remove those that don't count, and grade again."
            )
        began = time.process_time()
        try:
            return content_of(submission)
        finally:
            self.spend(submission.student, time.process_time() - began)


class ReadingQueue:
    """The notebooks to parse, as an iterator of tasks for `in_turn`; (None, None) means: none at the moment.

    Attributes:
        refused: {digest: why it was not parsed, a whole sentence}, unless another student's copy of it was.

    Args:
        budget: a ReadingBudget.
        waiting: {digest: [Submission, …]}: whoever handed in this file.
        catalogue: see Course.catalogue.
    """

    def __init__(self, budget, waiting, catalogue):
        self._budget, self._catalogue = budget, catalogue
        self._by_student, self._busy, self._taken, self.refused = defaultdict(deque), {}, set(), {}
        for digest, submissions in waiting.items():
            for submission in submissions:
                self._by_student[submission.student].append((digest, submission))

    def __iter__(self):
        return self

    def __next__(self):
        busy = set(self._busy.values())
        while student := next((each for each in self._by_student if each not in busy), None):
            own = self._by_student[student]
            while own:
                if task := self._task(*own.popleft()):
                    return task
            del self._by_student[student]
        if not self._busy:
            raise StopIteration
        return None, None

    def _task(self, digest, submission):
        """Return (digest, arguments of pool_worker.parse); None if there is nothing to do."""
        if digest in self._taken:
            return None
        try:
            data = self._budget.content(submission)
        except Unreadable as error:
            self.refused.setdefault(digest, str(error))
            return None
        if hashlib.sha256(data).hexdigest() != digest:
            self.refused.setdefault(digest, "It changed while it was being graded. Grade again.")
            return None
        self._taken.add(digest)
        self._busy[digest] = submission.student
        return digest, (self._catalogue, data, min(PARSING, max(self._budget.left(submission.student), 0.1)))

    def done(self, digest, seconds):
        """Note that a task has ended, and what it took."""
        self._budget.spend(self._busy.pop(digest), seconds)
        self.refused.pop(digest, None)
