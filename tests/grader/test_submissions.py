"""A class's submissions: is everyone found who is certain, and everything else left to a person?"""

import io
import os
import random
import socket
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.finding import archives, items, listing, submissions
from activation_lab_tools.grader.finding.archives import MEGABYTE, Unreadable
from activation_lab_tools.grader.finding.matching import Roster, Student
from activation_lab_tools.grader.finding.platforms.owner import Owner
from activation_lab_tools.grader.records import ReviewItem

ADA, BOB = "Ada Lovelace_11_assignsubmission_file_", "Bob_Stone_12_assignsubmission_file_"


def zipped(*files, method=zipfile.ZIP_DEFLATED):
    """The bytes of a zip of {name: bytes}, each file of its own content unless given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for each in files:
            name, data = each if isinstance(each, tuple) else (each, each.encode())
            archive.writestr(name, data)
    return file.getvalue()


def folder(path, *files):
    for each in files:
        name, data = each if isinstance(each, tuple) else (each, each.encode())
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def find(paths, roster=None, lessons=()):
    """(Submissions, ReviewItems) of `submissions.find`, those who handed in no notebook among the latter."""
    result = submissions.find(paths, roster, lessons)
    return result.submissions, [*result.review, *(ReviewItem(one.location, one.reason) for one in result.nothing)]


def found(*paths, roster=None):
    """({student: [bytes of each notebook]}, {place: reason})"""
    some, looks = find([Path(path) for path in paths], roster)
    by_student = {}
    for one in some:
        by_student.setdefault(one.student, []).append(submissions.content_of(one))
    return by_student, {look.location: look.reason for look in looks}


def test_a_zip_of_moodle(tmp_path):
    """Are all students of Moodle's zip found, with what macOS adds left out silently?"""
    path = tmp_path / "class.zip"
    junk = (f"__MACOSX/{ADA}/._03.ipynb", f"{ADA}/.DS_Store", f"{ADA}/._03.ipynb", f"{ADA}/.ipynb_checkpoints/03.ipynb")
    path.write_bytes(zipped((f"{ADA}/03.ipynb", b"1"), (f"{BOB}/a b.IPYNB", b"2"), *junk))
    some, looks = find([path])
    assert [(one.student, one.name, one.ids, submissions.content_of(one)) for one in some] == [
        ("Ada Lovelace (11)", "Ada Lovelace", {"moodle": "11"}, b"1"),
        ("Bob_Stone (12)", "Bob_Stone", {"moodle": "12"}, b"2"),
    ]
    assert some[0].location == f"class.zip: {ADA}/03.ipynb" and looks == []


def test_the_same_from_a_folder_as_from_a_zip(tmp_path):
    """Does it matter whether a download was unpacked?"""
    names = (f"DL 1/{ADA}/03.ipynb", f"DL 1/{BOB}/03.ipynb", f"DL 1/{BOB}/04.ipynb", "DL 1/odd/x.ipynb")
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(*names))
    from_zip, looks = found(path)
    from_folder, same = found(folder(tmp_path / "unpacked", *names))
    assert from_zip == from_folder
    assert len(from_zip["Bob_Stone (12)"]) == 2 and len(looks) == len(same) == 1


def test_a_students_own_zip(tmp_path):
    """Is a student's own zip opened, in a zip or in a folder, with its notebooks wherever they lie?"""
    own = zipped(("work/deep/03.ipynb", b"1"), ("04.ipynb", b"2"), ("data.csv", b""), "__MACOSX/._04.ipynb")
    files = ((f"{ADA}/work.zip", own), (f"{BOB}/03.ipynb", b"3"))
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(*files))
    expected = {"Ada Lovelace (11)": [b"2", b"1"], "Bob_Stone (12)": [b"3"]}
    assert found(path) == (expected, {})
    assert found(folder(tmp_path / "unpacked", *files)) == (expected, {})
    places = [one.location for one in find([path])[0]]
    assert places[1] == f"class.zip: {ADA}/work.zip: work/deep/03.ipynb"


