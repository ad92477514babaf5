"""Answers that are layers in NumPy, or are given some."""

from ..by_hand.activations import ACTIVATIONS
from ..by_hand.layers import Activation, Dense


def forward_and_back(answer, function, x, grad_output, later_x, later_grad):
    """Forward and back, with other numbers again, and twice forward before back while a second layer is busy."""
    layer, second = answer(*ACTIVATIONS[function]), answer(*ACTIVATIONS[function])
    y = layer.forward(x)
    dx = layer.backward(grad_output)
    layer.forward(later_x)
    later_dx = layer.backward(later_grad)
    layer.forward(later_x)
    layer.forward(x)
    latest_dx = layer.backward(grad_output)
    layer.forward(x)
    second.forward(later_x)
    return y, dx, later_dx, latest_dx, layer.backward(grad_output)


def one_step(answer, form, kernel_1, bias_1, kernel_2, bias_2, x, labels, learning_rate):
    """Give the answer two dense layers with a relu between, in either form; the loss, and the moved parameters."""
    first, last = Dense(bias_1.size, "relu" if form == "argument" else None), Dense(bias_2.size)
    first.parameters = {"kernel": kernel_1.copy(), "bias": bias_1.copy()}
    last.parameters = {"kernel": kernel_2.copy(), "bias": bias_2.copy()}
    layers = [first, last] if form == "argument" else [first, Activation("relu"), last]
    given = list(layers)
    loss = answer(given, x, labels, learning_rate)
    if given != layers:
        raise RuntimeError("the list `layers` is no longer what it was before the step")
    return loss, first.kernel, first.bias, last.kernel, last.bias
