"""Answers to one exercise that are alike: the same after renaming, or with much in common that isn't published."""

import collections
from array import array
from dataclasses import dataclass, field

WHO = 60  # students of a group that are named
OWN = 20  # tokens; with fewer of its own, an answer is as good as the published one, and likeness means nothing
COMMON = 20  # different answers; what more of them share is how one writes it
SHARED = 0.5  # of all fingerprints that two answers have: more makes them a near match


@dataclass
class Variant:
    """Answers that are the same after renaming and reformatting.

    Args:
        tokens: how much of it no published answer has.
        fingerprints: hashes of that, sorted.
        number: of students who have it.
        who: the first of them, each with what leads to the answer: (person, result).
    """

    tokens: int
    fingerprints: array
    number: int = 0
    who: list = field(default_factory=list)


class Alike:
    """All answers to one exercise: a few hundred bytes for each that is different."""

    def __init__(self):
        self.variants, self.near_published = {}, 0

    def add(self, mark, person, result):
        """Take in a Mark: whose it is, and what leads to the answer's source later."""
        if not mark.code_digest:
            return
        if mark.own_tokens < OWN:
            self.near_published += 1
            return
        digest = mark.code_digest[:16]
        if digest not in self.variants:
            self.variants[digest] = Variant(mark.own_tokens, array("I", mark.fingerprints))
        variant = self.variants[digest]
        variant.number += 1
        if len(variant.who) < WHO:
            variant.who.append((person, result))

    def groups(self):
        """Return lists of Variants with at least two students; small groups with long code of their own come first."""
        variants = list(self.variants.values())
        held = collections.Counter(value for variant in variants for value in variant.fingerprints)
        root, holders = list(range(len(variants))), collections.defaultdict(list)
        for number, variant in enumerate(variants):
            shared = collections.Counter()
            for value in variant.fingerprints:
                if 1 < held[value] <= COMMON:
                    shared.update(holders[value])
                    holders[value].append(number)
            for other, count in shared.items():
                both = len(variant.fingerprints) + len(variants[other].fingerprints) - count
                if count >= SHARED * both:
                    root[_root(root, number)] = _root(root, other)
        groups = collections.defaultdict(list)
        for number, variant in enumerate(variants):
            groups[_root(root, number)].append(variant)
        several = [group for group in groups.values() if sum(each.number for each in group) > 1]
        return sorted(several, key=expected)


def students(group):
    return sum(variant.number for variant in group)


def own_tokens(group):
    return max(variant.tokens for variant in group)


def expected(group):
    """Return a number that is low for what chance explains least: much code of its own, in few hands."""
    return -own_tokens(group) / (students(group) - 1)


def _root(root, number):
    while root[number] != number:
        root[number] = root[root[number]]
        number = root[number]
    return number
