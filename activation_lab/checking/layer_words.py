"""Words for layers in an architecture: which one it is, where it stands, and what is different about it."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Names:
    """The names of the steps of one architecture: “the first Dense”, “the input”.

    Args:
        steps: of an architecture.
    """

    def __init__(self, steps):
        self.steps = steps

    def one(self, number, capital=False):
        """Return “the last Dense”; for the only one of its class “the Dense layer”."""
        same = [i for i, step in enumerate(self.steps) if step["class"] == self.steps[number]["class"]]
        kind = self.steps[number]["class"]
        if len(same) == 1:
            text = f"the {kind} layer" if kind[:1].isupper() else kind
        elif number == same[-1]:
            text = f"the last {kind}"
        else:
            position = same.index(number)
            text = f"the {ORDINALS[position] if position < 8 else f'{position + 1}th'} {kind}"
        return text[0].upper() + text[1:] if capital else text

    def name_of(self, source):
        """Return the text of what a step takes in: of another step, or “the input”."""
        return self.steps[source]["text"] if source >= 0 else "the input"

    def sources(self, number):
        return [self.name_of(source) for source in self.steps[number]["sources"]]

    def where(self, number):
        """Return “between Dense(4) and Activation(relu)”, “at the end, after Dense(4)”."""
        before = join(self.sources(number)) or "the input"
        after = [step["text"] for step in self.steps if number in step["sources"]]
        if not after:
            return f"at the end, after {before}"
        if len(after) > 1 or " and " in before:
            return f"after {before}"
        return f"between {before} and {after[0]}"


def join(texts):
    """Return “a, b and c”; equal texts once."""
    texts = list(dict.fromkeys(texts))
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""


def changed_words(name, wanted, got, last):
    """Return what is different about a layer of the class that was asked for, as sentences.

    Args:
        name: such as “the first Dense”.
        wanted, got: two steps.
        last: whether it is the last step.
    """
    subject = name[0].upper() + name[1:]
    found = [
        _setting(subject, key, got["settings"].get(key), value)
        for key, value in wanted["settings"].items()
        if value != got["settings"].get(key, value)
    ]
    if "activation" in got["settings"]:
        found.append(
            f"{subject} has None in place of an activation, set afterwards. The one that changes nothing is "
            "keras.activations.linear."
        )
    elif wanted["activates"] != got["activates"]:
        found.append(_activation(subject, wanted["activates"], got["activates"], last))
    return found


def _activation(subject, wanted, got, last):
    if not got:
        return f"{subject} has no activation; {wanted} is asked for."
    if not wanted:
        return (
            f"{subject} has {got}; {'logits are' if last and got in ('softmax', 'sigmoid') else 'no activation is'} "
            "asked for."
        )
    return f"{subject} has {got}; {wanted} is asked for."


def _setting(subject, key, got, wanted):
    if key in ("units", "filters"):
        unit = key[:-1] if got == 1 else key
        return f"{subject} has {got} {unit}; {wanted} {'is' if wanted == 1 else 'are'} asked for."
    if key == "dtype":
        return f"{subject} has the dtype policy {got}; {wanted} is asked for."
    if key == "use_bias":
        return f"{subject} has {'a' if got else 'no'} bias; {'one is' if wanted else 'none is'} asked for."
    if key == "trainable":
        return f"{subject} is frozen: trainable is {got}."
    return f"{subject} has {key}={_written(got)}; {_written(wanted)} is asked for."


def _written(value):
    if isinstance(value, str):
        return f'"{value}"'
    return str(tuple(value)) if isinstance(value, list) else str(value)


def input_words(wanted, got):
    """Return what is different about the inputs of a model, as at most one sentence in a list."""
    if len(wanted) != len(got):
        return [f"The model has {len(got)} inputs; expected {len(wanted)}."]
    for w, g in zip(wanted, got, strict=True):
        if w == g:
            continue
        shape, asked = _shape(g[1:]), _shape(w[1:])
        if g[2:] == w[1:] and len(g) == len(w) + 1:
            return [
                f"The input has the batch axis in its shape, {shape}. keras.Input takes the shape of one sample, "
                f"{asked}; Keras adds the batch axis."
            ]
        if g[1:] == w[1:]:
            return [f"The input takes batches of {g[0]} only. Leave `batch_size=` out."]
        return [f"The input takes samples of shape {shape}; {asked} is asked for."]
    return []


def _shape(lengths):
    return str(tuple(lengths))