def heavy():
    return ((f"{i}.ipynb", random.Random(i).randbytes(4000) * 4000) for i in range(14))


# {name: (the bytes of a student's zip, made when they are needed; what is said)}
HOSTILE = {
    "bomb": (lambda: zipped(("x.ipynb", bytes(15 * MEGABYTE))), "zip bomb"),
    "deep": (lambda: zipped(("inner.zip", zipped("x.ipynb"))), "a zip within the student's own zip"),
    "heavy": (lambda: zipped(*heavy()), "notebooks claim"),
    "many notebooks": (lambda: zipped(*(f"{i}.ipynb" for i in range(101))), "There are 101 notebooks in it"),
    "many files": (lambda: zipped(*(f"{i}.txt" for i in range(10_001))), "10,001 files"),
    "empty": (lambda: zipped("readme.txt"), "no notebook in it"),
    "no zip": (lambda: b"Rar!", "not a zip"),
    "leads out": (lambda: zipped("../x.ipynb"), "leads out"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_costs_its_own_student_only(tmp_path, kind, monkeypatch):
    """Is a hostile zip within the class's refused by name, and everyone else found?"""
    monkeypatch.setattr(archives, "RATIO", 300 if kind == "bomb" else 10_000)  # "heavy" is repetitive too
    made, said = HOSTILE[kind]
    files = ((f"{ADA}/evil.zip", made()), (f"{BOB}/03.ipynb", b"3"))
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(*files, method=zipfile.ZIP_STORED))
    for source in (path, folder(tmp_path / "unpacked", *files)):
        students, looks = found(source)
        assert students == {"Bob_Stone (12)": [b"3"]}
        ((location, reason),) = looks.items()
        assert "evil.zip" in location and said in reason


def test_a_file_over_the_limit(tmp_path):
    """Is a notebook of more than 20 MB refused by name, on disk and in a zip, and the rest found?"""
    files = ((f"{ADA}/03.ipynb", random.Random(0).randbytes(20 * MEGABYTE + 1)), (f"{BOB}/03.ipynb", b"3"))
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(*files, method=zipfile.ZIP_STORED))
    for source in (path, folder(tmp_path / "unpacked", *files)):
        students, looks = found(source)
        assert students == {"Bob_Stone (12)": [b"3"]}
        assert "20,971,521 bytes; at most 20,971,520" in "".join(looks.values())


def test_too_many_notebooks_of_one_student(tmp_path):
    """Is a student with hundreds of notebooks left to a person?"""
    files = [f"{ADA}/{i}.ipynb" for i in range(101)]
    students, looks = found(folder(tmp_path / "class", *files, f"{BOB}/03.ipynb"))
    assert list(students) == ["Bob_Stone (12)"]
    assert "101 notebooks of Ada Lovelace (11)" in "".join(looks.values())


@pytest.mark.parametrize("file", ["{}.ipynb", "0{}_dense_forward.ipynb", "{}_2_x.ipynb"])
def test_files_of_one_student_beside_each_other(tmp_path, file):
    """Are files that Canvas puts into one folder one student's, whatever they are called, and too many one look?"""
    for count in (2, 101):
        files = [f"lovelaceada_11_{100 + i}_{file.format(i)}" for i in range(count)]
        root = folder(tmp_path / f"{count}", *files, "stonebob_12_99_x.ipynb")
        students, looks = found(root)
        assert len(students.pop("stonebob (12)")) == 1
        assert [len(own) for own in students.values()] == [count][: count < 101] and len(looks) == (count == 101)
        assert all("101 notebooks of lovelaceada (11)" in reason for reason in looks.values())


def test_the_time_for_files_grows_with_their_number(tmp_path, monkeypatch):
    """Are a student's many files beside each other sorted out with few comparisons of each?"""
    equal, compared = Owner.__eq__, []
    monkeypatch.setattr(Owner, "__eq__", lambda *both: compared.append(both) or equal(*both))
    files = [f"lovelaceada_11_{i}_0{i}_x.txt" for i in range(300)]
    found(folder(tmp_path / "class", *files, "lovelaceada_11_300_x.ipynb", "stonebob_12_99_x.ipynb"))
    assert len(compared) < 20 * len(files)


