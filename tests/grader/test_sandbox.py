"""What can code in a sandboxed child see, do and leave behind?"""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from activation_lab.checking.limit import WALL
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.sandbox import bubblewrap, seccomp, wire
from activation_lab_tools.grader.sandbox.client import ForkServer, SandboxError

pytestmark = pytest.mark.usefixtures("sandboxed")
ROOT = Path(__file__).parents[2]
EXIT = {"x86_64": 60, "aarch64": 93}.get(platform.machine())  # ends one thread, not the process
filtered = pytest.mark.skipif(
    platform.machine() not in seccomp.CALLS, reason="the seccomp filter knows the call numbers of x86-64 and ARM64 only"
)
RELU = "import numpy as np\ndef relu(z):\n    return np.maximum(z, 0)\n"


@pytest.fixture(scope="module")
def server(sandboxed):
    with ForkServer() as server:
        yield server


def run(server, program, seconds=5.0, name="relu", arguments=None):
    """(the last reply, how the child ended) of an answer to one case; None for a reply that did not come."""
    session, killed = server.session(seconds), False
    deadline, reply = time.monotonic() + WALL * seconds, None
    request = {"kind": "answer", "exercise": name, "program": program, "harness": "activation_lab.harness:call"}
    request["taken_out"] = ["activation_lab.by_hand.activations:relu"]
    try:
        if session.ask(request | {"needed": ()}, deadline) is not None:
            reply = session.ask(arguments or (np.array([-1.0, 2.0]),), deadline)
    except (TimeoutError, wire.WireError) as error:
        reply, killed = error, True
    session.end(killed)
    return reply, session.ended


def value(server, body):
    """What an answer with this body returns: Python's literals."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    reply, ended = run(server, f"import os, sys, socket\ndef relu(z):\n{lines}")
    assert not ended and reply["error"] is None, (ended, reply)
    return reply["value"]


def still_well(server):
    reply, ended = run(server, RELU)
    return not ended and reply["value"].tolist() == [0, 2]


def test_right_answer(server):
    """Does a right answer's value come back?"""
    assert still_well(server)


def test_files(server):
    """Are the package's files, the solutions and the tests invisible to an answer?"""
    lab, tools = bubblewrap.PACKAGES
    places = [lab / "by_hand", lab / "exercises", tools / "grader", lab.parent / "solutions", Path(__file__).parent]
    assert value(server, f"return [os.path.exists(p) for p in {list(map(str, places))!r}]") == [False] * len(places)
    assert [value(server, f"return os.listdir({str(own)!r})") for own in bubblewrap.PACKAGES] == [[], []]


def test_processes(server):
    """Does an answer see only its own process?"""
    assert value(server, "return [p for p in os.listdir('/proc') if p.isdigit()]") == ["1"]


def test_scratch(server):
    """Is there one folder to write to, and is it empty?"""
    body = """
found = []
for top, folders, files in os.walk("/"):
    if top.startswith(("/proc", "/sys")):
        continue
    try:
        open(os.path.join(top, "written"), "w").close()
        found.append(top)
    except OSError:
        pass
return found"""
    assert value(server, body) == [bubblewrap.SCRATCH]
    assert value(server, "return os.listdir('.')") == []


def test_network(server):
    """Is every connection refused?"""
    with socketserver() as port:
        body = f"""
reached = []
for place in [("127.0.0.1", {port}), ("192.0.2.1", 80)]:
    try:
        socket.create_connection(place, timeout=0.5)
        reached.append(place)
    except OSError:
        pass
return reached"""
        assert value(server, body) == []


def test_rights(server):
    """Does an answer run without capabilities, without new privileges and not as root?"""
    status = value(server, "return open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert all(int(fields[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"))
    assert fields["NoNewPrivs"] == "1"
    assert "0" not in fields["Uid"].split()


@filtered
@pytest.mark.parametrize(
    "call",
    [
        "socket.socket(40, socket.SOCK_STREAM)",  # AF_VSOCK, by which a virtual machine talks to its host
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "os.memfd_create('nameless')",
    ],
)
def test_refused_calls(server, call):
    """Are calls refused that bypass namespaces?"""
    assert value(server, f"try:\n    {call}\nexcept PermissionError:\n    return 'refused'") == "refused"


@filtered
def test_keyring(server):
    """Is it impossible to leave something in a keyring?"""
    add_key = seccomp.CALLS[platform.machine()][2][2]
    body = f"import ctypes\nreturn ctypes.CDLL(None).syscall({add_key}, b'user', b'trace', b'x', 1, -3)"
    assert value(server, body) == -1


def test_socket_pair(server):
    """Do sockets between an answer's own processes still work?"""
    body = "a, b = socket.socketpair()\na.send(b'x')\nreturn b.recv(1).decode()"
    assert value(server, body) == "x"


def test_new_namespace(server):
    """Is it impossible to gain rights in a new namespace?"""
    body = "import ctypes\nreturn ctypes.CDLL(None).unshare(0x10000000)"
    assert value(server, body) == -1


