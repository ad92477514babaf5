"""Which system calls do answers make, and does the sandbox's list hold them?"""

import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from activation_lab_tools.grader.sandbox import seccomp, system_calls

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
# NumPy 2.1's OpenBLAS asks where memory is to lie (mbind), and goes on without an answer.
MBIND = {"x86_64": "237", "aarch64": "235"}.get(platform.machine())
DONE_WITHOUT = {MBIND} if np.__version__.startswith("2.1.") else set()
recordable = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in seccomp.AUDIT,
    reason="system calls of Linux on x86-64 and ARM64",
)


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers(machine):
    """Are the numbers those of Linux's own headers?"""
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip(f"{header} is not here")
    official = dict(re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", header.read_text()))
    official.setdefault("newfstatat", official.get("fstatat"))
    for listed in ("FILES", "MEMORY", "PROCESSES", "SIGNALS_AND_TIME", "SOCKETS", "BY_ARGUMENT"):
        for name, number in system_calls.numbers(machine, getattr(system_calls, listed)).items():
            assert official[name] == str(number), name


def test_each_once():
    """Is no call listed twice, so that a rule about its arguments can't be passed over?"""
    for machine in system_calls.MACHINES:
        free = set(system_calls.numbers(machine).values())
        ruled = set(system_calls.numbers(machine, system_calls.BY_ARGUMENT).values())
        assert free.isdisjoint(ruled)
        assert set(system_calls.numbers(machine, system_calls.BY_ARGUMENT)) == {*seccomp.VALUES, *seccomp.BITS}


@recordable
def test_calls_of_honest_answers():
    """Do the installed Python, NumPy and TensorFlow make only calls that the sandbox allows?"""
    recorder = Path(__file__).with_name("recorder.py")
    done = subprocess.run([sys.executable, recorder], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr[-3000:]
    assert set(done.stdout.split()) <= DONE_WITHOUT, (
        "Right answers make system calls with these numbers, which the sandbox refuses. See whether the library does "
        "without them; if not, add them to activation_lab_tools/grader/sandbox/system_calls.py; if so, to DONE_WITHOUT."
    )
