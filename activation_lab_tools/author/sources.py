"""The text of a notebook's cells: answers, stubs, questions and choices."""

import ast
import builtins
import inspect
import textwrap

import activation_lab
from activation_lab.checking.stubs import WRITE
from activation_lab.shown import count

NOTEBOOK_NAMES = ("np", "math", "lab", "keras", "tf")  # what an answer may use besides the notebook's own names


def answer_source(exercise):
    """The answer cell: the reference's signature and body, with the exercise's prompt as its docstring.

    The package's names become `lab.…`; the package's decorators are left out.

    Raises:
        ValueError: the reference uses a name that a notebook does not have.
    """
    reference = inspect.unwrap(exercise.reference)
    source = textwrap.dedent(inspect.getsource(reference))
    node = ast.parse(source).body[0]
    lines = _with_lab(source, node, vars(inspect.getmodule(reference)), exercise.name).splitlines()
    foreign = [lines[d.lineno - 1 : d.end_lineno] for d in node.decorator_list if _root(d) in NOTEBOOK_NAMES]
    body = lines[_start(_first_statement(node)) - 1 :]
    gap = [""] if isinstance(node, ast.ClassDef) else []
    return "\n".join([*sum(foreign, []), *_signature(lines, node), *_docstring(exercise.prompt), *gap, *body])


def stub_source(source, names):
    """The answer cell `source` with every answer in it reduced to signature, docstring and a raise.

    A class keeps `__init__`, and the signature of every other method. Decorators are part of the answer.
    """
    lines = source.splitlines()
    for node in reversed(parsed(source).body):
        if getattr(node, "name", None) not in names:
            continue
        lines[_start(node) - 1 : node.end_lineno] = _stub(lines, node)
    return "\n".join(lines)


def stub_of(lines, node, prompt):
    """The stub of one definition, with the prompt as its docstring, and without decorators.

    Args:
        lines: of the source.
        node: the definition in its syntax tree.
        prompt: the text.
    """
    body = lines[_start(_first_statement(node)) - 1 : node.end_lineno]
    gap = [""] if isinstance(node, ast.ClassDef) else []
    whole = "\n".join([*_signature(lines, node), *_docstring(prompt), *gap, *body])
    return stub_source(whole, [node.name])


def defined_names(source):
    """Names of the functions and classes that a cell defines at its top level."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in parsed(source).body if isinstance(node, kinds)}


def parsed(source):
    """The cell's syntax tree; empty if it is not plain Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def choices(source):
    """(function, name) of each `lab.answer("name", …)` and `lab.predict("name", …)` in a cell."""
    return [(call.func.attr, call.args[0].value) for call in _choice_calls(source)]


def with_choice(source, value, name=None):
    """The cell with the second argument of each `lab.answer` or `lab.predict` replaced by `value`.

    With a name, only that of the call with this name.
    """
    for call in reversed(_choice_calls(source)):
        if name in (None, call.args[0].value):
            old = ast.get_source_segment(source, call)
            source = source.replace(old, f'lab.{call.func.attr}("{call.args[0].value}", {value})')
    return source


def questions_markdown(questions):
    """The text cell above `lab.answer("name", …)`: the question, what it is worth, and the options.

    For several questions that have the same options, such as claims, a table.
    """
    first, *others = questions
    points = f"({count(first.points, 'point')}{' each' if others else ''})"
    if not others:
        options = [f"- **{letter}** {option}" for letter, (option, _) in first.options.items()]
        return "\n".join([f"**Question.** {first.text} {points}", "", *options])
    *words, last = (f'`"{word}"`' for word in first.options)
    rows = [f"| `{question.name}` | {question.text} |" for question in questions]
    asked = f"**Question.** What is your verdict on each: {', '.join(words)} or {last}? {points}"
    return "\n".join([asked, "", "| | claim |", "|---|---|", *rows])


def _choice_calls(source):
    return [
        node
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _root(node) == "lab"
        and node.func.attr in ("answer", "predict")
        and len(node.args) == 2
        and isinstance(node.args[0], ast.Constant)
    ]


def _stub(lines, node):
    head = _head(lines, node)
    if not isinstance(node, ast.ClassDef):
        return [*head, f'    raise NotImplementedError("{WRITE.format(node.name)}")']
    for method in node.body:
        if isinstance(method, ast.FunctionDef):
            body = lines[_start(method) - 1 : method.end_lineno]
            if method.name != "__init__":
                name = f"{node.name}.{method.name}"
                unwritten = f'        raise NotImplementedError("{WRITE.format(name)}")'
                body = [*_head(lines, method), unwritten]
            head += ["", *body]
    return head


def _head(lines, node):
    """Signature and docstring."""
    documented = ast.get_docstring(node) is not None
    return _signature(lines, node) + (lines[node.body[0].lineno - 1 : node.body[0].end_lineno] if documented else [])


def _signature(lines, node):
    """The lines above the body, without comments, which belong to the body."""
    above = lines[node.lineno - 1 : _start(node.body[0]) - 1]
    return [line for line in above if line.strip() and not line.strip().startswith("#")]


def _first_statement(node):
    """The first statement after the docstring."""
    return node.body[1] if ast.get_docstring(node) is not None else node.body[0]


def _start(node):
    """The first line of a statement, including its decorators."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def _docstring(prompt):
    text = textwrap.indent(textwrap.dedent(prompt).strip("\n").rstrip(), "    ").splitlines()
    if len(text) == 1 and text[0][-1] not in '"\\':
        return [f'    """{text[0].strip()}"""']
    return [f'    """{text[0].strip()}', *text[1:], '    """']


def _with_lab(source, node, variables, name):
    """The source with the package's names written as `lab.name`. Replaces from the last to the first."""
    lines = [line.encode() for line in source.splitlines()]  # columns of the syntax tree count bytes
    decorated = {inner for decorator in node.decorator_list for inner in ast.walk(decorator)}
    local = {arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)}
    local |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    local |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef) and n is not node}
    used = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in local and n not in decorated]
    for use in sorted(used, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        if use.id in NOTEBOOK_NAMES or use.id == name or hasattr(builtins, use.id):
            continue
        if getattr(activation_lab, use.id, None) is not variables.get(use.id):
            raise ValueError(
                f"The reference of {name} uses {use.id}, which a notebook does not have. Expected "
                f"{', '.join(NOTEBOOK_NAMES)}, or a public name of activation_lab."
            )
        line = lines[use.lineno - 1]
        lines[use.lineno - 1] = line[: use.col_offset] + b"lab." + line[use.col_offset :]
    return b"\n".join(lines).decode()


def _root(node):
    while not isinstance(node, ast.Name):
        node = node.func if isinstance(node, ast.Call) else getattr(node, "value", None)
        if node is None:
            return None
    return node.id
