"""What sheets of paper say that the chapters don't: the file ``teaching/sheets.toml``, which a book may have.

    [begin]    some words of a question = how an answer may begin; a page's questions with a beginning stand on its sheet with support
    [look]     the title of a chart = what to find in it, a list of lines to complete
    [step]     an exercise = the first step of its answer; a page's exercises with a step stand on its sheet with support
    [stretch]  an exercise = a harder question on it; a page's sheet to stretch has the exercises with one, and those that are advanced
    [paper]    an exercise = its words on paper and on slides, in place of the page's; an empty line parts paragraphs
    [screen]
    questions  some words of each question that only the page can ask, since it speaks of what is seen there
    exercises  those for which the page has to be open: they say so on paper

No key names a page, so that a chapter may be cut in two or renamed. A book without the file gets sheets by rule alone.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from explorable.book import current_book
from explorable.editions import blocks
from explorable.templates import macros

FILE = "sheets.toml"
WITH_THE_PAGE = "With the chapter’s page open:"
PARTS = {"begin": str, "look": list, "step": str, "stretch": str, "paper": str, "screen": list}


class SheetError(ValueError):
    """The file has a part that it can't have. The message says which, and what to do about it."""


class Words(NamedTuple):
    """What the file says, part by part: each a table from words or names to text."""

    begin: dict[str, str]
    look: dict[str, list[str]]
    step: dict[str, str]
    stretch: dict[str, str]
    paper: dict[str, str]
    screen: dict[str, list[str]]

    def beginning(self, question: str) -> str | None:
        """Return how an answer to a question may begin; None if the file has nothing for it."""
        return next((said for words, said in self.begin.items() if words in question), None)

    def needs_a_screen(self, question: str) -> bool:
        return any(words in question for words in self.screen.get("questions", []))


@lru_cache(maxsize=1)
def words() -> Words:
    """Return what the book's file says; nothing where it has none. :class:`SheetError` if a part is unknown or of the wrong kind."""
    path = current_book().teaching / FILE
    return read(path.read_text("utf-8") if path.exists() else "")


def read(text: str) -> Words:
    """Return what a file's text says."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SheetError(f"teaching/{FILE} can't be read as TOML: {problem}") from None
    unknown = set(found) - set(PARTS)
    if unknown:
        raise SheetError(f"teaching/{FILE} has the unknown parts {sorted(unknown)}: it may have {sorted(PARTS)}.")
    for part, kind in PARTS.items():
        for key, value in found.get(part, {}).items():
            if not isinstance(value, kind):
                raise SheetError(f"teaching/{FILE}, [{part}], {key!r}: write a {'text' if kind is str else 'list'}.")
    return Words(*(found.get(part, {}) for part in PARTS))


def reword(found: list[blocks.Block]) -> None:
    """Give exercises the words that they have on paper, and say which need the page; kind and level stay."""
    for block in found:
        name = block.tag.get("id", "") if block.kind == "exercise" else ""
        told = words().paper.get(name, "").strip()
        if told:
            for part in _kind(block).find_next_siblings():
                part.decompose()
            _kind(block).insert_after(_paragraphs(told.split("\n\n")))
        if name in words().screen.get("exercises", []):
            _kind(block).insert_after(_paragraphs([WITH_THE_PAGE]))


def _kind(block: blocks.Block) -> Tag:
    return block.tag.find("em").find_parent("p")


def _paragraphs(texts: list[str]) -> BeautifulSoup:
    html = "".join(macros("editions/cards.html").text(" ".join(text.split())) for text in texts)
    return BeautifulSoup(html, "html.parser")
