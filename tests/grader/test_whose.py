"""Groups, times, what is nobody's, and which lesson is due."""

import zipfile

import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.finding import due, moments, submissions
from activation_lab_tools.grader.finding.matching import Roster, Student
from activation_lab_tools.grader.records import Submission

NORA, OMAR, PETRA = (
    Student("nora", "Nora Quist", moodle="17", canvas="21", group="Red team"),
    Student("omar", "Omar Pell", moodle="18", canvas="22", group="Red team"),
    Student("petra", "Petra Rood", moodle="19", canvas="90001", group="Default group"),
)


def zipped(path, *names, times=()):
    with zipfile.ZipFile(path, "w") as archive:
        for at, name in enumerate(names):
            time = times[at] if times else (2026, 11, 3, 10, 15, 0)
            archive.writestr(zipfile.ZipInfo(name, time), name)
    return path


def find(tmp_path, *names, roster=None, times=()):
    return submissions.find([zipped(tmp_path / "class.zip", *names, times=times)], roster)


@pytest.mark.parametrize(
    "names",
    [
        ("Red team_17_assignsubmission_file/x.ipynb", "Default group_assignsubmission_file/x.ipynb"),
        ("redteam_21_18_x.ipynb", "roodpetra_90001_7_x.ipynb"),
        ("Red team/x.ipynb", "Petra Rood/x.ipynb"),
    ],
)
def test_a_groups_notebook_is_its_members(tmp_path, names):
    """Does each member get the group's notebook on every platform, with their own numbers and not the group's?"""
    found = find(tmp_path, *names, roster=Roster([NORA, OMAR, PETRA]))
    assert [(one.student, one.group) for one in found.submissions][:2] == [("nora", "Red team"), ("omar", "Red team")]
    assert [one.student for one in found.submissions][2:] == ["petra"] and found.review == []
    assert [(one.ids["moodle"], one.ids["canvas"]) for one in found.submissions[:2]] == [("17", "21"), ("18", "22")]


def test_a_member_who_handed_in_too(tmp_path):
    """Is a member with a notebook of their own left to a person, and do the others get the group's?"""
    names = ("redteam_21_18_x.ipynb", "pellomar_22_7_x.ipynb", "roodpetra_90001_8_x.ipynb")
    found = find(tmp_path, *names, roster=Roster([NORA, OMAR, PETRA]))
    assert [one.student for one in found.submissions] == ["nora", "petra"]
    assert len(found.review) == 2 and "Omar Pell is in Red team" in "".join(one.reason for one in found.review)


def test_a_group_of_which_nothing_is_known(tmp_path):
    """Is a group whose number is a student's nobody's, and is it said what to do?"""
    alone = [Student("nora", "Nora Quist", moodle="17"), Student("omar", "Omar Pell", moodle="18")]
    names = ("Red team_17_assignsubmission_file/x.ipynb", "Blue team_18_assignsubmission_file/x.ipynb")
    found = find(tmp_path, *names, roster=Roster(alone))
    assert found.submissions == [] and all("groups" in one.reason for one in found.review) and len(found.review) == 2


TIMES = [
    ("Tuesday, 3 November 2026, 10:15 PM", "2026-11-03T22:15:00"),
    ("Dienstag, 3. November 2026, 10:15", "2026-11-03T10:15:00"),
    ("mardi 3 août 2026, 10:15", "2026-08-03T10:15:00"),
    ("martes, 3 de diciembre de 2026, 09:05", "2026-12-03T09:05:00"),
    ("wtorek, 3 października 2026, 10:15", "2026-10-03T10:15:00"),
    ("3 Nov 2026 12.15 AM", "2026-11-03T00:15:00"),
    ("Nov 3, 2026 1015 AM", "2026-11-03T10:15:00"),
    ("2026-11-03 10:15:30", "2026-11-03T10:15:30"),
    ("03.11.2026 10:15", "2026-11-03T10:15:00"),
    ("3/11/2026 10:15", ""),  # March or November?
    ("30 February 2026, 10:15", ""),
    ("0001-01-01 00:00:00", ""),  # forged: such a time would be early or late forever
    ("3 Nov 9999 10.15 AM", ""),
    ("-", ""),
]


@pytest.mark.parametrize(("text", "moment"), TIMES)
def test_moments(text, moment):
    """Is a time read in the forms of the platforms, and left open if it isn't clear?"""
    assert moments.iso_in(text) == moment


def test_times_of_the_platforms(tmp_path):
    """Is the time that a platform tells kept, with what says so, and its mark of lateness?"""
    listed = Student("nora", "Nora Quist", moodle="17", canvas="21", handed_in="2026-11-03T10:15:00")
    cases = {
        ("Nora Quist_17_assignsubmission_file_/x.ipynb", "O_1_assignsubmission_file_/x.ipynb"): (
            "2026-11-03T10:15:00", "Moodle", False),
        ("quistnora_LATE_21_7_x.ipynb", "p_1_2_x.ipynb"): ("", "Canvas", True),
        ("quistnora_21_7_x.ipynb", "p_LATE_1_2_x.ipynb"): ("", "Canvas", False),
        ("12-3 - Nora Quist - 3 Nov 2026 10.15 AM/x.ipynb",): ("2026-11-03T10:15:00", "Brightspace", False),
        ("HW_nora_attempt_2026-11-03-10-15-00_x.ipynb",): ("2026-11-03T10:15:00", "Blackboard", False),
        ("Nora Quist_99_assignsubmission_file_/x.ipynb",): ("", "", False),  # another assignment's worksheet
    }  # fmt: skip
    for names, expected in cases.items():
        (one,) = find(tmp_path, *names, roster=Roster([listed])).submissions
        assert (one.handed_in, one.handed_in_source, one.late) == expected, names


