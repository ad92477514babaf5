"""Is the difference of two architectures said in words that are true, and is nothing said where there is none?"""

import random

import pytest

from activation_lab.checking.architecture_difference import architecture_difference

KINDS = {
    "Dense": {"units": 4, "use_bias": True},
    "BatchNormalization": {"axis": -1, "scale": True, "trainable": True},
    "Dropout": {"rate": 0.5},
    "Flatten": {},
    "Activation": {},
}


def step(kind, activates="", **changed):
    settings = KINDS.get(kind, {}) | {"dtype": "float32"} | changed
    inside = [str(settings["units"])] if "units" in settings else []
    inside += [activates] if activates else []
    text = f"{kind}({', '.join(inside)})" if inside else kind
    weights = kind in ("Dense", "BatchNormalization")
    return {
        "class": kind,
        "text": text,
        "activates": activates,
        "settings": settings,
        "weights": weights,
        "alone": kind == "Activation",
    }


def chain(*steps, shape=(None, 8), layers=None):
    """An architecture of these steps, one after the other; `layers` numbers their layers, if some are the same."""
    numbered = [
        each | {"layer": number, "sources": [place - 1]}
        for place, (each, number) in enumerate(zip(steps, layers or range(len(steps)), strict=True))
    ]
    return {"inputs": [list(shape)], "steps": numbered, "output": len(steps) - 1}


RELU, SOFTMAX = step("Activation", "relu"), step("Activation", "softmax")
ASKED = chain(step("Dense", "relu", units=64), step("Dense", "softmax", units=10))
APART = chain(step("Dense"), RELU, step("Dense", units=2))
BLOCK = chain(step("Dense"), step("BatchNormalization"), RELU)

# What was asked for, what came back, whether the form of activations counts, and what is said
DIFFERENCES = {
    "one more": (
        ASKED,
        chain(step("Dense", "relu", units=64), step("Dropout"), step("Dense", "softmax", units=10)),
        True,
        ["One Dropout more than asked for, between Dense(64, relu) and Dense(10, softmax)."],
    ),
    "one less": (
        BLOCK,
        chain(step("Dense"), RELU),
        True,
        ["BatchNormalization is missing between Dense(4) and Activation(relu)."],
    ),
    "no activations": (
        ASKED,
        chain(step("Dense", units=64), step("Dense", units=10)),
        True,
        [
            "The first Dense has no activation; relu is asked for.",
            "The last Dense has no activation; softmax is asked for.",
        ],
    ),
    "softmax for logits": (
        APART,
        chain(step("Dense"), RELU, step("Dense", "softmax", units=2)),
        True,
        ["The last Dense has softmax; logits are asked for."],
    ),
    "a setting": (
        BLOCK,
        chain(step("Dense", units=1), step("BatchNormalization", scale=False), RELU),
        True,
        [
            "The Dense layer has 1 unit; 4 are asked for.",
            "The BatchNormalization layer has scale=False; True is asked for.",
        ],
    ),
    "frozen": (
        BLOCK,
        chain(step("Dense"), step("BatchNormalization", trainable=False), RELU),
        False,
        ["The BatchNormalization layer is frozen: trainable is False."],
    ),
    "layers for arguments": (
        ASKED,
        chain(step("Dense", units=64), RELU, step("Dense", units=10), SOFTMAX),
        True,
        [
            "relu is a layer of its own after the first Dense; it is asked for as the argument `activation=`.",
            "softmax is a layer of its own after the last Dense; it is asked for as the argument `activation=`.",
        ],
    ),
    "an argument for a layer": (
        APART,
        chain(step("Dense", "relu"), step("Dense", units=2)),
        True,
        ["relu is an argument of the first Dense; it is asked for as a layer of its own."],
    ),
    "both forms": (
        APART,
        chain(step("Dense", "relu"), RELU, step("Dense", units=2)),
        True,
        ["relu is applied twice: as an argument of the first Dense, and by the layer after it."],
    ),
    "in front of the normalization": (
        BLOCK,
        chain(step("Dense", "relu"), step("BatchNormalization")),
        False,
        ["relu stands between Dense(4) and BatchNormalization; it belongs at the end, after BatchNormalization."],
    ),
    "another order": (
        ASKED,
        chain(step("Dense", "softmax", units=10), step("Dense", "relu", units=64)),
        True,
        ["The layers are there, but in another order; asked for is Dense(64, relu) → Dense(10, softmax)."],
    ),
    "the same object": (
        APART | {"steps": [*APART["steps"], RELU | {"layer": 3, "sources": [2]}]},
        chain(step("Dense"), RELU, step("Dense", units=2), RELU, layers=(0, 1, 2, 1)),
        True,
        ["The same Activation(relu) object stands twice; a new layer is asked for each time."],
    ),
    "shared weights": (
        chain(step("Dense"), step("Dense")),
        chain(step("Dense"), step("Dense"), layers=(0, 0)),
        False,
        ["The same Dense(4) object stands twice, so its weights are shared; a new layer is asked for each time."],
    ),
    "the batch axis": (
        ASKED,
        ASKED | {"inputs": [[None, None, 8]]},
        True,
        [
            "The input has the batch axis in its shape, (None, 8). keras.Input takes the "
            "shape of one sample, (8,); Keras adds the batch axis."
        ],
    ),
    "another input": (
        ASKED,
        ASKED | {"inputs": [[None, 9]]},
        True,
        ["The input takes samples of shape (9,); (8,) is asked for."],
    ),
    "a fixed batch": (
        ASKED,
        ASKED | {"inputs": [[32, 8]]},
        True,
        ["The input takes batches of 32 only. Leave `batch_size=` out."],
    ),
    "one form or another": (BLOCK, chain(step("Dense"), step("BatchNormalization", "relu")), False, []),
    "nothing": (APART, APART, True, []),
}


