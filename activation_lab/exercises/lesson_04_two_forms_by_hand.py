"""04_two_forms_by_hand: the same math in two places, and the training step that moves both."""

import numpy as np

from ..by_hand.activations import sigmoid, softmax, softmax_backward
from ..by_hand.gradient_check import numerical_gradient
from ..by_hand.layers import Activation
from ..by_hand.losses import cross_entropy_from_logits, cross_entropy_from_logits_backward
from ..by_hand.training import train_step
from ..harness.layers import forward_and_back, one_step
from ..harness.random_draws import small_numbers
from . import Exercise, Question


class ActivationLayer:
    def __init__(self, function, function_backward):
        self.function = function
        self.function_backward = function_backward

    def forward(self, x):
        self.x = x
        return self.function(x)

    def backward(self, grad_output):
        return self.function_backward(grad_output, self.x)


def _activation_layer_cases(rng):
    def drawn(function, *shape, dtype=float):
        return (function, *(rng.normal(size=shape).astype(dtype) for _ in range(4)))

    return {
        "tanh, a batch": ("tanh", *(small_numbers(rng, 3, 2) for _ in range(4))),
        "sigmoid, a row": drawn("sigmoid", 5),
        "swish, a batch": drawn("swish", 2, 3),
        "softmax, a batch": drawn("softmax", 2, 3),
        "relu, float32": drawn("relu", 3, 2, dtype=np.float32),
    }


class _Right:
    """A right answer of its own, for the mistakes to go wrong from: using the reference itself would be noticed."""

    def __init__(self, function, function_backward):
        self.function, self.function_backward = function, function_backward

    def forward(self, x):
        self.latest = x.copy()
        return self.function(x)

    def backward(self, grad_output):
        return self.function_backward(grad_output, self.latest)


class _OutputRemembered(_Right):
    def forward(self, x):
        self.latest = self.function(x)
        return self.latest


class _BackwardOfOnes(_Right):
    def backward(self, grad_output):
        return self.function_backward(np.ones_like(grad_output), self.latest)


class _ArgumentsSwapped(_Right):
    def backward(self, grad_output):
        return self.function_backward(self.latest, grad_output)


class _MemoryShared(_Right):
    def forward(self, x):
        _MemoryShared.latest = x
        return self.function(x)


class _FirstRemembered(_Right):
    def forward(self, x):
        if not hasattr(self, "latest"):
            self.latest = x
        return self.function(x)


class _OldestFirst(_Right):
    def forward(self, x):
        self.queue = [*getattr(self, "queue", ()), x]
        return self.function(x)

    def backward(self, grad_output):
        return self.function_backward(grad_output, self.queue.pop(0))


class _FunctionAgain(_Right):
    def backward(self, grad_output):
        return self.function(grad_output)


class _BackwardPass(_Right):
    def backward(self, grad_output):
        pass


class _MultipliedTwice(_Right):
    def backward(self, grad_output):
        return grad_output * self.function_backward(grad_output, self.latest)


class _ValueForSlope(_Right):
    def backward(self, grad_output):
        return grad_output * self.function(self.latest)


class _GradientTwice(_Right):
    def backward(self, grad_output):
        return self.function_backward(grad_output, grad_output)


class _ReluBuiltIn(_Right):
    def forward(self, x):
        self.latest = x.copy()
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.latest > 0)


class _WithList:
    def __init__(self, function, function_backward):
        self.pair, self.seen = (function, function_backward), []

    def forward(self, x):
        self.seen.append(x)
        return self.pair[0](x)

    def backward(self, grad_output):
        return self.pair[1](grad_output, self.seen[-1])


class _WithClosure:
    def __init__(self, function, function_backward):
        self.function, self.function_backward = function, function_backward

    def forward(self, x):
        self.backward = lambda grad_output: self.function_backward(grad_output, x)
        return self.function(x)

    def backward(self, grad_output):
        raise RuntimeError("backward before forward")


