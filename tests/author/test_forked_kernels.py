"""Is a kernel that is forked the same for a notebook as one that Jupyter starts?"""

import os
import subprocess
import sys
from types import SimpleNamespace

import hanging
import pytest
from jupyter_client.manager import KernelManager

from activation_lab_tools.author import forked_kernels
from activation_lab_tools.author.kernel_environment import KERNEL_ARGUMENTS, environment

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Processes are forked and watched on Linux only")

ASKED = """
import os, random, sys
import numpy as np
print(os.getcwd(), os.environ["IPYTHONDIR"], os.environ["MPLBACKEND"], os.getpid() == os.getsid(0), __name__)
print([name for name in sys.modules if name.startswith("activation_lab")], sys.path[0] == "", len(sys.argv))
print(hash("a word"), np.random.random(), random.random())
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """`start()`: a KernelManager and a client of a new kernel; forked once `install` was called."""
    running = []

    def start():
        folder = tmp_path / str(len(running))
        folder.mkdir()
        manager = KernelManager(transport="ipc", connection_file=str(folder / "kernel.json"))
        manager.start_kernel(
            cwd=str(tmp_path),
            env=environment(folder, []),
            stderr=subprocess.DEVNULL,
            extra_arguments=list(KERNEL_ARGUMENTS),
        )
        client = manager.client()
        client.start_channels()
        running.append((manager, client))
        client.wait_for_ready(timeout=hanging.SECONDS)
        return manager, client

    from jupyter_client.provisioning import local_provisioner

    monkeypatch.setattr(local_provisioner, "launch_kernel", local_provisioner.launch_kernel)
    yield start
    for manager, client in running:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def printed(client, source):
    text = []
    client.execute_interactive(
        source, timeout=hanging.SECONDS, output_hook=lambda message: text.append(message["content"].get("text", ""))
    )
    return "".join(text).splitlines()


def test_a_notebook_meets_the_same_in_both(start):
    """Does a forked kernel have a plain one's folder, variables, session and modules, but its own random numbers?"""
    plain, _ = start()[1], forked_kernels.install()
    first, second = start()[1], start()[1]
    lines = [printed(client, ASKED) for client in (plain, first, second)]
    folders = [line[0].split()[1][-1] for line in lines]
    assert folders == ["0", "1", "2"]
    assert len({line[0].replace(f"/{folder} ", " ") for line, folder in zip(lines, folders, strict=True)}) == 1
    assert len({line[1] for line in lines}) == 1 and lines[0][1].startswith("[]")
    words, *drawn = zip(*(line[2].split() for line in lines), strict=True)
    assert len(set(words)) == 1
    assert all(len(set(numbers)) == 3 for numbers in drawn), "unseeded numbers would pass for seeded ones"


def test_a_kernel_ends_when_it_is_told_to_or_dies(start):
    """Can it be interrupted, does a manager see that it died, and is its end no trouble to others?"""
    forked_kernels.install()
    (manager, client), (other, other_client) = start(), start()
    assert isinstance(manager.provisioner.process, forked_kernels.ForkedKernel)
    # Without stop_on_error=False, a kernel refuses what it is told within a tenth of a second after an error.
    waiting = client.execute("import time; print('waits'); time.sleep(1_000_000)", stop_on_error=False)
    while client.get_iopub_msg(timeout=hanging.SECONDS)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=hanging.SECONDS))["parent_header"]["msg_id"] != waiting:
        pass  # it has answered other questions first
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    client.execute("import os; os._exit(1)")
    assert manager.provisioner.process.wait(hanging.SECONDS) == 0 and not manager.is_alive()
    assert printed(other_client, "print(6 * 7)") == ["42"]
    other.shutdown_kernel(now=True)
    assert not other.is_alive()


def test_kernels_of_another_python_are_started_as_ever(monkeypatch):
    """Is a command line that isn't a kernel of this Python left to Jupyter?"""
    from jupyter_client import launcher

    monkeypatch.setattr(launcher, "launch_kernel", lambda command, **others: SimpleNamespace(command=command))
    for command in (["julia", "kernel.jl"], [sys.executable, "-m", "another_kernel"]):
        assert forked_kernels.launch_kernel(command, env={}).command == command
    assert forked_kernels.launch_kernel(forked_kernels.START).command == forked_kernels.START  # no fixed environment
