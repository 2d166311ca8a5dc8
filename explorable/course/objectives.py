"""What each chapter promises, and where it is taught, practised and assessed.

    {objectives}    every objective of ``teaching/objectives.csv``, with its sections, exercises and quiz questions

An objective has the wording of the list at the top of its chapter, and its place in that list for a number.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import Part, current_book
from explorable.course import exercises, quizzes

quiz = Part("quiz")


class Objective(NamedTuple):
    """One promise of a chapter, and the headings of the sections that keep it."""

    id: str
    chapter: str
    number: int
    text: str
    taught_in: tuple[str, ...]


def setup(app: Sphinx) -> None:
    app.add_directive("objectives", Objectives)


def table() -> Path:
    return current_book().teaching / "objectives.csv"


@lru_cache(maxsize=1)
def all_of_them() -> tuple[Objective, ...]:
    """Return the objectives of all chapters, in the order of the book."""
    with open(table(), encoding="utf-8", newline="") as file:
        return tuple(
            Objective(
                row["id"],
                row["chapter"],
                int(row["id"].rpartition(".")[2]),
                row["objective"],
                tuple(row["taught_in"].split("; ")),
            )
            for row in csv.DictReader(file)
        )


def plain(text: str) -> str:
    """Return Markdown without links and emphasis, as the table has it."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`]", "", text).split()).rstrip(";.")


def stated(opening: str) -> list[str]:
    """Return the objectives that the opening of a chapter lists."""
    part = re.split(r"\*\*(?:Time|Before you start)\*\*", opening.partition("**You will be able to**")[2])[0]
    return [plain(text) for text in re.findall(r"^[-*] (.+(?:\n  .+)*)", part, flags=re.MULTILINE)]


class Objectives(SphinxDirective):
    """One table a chapter: objective, taught, practised, assessed."""

    def run(self):
        self.env.note_dependency(str(table()))
        pages = current_book().pages_by_chapter()
        chapters = dict.fromkeys(objective.chapter for objective in all_of_them())
        return [nodes.raw("", "".join(self._table(chapter, pages[chapter]) for chapter in chapters), format="html")]

    def _table(self, chapter: str, pages: list[str]) -> str:
        addresses = {page: self.env.app.builder.get_relative_uri(self.env.docname, page) for page in pages}
        practised = [(addresses[page], one) for page in pages for one in exercises.of(page)]
        practised.sort(key=lambda pair: pair[1].number)
        asked = [
            (f"{addresses[page]}#question-{one.id}", number, one)
            for page in pages
            for number, one in enumerate(quizzes.order(page, quizzes.places(page, exercises.parts(page))), 1)
        ]
        rows = ""
        for objective in (one for one in all_of_them() if one.chapter == chapter):
            here = [
                f'<a href="{address}#{one.id}">{one.number}</a> {one.kind}, {one.level}'
                for address, one in practised
                if objective.number in one.objectives
            ]
            questions = [
                f'<a href="{address}">{number}</a>'
                for address, number, one in asked
                if objective.number in one.objectives
            ]
            rows += (
                f'<tr id="{objective.id}"><th scope="row">{objective.number}. {escape(objective.text)}</th><td>{"; ".join(map(escape, objective.taught_in))}</td>'
                f"<td>{'<br>'.join(here) or '–'}</td><td>{', '.join(questions) or '–'}</td></tr>"
            )
        head = "".join(
            f'<th scope="col">{text}</th>'
            for text in ("You will be able to", "Taught in", "Practised in exercise", "Asked in quiz question")
        )
        titles = ", ".join(
            f'<a href="{address}">{escape(Path(page).name.replace("-", " ").capitalize())}</a>'
            for page, address in addresses.items()
        )
        return (
            f'<div class="objectives"><table><caption>{titles}</caption><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
