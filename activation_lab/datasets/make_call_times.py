"""Makes call_times.csv: how long 200 calls of one and the same model took, one after the other.

    python activation_lab/datasets/make_call_times.py

The file in the repository was made
once, on a virtual machine with two cores that other programs used too; another run gives other times, and lesson 8
prints what it computes from them. The model is lesson 8's small one, 784 numbers in, 64 hidden units with relu, 10
outputs with softmax, called in eager mode on a batch of 32. The first ten calls, which do things that are done only
once, aren't kept. The clock is `time.perf_counter`.
"""

import time
from pathlib import Path

FILE = Path(__file__).with_name("call_times.csv")
WARM_UP, CALLS = 10, 200


def measured():
    """The seconds of each of CALLS calls."""
    from activation_lab.quiet import tf
    from activation_lab.with_keras import models as keras_models

    model = keras_models.argument_form(784, [64, 10], ["relu", "softmax"])
    batch = tf.ones((32, 784))
    seconds = []
    for _ in range(WARM_UP + CALLS):
        start = time.perf_counter()
        model(batch, training=False)
        seconds.append(time.perf_counter() - start)
    return seconds[WARM_UP:]


if __name__ == "__main__":
    lines = ["microseconds", *(f"{1e6 * second:.1f}" for second in measured())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