ACTIVATION_LAYER = Exercise(
    ActivationLayer,
    prompt="""
    An activation as a layer: a function applied on the way forward, its gradient on the way back.

    function           any activation, a = function(z)
    function_backward  its backward, dz = function_backward(da, z)

    forward(x)             returns function(x)
    backward(grad_output)  returns the gradient with respect to the x of the latest forward

    Each layer keeps its own memory.

    >>> layer = ActivationLayer(lambda z: z**2, lambda da, z: da * 2 * z)
    >>> layer.forward(np.array([3.0, -4.0]))
    array([ 9., 16.])
    >>> layer.backward(np.array([1.0, 10.0]))
    array([  6., -80.])
    """,
    points=4,
    cases=_activation_layer_cases,
    hints=(
        "backward is given grad_output and nothing else. What else does function_backward need, and which method saw it last?",
        "forward can leave something behind for backward: an attribute of self.",
        "Keep forward's input, not its output: function_backward takes the pre-activation.",
    ),
    mistakes={
        "The output is remembered; function_backward needs the input, the pre-activation.": _OutputRemembered,
        "backward leaves out grad_output: that is the slope alone.": _BackwardOfOnes,
        "function_backward takes the gradient first and the input second; here they are swapped.": _ArgumentsSwapped,
        "The memory belongs to the class, so all layers share it. Keep it on self.": _MemoryShared,
        "The first input is remembered for good; backward needs that of the latest forward.": _FirstRemembered,
        "The oldest input in store is used; backward belongs to the latest forward.": _OldestFirst,
        "backward applies the function itself to the gradient; it needs function_backward.": _FunctionAgain,
        "backward multiplies by the activation's value; it needs its slope, from function_backward.": _ValueForSlope,
        "backward gives function_backward the gradient for both arguments; the second is the input of the latest forward.": (
            _GradientTwice
        ),
        "The functions that were given are not used: relu is built in.": _ReluBuiltIn,
        "backward returns nothing: `pass` stands where the gradient should.": _BackwardPass,
        "grad_output is multiplied in twice; function_backward has done so already.": _MultipliedTwice,
    },
    accepted=(_Right, _WithList, _WithClosure),
    returns=(
        "forward(x)",
        "backward(grad_output)",
        "backward after a later forward",
        "backward after two forwards",
        "backward while a second layer works",
    ),
    run=forward_and_back,
    near_twins=(Activation,),
)


def _logits_and_labels(rng):
    def drawn(batch, classes, dtype=float, label_dtype=np.int64):
        return rng.normal(scale=2, size=(batch, classes)).astype(dtype), rng.integers(classes, size=batch).astype(
            label_dtype
        )

    return {
        "a batch of four": (small_numbers(rng, 4, 3), rng.integers(3, size=4)),
        "a single sample": drawn(1, 5),
        "as many samples as classes": drawn(3, 3),
        "two classes, both labels": (rng.normal(size=(4, 2)), np.array([0, 1, 1, 0])),
        "logits as far as ±1000": (np.array([[1000.0, -1000.0, 0.0], [-1000.0, 999.0, 1000.0]]), np.array([1, 2])),
        "labels of dtype uint8": drawn(5, 4, label_dtype=np.uint8),
        "float32": drawn(3, 4, np.float32, np.int32),
    }


def _one_hot(z, labels):
    return (labels[:, np.newaxis] == np.arange(z.shape[1])).astype(z.dtype)


def _whole_columns(z, labels):
    dz = softmax(z)
    dz[:, labels] -= 1
    return dz / len(labels)


def _whole_rows(z, labels):
    dz = softmax(z)
    dz[labels] -= 1
    return dz / len(labels)


def _row_by_row(z, labels):
    dz = np.zeros_like(z)
    for row, label in enumerate(labels):
        dz[row] = softmax(z[row]) / len(labels)
        dz[row, label] -= 1 / len(labels)
    return dz


