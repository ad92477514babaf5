"""Classes with names of every kind, written as each platform writes them: does anybody get another's notebook?"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activation_lab_tools.grader.finding import submissions
from activation_lab_tools.grader.finding.matching import Roster, Student
from activation_lab_tools.grader.finding.roster import RosterTable
from activation_lab_tools.grader.pages import uploads
from activation_lab_tools.grader.pages.upload_forms import UploadForms

FIRST_NUMBER = 11  # of users; groups and files have numbers from the same few
FILES = (
    "01_dense_forward.ipynb", "x_12_13_y.ipynb", "Bob Stone - 7.ipynb", "a_attempt_2026-11-03-10-15-00_b.ipynb",
    "LATE_anon_x_11_2.ipynb", "Ada Lovelace_11_assignsubmission_file_x.ipynb", "bobstone_12_1_x.ipynb",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    login: str
    number: int
    file: str

    @property
    def full(self):
        return f"{self.first} {self.last}"


# What each platform writes, after its own code (see the module of that platform)


def moodle_name(text):
    """Moodle's clean_filename of a name: blanks for "_", and none of what file systems don't allow."""
    return re.sub(r"[\0-\x1f&<>\"`|':\\/]", "", text.replace("_", " ")).strip(". ")


def moodle(people, groups):
    return {f"{moodle_name(p.full)}_{p.number}_assignsubmission_file_/{p.file}": {p} for p in people}


def moodle_flat(people, groups):
    return {f"{moodle_name(p.full)}_{p.number}_assignsubmission_file_{p.file}": {p} for p in people}


def moodle_old_teams(people, groups):
    """A folder for each member, with the group's name before theirs."""
    return {
        f"{moodle_name(f'{group}-{p.full}')}_{p.number}_assignsubmission_file_/{p.file}": {p}
        for group, members in groups.items()
        for p in members
    }


def moodle_teams(people, groups):
    """A folder for each group, with the group's number."""
    return {
        f"{moodle_name(group)}_{FIRST_NUMBER + at}_assignsubmission_file_/{members[0].file}": {*members}
        for at, (group, members) in enumerate(groups.items())
    }


def canvas_name(text):
    """Canvas's sanitize_user_name and sanitize_file_name."""
    text = re.sub(r"_(\d+)_", r"\1", text).lower()
    return "".join(each for each in text if unicodedata.category(each)[0] in "LMN" or each == "_")


def canvas(people, groups):
    late = {0: "", 1: "_LATE"}
    return {
        f"{canvas_name(f'{p.last}, {p.first}')}{late[p.number % 2]}_{p.number}_{p.number + 1}_{p.file}": {p}
        for p in people
    }


def canvas_groups(people, groups):
    return {
        f"{canvas_name(group)}_{members[0].number}_{FIRST_NUMBER + at}_{members[0].file}": {*members}
        for at, (group, members) in enumerate(groups.items())
    }


def canvas_anonymous(people, groups):
    """The number is the file's, and there is nobody whose it certainly is."""
    return {f"{'LATE_' * (p.number % 2)}anon_{p.number}x_{p.number}_{p.file}": set() for p in people}


def brightspace(people, groups):
    return {f"{p.number}-12 - {p.full} - 3 Nov 2026 10.15 AM/{p.file}": {p} for p in people}


def blackboard(people, groups):
    files = {f"Home_work 1_{p.login}_attempt_2026-11-03-10-15-00_{p.file}": {p} for p in people}
    return files | {f"Home_work 1_{p.login}_attempt_2026-11-03-10-15-00.txt": set() for p in people}


def google_classroom(people, groups):
    return {f"{p.full} - {p.file}": {p} for p in people}


def github_classroom(people, groups):
    files = {f"homework-1-{p.login}/lessons/{p.file}": {p} for p in people}
    return files | {f"homework-1-{p.login}/.git/config": set() for p in people}


def ilias_name(text):
    text = text.replace("ä", "ae").replace("ü", "ue").replace("ß", "ss")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def ilias(people, groups):
    return {ilias_name(f"{p.last}_{p.first}_{p.login}_{p.number}") + f"/{p.file}": {p} for p in people}


def nbgrader(people, groups):
    return {f"submitted/{p.login}/ps1/{p.file}": {p} for p in people}


def folders(people, groups):
    return {f"{p.full}/{p.file}": {p} for p in people}


def files(people, groups):
    return {f"{p.full}.ipynb": {p} for p in people}


PLATFORMS = (moodle, moodle_flat, moodle_old_teams, moodle_teams, canvas, canvas_groups, canvas_anonymous, brightspace,
             blackboard, google_classroom, github_classroom, ilias, nbgrader, folders, files)  # fmt: skip

USUAL = ["Ada", "Bob", "Lovelace", "Stone", "ä", "Jäger", "ß", "O'Neil", "李", "हिन्दी", "_", "-", ", ", " ", "11",
         "12_13", "_11_", "LATE", "_LATE", "Group", "Red team"]  # fmt: skip
