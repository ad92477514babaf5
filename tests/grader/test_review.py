"""The review: is each decision kept, is everything that waits found, and does no other page or machine get in?"""

import http.client
import json
import threading
from urllib.parse import urlencode, urlsplit

import pytest
from in_process import cells, grade, hand_in, rows
from parsed import ALLOWED, Parsed

from activation_lab_tools.cli import main
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import course_folder
from activation_lab_tools.grader.review import pages
from activation_lab_tools.grader.review.desk import Desk
from activation_lab_tools.grader.review.script import SCRIPT
from activation_lab_tools.grader.review.server import ReviewServer

PACK = '''"""exam: one exercise and two answers in prose."""

import numpy as np
from activation_lab.exercises import Exercise, Written

def double(z):
    return 2 * z

DOUBLE = Exercise(double, prompt="…", points=3, hints=(), mistakes={},
    cases=lambda rng: {"a row": (rng.normal(size=5),)})
RUBRIC = {"names": (2, "Names <it>."), "example": (1, "Gives an example."), "vague": (-1, "Vague.")}
WHY = Written("why", "Why *is* it a function?", RUBRIC, 4)
HOW = Written("how", "How?", {}, 2)
'''
SCRIPTED = "<script>alert(1)</script></textarea>"
ANSWERS = {
    "ada": ("2 * z", "It has no state.", "So."),
    "ben": ("3 * z", SCRIPTED, ""),
    "cyd": ("z", "Because.", "Thus."),
}


def prose(name, said):
    return {"cell_type": "markdown", "source": f"**{name}** — {said}", "metadata": {}}


def work(double, why, how):
    document = json.loads(cells(f"def double(z):\n    return {double}"))
    document["cells"] += [prose("why", why), prose("how", how)]
    return json.dumps(document).encode()


@pytest.fixture
def out(tmp_path, monkeypatch):
    """A course's folder with three submissions, one of them wrong, and five answers in prose to be marked."""
    (tmp_path / "exam.py").write_text(PACK)
    found = hand_in(tmp_path / "class", {name: work(*each) for name, each in ANSWERS.items()})
    grade(monkeypatch, tmp_path / "out", found, exercises=tmp_path / "exam.py")
    return tmp_path / "out"


@pytest.fixture
def desk(out):
    with course_folder.opened(out, "review") as store:
        yield Desk(store, out, "Grace")


class Visitor:
    """Asks a server as a browser would."""

    def __init__(self, server):
        self.server = server

    def ask(self, path="", body=None, method=None, kind="application/json", **headers):
        """(status, headers, text) of the answer; header names with "_" for "-"; None leaves one out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=30)
        given = {"Host": self.server.hosts[0], "Content-Type": kind if body is not None else None, **headers}
        whole = path if path.startswith(("/", "*", "http:")) else f"{urlsplit(self.server.url).path}{path}"
        connection.putrequest(method or ("GET" if body is None else "POST"), whole, skip_host=True)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        for name, value in (given | ({"Content-Length": str(len(data))} if data is not None else {})).items():
            if value is not None:
                connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(data)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.headers), text

    def page(self, path):
        status, _, text = self.ask(path)
        assert status == 200, text
        return text

    def save(self, exercise, number, **decision):
        whole = {"points": "", "named": [], "comment": "", "excused": False} | decision
        return self.ask("save", {"lesson": "exam", "exercise": exercise, "number": number, "decision": whole})


@pytest.fixture
def visitor(desk):
    with ReviewServer(desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Visitor(server)
        server.shutdown()
        thread.join()


def answers(exercise, **query):
    return "answers?" + urlencode({"lesson": "exam", "exercise": exercise} | query)


def overrides(out):
    return {(row["student"], row["exercise"]): row for row in rows(out / "overrides.csv")}


def test_pages(visitor):
    """Can the pages fetch nothing else, run one script, and is what a student wrote shown as it is?"""
    for path in ("", answers("why"), answers("double")):
        text = visitor.page(path)
        page = Parsed(text)
        assert page.tags() <= ALLOWED | {"script", "input", "textarea", "label", "kbd"}
        assert page.texts("script") == [SCRIPT]
        (policy,) = (given["content"] for _, given, _ in page.elements if "http-equiv" in given)
        assert policy.startswith("default-src 'none'") and policy.endswith("connect-src 'self'")
        assert "unsafe" not in policy
    page = Parsed(visitor.page(answers("why")))
    assert SCRIPTED in page.texts("pre") and len(page.texts("section")) == 3
    assert page.texts("p")[1] == "Why *is* it a function?"


def test_what_waits(visitor):
    """Does the list say how many answers wait, and does “next” lead from one to the next, around, and to the list?"""
    cells = [row for row in _table(visitor.page("")) if len(row) == 4]
    assert cells == [
        ["doubleexam", "3", "0", "0"],
        ["whyexam", "3", "3", "0"],
        ["howexam", "3", "2", "0"],
    ]

    def following(exercise, after):
        status, headers, _ = visitor.ask("next?" + urlencode({"lesson": "exam", "exercise": exercise, "after": after}))
        assert status == 303
        return headers["Location"]

    assert following("double", -1).endswith("exercise=why&show=all&from=0#answer-0")
    assert following("why", 0).endswith("exercise=why&show=all&from=0#answer-1")
    assert following("why", 2).endswith("exercise=how&show=all&from=0#answer-0")
    assert following("how", 1).endswith("exercise=why&show=all&from=0#answer-0")
    for exercise, number in [("why", 0), ("why", 1), ("why", 2), ("how", 0), ("how", 1)]:
        assert visitor.save(exercise, number, points="1")[0] == 200
    assert following("how", 1) == "./" and "Nothing waits." in visitor.page("")


def test_a_decision(visitor, out):
    """Is it in overrides.csv at once, shown after a reload, and gone when it is taken back?"""
    comment = 'Line one\n"quoted"; [not-an-item]\n</textarea><b>'
    status, _, text = visitor.save("why", 0, named=["names", "example"], comment=comment)
    assert status == 200 and json.loads(text) == {"told": "3 of 4 points, by Grace", "waits": False}
    row = overrides(out)["ada", "why"]
    assert (row["lesson"], row["points"], row["by"]) == ("exam", "", "Grace")
    assert row["comment"] == f"[names]\n[example]\n{comment}"
    page = Parsed(visitor.page(answers("why", show="decided")))
    assert page.texts("textarea") == ["\n" + comment]
    boxes = [given for tag, given, _ in page.elements if given.get("name") == "named"]
    assert [("checked" in box) for box in boxes] == [True, True, False]
    assert "3 of 4 points, by Grace" in page.texts("p")
    assert json.loads(visitor.save("why", 0, named=["names", "vague"])[2])["told"].startswith("1 of 4")
    assert json.loads(visitor.save("why", 0, named=["vague"])[2])["told"].startswith("0 of 4")
    assert json.loads(visitor.save("why", 0)[2]) == {"told": "to mark, of 4 points", "waits": True}
    assert overrides(out) == {}


def test_whose_is_what_the_browser_keeps(visitor, desk):
    """Is what the server hasn't confirmed kept under the student, whatever number a later review gives the answer?"""

    def keys():
        page = Parsed(visitor.page(answers("why")))
        return [given["data-key"] for tag, given, _ in page.elements if "data-key" in given]

    before = keys()
    desk.entries["exam", "why"].reverse()
    assert keys() == before[::-1] and len(set(before)) == len(before) > 1
    (kept_as,) = [line for line in SCRIPT.splitlines() if line.startswith("const key = ")]
    assert "dataset.key" in kept_as and "dataset.number" not in kept_as