def _through_probabilities(z, labels):
    p = softmax(z)
    dp = np.zeros_like(p)
    dp[np.arange(len(labels)), labels] = -1 / p[np.arange(len(labels)), labels]
    return softmax_backward(dp, z) / len(labels)


def _through_softmax(z, labels):
    a = np.exp(z - z.max(axis=1, keepdims=True))
    a /= a.sum(axis=1, keepdims=True)
    np.subtract.at(a, (np.arange(len(labels)), labels), 1)
    return a / len(labels)


CROSS_ENTROPY_FROM_LOGITS_BACKWARD = Exercise(
    cross_entropy_from_logits_backward,
    prompt="""
    The gradient of the mean cross-entropy with respect to the logits.

    z       logits, (batch, classes); as far as ±1000 without a warning
    labels  the right class of each row, integers of any integer dtype, (batch,)
    returns (batch, classes), in z's dtype; z and labels stay unchanged

    >>> cross_entropy_from_logits_backward(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([0, 1]))
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """,
    points=2,
    cases=_logits_and_labels,
    hints=(
        "The lesson found the gradient for one row: the probabilities, and something taken away from one of them.",
        "With p for the probabilities, p[np.arange(len(labels)), labels] is one entry per row: that of its label.",
        "The loss is the mean over the rows. What does a mean do to each row's gradient?",
    ),
    mistakes={
        "The loss is a mean over the batch: the gradient is to be divided by the number of rows.": lambda z, labels: (
            softmax(z) - _one_hot(z, labels)
        ),
        "np.exp overflows for large logits: use a softmax that subtracts the row's maximum first.": lambda z, labels: (
            (np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True) - _one_hot(z, labels)) / len(labels)
        ),
        "The label's number is subtracted from the whole row; it should be 1, from the label's entry alone.": lambda z, labels: (
            (softmax(z) - labels[:, np.newaxis]) / len(labels)
        ),
        "The right class is missing: its entry is the probability minus 1.": lambda z, labels: softmax(z) / len(labels),
        "The softmax is missing: the logits themselves stand where the probabilities should.": lambda z, labels: (
            (z - _one_hot(z, labels)) / len(labels)
        ),
        "The sign is turned: training would climb.": lambda z, labels: (_one_hot(z, labels) - softmax(z)) / len(labels),
        "The softmax runs down the columns; each row is one sample's.": lambda z, labels: (
            (softmax(z.T).T - _one_hot(z, labels)) / len(labels)
        ),
        "`dz[:, labels]` picks whole columns; each row has one label: dz[np.arange(len(labels)), labels].": _whole_columns,
        "`dz[labels]` picks whole rows; each row has one label: dz[np.arange(len(labels)), labels].": _whole_rows,
        "The 1 is subtracted after the division; the mean divides it too.": lambda z, labels: (
            softmax(z) / len(labels) - _one_hot(z, labels)
        ),
        "The labels are class numbers, one per row: subtracted as they are, they meet the columns. Subtract 1 at each row's class.": (
            lambda z, labels: (softmax(z) - labels) / len(labels)
        ),
        "The one-hot rows are only as wide as the largest label in the batch; they need a column for each class of z.": (
            lambda z, labels: (softmax(z) - np.eye(labels.max() + 1, dtype=z.dtype)[labels]) / len(labels)
        ),
        "sigmoid has taken the place of softmax: classes that exclude each other need shares of one row.": (
            lambda z, labels: (sigmoid(z) - _one_hot(z, labels)) / len(labels)
        ),
        "Only the entry of the right class is filled; the probabilities of the others belong to the gradient too.": (
            lambda z, labels: (softmax(z) - 1) * _one_hot(z, labels) / len(labels)
        ),
        "−1/p divides by 0 where a probability has been rounded to 0; softmax(z) − 1 at the class is the same without p below.": (
            _through_probabilities
        ),
        "This is the gradient with respect to the probabilities, −1/p; it has not been through softmax yet.": (
            lambda z, labels: -_one_hot(z, labels) / softmax(z) / len(labels)
        ),
        "It is divided by the number of classes; the mean runs over the rows.": lambda z, labels: (
            (softmax(z) - _one_hot(z, labels)) / z.shape[1]
        ),
        "The gradients of all rows are summed into one; each row keeps its own.": lambda z, labels: (
            (softmax(z) - _one_hot(z, labels)) / len(labels)
        ).sum(axis=0),
        "It is divided by the number of all entries; the mean runs over the rows.": lambda z, labels: (
            (softmax(z) - _one_hot(z, labels)) / z.size
        ),
    },
    accepted=(
        lambda z, labels: (softmax(z) - _one_hot(z, labels)) / len(labels),
        _row_by_row,
        _through_softmax,
    ),
    self_reported="that it gives no warning",
    near_twins=(numerical_gradient,),
)


