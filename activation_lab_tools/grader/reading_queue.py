"""Which notebook is parsed next: one of a student's at a time, so that a budget is exceeded by one notebook at most."""

import hashlib
import time
from collections import defaultdict, deque

from .finding.submissions import Unreadable, content_of
from .notebook_parser import PARSING
from .records import ReviewItem

READING = 10.0  # seconds of processor time for a student's notebooks in one run; after that, no other is begun


class ReadingQueue:
    """The notebooks that haven't been parsed, as an iterator of tasks for `in_turn`; (None, None): none at the moment.

    Each file is read once, when its turn comes: what is parsed has the digest under which it is kept, even if another
    process exchanges the file, and few notebooks are in memory.

    Attributes:
        read: [(Submission, digest)] of all that could be read.
        lessons: {digest: lesson}; "" if it can't be parsed, None until it is.
        review: a ReviewItem for each file that could not be read.

    Args:
        found: Submissions.
        catalogue: see Course.catalogue.
        lesson_of: a function from a digest to the lesson of a notebook that was parsed earlier, or None.
        advance: is called for each notebook that makes no task.
    """

    def __init__(self, found, catalogue, lesson_of, advance):
        self._catalogue, self._lesson_of, self._advance = catalogue, lesson_of, advance
        self.read, self.lessons, self.review = [], {}, []
        self._by_student, self._busy, self._left = defaultdict(deque), {}, defaultdict(lambda: READING)
        for submission in found:
            self._by_student[submission.student].append(submission)

    def __iter__(self):
        return self

    def __next__(self):
        busy = set(self._busy.values())
        while student := next((each for each in self._by_student if each not in busy), None):
            own = self._by_student[student]
            while own:
                if task := self._task(own.popleft()):
                    return task
                self._advance()
            del self._by_student[student]
        if not self._busy:
            raise StopIteration
        return None, None

    def _task(self, submission):
        """Return (digest, arguments of pool_worker.parse); None if there is nothing to parse."""
        student, began = submission.student, time.process_time()
        try:
            if self._left[student] <= 0:
                raise Unreadable(
                    f"It was not read: the other notebooks of this student took {READING:.0f} seconds of processor "
                    "time. Remove those that don't count, and grade again."
                )
            data = content_of(submission)
        except Unreadable as error:
            self.review.append(ReviewItem(submission.location, str(error), student))
            return None
        finally:
            self._left[student] -= time.process_time() - began
        digest = hashlib.sha256(data).hexdigest()
        self.read.append((submission, digest))
        if digest in self.lessons:  # the same file from two students is parsed once
            return None
        self.lessons[digest] = self._lesson_of(digest)
        if self.lessons[digest] is not None:
            return None
        self._busy[digest] = student
        return digest, (self._catalogue, data, PARSING)  # in full, since others may have handed in the same file

    def done(self, digest, seconds, lesson=None):
        """Note that a task has ended, what it took, and the lesson that was found."""
        self._left[self._busy.pop(digest)] -= seconds
        self.lessons[digest] = lesson