def test_links_and_devices_on_disk(tmp_path, monkeypatch):
    """Are links, FIFOs and sockets named and never opened, even those that stay inside?"""
    secret = folder(tmp_path / "elsewhere", "secret.ipynb")
    root = folder(tmp_path / "class", f"{ADA}/03.ipynb", f"{BOB}/03.ipynb")
    (root / ADA / "link.ipynb").symlink_to(secret / "secret.ipynb")
    (root / ADA / "folder").symlink_to(secret)
    (root / ADA / "loop").symlink_to(root)
    (root / ADA / "broken.ipynb").symlink_to("nowhere")
    os.mkfifo(root / BOB / "fifo.ipynb")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(root / BOB)  # a socket's address is short
        server.bind("socket.ipynb")
        students, looks = found(root)
    assert students == {
        "Ada Lovelace (11)": [f"{ADA}/03.ipynb".encode()],
        "Bob_Stone (12)": [f"{BOB}/03.ipynb".encode()],
    }
    named = {Path(location).name: reason for location, reason in looks.items()}
    assert set(named) == {"link.ipynb", "folder", "loop", "broken.ipynb", "fifo.ipynb", "socket.ipynb"}
    assert "link" in named["folder"] and "not a regular file" in named["fifo.ipynb"]


def test_a_file_that_turns_into_a_link(tmp_path):
    """Is a link refused that took a file's place after it was found?"""
    root = folder(tmp_path / "class", "ada/03.ipynb", "bob/03.ipynb")
    (one, _), _ = find([root])
    (root / "ada/03.ipynb").unlink()
    (root / "ada/03.ipynb").symlink_to(root / "bob/03.ipynb")
    with pytest.raises(Unreadable, match="cannot be opened"):
        submissions.content_of(one)


def test_names_that_act(tmp_path):
    """Are names with control characters or broken Unicode refused, and shown without acting?"""
    root = folder(tmp_path / "class", "ada/03.ipynb", "\x1b[2J/03.ipynb", "bob/\u202egpj.ipynb")
    (root / os.fsdecode(b"\xff\xfe")).mkdir()
    (root / os.fsdecode(b"\xff\xfe/x.ipynb")).write_bytes(b"")
    students, looks = found(root)
    assert list(students) == ["ada", "bob"]
    assert set(looks) == {"class/\\x1b[2J/03.ipynb", "class/\\udcff\\udcfe/x.ipynb"}
    assert find([root])[0][1].location == "class/bob/\\u202egpj.ipynb"


def test_what_is_no_notebook_is_said(tmp_path):
    """Is a student who handed in something else named, instead of counting as missing without a word?"""
    _, looks = found(folder(tmp_path / "class", f"{ADA}/03.pdf", f"{ADA}/notes.txt", f"{BOB}/03.ipynb", "roster.csv"))
    ((location, reason),) = looks.items()
    assert ADA in location and "03.pdf, notes.txt" in reason


ROSTER = Roster([Student("a1", "Ada Lovelace", "ada@school.example", moodle="11"), Student("b1", "Bob_Stone")])


def test_the_roster_gives_the_identity(tmp_path):
    """Does the roster give a student's identity, on all platforms, and do others need a look?"""
    moodle = folder(tmp_path / "moodle", f"{ADA}/03.ipynb", f"{BOB}/03.ipynb", "Eve_9_assignsubmission_file_/03.ipynb")
    plain = folder(tmp_path / "plain", "a1/04.ipynb", "bob_stone/04.ipynb", "eve/04.ipynb")
    some, looks = find([moodle, plain], ROSTER)
    assert [(one.student, one.name, one.email) for one in some] == [
        *[("a1", "Ada Lovelace", "ada@school.example")] * 2,
        *[("b1", "Bob_Stone", "")] * 2,
    ]
    assert [one.ids for one in some] == [{"moodle": "11"}, {"moodle": "11"}, {"moodle": "12"}, {}]
    assert ["not in the roster" in look.reason for look in looks] == [True, True]


