"""Parse a submitted notebook into answers and choices; nothing is executed."""

import dataclasses
import re
import sys

from ..records import ParsedNotebook
from . import magics, slicing, written
from .choices import asked_in, calls_of, choices_of
from .definitions import Definitions
from .notebook import Unreadable, cells_of, python_of
from .statements import import_paths, statements_of
from .syntax import pieces_of_code, pieces_of_text


def parse_notebook(data, catalogue):
    """Return a notebook's answers and choices; no content makes it raise an exception.

    Args:
        data: the bytes of the file.
        catalogue: see Course.catalogue.

    Returns:
        A ParsedNotebook; if the notebook cannot be graded, its `problem` says why.
    """
    try:
        return _Notebook(data, catalogue).parsed()
    except Unreadable as error:
        return ParsedNotebook(problem=str(error))
    except (RecursionError, MemoryError):
        return ParsedNotebook(
            problem="Received a notebook that is nested too deeply, or too large, to be read. Clear its outputs, save "
            "it, and hand it in again."
        )


class _Notebook:
    """The statements of a notebook whose lesson is not yet known."""

    def __init__(self, data, catalogue):
        self.catalogue = catalogue
        known = {name for lesson in catalogue.values() for name in lesson["exercises"]}
        prose = {name for lesson in catalogue.values() for name in lesson.get("written", ())}
        self.cells, self.notes = cells_of(data)
        self.python = python_of(data)
        self.pieces, self.broken, self.left_out = [], [], []
        for cell in self.cells:
            if written.answered_in(cell) in prose or written.asked_in(cell) in prose:
                continue
            source, other = magics.without_cell_magic(cell.source)
            if cell.kind == "text":
                self.pieces += _answers_in(cell.number, source, known)
            elif cell.language or other:
                self.left_out.append((cell, other))
            else:
                pieces, broken = pieces_of_code(cell.number, source)
                if cell.kind == "code" or not broken:  # a cell of unknown kind that isn't Python was text
                    self.pieces += pieces
                    self.broken += broken
        paths = import_paths(self.pieces)
        self.calls = calls_of(self.pieces, paths)
        self.definitions = Definitions(statements_of(self.pieces, paths), self.broken, paths)

    def parsed(self):
        lesson = self._lesson()
        names = self.catalogue[lesson]["exercises"]
        answers = (slicing.answer(name, self.definitions) for name in names)
        answers = tuple(self._for_this_python(self._with_left_out(answer)) for answer in answers)
        choices, notes = choices_of(self.calls, self.catalogue[lesson]["questions"])
        prose, more = written.written_in(self.cells, self.catalogue[lesson].get("written", ()))
        return ParsedNotebook(lesson, answers, choices, (*self.notes, *notes, *more), written=prose)

    def _lesson(self):
        """Return the lesson of which the notebook has most exercises and questions, written or not."""
        asked = asked_in(self.calls)
        prose = {*map(written.answered_in, self.cells), *map(written.asked_in, self.cells)}
        counts = {
            name: sum(map(self.definitions.know, lesson["exercises"]))
            + len(asked & set(lesson["questions"]))
            + len(prose & set(lesson.get("written", ())))
            for name, lesson in self.catalogue.items()
        }
        most = max(counts.values(), default=0)
        best = [lesson for lesson, count in counts.items() if count == most]
        if most == 0:
            raise Unreadable(
                "Received a notebook that defines no exercise's function and answers no question; expected those of a "
                "lesson. Hand in the lesson's own notebook, with the original names of its functions."
                + "".join(f" {note}" for name in self._known_names() for note in self._notes_on_left_out(name))
            )
        if len(best) > 1:
            raise Unreadable(
                f"Received a notebook with as much of {' as of '.join(best)}; expected one lesson. Hand in each "
                "lesson's notebook separately."
            )
        return best[0]

    def _known_names(self):
        return [name for lesson in self.catalogue.values() for name in lesson["exercises"]]

    def _with_left_out(self, answer):
        if answer.state not in ("missing", "stub"):
            return answer
        return dataclasses.replace(answer, notes=(*answer.notes, *self._notes_on_left_out(answer.exercise)))

    def _for_this_python(self, answer):
        """Return the answer, marked as “newer” if it is broken here, but a newer Python may be able to read it.

        Either the notebook says that it was written with one, or an f-string is broken: Python 3.12 allows more there.
        """
        if answer.state != "broken":
            return answer
        if sys.version_info < (3, 12) and any("f-string" in note for note in answer.notes):
            note = "Python 3.12 may be able to read this f-string. Grade it with Python 3.12 or newer."
            return dataclasses.replace(answer, state="newer", notes=(*answer.notes, note))
        if not self.python or self.python <= sys.version_info[:2]:
            return answer
        theirs, ours = (".".join(map(str, version[:2])) for version in (self.python, sys.version_info))
        note = (
            f"The notebook was written with Python {theirs}, whose newest syntax Python {ours} can't read. Grade it "
            f"with Python {theirs} or newer."
        )
        return dataclasses.replace(answer, state="newer", notes=(*answer.notes, note))

    def _notes_on_left_out(self, name):
        pattern = rf"^\s*(?:async\s+)?(?:def|class|function)\s+{name}\b|^\s*{name}\s*(?:=(?!=)|<-|\([^\n]*\)\s*=)"
        for cell, magic in self.left_out:
            if re.search(pattern, cell.source, re.MULTILINE):
                why = f"begins with %%{magic[:40]}" if magic else f"is marked as {cell.language}"
                yield (
                    f"Cell {cell.number} defines {name}, but {why}, so it is not Python of this notebook and does not "
                    "count: put the definition into a separate code cell."
                )


def _answers_in(number, source, names):
    """Return the pieces of a text cell if it defines one of the names, else []."""
    if not re.search(r"\b(?:def|class)\s|=", source):
        return []  # prose, which is faster to see without parsing
    pieces = pieces_of_text(number, source)
    return pieces if any(names.intersection(piece.names) for piece in pieces) else []
