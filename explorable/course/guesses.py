"""Guess, then see: a prompt that takes an answer on the page, and covers what tells it until the reader has said something.

In a chapter's Markdown, where it reads well without the build::

    **Guess**: Which of the eight countries sent most, for each million inhabitants?
    <!-- guess: denominator -->

Covered is what follows, up to the next chart; a later line ``<!-- seen -->`` covers up to there. What is asked for stands in
``teaching/questions/<chapter>.toml``::

    [[guess]]
    name = "denominator"
    kind = "choice"                  # or "number", "line", "shares"
    options = ["Tunisia", "France"]  # choice: a list, or an expression that gives one
    right = "rows.set_index('country').value.idxmax()"
    told = "counted per million it was {right}, with {rate:,.0f}"
      [guess.facts]                  # more figures for told
      rate = "rows.value.max()"

A number has ``min``, ``max``, ``step`` and ``unit``; with ``axis = "x"`` or ``"y"`` the guess stands in the chart as a dashed
line. A line has ``steps`` (an expression: dates or numbers, which stand as far apart as they are, or names, which stand at equal
distances), ``min``, ``max``, ``unit`` and ``given``, how many of its first points
are shown. Shares have ``options`` and an answer for each, in percent;
``means`` gives what the colour of each means in the book. The expressions are Python over ``rows``, the data of the covered chart, ``tables``, the same apart by layer,
``params``, what its controls say at the start, the book's own modules ``data``, ``model`` and ``hypotheses``, and ``pd``: no answer is typed.

``{guesses}`` is the page that shows all of them; ``static/guess.js`` and ``static/guesses.js`` do the rest. What was guessed is
kept in the browser as ``{"recruitment-denominator": "b"}``: a number, the letter of a choice, a list of numbers, or null for
"just show me".
"""

from __future__ import annotations

import importlib
import json
import re
import string
import tomllib
from functools import lru_cache
from html import escape
from numbers import Number
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import current_book
from explorable.course.exercises import chapter_of
from explorable.figures.theme import MIME
from explorable.pages.scripts import load
from explorable.templates import fill

KINDS = {
    "number": ("min", "max", "step", "unit"),
    "choice": ("options",),
    "line": ("steps", "min", "max", "unit", "given"),
    "shares": ("options",),
}
PROMPT = re.compile(
    r"^\*\*Guess\*\*: (?P<text>(?:(?!\n\n).)+?)\n<!-- guess: (?P<name>[\w-]+) -->", re.DOTALL | re.MULTILINE
)
SEEN, WORST = "<!-- seen -->", "<!-- worst -->"  # where a cover ends, and where a page says what was off most
FORMAT, VERSION = "guesses", 1


class GuessError(ValueError):
    """A guess can't be asked. The message names file, guess and remedy."""


class Guess(NamedTuple):
    """One question that a reader answers before the picture; ``about`` is what the page's script needs to know of it."""

    id: str
    page: str
    question: str
    about: dict


# What is asked, and what is right


def pages() -> list[str]:
    """Return the pages of the book that ask for guesses, in its order."""
    return [page for page in current_book().pages() if PROMPT.search(_text(page))]


def _text(page: str) -> str:
    return "\n\n".join(source for source, _ in _cells(page))


@lru_cache(maxsize=64)
def of(page: str) -> list[Guess]:
    """Return the guesses of one page, in its order. ``GuessError`` if one can't be asked."""
    cells, asked = _cells(page), _asked(chapter_of(page))
    found = []
    for number, (text, _) in enumerate(cells):
        for match in PROMPT.finditer(text):
            chart = next((chart for _, chart in cells[number:] if chart), {})
            name = match["name"]
            if name not in asked:
                raise GuessError(
                    f"{page} asks for the guess {name!r}, and {_file(page)} has no [[guess]] of that name: add it."
                )
            about = Question(asked[name], where=f"{_file(page)}, guess {name}", chart=chart).about()
            found.append(Guess(f"{chapter_of(page)}-{name}", page, _plain(match["text"]), about))
    chapter = current_book().pages_of(page)
    unasked = set(asked) - {match["name"] for one in chapter for match in PROMPT.finditer(_text(one))}
    if unasked:
        raise GuessError(
            f"{_file(page)}: no prompt of {' or '.join(chapter)} asks for the guess {min(unasked)!r}: write <!-- guess: {min(unasked)} --> below one."
        )
    return found


