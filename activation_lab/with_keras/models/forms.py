"""One model with its activations in each of the four places that Keras offers."""

from ...quiet import keras


def argument_form(features, units, activations):
    """Dense(units[0], activation=activations[0]), and so on: each activation is an argument of its layer.

    Args:
        features: the number of features of one input.
        units: the number of units of each layer.
        activations: one for each layer, anything that `keras.activations.get` accepts; None is linear.

    Returns:
        A keras.Sequential.

    Raises:
        ValueError: units and activations differ in length.
    """
    dense = [keras.layers.Dense(width, activation=activation) for width, activation in _pairs(units, activations)]
    return keras.Sequential([keras.Input((features,)), *dense])


def layer_form(features, units, activations):
    """Dense(units[0]), Activation(activations[0]), and so on: each activation is a layer; linear ones are left out.

    Args, Returns and Raises as in `argument_form`.
    """
    layers = [keras.Input((features,))]
    for width, activation in _pairs(units, activations):
        layers.append(keras.layers.Dense(width))
        if isinstance(activation, keras.Layer):
            layers.append(activation)
        elif keras.activations.get(activation) is not keras.activations.linear:
            layers.append(keras.layers.Activation(activation))
    return keras.Sequential(layers)


def operation_form(features, units, activations):
    """relu(Dense(units[0])(x)), and so on: each activation is a function, called on a symbolic tensor.

    Keras records such a call as an operation: it is in `model.operations` but not in `model.layers`.

    Args and Raises as in `argument_form`.

    Returns:
        A functional keras.Model.
    """
    x = inputs = keras.Input((features,))
    for width, activation in _pairs(units, activations):
        x = keras.activations.get(activation)(keras.layers.Dense(width)(x))
    return keras.Model(inputs, x)


def function_form(features, units, activations):
    """A subclassed model whose `call` applies the activations, as plain functions, to the output of its Dense layers.

    Args and Raises as in `argument_form`.

    Returns:
        A built keras.Model of the class `FunctionForm`.
    """
    model = FunctionForm(features, units, activations)
    model(keras.Input((features,)))  # builds the layers that the call uses
    return model


@keras.saving.register_keras_serializable("activation_lab")
class FunctionForm(keras.Model):
    """x = activation(dense(x)), layer by layer, in Python."""

    def __init__(self, features, units, activations, **kwargs):
        super().__init__(**kwargs)
        self.features = features
        self.dense = [keras.layers.Dense(width) for width, _ in _pairs(units, activations)]
        self.activations = [keras.activations.get(activation) for activation in activations]

    def call(self, x):
        for dense, activation in zip(self.dense, self.activations, strict=True):
            x = activation(dense(x))
        return x

    def get_config(self):
        return super().get_config() | {
            "features": self.features,
            "units": [dense.units for dense in self.dense],
            "activations": [keras.activations.serialize(activation) for activation in self.activations],
        }


FORMS = {"argument": argument_form, "layer": layer_form, "operation": operation_form, "function": function_form}


def _pairs(units, activations):
    """Return [(units, activation), …], one pair per layer."""
    if len(units) != len(activations):
        raise ValueError(
            f"Received {len(units)} units and {len(activations)} activations; expected one activation for each layer, "
            "None for a linear one."
        )
    return list(zip(units, activations, strict=True))