# One student may choose a name that looks like another platform's, or another's.
HOSTILE = ["_-12_-13_", "anon_x_11_", "anon", " - ", "3 Nov 2026", "_attempt_2026-11-03-10-15-00_", "assignsubmission",
           "_11_assignsubmission_file_", "submitted", ".git"]  # fmt: skip


def names(pieces):
    joined = st.lists(st.sampled_from(pieces), min_size=1, max_size=3).map("".join).map(str.strip)
    return joined.filter(lambda name: name.strip("._ -,") and not name.startswith("."))


LOGINS = st.lists(st.sampled_from(["ada", "bob", "_", "-", "1", "11"]), min_size=1, max_size=3).map("".join)


@st.composite
def classes(draw):
    """(people, {group's name: its members}), each in one group."""
    logins = draw(st.lists(LOGINS.filter(lambda text: text.strip("_-")), min_size=3, max_size=6, unique=True))
    people = []
    for number, login in enumerate(logins, FIRST_NUMBER):
        name = names(USUAL if people else USUAL + HOSTILE)
        people.append(Person(draw(name), draw(name), login, number, draw(st.sampled_from(FILES))))
    called = draw(st.lists(st.one_of(names(USUAL), st.sampled_from([p.full for p in people])), min_size=1, max_size=3))
    called = list(dict.fromkeys(unicodedata.normalize("NFC", name) for name in called))
    return people, {name: people[at :: len(called)] for at, name in enumerate(called)}


def roster_of(people, groups):
    group_of = {p: group for group, members in groups.items() for p in members}
    return Roster(
        Student(p.login, p.full, f"{p.login}@x.edu", str(p.number), str(p.number), group_of[p]) for p in people
    )


def forms_of(people):
    """The roster as the files that Moodle and Canvas give."""
    rows = {p.login: (f"Participant {p.number}", p.full) for p in people}
    worksheet = RosterTable("", "moodle", ("Identifier", "Full name"), rows, {"moodle": 0, "name": 1})
    rows = {p.login: (f"{p.last}, {p.first}", str(p.number)) for p in people}
    return UploadForms((worksheet,), RosterTable("", "canvas", ("Student", "ID"), rows, {"name": 0, "canvas": 1}))


@settings(max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people_and_groups=classes(), around=st.sampled_from(["", "class/"]))
def test_nobody_gets_anothers(tmp_path, people_and_groups, around):
    """Does each notebook go to those whose it is, or to review, and is every file accounted for, on each platform?"""
    for written in PLATFORMS:
        nobody_gets_anothers(tmp_path / "class.zip", written, around, *people_and_groups)


def nobody_gets_anothers(path, written, around, people, groups):
    """Fails unless that is so of one class as one platform writes it."""
    owners = {around + path: who for path, who in written(people, groups).items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name in owners:
            archive.writestr(name, name)
    for roster in (roster_of(people, groups), None):
        found = submissions.find([path], roster)
        whose = {f"class.zip: {unicodedata.normalize('NFC', name)}": who for name, who in owners.items()}
        told = {one.location for listed in vars(found).values() for one in listed}
        for one in found.submissions:
            who = whose[unicodedata.normalize("NFC", one.location)]
            if roster:
                assert one.student in {p.login for p in who}, (written, one, who)
            # what would be written into an upload, also if the roster comes after grading
            numbers = {uploads.number_on(platform, one, forms_of(people)) for platform in ("moodle", "canvas")}
            assert numbers - {""} <= {str(p.number) for p in who}, (written, one)
        notebooks = {place for place in whose if place.endswith(".ipynb") and "/.git/" not in place}
        unmentioned = notebooks - {unicodedata.normalize("NFC", place) for place in told}
        assert not unmentioned, (written, unmentioned)


@pytest.mark.parametrize("written", PLATFORMS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("around", ["", "class/"])
def test_an_ordinary_class(tmp_path, written, around):
    """Is everyone found in a class with usual names, so that “nobody gets another's” isn't kept by finding nobody?"""
    names = [("Ada", "Lovelace", "ada_l"), ("Bob", "Stone", "bstone"), ("Jürgen", "Jäger", "jj"), ("Kim", "Lee", "kim")]
    people = [Person(*each, FIRST_NUMBER + at, "01_dense_forward.ipynb") for at, each in enumerate(names)]
    groups = {"Red team": people[:2], "Blue_team 2": people[2:]}
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in written(people, groups):
            archive.writestr(around + name, "{}")
    found = submissions.find([path], roster_of(people, groups))
    if written is canvas_anonymous:
        assert len(found.review) == 4 and all("Canvas hid the names" in one.reason for one in found.review)
    elif written is files and around:  # could be one student's folder
        assert len(found.review) + len(found.submissions) >= 1
    else:
        assert sorted(one.student for one in found.submissions) == ["ada_l", "bstone", "jj", "kim"], found
        assert found.review == []