def _file(page: str) -> str:
    return f"teaching/questions/{chapter_of(page)}.toml"


def _cells(page: str) -> list[tuple[str, dict]]:
    """Return a page's parts in their order: the text of each Markdown cell, and the first chart of each code cell."""
    path = current_book().source(page)
    if path.suffix != ".ipynb":
        return [(path.read_text("utf-8"), {})]
    cells = nbformat.read(path, as_version=4).cells
    return [(cell["source"] if cell["cell_type"] == "markdown" else "", _chart(cell)) for cell in cells]


def _chart(cell) -> dict:
    return next((output["data"][MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})), {})


def _asked(chapter: str) -> dict[str, dict]:
    path = current_book().teaching / "questions" / f"{chapter}.toml"
    entries = tomllib.loads(path.read_text("utf-8")).get("guess", []) if path.exists() else []
    return {entry.get("name", ""): entry for entry in entries}


def _plain(text: str) -> str:
    """Return Markdown without links and emphasis."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`]", "", text).split())


class Question:
    """An entry of a chapter's file, with its expressions computed over the chart that it covers."""

    def __init__(self, entry: dict, *, where: str, chart: dict):
        self.entry, self.where = entry, where
        self.names = _names(chart)

    def about(self) -> dict:
        """Return what the page's script needs: kind, range or options, what is right, and the words for it."""
        entry, kind = self.entry, self.entry.get("kind")
        if kind not in KINDS:
            raise GuessError(f"{self.where}: kind is {kind!r}; write one of {', '.join(KINDS)}.")
        lacks = [name for name in ("right", "told", *KINDS[kind]) if name not in entry]
        if lacks:
            raise GuessError(f"{self.where}: {lacks[0]!r} is missing.")
        right = getattr(self, f"_{kind}")()
        facts = {name: self.computed(expression) for name, expression in entry.get("facts", {}).items()}
        words = {
            "choice": lambda: self.options[right],
            "line": lambda: right[-1],
            "number": lambda: right,
            "shares": lambda: max(right),
        }[kind]()
        told = " ".join(entry["told"].split()).format(right=words, **facts)
        more = {name: entry[name] for name in ("min", "max", "step", "unit", "axis", "given") if name in entry}
        if kind == "choice":
            more["options"], right = self.options, string.ascii_lowercase[right]
        if kind == "shares":
            more |= {"options": self.options, "min": 0, "max": 100, "step": 1, "unit": "%", **self._means()}
        if kind == "line":
            more |= {"steps": self.steps, "at": self.at}
        return {"kind": kind, **more, "right": right, "told": told}

    def _number(self) -> float:
        right = _round(self.computed(self.entry["right"]))
        if not self.entry["min"] <= right <= self.entry["max"]:
            raise GuessError(f"{self.where}: {right} is right, and lies outside min and max: widen them.")
        return right

    def _list(self, name: str) -> list[str]:
        """Return a list of words that stands in the file, or that an expression gives."""
        found = self.entry[name]
        return [str(one) for one in (self.computed(found) if isinstance(found, str) else found)]

    def _shares(self) -> list[float]:
        """Return the share of each option, in percent."""
        self.options, right = (
            self._list("options"),
            [round(float(one), 1) for one in self.computed(self.entry["right"])],
        )
        if len(right) != len(self.options) or abs(sum(right) - 100) > 1:
            raise GuessError(
                f"{self.where}: {len(self.options)} options, and shares of {right}: one for each, which make 100."
            )
        return right

    def _means(self) -> dict:
        """Return what the colour of each option means, where the entry says it."""
        if "means" not in self.entry:
            return {}
        means, known = self._list("means"), getattr(current_book().part("theme"), "MEANINGS", {})
        strange = [name for name in means if name not in known]
        if strange or len(means) != len(self.options):
            raise GuessError(
                f"{self.where}: means has {len(means)} for {len(self.options)} options"
                + (f", and no colour of this book means {strange[0]!r}" if strange else "")
                + f": give one for each, of {', '.join(known)}."
            )
        return {"means": means}

    def _choice(self) -> int:
        """Return the place of the right option."""
        self.options = self._list("options")
        right = str(self.computed(self.entry["right"]))
        if right not in self.options:
            raise GuessError(
                f"{self.where}: {right!r} is right, and is none of the options: {', '.join(self.options)}."
            )
        return self.options.index(right)

    def _line(self) -> list[float]:
        """Return the values of the line, one a step."""
        self.steps, self.at = along(list(self.computed(self.entry["steps"])))
        right = [_round(one) for one in self.computed(self.entry["right"])]
        if len(right) != len(self.steps) or not 0 < self.entry["given"] < len(right):
            raise GuessError(
                f"{self.where}: {len(self.steps)} steps, {len(right)} values, {self.entry['given']} given: they do not fit."
            )
        return right

    def computed(self, expression: str):
        """Return the value of an expression of the file."""
        try:
            return eval(expression, dict(self.names))  # the book's own words, run by whoever builds the book
        except Exception as problem:
            raise GuessError(
                f"{self.where}: {expression!r} can't be computed: {type(problem).__name__}: {problem}."
            ) from None


