// The activation explorer: a dense unit with one input, and its activation f.
//
//   forward     z = x·kernel + bias     a = f(z)
//   backward    dz = da·f′(z)           dkernel = dz·x     dbias = dz     dx = dz·kernel
//
// Python writes `div.activation-explorer` with a still picture, an SVG in an <img>, and this script below it. The script
// moves the SVG out of the <img> into the page, so that its parts can be moved, and puts sliders and numbers beside it.

// --- The activations: value f(z) and slope f′(z), in the forms that overflow for no z ---------------------------------

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
};

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// φ(z) = exp(−z²/2) / √(2π)
const normalDensity = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

// Φ(z) = 1/2 + φ(z)·(z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …), whose terms all have the sign of z, so that none cancel.
const normalCdf = (z) => {
  let sum = z;
  for (let term = z, odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + normalDensity(z) * sum;
};

export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { value: (z) => (z > 0 ? z : 0.2 * z), slope: (z) => (z > 0 ? 1 : 0.2) },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  selu: {
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    slope: (z) => SELU_SCALE * (z >= 0 ? 1 : SELU_ALPHA * Math.exp(z)),
  },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  softplus: { value: softplus, slope: sigmoid },
  swish: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  gelu: { value: (z) => z * normalCdf(z), slope: (z) => normalCdf(z) + z * normalDensity(z) },
  mish: {
    value: (z) => z * Math.tanh(softplus(z)),
    slope: (z) => Math.tanh(softplus(z)) + (z * sigmoid(z)) / Math.cosh(softplus(z)) ** 2,
  },
};

// --- Forward and backward ---------------------------------------------------------------------------------------------

const DA = 1; // the loss grows as fast as a

export function oneNeuron(name, x, kernel, bias) {
  const z = x * kernel + bias;
  const slope = ACTIVATIONS[name].slope(z);
  return { z, a: ACTIVATIONS[name].value(z), slope, dkernel: DA * slope * x };
}

// The argument form: one box, which keeps z to itself.
export function denseWithActivation(name, x, kernel, bias) {
  const z = x * kernel + bias;
  const a = ACTIVATIONS[name].value(z);
  const dz = DA * ACTIVATIONS[name].slope(z);
  return { z, a, dz, dx: dz * kernel, dkernel: dz * x, dbias: dz };
}

// The layer form: two boxes. Each remembers what went in, and knows nothing of the other.
function dense(kernel, bias) {
  let seen;
  return {
    forward: (x) => (seen = x) * kernel + bias,
    backward: (dz) => ({ dx: dz * kernel, dkernel: dz * seen, dbias: dz }),
  };
}

function activation(name) {
  let seen;
  return {
    forward: (z) => ACTIVATIONS[name].value((seen = z)),
    backward: (da) => da * ACTIVATIONS[name].slope(seen),
  };
}

export function denseThenActivation(name, x, kernel, bias) {
  const [first, second] = [dense(kernel, bias), activation(name)];
  const z = first.forward(x);
  const a = second.forward(z);
  const dz = second.backward(DA);
  return { z, a, dz, ...first.backward(dz) };
}

// --- The two views ----------------------------------------------------------------------------------------------------

const NAME = `<span data-name></span>`;
const NEURON_ROWS = {
  z: "z = x · kernel + bias",
  a: `a = ${NAME}(z)`,
  slope: `slope of ${NAME} at z`,
  dkernel: "dkernel = da · slope · x, with da = 1",
};
const FORM_ROWS = {
  z: "z = x · kernel + bias",
  a: `a = ${NAME}(z)`,
  dz: "dz = da · slope, with da = 1",
  dx: "dx = dz · kernel",
  dkernel: "dkernel = dz · x",
  dbias: "dbias = dz",
};
const FORMS = { argument: denseWithActivation, layer: denseThenActivation };
const heading = (text) => `<th scope="row">${text}</th>`;
const number = (name, form = "") => `<td><output name="${name}" data-form="${form}"></output></td>`;

const VIEWS = {
  one_neuron: {
    table({ backward }) {
      const rows = Object.entries(NEURON_ROWS).filter(([name]) => backward === "yes" || name !== "dkernel");
      return rows.map(([name, text]) => `<tr>${heading(text)}${number(name)}</tr>`).join("");
    },
    update(root, [picture], name, ...numbers) {
      const results = oneNeuron(name, ...numbers);
      write(root.querySelectorAll("td output"), results);
      drawNeuron(picture, name, results);
    },
  },
  two_forms: {
    table() {
      const forms = Object.keys(FORMS);
      const head = `<tr><td></td>${forms.map((form) => `<th scope="col">${form} form</th>`).join("")}</tr>`;
      const rows = Object.entries(FORM_ROWS).map(
        ([name, text]) => `<tr>${heading(text)}${forms.map((form) => number(name, form)).join("")}</tr>`,
      );
      const differing = `<td colspan="2"><output name="differing"></output></td>`;
      return `${head}${rows.join("")}<tr>${heading("numbers that differ")}${differing}</tr>`;
    },
    update(root, pictures, name, x, kernel, bias) {
      const results = Object.values(FORMS).map((compute) => compute(name, x, kernel, bias));
      Object.keys(FORMS).forEach((form, k) => {
        write(root.querySelectorAll(`[data-form=${form}]`), results[k]);
        drawForm(pictures[k], { x, kernel, bias, da: DA, ...results[k] });
      });
      const names = Object.keys(FORM_ROWS);
      const differing = names.filter((key) => !Object.is(results[0][key], results[1][key]));
      root.querySelector("[name=differing]").value = `${differing.length} of ${names.length}`;
    },
  },
};

