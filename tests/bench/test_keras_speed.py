"""Is the conversion of a Keras model quick enough to use it in passing?"""

import time


def test_to_layer_form_on_fifty_layers(tf):
    """Is a Sequential of 50 layers of 64 units converted in under 2 s?"""
    from activation_lab.with_keras.models import argument_form, to_layer_form

    model = argument_form(64, 50 * [64], 50 * ["relu"])
    seconds = []
    while not seconds or (len(seconds) < 5 and min(seconds) >= 2):  # neighbors can only slow it down
        start = time.perf_counter()
        twin = to_layer_form(model)
        seconds.append(time.perf_counter() - start)
    print(f"\nto_layer_form, 50 layers of 64 units: {seconds[0]:.3f} s at first, {min(seconds):.3f} s at best")
    assert len(twin.layers) == 100
    assert min(seconds) < 2
