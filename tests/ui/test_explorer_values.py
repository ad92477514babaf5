"""Are the explorer's numbers the package's? Its JavaScript runs in a browser, and the package beside it."""

import base64

import numpy as np
import pytest

import activation_lab as lab
from activation_lab.figures.explorer import ELEMENTWISE
from activation_lab.figures.explorer.pictures import resource

SCRIPT = resource("explorer.js")
STEPS = np.arange(-30, 31) / 10  # of each slider
PROMISED = 1e-6
NUMBERS = {
    "oneNeuron": ("z", "a", "slope", "dkernel"),
    "denseWithActivation": ("z", "a", "dz", "dx", "dkernel", "dbias"),
    "denseThenActivation": ("z", "a", "dz", "dx", "dkernel", "dbias"),
}
# Each function at every combination of steps: x slowest, bias fastest. They leave as base64, since JSON takes minutes.
COMPUTE = """async ([script, name, steps, numbers]) => {
  const explorer = await import(`data:text/javascript;base64,${script}`);
  const perPlace = Object.values(numbers).flat().length;
  const table = new Float64Array(steps.length ** 3 * perPlace);
  let next = 0;
  for (const x of steps) for (const kernel of steps) for (const bias of steps)
    for (const [compute, keys] of Object.entries(numbers)) {
      const results = explorer[compute](name, x, kernel, bias);
      for (const key of keys) table[next++] = results[key];
    }
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(new Blob([table])); });
  return reader.result.split(",")[1];
}"""

each_activation = pytest.mark.parametrize("name", ELEMENTWISE)


def in_the_browser(page, name, steps, script=SCRIPT):
    """{"function.number": array over (x, kernel, bias)}, as the script computes it."""
    encoded = base64.b64encode(script.encode()).decode()
    received = page.evaluate(COMPUTE, [encoded, name, steps.tolist(), NUMBERS])
    names = [f"{function}.{number}" for function, numbers in NUMBERS.items() for number in numbers]
    table = np.frombuffer(base64.b64decode(received)).reshape(*[len(steps)] * 3, len(names))
    return dict(zip(names, np.moveaxis(table, -1, 0), strict=True))


def in_the_package(name, steps):
    """The same, by dense_forward, the activation, its backward and dense_backward."""
    f, f_backward = lab.ACTIVATIONS[name]
    n = len(steps)
    kernels, biases = np.repeat(steps, n)[np.newaxis], np.tile(steps, n)
    # For one x, a layer whose units are all pairs of kernel and bias.
    z = np.concatenate([lab.dense_forward(np.array([[x]]), kernels, biases) for x in steps])
    dz = f_backward(np.ones_like(z), z)
    back = [lab.dense_backward(dz[k : k + 1], np.array([[x]]), kernels)[1:] for k, x in enumerate(steps)]
    dkernel, dbias = (np.stack(arrays).reshape(n, n, n) for arrays in zip(*back, strict=True))
    z, dz = z.reshape(n, n, n), dz.reshape(n, n, n)
    # For one kernel, a batch of all pairs of x and bias.
    rows = [dz[:, k].reshape(-1, 1) for k in range(n)]
    dx = [
        lab.dense_backward(row, np.ones_like(row), np.array([[kernel]]))[0]
        for row, kernel in zip(rows, steps, strict=True)
    ]
    dx = np.stack([column.reshape(n, n) for column in dx], axis=1)
    form = {"z": z, "a": f(z), "dz": dz, "dx": dx, "dkernel": dkernel, "dbias": dbias}
    forms = {f"{kind}.{key}": form[key] for kind in list(NUMBERS)[1:] for key in form}
    return {"oneNeuron.z": z, "oneNeuron.a": f(z), "oneNeuron.slope": dz, "oneNeuron.dkernel": dkernel} | forms


def difference(one, other):
    assert one.keys() == other.keys()
    return max(np.max(np.abs(one[key] - other[key])) for key in one)


@each_activation
def test_every_step_of_every_slider(page, name):
    """Where sliders can stand, at all 61³ places: are the numbers the package's, and both forms' the same bits?"""
    results = in_the_browser(page, name, STEPS)
    assert difference(results, in_the_package(name, STEPS)) <= PROMISED
    for number in NUMBERS["denseThenActivation"]:
        assert np.array_equal(results[f"denseWithActivation.{number}"], results[f"denseThenActivation.{number}"])