def test_files_named_after_students(tmp_path):
    """Is a folder of “<student>.ipynb” found only if a roster names them?"""
    root = folder(tmp_path / "class", "a1.ipynb", "Ada Lovelace 2.ipynb", "bob_stone.ipynb")
    assert found(root)[0] == {}
    students, looks = found(root, roster=ROSTER)
    assert list(students) == ["a1", "b1"] and list(looks) == ["class/Ada Lovelace 2.ipynb"]


def test_two_students_with_one_identity(tmp_path):
    """Are two who would be graded as one left to a person, and everyone else found?"""
    twin = "Ada Lovelace_99_assignsubmission_file_"
    root = folder(tmp_path / "class", f"{ADA}/03.ipynb", f"{twin}/03.ipynb", f"{BOB}/03.ipynb")
    students, looks = found(root, roster=ROSTER)
    assert list(students) == ["b1"] and len(looks) == 2
    assert all("would all be one student" in reason for reason in looks.values())
    assert len(found(root)[0]) == 3, "without a roster Moodle's numbers tell them apart"


def test_two_spellings_of_one_folder(tmp_path):
    """Are two folders whose names differ only in how an umlaut is written left to a person?"""
    path = tmp_path / "class.zip"
    path.write_bytes(zipped("J\u00e4ger/03.ipynb", "Ja\u0308ger/04.ipynb", "ada/03.ipynb"))
    students, looks = found(path)
    assert list(students) == ["ada"] and len(looks) == 2


@pytest.mark.parametrize("name", ["x.ipynb", "jones_1_2_x.ipynb"])
def test_one_notebook(tmp_path, name):
    """Is a single notebook the student's whom a platform names in its folder or its name, else that of its name?"""
    assert found(folder(tmp_path / ADA, name) / name)[0] == {"Ada Lovelace (11)": [name.encode()]}
    student = "x" if name == "x.ipynb" else "jones (1)"
    assert found(folder(tmp_path / "ada", name) / name) == ({student: [name.encode()]}, {})


LESSONS = ("01_dense_forward", "03_dense_backward")


def test_notebooks_with_the_names_of_lessons(tmp_path):
    """Is a bare folder or zip of lessons one submission, named after it, and a file without a lesson's name not?"""
    names = ("01_dense_forward.ipynb", "03_dense_backward (2).ipynb", "03_dense_backward-Copy1.ipynb")
    root = folder(tmp_path / "ada", *names, "notes.ipynb", "picture.png")
    (tmp_path / "bob.zip").write_bytes(zipped(*names))
    some, looks = find([root, tmp_path / "bob.zip"], lessons=LESSONS)
    assert [one.student for one in some] == ["ada"] * 3 + ["bob"] * 3
    assert [look.location for look in looks] == ["ada/notes.ipynb"] and '"<lesson>.ipynb"' in looks[0].reason
    assert find([root])[0] == [], "nothing is known of lessons"


def test_a_lesson_alone_is_its_folders(tmp_path):
    """Is a single notebook with a lesson's name, or with a name that several have, that of its folder?"""
    paths = [folder(tmp_path / each, name) / name for each in ("ada", "bob") for name in ("hw.ipynb",)]
    assert [one.student for one in find(paths)[0]] == ["ada", "bob"]
    (tmp_path / "eve").mkdir()
    path = tmp_path / "eve" / "01_dense_forward.ipynb"
    path.write_bytes(b"")
    assert [one.student for one in find([path], lessons=LESSONS)[0]] == ["eve"]
    only = Roster([Student("a1", "Ada", ""), Student("e1", "eve", "")])
    assert [one.student for one in find([path, *paths], only, LESSONS)[0]] == ["a1", "e1"]