PARAMETERS = ("kernel_1", "bias_1", "kernel_2", "bias_2")


def _train_step_cases(rng):
    def drawn(form, batch, features, hidden, classes, learning_rate, dtype=float):
        shapes = (features, hidden), (hidden,), (hidden, classes), (classes,), (batch, features)
        arrays = (rng.normal(size=shape).astype(dtype) for shape in shapes)
        return (form, *arrays, rng.integers(classes, size=batch), learning_rate)

    return {
        "relu as an argument": (
            "argument",
            *(rng.integers(-1, 2, size=shape).astype(float) for shape in ((3, 5), (5,), (5, 2), (2,), (4, 3))),
            rng.integers(2, size=4),
            0.1,
        ),
        "relu as a layer": drawn("layer", 4, 3, 5, 2, 0.1),
        "a single sample, a large step": drawn("layer", 1, 2, 4, 3, 2.0),
        "as many samples as features as units": drawn("argument", 3, 3, 3, 3, 0.5),
        "float32": drawn("layer", 5, 2, 3, 4, 0.25, np.float32),
    }


def _step(layers, x, labels, move, *, moved=None, back=reversed, hand_on=True, hand_back=True):
    """Forward, backward, and `move(parameter, gradient)` for every parameter; the options are ways to go wrong.

    Args:
        moved: picks the layers whose parameters are moved; None for all.
        back: the order of the way back.
        hand_on, hand_back: whether each layer is given what its neighbor returned.
    """
    z = x
    for layer in layers:
        z = layer.forward(z if hand_on else x)
    start = dz = cross_entropy_from_logits_backward(z, labels)
    for layer in back(layers):
        dz = layer.backward(dz if hand_back else start)
    for layer in layers if moved is None else moved(layers):
        layer.parameters = {name: move(p, layer.gradients[name]) for name, p in layer.parameters.items()}
    return cross_entropy_from_logits(z, labels)


def _loss_afterwards(layers, x, labels, learning_rate):
    _step(layers, x, labels, lambda p, g: p - learning_rate * g)
    for layer in layers:
        x = layer.forward(x)
    return cross_entropy_from_logits(x, labels)


def _softmax_first(layers, x, labels, learning_rate):
    class _Softmaxed:
        parameters, gradients = {}, {}
        forward, backward = staticmethod(softmax), staticmethod(lambda da: da)

    return _step([*layers, _Softmaxed], x, labels, lambda p, g: p - learning_rate * g)


def _biases_stay(layers, x, labels, learning_rate):
    before = [layer.parameters.get("bias") for layer in layers]
    loss = _step(layers, x, labels, lambda p, g: p - learning_rate * g)
    for layer, bias in zip(layers, before, strict=True):
        if bias is not None:
            layer.parameters["bias"] = bias
    return loss


def _bias_step_divided(layers, x, labels, learning_rate):
    return _step(layers, x, labels, lambda p, g: p - learning_rate * (g / len(x) if p.ndim == 1 else g))


def _kept_as_names(layers, x, labels, learning_rate):
    moved = []

    def move(parameter, gradient):
        moved.append(parameter - learning_rate * gradient)
        return parameter

    return _step(layers, x, labels, move)