def test_an_exercises_mark(visitor, out):
    """Are wrong answers first, with code and the grader's mark, and can points be overridden in the same way?"""
    page = Parsed(visitor.page(answers("double")))
    assert [text for text in page.texts("p") if "points" in text][:3] == [
        "0 of 3 points, by the grader",
        "0 of 3 points, by the grader",
        "3 of 3 points, by the grader",
    ]
    assert page.texts("pre")[0] == "def double(z):\n    return 3 * z"
    assert len(Parsed(visitor.page(answers("double", show="failed"))).texts("section")) == 2
    assert json.loads(visitor.save("double", 0, points="1,5")[2])["told"] == "1.5 of 3 points, by Grace"
    assert overrides(out)["ben", "double"]["points"] == "1,5"
    assert json.loads(visitor.save("double", 0, excused=True)[2])["told"] == "excused"


def test_points_that_cannot_be(visitor, out):
    """Is a sentence shown for points that can't be used, and nothing written?"""
    status, _, text = visitor.save("why", 0, points="five")
    assert status == 422 and "expected a number" in text
    assert visitor.save("why", 0, points="9")[0] == 422 and visitor.save("why", 0, points="9 extra")[0] == 200
    assert [row["points"] for row in overrides(out).values()] == ["9 extra"]


def test_two_graders(visitor, out, tmp_path):
    """Is a conflict shown with both decisions, until one is saved?"""
    visitor.save("why", 0, points="1", comment="Thin.")
    text = (out / "overrides.csv").read_text(encoding="utf-8-sig")
    (out / "overrides.csv").write_text(f"{text}ada,exam,why,3,Good.,,Ben,2000-01-01\n", encoding="utf-8")
    page = Parsed(visitor.page(answers("why")))
    assert page.texts("strong") == ["Graders disagree."]
    assert "Ben 2000-01-01: 3 points; Good." in page.texts("li")
    visitor.save("why", 0, points="2")
    assert not Parsed(visitor.page(answers("why"))).texts("strong")
    assert [row["points"] for row in rows(out / "overrides.csv")] == ["2"]


HARMFUL = {
    "another token": {"path": "/wrong/"},
    "no token": {"path": "/"},
    "not even a path": {"path": "*"},
    "not even an address": {"path": "http://[/"},
    "rebound name": {"Host": "evil.example:80"},
    "no name": {"Host": None},
    "another port": {"Host": "127.0.0.1:1"},
}


