"""Does TensorFlow start without its C++ log lines, and is nothing else lost?"""

import contextlib
import importlib.util
import os
import queue
import re
import subprocess
import sys
from pathlib import Path

import hanging
import pytest

ROOT = Path(__file__).parents[2]
NATIVE = re.compile(r"absl::InitializeLog|\] .*oneDNN|\.cc:\d+\]|rebuild TensorFlow|cuInit", re.IGNORECASE)
needs_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is started here, and it is not installed"
)

# What native code wrote in several releases, including second lines of longer messages.
NATIVE_LINES = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795308757.102729   25818 port.cc:153] oneDNN custom operations are on. You may see slightly different …
E1122 10:52:37.385484   25818 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory …
W0000 00:00:1795308757.385484 140 gpu_device.cc:2344] Cannot dlopen some GPU libraries. Please make sure …
Skipping registering GPU devices...
2026-11-22 00:52:44.102729: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on. You may see …
2026-11-22 00:52:44.385484: E external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:266] failed call to cuInit: …
2026-11-22 00:52:44.385484: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized …
To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow with the appropriate …
2026-11-22 00:52:44.385484: W xla/stream_executor/cuda/cuda_executor.cc:100] could not open file to read NUMA node …
Your kernel may have been built without NUMA support.
"""
OTHER_LINES = """\
I0000 is how some log lines begin, and this is none.
2026-11-22 00:52:44 ERROR a program's own log: [x.cc:3]
  File "port.cc", line 153, in <module>
ImportError: To enable the following instructions, think.
WARNING:tensorflow:5 out of the last 5 calls triggered tf.function retracing.
"""
# Stand-ins for the two packages; what they do during import replaces {during}.
TENSORFLOW = """
import os, sys, warnings
{during}
operations = []
constant = lambda value: operations.append(value) or value
function = lambda function, **options: function
class errors:
    OpError = OSError
"""
KERAS = "class config:\n    backend = staticmethod(lambda: {backend!r})\n"


def run(code, *, level=None, path=None, **settings):
    """What `code` does in a new Python process: the finished process, with its output as text."""
    env = {name: value for name, value in os.environ.items() if name not in ("TF_CPP_MIN_LOG_LEVEL", "KERAS_BACKEND")}
    env |= {"TF_CPP_MIN_LOG_LEVEL": level} if level else {}
    env |= {"PYTHONPATH": os.pathsep.join(map(str, (path, ROOT)))} if path else {}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=hanging.SECONDS, cwd=ROOT, env=env | settings
    )


@pytest.fixture
def start(tmp_path):
    """`start(during, …)`: import the module with a stand-in for TensorFlow that runs `during`."""

    def imported(during="", *, before="", after="", backend="tensorflow", **options):
        make_stand_ins(tmp_path, during, backend)
        return run(f"{before}\nfrom activation_lab.quiet import keras, tf\n{after}", path=tmp_path, **options)

    return imported


def make_stand_ins(folder, during, backend="tensorflow"):
    """Write the stand-ins for both packages into a folder."""
    (folder / "tensorflow.py").write_text(TENSORFLOW.format(during=during), encoding="utf-8")
    (folder / "keras.py").write_text(KERAS.format(backend=backend), encoding="utf-8")


def writes(text):
    """Code that writes as native code does: to the descriptor, bypassing sys.stderr."""
    return f"os.write(2, {text.encode()!r})"


def test_native_lines_alone_are_dropped(start):
    """If native lines are mixed with others, are all of them dropped, and the others shown unchanged, in order?"""
    mixed = "".join(
        a + b for a, b in zip(NATIVE_LINES.splitlines(True), 3 * OTHER_LINES.splitlines(True), strict=False)
    )
    done = start(writes(mixed))
    assert done.returncode == 0, done.stderr
    expected = (3 * OTHER_LINES.splitlines())[: len(NATIVE_LINES.splitlines())]
    assert done.stderr.splitlines() == expected


def test_pythons_own_words_are_shown(start):
    """Are a warning, a print to stderr and text without a newline shown, though they go where native lines go?"""
    during = f"{writes(NATIVE_LINES)}\nwarnings.warn('look here')\nprint('and here', end='', file=sys.stderr)"
    done = start(during)
    assert done.returncode == 0
    assert "UserWarning: look here" in done.stderr and done.stderr.endswith("and here")
    assert not NATIVE.search(done.stderr)


def test_what_comes_later_is_shown(start):
    """Is the descriptor restored after the import?"""
    done = start(writes(NATIVE_LINES), after="import os; os.write(2, b'E1122 10:52:37.385484 7 x.cc:3] later')")
    assert done.stderr == "E1122 10:52:37.385484 7 x.cc:3] later"


@pytest.mark.parametrize("error", ["ImportError('libcudart')", "SystemExit(3)"])
def test_a_failing_import_hides_nothing(start, error):
    """If the import fails, are all lines shown, including native ones, together with the error?"""
    done = start(f"{writes(NATIVE_LINES)}; raise {error}")
    assert done.returncode != 0
    assert done.stderr.startswith(NATIVE_LINES)
    assert "SystemExit" in error or "ImportError: libcudart" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("level", "shown"), [("0", True), ("2", True), ("3", False), ("", False)])
def test_a_lower_level_shows_everything(start, level, shown):
    """If the user has set a level below 3, is it kept, and is everything shown?"""
    done = start(writes(NATIVE_LINES), level=level, after="import os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])")
    assert done.stdout.strip() == (level or "3")
    assert done.stderr == (NATIVE_LINES if shown else "")


@pytest.mark.parametrize(("setting", "operations"), [(None, 2), ("yes", 2), ("no", 0)])
def test_no_operation_before_a_fork(start, setting, operations):
    """Can a process that is going to fork ask to import TensorFlow without running an operation?"""
    settings = {} if setting is None else {"ACTIVATION_LAB_WARM_UP": setting}
    done = start(after="print(len(tf.operations))", **settings)
    assert done.stdout == f"{operations}\n", done.stderr


def test_a_closed_descriptor(start):
    """If file descriptor 2 is closed, as in some services, does the import still work?"""
    code = "import os, sys; os.close(2); sys.stderr = None"
    assert start("", before=code, after="print(tf.constant(7))").stdout == "7\n"


def test_without_tensorflow(start):
    """Does a missing package lead to a sentence that says which, how to get it, and what works without it?"""
    for missing in ("tensorflow", "keras"):
        done = start(before=f"import sys; sys.modules[{missing!r}] = None")
        last = done.stderr.splitlines()[-1]
        assert last.startswith("ModuleNotFoundError: This part of the course needs TensorFlow and Keras")
        assert f"{missing} is not installed" in last and 'pip install -e ".[keras]"' in last and "Part I" in last


def test_another_missing_module_is_not_taken_for_it(start):
    """Does a missing dependency of TensorFlow keep its own message?"""
    done = start("import no_such_module")
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'no_such_module'"


def test_another_backend_is_refused(start):
    """Is another Keras backend rejected, whether it is set before the import or found afterwards?"""
    for done in (
        start("raise AssertionError('too late')", KERAS_BACKEND="jax"),
        start(backend="jax"),
        start(backend="jax", before="import keras"),
    ):
        last = done.stderr.splitlines()[-1]
        assert last.startswith("ImportError: Keras is set to the backend 'jax'") and "KERAS_BACKEND" in last


WORK = """
import numpy as np
x, y = np.ones((64, 3), "float32"), np.ones((64, 2), "float32")
for compiled in (False, True):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="relu")])
    model.compile(loss="mse", jit_compile=compiled)
    model.fit(x, y, verbose=0)
