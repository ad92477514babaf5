"""The difference between two architectures, layer by layer, in words. For architectures see exercises.architecture."""

from dataclasses import dataclass, field

from .alignment import aligned
from .layer_words import Names, changed_words, input_words, join

MOST = 4  # sentences


def architecture_difference(expected, received, form_matters):
    """Return sentences about what came back in `received` and was not asked for, or is missing.

    Args:
        expected, received: architectures.
        form_matters: whether an activation's form counts: as an argument, as a layer, as an operation. If not, each
            activation is a step of its own in both.
    """
    inputs = input_words(expected["inputs"], received["inputs"])
    if not form_matters:
        expected, received = _activations_apart(expected), _activations_apart(received)
    found = _Difference(expected["steps"], received["steps"], form_matters)
    sentences = [*inputs, *found.sentences(), *_shared(expected["steps"], received["steps"], form_matters)]
    if not sentences:
        sentences = _wiring(found, expected, received)
    if len(sentences) > MOST:
        sentences = [*sentences[: MOST - 1], f"There are {len(sentences) - MOST + 1} more differences."]
    return tuple(sentences)


def _activations_apart(architecture):
    """Return the architecture with each activation as a step of its own, whatever its form, and without identities."""
    steps, numbers = [], {}
    for number, step in enumerate(architecture["steps"]):
        sources = [numbers.get(source, source) for source in step["sources"]]
        if step["class"] in ("Identity", "Cast") or step["alone"] and not step["activates"]:
            numbers[number] = sources[0] if sources else -1
            continue
        if not step["alone"]:
            text = step["text"].removesuffix(f", {step['activates']})").removesuffix(")")
            text = f"{text})" if "(" in text else text
            steps.append(step | {"sources": sources, "activates": "", "text": text})
            sources = [len(steps) - 1]
        if step["activates"]:
            steps.append(_activation(step, sources))
        numbers[number] = len(steps) - 1
    output = architecture["output"]
    return {"inputs": architecture["inputs"], "steps": steps, "output": numbers.get(output, output)}


def _activation(step, sources):
    name = step["activates"]
    return {
        "class": name,
        "text": name,
        "activates": name,
        "settings": {"dtype": step["settings"].get("dtype")},
        "weights": False,
        "alone": True,
        "layer": ("activation", step["layer"]),
        "sources": sources,
    }


