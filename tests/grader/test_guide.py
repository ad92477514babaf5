"""Do the commands of the guide do what it says of a course that has begun?"""

import contextlib
import re
import shlex
import zipfile
from pathlib import Path

from in_process import Executor, rows
from submitted import right, untouched

from activation_lab_tools.cli import main
from activation_lab_tools.grader import run

GUIDE = Path(__file__).parents[2] / "site" / "instructors.md"
LESSON = "01_dense_forward"


def commands(heading):
    """The commands in a section of the guide, as words without `.venv/bin/activation-lab`."""
    section = GUIDE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", section)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def test_the_commands_of_a_term(tmp_path, monkeypatch):
    """Does each work as printed, one after the other, on the folder of one course?"""
    monkeypatch.setattr(run, "_workers", lambda _: contextlib.nullcontext(Executor()))
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text("student,name\nada,Ada\nben,Ben\n")
    for name, data in (("first", untouched(LESSON)), ("second", right(LESSON))):
        with zipfile.ZipFile(f"{name}.zip", "w") as file:
            file.writestr(f"class/ada/{LESSON}.ipynb", data)
            file.writestr(f"class/ben/{LESSON}.ipynb", untouched(LESSON))
    bare = ["--unsafe-no-sandbox"]
    assert main(["grade", "first.zip", "--out", "graded/", "--roster", "roster.csv", *bare]) == 0
    Path("theirs").mkdir()
    Path("theirs/overrides.csv").write_text(
        "student,lesson,exercise,points,comment,excused,by,when\nben,01_dense_forward,,3,,,Jo,2026-11-03\n"
    )
    second, again, remove = commands("Late and again")
    assert main(second + bare) == 0
    assert [(row["student"], row["attempts"]) for row in rows("graded/grades.csv")] == [("ada", "2"), ("ben", "1")]
    assert main(again + bare) == 0
    assert main(remove) == 0
    assert [row["student"] for row in rows("graded/grades.csv")] == ["ben"]
    assert main([*remove, "--undo"]) == 0
    for words in commands("Mark by hand"):
        assert main(words) == 0
    ada, ben = rows("graded/grades.csv")
    decided = next(row for row in rows("graded/exercises.csv") if row["exercise"] == "collapse")
    assert (decided["score"], decided["comment"]) == ("2", "Right, but for the name.")
    assert ada["raw"] == "7" and ben["score"] == "3"
