"""Tables that pandas writes: valid HTML, words as headings, texts at the left and figures at the right with their thousands apart, each in
a box that scrolls by itself.

The build does it to stored outputs, a live page to those that Python just made.

Why not by pandas' own formatter? ``DataFrame.to_html`` takes a border and a class, and nothing else of what is done here: one row of
headings, words in them, no heading without a name, texts at the left. ``Styler`` can word headings and mark cells, but not join the
two rows of headings. It writes 1.5 to 1.8 times as much HTML (measured on tables of ten rows, pandas 2.3), an id that is another at each
run, and figures with six decimals. Either would also change what notebooks store: there a reader meets columns by the names that the
code has. So a notebook keeps what pandas wrote, and it is tidied for the page.
"""

from __future__ import annotations

import re
from html import unescape

TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
UNWANTED = re.compile(r'<style\b.*?</style>\s*| (?:border="1"|valign="top"|style="text-align: \w+;")', re.DOTALL)
NAME = re.compile(r"[a-z][\w ]*")  # of a column, as code has it
SENTENCE = 50  # characters: a text in a table that is longer is read, not scanned
#: Begins with a word, or has one inside: "contested", "30,000 to 52,800 people"; but not "20 points", "−4 %" or a missing number.
TEXT = re.compile(r"(?!nan$|inf$|nat$|none$)[^\w+−-]*[^\W\d_]{2}|.*\b[^\W\d_]+ ", re.IGNORECASE)

#: As pandas writes one, with thousands that are not yet apart.
NUMBER = re.compile(r"([−-]?)(\d{4,})(\.\d+)?")
YEARS = range(1900, 2101)


def tidy(html: str) -> str:
    """Return an output's HTML with its tables tidied; whatever else it holds stays as it is."""
    html = TABLE.sub(lambda table: _one_head(table[0]), UNWANTED.sub("", html)).replace("<th></th>", "<td></td>")
    return TABLE.sub(
        lambda table: f'<div class="table-scroll" data-scrolls="Table">{_thousands(_texts_left(table[0]))}</div>',
        html,
    )


def _one_head(table: str) -> str:
    """Put the names of a table's index, for which pandas makes a row of headings, into the empty places above them."""
    head, mark, body = table.partition("</thead>")
    rows = ROW.findall(head)
    if len(rows) != 2:
        return table
    columns, names = ([content for _, _, content in CELL.findall(row)] for row in rows)
    lead = sum(map(bool, names))
    if len(columns) != len(names) or any(columns[:lead]) or any(names[lead:]):
        return table
    words = iter(names[:lead] + columns[lead:])
    one = CELL.sub(lambda cell: f"<{cell[1]}{cell[2]}>{next(words)}</{cell[1]}>", rows[0])
    return head.replace(rows[0], one).replace(rows[1], "") + mark + body


def _in_words(row: str) -> str:
    """Return a row of headings with words in place of the names of columns; beside the code the name itself is shown, too."""

    def worded(cell: re.Match) -> str:
        tag, attributes, content = cell.groups()
        if not NAME.fullmatch(content):
            return cell[0]
        words = content[:1].upper() + content[1:].replace("_", " ")
        name = f'<code class="column-name">{content}</code>' if "_" in content else ""
        return f"<{tag}{attributes}>{words}{name}</{tag}>"

    return CELL.sub(worded, row)


def _texts_left(table: str) -> str:
    """Mark the cells of columns that hold names or, for the most part, texts; columns are counted from the right, as names of rows may span several."""
    columns: dict[int, list[bool]] = {}
    longest: dict[int, int] = {}
    for row in ROW.findall(table.partition("</thead>")[2]):
        for place, (tag, _, content) in enumerate(CELL.findall(row)[::-1]):
            if content:
                columns.setdefault(place, []).append(tag == "th" or bool(TEXT.match(_seen(content))))
                longest[place] = max(longest.get(place, 0), len(_seen(content)))
    texts = {place for place, cells in columns.items() if sum(cells) > len(cells) / 2}
    long = {place for place in texts if longest[place] > SENTENCE}
    head, mark, body = ROW.sub(lambda row: _marked(row[0], texts), table).partition("</thead>")
    return ROW.sub(lambda row: _in_words(_widened(row[0], long)), head) + mark + body if mark else head


def _widened(row: str, places: set[int]) -> str:
    """Mark the headings of columns that hold whole sentences, so that these get room on a narrow screen, too."""
    left = iter(range(len(CELL.findall(row)) - 1, -1, -1))
    return CELL.sub(
        lambda cell: f"<{cell[1]}{cell[2]} data-long>{cell[3]}</{cell[1]}>" if next(left) in places else cell[0], row
    )


def _thousands(table: str) -> str:
    """Put commas between the thousands of figures, as prose and charts have them; columns and rows of years stay as they are."""
    head, mark, body = table.partition("</thead>")
    columns: dict[int, list[str]] = {}
    for row in ROW.findall(body):
        for place, cell in enumerate(CELL.findall(row)[::-1]):
            columns.setdefault(place, []).append(_seen(cell[2]))
    years = {place for place, cells in columns.items() if _are_years(cells)}
    years |= {
        place
        for row in ROW.findall(head)
        for place, cell in enumerate(CELL.findall(row)[::-1])
        if _names_years(cell[2])
    }
    return head + mark + ROW.sub(lambda row: _apart(row[0], years), body)


def _are_years(cells: list[str]) -> bool:
    """Whether each figure of four digits or more could be a year."""
    return all(cell.isdecimal() and int(cell) in YEARS for cell in cells if NUMBER.fullmatch(cell))


def _names_years(name: str) -> bool:
    return bool(re.match(r"(\w+ )?(year|date)s?\b(?! \w)", _seen(name), re.IGNORECASE))


def _apart(row: str, years: set[int]) -> str:
    cells = CELL.findall(row)
    if any(tag == "th" and _names_years(content) for tag, _, content in cells):
        return row
    left = iter(range(len(cells) - 1, -1, -1))

    def cell_apart(cell: re.Match) -> str:
        found = NUMBER.fullmatch(cell[3].strip())
        if next(left) in years or cell[1] == "th" or not found:
            return cell[0]
        sign, whole, rest = found.groups("")
        return f"<td{cell[2]}>{sign}{int(whole):,}{rest}</td>"

    return CELL.sub(cell_apart, row)


def _seen(content: str) -> str:
    return unescape(TAG.sub("", content)).strip()


def _marked(row: str, places: set[int]) -> str:
    left = iter(range(len(CELL.findall(row)) - 1, -1, -1))
    return CELL.sub(
        lambda cell: f'<{cell[1]} class="text"{cell[2]}>{cell[3]}</{cell[1]}>' if next(left) in places else cell[0], row
    )
