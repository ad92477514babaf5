"""Answers that look for the right values, or for what others have handed in. They are right if they find it."""


def walks_the_disk(da, z):
    """Looks for notebooks, grades, databases, secrets and rosters in every folder."""
    import os

    wanted = ".ipynb", "grades.csv", "exercises.csv", ".sqlite", ".db", "secret", "roster.csv", "id_rsa", "shadow"
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if f"{folder}/{name}" not in ("//proc", "//sys", "//usr")]
        if "site-packages" not in folder and any(name.endswith(wanted) for name in files):
            return da * (z > 0)


def reads_the_package(da, z):
    """Looks for the source, or the compiled code, of the course's own answer."""
    import glob
    import os

    import activation_lab

    folders = {os.path.dirname(activation_lab.__file__), *activation_lab.__path__}
    for folder in folders:
        for path in glob.glob(f"{folder}/**/*", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if b"relu_backward" in file.read():
                        return da * (z > 0)


def asks_for_the_source(da, z):
    """Asks Python for the source of the course's own answer, which it may remember."""
    import inspect

    import activation_lab as lab

    names = {"np": __import__("numpy")}
    exec(inspect.getsource(lab.relu_backward).replace("@", "#"), names)
    return names["relu_backward"](da, z)


def imports_the_exercises(da, z):
    """Imports the module that declares the exercise, and calls its reference."""
    from activation_lab.exercises import lesson_03_dense_backward

    return lesson_03_dense_backward.RELU_BACKWARD.reference(da, z)


def imports_an_answer_to_it(da, z):
    """Imports the module that declares the exercise, and calls another right answer that it holds."""
    from activation_lab.exercises import lesson_03_dense_backward

    return lesson_03_dense_backward.RELU_BACKWARD.accepted[0](da, z)


def imports_the_judge(da, z):
    """Imports the grader, in the hope of a secret."""
    from activation_lab_tools.grader import secret

    return da * (z > 0) if vars(secret) else None


def calls_the_solution(da, z):
    """Calls the course's own answer."""
    import activation_lab as lab

    return lab.relu_backward(da, z)


def calls_the_solution_by_detour(da, z):
    """Calls the course's own answer under names that no reader of the source would notice."""
    import numpy as np

    import activation_lab as lab

    def by_name():
        return getattr(lab, "relu_" + "drawkcab"[::-1])(da, z)

    def by_table():
        return lab.ACTIVATIONS["re" + "lu"][1](da, z)

    def by_layer():
        layer = lab.Activation("re" + "lu")
        layer.forward(np.array(z))
        return layer.backward(da)

    def by_module():
        module = __import__("importlib").import_module("activation_lab.acti" + "vations")
        return vars(module)["relu_backward"].__wrapped__(da, z)

    for way in (by_name, by_table, by_layer, by_module):
        try:
            return way()
        except Exception:
            continue


def loads_the_package_anew(da, z):
    """Throws the imported package away and imports it again, as it is on the disk."""
    import importlib
    import sys

    for name in [name for name in sys.modules if name.startswith("activation_lab")]:
        del sys.modules[name]
    return importlib.import_module("activation_lab.by_hand.activations").relu_backward(da, z)


def searches_the_memory(da, z):
    """Goes through all objects for a function that does what is asked, and for expected values."""
    import gc
    import types

    import numpy as np

    everything = gc.get_objects()
    for each in list(everything):
        if isinstance(each, dict):
            everything.extend(
                value for value in list(each.values()) if isinstance(value, np.ndarray | types.FunctionType)
            )
    for each in everything:
        if isinstance(each, np.ndarray) and each.shape == da.shape and each is not da and each is not z:
            if np.array_equal(each, da * (z > 0)):
                return each
        if isinstance(each, types.FunctionType) and each.__globals__.get("relu_backward") is not each:
            if each.__name__ in ("relu_backward", "reference", "_relu_backward_by_mask"):
                try:
                    return each(da, z)
                except Exception:
                    continue


def reads_the_memory(da, z):
    """Searches its own memory, and what it has inherited, for words that no child should know."""
    import re

    # In each a pair of brackets, or it would find itself.
    words = rb"The mask is taken from d[a]; where", rb"passes where relu was shu[t]", rb"03_dense_backwar[d]\.ipynb"
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights, *_ = line.split()
            start, end = (int(number, 16) for number in place.split("-"))
            if rights.startswith("rw") and end - start < 2**28:
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except (OSError, ValueError, OverflowError):
                    continue
                if any(re.search(word, content) for word in words):
                    return da * (z > 0)


def climbs_the_stack(da, z):
    """Looks through the variables of all callers for cases, expected values and references."""
    import sys

    import numpy as np

    frame, found = sys._getframe(1), []
    while frame is not None:
        found += [*frame.f_globals.items(), *frame.f_locals.items()]
        frame = frame.f_back
    for _, value in list(found):
        found += list(getattr(value, "__dict__", {}).items())
    for name, value in found:
        if name in ("expected", "reference", "mistakes", "accepted", "secret"):
            return da * (z > 0)
        if type(value) is np.ndarray and value is not da and np.array_equal(value, da * (z > 0)):
            return value


def reads_the_environment(da, z):
    """Looks for secrets in variables of the environment and in command lines."""
    import os

    text = " ".join(f"{key}={value}" for key, value in os.environ.items())
    for name in os.listdir("/proc"):
        for file_name in ("cmdline", "environ"):
            try:
                with open(f"/proc/{name}/{file_name}") as file:
                    text += file.read()
            except OSError:
                pass
    words = "secret", "token", "password", "submission", ".ipynb", "roster", "grades"
    return da * (z > 0) if any(word in text.casefold() for word in words) else None


def guesses_the_seed(da, z):
    """Draws the cases of a small seed, as the notebook's own check does, and compares."""
    import numpy as np

    for seed in range(1000):
        rng = np.random.default_rng(seed)
        if np.array_equal(rng.normal(scale=2, size=da.shape), da):
            return da * (z > 0)


def lets_keras_do_it(da, z):
    """Answers an exercise on NumPy by Keras."""
    import keras

    return da * np.array(keras.ops.relu(z) > 0)  # noqa: F821 (the notebook's)


def lets_tensorflow_do_it(da, z):
    """Answers an exercise on NumPy by a library that was imported where the reader of imports does not look."""
    tf = __import__("tensor" + "flow")
    return tf.raw_ops.ReluGrad(gradients=da, features=z).numpy()