function format(value, decimals = 3) {
  const text = Math.abs(value).toFixed(decimals);
  return (value < 0 && Number(text) > 0 ? "\u2212" : "") + text;
}

function write(outputs, results) {
  for (const output of outputs) {
    output.value = format(results[output.name]);
    output.dataset.value = results[output.name];
  }
}

// --- The picture of a form: each number where it flows ----------------------------------------------------------------

function drawForm(picture, flowing) {
  for (const text of picture.querySelectorAll("[data-show]")) {
    text.textContent = `${text.dataset.show} = ${format(flowing[text.dataset.show])}`;
  }
}

// --- The picture of one neuron: its origin is the middle, and `reach` units are HALF pixels ---------------------------

const HALF = 160;

function drawNeuron(picture, name, { z, a, slope }) {
  const reach = Math.abs(z) <= 4 ? 4 : 12;
  const unit = HALF / reach;
  const part = (kind) => picture.querySelector(`.${kind}`);
  part("curve").setAttribute("d", path(ACTIVATIONS[name].value, unit));
  part("slope").setAttribute("d", path(ACTIVATIONS[name].slope, unit));
  const [x, y, run] = [z * unit, -a * unit, 0.3 * HALF];
  part("tangent").setAttribute("d", `M${x - run} ${y + slope * run}L${x + run} ${y - slope * run}`);
  part("point").setAttribute("cx", x);
  part("point").setAttribute("cy", y);
  for (const tick of picture.querySelectorAll("[data-tick]")) {
    tick.textContent = format(tick.dataset.tick * reach, 0);
  }
}

// A line through the function's values, two pixels from one to the next. A jump is no line.
function path(f, unit) {
  let [line, before] = ["", Infinity];
  for (let x = -HALF; x <= HALF; x += 2) {
    const value = f(x / unit);
    line += `${Math.abs(value - before) > 0.3 ? "M" : "L"}${x} ${(-value * unit).toFixed(2)}`;
    before = value;
  }
  return line;
}

// --- From the still picture to the live one ---------------------------------------------------------------------------

const LABELS = { x: "input x", kernel: "kernel", bias: "bias" };

// What Python wrote into the page, or null if the element is somebody else's. None of the page's text becomes markup.
function settingsOf({ view, activation, backward, ...start }) {
  const numbers = Object.keys(LABELS).map((name) => [name, start[name]?.trim() ? Number(start[name]) : NaN]);
  const known = Object.hasOwn(VIEWS, view ?? "") && Object.hasOwn(ACTIVATIONS, activation ?? "");
  if (!known || !numbers.every(([, value]) => Number.isFinite(value))) return null;
  return { view, activation, backward, ...Object.fromEntries(numbers) };
}

// JupyterLab takes the arrow keys for itself, but where data-lm-suppress-shortcuts stands.
function controls({ activation: chosen, ...start }) {
  const options = Object.keys(ACTIVATIONS).map((name) => `<option${name === chosen ? " selected" : ""}>${name}</option>`);
  const sliders = Object.entries(LABELS).map(
    ([name, text]) => `<label>${text} <input type="range" name="${name}" min="-3" max="3" step="0.1"
      value="${start[name]}" data-lm-suppress-shortcuts="true"></label><output aria-live="off"></output>`,
  );
  return `<label>activation <select name="activation" data-lm-suppress-shortcuts="true">${options.join("")}</select></label>
    ${sliders.join("")}`;
}

// The page changes when all is drawn: what fails before leaves the element as it was.
function start(root) {
  const settings = settingsOf(root.dataset);
  if (!settings) return;
  const view = VIEWS[settings.view];
  const pictures = [...root.querySelectorAll("img")].map(inlined);
  let place = document.createElement("div");
  place.innerHTML = `<div class="panel"><div class="controls">${controls(settings)}</div>
    <table aria-live="polite"><tbody>${view.table(settings)}</tbody></table></div><div class="pictures"></div>`;
  place.querySelector(".pictures").append(...pictures);
  const menu = place.querySelector("select");
  const sliders = [...place.querySelectorAll("input")];
  const update = () => {
    for (const name of place.querySelectorAll("[data-name]")) name.textContent = menu.value;
    for (const slider of sliders) slider.parentElement.nextElementSibling.value = format(slider.valueAsNumber, 1);
    view.update(place, pictures, menu.value, ...sliders.map((slider) => slider.valueAsNumber));
  };
  update();
  root.replaceChildren(...place.childNodes);
  place = root;
  root.addEventListener("input", update);
  root.dataset.live = "yes";
}

const ELEMENTS = ["svg", "style", "path", "text", "tspan", "rect", "circle"];
const ATTRIBUTES = `xmlns class role aria-label width height viewBox x y rx cx cy r d text-anchor
  data-tick data-name data-show`.split(/\s+/);

// The <img>'s SVG as a part of the page, if it holds no more than Python draws: an image can't run a script, a part can.
function inlined(image) {
  const drawn = new DOMParser().parseFromString(atob(image.src.split(",")[1]), "image/svg+xml").documentElement;
  for (const part of [drawn, ...drawn.querySelectorAll("*")]) {
    const strange = part.getAttributeNames().find((name) => !ATTRIBUTES.includes(name));
    const asks = part.tagName === "style" && /@i|url|image|src|\/\/|\\/i.test(part.textContent); // for another file
    if (strange || asks || !ELEMENTS.includes(part.tagName)) throw new Error("not a picture of the explorer's");
  }
  return drawn;
}

for (const root of document.querySelectorAll(".activation-explorer:not([data-live])")) {
  try {
    start(root);
  } catch {
    // It is somebody else's, of the same class: those after it are started all the same.
  }
}