@pytest.mark.parametrize("asked", HARMFUL.values(), ids=HARMFUL)
def test_who_does_not_get_in(visitor, asked):
    """Is nothing told to who doesn't know the token, or comes under another name?"""
    assert asked.get("path") is not None or visitor.ask("")[0] == 200
    status, headers, text = visitor.ask(**{"path": ""} | asked)
    assert status == 403 and "exam" not in text


FORGED = {
    "another site": {"Origin": "https://evil.example"},
    "no site": {"Origin": "null"},
    "a form": {"kind": "text/plain"},
    "another form": {"kind": "application/x-www-form-urlencoded"},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED)
def test_what_another_site_cannot_save(visitor, out, how):
    """Is nothing saved for a form of another site, even if it knew the token?"""
    decision = {"points": "4", "named": [], "comment": "", "excused": False}
    body = {"lesson": "exam", "exercise": "why", "number": 0, "decision": decision}
    assert visitor.ask("save", body, **how)[0] in (403, 404)
    assert not (out / "overrides.csv").exists() and visitor.ask("save", body)[0] == 200


WRONG = {
    "not JSON": (b"{", 400),
    "a list": (b"[]", 400),
    "deep": (b"[" * 90_000, 400),
    "large": (b" " * 200_000, 413),
    "empty": (b"", 413),
    "no exercise": ({"lesson": "exam", "exercise": "x", "number": 0, "decision": {}}, 400),
    "a number for a text": (
        {"lesson": "exam", "exercise": "why", "number": 0,
         "decision": {"points": 1, "named": [], "comment": "", "excused": False}}, 400),
    "an unknown answer": (
        {"lesson": "exam", "exercise": "why", "number": 3,
         "decision": {"points": "1", "named": [], "comment": "", "excused": False}}, 404),
    "a list for a name": (
        {"lesson": ["exam"], "exercise": "why", "number": 0,
         "decision": {"points": "1", "named": [], "comment": "", "excused": False}}, 404),
}  # fmt: skip


@pytest.mark.parametrize(("body", "status"), WRONG.values(), ids=WRONG)
def test_what_is_no_decision(visitor, out, body, status):
    """Is anything else refused, and nothing written?"""
    assert visitor.ask("save", body)[0] == status
    assert not (out / "overrides.csv").exists()


def test_pages_that_are_not(visitor):
    """Is an address that leads nowhere refused, and a page number that is none taken for the first?"""
    for path in ("secret", "../secret", "answers", "answers?lesson=exam&exercise=x", "next?lesson=x"):
        assert visitor.ask(path)[0] == 404, path
    assert "answer-0" in visitor.page(answers("why", **{"from": "-5"}))
    assert visitor.ask("save", method="GET")[0] == 404
    assert visitor.ask("", method="DELETE")[0] == 501


def test_headers(visitor):
    """Is nothing cached, framed or referred?"""
    _, headers, _ = visitor.ask("")
    assert headers["Cache-Control"] == "no-store" and headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer" and "Access-Control-Allow-Origin" not in headers
    assert visitor.server.server_address[0] == "127.0.0.1"


def test_many_answers(desk, monkeypatch):
    """Are answers shown page by page, and does “next” lead to the page of an answer?"""
    monkeypatch.setattr(pages, "PAGE", 2)
    first = Parsed(pages.answers(desk, "exam", "why", {}))
    second = Parsed(pages.answers(desk, "exam", "why", {"from": "2"}))
    assert [len(page.texts("section")) for page in (first, second)] == [2, 1]
    assert "Next page" in first.texts("a") and "Page before" in second.texts("a")
    assert pages.address_of(desk, ("exam", "why", 2)).endswith("from=2#answer-2")


def test_the_command(out, monkeypatch, capsys):
    """Does the command serve until Control-C, then draw what was decided, and say so if the port is taken?"""

    def stopped(server, *_):
        server.desk.decide("exam", "why", 0, {"points": "4", "named": [], "comment": "Fine.", "excused": False})
        raise KeyboardInterrupt

    monkeypatch.setattr(ReviewServer, "serve_forever", stopped)
    main(["review", "--out", str(out), "--by", "Ada"])
    told = capsys.readouterr().out
    assert "http://127.0.0.1:" in told and "1 grade changed." in told
    row = next(row for row in rows(out / "exercises.csv") if (row["student"], row["exercise"]) == ("ada", "why"))
    assert (row["score"], row["comment"]) == ("4", "Fine.")
    assert "Fine." in (out / "feedback" / "ada" / "exam.html").read_text(encoding="utf-8")
    with course_folder.opened(out, "review") as store, ReviewServer(Desk(store, out, "")) as taken:
        monkeypatch.undo()
        for port in (taken.server_port, 70_000):
            with pytest.raises(UserError, match=f"Port {port} can't be used"):
                ReviewServer(taken.desk, port)


def _table(text):
    rows, page = [], Parsed(text)
    for tag, _, pieces in page.elements:
        if tag == "tr":
            rows.append([])
        elif tag == "td":
            rows[-1].append("".join(pieces))
    return [row for row in rows if row]
