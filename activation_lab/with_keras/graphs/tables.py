"""Tables with a few rows of two texts each, shown as text or as HTML."""

import html
import textwrap

WIDTH, LEFT = 110, 10
STYLE = ' style="text-align: left; vertical-align: top; padding: 0.3em 0.8em"'


class Table:
    """A table that shows `rows()`, a dict {stage: text}, below the two headings in `head`."""

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
        head, *rows = [[html.escape(text) for text in pair] for pair in [self.head, *self.rows().items()]]
        lines = ["".join(f'<th scope="col"{STYLE}>{text}</th>' for text in head)]
        lines += [f'<th scope="row"{STYLE}>{stage}</th><td{STYLE}>{text}</td>' for stage, text in rows]
        head, *rows = [f"<tr>{line}</tr>" for line in lines]
        return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
