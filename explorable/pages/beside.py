"""Notes in the margin, where a window has one: what a term means, and what a source is called, beside the paragraph that names them.

The build writes them into an attribute of the paragraph (``data-beside``, a line for each note), ``static/book.css`` shows it
in wide windows. They say nothing that a link in the paragraph does not lead to: so they are neither read aloud nor searched,
and a phone or a printed page goes without. Each note stands once a page, at its first paragraph with room for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from math import ceil
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from explorable.pages import references

PARAGRAPH = re.compile(r"<p>((?:(?!</?p\b).)*?#(?:cite|term)-(?:(?!</?p\b).)*)</p>", re.DOTALL)
NOTED = re.compile(r'<p data-beside="[^"]*">')  # by the build before, which wrote the page
LINK = re.compile(r'href="([^"]*)#(cite|term)-([^"]+)"')
TAG = re.compile(r"<[^>]+>")
#: Letters of a line and its height in pixels: of the text, and of a note. A note is never higher than its paragraph.
LETTERS, HEIGHT = 84, 28
NOTE_LETTERS, NOTE_HEIGHT = 27, 18
MOST = 3  # notes of a paragraph: one that names more is a list by itself


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write, priority=545)  # before what counts and joins the pages


def noted(html: str, page: Path) -> str:
    """Return a built page with the notes of its paragraphs; ``page`` is its file, beside which its glossary stands."""
    known: set[str] = set()

    def with_notes(paragraph: re.Match) -> str:
        room = ceil(len(TAG.sub("", paragraph[1])) / LETTERS) * HEIGHT // NOTE_HEIGHT
        shown: list[str] = []
        for key, note in _notes(paragraph[1], page):
            lines = ceil(len(note) / NOTE_LETTERS)
            if key not in known and lines <= room and len(shown) < MOST:
                known.add(key)
                shown.append(note)
                room -= lines
        beside = escape("\n".join(shown), quote=True).replace("\n", "&#10;")
        return f'<p data-beside="{beside}">{paragraph[1]}</p>' if shown else paragraph[0]

    return PARAGRAPH.sub(with_notes, NOTED.sub("<p>", html))


def _notes(paragraph: str, page: Path) -> Iterator[tuple[str, str]]:
    """Return key and text of what a paragraph's links lead to: terms first."""
    links = sorted(LINK.findall(paragraph), key=lambda link: link[1] != "term")
    for address, kind, key in links:
        if kind == "term" and key in (meanings := _meanings((page.parent / address).resolve())):
            yield f"term-{key}", meanings[key]
        elif kind == "cite" and key in references.entries():
            title = references.plain(references.entries()[key].fields.get("title", ""))
            yield f"cite-{key}", f"{references.short(key)}: {title}"


@lru_cache(maxsize=4)
def _meanings(glossary: Path) -> dict[str, str]:
    """Return the first sentence that a glossary (a built page) says of each term, by the term's id."""
    if not glossary.is_file():
        return {}
    soup = BeautifulSoup(glossary.read_text("utf-8"), "html.parser")
    said = {}
    for term in soup.select('dt[id^="term-"]'):
        told = re.split(r"(?<=[.!?])\s", " ".join(term.find_next("dd").get_text().split()), maxsplit=1)[0]
        said[term["id"].removeprefix("term-")] = f"{next(term.strings).strip()}: {told}"
    return said


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    _meanings.cache_clear()
    for path in sorted(Path(app.outdir).rglob("*.html")):
        if "_static" in path.parts:
            continue
        text = path.read_text("utf-8")
        if (shown := noted(text, path)) != text:
            path.write_text(shown, encoding="utf-8")