@pytest.mark.parametrize(("expected", "received", "form_matters", "sentences"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_what_differs_is_said(expected, received, form_matters, sentences):
    """Is each difference said in a sentence, all of them, and nothing else?"""
    assert list(architecture_difference(expected, received, form_matters)) == sentences


def test_what_a_sum_takes_in():
    """If the layers are alike and only wired differently, is that what is said?"""
    add = {"class": "Add", "text": "Add", "activates": "", "settings": {}, "weights": False, "alone": False, "layer": 2}
    two = chain(step("Dense"), step("Dense"))["steps"]
    wanted = {"inputs": [[None, 4]], "steps": [*two, add | {"sources": [-1, 1]}], "output": 2}
    got = {"inputs": [[None, 4]], "steps": [*two, add | {"sources": [1, 1]}], "output": 2}
    (sentence,) = architecture_difference(wanted, got, False)
    assert sentence == "The Add layer takes in Dense(4); it should take in the input and Dense(4)."
    assert architecture_difference(wanted, wanted, False) == ()


def edited(steps, rng):
    """The steps with one edit, and what a true sentence about it must contain."""
    place, kind = rng.randrange(len(steps)), rng.choice(["more", "less", "units", "activation"])
    old = steps[place]
    if kind == "more":
        new = step("Dropout", rate=0.25)
        return [*steps[:place], new, *steps[place:]], ("One Dropout more",)
    if kind == "less":
        return [*steps[:place], *steps[place + 1 :]], (f"{old['text']} is missing",)
    new = step("Dense", old["activates"], units=77) if kind == "units" else step("Dense", "tanh", **old["settings"])
    words = ("77 units", f"{old['settings']['units']} ") if kind == "units" else ("has tanh",)
    return [*steps[:place], new, *steps[place + 1 :]], words


def test_one_edit_is_one_true_sentence():
    """In random stacks with one random edit, is exactly that edit named, whatever stands around it?"""
    rng = random.Random(0)
    for _ in range(500):
        count = rng.randrange(2, 7)
        steps = [step("Dense", rng.choice(["", "relu", "softmax"]), units=rng.randrange(1, 9)) for _ in range(count)]
        if len({each["text"] for each in steps}) < count:
            continue  # two equal layers: which of them is missing can't be told
        changed, words = edited(steps, rng)
        (sentence,) = architecture_difference(chain(*steps), chain(*changed), True)
        assert all(word in sentence for word in words), (sentence, words)
