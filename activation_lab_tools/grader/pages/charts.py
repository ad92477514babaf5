"""Bar charts as inline SVG, each with a title that gives its numbers."""

from .html import element

WIDTH, HEIGHT, GAP = 640, 150, 6
SHARE_WIDTH, SHARE_HEIGHT = 200, 14


def columns(numbers, labels, title):
    """Return a chart with one column for each number, its number above and its label below.

    Args:
        numbers: not negative.
        labels: as many short texts.
        title: what the chart shows, in a sentence.
    """
    step, most = WIDTH / len(numbers), max([*numbers, 1])
    parts = []
    for position, (number, label) in enumerate(zip(numbers, labels, strict=True)):
        height = round(HEIGHT * number / most, 1)
        left, middle = round(position * step + GAP / 2, 1), round((position + 0.5) * step, 1)
        parts += [
            element("rect", x=left, y=20 + HEIGHT - height, width=round(step - GAP, 1), height=height, class_="bar"),
            element("text", number, x=middle, y=14 + HEIGHT - height, text_anchor="middle") if number else None,
            element("text", label, x=middle, y=HEIGHT + 36, text_anchor="middle"),
        ]
    axis = element("line", x1=0, y1=HEIGHT + 20.5, x2=WIDTH, y2=HEIGHT + 20.5, class_="axis")
    return _picture(title, WIDTH, HEIGHT + 44, [*parts, axis])


def share(parts, title):
    """Return one bar, divided.

    Args:
        parts: {a class of the style sheet: number}, such as {"passed": 30, "failed": 8}.
        title: what the bar shows.
    """
    whole, left, pieces = sum(parts.values()) or 1, 0, []
    for kind, number in parts.items():
        width = round(SHARE_WIDTH * number / whole, 1)
        # A gap between two pieces shows where one ends if you can't tell their colors apart.
        pieces.append(element("rect", x=left, y=0, width=max(width - 2, 0), height=SHARE_HEIGHT, class_=kind))
        left = round(left + width, 1)
    return _picture(title, SHARE_WIDTH, SHARE_HEIGHT, pieces)


def _picture(title, width, height, parts):
    box = f"0 0 {width} {height}"
    return element("svg", element("title", title), parts, role="img", viewBox=box, width=width, height=height)
