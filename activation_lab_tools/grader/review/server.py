"""A web server for this machine alone, which asks for a token in every address."""

import hmac
import http.server
import json
import secrets
import socket
import sys
import threading
import traceback
from urllib.parse import parse_qsl, urlsplit

from ...errors import UserError
from . import pages

TOKEN_BYTES = 24
LARGEST = 100_000  # bytes that a request may have
PATIENCE = 30  # seconds that a connection may idle
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # so that no other page can put this one under a mouse
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


class ReviewServer(http.server.ThreadingHTTPServer):
    """Serves a Desk at `url`. Browsers keep idle connections, so there are threads; one at a time does something.

    Args:
        desk: a Desk.
        port: 0 for any that is free.
    """

    daemon_threads = True

    def __init__(self, desk, port=0):
        self.desk, self.token, self.turn = desk, secrets.token_urlsafe(TOKEN_BYTES), threading.Lock()
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            raise UserError(f"Port {port} can't be used ({error}). Choose another with --port.") from None

    def server_bind(self):
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address  # HTTPServer's own asks the network for a name

    @property
    def hosts(self):
        return tuple(f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost"))

    @property
    def url(self):
        return f"http://{self.hosts[0]}/{self.token}/"


class _Refused(Exception):
    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version, sys_version = "activation-lab", ""

    def do_GET(self):
        self._answer(self._page)

    def do_POST(self):
        self._answer(self._save)

    def _answer(self, work):
        try:
            with self.server.turn:
                self._send(*work(self._path()))
        except _Refused as refused:
            self._send(refused.status, "text/plain", str(refused))
        except UserError as error:
            self._send(422, "text/plain", str(error))
        except OSError:  # the browser has gone
            self.close_connection = True
        except Exception:
            traceback.print_exc(file=sys.stderr)
            self._send(500, "text/plain", "This failed; the terminal says how. What was saved before is kept.")

    def _path(self):
        """Return the path after the token; refuse requests without the token or under another host name.

        A page of another site that knows the port reaches it under its own name (DNS rebinding), or without the token.
        """
        if self.headers.get("Host") not in self.server.hosts:
            raise _Refused(403, "This address is not served.")
        try:
            parts = urlsplit(self.path)
        except ValueError:  # such as http://[/
            raise _Refused(403, "This address is not served.") from None
        token, _, path = parts.path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            raise _Refused(403, "The token is missing or wrong: open the address that the terminal shows.")
        return path, dict(parse_qsl(parts.query))

    def _page(self, address):
        path, query = address
        desk = self.server.desk
        if path == "":
            return 200, "text/html", pages.index(desk)
        if path == "answers":
            return 200, "text/html", pages.answers(desk, *_about(desk, query), query)
        if path == "next":
            lesson, name = _about(desk, query)
            found = desk.next_waiting(lesson, name, _number(query.get("after", "-1")))
            return 303, "text/plain", "", pages.address_of(desk, found)
        raise _Refused(404, "There is no such page.")

    def _save(self, address):
        path, _ = address
        origin = self.headers.get("Origin")
        if origin is not None and origin not in [f"http://{host}" for host in self.server.hosts]:
            raise _Refused(403, "Another site may not save here.")
        if path != "save" or self.headers.get_content_type() != "application/json":
            raise _Refused(404, "There is no such page.")
        length = _number(self.headers.get("Content-Length", "-1"))
        if not 0 < length <= LARGEST:
            raise _Refused(413, f"Expected at most {LARGEST:,} bytes.")
        try:
            given = json.loads(self.rfile.read(length))
            about = {key: given[key] for key in ("lesson", "exercise")}
            number, decision = given["number"], _decision(given["decision"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise _Refused(400, "Expected a decision as JSON.") from None
        lesson, name = _about(self.server.desk, about)
        if type(number) is not int or not 0 <= number < len(self.server.desk.entries[lesson, name]):
            raise _Refused(404, "There is no such answer.")
        card = self.server.desk.decide(lesson, name, number, decision)
        return 200, "application/json", json.dumps({"told": pages.told(card), "waits": card.waits})

    def _send(self, status, kind, text, location=None):
        body = text.encode(errors="backslashreplace")
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing: the token is in every address."""


def _about(desk, query):
    about = str(query.get("lesson")), str(query.get("exercise"))
    if about not in desk.entries:
        raise _Refused(404, "There is no such exercise.")
    return about


def _number(text):
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 10 else -1


def _decision(given):
    decision = {
        "points": given["points"],
        "named": list(given["named"]),
        "comment": given["comment"],
        "excused": given["excused"],
    }
    texts = [decision["points"], decision["comment"], *decision["named"]]
    if not all(isinstance(text, str) for text in texts) or type(decision["excused"]) is not bool:
        raise TypeError
    return decision
