"""Does the command `activation-lab` explain itself?"""

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest

from activation_lab_tools import cli

TOOLS = Path(cli.__file__).parents[1]
COMMANDS = re.findall(r"(?m)^    ([a-z-]+) ", cli.parser().format_help())


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command, capsys):
    """Does each command have a line in --help, and a --help of its own?"""
    with pytest.raises(SystemExit) as ending:
        cli.main(["--help"])
    assert ending.value.code == 0 and f"\n    {command} " in capsys.readouterr().out
    with pytest.raises(SystemExit) as ending:
        cli.main([command, "--help"])
    assert ending.value.code == 0 and f"usage: activation-lab {command}" in capsys.readouterr().out


def test_notebooks_are_read_without_a_grammar():
    """Does what reads and writes notebooks leave out the parser of web addresses, which takes a second to build?"""
    assert importlib.import_module("activation_lab_tools.author.build") and "nbformat" in sys.modules
    assert sys.modules["rfc3987_syntax"] is None


def test_every_command_is_listed():
    """Are these all commands, each with the function that does it?"""
    (subcommands,) = (each.choices for each in cli.parser()._actions if each.dest == "command")
    assert list(subcommands) == COMMANDS
    assert [name for name, each in subcommands.items() if not callable(each.get_default("run"))] == ["doctor"]


@pytest.mark.parametrize(("ids", "total"), [(["S1.2"], "1 claim: "), (["S1.2", "S1.3"], "2 claims: ")])
def test_one_claim_or_several(ids, total, capsys):
    """Does the line below the table count in the right number?"""
    pytest.importorskip("rich")
    assert cli.main(["claims", *ids]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith(total)


def test_a_taken_number(capsys):
    """Does `new` with a taken number say which are free, and show a command that works?"""
    assert cli.main(["new", "05_my_lesson", "my_function"]) == 2
    message = capsys.readouterr().err
    assert "05 belongs to 05_keras_dense; expected 11 or later" in message
    assert message.strip().endswith("activation-lab new 11_my_lesson my_function")


def test_no_text_from_outside_is_markup():
    """Is every console of the tools one that takes no text for markup: no path, no name, no message?"""
    for path in TOOLS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            assert getattr(called, "attr", "") != "from_markup", path
            if getattr(called, "id", getattr(called, "attr", "")) == "Console":
                given = {keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords}
                assert given.get("markup") is given.get("emoji") is False, (path, node.lineno)
