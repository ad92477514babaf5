"""Convert a Keras model to TensorFlow Lite, which runs on phones, and list the operators of the result."""

import contextlib
import importlib
import tempfile

from ...quiet import keras, native_lines_dropped, tf


def lite(model):
    """Return the operators of the TensorFlow Lite program that a model is converted to.

    Args:
        model: a built keras.Model.

    Returns:
        A tuple of names in the order in which they run. In brackets stands an activation that is a part of the
        operator: "FULLY_CONNECTED[RELU]".

    Raises:
        TypeError: the model is not a keras.Model.

    Source:
        The format's schema, which TensorFlow has as a module that isn't public.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"graphs: received {type(model).__name__}; expected a keras.Model.")
    with _unlogged(), tempfile.TemporaryDirectory() as folder:
        model.export(folder, verbose=False)
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    schema = importlib.import_module("tensorflow.lite.python.schema_py_generated")
    program = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    operators, activations = _names(schema.BuiltinOperator), _names(schema.ActivationFunctionType)
    codes = [operators[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in program.operatorCodes]
    names = []
    for operator in program.subgraphs[0].operators:
        fused = getattr(operator.builtinOptions, "fusedActivationFunction", 0)
        names.append(codes[operator.opcodeIndex] + (f"[{activations[fused]}]" if fused else ""))
    return tuple(names)


@contextlib.contextmanager
def _unlogged():
    """Context: TensorFlow doesn't say where it has written files, and what its converter does."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with native_lines_dropped():
            yield
    finally:
        logger.setLevel(level)


def _names(enumeration):
    """{number: name}."""
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}
