"""`from activation_lab.quiet import keras, tf`: the plain modules, without the log lines of TensorFlow's C++ code.

TF_CPP_MIN_LOG_LEVEL=3 no longer silences the startup: some lines are logged before the variable is read. So file
descriptor 2, where native code writes, is redirected to a temporary file while TensorFlow is imported and runs its
first operations. Afterwards everything is shown except lines in the format of native logs: Python's errors and warnings
go to the same place, and none is lost. If the import fails, every line is shown.

If TF_CPP_MIN_LOG_LEVEL is set to less than 3, the user wants to read the log, so nothing is redirected. (If a native
error kills the interpreter during the import, the redirected lines are lost with it; level 0 shows them.)

Threads and devices cannot be configured after the first operation; use the environment, such as TF_NUM_INTRAOP_THREADS.
A process must not run an operation before it forks, or its children hang. ACTIVATION_LAB_WARM_UP=no skips the first
operations here; the lines that they log later are then shown.
"""

import contextlib
import os
import re
import sys
import tempfile

STDERR = 2
QUIET = 3

NATIVE_LINE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|[IWEF]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] "  # I0000 00:00:1795308757.102729   25818 port.cc:153] …
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] \S+:\d+\] "  # 2026-11-22 00:52:44.1027: I tensorflow/core/…:153] …
    # Second lines of longer messages: from cpu_feature_guard, gpu_device, and about NUMA nodes.
    rb"|To enable the following instructions: .*, (in other operations, )?rebuild TensorFlow with"
    rb"|Skipping registering GPU devices\.\.\."
    rb"|Your kernel may (not )?have been built with(out)? NUMA support"
)


def without_native_lines(log):
    """Return the log (bytes) without the lines that begin like a native log line."""
    return b"".join(line for line in log.splitlines(keepends=True) if not NATIVE_LINE.match(line))


@contextlib.contextmanager
def native_lines_dropped():
    """Context: hold back file descriptor 2; then write it out without native lines, or all of it after an error."""
    try:
        stderr = os.dup(STDERR)
    except OSError:  # closed: nobody reads it
        yield
        return
    keep = bytes
    with tempfile.TemporaryFile() as held:
        _flush()
        os.dup2(held.fileno(), STDERR)
        try:
            yield
            keep = without_native_lines
        finally:
            _flush()
            os.dup2(stderr, STDERR)
            os.close(stderr)
            held.seek(0)
            with contextlib.suppress(OSError), open(STDERR, "wb", closefd=False) as shown:
                shown.write(keep(held.read()))


def _flush():
    if sys.stderr is not None and not sys.stderr.closed:
        sys.stderr.flush()


def _check_backend(name):
    if name != "tensorflow":
        raise ImportError(
            f"Keras is set to the backend {name!r}; this course needs 'tensorflow', since it inspects TensorFlow's "
            "tapes and graphs. Set the environment variable KERAS_BACKEND to tensorflow or unset it; restart Python."
        )


def _load():
    """Return keras and tensorflow, imported and warmed up."""
    level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", str(QUIET))
    log_wanted = level.isdigit() and int(level) < QUIET
    os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or "tensorflow"  # takes precedence over ~/.keras
    _check_backend(os.environ["KERAS_BACKEND"])
    try:
        with contextlib.nullcontext() if log_wanted else native_lines_dropped():
            import tensorflow as tf

            if os.environ.get("ACTIVATION_LAB_WARM_UP") != "no":
                _warm_up(tf)
            import keras
    except ModuleNotFoundError as error:
        if error.name not in ("tensorflow", "keras"):
            raise
        raise ModuleNotFoundError(
            f"This part of the course needs TensorFlow and Keras, and {error.name} is not installed here. In the "
            'course folder, run pip install -e ".[keras]", or start with make lab, which does that; then restart the '
            "kernel. Part I (lessons 1 to 4) needs neither.",
            name=error.name,
        ) from None
    _check_backend(keras.config.backend())  # Keras may already have been imported, with another backend
    return keras, tf


def _warm_up(tf):
    """Trigger what is logged once: the search for devices (first operation), the start of XLA (first compilation)."""
    tf.constant(1.0) + 1
    with contextlib.suppress(tf.errors.OpError):  # not every device has a compiler
        tf.function(lambda: tf.constant(1.0) + 1, jit_compile=True)()


keras, tf = _load()
