"""What each chapter promises, and where it is taught, practised and assessed.

    {objectives}    every objective of ``teaching/objectives.csv``, with its sections, exercises and quiz questions

An objective has the wording of the list at the top of its chapter, and its place in that list for a number.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import Part, current_book
from explorable.course import exercises, quizzes
from explorable.templates import fill

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
        labels = self.env.get_domain("std").anonlabels
        for objective in all_of_them():  # exercises link to their rows
            labels[objective.id] = self.env.docname, objective.id
        pages = current_book().pages_by_chapter()
        chapters = dict.fromkeys(objective.chapter for objective in all_of_them())
        return [nodes.raw("", "".join(self._table(chapter, pages[chapter]) for chapter in chapters), format="html")]

    def _table(self, chapter: str, pages: list[str]) -> Markup:
        addresses = {page: self.env.app.builder.get_relative_uri(self.env.docname, page) for page in pages}
        practised = [(addresses[page], one) for page in pages for one in exercises.of(page)]
        practised.sort(key=lambda pair: pair[1].number)
        asked = [
            (f"{addresses[page]}#question-{one.id}", number, one)
            for page in pages
            for number, one in enumerate(quizzes.order(page, quizzes.places(page, exercises.parts(page))), 1)
        ]
        return fill(
            "course/objectives.html",
            pages=[
                {"address": address, "title": Path(page).name.replace("-", " ").capitalize()}
                for page, address in addresses.items()
            ],
            objectives=[
                {
                    **one._asdict(),
                    "practised": [
                        {**exercise._asdict(), "address": f"{address}#{exercise.id}"}
                        for address, exercise in practised
                        if one.number in exercise.objectives
                    ],
                    "asked": [
                        {"address": address, "number": number}
                        for address, number, question in asked
                        if one.number in question.objectives
                    ],
                }
                for one in all_of_them()
                if one.chapter == chapter
            ],
        )