def test_a_folder_within_submitted(tmp_path):
    """Is a person asked for nbgrader's whole folder, when lessons would be taken for students?"""
    root = folder(tmp_path / "submitted", "ada/ps1/x.ipynb", "bob/ps1/x.ipynb")
    assert list(found(root)[0]) == list(found(tmp_path)[0]) == ["ada", "bob"]
    students, looks = found(root / "ada", root / "bob")
    assert students == {} and "Give that folder" in looks["ada"]


def test_an_input_that_cannot_be_read(tmp_path):
    """Is a damaged zip named, and the next input read; and is a mistyped path an error at once?"""
    (tmp_path / "class.zip").write_bytes(b"PK")
    students, looks = found(tmp_path / "class.zip", folder(tmp_path / "more", "ada/03.ipynb"))
    assert list(students) == ["ada"] and "damaged" in looks["class.zip"]
    with pytest.raises(UserError, match="does not exist"):
        find([tmp_path / "none.zip"])
    with pytest.raises(UserError, match="not a folder, a zip"):
        find([folder(tmp_path, "class.rar") / "class.rar"])


def test_a_zip_that_changes(tmp_path):
    """Is a notebook that left its zip since it was found a sentence?"""
    path = tmp_path / "class.zip"
    path.write_bytes(zipped("ada/03.ipynb"))
    (one,), _ = find([path])
    path.write_bytes(zipped("bob/03.ipynb", "carl/03.ipynb"))
    with pytest.raises(Unreadable, match="no longer in its zip"):
        submissions.content_of(one)
    path.unlink()
    with pytest.raises(Unreadable, match="cannot be opened"):
        submissions.content_of(one)


def test_the_order_does_not_depend_on_the_disk(tmp_path):
    """Is the order that of students and places, whichever way files lie on disk or in zips?"""
    names = [f"student {i}/{lesson}.ipynb" for i in range(5) for lesson in ("a", "b")] + ["x.ipynb", "a/b/c/d.ipynb"]
    results = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(names, len(names))
        path = tmp_path / f"{seed}" / "class.zip"
        path.parent.mkdir()
        path.write_bytes(zipped(*shuffled))
        some, looks = find([path])
        results.append(([(one.student, one.location) for one in some], looks))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == sorted(results[0][0])


def test_a_tree_without_end(tmp_path, monkeypatch):
    """Is a folder with more files than any class has refused, instead of searched forever?"""
    monkeypatch.setattr(items.folders.files, "__defaults__", (20, 20))
    _, looks = found(folder(tmp_path / "class", *(f"ada{i}/{i}.txt" for i in range(21))))
    assert "more than 20 files" in looks["class"]


CROWDS = {
    "in the folder": [f"{{}}/{i}.txt" for i in range(30)],
    "within": [f"{{}}/a/b/{i % 3}/{i}.ipynb" for i in range(30)],
    "one each": [f"{{}}/{i}/x.ipynb" for i in range(30)],
    "just below the limit": [f"{{}}/{i}.ipynb" for i in range(20)],
}


@pytest.mark.parametrize("around", ["", "DL 1/"])
@pytest.mark.parametrize("eve", ["Eve_9_assignsubmission_file_", "eve"])
@pytest.mark.parametrize("kind", CROWDS)
def test_a_student_with_too_many_files(tmp_path, monkeypatch, kind, eve, around):
    """Is a student with more files than a class may have named, and is everyone else found?"""
    monkeypatch.setattr(items.folders.files, "__defaults__", (20, 5))
    others = (ADA, BOB) if "_" in eve else ("ada", "bob", "dora")
    names = [f"{each}/03.ipynb" for each in others] + [each.format(eve) for each in CROWDS[kind]]
    students, looks = found(folder(tmp_path / "class", *(around + name for name in names)))
    mine = [own for student, own in students.items() if not student.lower().startswith("eve")]
    assert mine == [[f"{around}{name}".encode()] for name in names[: len(others)]]
    assert any("more than" in reason for reason in looks.values()) and all(eve in location for location in looks)


