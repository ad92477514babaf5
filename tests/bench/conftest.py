"""Says under which conditions the numbers were measured."""

import ctypes
import os
import platform
from pathlib import Path

import numpy as np

FORCED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # they force another processor's kernels on OpenBLAS


def openblas_kernels():
    """The processor whose kernels NumPy's OpenBLAS has chosen, as the library itself says."""
    for path in Path(np.__file__).parent.parent.glob("numpy.libs/libscipy_openblas*"):
        library = ctypes.CDLL(str(path))
        for symbol in ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename"):
            if hasattr(library, symbol):
                name = getattr(library, symbol)
                name.restype = ctypes.c_char_p
                return f"OpenBLAS kernels for {name().decode()}"
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}, kernels unknown"


def pytest_terminal_summary(terminalreporter):
    write = terminalreporter.write_line
    write(f"NumPy {np.__version__} on {platform.machine()}, {os.cpu_count()} processors: {openblas_kernels()}")
    forced = [f"{name}={os.environ[name]}" for name in FORCED if name in os.environ]
    write(f"beware, set in the environment: {', '.join(forced)}" if forced else f"{' and '.join(FORCED)} are unset")
    if hasattr(os, "getloadavg"):
        write(f"load of the last minute: {os.getloadavg()[0]:.1f}")
