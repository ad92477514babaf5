"""How a notebook's kernel is started, so that a build and a test of it see the same outputs."""

import os

KERNEL_ENV = {
    "PYTHONHASHSEED": "0",  # the printed order of a set must not change from run to run
    "TF_CPP_MIN_LOG_LEVEL": "3",  # TensorFlow's log lines carry times
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU adds in another order, and prints other digits
    "OPENBLAS_NUM_THREADS": "1",  # two notebooks at a time, with several threads each, wait for one another
    "TF_NUM_INTRAOP_THREADS": "1",  # the same; and a sum over several threads has other last digits
    "TF_NUM_INTEROP_THREADS": "1",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

# ipykernel copies what native code writes into the outputs, but not when pytest has started it: so never.
KERNEL_ARGUMENTS = ("--IPKernelApp.capture_fd_output=False",)


def environment(folder):
    """The environment of a kernel: this process's own, and KERNEL_ENV on top of it.

    Args:
        folder: an empty one, where the kernel looks for the user's start-up files, history and Keras settings.
    """
    return {**os.environ, **KERNEL_ENV, "IPYTHONDIR": str(folder), "KERAS_HOME": str(folder)}