def _reversed_in_place(layers, x, labels, learning_rate):
    loss = _step(layers, x, labels, lambda p, g: p - learning_rate * g)
    layers.reverse()
    return loss


def _moved_on_the_way_back(layers, x, labels, learning_rate):
    for layer in layers:
        x = layer.forward(x)
    loss = cross_entropy_from_logits(x, labels)
    dz = cross_entropy_from_logits_backward(x, labels)
    for layer in layers[::-1]:
        dz = layer.backward(dz)
        for name in layer.parameters:
            layer.parameters[name] = layer.parameters[name] - learning_rate * layer.gradients[name]
    return loss


def _moved_through_views(layers, x, labels, learning_rate):
    outputs = [x]
    for layer in layers:
        outputs.append(layer.forward(outputs[-1]))
    gradient = cross_entropy_from_logits_backward(outputs[-1], labels)
    for position in range(len(layers) - 1, -1, -1):
        gradient = layers[position].backward(gradient)
    for layer in layers:
        for name in layer.gradients:
            np.subtract(layer.parameters[name], learning_rate * layer.gradients[name], out=layer.parameters[name])
    return float(cross_entropy_from_logits(outputs[-1], labels))


TRAIN_STEP = Exercise(
    train_step,
    prompt="""
    One step of gradient descent on a batch.

    layers         a list; each has forward(x), backward(dy), and the dictionaries parameters and gradients with the
                   same keys; the last layer gives logits
    x, labels      the batch: inputs (batch, features), right classes (batch,)
    learning_rate  the factor of the gradient
    returns        the mean cross-entropy before the step; afterwards every parameter of every layer has been moved
                   by −learning_rate times its gradient

    >>> class Shift:
    ...     def __init__(self):
    ...         self.parameters, self.gradients = {"shift": np.zeros(2)}, {}
    ...     def forward(self, x):
    ...         return x + self.parameters["shift"]
    ...     def backward(self, dy):
    ...         self.gradients = {"shift": dy.sum(axis=0)}
    ...         return dy
    >>> layer = Shift()
    >>> print(f"{train_step([layer], np.zeros((1, 2)), np.array([0]), learning_rate=0.1):.4f}")
    0.6931
    >>> layer.parameters["shift"]
    array([ 0.05, -0.05])
    """,
    points=3,
    cases=_train_step_cases,
    hints=(
        "Three loops: forward through the layers, backward through them in the other order, then move the parameters.",
        "lab.cross_entropy_from_logits(z, labels) is the loss; lab.cross_entropy_from_logits_backward(z, labels) starts the "
        "way back.",
        "On the way back each layer is given what the layer after it has returned, so the last layer comes first: "
        "reversed(layers) gives this order and leaves the list unchanged.",
        "layer.gradients.items() gives each name with its gradient; layer.parameters[name] is the array to change.",
    ),
    mistakes={
        "The step goes uphill: the gradient points to where the loss grows, so it is subtracted.": (
            lambda layers, x, labels, learning_rate: _step(layers, x, labels, lambda p, g: p + learning_rate * g)
        ),
        "The loss is that after the step; the one before it is asked for.": _loss_afterwards,
        "Only the last layer is moved.": lambda layers, x, labels, learning_rate: _step(
            layers, x, labels, lambda p, g: p - learning_rate * g, moved=lambda layers: layers[-1:]
        ),
        "The gradient is divided by the size of the batch once more; the mean is in the loss already.": (
            lambda layers, x, labels, learning_rate: _step(
                layers, x, labels, lambda p, g: p - learning_rate * g / len(x)
            )
        ),
        "The learning rate is not used.": lambda layers, x, labels, learning_rate: _step(
            layers, x, labels, lambda p, g: p - g
        ),
        "A softmax has been applied before the loss; this loss takes logits and holds the softmax itself.": _softmax_first,
        "The list of layers has been changed, by layers.reverse() perhaps: the next step finds it so. Use reversed(layers).": (
            _reversed_in_place
        ),
        "The biases stay where they are; every parameter is to be moved.": _biases_stay,
        "The parameters are replaced by the step; the step is to be added to them.": (
            lambda layers, x, labels, learning_rate: _step(layers, x, labels, lambda p, g: -learning_rate * g)
        ),
        "No parameter has changed. Either nothing is moved, or it is moved before the gradients are there, or the result "
        "goes to a new name, as in kernel = kernel - …; write into layer.parameters[name].": _kept_as_names,
        "Exactly three layers are used, by number; `layers` may hold any number of them, so go through the list.": (
            lambda layers, x, labels, learning_rate: _step(
                [layers[i] for i in range(3)], x, labels, lambda p, g: p - learning_rate * g
            )
        ),
        "Only the kernels are moved as they should; the step of the biases is divided by the batch size once more.": (
            _bias_step_divided
        ),
        "The layers are gone through in the same order on the way back; the last one comes first.": (
            lambda layers, x, labels, learning_rate: _step(
                layers, x, labels, lambda p, g: p - learning_rate * g, back=iter
            )
        ),
        "On the way back every layer is given the loss's gradient; hand on what the layer after it has returned.": (
            lambda layers, x, labels, learning_rate: _step(
                layers, x, labels, lambda p, g: p - learning_rate * g, hand_back=False
            )
        ),
        "On the way forward every layer is given x; hand on what the layer before has returned.": (
            lambda layers, x, labels, learning_rate: _step(
                layers, x, labels, lambda p, g: p - learning_rate * g, hand_on=False
            )
        ),
    },
    accepted=(
        lambda layers, x, labels, learning_rate: _step(layers, x, labels, lambda p, g: p - learning_rate * g),
        _moved_on_the_way_back,
        _moved_through_views,
    ),
    returns=("the loss", *(f"{name} after the step" for name in PARAMETERS)),
    run=one_step,
)


