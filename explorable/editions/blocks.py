"""A page's body as a row of blocks, each with what it is for.

The book writes its chapters in a few set forms, and the forms tell: a chart is a figure, a question before a picture is
in italics or begins with "Before you …", a question after it with "Look", and what the document or the record says
stands as a quotation.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

HEAVY = re.compile(
    r'<svg class="marks".*?</svg>|<script type="application/json" class="chart-spec">.*?</script>', re.DOTALL
)
INPUT = re.compile(r'(<div class="highlight-i?python3? notranslate"><div class="highlight">)<pre>.*?</pre>', re.DOTALL)
DATA = re.compile(r'<details class="chart-data"><summary>.*?</details>', re.DOTALL)
HELD = re.compile(r'<template data-held="(\d+)"[^>]*></template>')
QUESTION_FIRST = re.compile(
    r"(Before you (?!start)|Predict|Guess|Write|Make|Cover|Draw|Think|Take|List|Rank|Give|Choose|Design|Compare)"
)
SHORTEST_PROMPT = 25  # characters of a question in italics; less is emphasis
PARAGRAPHS = {"You will be able to": "promise", "Time": "contract", "Before you start": "contract", "Look": "look"}


@dataclass
class Block:
    """One element of a page; ``title`` and ``anchor`` are those of the section that it stands in, ``depth`` is 1 for the page itself.

    ``kind`` is heading, objectives, promise, contract, prompt, look, quote, list, table, chart, formula, result, exercise, quiz, text or other.
    """

    kind: str
    tag: Tag
    title: Markup
    anchor: str
    depth: int

    @property
    def html(self) -> Markup:
        return Markup(self.tag)

    @property
    def text(self) -> str:
        return " ".join(self.tag.get_text(" ").split())


class Held:
    """Pictures and programs of charts, taken out of a page while it is worked on: nothing in them is read, and reading them is slow."""

    def __init__(self):
        self.kept: list[str] = []

    def take(self, text: str, *, code: bool = False) -> str:
        """Return a page's text with a mark in place of each picture, which carries its description, and of each program.

        Data tables of charts are left out, and the chapter's code, unless ``code`` asks for it.
        """

        def hold(match: re.Match) -> str:
            self.kept.append(match[0])
            seen = re.match(r'<svg[^>]*aria-label="([^"]*)"', match[0])
            return f'<template data-held="{len(self.kept) - 1}" data-seen="{seen[1] if seen else ""}"></template>'

        return HEAVY.sub(hold, DATA.sub("", text if code else INPUT.sub(r"\1", text)))

    def give(self, text: str, change: Callable[[str, int], str] = lambda held, number: held) -> str:
        """Put back what was taken."""
        return HELD.sub(lambda match: change(self.kept[int(match[1])], int(match[1])), text)


def read(body: str) -> list[Block]:
    """Return the blocks of a page's body, in their order."""
    soup = BeautifulSoup(body, "html.parser")
    _offer(soup)
    for tag in soup.select(
        "a.headerlink, style, script, noscript, .code-fold, .about-code, .guess-form, .guess-said, .chapter-pages, section[hidden]"
    ):
        tag.decompose()
    found = list(_walk(soup, (Markup(), "", 0)))
    for before, block in zip(found, found[1:]):
        if before.kind == "promise" and block.kind == "list":
            block.kind = "objectives"
    return found


def _offer(soup: BeautifulSoup) -> None:
    """Write what a guess lets its reader choose from below its question: there are no buttons on a wall and on paper."""
    for form in soup.select(".guess-form:has(.guess-option)"):
        choices = soup.new_tag("span", attrs={"class": "guess-choices"})
        choices.string = " · ".join(option.get_text() for option in form.select(".guess-option"))
        form.find_previous_sibling("p").extend([" ", choices])


def _walk(parent: Tag, place: tuple[Markup, str, int]) -> Iterator[Block]:
    for tag in parent.find_all(True, recursive=False):
        if tag.name == "section":
            yield from _walk(tag, (place[0], tag.get("id", ""), place[2]))
        elif re.fullmatch("h[1-6]", tag.name):
            place = (Markup(tag.decode_contents()), place[1], int(tag.name[1]))
            yield Block("heading", tag, *place)
        elif "cell" in tag.get("class", []):
            yield from () if "tag_no-slide" in tag["class"] else _outputs(tag, place)
        elif "objectives-fold" in tag.get("class", []):
            yield Block("promise", tag.summary, *place)
            yield Block("objectives", tag.ul, *place)
        elif tag.name in ("div", "span") and _is_frame(tag) and tag.find(True, recursive=False):
            yield from _walk(tag, place)
        else:
            yield Block(kind(tag), tag, *place)


def _is_frame(tag: Tag) -> bool:
    """Say whether an element is nothing but what holds others: it has no class, or is a guess with what tells its answer."""
    return not tag.get("class") or bool({"guess", "guess-answer"} & set(tag["class"]))


def _outputs(cell: Tag, place: tuple[Markup, str, int]) -> Iterator[Block]:
    for tag in cell.select("figure.chart, table, .output.stream, .output.text_plain, div.math"):
        if not tag.find_parent(["table", "figure"]):
            yield Block("result" if {"stream", "text_plain"} & set(tag.get("class", [])) else kind(tag), tag, *place)


def kind(tag: Tag) -> str:
    """Say what an element is for."""
    classes = tag.get("class", [])
    if tag.name == "figure" and "chart" in classes:
        return "chart"
    if "exercise" in classes or "quiz" in classes:
        return "exercise" if "exercise" in classes else "quiz"
    if tag.name == "table" or "pst-scrollable-table-container" in classes:
        return "table"
    if "math" in classes:
        return "formula"
    if tag.name == "p":
        return _paragraph(tag)
    return {"blockquote": "quote", "ul": "list", "ol": "list"}.get(tag.name, "other")


def _paragraph(tag: Tag) -> str:
    first = next((child for child in tag.children if str(child).strip()), None)
    words = first.get_text() if isinstance(first, Tag) and first.name in ("strong", "em") else ""
    if first is not None and words and first.name == "strong":
        return PARAGRAPHS.get(words) or ("prompt" if QUESTION_FIRST.match(words) else "text")
    return "prompt" if len(words) >= SHORTEST_PROMPT and ("?" in words or QUESTION_FIRST.match(words)) else "text"


def is_chapter(found: list[Block]) -> bool:
    """A chapter is a page that says what its reader will be able to do, and sums up."""
    return any(block.kind == "objectives" for block in found) and any(block.title == "Summary" for block in found)


def relink(tag: Tag, *, page: str, place: str) -> None:
    """Make the links of an element, written for the file ``page``, right for the file ``place``."""
    for link in tag.find_all(["a", "img"]):
        name = "href" if link.name == "a" else "src"
        link[name] = moved(link.get(name, ""), page=page, place=place)


def moved(address: str, *, page: str, place: str) -> str:
    """Return a relative address of one file as seen from another."""
    if not address or re.match(r"[a-z]+:|//", address):
        return address
    file, mark, anchor = address.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), file)) if file else page
    return posixpath.relpath(target, posixpath.dirname(place) or ".") + mark + anchor
