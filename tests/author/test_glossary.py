"""Is each term that a lesson defines in the glossary, with the sentence that defines it?"""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from activation_lab_tools.author import glossary

ROOT = Path(__file__).parents[2]


def defined(*texts):
    return dict(glossary.definitions(new_notebook(cells=[new_markdown_cell(text) for text in texts])))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. The result is its **bias**, a number. Two.", {"bias": "The result is its bias, a number."}),
        ("It bends. That is a **kink**.", {"kink": "It bends. That is a kink."}),
        ("(A layer between two others is **hidden**.)", {"hidden": "(A layer between two others is hidden.)"}),
        ("One thing. (A **mask** is an array. Another.)", {"mask": "A mask is an array."}),
        (
            "A **loss** and its **target**:\n\n$$x$$",
            {"loss": "A loss and its target.", "target": "A loss and its target."},
        ),
        ("- a list\n- of a **unit**", {"unit": "of a unit"}),
        ("**What to see.** An **epoch** ends.", {"epoch": "An epoch ends."}),
        ("Multiply by 0.5. **Padding** adds 0.", {"Padding": "Padding adds 0."}),
    ],
)
def test_a_definition(text, expected):
    """Is the sentence found, whole and no longer than needed?"""
    assert defined(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("**45 minutes.** You need NumPy.", "**45 minutes**, with a break.", "**Question.** Is **relu** a layer?"),
        *("**You can now** write.", "**S1.30** says so.", "**Warm up, and time in pairs.** Then", "# A **title**"),
        *("> **Exercises.** Write the **function**.", "| **you want** |", "**end in logits, and write `x`**"),
    ],
)
def test_other_bold_words(text):
    """Is what is bold for another reason left out?"""
    assert defined(text) == {}


def test_code_is_not_read():
    """Is a power in a code cell no term?"""
    assert list(glossary.definitions(new_notebook(cells=[new_code_cell("a **b** c")]))) == []


def test_the_first_definition_counts():
    """Is a term listed once, under the lesson that defines it first, and in alphabetical order?"""
    first, second = (
        new_notebook(cells=[new_markdown_cell(text)]) for text in ("A **Unit**.", "A **unit**. A **batch**.")
    )
    lines = glossary.page({"01_one": first, "02_two": second}).splitlines()[4:]
    assert lines == [
        "- **batch**: A batch. ([lesson 2](02_two.ipynb))",
        "- **Unit**: A Unit. ([lesson 1](01_one.ipynb))",
    ]


def test_the_page_is_current():
    """Is the stored page what the lessons define today?"""
    stored = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "solutions").glob("*.ipynb"))}
    assert (ROOT / glossary.PATH).read_text(encoding="utf-8") == glossary.page(stored)
    assert len(list(glossary.definitions(stored["01_dense_forward"]))) >= 15