def test_mount(server):
    """Are mounting and unmounting refused?"""
    body = f"""
import ctypes
libc = ctypes.CDLL(None)
return [libc.umount2({str(bubblewrap.PACKAGES[0]).encode()!r}, 2), libc.umount2(b"/proc", 2),
        libc.mount(b"none", b"/scratch", b"tmpfs", 0, None)]"""
    assert value(server, body) == [-1, -1, -1]


def test_environment(server, monkeypatch):
    """Are the grader's environment variables invisible to an answer?"""
    monkeypatch.setenv("SECRET_OF_OURS", "1")
    with ForkServer() as other:
        assert "SECRET_OF_OURS" not in value(other, "return list(os.environ)")


def test_open_files(server):
    """Does an answer have no open file but its own socket?"""
    body = """
found = {}
for name in os.listdir('/proc/self/fd'):
    try: found[name] = os.readlink(f'/proc/self/fd/{name}')
    except OSError: pass
return found"""
    open_files = value(server, body)
    assert [open_files.pop(name) for name in "012"] == ["/dev/null"] * 3
    assert all(place.startswith("socket:") for place in open_files.values())
    assert len(set(open_files.values())) <= 1


def test_libraries(server):
    """Are libraries missing that an answer to a NumPy exercise must not use?"""
    assert value(
        server, "import importlib.util as u\nreturn [u.find_spec(n) is None for n in ('keras', 'pytest')]"
    ) == [
        True,
        True,
    ]


def test_taken_out(server):
    """Is the package's own answer unavailable, however it is called?"""
    for call in ("lab.relu(z)", "lab.ACTIVATIONS['relu'][0](z)", "lab.Activation('relu').forward(z)"):
        reply, _ = run(server, f"import activation_lab as lab\ndef relu(z):\n    return {call}\n")
        assert "not available here" in reply["error"]["text"], call
    reply, _ = run(server, "import activation_lab as lab\ndef relu(z):\n    return lab.swish(z)\n")
    assert reply["error"] is None


def test_memory_holds_no_reference(server):
    """Are references and exercises absent from an answer's memory?"""
    body = """
import gc, types
held = set()
for thing in gc.get_objects():
    held |= {type(thing).__module__ + "." + type(thing).__name__}
modules = [name for name in sys.modules if ".lesson_" in name]
return sorted(modules) + sorted(n for n in held if n.endswith(".Exercise"))"""
    assert value(server, body) == []


@pytest.mark.parametrize(
    "program, seconds, ending",
    [
        ("def relu(z):\n    while True: pass", 1, "out of time"),
        ("def relu(z):\n    return sum(iter(int, 1))", 1, "out of time"),
        ("while True: pass\ndef relu(z): return z", 1, "out of time"),
        ("import os\ndef relu(z):\n    for _ in range(3): os.fork()\n    while True: pass", 1, "out of time"),
        ("import signal, time\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n"
         "    except Exception: pass\ndef relu(z):\n    while True:\n        try: time.sleep(100)\n"
         "        except BaseException: pass", 0.2, TimeoutError),
        ("import os, signal\ndef relu(z):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    while True: pass", 1,
         "out of time"),
        ("import os\ndef relu(z): os._exit(0)", 5, None),
        ("import ctypes\ndef relu(z): ctypes.string_at(0)", 5, "died (SIGSEGV)"),
        ("import os\ndef relu(z): os.abort()", 5, "died (SIGSEGV)"),
        ("import os\ndef relu(z):\n    os.closerange(0, 99)\n    return z", 5, None),
        ("import numpy as np\ndef relu(z): return np.zeros(50_000_000)", 5, wire.WireError),
        ("import os, time, numpy as np\ndef relu(z):\n    for i in range(30):\n        if os.fork() == 0:\n"
         "            a = np.ones(50_000_000); time.sleep(60); os._exit(0)\n    time.sleep(60)", 30, "out of memory"),
        ("import ctypes, time\ndef relu(z):\n    ctypes.CDLL(None).prctl(4, 0)  # not to be looked at\n"
         "    time.sleep(30)", 30, "out of memory"),
        ("import ctypes, os, threading, time\ndef relu(z):\n    if os.fork() == 0:\n"
         "        threading.Thread(target=lambda: (bytearray(200 << 20), time.sleep(60))).start()\n"
         f"        ctypes.CDLL(None).syscall({EXIT}, 0)  # its first thread ends\n    time.sleep(30)",
         30, "out of memory"),
    ],
)  # fmt: skip
def test_early_end(server, program, seconds, ending):
    """Does an answer that ends early leave the next one alone?"""
    reply, ended = run(server, program, seconds)
    if isinstance(ending, type):
        assert isinstance(reply, ending)
    else:
        assert reply is None and ended == (ending or ended)
    assert still_well(server)


