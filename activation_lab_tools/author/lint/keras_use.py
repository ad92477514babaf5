"""Guards of how a lesson uses Keras: not in Part I, and without a word or a program that others lack."""

import ast

PART_ONE = ("01", "02", "03", "04")  # the numbers of the lessons that need NumPy alone
KERAS = ("keras.", "tensorflow.")
QUIETLY = "from activation_lab.quiet import keras, tf"
WITH_KERAS = ("activation_lab.quiet.", "activation_lab.with_keras.models.", "activation_lab.figures.diagrams.")


def part_one_without_keras(page):
    for number, node, names in brought_in(page) if page.lesson.startswith(PART_ONE) else ():
        if any(name.startswith(KERAS + WITH_KERAS) for name in names):
            yield number, f"needs Keras ({ast.unparse(node)}); Part I needs NumPy alone. Leave it out."


def keras_starts_quietly(page):
    quiet = page.lesson.startswith(PART_ONE)  # there any import is found by the guard above
    for number, node, names in brought_in(page):
        quiet = quiet or any(name.startswith("activation_lab.quiet.") for name in names)
        if not quiet and any(name.startswith(KERAS) for name in names):
            yield number, f"{ast.unparse(node)} lets TensorFlow log its start; begin with {QUIETLY}."


def keras_works_quietly(page):
    for number, tree in page.trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=owner, attr="fit" | "evaluate" | "predict" as method)):
                    settings = [ast.unparse(keyword) for keyword in node.keywords]
                    if ast.unparse(owner) != "lab" and "verbose=0" not in settings:
                        yield number, f"{method} draws a progress bar, with times; give it verbose=0."


def drawn_by_the_course(page):
    for number, tree in page.trees.items():
        for node in ast.walk(tree):
            match node:
                case (
                    ast.Name(id="plot_model" | "model_to_dot" as name)
                    | ast.Attribute(attr="plot_model" | "model_to_dot" as name)
                ):
                    yield number, f"{name} needs Graphviz, which few have; draw the models by lab.diagrams.models."


def brought_in(page):
    """(cell, statement or expression, full names that it brings in) of each import, and of each `lab.something`."""
    for number, tree in page.trees.items():
        for node in ast.walk(tree):
            match node:
                case ast.Import():
                    yield number, node, [f"{alias.name}." for alias in node.names]
                case ast.ImportFrom():
                    yield number, node, [f"{node.module}.{alias.name}." for alias in node.names]
                case ast.Attribute(value=ast.Name(id="lab")):
                    yield number, node, [f"activation_lab.{node.attr}."]


GUARDS = (part_one_without_keras, keras_starts_quietly, keras_works_quietly, drawn_by_the_course)
