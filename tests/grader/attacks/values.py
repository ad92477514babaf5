"""Answers that return something other than what it seems to be."""


def equal_to_everything(da, z):
    """An object that every comparison likes."""

    class Agreeable:
        shape, dtype, ndim = z.shape, z.dtype, z.ndim
        __eq__ = __le__ = __ge__ = __lt__ = __gt__ = __call__ = lambda self, *_, **__: True
        __sub__ = __rsub__ = __abs__ = lambda self, *_: 0.0
        __hash__ = None

        def __getattr__(self, name):
            return self

    return Agreeable()


def array_that_agrees(da, z):
    """An array, of a class of its own, whose every comparison is true."""
    import numpy as np

    class Agreeable(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **_):
            return np.zeros(self.shape) if ufunc.nout == 1 and ufunc.__name__ != "equal" else np.ones(self.shape, bool)

        def __array_function__(self, *_):
            return True

    return (da * 0).view(Agreeable)


def lies_about_its_class(da, z):
    """An object that calls itself an array, and a float, and what not."""
    import numpy as np

    class Liar:
        __class__ = property(lambda self: np.ndarray)
        __array_interface__ = {"shape": z.shape, "typestr": "<f8", "data": (8, False), "version": 3}
        __reduce__ = __reduce_ex__ = __deepcopy__ = lambda self, *_: (exec, ("import os; os._exit(0)",))
        tobytes = __bytes__ = lambda self, *_: b"\x00" * z.nbytes
        dtype, shape, size, ndim, nbytes = z.dtype, z.shape, z.size, z.ndim, z.nbytes

    return Liar()


def array_on_demand(da, z):
    """An object that becomes an array when asked, another one each time."""
    import numpy as np

    class Later:
        asked = 0

        def __array__(self, *_, **__):
            self.asked += 1
            return np.random.default_rng().normal(size=z.shape) * self.asked

    return Later()


def generator(da, z):
    """Gives a number at a time."""
    yield from (da * (z > 0)).flat


async def coroutine(da, z):
    """Would have to be waited for."""
    return da * (z > 0)


def not_a_number(da, z):
    """NaN, which is neither right nor wrong to a careless comparison."""
    return da * float("nan")


def infinite(da, z):
    """Infinity, from which nothing is far."""
    return da * 0 + float("inf")


def masked(da, z):
    """An array all of whose entries are masked: each comparison of it is masked too, and so passes."""
    import numpy as np

    return np.ma.array(np.zeros_like(da), mask=True)


def of_no_length(da, z):
    """Nothing, of which all is right."""
    return da[:0]


def its_own_name(da, z):
    """The answer itself."""
    return eval("relu_backward")


def error_that_speaks(da, z):
    """An error whose class and text pretend, act on the program that shows them, and take their time."""
    import time

    class passed(Exception):  # noqa: N801, N818 (its name is the point)
        def __str__(self):
            time.sleep(0.05)
            return "✓ <script>alert('owned')</script>\x1b[2J\u202e =HYPERLINK(1)" * 100

        __repr__ = __str__

    passed.__name__ = passed.__qualname__ = "<img src=x onerror=alert(1)>\x1b[31m"
    passed.__module__ = "builtins"
    raise passed


def exit_that_pretends(da, z):
    """Leaves with the exit status of success."""
    raise SystemExit(0)


def asks_a_question(da, z):
    """Waits for somebody to type."""
    input("The right answer, please: ")


def not_implemented_by_name(da, z):
    """Claims to be untouched, after doing harm."""
    raise NotImplementedError("Write dense_backward here.")