def test_nbgraders_time(tmp_path):
    """Is nbgrader's own file read, with its zone?"""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("submitted/ada/ps1/x.ipynb", "{}")
        archive.writestr("submitted/ada/ps1/timestamp.txt", "2026-11-03 10:15:00.123456 UTC\n")
    (one,) = submissions.find([path]).submissions
    assert (one.handed_in, one.handed_in_source) == ("2026-11-03T10:15:00+00:00", "nbgrader")
    assert one.assignment == "class.zip/ps1"


@pytest.mark.parametrize(
    "text", ["0001-01-01 00:00:00 UTC", "9999-12-31 23:59:59 Etc/GMT+12", "1970-01-01 00:00:00 UTC"]
)
def test_a_time_that_cannot_be(text):
    """Is a time in nbgrader's file that nobody can have handed in at taken for none?"""
    assert moments.iso_of_nbgrader(text) == "" != moments.iso_of_nbgrader(text.replace(text[:4], "2026"))


@pytest.mark.parametrize(("hours", "source"), [((10, 10), ""), ((8, 10), "file")])
def test_a_files_own_time(tmp_path, hours, source):
    """Is a file's own time used where people made the zip, unless all are of one hour, that of the download?"""
    times = [(2026, 11, 3, hour, 15, 0) for hour in hours]
    found = find(tmp_path, "ada/x.ipynb", "bob/x.ipynb", times=times)
    assert {one.handed_in_source for one in found.submissions} == {source}
    moodle = ("Ada_1_assignsubmission_file_/x.ipynb", "Bob_2_assignsubmission_file_/x.ipynb")
    assert {one.handed_in_source for one in find(tmp_path, *moodle, times=times).submissions} == {""}


def test_who_handed_in_no_notebook(tmp_path):
    """Is everyone named who handed in something else, with what it is, and is what is nobody's listed?"""
    ada = "Ada_1_assignsubmission_file_"
    names = (f"{ada}/x.ipynb", "Gus_2_assignsubmission_file_/.ipynb_checkpoints/x.ipynb",
             "Hal_3_assignsubmission_onlinetext_/onlinetext.html", "Ida_4_assignsubmission_file_/x.pdf",
             "Jon_5_assignsubmission_file_/", "list.csv")  # fmt: skip
    found = find(tmp_path, *names)
    assert [(one.name, one.reason.partition("found ")[2]) for one in found.nothing] == [
        ("Gus", ".ipynb_checkpoints."),
        ("Hal", "a text typed into Moodle."),
        ("Ida", "x.pdf."),
        ("Jon", "an empty folder."),
    ]
    assert [one.location for one in found.left_out] == ["class.zip: list.csv"] and found.review == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "No notebook was found in .*: expected files whose names end in .ipynb.$"),
        (("ada/x.pdf", "bob/y.pdf"), "No notebook was found in .* 2 students handed in something else"),
        (("x.ipynb",), "Nothing in .* can be graded. class.zip: x.ipynb: Its name may or may not"),
    ],
)
def test_why_there_is_none(tmp_path, names, said):
    """Is “No notebook was found” only said if there was none?"""
    path = zipped(tmp_path / "class.zip", *names)
    found = submissions.find([path])
    assert found.submissions == []
    with pytest.raises(UserError, match=said):
        raise UserError(found.why_none([path]))


def handed_in(*pairs, assignment="hw.zip"):
    return [(Submission(student, student, student, "", assignment=assignment), lesson) for student, lesson in pairs]


def test_the_lesson_that_is_due():
    """Is a lesson due that most handed in, and is a student who handed in another one named?"""
    many = [(f"s{number}", "01_a") for number in range(9)]
    lessons, review = due.due(handed_in(*many, ("eve", "02_b"), ("s1", "02_b")))
    assert lessons == ["01_a"] and [one.location for one in review] == ["eve"]
    assert "It answers 02_b, but hw.zip is for 01_a, as 9 students handed in" in review[0].reason
    lessons, review = due.due(handed_in(*many), asked=("02_b",))
    assert lessons == ["02_b"] and len(review) == 9 and "as asked" in review[0].reason
    both = handed_in(("a", "01_a"), ("a", "02_b"), ("b", "01_a"), ("b", "02_b"), ("c", "01_a"))
    assert due.due(both) == (["01_a", "02_b"], [])
    assert due.due([]) == ([], [])


def test_lessons_are_asked_for_by_number():
    """Does “1” mean 01_a, and is a lesson that isn't there a sentence?"""
    assert due.named(["1", "02", "01_a"], ["01_a", "02_b"]) == ("01_a", "02_b")
    with pytest.raises(UserError, match="no lesson '3'. Expected one of 01_a, 02_b"):
        due.named(["3"], ["01_a", "02_b"])
