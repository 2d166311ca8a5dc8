"""The quizzes: questions of a chapter as data, and the files in which a reader saves the answers.

Questions stand in ``teaching/questions/<chapter>.toml``::

    [[quiz]]
    objectives = [2]                   # of the list at the top of the chapter
    page = "how-many-were-left"            # where the chapter takes several pages and this is not its first
    after = "Per head of whom?"        # where the page asks it, if not at the end of the section that teaches its objectives
    question = "…"
      [[quiz.option]]
      text = "…"
      feedback = "…"                   # what a reader who chose this may have had in mind, and why it does not hold
      [[quiz.option]]
      text = "…"
      feedback = "…"
      right = true                     # exactly one

The page exports ``{"format": "after-the-caliphate/quiz", "version": 1, "answers": {"recruitment-q1": ["b", "a"], …}}``:
for each question the options in the order in which the reader tried them, each once, as letters. A quiz file may hold
questions of several chapters. A question that changes its meaning, or the order of its options, gets a new place.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from aftermath.root import ROOT
from explorable.saved import Saved, shown

TEACHING = ROOT / "teaching"


class QuizError(ValueError):
    """A quiz or a file of answers can't be read. The message says which, and what to do about it."""


SAVED = Saved(
    "set of quiz answers", "after-the-caliphate/quiz", 1, "answers", "questions to lists of letters", QuizError
)


class Option(NamedTuple):
    """One possible answer, and what is said to those who choose it."""

    letter: str
    text: str
    feedback: str
    right: bool


class Question(NamedTuple):
    """One question of a chapter's quiz; ``page`` is the short name of the page that asks it, the chapter's own but for its later pages,
    and ``after`` the heading of the section at whose end it stands there, if that is not the one which teaches what it asks for."""

    id: str
    chapter: str
    page: str
    after: str
    objectives: tuple[int, ...]
    text: str
    options: tuple[Option, ...]

    @property
    def right(self) -> str:
        """The letter of the right option."""
        return next(option.letter for option in self.options if option.right)


# Questions


def chapters() -> list[str]:
    """Return the names of the chapters that have a quiz."""
    return sorted({question.chapter for question in questions().values()})


def of(chapter: str) -> list[Question]:
    """Return the questions of one chapter, in their order."""
    return [question for question in questions().values() if question.chapter == chapter]


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """Return all questions, by id."""
    found = {}
    for path in sorted((TEACHING / "questions").glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as problem:
            raise QuizError(f"teaching/questions/{path.name} is not TOML: {problem}.") from None
        for number, entry in enumerate(content.get("quiz", []), 1):
            question = _question(entry, path.stem, number)
            found[question.id] = question
    return found


def _question(entry: dict, chapter: str, number: int) -> Question:
    where = f"teaching/questions/{chapter}.toml, quiz question {number}"
    for name in ("question", "objectives", "option"):
        if not entry.get(name):
            raise QuizError(f"{where}: {name!r} is missing.")
    options = []
    for letter, option in zip(string.ascii_lowercase, entry["option"]):
        for name in ("text", "feedback"):
            if not str(option.get(name, "")).strip():
                raise QuizError(f"{where}, option {letter}: {name!r} is missing.")
        options.append(
            Option(
                letter,
                " ".join(option["text"].split()),
                " ".join(option["feedback"].split()),
                option.get("right", False),
            )
        )
    if sum(option.right for option in options) != 1:
        raise QuizError(f"{where}: {sum(option.right for option in options)} options are right; exactly one has to be.")
    return Question(
        f"{chapter}-q{number}",
        chapter,
        entry.get("page", chapter),
        entry.get("after", ""),
        tuple(entry["objectives"]),
        " ".join(entry["question"].split()),
        tuple(options),
    )


# Answers


def score(answers: Mapping[str, list[str]]) -> dict[str, bool]:
    """Return, for each question that was answered, whether the first try was right."""
    return {id: tried[0] == questions()[id].right for id, tried in answers.items()}


def write(answers: Mapping[str, list[str]]) -> str:
    """Return answers as the text of a file, as the page saves it."""
    text = SAVED.write(dict(sorted(answers.items())))
    parse(text)
    return text


def read(path: str | Path) -> dict[str, list[str]]:
    """Return the answers of one saved file; :class:`QuizError` says what is wrong with it."""
    return parse(SAVED.read(path), name=Path(path).name)


def parse(text: str, name: str = "This file") -> dict[str, list[str]]:
    """Return the answers in the text of a saved file."""
    return {id: _tried(id, tried, name) for id, tried in SAVED.parse(text, name=name).items()}


def _tried(id: str, tried, name: str) -> list[str]:
    question = questions().get(id)
    if question is None:
        raise QuizError(f"{name} answers {shown(id)}, which is no quiz question of this book.")
    letters = [option.letter for option in question.options]
    if not isinstance(tried, list) or not tried or not all(isinstance(one, str) for one in tried):
        raise QuizError(f'{name}, {id}: {shown(tried)} is no list of letters such as ["b", "a"].')
    if len(set(tried)) != len(tried) or not set(tried) <= set(letters):
        raise QuizError(f"{name}, {id}: {shown(tried)} should name options {letters[0]} to {letters[-1]}, each once.")
    return tried
