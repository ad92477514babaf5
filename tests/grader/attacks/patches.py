"""Answers that change the tools around them, so that they, or the wrong answer of the next exercise, might pass."""


def patches_numpy(da, z):
    """Lets NumPy find everything equal."""
    import numpy as np

    for name in ("allclose", "array_equal", "isclose", "array_equiv", "all"):
        setattr(np, name, lambda *_, **__: np.True_)
    for name in ("assert_allclose", "assert_array_equal", "assert_equal", "assert_almost_equal"):
        setattr(np.testing, name, lambda *_, **__: None)
    np.abs = np.absolute = np.subtract = lambda *arguments, **_: np.zeros_like(arguments[0])
    np.random.default_rng = lambda *_: None
    return da * 0


def patches_the_checks(da, z):
    """Replaces every function of the package that could judge, send or watch by one that is content."""
    import sys
    import types

    for name, module in list(sys.modules.items()):
        if name.startswith(("activation_lab.checking", "activation_lab_tools.grader", "activation_lab.harness")):
            for key, value in list(vars(module).items()):
                if isinstance(value, types.FunctionType) and key not in (
                    "send",
                    "encoded",
                    "_packed",
                    "_array",
                    "serve",
                ):
                    setattr(module, key, lambda *_, **__: True)
    return da * 0


def patches_python(da, z):
    """Replaces print, isinstance, len, json and struct."""
    import builtins
    import json
    import struct

    builtins.print = builtins.repr = lambda *_, **__: "passed"
    builtins.isinstance = builtins.all = builtins.any = lambda *_: True
    json.dumps = lambda *_, **__: '{"passed": true}'
    json.loads = lambda *_, **__: {"passed": True}
    struct.Struct = struct.pack = lambda *_: b""
    builtins.__import__ = None
    return da * 0


def poisons_the_modules(da, z):
    """Leaves false modules behind for the next import."""
    import sys
    import types

    class Content(types.ModuleType):
        def __getattr__(self, name):
            return lambda *_, **__: True

    for name in list(sys.modules):
        if name.split(".")[0] in ("numpy", "activation_lab", "json", "copy", "warnings"):
            sys.modules[name] = Content(name)
    sys.meta_path[:] = sys.path[:] = []
    return da * 0


def patches_later(da, z):
    """Leaves a thread running that patches NumPy again and again, and writes the arguments of later cases over."""
    import gc
    import threading
    import time

    import numpy as np

    def again_and_again():
        while True:
            np.allclose = np.array_equal = lambda *_, **__: True
            for each in gc.get_objects():
                if isinstance(each, list) and any(isinstance(item, np.ndarray) for item in each):
                    each[:] = [item * 0 if isinstance(item, np.ndarray) else item for item in each]
            time.sleep(0.01)

    threading.Thread(target=again_and_again, daemon=True).start()
    return da * 0


def patches_when_it_ends(da, z):
    """Waits for its end: exit handlers, finalizers, profilers and hooks."""
    import atexit
    import sys
    import threading

    def pass_it(*_):
        import numpy as np

        np.array_equal = np.allclose = lambda *_, **__: True

    class Last:
        __del__ = pass_it

    atexit.register(pass_it)
    sys.excepthook = sys.unraisablehook = threading.excepthook = pass_it
    sys.setprofile(pass_it)
    sys.settrace(pass_it)
    return Last()


def hides_its_changes(da, z):
    """Is right, but changes its argument, and lets every comparison in this process find nothing changed."""
    import copy
    import sys

    import numpy as np

    for name, module in list(sys.modules.items()):
        if name.startswith(("activation_lab.checking", "activation_lab_tools.grader")) and hasattr(module, "same"):
            module.same = lambda a, b: True
    np.array_equal = np.allclose = lambda *_, **__: True
    copy.deepcopy = lambda value, *_: value
    da[z <= 0] = 0
    return da


def prints_a_verdict(da, z):
    """Prints that it has passed."""
    print("relu_backward: ✓ passed, 2 of 2 points")
    print('{"state": "passed", "score": 2, "points": 2}')
    return da * 0


def changes_its_arguments(da, z):
    """Writes into its arguments, so that what is expected might become what it returns."""
    da[...] = 0
    z[...] = 0
    da.flags.writeable = False
    return da
