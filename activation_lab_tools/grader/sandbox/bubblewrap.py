"""The sandbox, from outside: the command that starts a fork server in bubblewrap, where there is next to nothing.

What it sees: the system's programs, Python and the libraries that answers may use, all read-only, and this package. No
network, no process but its own, no home, no submission, no grade. What is different for each answer (its own processes,
scratch space, limits) is in fork_server.py.
"""

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import activation_lab

from ...errors import UserError

STRANGER = 61184  # the user inside when the grader runs as root: one that owns nothing
SCRATCH = "/scratch"  # the one place that an answer may write to, made anew for each
NUMPY = ("numpy", "numpy.libs")
REMEDY = (
    "Install it (Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap). On Windows use "
    "WSL2, on macOS a Linux machine or a container. To grade without a sandbox, where every submission can read and "
    "change whatever you can, type --unsafe-no-sandbox."
)
TOOLS = Path(__file__).resolve().parents[2]
PACKAGES = (Path(activation_lab.__file__).resolve().parent, TOOLS)


def check():
    """Raise UserError, with the remedy, where no sandbox can be had."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        raise UserError(
            f"Submissions run in a sandbox, made by bubblewrap, and its command bwrap is not here. {REMEDY}"
        )
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise UserError("Run by root, the sandbox needs the command setpriv, of util-linux, which is not here.")
    tried = subprocess.run(
        [*_bwrap(), *_system(), "--", *_as_stranger(), "true"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if tried.returncode:
        raise UserError(
            f"bubblewrap is here, but it could not make a sandbox: {tried.stderr.strip() or tried.returncode}. Many "
            "containers and some systems forbid user namespaces (Ubuntu: sysctl "
            "kernel.apparmor_restrict_unprivileged_userns); allow them, or use another machine. To grade without "
            "a sandbox type --unsafe-no-sandbox."
        )


def command(arguments, everything):
    """The command line that runs Python with these arguments in the sandbox.

    Args:
        arguments: what follows the name of the interpreter.
        everything: whether it sees all installed libraries, or NumPy alone.
    """
    seen = [*PACKAGES, *_python()]
    for folder in _libraries():
        seen += [folder] if everything else [folder / name for name in NUMPY if (folder / name).exists()]
    return [*_bwrap(), *_system(), *_shown(seen), "--remount-ro", "/", "--", *_as_stranger(), interpreter(), *arguments]


def interpreter():
    """Python itself, not a virtual environment's link to it: the sandbox does not see the environment's folder."""
    return os.path.realpath(sys.executable)


def search_path():
    """Where Python finds modules in there: its own, this package, the libraries."""
    own = [path for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")) if path]
    own += [str(Path(path) / "lib-dynload") for path in dict.fromkeys(own)]
    own += [str(package.parent) for package in PACKAGES]
    return [*dict.fromkeys([*own, *map(str, _libraries())])]


def environment():
    """Few variables, and none of the grader's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "ACTIVATION_LAB_SANDBOX": "1",
        "ACTIVATION_LAB_WARM_UP": "no",  # an operation of TensorFlow's before a fork hangs every child
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "MPLCONFIGDIR": SCRATCH,
        "KERAS_HOME": SCRATCH,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",  # with them the first use of every operation takes a look at all there are
        "CUDA_VISIBLE_DEVICES": "-1",
        **{
            f"{name}_THREADS": "1"
            for name in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
        },
        **{name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_") and "THREADS" not in name},
    }


def _bwrap():
    shared = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"]
    shared += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        # Root mounts what the stranger could not reach, and setpriv then changes to the stranger.
        return [*shared, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*shared, "--unshare-user"]


def _as_stranger():
    if os.geteuid() != 0:
        return []
    ids = [f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    return ["setpriv", *ids, "--inh-caps=-all", "--no-new-privs"]


def _system():
    """The system, read-only: /usr and what links into it."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib32", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            mounts += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            mounts += ["--ro-bind", str(path), str(path)]
    mounts += [*_folder("/etc"), "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    # bubblewrap's own /proc, made by root, has parts covered; then none could be made anew for an answer.
    mounts += ["--bind", "/proc", "/proc"] if os.geteuid() == 0 else ["--proc", "/proc"]
    mode = ["--perms", "1777"] if os.geteuid() == 0 else []
    return [*mounts, "--dev", "/dev", "--remount-ro", "/dev", *_folder("/tmp"), *mode, "--tmpfs", SCRATCH]


def _shown(paths):
    """These files and folders, read-only, in their places; the folders above them hold nothing else."""
    mounts, made = [], {Path("/"), Path("/usr"), Path("/etc"), Path("/tmp")}
    for path in sorted(set(map(Path, paths))):
        if path.is_relative_to("/usr"):
            continue
        for parent in reversed(path.parents):
            if parent not in made:
                made.add(parent)
                mounts += _folder(parent)
        mounts += ["--ro-bind", str(path), str(path)]
    return mounts


def _folder(path):
    return ["--perms", "0755", "--dir", str(path)] if os.geteuid() == 0 else ["--dir", str(path)]


def _python():
    """The folders of the interpreter that the environment was made with."""
    prefixes = {sys.base_prefix, sys.base_exec_prefix, str(Path(interpreter()).parents[1])}
    return [Path(prefix).resolve() for prefix in prefixes]


def _libraries():
    """The folders of installed libraries."""
    folders = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()])
    return [Path(folder) for folder in folders if folder and Path(folder).is_dir()]
