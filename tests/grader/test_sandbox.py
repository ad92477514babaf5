"""What can code in a sandboxed child see, do and leave behind?"""

import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import hanging
import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.checking.limit import WALL
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.execution import execute
from activation_lab_tools.grader.pack_harness import harness_text
from activation_lab_tools.grader.sandbox import bubblewrap, client, wire
from activation_lab_tools.grader.sandbox.client import ForkServer, SandboxError

pytestmark = pytest.mark.usefixtures("sandboxed")
ROOT = Path(__file__).parents[2]
EXIT = {"x86_64": 60, "aarch64": 93}.get(platform.machine())  # ends one thread, not the process
RELU = "import numpy as np\ndef relu(z):\n    return np.maximum(z, 0)\n"


def request(program):
    """What loads an answer to relu."""
    harness, own = "activation_lab.harness:call", ["activation_lab.by_hand.activations:relu"]
    asked = {"kind": "answer", "exercise": "relu", "program": program, "harness": harness}
    return asked | {"needed": (), "taken_out": own}


def run(server, program, seconds=5.0, arguments=None, wall=None):
    """(the last reply, how the child ended) of an answer to one case; None for a reply that did not come."""
    session = server.session(seconds)
    session.await_isolated()
    deadline, reply = time.monotonic() + (wall or WALL * seconds), None
    try:
        if session.ask(request(program), deadline) is not None:
            reply = session.ask(arguments or (np.array([-1.0, 2.0]),), deadline)
    except (TimeoutError, wire.WireError) as error:
        reply = error
    session.end()
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
    assert all(int(fields[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
    assert fields["NoNewPrivs"] == "1"
    assert "0" not in fields["Uid"].split()


def test_another_user(server):
    """Does an answer run as somebody who owns nothing, even seen from outside?"""
    if os.geteuid() and not bubblewrap.files():
        pytest.skip(
            "answers run under your own user id: there is no line of yours in /etc/subuid and /etc/subgid, or no "
            "newuidmap (Debian, Ubuntu: apt-get install uidmap), or others may not read Python's libraries"
        )
    session = server.session(5.0)
    session.ask(request(RELU), time.monotonic() + 600)
    owners = {os.stat(f"/proc/{pid}").st_uid for pid in descendants(fork_server_of(server))}
    session.end()
    assert len(owners) == 1 and owners.isdisjoint({0, os.getuid()})


@pytest.mark.parametrize(
    "call",
    [
        "socket.socket(40, socket.SOCK_STREAM)",  # AF_VSOCK, by which a virtual machine talks to its host
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socketpair(30)",  # AF_TIPC
        "os.memfd_create('nameless')",
        "fcntl.fcntl(open('own', 'w'), 1024, fcntl.F_WRLCK)",  # F_SETLEASE
        "fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)",  # F_SETPIPE_SZ
        "mmap.mmap(-1, 1 << 21, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)",  # MAP_HUGETLB
        "socket.socketpair()[0].sendmsg([b'x'])",  # which can send open files
    ],
)
def test_refused_arguments(server, call):
    """Are calls refused that bypass namespaces, limits, or another program's rest?"""
    body = f"import fcntl, mmap\ntry:\n    {call}\nexcept PermissionError:\n    return 'refused'"
    assert value(server, body) == "refused"


REFUSED = {  # from asm/unistd_64.h and asm-generic/unistd.h
    "x86_64": {
        "vmsplice": 278, "ptrace": 101, "personality": 135, "modify_ldt": 154, "inotify_init": 253,
        "inotify_init1": 294, "fanotify_init": 300, "add_key": 248, "request_key": 249, "keyctl": 250,
        "io_uring_setup": 425, "userfaultfd": 323, "perf_event_open": 298, "bpf": 321, "unshare": 272, "setns": 308,
        "clone3": 435, "shmget": 29, "memfd_create": 319, "memfd_secret": 447, "process_vm_readv": 310,
        "open_by_handle_at": 304, "mount": 165, "seccomp": 317, "a call of tomorrow": 9999,
        "getpid by x32's numbers": 0x40000027,
    },
    "aarch64": {
        "vmsplice": 75, "ptrace": 117, "personality": 92, "inotify_init1": 26, "fanotify_init": 262, "add_key": 217,
        "request_key": 218, "keyctl": 219, "io_uring_setup": 425, "userfaultfd": 282, "perf_event_open": 241,
        "bpf": 280, "unshare": 97, "setns": 268, "clone3": 435, "shmget": 194, "memfd_create": 279,
        "memfd_secret": 447, "process_vm_readv": 270, "open_by_handle_at": 265, "mount": 40, "seccomp": 277,
        "a call of tomorrow": 9999,
    },
}  # fmt: skip


def test_refused_calls(server):
    """Does Linux refuse every call that no answer needs, before it looks at its arguments?"""
    calls = REFUSED[platform.machine()]
    body = f"""
import ctypes, errno
libc, refused = ctypes.CDLL(None, use_errno=True), []
for name, number in {calls!r}.items():
    if libc.syscall(number, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
        refused.append(name)
return refused"""
    assert value(server, body) == list(calls)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has the calls of an older machine")
def test_calls_of_32_bits(server):
    """Are calls refused that are made as on a machine of 32 bits, whose numbers mean something else?"""
    body = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("53b814000000cd805bc3"))  # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()"""
    assert value(server, body) == -1


def test_new_session(server):
    """Is it impossible to start a session, by which Linux may share the processors?"""
    body = """
told, tell = os.pipe()
if os.fork() == 0:
    try:
        os.setsid()
        os.write(tell, b"new")
    except PermissionError:
        os.write(tell, b"refused")
    os._exit(0)
return os.read(told, 9).decode()"""
    assert value(server, body) == "refused"


def test_new_namespaces_by_clone(server):
    """Is it impossible to start a process in a namespace of its own?"""
    number = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    flags = [0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]
    body = f"""
import ctypes
libc, errors = ctypes.CDLL(None, use_errno=True), []
for flag in {flags}:
    child = libc.syscall({number}, flag | 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    errors.append((child, ctypes.get_errno()))
return errors"""
    assert value(server, body) == [(-1, 1)] * len(flags)


def test_threads_share_their_files(server):
    """Is it impossible to start a thread with files of its own, where the supervisor doesn't look for pipes?"""
    number = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    flags = 0x100 | 0x800 | 0x10000  # CLONE_VM, CLONE_SIGHAND, CLONE_THREAD
    body = f"""
import ctypes, threading
threading.Thread(target=print).start()
libc = ctypes.CDLL(None, use_errno=True)
return libc.syscall({number}, {flags}, 0, 0, 0, 0), ctypes.get_errno()"""
    assert value(server, body) == (-1, 1)


def test_a_copy_does_not_reply(server):
    """Does only the answer's own process reply, though another that it has forked returns first?"""
    assert value(server, "if os.fork():\n    os.wait()\nreturn os.getpid()") == 1


def test_own_network_and_name(server):
    """Do answers that live at the same time share neither network, host name nor abstract sockets?"""
    first = server.session(5.0)
    program = "import os, socket\nheld = socket.socket(socket.AF_UNIX)\nheld.bind('\\0lab')\nheld.listen()\n"
    program += "def relu(z):\n    return [os.readlink(f'/proc/self/ns/{n}') for n in ('net', 'uts')]\n"
    until = time.monotonic() + 600
    first.ask(request(program), until)
    names = first.ask((1,), until)["value"]
    body = """
found = [os.readlink(f'/proc/self/ns/{n}') for n in ('net', 'uts')]
try:
    socket.socket(socket.AF_UNIX).connect('\\0lab')
    return found, 'connected'
except ConnectionRefusedError:
    return found, 'refused'"""
    others, ending = value(server, body)
    first.end()
    assert ending == "refused" and len({*names, *others}) == 4


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


def test_reserved_memory_is_not_held(sandboxed, monkeypatch):
    """May an answer reserve more memory than it may hold, as TensorFlow does, and is it stopped once it holds more?"""
    monkeypatch.setattr(client, "MEMORY", 200 << 20)
    with ForkServer() as server:
        assert value(server, "import mmap\nreturn len(mmap.mmap(-1, 400 << 20, flags=mmap.MAP_PRIVATE))") == 400 << 20
        holds = "import time, numpy as np\ndef relu(z):\n    held = np.ones(50_000_000)\n    time.sleep(60)"
        assert run(server, holds, 30) == (None, "out of memory")


@pytest.mark.parametrize(
    "program, seconds, ending",
    [
        ("def relu(z):\n    while True: pass", 0.3, "out of time"),
        ("def relu(z):\n    return sum(iter(int, 1))", 0.3, "out of time"),
        ("while True: pass\ndef relu(z): return z", 0.3, "out of time"),
        ("import os\ndef relu(z):\n    for _ in range(3): os.fork()\n    while True: pass", 0.3, "out of time"),
        ("import signal, time\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n"
         "    except Exception: pass\ndef relu(z):\n    while True:\n        try: time.sleep(100)\n"
         "        except BaseException: pass", 0.2, TimeoutError),
        ("import os, signal\ndef relu(z):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    while True: pass", 0.3,
         "out of time"),
        ("import os\ndef relu(z): os._exit(0)", 5, None),
        ("import ctypes\ndef relu(z): ctypes.string_at(0)", 5, "died (SIGSEGV)"),
        ("import os\ndef relu(z): os.abort()", 5, "died (SIGSEGV)"),
        ("import os\ndef relu(z):\n    os.closerange(0, 99)\n    return z", 5, None),
        ("import numpy as np\ndef relu(z): return np.zeros(10_000_000)", 5, wire.WireError),
        ("import os, time, numpy as np\ndef relu(z):\n    for i in range(30):\n        if os.fork() == 0:\n"
         "            a = np.ones(50_000_000); time.sleep(60); os._exit(0)\n    time.sleep(60)", 30, "out of memory"),
        ("import os, mmap\ndef relu(z):\n    fd = os.open(b'\\xff \\n', os.O_CREAT | os.O_RDWR)\n"
         "    os.ftruncate(fd, 4096)\n    held = mmap.mmap(fd, 4096)\n    while True: pass", 0.3, "out of time"),
        ("import os, time\ndef relu(z):\n    for _ in range(12):\n        if os.fork() == 0:\n"
         "            held = [os.pipe() for _ in range(100)]; time.sleep(60)\n    time.sleep(60)", 30, "out of memory"),
        ("import socket, time\ndef relu(z):\n    held = [socket.socketpair() for _ in range(100)]\n"
         "    time.sleep(60)", 30, "out of memory"),
        ("import ctypes, os, threading, time\ndef relu(z):\n    if os.fork() == 0:\n"
         "        threading.Thread(target=lambda: (bytearray(200 << 20), time.sleep(60))).start()\n"
         f"        ctypes.CDLL(None).syscall({EXIT}, 0)  # its first thread ends\n    time.sleep(30)",
         30, "out of memory"),
    ],
)  # fmt: skip
def test_early_end(server, program, seconds, ending):
    """Does an answer that ends early leave the next one alone?"""
    reply, ended = run(server, program, seconds, wall=None if ending is TimeoutError else 600)
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


def test_a_slow_start_takes_none_of_an_answers_time(server):
    """Does an answer pass whose child was isolated late, here since its fork server stood still?"""
    assert still_well(server)
    exercise, stopped = exercises.find("relu"), fork_server_of(server)
    os.kill(stopped, signal.SIGSTOP)
    goes_on = threading.Timer(2 * WALL * 0.2, os.kill, (stopped, signal.SIGCONT))
    goes_on.start()
    cases = {"a case": (np.array([-1.0, 2.0]),)}
    execution = execute(server, None, exercise, harness_text(exercise), RELU, cases, seconds=0.2)
    goes_on.join()
    assert not execution.ended and execution.received["a case"].value.tolist() == [0, 2]


def test_leftover_processes(server):
    """Are all processes gone that an answer started?"""
    own = f"98765.{os.getpid()}"  # other runs of this test may be on this machine
    program = f"""
import os, time
def relu(z):
    for _ in range(3):
        if os.fork() == 0:
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "{own}"])
            os._exit(0)
    time.sleep(0.2)
    return z
"""
    reply, _ = run(server, program)
    assert reply["error"] is None
    assert not running(own)


@pytest.mark.parametrize(
    "body",
    [
        "for _ in range(5):\n    if os.fork() == 0: os._exit(0)\ntime.sleep(0.5)\nreturn z",
        "for _ in range(200):\n    if os.fork() == 0: os._exit(0)\n    if _ % 20 == 19:\n"
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


def test_ended_supervisor(server):
    """Is an answer to blame, and gone, if its supervisor ends while it runs?"""
    assert still_well(server)  # it has started
    others = children_of(fork_server_of(server))
    session, until = server.session(30.0), time.monotonic() + 600
    program = "import os\ndef relu(z):\n    while True: pass\n"
    session.ask(request(program), until)
    (supervisor,) = children_of(fork_server_of(server)) - others
    (child,) = descendants(supervisor)
    os.kill(supervisor, signal.SIGKILL)
    assert session.ask((1,), until) is None
    session.end()
    assert session.ended == "ended its supervisor"
    assert not alive({child})
    assert still_well(server)


def test_hang_up(server):
    """Does an answer that goes on after its last reply cost no time?"""
    program = "import os\ndef relu(z):\n    os._exit = spin\n    return z\ndef spin(code):\n    while True: pass\n"
    session, until = server.session(30.0), time.monotonic() + 600
    session.ask(request(program), until)
    assert session.ask((1,), until)["value"] == 1
    session.end()
    assert session.seconds < 2.5


SPINS = """
import os
def relu(z):
    for _ in range(20):
        if os.fork() == 0:
            try:
                os.setsid()
            except OSError:
                pass
            while True:
                pass
    return z
"""


def test_busy_machine():
    """Does an answer get its processor time, however many processes a neighbor starts?"""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        with ForkServer() as server:
            neighbor, until = server.session(30.0), time.monotonic() + 600
            neighbor.ask(request(SPINS), until)
            neighbor.ask((1,), until)
            work = "import time\ndef relu(z):\n    while time.process_time() < 0.2: pass\n    return z\n"
            reply, ended = run(server, work, seconds=0.3, wall=1.0)
            neighbor.end()
    finally:
        os.sched_setaffinity(0, cores)
    assert not ended and reply["error"] is None


def test_many_open_files():
    """Does an answer have no open file but its own socket, if the grader has more than 1,024?"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2000:
        pytest.skip("this user may not open so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with ForkServer() as server:
            test_open_files(server)
    finally:
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_prefix(server):
    """Does an answer see nothing of the folder that Python is in, but the interpreter and its library?"""
    prefix = Path(sys.base_prefix)
    others = [str(path) for path in prefix.iterdir() if path.name not in ("bin", "lib", "lib32", "lib64")]
    seen = [path for path in others if any(Path(each).is_relative_to(path) for each in bubblewrap.shown(False))]
    body = f"return [path for path in {sorted({*others} - {*seen})!r} if os.path.exists(path)]"
    assert others and value(server, body) == []
    body = "import sysconfig\nreturn os.listdir(sysconfig.get_path('stdlib') + '/site-packages')"
    if Path(sysconfig.get_path("stdlib"), "site-packages").is_dir():
        assert set(value(server, body)) <= {*bubblewrap.NUMPY}


def test_private_files(monkeypatch):
    """Is nobody graded where an answer could read what is private?"""
    library = sysconfig.get_path("stdlib")
    monkeypatch.setenv("HOME", sys.base_prefix)  # as if Python had been installed into the home folder
    with ForkServer() as server:
        assert still_well(server)
    with pytest.raises(UserError, match="Every answer can read"):
        bubblewrap.check([Path(library, "grades")])
    around = bubblewrap.PACKAGES[0].parent  # where nothing but the packages is shown
    monkeypatch.setattr(bubblewrap, "private", lambda: [str(around), str(Path(library, "json"))])
    with pytest.raises(UserError, match=f"could read files in {library}/json, which"), ForkServer() as server:
        server.session(5)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can cover a part of /proc")
def test_masked_proc():
    """Is a machine that shows only a part of /proc refused, with the reason and the remedy?"""
    code = """
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.sandbox.client import ForkServer
try:
    ForkServer().session(5)
    print("isolated")
except UserError as error:
    print(error)
"""
    cover = 'mount -t tmpfs none /proc/fs && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", cover, "sh", sys.executable, "-c", code], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"a part of /proc can't be covered here: {done.stderr[-200:]}")
    assert "can't isolate" in done.stdout and "systempaths=unconfined" in done.stdout


def test_other_architecture(monkeypatch):
    """Is a machine refused whose system calls are not known?"""
    monkeypatch.setattr(bubblewrap.platform, "machine", lambda: "riscv64")
    with pytest.raises(UserError, match="riscv64.*--unsafe-no-sandbox"):
        bubblewrap.check()


def test_killed_judge():
    """Does the sandbox end when the judge is killed?"""
    code = """
import sys, time
from activation_lab_tools.grader.sandbox.client import ForkServer
server = ForkServer()
session = server.session(1_000_000)
session.connection.sendall(b"")
print("up", flush=True)
time.sleep(1_000_000)
"""
    judge = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert judge.stdout.readline() == "up\n"
    tree = descendants(judge.pid)
    assert len(tree) >= 2
    judge.kill()
    judge.wait()
    judge.stdout.close()
    until = time.monotonic() + hanging.SECONDS
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


USER = 54321
OF_A_USER = "files or rights or user or refused_calls or clone or error"


@pytest.mark.skipif(os.geteuid() != 0, reason="is no root, so all tests above were of a normal user")
@pytest.mark.parametrize("ids", ["own", "subordinate"])
def test_normal_user(tmp_path, ids):
    """Do the tests that depend on who grades also pass for a normal user, with and without subordinate ids?"""
    if ids == "subordinate" and not shutil.which("newuidmap"):
        pytest.skip("newuidmap is not installed (Debian, Ubuntu: apt-get install uidmap)")
    given = "student:300000:65536\n" if ids == "subordinate" else ""
    (tmp_path / "passwd").write_text(f"{Path('/etc/passwd').read_text()}student:x:{USER}:{USER}::/:/bin/sh\n")
    for name in ("subuid", "subgid"):
        (tmp_path / name).write_text(given)
    user = [*as_user(tmp_path), sys.executable]
    if not same_python(user):
        pytest.skip("a normal user cannot read this Python or these files")
    tests = [*user, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-o", "addopts=", __file__, "-k", OF_A_USER]
    environment = os.environ | {"HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(tests, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert ("under your own user id" in done.stdout) == (ids == "own")


# What the tests ask of the machine


def as_user(folder):
    """The command line that runs another as a normal user, for whom files in a folder stand for those of /etc.

    Python may be in root's home folder, where nobody else may look. Then only what the tests need of it can be seen.
    """
    needed = sorted({Path(sys.base_prefix), Path(sys.prefix), ROOT})
    home = next((each for path in needed for each in path.parents[::-1] if not each.stat().st_mode & 1), None)
    hidden = [path for path in needed if home and path.is_relative_to(home)]
    script = []
    for number, path in enumerate(hidden):
        (folder / str(number)).mkdir()
        script += [f"mount --bind {path} {folder}/{number}"]
    script += [f"mount -t tmpfs -o mode=755 none {home}"] if hidden else []
    for number, path in enumerate(hidden):
        script += [f"mkdir -p {path}", f"mount --bind {folder}/{number} {path}"]
    script += [f"mount --bind {folder}/{name} /etc/{name}" for name in ("passwd", "subuid", "subgid")]
    user = f"setpriv --reuid={USER} --regid={USER} --clear-groups --inh-caps=-all"
    return ["unshare", "--mount", "sh", "-c", " && ".join([*script, f'exec {user} "$@"']), "sh"]


def same_python(user):
    """Can this user run this very Python with these packages? Where a link leads nowhere, another may answer."""
    question = "import sys, activation_lab, numpy, pytest; print(sys.version, sys.base_prefix, activation_lab.__file__)"
    said = [
        subprocess.run([*command, "-c", question], capture_output=True, text=True, cwd=ROOT)
        for command in (user, [sys.executable])
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


def fork_server_of(server):
    """The first process of the sandbox that is Python, not bubblewrap."""
    tree = descendants(server.process.pid)
    python = {pid: parent for pid, parent, command in processes() if pid in tree and not command.startswith(b"bwrap")}
    (found,) = [pid for pid, parent in python.items() if parent not in python]
    return found


def descendants(pid):
    children = children_of(pid)
    return children.union(*map(descendants, children))


def children_of(pid):
    return {child for child, parent, _ in processes() if parent == pid}


def alive(pids):
    return pids & {pid for pid, _, command in processes() if command}
