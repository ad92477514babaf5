"""Harnesses for answers that are NumPy layers, or are given some."""

from ..by_hand.activations import ACTIVATIONS
from ..by_hand.layers import Activation, Dense


def forward_and_back(answer, function, x, grad_output, later_x, later_grad):
    """Run forward and back, again with other numbers, and twice forward before back while a second layer runs."""
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
    """Call the answer with two dense layers and a relu between them, in either form; return loss and parameters."""
    first, last = Dense(bias_1.size, "relu" if form == "argument" else None), Dense(bias_2.size)
    first.parameters = {"kernel": kernel_1.copy(), "bias": bias_1.copy()}
    last.parameters = {"kernel": kernel_2.copy(), "bias": bias_2.copy()}
    layers = [first, last] if form == "argument" else [first, Activation("relu"), last]
    given = list(layers)
    loss = answer(given, x, labels, learning_rate)
    if given != layers:
        raise RuntimeError("the list `layers` was changed during the step")
    return loss, first.kernel, first.bias, last.kernel, last.bias
