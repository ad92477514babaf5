"""What a lesson does, tried: Part I by hand, Part II with Keras."""

from pathlib import Path

from .finding import fault, ok
from .place import TENSORFLOWS, installed
from .programs import ILLEGAL, run

TOLERANCE = 1e-9  # both compute in float64
A_BY_HAND = [[2.5, 0.0]]  # relu([1 2] @ [[1 -1] [0.5 0.5]] + [0.5 -0.5])


def part_one(place):
    outcome = run("part_one.py", seconds=place.seconds)
    expected = "numpy, matplotlib and the course, imported; a layer computed"
    if outcome.code != 0:
        step = (outcome.output.split() or ["numpy"])[-1].split(".")[0]
        return fault(f"{step}: {outcome.why}", expected, _again(step, place))
    if outcome.data["a"] != A_BY_HAND:
        return fault(f"relu([2.5, -0.5]) gave {outcome.data['a']}", str(A_BY_HAND), _again("numpy", place))
    return ok(f"a dense layer with relu, by hand, in {outcome.seconds:.1f} s")


def keras(place):
    outcome = run("keras_dense.py", seconds=place.seconds)
    expected = "a Dense layer, computed; Part I runs without"
    if outcome.crash in ILLEGAL:
        return fault(f"{outcome.why}: {_processor()}", expected, "Do Part II on another machine, or in the cloud.")
    if outcome.crash == "SIGKILL":
        return fault(f"{outcome.why}: most often, memory ran out", expected, "Close other programs, and try again.")
    if outcome.code is None:
        return fault(outcome.why, expected, place.more_time)
    name = next((name for name in TENSORFLOWS if installed(name)), "tensorflow")
    if outcome.code != 0:
        return fault(outcome.why, expected, _again(name, place))
    if not outcome.data["difference"] <= TOLERANCE:
        found = f"it differs by {outcome.data['difference']:.1e} from the layer by hand"
        return fault(found, expected, _again(name, place))
    return ok(f"a Dense layer with relu, as by hand, in {outcome.seconds:.1f} s")


def _again(name, place):
    """What installs a package, or the course, once more."""
    if name == "activation_lab":
        return place.install_course()
    version = installed(name)
    return place.install("--force-reinstall", "--no-deps", f"{name}=={version}" if version else name)


def _processor():
    """What is known of AVX, which TensorFlow's wheels use."""
    try:
        has_avx = " avx" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        has_avx = None
    if has_avx:
        return "TensorFlow uses an instruction that this processor does not have"
    return "TensorFlow needs a processor with AVX" + ("" if has_avx is None else ", and this one has none")