FUNCTION_OR_LAYER = Question(
    name="function_or_layer",
    text="So: is activation applied by a function or by a layer?",
    options={
        "a": (
            "by a function only: what has no weights is not a layer, whatever a library may call it",
            "`Activation` has no weights, and it does all that a layer does: forward, backward, a place in the model.",
        ),
        "b": (
            "by a layer only: without a layer around it, nothing would pass the gradient back",
            "`relu_backward` of lesson 3 passes it back, and it is a function.",
        ),
        "c": (
            "a function does the math; it is called from inside Dense or from a layer of its own",
            "Right: one function, two places to call it from.",
        ),
        "d": (
            "by a function in the argument form and by a layer in the other, with results that differ a little",
            "You counted how many numbers differ: none.",
        ),
    },
    correct="c",
)

INTERNAL_STATE = Question(
    name="internal_state",
    text='A batch has gone forward through `lab.Activation("tanh")`. What does the layer hold now?',
    options={
        "a": (
            "weights, one per feature, which training will move",
            "Its `parameters` are empty; training passes it by.",
        ),
        "b": (
            "that batch's pre-activations, until the next batch comes",
            "Right: a memory of one pass, and no parameter.",
        ),
        "c": ("a running mean over all batches it has seen", "It keeps the latest batch only, and no statistics."),
        "d": ("nothing: an activation layer is only a function", "Then it could not pass the gradient back."),
    },
    correct="b",
)

WHICH_FORM = Question(
    name="which_form",
    text="You want to give the pre-activations of the first layer to another layer as well, before the relu. Which form has "
    "them as the output of one of its layers?",
    options={
        "a": ('`Dense(64, activation="relu")`', "Its output is what comes after the relu."),
        "b": ('`Dense(64)`, then `Activation("relu")`', "Right: the output of the Dense is the pre-activation."),
        "c": ("both forms, since they compute the same", "In the argument form the only output comes after the relu."),
        "d": ("neither; they would have to be computed again", "In the layer form one layer hands them to the next."),
    },
    correct="b",
)
