"""Whose is a file? Every layout, and what fits none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation_lab_tools.grader.finding.layouts import owners
from activation_lab_tools.grader.finding.paths import is_handed_in
from activation_lab_tools.grader.finding.platforms import Owner


def students(*paths, above="", lessons=()):
    """{path: identity}, None for a path without a certain owner."""
    found = owners([tuple(path.split("/")) for path in paths], above, lessons)
    return {
        p: one.student if isinstance(one, Owner) and not one.guess else None
        for p, one in zip(paths, found, strict=True)
    }


NAMES = [
    ("Ada Lovelace", "Ada Lovelace"),
    ("snake_case_name", "snake_case_name"),
    ("t_g_12345", "t_g_12345"),
    ("Sinéad O'Connor-Smith", "Sinéad O'Connor-Smith"),
    ("Ja\u0308ger", "J\u00e4ger"),
    ("מרים כהן", "מרים כהן"),
    ("Zoë 🦊", "Zoë 🦊"),
    ("7", "7"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
@pytest.mark.parametrize("course", ["", "DL 1/", "Uni/DL 1/"])
@pytest.mark.parametrize("end", ["_", ""])
def test_moodle_folders(name, shown, course, end):
    """Are the name and the number read from Moodle's folder, whatever the name holds and the student wrote?"""
    folder = f"{course}{name}_12345_assignsubmission_file{end}"
    paths = (f"{folder}/03 (2).ipynb", f"{folder}/a/b/Bob_7_assignsubmission_file_/x.ipynb", f"{folder}/work.zip")
    assert students(*paths) == dict.fromkeys(paths, f"{shown} (12345)")


def test_moodle_numbers_are_kept():
    """Is Moodle's number kept for the upload of the marks?"""
    (owner,) = owners([("Ada_L_12345_assignsubmission_file_", "x.ipynb")])
    assert owner == Owner("Ada_L (12345)", "Ada_L", {"moodle": "12345"})


def test_moodle_without_folders():
    """Is the older form, all files in one folder, read up to the first number, since students name the rest?"""
    path = "Ada Lovelace_12345_assignsubmission_file_Bob_7_assignsubmission_file_x.ipynb"
    assert students(path) == {path: "Ada Lovelace (12345)"}


def test_moodle_begins_no_name_with_an_underscore():
    """Is a file refused that a student called like a Moodle group's, “11” here, in a class without folders?"""
    names = "Ada_7", "Bob_8", "_11"
    ada, bob, eve = owners([(f"{name}_assignsubmission_file_x.ipynb",) for name in names])
    assert (ada.student, bob.student) == ("Ada (7)", "Bob (8)") and "does not tell whose it is" in eve


def test_one_student_of_moodle():
    """Is it enough to give one student's folder?"""
    assert students("x.ipynb", "sub/y.ipynb", above="Ada_9_assignsubmission_file_") == {
        "x.ipynb": "Ada (9)",
        "sub/y.ipynb": "Ada (9)",
    }


def test_moodle_judges_the_rest():
    """In a Moodle download, is a folder that Moodle cannot have made left to a person?"""
    moodle = ("Ada_1_assignsubmission_file_/x.ipynb", "Bob_2_assignsubmission_file_/x.ipynb")
    odd = ("eve/x.ipynb", "Default group_assignsubmission_file_/x.ipynb", "carl_1_2_x.ipynb", "dora.ipynb")
    assert students(*moodle, "eve/x.ipynb") == {moodle[0]: "Ada (1)", moodle[1]: "Bob (2)", "eve/x.ipynb": None}
    for path in odd:
        found = owners([tuple(p.split("/")) for p in (*moodle, path)])
        assert "Moodle" in found[-1] if isinstance(found[-1], str) else "Moodle doesn't say whose" in found[-1].guess


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (("Ada_1_assignsubmission_onlinetext_", "onlinetext.html"), "Moodle"),
        (("DL", "Ada_1_assignsubmission_onlinetext", "x.ipynb"), "Moodle"),
        (("Ada_1_assignsubmission_onlinetext_onlinetext.html",), "Moodle"),
        (("lovelaceada_1_text.html",), "Canvas"),
        (("lovelaceada_LATE_1_link.html",), "Canvas"),
        (("HW_ada_attempt_2026-11-03-10-15-00.txt",), "Blackboard"),
    ],
)
def test_what_was_typed_into_a_form(path, typed):
    """Is a text in a form no notebook, whatever its name, and is it known whose it is?"""
    (owner,) = owners([path])
    assert owner.name.lower().endswith("ada") and typed in owner.typed


def test_a_student_cannot_change_the_layout():
    """Can a student in a plain folder become another one by a folder named as Moodle's?"""
    plain = [f"student{i}/x.ipynb" for i in range(3)]
    attack = "student0/Bob_2_assignsubmission_file_/x.ipynb"
    assert students(*plain, attack) == {p: p.split("/")[0] for p in plain} | {attack: None}


