"""The text of an XLA program, independent of names."""

import re

COMPUTATION = re.compile(r"(ENTRY )?%?([\w.-]+) (?:\(.*\) -> .* )?\{$")
INSTRUCTION = re.compile(r"  (ROOT )?%?([\w.-]+) = (.*?) ([a-z][\w-]*)\((.*)$")
NAME = re.compile(r"%[\w.-]+")
COMMENT = re.compile(r"/\*.*?\*/")
NOTE = re.compile(r', (?:metadata|frontend_attributes|parameter_replication)=\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}')
TARGET = re.compile(r'custom_call_target="([^"]*)"')
MANY = 10  # the most instructions of a kernel to name
# These hold or move numbers but compute nothing.
PLUMBING = {"parameter", "constant", "broadcast", "tuple", "get-tuple-element", "bitcast", "copy", "reshape"}


def canonical(text):
    """Return a module's text, the same for modules that differ only in names.

    Instructions are named after their kind, with a number within the computation: "%dot.1". Computations are numbered
    in the order in which they are called, with the entry first. Metadata is left out, as are the types of operands,
    which not every release prints.
    """
    computations = _computations(COMMENT.sub("", text))
    called = ["ENTRY"]
    for name in called:  # grows during the loop
        found = (found[1:] for _, rest in computations[name] for found in NAME.findall(rest))
        called += [name for name in dict.fromkeys(found) if name in computations and name not in called]
    names = {f"%{name}": f"%computation.{number}" for number, name in enumerate(called)} | {"%ENTRY": "ENTRY"}
    blocks = ([names[f"%{name}"] + " {", *_lines(computations[name], names), "}"] for name in called)
    return "\n".join(line for block in blocks for line in block)


def _computations(text):
    """Return {name: [(start of an instruction, its operands and the rest), …]}; the entry's name is ENTRY."""
    computations = {}
    for line in text.splitlines():
        if match := COMPUTATION.match(line):
            body = computations["ENTRY" if match[1] else match[2]] = []
        elif match := INSTRUCTION.match(line):
            body.append((match.groups()[:-1], _untyped(NOTE.sub("", match[5]))))
    return computations


def _lines(body, names):
    """Yield the instructions of one computation, with its own names added to those of the computations."""
    counts, names = {}, dict(names)
    for (_, name, _, kind), _ in body:
        counts[kind] = counts.get(kind, 0) + 1
        names[f"%{name}"] = f"%{kind}.{counts[kind]}"
    for (root, name, shape, kind), rest in body:
        rest = NAME.sub(lambda match: names.get(match[0], match[0]), rest)
        yield f"  {root or ''}{names[f'%{name}']} = {shape} {kind}({rest}"


def _untyped(rest):
    """f32[2]{0} %a, f32[2]{0} %b), dimensions={1} -> %a, %b), dimensions={1}"""
    depth, end = 1, 0
    while depth:
        depth += {"(": 1, ")": -1}.get(rest[end], 0)
        end += 1
    operands = NAME.findall(rest[: end - 1])
    return (", ".join(operands) or rest[: end - 1]) + rest[end - 1 :]


def kernels(text):
    """Return what a program runs, in order: [(kind, its parts), …], such as ("fusion", ("add", "maximum")).

    Args:
        text: as returned by `canonical`.
    """
    computations = _computations(text)
    return [kernel for instruction in computations["ENTRY"] for kernel in _kernels(instruction, computations)]


def _kernels(instruction, computations):
    (*_, kind), rest = instruction
    if kind == "custom-call":
        return [(kind, tuple(TARGET.findall(rest)))]
    if kind not in ("fusion", "call", "while", "conditional"):
        return [] if kind in PLUMBING else [(kind, ())]
    called = [body for name in NAME.findall(rest) for body in computations.get(name[1:], ())]
    inner = [kernel for step in called for kernel in _kernels(step, computations)]
    if kind == "call" or (kind == "fusion" and len(inner) < 2):  # a wrapper, or just a copy
        return inner
    return [(kind, tuple(part for step, parts in inner for part in (parts or (step,))))]


def kernel_text(kernel):
    """("fusion", ("add", "maximum")) -> "fusion[add+maximum]"; a long one is cut."""
    kind, parts = kernel
    shown = [*parts[:MANY], *([f"{len(parts) - MANY} more"] if len(parts) > MANY else [])]
    return kind + (f"[{'+'.join(shown)}]" if shown else "")