def along(steps: list) -> tuple[list[str], list[float]]:
    """Return the names of a line's steps, and where each stands between the first, 0, and the last, 1."""
    if isinstance(steps[0], pd.Timestamp):
        names, places = [f"{one:%b %Y}" for one in steps], [one.timestamp() for one in steps]
    else:
        names = [str(one) for one in steps]
        places = [float(one) for one in steps] if isinstance(steps[0], Number) else list(range(len(steps)))
    return names, [_round((one - places[0]) / (places[-1] - places[0])) for one in places]


def _names(chart: dict) -> dict:
    tables = [pd.DataFrame(rows) for rows in chart.get("datasets", {}).values()]
    params = {one["name"]: one["value"] for one in chart.get("params", []) if "value" in one}
    names = {
        "pd": pd,
        "params": params,
        "tables": tables,
        "rows": pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(),
    }
    for name in ("data", "model", "hypotheses"):
        try:
            names[name] = importlib.import_module(f"{current_book().package}.{name}")
        except ModuleNotFoundError:
            continue
    return names


def _round(value) -> float:
    """Return a number as JSON has it: no float with a tail of digits."""
    number = round(float(value), 4)
    return int(number) if number.is_integer() else number


# The page


class guess(nodes.General, nodes.Element):
    """A question with what takes its answer; its children are the question in words."""


class guess_answer(nodes.General, nodes.Element):
    """What tells the answer: a chart, and what stands before and after it."""


class guess_seen(nodes.Invisible, nodes.Element):
    """Where what tells the answer ends."""


def setup(app: Sphinx) -> None:
    for node, visits in ((guess, (_open, _close)), (guess_answer, (_open_answer, _close_answer))):
        app.add_node(node, html=visits, text=(_nothing, _nothing))
    app.add_node(guess_seen, html=(_nothing, _nothing), text=(_nothing, _nothing))
    app.add_directive("guess", Prompt)
    app.add_directive("seen", Seen)
    app.add_directive("worst", Worst)
    app.add_directive("guesses", Guesses)
    app.connect("builder-inited", lambda app: of.cache_clear())
    app.connect("source-read", _read, priority=610)  # after exercises.py
    app.connect("doctree-read", _cover)
    app.connect("html-page-context", _load_scripts)


def to_directives(chapter: str, text: str) -> str:
    """Return a source's Markdown with its guesses as directives."""
    text = PROMPT.sub(lambda match: f":::{{guess}} {chapter}-{match['name']}\n**Guess**: {match['text']}\n:::\n", text)
    return text.replace(SEEN, ":::{seen}\n:::\n").replace(WORST, ":::{worst}\n:::\n")


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    chapter = chapter_of(page)
    if Path(app.env.doc2path(page)).suffix != ".ipynb":
        source[0] = to_directives(chapter, source[0])
        return
    if "<!-- guess: " not in source[0]:
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = to_directives(chapter, "".join(cell["source"]))
    source[0] = json.dumps(notebook)


