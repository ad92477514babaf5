"""Parse notebooks in a sandboxed child, each within a budget of processor time, which is counted."""

import contextlib
import dataclasses
import time

import numpy as np

from .reading.written import LONGEST
from .records import ParsedNotebook, parsed_notebook_from
from .sandbox import wire
from .sandbox.client import SandboxError

PARSING = 5.0  # seconds of processor time that parsing a notebook may take
PATIENCE = 120.0  # seconds by the clock, for a child that neither works nor replies
PARSED_BY_ONE = 50  # notebooks; then a fresh child takes over, in case something has accumulated in this one
NOTES, NOTE, CHOICE = 20, 500, 100  # sentences on a notebook or an answer, characters of each, and of a choice


class NotebookParser:
    """A child that parses one notebook after the other, since nothing in them runs.

    Args:
        fork_server: a ForkServer, which starts the child when it is needed.
    """

    def __init__(self, fork_server):
        self._fork_server = fork_server
        self._session, self._parsed, self._seconds = None, 0, 0.0

    def parse(self, notebook, catalogue, seconds=PARSING):
        """Return the ParsedNotebook of a notebook's bytes; if the child dies, a fresh one tries again.

        Args:
            notebook: the bytes.
            catalogue: see Course.catalogue.
            seconds: of processor time, for both tries together.
        """
        used = 0.0
        for fresh in (False, True):
            try:
                if fresh or self._session is None or self._parsed == PARSED_BY_ONE:
                    self._start(catalogue)
                parsed = self._ask(notebook, seconds - used)
            except (SandboxError, TimeoutError) as error:
                self._fork_server.close()
                self._session, self._parsed = None, 0
                parsed = ParsedNotebook(problem=f"It could not be read: the sandbox failed ({error}).", lasting=False)
            used += parsed.seconds
            if self._session is not None or self._parsed == 1 or used >= seconds:
                break
        return _bounded(dataclasses.replace(parsed, seconds=used))

    def close(self):
        if self._session is not None:
            with contextlib.suppress(SandboxError):  # what it has read is read
                self._session.end()
            self._session = None

    def _start(self, catalogue):
        self.close()
        self._session = self._fork_server.session(PARSING * PARSED_BY_ONE)
        self._parsed, self._seconds = 0, 0.0
        self._session.tell({"kind": "parse", "catalogue": catalogue}, time.monotonic() + PATIENCE)

    def _ask(self, notebook, seconds):
        """Return the ParsedNotebook; if there is no reply, one that says why, and the child is gone."""
        self._parsed += 1
        self._session.budget = wire.Budget()
        request = {"data": np.frombuffer(notebook, np.uint8), "seconds": seconds}
        reply, problem = None, ""
        try:
            reply = self._session.ask(request, time.monotonic() + PATIENCE)
        except TimeoutError:
            problem = f"Reading it did not finish within {PATIENCE:.0f} seconds by the clock."
        except wire.WireError as error:
            problem = f"The reader's reply could not be decoded: {error}."
        if reply is not None:
            self._seconds += reply["seconds"]
            return _too_long(reply["seconds"], seconds) if reply["seconds"] > seconds else parsed_notebook_from(reply)
        session, self._session = self._session, None
        session.end()
        took = max(session.seconds - self._seconds, 0.0)
        if session.ended == "out of time" and not problem:
            return _too_long(max(seconds, took), seconds)
        how = session.ended or "ended without a reply"
        problem = problem or f"Reading it did not finish: the process {how}. Is something in it nested too deeply?"
        return ParsedNotebook(problem=problem, seconds=took, lasting=False)


def _too_long(took, seconds):
    """Return the ParsedNotebook of one that took too much processor time; with all of PARSING, that is final."""
    problem = f"Reading it took more than {seconds:.1f} seconds of processor time. Hand in only the lesson's own cells."
    return ParsedNotebook(problem=problem, seconds=took, lasting=seconds >= PARSING)


def _bounded(parsed):
    """Return the ParsedNotebook with its sentences cut: a notebook of 20 MB can cause as many."""
    answers = (dataclasses.replace(answer, notes=_sentences(answer.notes)) for answer in parsed.answers)
    choices = {name: text and text[:CHOICE] for name, text in parsed.choices.items()}
    written = {name: text and text[:LONGEST] for name, text in parsed.written.items()}
    notes = _sentences(parsed.notes)
    return dataclasses.replace(parsed, answers=tuple(answers), choices=choices, written=written, notes=notes)


def _sentences(notes):
    return tuple(note[:NOTE] for note in notes[:NOTES])