@pytest.mark.parametrize(
    ("path", "student", "number", "file"),
    [
        ("lovelaceada_12345_67890_03_dense_backward.ipynb", "lovelaceada (12345)", "12345", "67890"),
        ("lovelaceada_LATE_12345_67890_03_dense-1.ipynb", "lovelaceada (12345)", "12345", "67890"),
        ("öztürkünal_1_2_x.ipynb", "öztürkünal (1)", "1", "2"),
        ("हिन्दी_1_2_x.ipynb", "हिन्दी (1)", "1", "2"),
        ("snake_case_1_2_bob_3_4_x.ipynb", "snake_case (1)", "1", "2"),
        ("ada_1_2_03_04_x.zip", "ada (1)", "1", "2"),
    ],
)
@pytest.mark.parametrize("folder", [(), ("submissions",)])
def test_canvas(path, student, number, file, folder):
    """Is Canvas's name read up to its two numbers, late or not, with the student's own name for the file behind?"""
    found = owners([(*folder, path), (*folder, "hoppergrace_8_9_x.ipynb")])
    assert found[0].student == student
    assert found[0].ids == {"canvas": number, "canvas_file": file}
    assert found[1].student == "hoppergrace (8)"


def test_canvas_judges_the_rest():
    """In a Canvas download, is a file that Canvas cannot have named left to a person?"""
    canvas = ("ada_1_2_x.ipynb", "bob_3_4_x.ipynb")
    for odd in ("My work_5_6_x.ipynb", "x.ipynb", "ada_1_x.ipynb", "o'neil_1_2_x.ipynb"):
        assert students(*canvas, odd) == {canvas[0]: "ada (1)", canvas[1]: "bob (3)", odd: None}


@pytest.mark.parametrize("above", ["submitted/", "course/submitted/", "home/course/submitted/"])
def test_nbgrader(above):
    """Are nbgrader's students found, from the folder or from those around it, and with one student alone?"""
    paths = [f"{above}{student}/03_dense/03_dense.ipynb" for student in ("ada", "t_g", "bob 1_2_x")]
    assert students(*paths) == dict(zip(paths, ("ada", "t_g", "bob 1_2_x"), strict=True))
    assert students(paths[0]) == {paths[0]: "ada"}
    assert students("ada/ps1/x.ipynb", "ada/ps2/y.ipynb", above="submitted") == {
        "ada/ps1/x.ipynb": "ada",
        "ada/ps2/y.ipynb": "ada",
    }


def test_other_folders_of_nbgrader_are_ignored():
    """Are the instructor's own notebooks in nbgrader's course neither submissions nor worth a look?"""
    paths = [("submitted", "ada", "ps1", "x.ipynb"), ("source", "ps1", "x.ipynb"), ("release", "ps1", "x.ipynb")]
    paths += [("autograded", "ada", "ps1", "x.ipynb"), ("extra", "x.ipynb")]
    found = owners(paths)
    assert found[0].student == "ada" and found[1:4] == [None] * 3 and "nbgrader" in found[4]


@pytest.mark.parametrize("around", ["", "class/"])
@pytest.mark.parametrize(
    "odd",
    [
        "submitted/x/y.ipynb",
        "submitted/ada/ps1/y.ipynb",
        "submitted/y.ipynb",
        "Bob_1_assignsubmission_file_/y.ipynb",
        "jones_1_2_x.ipynb/y.ipynb",
        "deep/er/y.ipynb",
        "source/ps1/y.ipynb",
    ],
)
def test_one_odd_folder(odd, around):
    """Are plain folders read as they were, whatever else is beside them?"""
    plain = [f"{around}{name}/x.ipynb" for name in ("ada", "bob", "feedback", "Release")]
    found = students(*plain, around + odd)
    assert {path: found[path] for path in plain} == {path: path.split("/")[-2] for path in plain}
    (told,) = owners([tuple(path.split("/")) for path in (*plain, around + odd)])[-1:]
    assert told is not None, "nobody is lost without a word"
    if isinstance(told, str) and odd.startswith("submitted/"):
        assert 'give its folder "submitted"' in told


CLASSES = {
    "Moodle": [f"{name}_{number}_assignsubmission_file_/x.ipynb" for number, name in enumerate(("Ada", "Bo_b", "7"))],
    "Canvas": [f"{name}_{number}_{number + 50}_x.ipynb" for number, name in enumerate(("lovelaceada", "bob", "late"))],
    "nbgrader": [f"submitted/{name}/ps1/x.ipynb" for name in ("ada", "feedback", "submitted")],
    "plain": [f"{name}/x.ipynb" for name in ("ada", "feedback", "source")],
}
PARTS = st.sampled_from(
    ["submitted", "source", "feedback", "a", "ada", "DL 1", "x.ipynb", "01.ipynb", "y.zip", "z.txt", "bob_8_9_x.ipynb",
     "Bob_1_assignsubmission_file_", "Bob_1_assignsubmission_onlinetext_", "Bob_1_assignsubmission_file_x.ipynb"]
)  # fmt: skip
INSIDE = st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), min_size=1, max_size=8, unique=True)


