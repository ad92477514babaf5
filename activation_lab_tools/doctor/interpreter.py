"""This Python, and the environment in which it installs."""

import os
import platform
import sys
from pathlib import Path

from .finding import fault, note, ok, part_one
from .packages import allowed
from .place import near, quoted


def version(place):
    here, bits = platform.python_version(), 64 if sys.maxsize > 2**32 else 32
    expected = f"Python {place.python_range}, 64 bit"
    if bits != 64 or not allowed(here, place.python_range):
        return fault(
            f"Python {here}, {bits} bit",
            expected,
            "Install Python 3.13 (64 bit), then make a new environment with it: make clean, and make lab\n"
            "Without make: python3.13 -m venv .venv, and the README's lines",
        )
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return part_one(
            f"Python {here} for Intel Macs",
            "a Python for Apple silicon: TensorFlow has ended on Intel Macs",
            "On a Mac with Apple silicon, install Python for it.\nOn an Intel Mac Part I runs; do Part II elsewhere.",
        )
    return ok(f"{here}, {bits} bit", expected)


def environment(place):
    own = place.project / ".venv" if place.project else None
    prefix = Path(sys.prefix)
    conda = (prefix / "conda-meta").is_dir()
    if own and (own / "pyvenv.cfg").is_file() and not os.path.samefile(own, prefix):
        python = own / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        return note(
            f"{prefix}, while the course has an environment of its own",
            near(own),
            f"Examine that one: {quoted(near(python), near(place.project / 'activation_lab_tools/doctor'))}",
        )
    if sys.prefix == sys.base_prefix and not conda:
        return note(
            f"{prefix}, the system's own Python",
            "an environment of the course's own, so that nothing else is changed",
            "make lab, which makes one; or: " + place.python + " -m venv .venv",
        )
    kind = "conda" if conda else "virtual"
    return ok(f"{near(prefix)}, a {kind} environment")
