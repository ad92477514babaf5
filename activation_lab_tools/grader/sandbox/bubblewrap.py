"""The command that starts a fork server in bubblewrap.

It sees the system's programs, Python and the libraries that answers may use, all read-only, and these packages: no
network, no other processes, no home folder, no submission, no grade. What is separate for each answer (processes,
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

STRANGER = 61184  # the user inside if the grader runs as root: one that owns nothing
SCRATCH = "/scratch"  # the only folder that an answer may write to, new for each
NUMPY = ("numpy", "numpy.libs")
REMEDY = (
    "Install it (Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap). On Windows use "
    "WSL2, on macOS a Linux machine or a container. To grade without a sandbox, so that every submission can read "
    "and change whatever you can, use --unsafe-no-sandbox."
)
TOOLS = Path(__file__).resolve().parents[2]
PACKAGES = (Path(activation_lab.__file__).resolve().parent, TOOLS)


def check():
    """Raise UserError, with the remedy, if this machine can't make a sandbox."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        raise UserError(
            f"Submissions run in a sandbox made by bubblewrap, and its command bwrap is not installed. {REMEDY}"
        )
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise UserError("As root, the sandbox needs the command setpriv from util-linux, which is not installed.")
    tried = subprocess.run(
        [*_bwrap(), *_system(), "--", *_as_stranger(), "true"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if tried.returncode:
        raise UserError(
            f"bubblewrap is installed, but could not make a sandbox: {tried.stderr.strip() or tried.returncode}. Many "
            "containers and some systems forbid user namespaces (Ubuntu: sysctl "
            "kernel.apparmor_restrict_unprivileged_userns); allow them, or use another machine. To grade without "
            "a sandbox, use --unsafe-no-sandbox."
        )


def command(arguments, everything):
    """Return the command line that runs Python with these arguments in the sandbox.

    Args:
        arguments: what follows the name of the interpreter.
        everything: whether it sees all installed libraries, or only NumPy.
    """
    seen = [*PACKAGES, *_python()]
    for folder in _libraries():
        seen += [folder] if everything else [folder / name for name in NUMPY if (folder / name).exists()]
    return [*_bwrap(), *_system(), *_shown(seen), "--remount-ro", "/", "--", *_as_stranger(), interpreter(), *arguments]


def interpreter():
    """Return Python itself, not a virtual environment's link to it: the environment's folder isn't in the sandbox."""
    return os.path.realpath(sys.executable)


def search_path():
    """Return where Python finds modules in the sandbox: its own, these packages, the libraries."""
    own = [path for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")) if path]
    own += [str(Path(path) / "lib-dynload") for path in dict.fromkeys(own)]
    own += [str(package.parent) for package in PACKAGES]
    return [*dict.fromkeys([*own, *map(str, _libraries())])]


def environment():
    """Return the few environment variables of the sandbox, none of them inherited but OpenBLAS's."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "ACTIVATION_LAB_SANDBOX": "1",
        "ACTIVATION_LAB_WARM_UP": "no",  # if TensorFlow runs an operation before a fork, every child hangs
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "MPLCONFIGDIR": SCRATCH,
        "KERAS_HOME": SCRATCH,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",  # with oneDNN the first use of every operation looks at all of them
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
        # Root mounts what the stranger could not reach; then setpriv becomes the stranger.
        return [*shared, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*shared, "--unshare-user"]


def _as_stranger():
    if os.geteuid() != 0:
        return []
    ids = [f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    return ["setpriv", *ids, "--inh-caps=-all", "--no-new-privs"]


def _system():
    """Return the mounts of the system, read-only: /usr and what links into it."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib32", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            mounts += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            mounts += ["--ro-bind", str(path), str(path)]
    mounts += [*_folder("/etc"), "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    # The /proc that bubblewrap makes for root is partly covered, and then no new one can be mounted for an answer.
    mounts += ["--bind", "/proc", "/proc"] if os.geteuid() == 0 else ["--proc", "/proc"]
    mode = ["--perms", "1777"] if os.geteuid() == 0 else []
    return [*mounts, "--dev", "/dev", "--remount-ro", "/dev", *_folder("/tmp"), *mode, "--tmpfs", SCRATCH]


def _shown(paths):
    """Return mounts of these files and folders, read-only, in their usual paths; folders above them are empty."""
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
    """Return the folders of the interpreter that the environment was made with."""
    prefixes = {sys.base_prefix, sys.base_exec_prefix, str(Path(interpreter()).parents[1])}
    return [Path(prefix).resolve() for prefix in prefixes]


def _libraries():
    """Return the folders of installed libraries."""
    folders = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()])
    return [Path(folder) for folder in folders if folder and Path(folder).is_dir()]
