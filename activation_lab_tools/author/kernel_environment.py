"""How a notebook's kernel is started, so that a build and a test of the notebook give the same outputs."""

import os
from pathlib import Path

from activation_lab.checking.kept_points import FILE, SETTING

from . import forked_kernels

KERNEL_ENV = {
    "PYTHONHASHSEED": "0",  # the printed order of a set must not change from run to run
    "TF_CPP_MIN_LOG_LEVEL": "3",  # TensorFlow's log lines carry times
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU adds in a different order, and prints different digits
    "OPENBLAS_NUM_THREADS": "1",  # two notebooks with several threads each slow each other down
    "TF_NUM_INTRAOP_THREADS": "1",  # the same; and a sum over several threads differs in its last digits
    "TF_NUM_INTEROP_THREADS": "1",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

# ipykernel copies what native code prints into the outputs, except when pytest started it. So switch it off.
KERNEL_ARGUMENTS = ("--IPKernelApp.capture_fd_output=False",)


def environment(folder, cells):
    """Return the environment of a kernel: this process's own, overridden by KERNEL_ENV.

    Args:
        folder: an empty folder; the kernel looks there for startup files, history and Keras settings, and keeps a
            learner's points there.
        cells: those of the notebook that the kernel will run.
    """
    own = {"IPYTHONDIR": str(folder), "KERAS_HOME": str(folder), SETTING: str(Path(folder, FILE))}
    if any("keras" in cell.source for cell in cells if cell.cell_type == "code"):
        own[forked_kernels.ASKS] = "keras"
    return {**os.environ, **KERNEL_ENV, **own}