@given(
    kind=st.sampled_from(list(CLASSES)),
    around=st.sampled_from(["", "class/", "Uni/DL 1/"]),
    odd=st.sampled_from(["eve/", "submitted/", "submitted/eve/", "Eve_9_assignsubmission_file_/", "DL 1/", ""]),
    inside=INSIDE,
)
def test_whatever_one_student_adds(kind, around, odd, inside):
    """Do three students keep their files, and get no others, whatever a fourth, or a folder beside them, holds?"""
    expected = students(*CLASSES[kind])
    assert None not in expected.values()
    # A single loose file, but not beside plain folders in a folder: that could be one student's.
    added = inside if odd else inside[: kind != "plain" or not around]
    paths = [around + path for path in (*CLASSES[kind], *(odd + path for path in added))]
    found = students(*dict.fromkeys(paths), lessons=("01",))
    assert {path: found[around + path] for path in expected} == expected
    if "eve" in odd.lower():  # what she adds is hers, or nobody's
        hers = {found[around + odd + path] for path in added if is_handed_in(path)} - {None}
        assert all("eve" in student.lower() for student in hers), hers


@pytest.mark.parametrize("around", ["", "course/"])
def test_odd_folders_beside_nbgraders(around):
    """Are nbgrader's students found, one called “feedback” among them, whatever a student or the instructor adds?"""
    names = ("ada", "feedback", "submitted", "source")
    paths = [f"{around}submitted/{name}/ps1/x.ipynb" for name in names]
    odd = ["submitted/eve/x.ipynb", "solutions/ps1/x.ipynb", "lecture/x.ipynb"]
    own = ["source/ps1/x.ipynb", "source/header.ipynb", "release/ps1/x.ipynb"]
    found = students(*paths, *(around + path for path in odd + own))
    assert [found[path] for path in paths] == list(names)
    assert [found[around + path] for path in odd] == [None] * 3


def test_plain_folders_within_submitted():
    """Are plain folders in a folder called “submitted” read although one has a folder too many?"""
    paths = ["ada/x.ipynb", "bob/x.ipynb", "eve/ps1/x.ipynb"]
    assert list(students(*paths, above="submitted").values()) == ["ada", "bob", None]


def test_a_loose_file_beside_the_class():
    """Are students in a folder found although a file is beside it, and is somebody told of that file?"""
    moodle = ("DL 1/Ada_1_assignsubmission_file_/x.ipynb", "DL 1/Bob_2_assignsubmission_file_/x.ipynb")
    assert students(*moodle, "x.ipynb") == {moodle[0]: "Ada (1)", moodle[1]: "Bob (2)", "x.ipynb": None}
    found = owners([tuple(path.split("/")) for path in (*moodle, "x.ipynb")])
    assert "Moodle" in found[-1]


def test_plain_folders():
    """Is the folder the student, in a zip of such folders too, and in one around them?"""
    for around in ("", "class/"):
        paths = [f"{around}{name}/homework_1_2_x.ipynb" for name, _ in NAMES]
        assert list(students(*paths).values()) == [shown for _, shown in NAMES]
    assert students("ada/x.ipynb", "ada/y.ipynb") == {"ada/x.ipynb": "ada", "ada/y.ipynb": "ada"}


@pytest.mark.parametrize(
    "paths",
    [
        ("class/ada/x.ipynb",),  # the class or the student?
        ("ada/x.ipynb", "ada/03/y.ipynb", "ada/04/z.ipynb"),  # three students, or one?
        ("ada/03/x.ipynb", "bob/03/x.ipynb"),  # the student, or the lesson?
        ("x.ipynb",),
        ("ada.ipynb", "bob.ipynb"),
    ],
)
def test_nothing_is_guessed(paths):
    """Where a path may mean several things, is a person asked?"""
    assert students(*paths) == dict.fromkeys(paths)


def test_a_file_named_after_a_student_is_a_guess():
    """Does a lone file say whom it may belong to, and that this is not certain?"""
    (owner,) = owners([("ada.lovelace.ipynb",)])
    assert owner.student == "ada.lovelace" and 'Expected "<student>/….ipynb"' in owner.guess


def test_a_deeper_file_in_plain_folders():
    """Is a notebook in a student's sub-folder left to a person, and everyone else's found?"""
    paths = ("ada/x.ipynb", "bob/x.ipynb", "eve/sub/x.ipynb")
    assert list(students(*paths).values()) == ["ada", "bob", None]


def test_nothing_at_all():
    """Does an empty input, or one without notebooks, do no harm?"""
    assert owners([]) == []
    assert [type(one) for one in owners([("readme.txt",), ("a", "b", "c.txt")])] == [Owner, str]
