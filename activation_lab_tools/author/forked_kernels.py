"""Kernels that start with NumPy, Matplotlib, TensorFlow and Keras imported: importing takes most of a start's time.

A process imports them once, in a kernel's environment, and is forked for each kernel. A kernel still imports the course
itself, and still runs TensorFlow's first operation. Processes can be forked and watched on Linux only; elsewhere, and
for kernels of another Python, Jupyter starts them as it always does.

Run as a program, this module is the process that is forked. It imports nothing of the course, which a notebook
would then find imported.
"""

import atexit
import contextlib
import functools
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile

IMPORTED = "matplotlib.pyplot", "matplotlib_inline.backend_inline"
WITH_KERAS = "tensorflow", "keras"  # imported when the first kernel asks for them
ASKS = "ACTIVATION_LAB_KERNEL"  # the environment variable by which it does
START = [sys.executable, "-m", "ipykernel_launcher"]  # of each kernel's command line, but for options of Python


def install():
    """Let Jupyter's kernel managers in this process start kernels in this way."""
    from jupyter_client.provisioning import local_provisioner

    if hasattr(os, "fork") and hasattr(os, "pidfd_open"):
        local_provisioner.launch_kernel = launch_kernel


def launch_kernel(command, env=None, cwd=None, stderr=None, **others):
    """Start a kernel. This replaces jupyter_client.launcher.launch_kernel, which starts those that can't be forked."""
    from jupyter_client.launcher import launch_kernel

    plain = [part for part in command if not part.startswith("-X")]
    if plain[:3] != START or env is None:
        return launch_kernel(command, env=env, cwd=cwd, stderr=stderr, **others)
    request = {
        "arguments": plain[3:],
        "environment": env,
        "folder": os.path.abspath(cwd or os.curdir),
        "silent": stderr == subprocess.DEVNULL,
        "keras": env.get(ASKS) == "keras",
    }
    return ForkedKernel(_Parent.of(env).fork(request))


class ForkedKernel:
    """What a kernel manager uses of a subprocess.Popen, for a process that is not this one's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid, self.returncode = pid, None
        self._file = os.pidfd_open(pid)

    def poll(self):
        return self._ended(0)

    def wait(self, timeout=None):
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("kernel", timeout)
        return self.returncode

    def _ended(self, timeout):
        """Return 0 as soon as it has ended, since its exit status is its parent's alone; None after `timeout`."""
        if self.returncode is None and select.select([self._file], [], [], timeout)[0]:
            self.returncode = 0
            os.close(self._file)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._file, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class _Parent:
    """The process that is forked: one for each environment in which modules may import differently."""

    def __init__(self, env):
        self.home = tempfile.TemporaryDirectory()  # without Keras's settings
        self.process = subprocess.Popen(
            [sys.executable, "-Xfrozen_modules=off", __file__],
            env=env | {"KERAS_HOME": self.home.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        atexit.register(self.close)

    @classmethod
    def of(cls, env):
        own = "IPYTHONDIR", "KERAS_HOME", "JPY_", "ACTIVATION_LAB_", "PYTEST_CURRENT_TEST"  # differ for each kernel
        return cls._with(tuple(sorted(item for item in env.items() if not item[0].startswith(own))))

    @classmethod
    @functools.cache
    def _with(cls, items):
        return cls(dict(items))

    def fork(self, request):
        self.process.stdin.write(f"{json.dumps(request)}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("The process from which kernels are forked has ended; its lines above say why.")
        return int(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.home.cleanup()


# The process that is forked


def main():
    """Fork a kernel for each line of standard input, and answer with its process number; end with the input."""
    from ipykernel import kernelapp

    import_all(IMPORTED)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a kernel ended, so it needn't be waited for
    for line in sys.stdin:
        request = json.loads(line)
        if request["keras"]:
            import_all(WITH_KERAS)
        if os.fork() == 0:
            return _become_kernel(request, kernelapp)


def import_all(names):
    for name in names:
        with contextlib.suppress(ImportError):  # a cell that needs it will say so
            importlib.import_module(name)


def _become_kernel(request, kernelapp):
    os.setsid()
    print(os.getpid(), flush=True)  # not before: a manager that knows this number may end the whole process group
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2) if request["silent"] else (0, 1):
        os.dup2(null, number)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["arguments"]
    sys.modules["numpy"].random.seed()  # else all kernels would draw the same numbers, as if they were seeded
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    del sys.path[0]  # this file's folder
    main()
