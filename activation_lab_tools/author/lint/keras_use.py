"""Rules for how a lesson uses Keras: not in Part I, without log lines or progress bars, and without Graphviz."""

import ast

PART_ONE = ("01", "02", "03", "04")  # numbers of the lessons that need only NumPy
KERAS = ("keras.", "tensorflow.")
QUIETLY = "from activation_lab.quiet import keras, tf"
# The modules that import Keras, and the short names under which `lab` offers them.
WITH_KERAS = tuple(
    f"activation_lab.{name}."
    for name in ("quiet", "with_keras", "keras_models", "graphs", "figures.diagrams", "diagrams")
)


def part_one_without_keras(view):
    for number, node, names in imported(view) if view.lesson.startswith(PART_ONE) else ():
        if any(name.startswith(KERAS + WITH_KERAS) for name in names):
            yield number, f"needs Keras ({ast.unparse(node)}); Part I needs only NumPy. Leave it out."


def keras_starts_quietly(view):
    quiet = view.lesson.startswith(PART_ONE)  # the rule above reports any import there
    for number, node, names in imported(view):
        quiet = quiet or any(name.startswith("activation_lab.quiet.") for name in names)
        if not quiet and any(name.startswith(KERAS) for name in names):
            yield number, f"{ast.unparse(node)} lets TensorFlow log its startup; begin with {QUIETLY}."


def keras_works_quietly(view):
    for number, tree in view.trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=owner, attr="fit" | "evaluate" | "predict" as method)):
                    settings = [ast.unparse(keyword) for keyword in node.keywords]
                    if ast.unparse(owner) != "lab" and "verbose=0" not in settings:
                        yield number, f"{method} prints a progress bar with times; pass verbose=0."


def drawn_by_the_course(view):
    for number, tree in view.trees.items():
        for node in ast.walk(tree):
            match node:
                case (
                    ast.Name(id="plot_model" | "model_to_dot" as name)
                    | ast.Attribute(attr="plot_model" | "model_to_dot" as name)
                ):
                    yield number, f"{name} needs Graphviz, which few have; draw the models with lab.diagrams.models."


def imported(view):
    """(cell, statement or expression, full names that it imports) of each import and each `lab.something`."""
    for number, tree in view.trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Import():
                    yield number, node, [f"{alias.name}." for alias in node.names]
                case ast.ImportFrom():
                    yield number, node, [f"{node.module}.{alias.name}." for alias in node.names]
                case ast.Attribute(value=ast.Name(id="lab")):
                    yield number, node, [f"activation_lab.{node.attr}."]


RULES = (part_one_without_keras, keras_starts_quietly, keras_works_quietly, drawn_by_the_course)