class Prompt(SphinxDirective):
    required_arguments, has_content = 1, True

    def run(self):
        id = self.arguments[0]
        self.env.note_dependency(str(current_book().teaching / "questions" / f"{chapter_of(self.env.docname)}.toml"))
        found = next(one for one in of(self.env.docname) if one.id == id)
        node = guess(ids=[f"guess-{id}"], about={"id": id, **found.about})
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Seen(SphinxDirective):
    def run(self):
        return [guess_seen()]


class Worst(SphinxDirective):
    def run(self):
        return [nodes.raw("", '<p class="guesses-worst" role="status" hidden></p>', format="html")]


def _cover(app: Sphinx, doctree: nodes.document) -> None:
    """Gather what tells each answer into one element behind its question."""
    from explorable.pages.charts import chart

    for place, asked in enumerate(list(doctree.findall(guess))):
        asked["is_first"] = place == 0
        parent, answer = asked.parent, guess_answer(answers=asked["about"]["id"])
        rest = parent.children[parent.index(asked) + 1 :]
        ends = next((one for one in rest if isinstance(one, guess_seen)), None)
        later = next((one for one in rest if isinstance(one, guess)), None)
        if ends is None or (later and rest.index(later) < rest.index(ends)):
            ends = next((one for one in rest if next(iter(one.findall(chart)), None) is not None), None)
        covered = rest[: rest.index(ends) + 1] if ends in rest else []
        for one in covered:
            parent.remove(one)
        answer += [one for one in covered if not isinstance(one, guess_seen)]
        parent.insert(parent.index(asked) + 1, answer)


def _open(writer, node: guess) -> None:
    about = escape(json.dumps(node["about"], ensure_ascii=False), quote=True)
    writer.body.append(f'<div class="guess" id="{node["ids"][0]}" data-guess="{about}">')


def _close(writer, node: guess) -> None:
    """The form has only its size till its script fills it: without one the question is words, and nothing is covered."""
    writer.body.append(fill("course/guess.html", about=node["about"], is_first=node["is_first"]))
    writer.body.append('<p class="guess-said" role="status"></p></div>')


def _open_answer(writer, node: guess_answer) -> None:
    writer.body.append(f'<div class="guess-answer" data-answers="{node["answers"]}">')


def _close_answer(writer, node: guess_answer) -> None:
    writer.body.append("</div>")


def _nothing(writer, node) -> None:
    pass


def _load_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is None:
        return
    if any(True for _ in doctree.findall(guess)) or any(
        'class="guesses"' in one.astext() for one in doctree.findall(nodes.raw)
    ):
        load(app, "guess-marks.js", "guess.js")
    if any('class="guesses"' in one.astext() for one in doctree.findall(nodes.raw)):
        load(app, "handed-in.js", "guesses.js")


# The page that shows all of them


class Guesses(SphinxDirective):
    def run(self):
        asked = [guess for page in pages() for guess in of(page)]
        for page in pages():
            self.env.note_dependency(str(current_book().source(page)))
        kept = {"format": f"{current_book().slug}/{FORMAT}", "version": VERSION}
        about = {**kept, "guesses": {one.id: one.about for one in asked}}
        html = fill(
            "course/guesses.html",
            about=json.dumps(about, ensure_ascii=False),
            chapters=[self._chapter(page, [guess for guess in asked if guess.page == page]) for page in pages()],
        )
        return [nodes.raw("", str(html), format="html")]

    def _chapter(self, page: str, asked: list[Guess]) -> dict:
        """Return a page's title, its address as seen from here, and its guesses."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, page)
        title = re.search(r"^# (.+)$", _text(page), re.MULTILINE)
        return {"title": title[1] if title else page, "address": address, "guesses": asked}
