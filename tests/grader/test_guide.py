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
from activation_lab_tools.grader.marks import comments, lateness

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
            if name == "second":
                file.writestr("notes.ipynb", untouched(LESSON))
    bare = ["--unsafe-no-sandbox"]
    assert main(["grade", "first.zip", "--out", "graded/", "--roster", "roster.csv", *bare]) == 0
    Path("theirs").mkdir()
    Path("theirs/overrides.csv").write_text(
        "student,lesson,exercise,points,comment,excused,by,when\nben,01_dense_forward,,3,,,Jo,2026-11-03\n"
    )
    second, dismiss, again, remove = commands("Late and again")
    assert main(second + bare) == 1
    assert main(dismiss) == 0
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


def test_the_commands_that_give_back(tmp_path, monkeypatch, capsys):
    """Does each fill the file that its platform reads, of a course whose students handed in on both?"""
    monkeypatch.setattr(run, "_workers", lambda _: contextlib.nullcontext(Executor()))
    monkeypatch.chdir(tmp_path)
    names = {
        "moodle": f"Ada Lovelace_1230000_assignsubmission_file_/{LESSON}.ipynb",
        "canvas": "müllerben_8_99_x.ipynb",
    }
    for platform, name in names.items():
        with zipfile.ZipFile(f"{platform}.zip", "w") as file:
            file.writestr(name, right(LESSON))
        # 1: each is left out of the other platform's file, and named
        assert main(["grade", f"{platform}.zip", "--out", "graded/", "--unsafe-no-sandbox"]) in (0, 1)
    Path("worksheet.csv").write_text(
        "Kennung,Vollständiger Name,Bewertung,Bestwertung\nTeilnehmer/in 1230000,Ada Lovelace,,100\n", encoding="utf-8"
    )
    Path("gradebook.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (98765)\n    Points Possible,,,,,20\n"
        '"Müller, Ben",8,,ben,One,\n',
        encoding="utf-8",
    )
    worksheet, gradebook, nbgrader = commands("Give grades back")
    main(worksheet)
    text = Path(f"graded/upload/moodle_{LESSON}.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("Teilnehmer/in 1230000,Ada Lovelace,100,100")
    main(gradebook)
    text = Path(f"graded/upload/canvas_{LESSON}.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].endswith(",Section,Homework 1 (98765)") and '"Müller, Ben",8,,ben,One,20' in text
    assert main([*gradebook[:-1], "99_none=x"]) == 2
    assert "--canvas-column names '99_none'; expected one of the lessons 01_dense_forward" in capsys.readouterr().err
    if main(nbgrader) == 2:  # it isn't installed here
        assert "nbgrader's gradebook is written by nbgrader itself" in capsys.readouterr().err


def test_the_files_of_a_course(tmp_path):
    """Can the files that the guide shows be used as they are?"""
    guide = GUIDE.read_text(encoding="utf-8")
    texts = [text for text in re.findall(r"(?ms)^```text\n(.*?)^```", guide)]
    paths = {"deadline": "deadlines.csv", "timezone": "policy.toml", "[transposed]": "comments.toml"}
    for word, name in paths.items():
        (text,) = [text for text in texts if word in text]
        (tmp_path / name).write_text(text, encoding="utf-8")
    policy = lateness.load_policy(tmp_path / "policy.toml")
    found, looks = lateness.load_deadlines(tmp_path / "deadlines.csv", {"ada": "ada"}, policy, [LESSON])
    assert looks == [] and {student for _, student in found} == {"", "ada"}
    assert policy.days_late("2026-11-03T23:30:00", found[LESSON, ""]) == 0
    assert policy.penalty(policy.days_late("2026-11-05T12:00:00", found[LESSON, ""])) == 0.2
    library = comments.load(tmp_path / "comments.toml")
    assert comments.points("[transposed]", library, 3) == 2