model.predict(x, verbose=0)
"""
COMPILED = """
print(tf.function(lambda t: tf.nn.relu(t @ t), jit_compile=True)(tf.ones((2, 2))).numpy().tolist())
"""


@needs_tensorflow
def test_tensorflow_itself():
    """Does TensorFlow start, train, predict and compile with XLA without a line on stderr?"""
    done = run(f"from activation_lab.quiet import keras, tf\n{WORK}{COMPILED}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == "[[2.0, 2.0], [2.0, 2.0]]\n"


def test_in_a_notebook(tmp_path):
    """In a kernel that copies the descriptor into the notebook, is a Python warning shown, but no native line?"""
    manager = pytest.importorskip("jupyter_client.manager", reason="a kernel is started by jupyter_client")
    pytest.importorskip("ipykernel", reason="a kernel is started here")
    hidden = ("TF_CPP_MIN_LOG_LEVEL", "PYTEST_CURRENT_TEST")  # the second keeps a kernel from copying the descriptor
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env["PYTHONPATH"] = os.pathsep.join(map(str, (tmp_path, ROOT)))
    make_stand_ins(tmp_path, f"{writes(NATIVE_LINES)}\nwarnings.warn('look here')")
    kernel, client = manager.start_new_kernel(
        kernel_name="python3", cwd=str(ROOT), env=env, extra_arguments=["--IPKernelApp.capture_fd_output=True"]
    )
    try:
        cell = "from activation_lab.quiet import keras, tf\nprint(len(tf.operations), 'operations')"
        first, second = [], []
        for shown, code in ((first, cell), (second, "import os; os.write(2, b'captured\\n'); None")):
            client.execute_interactive(code, output_hook=shown.append, timeout=hanging.SECONDS)
        with contextlib.suppress(queue.Empty):
            while "captured" not in written(second):  # another thread copies it, now or later
                second.append(client.get_iopub_msg(timeout=hanging.SECONDS))
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert "UserWarning: look here" in written(first) and "2 operations" in written(first)
    assert not any(line in written(first + second) for line in NATIVE_LINES.splitlines())
    assert "captured" in written(second), "the kernel does not copy the descriptor, so the test above says nothing"


def written(messages):
    """The text of all streams and errors."""
    return "".join(str(message["content"].get("text", message["content"].get("evalue", ""))) for message in messages)
