"""Likeness: is what two answers share found, and what everyone was given left out?"""

import inspect

import pytest

from activation_lab import exercises
from activation_lab_tools.author.sources import answer_source
from activation_lab_tools.grader.likeness import KEPT, own_code, published_hashes, tokens_of

SOFTMAX = '''
def softmax(z):
    """{docstring}"""
    largest = np.full(z.shape[:-1] + (1,), -np.inf)  # of each row
    for column in range(z.shape[-1]):
        largest[..., 0] = np.where(z[..., column] > largest[..., 0], z[..., column], largest[..., 0])
    powers = np.exp(z - largest)
    total = np.zeros_like(largest)
    for column in range(z.shape[-1]):
        total[..., 0] += powers[..., column]
    return powers / total
'''


@pytest.mark.parametrize("exercise", exercises.of_lesson("03_dense_backward"), ids=lambda exercise: exercise.name)
def test_the_published_solution(exercise):
    """Does the answer cell of the published solution, docstring and all, hold next to nothing of its own?"""
    tokens, fingerprints = own_code(answer_source(exercise), published_hashes(exercise))
    whole, _ = own_code(answer_source(exercise), set())
    assert tokens <= 0.2 * whole and len(fingerprints) <= tokens


def test_a_docstring_and_names_do_not_count():
    """Is an answer the same with other names, comments and docstring?"""
    softmax = exercises.find("softmax")
    other = SOFTMAX.replace("column", "j").replace("largest", "top").replace("# of each row", "")
    assert own_code(SOFTMAX, set()) == own_code(other.format(docstring=softmax.prompt), set())
    assert own_code(SOFTMAX, published_hashes(softmax))[0] > 60


def test_a_changed_line():
    """Do two answers share most of their fingerprints if one line was added, and none if they are written apart?"""
    _, one = own_code(SOFTMAX, set())
    _, other = own_code(SOFTMAX.replace("    powers =", "    assert z.ndim > 0\n    powers ="), set())
    assert len({*one} & {*other}) > 0.8 * len(one)
    _, apart = own_code(inspect.getsource(test_a_changed_line), set())
    assert len({*one} & {*apart}) < 0.2 * len(one)


ODD = ["'''" + r"\'''" * 5_000, '"""' * 7_000, "'" * 20_000, "\\" * 20_000, "a." * 9_999, "", "x", "\0\ud800 é"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text(text):
    """Is any text cut into tokens that are within it, and are few hashes kept?"""
    tokens, fingerprints = own_code(text, set())
    assert tokens <= len(text) and len(fingerprints) <= KEPT


def test_tokens():
    """Are strings, numbers, attributes and keywords told apart, and prefixes of the course left out?"""
    source = 'def f(x):\n    "doc"\n    return lab.relu(x)[0] + np . maximum(1.5, "a\'b") # why'
    assert tokens_of(source) == [
        *("def", "v", "(", "v", ")", ":", "s", "return", "v", "(", "v", ")", "[", "0", "]", "+", "v", ". maximum"),
        *("(", "1.5", ",", "s", ")"),
    ]
