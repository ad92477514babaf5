"""A few rows of two texts, shown as text or as HTML."""

import html
import textwrap

WIDTH, LEFT = 110, 10
STYLE = ' style="text-align: left; vertical-align: top"'


class Table:
    """Shows `rows()`, a dict of stage to text, under the two words of `head`."""

    head = ("stage", "")

    def rows(self):
        raise NotImplementedError

    def __repr__(self):
        return "\n".join(
            textwrap.fill(
                text,
                WIDTH,
                initial_indent=f"{stage:{LEFT}}",
                subsequent_indent=LEFT * " ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            for stage, text in [self.head, *self.rows().items()]
        )

    def _repr_html_(self):
        lines = [
            "".join(f"<{cell}{STYLE}>{html.escape(text)}</{cell}>" for text in pair)
            for cell, pairs in (("th", [self.head]), ("td", self.rows().items()))
            for pair in pairs
        ]
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