def test_hundreds_of_objections(tmp_path, monkeypatch):
    """Are hundreds of files that can't be read, or belong nowhere, one row of their student's?"""
    root = folder(
        tmp_path / "class", "ada/03.ipynb", "bob/03.ipynb", "carl/03.ipynb", *(f"eve/a/{i}.ipynb" for i in range(101))
    )
    (root / "dora").mkdir()
    for i in range(101):
        (root / "dora" / f"{i}.ipynb").symlink_to("nowhere")
    (root / "dora" / "03.ipynb").write_bytes(b"")
    students, looks = found(root)
    assert list(students) == ["ada", "bob", "carl", "dora"]
    assert [reason[:9] for reason in looks.values()] == ["101 files"] * 2
    assert {location.split("/")[1] for location in looks} == {"dora", "eve"}


def test_a_path_without_end(tmp_path):
    """Is a student's path of hundreds of folders theirs alone?"""
    root = folder(tmp_path / "class", "ada/03.ipynb", "bob/03.ipynb", "eve/" + "a/" * 300 + "03.ipynb")
    students, looks = found(root)
    assert list(students) == ["ada", "bob"]
    ((location, reason),) = looks.items()
    assert "eve" in location and "folders deep" in reason


@pytest.mark.parametrize("vanishes", ["stat", "scandir"])
def test_a_file_that_vanishes_while_its_folder_is_read(tmp_path, monkeypatch, vanishes):
    """Is a file or folder that vanishes while the class is listed its own row, and everyone else found?"""
    root = folder(tmp_path / "class", f"{ADA}/03.ipynb", f"{BOB}/03.ipynb", f"{BOB}/04.ipynb")
    real = os.scandir

    class Vanishing:
        """A folder's entries, of which one is deleted when it has been listed, or all when it has been read."""

        def __init__(self, path):
            self.path = Path(path)

        def __enter__(self):
            with real(self.path) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
            for entry in listed:
                if vanishes == "stat" and entry.name == "03.ipynb" and self.path.name == BOB:
                    os.unlink(entry.path)
            return iter(listed)

        def __exit__(self, *_):
            if vanishes == "scandir" and self.path == root:
                for path in (root / BOB).iterdir():
                    path.unlink()
                (root / BOB).rmdir()

    monkeypatch.setattr(os, "scandir", Vanishing)
    students, looks = found(root)
    assert list(students) == ["Ada Lovelace (11)", "Bob_Stone (12)"][: 1 + (vanishes == "stat")]
    ((location, reason),) = looks.items()
    assert BOB in location and "cannot be opened" in reason


def test_a_students_zip_that_vanishes_from_the_classs(tmp_path):
    """Is a class's zip that is exchanged while it is read a row for each student it cost, and no traceback?"""
    path = tmp_path / "class.zip"
    path.write_bytes(zipped((f"{ADA}/work.zip", zipped("03.ipynb")), (f"{BOB}/03.ipynb", b"3")))
    listed = items.items(path)
    path.write_bytes(zipped((f"{BOB}/03.ipynb", b"3")))
    (work,) = [one for one in listed[0] if one.is_zip]
    (lost,) = items.opened(work)
    assert "no longer in its zip" in lost.objection


def test_the_table(tmp_path):
    """Does the table name everyone, with long and hostile names harmless and complete on a narrow terminal?"""
    names = (
        "ada/03.ipynb",
        "[bold red]bob[bold]/03.ipynb",
        "\u202eeve/03.ipynb",
        "x" * 90 + "/03.ipynb",
        "z.ipynb",
    )
    result = submissions.find([folder(tmp_path / "class", *names, "gus/a.pdf")])
    output = io.StringIO()
    missing = {"01_first": [Student("k1", "Kim")]}
    Console(file=output, width=60, color_system=None).print(listing.table(result, result.review, missing))
    text = output.getvalue()
    assert "4 students" in text and "1 missing" in text and "k1 Kim" in text and "01_first" in text
    assert "1 without a notebook" in " ".join(text.split()) and "a.pdf" in text
    assert "[bold red]bob" in text and "\\u202eeve" in text
    assert "\u202e" not in text and text.count("x") >= 180  # the student and the file, folded over lines
