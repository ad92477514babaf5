"""The glossary: every term with the sentence that defines it. Lessons set a term in bold where they define it."""

import re
from pathlib import Path

from .unspoiled import WHAT_TO_SEE

PATH = Path("lessons") / "glossary.md"
HEAD = """\
# Glossary

Each term with the sentence that introduces it, and the lesson where you can read on.

"""
ITEM = re.compile(r"^(?:- |\d+\. )")
TERM = re.compile(r"\*\*([^*\n]+?)\*\*")
# A sentence ends before a capital letter, a formula, code or a bold word.
SENTENCE = re.compile(r"(?<=[^.][.?!])[)”*]*\s+(?=[A-Z*“$`(])")
# A sentence that begins like this needs the one before it.
LEANS = re.compile(r"(?:This|That|It|Its|They|Their|These|Such|Here|So|Both|Then|There|What it)\b")
LABELS = ("You can now", "Which form, when", "Where to go from here")


def page(solutions):
    """The glossary as Markdown.

    Args:
        solutions: {lesson's name: notebook}, in the course's order; the first definition of a term counts.
    """
    found = {}
    for lesson, notebook in solutions.items():
        for term, sentence in definitions(notebook):
            found.setdefault(term.casefold(), (term, sentence, lesson))
    lines = [
        f"- **{term}**: {sentence} ([lesson {int(lesson[:2])}]({lesson}.ipynb))"
        for _, (term, sentence, lesson) in sorted(found.items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def definitions(notebook):
    """(term, the sentence that defines it) for each bold term in the notebook's prose."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or cell.source.startswith("**Question.**"):
            continue
        for paragraph in re.split(r"\n\n|\n(?=- |\d+\. |\|)", cell.source.removeprefix(WHAT_TO_SEE)):
            if paragraph.startswith(("#", "|", ">")):
                continue
            sentences = SENTENCE.split(" ".join(ITEM.sub("", paragraph).split()))
            for place, sentence in enumerate(sentences):
                for term in filter(is_term, TERM.findall(sentence)):
                    whole = sentences[place - 1 : place + 1] if place and LEANS.match(sentence) else [sentence]
                    yield term, plain(" ".join(whole))


def is_term(bold):
    """Is this a word to look up: not a label, a rule, a claim's number or a lesson's minutes?"""
    label = bold.endswith((".", ":", "?")) or bold.startswith(LABELS) or bold[0].isdigit() and "minutes" in bold
    return not label and not bold[-1].isdigit() and "`" not in bold and len(bold.split()) <= 4


def plain(sentence):
    """The sentence without bold type, a parenthesis that stays open, or a colon at its end."""
    sentence = TERM.sub(r"\1", sentence)
    if sentence.count("(") != sentence.count(")"):
        sentence = sentence.removeprefix("(")
    return re.sub(r"[:;]$", ".", sentence)
