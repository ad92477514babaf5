"""The command that starts a fork server in bubblewrap.

It sees the system's programs and libraries, Python's own library, the libraries that answers may use, and these
packages, all read-only: no network, no other processes, no home folder, no submission, no grade. What is separate for
each answer (processes, scratch space, limits) is in isolation.py.
"""

import functools
import os
import platform
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import activation_lab

from ...errors import UserError
from . import subordinate, system_calls

STRANGER = 61184  # the user inside, where the grader may choose it: one that owns nothing
AS_STRANGER = f"setpriv --reuid={STRANGER} --regid={STRANGER} --clear-groups --inh-caps=-all --no-new-privs".split()
SCRATCH = "/scratch"  # the only folder that an answer may write to, new for each
SYSTEM = tuple(map(Path, ("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64")))
NUMPY = ("numpy", "numpy.libs")
REMEDY = (
    "Install it (Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap). On Windows use "
    "WSL2, on macOS a Linux machine or a container. To grade without a sandbox, so that every submission can read "
    "and change whatever you can, use --unsafe-no-sandbox."
)
TOOLS = Path(__file__).resolve().parents[2]
PACKAGES = (Path(activation_lab.__file__).resolve().parent, TOOLS)


def check(private=()):
    """Raise UserError, with the remedy, if this machine can't make a sandbox, or if it would show private files.

    Args:
        private: paths that no answer may see, such as the submissions'.
    """
    if sys.platform != "linux" or not shutil.which("bwrap"):
        raise UserError(
            f"Submissions run in a sandbox made by bubblewrap, and its command bwrap is not installed. {REMEDY}"
        )
    if platform.machine() not in system_calls.MACHINES:
        raise UserError(
            f"The sandbox knows the system calls of {' and '.join(system_calls.MACHINES)} machines; this one is "
            f"{platform.machine()}. To grade without a sandbox, use --unsafe-no-sandbox."
        )
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise UserError("As root, the sandbox needs the command setpriv from util-linux, which is not installed.")
    tried = subprocess.run(
        [*_bwrap(files()), *_system(), "--", *_as_stranger(), "true"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        pass_fds=files(),
    )
    if tried.returncode:
        raise UserError(
            f"bubblewrap is installed, but could not make a sandbox: {tried.stderr.strip() or tried.returncode}. Many "
            "containers and some systems forbid user namespaces (Ubuntu: sysctl "
            "kernel.apparmor_restrict_unprivileged_userns); allow them, or use another machine. To grade without "
            "a sandbox, use --unsafe-no-sandbox."
        )
    for path in private:
        for place in shown(everything=True):
            if Path(path).resolve().is_relative_to(Path(place).resolve()):
                raise UserError(f"Every answer can read {place}, which Python needs, and {path} is in it. Move it.")


def command(arguments, everything):
    """Return the command line that runs Python with these arguments in the sandbox; it inherits `files()`.

    Args:
        arguments: what follows the name of the interpreter.
        everything: whether it sees all installed libraries, or only NumPy.
    """
    mounts = [*_system(), *_mounts(everything), "--remount-ro", "/"]
    return [*_bwrap(files()), *mounts, "--", *_as_stranger(), interpreter(), *arguments]


@functools.cache
def files():
    """Return the file descriptors that the command needs: a user namespace, if a normal user has subordinate ids.

    If they can't be used here, or libraries are installed for their owner alone, answers run as this user.
    """
    namespace = subordinate.namespace(STRANGER) if os.geteuid() else None
    if namespace is None:
        return ()
    own = [path for path in shown(everything=True) if Path(path) not in SYSTEM]
    unreadable = "-maxdepth 2 ( -type d ! -perm -o=rx -o ! -perm -o=r ) -print -quit".split()
    becomes = [*_bwrap((namespace,)), *"--ro-bind / / --proc /proc --dev /dev --".split(), *AS_STRANGER, "true"]
    for command in (becomes, ["find", *own, *unreadable]):
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, pass_fds=[namespace])
        if done.returncode or done.stdout:
            os.close(namespace)
            return ()
    return (namespace,)


def shown(everything):
    """Return the files and folders that answers see."""
    return list(map(str, [*SYSTEM, *_python(), *_needed(everything)]))