@dataclass
class _Difference:
    """What an alignment of two lists of steps says, in words."""

    expected: list
    received: list
    form_matters: bool
    pairs: list = field(init=False)  # of (number in expected or None, number in received or None)

    def __post_init__(self):
        self.pairs = aligned(self.expected, self.received)
        self.wanted, self.got = Names(self.expected), Names(self.received)
        self.told = set()  # positions in pairs that a sentence has explained

    def sentences(self):
        if self._is_another_order():
            return [
                "The layers are there, but in another order; asked for is "
                f"{' → '.join(s['text'] for s in self.expected)}."
            ]
        found = [*self._other_form(), *self._moved(), *self._in_its_place()]
        for position, (e, r) in enumerate(self.pairs):
            if position in self.told:
                continue
            if e is None:
                found.append((position, self._one_more(r)))
            elif r is None:
                found.append((position, self._one_less(e)))
            else:
                found += [(position, text) for text in self._changed(e, r)]
        return [text for _, text in sorted(found, key=lambda item: item[0])]

    def _one_more(self, r):
        step = self.received[r]
        return f"One {step['text']} more than asked for, {self.got.where(r)}."

    def _one_less(self, e):
        step = self.expected[e]
        return f"{step['text']} is missing {self.wanted.where(e)}."

    def _changed(self, e, r):
        wanted, got = self.expected[e], self.received[r]
        return changed_words(self.got.one(r), wanted, got, last=r == len(self.received) - 1)

    def _is_another_order(self):
        """Are they the same layers, of which two that are alike have changed places?"""
        texts = [[step["text"] for step in steps] for steps in (self.expected, self.received)]
        kinds = [[step["class"] for step in steps] for steps in (self.expected, self.received)]
        return texts[0] != texts[1] and sorted(texts[0]) == sorted(texts[1]) and kinds[0] == kinds[1]

    def _in_its_place(self):
        """Yield a sentence for each kind of layer that stands in the place of one of another class."""
        groups = {}
        for position, (e, r) in enumerate(self.pairs):
            if e is not None and r is not None and self.expected[e]["class"] != self.received[r]["class"]:
                self.told.add(position)
                groups.setdefault((self.received[r]["text"], self.expected[e]["text"]), []).append((position, r))
        for (got, wanted), members in groups.items():
            place = self.got.where(members[0][1]) if len(members) == 1 else f"in {len(members)} places"
            yield members[0][0], f"{got} stands where {wanted} is asked for, {place}."

    # Activations in another form

    def _other_form(self):
        """Yield what concerns an activation that is an argument instead of a layer, or the other way round, or both."""
        if not self.form_matters:
            return
        groups = {}
        for position, (e, r) in enumerate(self.pairs):
            if e is None or r is None or self.expected[e]["class"] != self.received[r]["class"]:
                continue
            kind, told = self._form_of(position, e, r)
            if kind:
                self.told |= told
                groups.setdefault(kind, []).append((position, r))
        for (kind, activation), members in groups.items():
            names = join([self.got.one(r) for _, r in members])
            yield members[0][0], FORMS[kind].format(activation=activation, names=names)

    def _form_of(self, position, e, r):
        """Return what is wrong with the form of an activation at a pair of layers, and the positions it explains."""
        wanted, got = self.expected[e], self.received[r]
        after = self.pairs[position + 1] if position + 1 < len(self.pairs) else (None, None)
        if wanted["activates"] == got["activates"] or len(_settings_that_differ(wanted, got)) > 0:
            return None, set()
        next_wanted = self.expected[after[0]] if after[0] is not None else None
        next_got = self.received[after[1]] if after[1] is not None else None
        if not got["activates"] and next_wanted is None and _is_activation(next_got, wanted["activates"]):
            return ("a layer", wanted["activates"]), {position, position + 1}
        if not wanted["activates"] and next_got is None and _is_activation(next_wanted, got["activates"]):
            return ("an argument", got["activates"]), {position, position + 1}
        if (
            not wanted["activates"]
            and _is_activation(next_wanted, got["activates"])
            and _is_activation(next_got, got["activates"])
        ):
            return ("both", got["activates"]), {position}
        return None, set()

    def _moved(self):
        """Yield a sentence for each step that is there, but elsewhere."""
        missing = [(p, e) for p, (e, r) in enumerate(self.pairs) if r is None and p not in self.told]
        for position, r in [(p, r) for p, (e, r) in enumerate(self.pairs) if e is None and p not in self.told]:
            for other, e in missing:
                if other not in self.told and _same(self.expected[e], self.received[r]):
                    self.told |= {position, other}
                    there, belongs = self.got.where(r), self.wanted.where(e)
                    yield position, f"{self.received[r]['text']} stands {there}; it belongs {belongs}."
                    break


FORMS = {
    "a layer": "{activation} is a layer of its own after {names}; it is asked for as the argument `activation=`.",
    "an argument": "{activation} is an argument of {names}; it is asked for as a layer of its own.",
    "both": "{activation} is applied twice: as an argument of {names}, and by the layer after it.",
}


def _is_activation(step, name):
    return step is not None and step["activates"] == name and not step["weights"]


def _settings_that_differ(wanted, got):
    return [name for name, value in wanted["settings"].items() if value != got["settings"].get(name, value)]


def _same(wanted, got):
    return wanted["class"] == got["class"] and wanted["text"] == got["text"] and not _settings_that_differ(wanted, got)


def _shared(expected, received, form_matters):
    """Return a sentence for each layer that is applied more often than any layer should be."""
    if len({step["layer"] for step in expected}) < len(expected):
        return []
    times = {}
    for step in received:
        times.setdefault(step["layer"], []).append(step)
    found = []
    for first, *others in times.values():
        if others and (form_matters or first["weights"]):
            so = ", so its weights are shared" if first["weights"] else ""
            times_said = _times(1 + len(others))
            found.append(
                f"The same {first['text']} object stands {times_said}{so}; a new layer is asked for each time."
            )
    return found


def _times(count):
    return {2: "twice", 3: "three times", 4: "four times"}.get(count, f"{count} times")


def _wiring(found, expected, received):
    """Return a sentence about the first step that takes in something else, if the steps themselves are alike."""
    number_of = {r: e for e, r in found.pairs if r is not None} | {-1: -1, -2: -2}
    for e, r in found.pairs:
        if e is None or r is None:
            return []
        wanted, got = expected["steps"][e]["sources"], received["steps"][r]["sources"]
        if sorted(map(str, wanted)) != sorted(str(number_of.get(source)) for source in got):
            return [
                f"{found.got.one(r, capital=True)} takes in {join(found.got.sources(r))}; it should take in "
                f"{join(found.wanted.sources(e))}."
            ]
    if number_of.get(received["output"]) != expected["output"]:
        return [
            f"The model's output is that of {found.got.name_of(received['output'])}; it should be that of the last "
            "step."
        ]
    return []