def test_the_package_computes_one_sample_at_a_time():
    """Does the table of expected numbers hold what Dense and Activation give for one sample?"""
    steps = np.array([-2.9, -0.5, 1.2])
    expected = in_the_package("mish", steps)
    for (i, j, k), z in np.ndenumerate(expected["oneNeuron.z"]):
        dense, activation = lab.Dense(1), lab.Activation("mish")
        dense.parameters = {"kernel": steps[[[j]]], "bias": steps[[k]]}
        assert dense.forward(steps[[[i]]]) == pytest.approx(z)
        activation.forward(dense.forward(steps[[[i]]]))
        dx = dense.backward(activation.backward(np.ones((1, 1))))
        results = {"dx": dx, "dkernel": dense.gradients["kernel"], "dbias": dense.gradients["bias"]}
        for key, result in results.items():
            assert expected[f"denseThenActivation.{key}"][i, j, k] == pytest.approx(result.item())


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("leaky_relu", "z > 0 ? 1 : 0.2", "z > 0 ? 1 : 0.3"),
        ("relu", "z > 0 ? 1 : 0)", "z >= 0 ? 1 : 0)"),
        ("selu", "1.6732632423543772", "1.67326"),
        ("gelu", "1e-17", "1e-3"),
        ("mish", "** 2,", ","),
        ("tanh", "dkernel: DA * slope * x", "dkernel: DA * slope * kernel"),
        ("tanh", "dkernel: dz * seen", "dkernel: dz"),
        ("tanh", "dz, dx: dz * kernel", "dz, dx: dz"),
    ],
)
def test_a_wrong_formula_is_noticed(page, name, right, wrong):
    """Does this test fail where the script has a slip?"""
    assert SCRIPT.count(right) == 1
    steps = STEPS[::5]
    assert difference(in_the_browser(page, name, steps), in_the_package(name, steps)) <= PROMISED
    mutated = in_the_browser(page, name, steps, SCRIPT.replace(right, wrong))
    assert difference(mutated, in_the_package(name, steps)) > PROMISED


# Whatever an explorer shows while its sliders move, row by row: sliders, then numbers with their names.
RECORD = """root => {
  window.rows = [];
  root.addEventListener("input", () => window.rows.push({
    activation: root.querySelector("select").value,
    ...Object.fromEntries([...root.querySelectorAll("input")].map((slider) => [slider.name, slider.value])),
    ...Object.fromEntries([...root.querySelectorAll("td output")].map(
      (output) => [`${output.dataset.form}.${output.name}`, [output.dataset.value, output.textContent]])),
  }));
}"""


def walk(page, explorer):
    """Moves every slider through all its steps, by keyboard alone; returns what was shown at each."""
    page.set_content(explorer._repr_html_())
    root = page.locator(".activation-explorer[data-live=yes]")
    root.evaluate(RECORD)
    for name in ("x", "kernel", "bias"):
        root.locator(f"input[name={name}]").focus()
        for key in ["Home", *["ArrowRight"] * 60, "End", *["ArrowLeft"] * 25]:
            page.keyboard.press(key)
    return page.evaluate("window.rows")


def agrees(shown, expected):
    """Is the whole number in data-value right, and the text its first three decimals, with a real minus sign?"""
    value, text = shown
    assert float(value) == pytest.approx(expected, abs=PROMISED)
    assert text == f"{float(value):.3f}".replace("-0.000", "0.000").replace("-", "−")


@pytest.mark.parametrize("name", ["gelu", "relu", "selu"])
def test_sliders_lead_to_the_numbers(page, name):
    """Does each step of a slider, made by an arrow key, show the package's numbers for where the sliders stand?"""
    rows = walk(page, lab.explorer.one_neuron(name, x=0.7, kernel=-1.3, bias=0.4))
    f, f_backward = lab.ACTIVATIONS[name]
    assert {row["x"] for row in rows} == {f"{step:g}" for step in STEPS}
    assert len(rows) > 3 * 80
    for row in rows:
        x, kernel, bias = (float(row[key]) for key in ("x", "kernel", "bias"))
        z = x * kernel + bias
        slope = f_backward(1.0, z)
        expected = {".z": z, ".a": f(z), ".slope": slope, ".dkernel": slope * x}
        for key, number in expected.items():
            agrees(row[key], float(number))


def test_sliders_lead_to_the_numbers_of_both_forms(page):
    """Do both columns show them, each for its form?"""
    rows = walk(page, lab.explorer.two_forms("swish", x=-0.8, kernel=2.1, bias=-0.4))
    for row in rows:
        x, kernel, bias = (float(row[key]) for key in ("x", "kernel", "bias"))
        z = x * kernel + bias
        dz = lab.swish_backward(1.0, z)
        expected = {"z": z, "a": lab.swish(z), "dz": dz, "dx": dz * kernel, "dkernel": dz * x, "dbias": dz}
        for form in ("argument", "layer"):
            for key, number in expected.items():
                agrees(row[f"{form}.{key}"], float(number))