@pytest.mark.parametrize(
    "program, error",
    [
        ("import numpy as np\ndef relu(z): return np.ones(5_000_000_000)", "MemoryError"),
        ("import os\ndef relu(z):\n    while True: os.fork()", "BlockingIOError"),
        ("def relu(z):\n    with open('big', 'wb') as f:\n        while True: f.write(bytes(1 << 20))", "OSError"),
        ("import os\ndef relu(z): os.kill(-1, 9)", "ProcessLookupError"),
        ("import sys\ndef relu(z): return relu(z)", "RecursionError"),
        ("def relu(z): raise SystemExit", "SystemExit"),
        ("def relu(z): raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_error(server, program, error):
    """Is an error in an answer reported by its name?"""
    reply, _ = run(server, program)
    assert reply is not None and error in (reply["error"]["name"], reply["error"]["text"])
    assert still_well(server)


def test_leftover_processes(server):
    """Are all processes gone that an answer started?"""
    program = """
import os, time
def relu(z):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "98765.25"])
            os._exit(0)
    time.sleep(0.2)
    return z
"""
    reply, _ = run(server, program)
    assert reply["error"] is None
    assert not running("98765.25")


@pytest.mark.parametrize(
    "body",
    [
        "for _ in range(5):\n    if os.fork() == 0: os._exit(0)\ntime.sleep(0.5)\nreturn z",
        "for _ in range(600):\n    if os.fork() == 0: os._exit(0)\n    if _ % 20 == 19:\n"
        "        for _ in range(20): os.wait()\nreturn z",
    ],
    ids=["lie about", "come and go"],
)
def test_ended_children(server, body):
    """Is an answer left alone if its child processes have ended?"""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    reply, ended = run(server, f"import os, time\ndef relu(z):\n{lines}")
    assert not ended and reply["error"] is None


def test_leftover_patches(server):
    """Are an answer's threads and patches gone with its process?"""
    program = """
import threading, time, sys
import numpy as np
def spoil():
    while True:
        np.maximum = None
        sys.modules["numpy"] = None
        time.sleep(0.001)
threading.Thread(target=spoil, daemon=True).start()
def relu(z): return z
"""
    run(server, program)
    assert still_well(server)


def test_garbage_reply(server):
    """Is garbage instead of a reply detected, and the next answer unaffected?"""
    program = """
import os
def relu(z):
    for fd in range(3, 20):
        try: os.write(fd, b"\\xff" * 64)
        except OSError: pass
    return z
"""
    reply, _ = run(server, program)
    assert isinstance(reply, wire.WireError)
    assert still_well(server)


def test_killed_judge():
    """Does the sandbox end when the judge is killed?"""
    code = """
import sys, time
from activation_lab_tools.grader.sandbox.client import ForkServer
server = ForkServer()
session = server.session(60)
session.connection.sendall(b"")
print("up", flush=True)
time.sleep(60)
"""
    judge = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert judge.stdout.readline() == "up\n"
    tree = descendants(judge.pid)
    assert len(tree) >= 2
    judge.kill()
    judge.wait()
    judge.stdout.close()
    until = time.monotonic() + 10
    while alive(tree) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(tree)


def test_sandbox_error(monkeypatch):
    """Is a failure of the sandbox itself told apart from an answer's?"""
    monkeypatch.setattr(bubblewrap, "PACKAGES", (Path("/nonexistent/package"),))
    with pytest.raises(SandboxError, match="did not start"), ForkServer() as server:
        run(server, RELU)


def test_no_bubblewrap(monkeypatch):
    """Is a missing bubblewrap reported together with the remedy?"""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError, match="apt-get install bubblewrap.*--unsafe-no-sandbox"):
        bubblewrap.check()


@pytest.mark.skipif(os.geteuid() != 0, reason="is no root, so all tests above were of a normal user")
def test_normal_user(tmp_path):
    """Do all these tests also pass for a normal user?"""
    user = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--inh-caps=-all"]
    if not same_python(user):
        pytest.skip("a normal user cannot read this Python or these files")
    tmp_path.chmod(0o777)
    tests = [*user, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", __file__]
    environment = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(tests, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


# What the tests ask of the machine


def same_python(user):
    """Can this user run this very Python with these packages? Where a link leads nowhere, another may answer."""
    question = "import sys, activation_lab, numpy, pytest; print(sys.version, sys.base_prefix, activation_lab.__file__)"
    said = [
        subprocess.run([*command, sys.executable, "-c", question], capture_output=True, text=True, cwd=ROOT)
        for command in (user, [])
    ]
    return said[0].returncode == 0 and said[0].stdout == said[1].stdout


class socketserver:
    """Context: a port of this machine where somebody listens."""

    def __enter__(self):
        import socket

        self.socket = socket.create_server(("127.0.0.1", 0))
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()


def processes():
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                yield int(entry.name), int(parent), (entry / "cmdline").read_bytes()
            except OSError:
                continue


def running(word):
    return [pid for pid, _, command in processes() if word.encode() in command.split(b"\0")]


def descendants(pid):
    children = {child for child, parent, _ in processes() if parent == pid}
    return children.union(*map(descendants, children))


def alive(pids):
    return pids & {pid for pid, _, command in processes() if command}
