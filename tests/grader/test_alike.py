"""Answers alike: are copies found, near ones too, and is what everyone writes left out?"""

import itertools
import random

from activation_lab_tools.grader.likeness import own_code
from activation_lab_tools.grader.pages.alike import COMMON, OWN, Alike, own_tokens, students
from activation_lab_tools.grader.records import Mark

LINES = [f"    total_{n} = z.reshape({n}, -{n}).sum(axis={n}) * {n}.5 if {n} else part_{n}(z)" for n in range(400)]


def answer(lines, digest, published=frozenset()):
    own = "\n".join(["def f(z):", *lines])
    tokens, fingerprints = own_code(own, published)
    return Mark("f", "exercise", "passed", 1, 1, own=own, code_digest=digest, own_tokens=tokens,
                fingerprints=fingerprints)  # fmt: skip


def grouped(answers):
    """The groups as lists of sorted names, in their order."""
    alike = Alike()
    for name, mark in answers:
        alike.add(mark, name, name)
    return [sorted(who for variant in group for who, _ in variant.who) for group in alike.groups()]


def test_copies_and_near_copies():
    """Are the same answers one group, together with those where a line was changed, and others apart?"""
    copied = LINES[:12]
    answers = [
        ("ada", answer(copied, "1")),
        ("ben", answer(copied, "1")),
        ("cyd", answer([*copied[:6], LINES[50], *copied[6:]], "2")),
        ("dan", answer(LINES[100:112], "3")),
        ("eve", answer(LINES[120:132], "4")),
    ]
    assert grouped(answers) == [["ada", "ben", "cyd"]]


def test_the_order():
    """Do small groups with long code come first?"""
    answers = [(f"many{n}", answer(LINES[:6], "1")) for n in range(9)]
    answers += [(f"few{n}", answer(LINES[20:26], "2")) for n in range(2)]
    answers += [(f"long{n}", answer(LINES[40:60], "3")) for n in range(2)]
    assert [group[0].rstrip("0") for group in grouped(answers)] == ["long", "few", "many"]


def test_short_and_published_answers_are_counted_only():
    """Does an answer with little of its own make no group, however many have it?"""
    alike = Alike()
    for number in range(5):
        alike.add(Mark("f", "exercise", "passed", 1, 1, code_digest="1", own_tokens=OWN - 1), number, number)
        alike.add(Mark("f", "exercise", "not attempted", 0, 1), number, number)
    assert alike.groups() == [] and alike.near_published == 5


def test_what_everyone_writes():
    """Do answers that share only what many others share stay apart, and does a copied pair among them show?"""
    idiom = LINES[:10]
    answers = [(f"s{n:02}", answer([*idiom, LINES[100 + n]], str(n))) for n in range(2 * COMMON)]
    pair = [(name, answer([*idiom, *LINES[200:208]], "pair")) for name in ("x", "y")]
    assert grouped(answers) == []
    assert grouped([*answers, *pair]) == [["x", "y"]]


def test_as_comparing_all_pairs():
    """Are the groups those that comparing each answer with each gives?"""
    rng = random.Random(3)
    made = [answer(rng.sample(LINES[:60], 12), f"{n}") for n in range(20)]
    made += [
        answer([line if rng.random() < 0.9 else rng.choice(LINES) for line in mark.own.splitlines()[1:]], f"n{n}")
        for n, mark in enumerate(made[:8])
    ]
    joined = [{n} for n in range(len(made))]
    for (a, one), (b, other) in itertools.combinations(enumerate(made), 2):
        first, second = set(one.fingerprints), set(other.fingerprints)
        if len(first & second) >= 0.5 * len(first | second):
            union = next(each for each in joined if a in each) | next(each for each in joined if b in each)
            joined = [each for each in joined if not each & union] + [union]
    assert sorted(grouped(enumerate(made))) == sorted(sorted(each) for each in joined if len(each) > 1)
    assert any(len(each) > 1 for each in joined)


def test_counts():
    """Does a group know its students, also those that are not named?"""
    alike = Alike()
    for number in range(100):
        alike.add(answer(LINES[:9], "1"), number, number)
    (group,) = alike.groups()
    assert students(group) == 100 and own_tokens(group) > OWN
