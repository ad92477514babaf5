"""`from activation_lab.quiet import keras, tf`: the plain modules, without the lines that TensorFlow's C++ code logs.

TF_CPP_MIN_LOG_LEVEL=3 no longer silences the start: some lines are logged before anything reads it. So file descriptor
2, where native code writes, is held in a temporary file while TensorFlow is imported and runs its first operations.
What was written is then shown after all, except lines in the format of native logs: Python's errors and warnings go to
the same place, and none is lost. If the import fails, every line is shown.

Whoever has set TF_CPP_MIN_LOG_LEVEL to less than 3 wants to read the log: then nothing is held. (An interpreter that
dies of a native error during the import takes what is held with it; level 0 shows it.)

Threads and devices cannot be configured after the first operation; use the environment, such as TF_NUM_INTRAOP_THREADS.
A process that is going to fork must not run an operation before, or its children hang: ACTIVATION_LAB_WARM_UP=no leaves
the first operations to whoever needs them, and their lines are then shown.
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
    # Second lines of longer messages: cpu_feature_guard, gpu_device, and of NUMA nodes.
    rb"|To enable the following instructions: .*, (in other operations, )?rebuild TensorFlow with"
    rb"|Skipping registering GPU devices\.\.\."
    rb"|Your kernel may (not )?have been built with(out)? NUMA support"
)


def without_native_lines(log):
    """bytes -> bytes: every line that does not begin as a native log line does."""
    return b"".join(line for line in log.splitlines(keepends=True) if not NATIVE_LINE.match(line))


@contextlib.contextmanager
def native_lines_dropped():
    """Hold what is written to file descriptor 2; then write it there: without native lines, after an error whole."""
    try:
        stderr = os.dup(STDERR)
    except OSError:  # closed: nobody reads
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
            f"Keras is set to the backend {name!r}; this course needs 'tensorflow', whose tapes and graphs it looks "
            "into. Set the environment variable KERAS_BACKEND to tensorflow, or unset it, and restart Python."
        )


def _load():
    """keras and tensorflow, imported and warmed up."""
    level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", str(QUIET))
    log_wanted = level.isdigit() and int(level) < QUIET
    os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or "tensorflow"  # before what ~/.keras may say
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
            'folder of the course run pip install -e ".[keras]", or start with make lab, which does; then restart the '
            "kernel. Part I, lessons 1 to 4, needs neither.",
            name=error.name,
        ) from None
    _check_backend(keras.config.backend())  # Keras may have been imported before, with another one
    return keras, tf


def _warm_up(tf):
    """Do what is logged once: look for devices, at the first operation, and start XLA, at the first compilation."""
    tf.constant(1.0) + 1
    with contextlib.suppress(tf.errors.OpError):  # not every device has a compiler
        tf.function(lambda: tf.constant(1.0) + 1, jit_compile=True)()


keras, tf = _load()
