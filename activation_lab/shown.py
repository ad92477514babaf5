"""Text and HTML forms of what a learner reads, with the same words in both."""

import html
import re

import numpy as np

# The color of the bar, safe for color-blind readers; a symbol always accompanies it. Text keeps the theme's color.
COLORS = {"✓": "#009E73", "✗": "#D55E00", "○": "#888888", "→": "#0072B2"}
# Bold and plain type; the name of TensorFlow's kernel, which depends on the processor; the operation.
WRAPPING = re.compile(r"\x1b\[\d*m|\{\{function_node [^}]*\}\} ?| \[Op:\w+\] name: ?(?=\n|$)")
# The prefix of an error message raised while TensorFlow traced a function.
TRACED = re.compile(r"\Ain user code:\n\n.*?\n *\n +[\w.]+: ", re.DOTALL)
LINES, LINE_LENGTH = 8, 100  # the most for one value
TEXT = 500  # characters after which a list is not read on, whatever is in it, itself perhaps
BRACKETS = {list: "[]", tuple: "()", dict: "{}"}


def count(quantity, noun):
    """Return "1 point", "2 points", "1.5 points"; at most two decimals."""
    return f"{number(quantity)} {noun}{'' if quantity == 1 else 's'}"


def number(value):
    """Return "3" rather than "3.0", with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class Shown:
    """An object that shows itself as `symbol headline`, with lines of text below.

    In HTML, a line that starts with spaces becomes code, and one that starts with an arrow becomes bold. Words in
    backticks become code without the backticks.
    """

    def _parts(self):
        """Return symbol, headline, list of lines."""
        raise NotImplementedError

    def __repr__(self):
        symbol, headline, lines = self._parts()
        return "\n".join([f"{symbol} {headline}", *(f"  {line}" for line in lines)])

    def _repr_html_(self):
        symbol, headline, lines = self._parts()
        blocks = [f"<div><b>{symbol} {_code(headline)}</b></div>"]
        code = []
        for line in [*lines, ""]:
            if line.startswith(" "):
                code.append(html.escape(line[2:]))
                continue
            if code:
                blocks.append('<pre style="margin: 0.2em 0 0.4em 1.5em">' + "\n".join(code) + "</pre>")
                code = []
            if line:
                blocks.append(
                    f"<div><b>{_code(line)}</b></div>" if line.startswith("→") else f"<div>{_code(line)}</div>"
                )
        style = f"border-left: 5px solid {COLORS[symbol]}; padding: 0.2em 0 0.2em 0.8em"
        return f'<div style="{style}">{"".join(blocks)}</div>'


class Together:
    """Several objects that show themselves, one below another."""

    def __init__(self, *results):
        self.results = results

    def __repr__(self):
        return "\n".join(map(repr, self.results))

    def _repr_html_(self):
        return "\n".join(f'<div style="margin: 0.5em 0">{result._repr_html_()}</div>' for result in self.results)


def _code(text):
    """Return a text as HTML, with words in backticks as code, without the backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


def shown(value):
    """Return a value as one short line, the same on every machine: arrays and floats rounded, no negative zero."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return f"{float(value) + 0.0:.6g}"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}" if abs(int(value)) >= 10_000 else str(int(value))
    if isinstance(value, np.ndarray):
        return " ".join(array_lines(value))
    if isinstance(value, tuple | list):
        inside = ", ".join(map(shown, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    return first_line(value)


def shown_apart(a, b):
    """Return two numbers as text, with as many digits as it takes to see the difference."""
    if not all(isinstance(value, int | float | np.number) for value in (a, b)) or shown(a) != shown(b):
        return shown(a), shown(b)
    texts = ((f"{float(a):.{digits}g}", f"{float(b):.{digits}g}") for digits in (9, 12, 17))
    return next((pair for pair in texts if pair[0] != pair[1]), (shown(a), shown(b)))


def first_line(value):
    """Return the first line of a text, an error or any other object; never fails.

    For an error that Keras or TensorFlow has wrapped, the first line of the original message.
    """
    try:
        text = TRACED.sub("", WRAPPING.sub("", _text(value))).split("\n\nException encountered: ")[-1]
        lines = [*map(str.strip, text.splitlines()), ""]
        if lines[0].startswith("Exception encountered when calling ") and any(lines[1:]):
            lines = list(filter(None, lines[1:]))
        return lines[0] or "no message"
    except Exception:  # converting an object to text may fail, or never end if it contains itself
        return f"a {type(value).__name__} that cannot be shown"


def _text(value, length=TEXT):
    """Return str(value); of a list, tuple or dictionary that is longer than `length`, only how that begins.

    A list of 100,000 arrays takes seconds to become text.
    """
    if type(value) not in BRACKETS:
        return str(value)
    opening, closing = BRACKETS[type(value)]
    text = opening
    for place, item in enumerate(value):
        if len(text) > length:
            return text
        text += ", " if place else ""
        if type(value) is dict:
            text, item = f"{text}{item!r}: ", value[item]
        text += _text(item, length - len(text)) if type(item) in BRACKETS else repr(item)
    return f"{text},)" if type(value) is tuple and len(value) == 1 else text + closing


def array_lines(value):
    """Return an array (or a value in its place) as at most a few lines, with four decimals."""
    if isinstance(value, float | np.floating):
        return [shown(value)]
    if not isinstance(value, np.ndarray):
        short = isinstance(value, tuple | list) and len(value) <= LINE_LENGTH
        whole = short and all(isinstance(item, int | np.integer) for item in value)
        return [shown(value) if whole else first_line(value)[:LINE_LENGTH]]
    if value.ndim > 2 and value.squeeze().ndim <= 2:
        return [f"shape {value.shape}; without the axes of length 1:", *array_lines(value.squeeze())]
    if value.size > 10_000:
        return [f"an array of shape {value.shape}"]
    if value.dtype.kind == "f":
        value = np.round(value.astype(float), 4) + 0.0  # + 0.0 turns −0 into 0
    text = np.array2string(value, precision=4, suppress_small=True, threshold=24, edgeitems=2, separator=", ")
    lines = text.splitlines()
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"]