def private():
    """Return folders that no answer may see anything of, but for what is shown in them."""
    home = os.path.expanduser("~")
    return [str(TOOLS.parent / "solutions"), *([home] if len(home) > 1 else [])]


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


def _bwrap(namespaces):
    """Return the words of the command that make namespaces, or join one of `files`."""
    shared = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"]
    shared += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() and not namespaces:
        return [*shared, "--unshare-user"]
    # Root, here or in that namespace, mounts what the stranger could not reach; then setpriv becomes the stranger.
    joined = [word for file in namespaces for word in ("--userns", str(file))]
    return [*shared, *joined, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]


def _as_stranger():
    return AS_STRANGER if _chooses_user() else []


def _chooses_user():
    return os.geteuid() == 0 or bool(files())


def _system():
    """Return the mounts of the system, read-only: programs and libraries, and what links into them."""
    mounts = _folder("/usr")
    for path in SYSTEM:
        mounts += ["--ro-bind-try", str(path), str(path)]
    for name in ("bin", "lib", "lib32", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            mounts += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            mounts += ["--ro-bind", str(path), str(path)]
    mounts += [*_folder("/etc"), "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    # The /proc that bubblewrap makes for root is partly covered, and then no new one can be mounted for an answer.
    mounts += ["--bind", "/proc", "/proc"] if os.geteuid() == 0 else ["--proc", "/proc"]
    return [*mounts, "--dev", "/dev", "--remount-ro", "/dev", *_folder("/tmp"), *_mode("1777"), "--tmpfs", SCRATCH]


def _mounts(everything):
    """Return mounts of what answers see besides the system, read-only, in the usual paths; folders above are empty.

    Libraries may be within Python's own folder. Then an empty folder covers them all, with those in it that are needed.
    """
    seen = {*_python(), *_needed(everything)}
    covered = {folder for folder in _installed() if folder not in seen and _within(folder, {*SYSTEM, *seen})}
    mounts, made = [], {Path("/"), Path("/usr"), Path("/etc"), Path("/tmp")}
    for path in sorted(seen | covered):
        if path in covered:
            mounts += [*_mode(), "--tmpfs", str(path)]
        elif _within(path, covered) or not _within(path, {*SYSTEM, *seen} - {path}):
            for parent in reversed(path.parents):
                if parent not in made and not _within(parent, {*SYSTEM, *seen, *covered}):
                    made.add(parent)
                    mounts += _folder(parent)
            mounts += ["--ro-bind", str(path), str(path)]
    return [*mounts, *(word for path in sorted(covered) for word in ("--remount-ro", str(path)))]


def _within(path, folders):
    return any(path.is_relative_to(folder) for folder in folders)


def _folder(path):
    return [*_mode(), "--dir", str(path)]


def _mode(mode="0755"):
    """Return the words that let the stranger read what bubblewrap makes next."""
    return ["--perms", mode] if _chooses_user() else []


def _python():
    """Return the interpreter, its library and the shared libraries beside it; never the whole of its prefix."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}  # not a virtual environment's
    own = {Path(sysconfig.get_path(name, vars=base)) for name in ("stdlib", "platstdlib")}
    paths = {Path(interpreter()), *own}
    for prefix in map(Path, {sys.base_prefix, sys.base_exec_prefix, str(Path(interpreter()).parents[1])}):
        for library in (prefix / "lib", prefix / "lib64"):
            if (prefix / "conda-meta").is_dir():
                paths.add(library)  # it holds what conda has installed, and hundreds of shared libraries among it
            elif not _within(library, SYSTEM):
                paths |= {*library.glob("*.so*"), *(library / folder.name for folder in own)}
    return sorted(path for path in paths if path.exists())


def _needed(everything):
    """Return these packages, and the libraries that answers may use."""
    folders = _libraries()
    if not everything:
        folders = [folder / name for folder in folders for name in NUMPY if (folder / name).exists()]
    return [*PACKAGES, *folders]


def _installed():
    """Return folders that hold installed libraries: the environment's, Python's own and Debian's."""
    own = [folder for folder in _python() if folder.is_dir()]
    beside = [folder / name for folder in own for name in ("site-packages", "dist-packages")]
    folders = [*_libraries(), *beside, Path("/usr/lib/python3/dist-packages")]
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def _libraries():
    """Return the folders of installed libraries."""
    folders = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()])
    return [Path(folder) for folder in folders if folder and Path(folder).is_dir()]
