"""Tables of which a browser builds no more than is looked at: they can be sorted and searched, and open at once.

The whole table is in a <noscript>, one row on a line. To a browser without scripts it is a table. To one with scripts
it is text, of which the script builds the head and the first rows; the others when they are asked for, or printed.
"""

from .html import Html, element

# It builds rows from the markup that is there already, and nothing from other texts. A cell's data-v is what it is
# sorted by, else its text; a row is found by any word in it.
SCRIPT = r"""
const ROWS = 200, FEW = 10, SIGNS = {amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'"};
const decoded = markup => markup.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name) => SIGNS[name]);
const text = markup => decoded(markup.replace(/<[^>]*>/g, " "));
const order = new Intl.Collator().compare;
const made = (name, parent, fields) => parent.appendChild(Object.assign(document.createElement(name), fields));

function value(row, column) {
  const cell = row.split("</td>")[column], given = cell.match(/<td[^>]* data-v="([^"]*)"/);
  return given ? decoded(given[1]) : text(cell);
}

for (const whole of document.querySelectorAll("noscript.table")) {
  const lines = whole.textContent.split("\n");
  let rows = lines.slice(1, -1), found = rows, shown = 0;
  whole.insertAdjacentHTML("afterend", `<p class="tools"></p>${lines[0]}${lines.at(-1)}<p></p>`);
  const tools = whole.nextElementSibling, box = tools.nextElementSibling, table = box.firstElementChild;
  const label = made("label", tools, {textContent: "Search "});
  const search = made("input", label, {type: "search", autocomplete: "off"});
  const told = made("span", tools, {role: "status"});
  const more = made("button", box.nextElementSibling, {type: "button", textContent: "Show more rows"});
  tools.hidden = rows.length <= FEW;

  const show = number => {
    table.tBodies[0].insertAdjacentHTML("beforeend", found.slice(shown, number).join(""));
    shown = Math.min(number, found.length);
    told.textContent = `Shown: ${shown} of ${found.length}`;
    more.hidden = shown === found.length;
  };
  const anew = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = row => { const said = text(row).toLowerCase(); return words.every(word => said.includes(word)); };
    found = words.length ? rows.filter(has) : rows;
    table.tBodies[0].replaceChildren();
    shown = 0;
    show(ROWS);
  };
  search.addEventListener("input", anew);
  more.addEventListener("click", () => show(shown + ROWS));
  addEventListener("beforeprint", () => show(found.length));

  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const inside = [...heading.childNodes];
    made("button", heading, {type: "button"}).append(...inside);
    heading.lastChild.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach(each => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = heading.classList.contains("number") ? (a, b) => a - b : order;
      const keyed = rows.map(row => [value(row, column), row]);
      keyed.sort(([a], [b]) => down ? compare(b, a) : compare(a, b));
      rows = keyed.map(([, row]) => row);
      anew();
    });
  });
  show(ROWS);
}
"""


def long_table(kind, headings, rows):
    """Yield a table, a row at a time.

    Args:
        kind: a class of the style sheet.
        headings: elements <th>; the class "number" makes a column sort by number.
        rows: elements <tr>.
    """
    head = element("thead", element("tr", headings))
    yield Html(f'<noscript class="table"><div class="scroll" tabindex="0"><table class="{kind}">{head}<tbody>\n')
    yield from (Html(f"{row}\n") for row in rows)
    yield Html("</tbody></table></div></noscript>")


def plain_rows(headings, rows):
    """Return texts and lists of cells as the headings and rows that `long_table` takes."""
    return (
        [element("th", text, scope="col") for text in headings],
        (element("tr", (element("td", cell) for cell in row)) for row in rows),
    )
