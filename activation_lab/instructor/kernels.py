"""How a notebook's kernel is started, so that a build and a test of it see the same outputs."""

# On top of the process's own environment.
KERNEL_ENV = {
    "PYTHONHASHSEED": "0",  # the printed order of a set must not change from run to run
    "TF_CPP_MIN_LOG_LEVEL": "3",  # TensorFlow's log lines carry times
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU adds in another order, and prints other digits
    "OPENBLAS_NUM_THREADS": "1",  # two notebooks at a time, with several threads each, wait for one another
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

# ipykernel copies what native code writes into the outputs, but not when pytest has started it: so never.
KERNEL_ARGUMENTS = ("--IPKernelApp.capture_fd_output=False",)
