"""A notebook's choices, read from `lab.answer("name", "b")` without executing it; "b" may be in a variable."""

import ast

from .names import dotted, walk

CALLED = ("activation_lab.answer", "activation_lab.checking.answer", "answer")
MAX_CHARACTERS = 40


def calls_of(pieces, paths):
    """Return the calls of `answer` in code cells, in order.

    Args:
        pieces: of the notebook.
        paths: what its imports bind; see statements.import_paths.

    Returns:
        A list of (number of the cell, expression for the question, expression for the choice), None for a missing one.
    """
    found, words = [], ["answer", *(name for name, path in paths.items() if path in CALLED)]
    texts = {}  # {variable: the text that it was set to last}
    for piece in pieces:
        if piece.text:
            continue
        if any(word in piece.source for word in words):
            calls = [node for node in walk(piece.node) if isinstance(node, ast.Call)]
            calls = [call for call in calls if dotted(call.func, paths) in CALLED]
            calls.sort(key=lambda call: (call.lineno, call.col_offset))
            known = texts if isinstance(piece.node, ast.Expr | ast.Assign) else {}  # in a function, it may be another's
            for call in calls:
                question, choice = _argument(call, 0, "question"), _argument(call, 1, "choice")
                found.append((piece.cell, question, known.get(getattr(choice, "id", ""), choice)))
        texts = {name: text for name, text in texts.items() if name not in piece.names} | _texts(piece.node)
    return found


def choices_of(calls, questions):
    """Return the choices of a lesson's questions, and notes on them.

    Args:
        calls: see calls_of.
        questions: names.

    Returns:
        {question: the last choice given, or None}, and a list of whole sentences.
    """
    choices, notes = dict.fromkeys(questions), []
    for question in questions:
        given, unclear = [], []
        for cell, asked, choice in calls:
            if _text(asked) == question:
                if (text := _text(choice)) is not None:
                    given.append(text[:MAX_CHARACTERS])
                elif not (choice is None or isinstance(choice, ast.Constant) and choice.value is None):
                    unclear.append(cell)
        if given:
            choices[question] = given[-1]
        if len(set(given)) > 1:
            notes.append(f"{question} has different answers in this notebook; the last one counts.")
        if unclear and not given:
            notes.append(
                f"Cell {unclear[-1]} answers {question} with something other than a letter or word in quotes, so it "
                f'does not count: write it with quotes, such as lab.answer("{question}", "b").'
            )
    for cell in dict.fromkeys(cell for cell, asked, _ in calls if asked is not None and _text(asked) is None):
        notes.append(
            f"Cell {cell} answers a question without its name in quotes, so it does not count: write one call for "
            'each question, as lab.answer("name", "b").'
        )
    return choices, notes


def asked_in(calls):
    """Return the names of all questions that are answered, or left open, anywhere."""
    return {_text(asked) for _, asked, _ in calls} - {None}


def _texts(node):
    """Return {variable: expression} of an assignment of a text to variables."""
    if not isinstance(node, ast.Assign) or _text(node.value) is None:
        return {}
    return {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}


def _argument(call, position, keyword):
    if len(call.args) > position:
        return call.args[position]
    return next((given.value for given in call.keywords if given.arg == keyword), None)


def _text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
