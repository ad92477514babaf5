"""Answers that are given a builder: a function that takes an activation and returns something that calls it."""

from ..quiet import keras, tf

FEATURES = 3  # of the batch that an answer is given

# The builders, by the names that cases have for them


def _argument_form(activation):
    return keras.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(2, activation=activation)])


def _two_layers(activation):
    hidden, last = keras.layers.Dense(2, activation=activation), keras.layers.Activation(activation)
    return keras.Sequential([keras.Input((FEATURES,)), hidden, last])


def _traced_at_its_first_call(activation):
    return tf.function(_argument_form(activation))


def _two_layers_traced(activation):
    return tf.function(_two_layers(activation))


def _compiled(activation):
    return tf.function(_argument_form(activation), jit_compile=True)


def _traced_already(activation):
    model = _argument_form(activation)
    function = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec((None, FEATURES))])
    function.get_concrete_function()
    return function


def _until_nothing_is_negative(activation):
    """Not a model, and how often it applies the activation depends on what the activation gives."""

    def called(x):
        for _ in range(3):
            if tf.reduce_min(x) >= 0:
                break
            x = activation(x)
        return x

    return called


BUILDERS = {
    "argument form": _argument_form,
    "two layers": _two_layers,
    "traced at its first call": _traced_at_its_first_call,
    "two layers, traced": _two_layers_traced,
    "compiled": _compiled,
    "traced already": _traced_already,
    "until nothing is negative": _until_nothing_is_negative,
}


def with_a_builder(answer, builder, x, times):
    """Call the answer with the builder of this name, and with x as a tensor."""
    return answer(BUILDERS[builder], tf.constant(x), times)
