"""Do all imports point downward? Read from the imports of every module, including those within functions."""

import ast
import graphlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("activation_lab", "activation_lab_tools")

# The learner's package, floor by floor from the bottom: a room may import from its own floor and those below it.
FLOORS = (
    {"by_hand", "shown", "errors", "quiet"},
    {"with_keras", "figures", "timing", "datasets"},
    {"harness", "claims"},
    {"exercises"},
    {"checking"},
    {""},  # the package itself, which collects names from all rooms
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules():
    """{dotted name: (path, is it a package?)} for both packages."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path, parts[-1] == "__init__"
    return found


MODULES = modules()


def imports(name, at_top=False):
    """Our modules that a module imports; `at_top` leaves out imports within functions."""
    path, is_package = MODULES[name]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in _outside_functions(tree) if at_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".") if is_package else name.split(".")[:-1]
            base = parts[: len(parts) - node.level + 1] if node.level else []
            target = ".".join([*base, *([node.module] if node.module else [])])
            names = {f"{target}.{alias.name}" for alias in node.names}
            found |= {each if each in MODULES else target for each in names}
    return {each for each in found if each.split(".")[0] in PACKAGES}


def _outside_functions(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _outside_functions(child)


def room(name):
    """The room of the learner's package that a module is in: the first name after the package's."""
    return name.split(".")[1] if "." in name else ""


def of(package):
    return [name for name in MODULES if name.split(".")[0] == package]


def test_every_room_has_its_floor():
    """Is each room of the learner's package on a floor, and does no floor list a room that is gone?"""
    assert {room(name) for name in of("activation_lab")} == set(FLOOR)


@pytest.mark.parametrize("name", of("activation_lab"))
def test_nothing_points_upward(name):
    """Does a module of the learner's package import only from its own floor and below, and none of the tools?"""
    for target in imports(name):
        assert target.split(".")[0] == "activation_lab", f"{name} imports {target}, one of the tools"
        assert FLOOR[room(target)] <= FLOOR[room(name)], f"{name} imports {target}, which is on a floor above"


@pytest.mark.parametrize("name", [name for name in of("activation_lab_tools") if ".doctor" in name])
def test_the_doctor_needs_neither_package(name):
    """Does the doctor import none of our modules but its own? (Programs that it starts in another Python do.)"""
    if ".programs." not in name:
        assert all(target.startswith("activation_lab_tools.doctor") for target in imports(name))


@pytest.mark.parametrize("name", of("activation_lab_tools"))
def test_only_the_command_knows_all_tools(name):
    """Do grader, author and doctor not import the command, and the grader not the author's tools?"""
    tool = name.split(".")[1] if "." in name else ""
    targets = {target.split(".")[1] for target in imports(name) if target.startswith("activation_lab_tools.")}
    allowed = {"grader": {"grader", "errors"}, "author": {"author", "errors"}, "doctor": {"doctor"}}
    assert targets <= allowed.get(tool, targets), f"{name} imports {targets}"


def test_there_is_no_circle():
    """Can all modules be loaded one after the other, each after those it imports?"""
    graph = {name: {_existing(target) for target in imports(name, at_top=True)} - {name} for name in MODULES}
    # A package's own __init__ collects names of its modules, which import from each other by their own names.
    for name, targets in graph.items():
        graph[name] = {each for each in targets if not name.startswith(f"{each}.")}
    order = tuple(graphlib.TopologicalSorter(graph).static_order())
    assert len(order) == len(MODULES)


def _existing(target):
    while target not in MODULES:
        target = target.rpartition(".")[0]
    return target
