"""What a class handed in: the files of a folder, read, or left out with a reason.

Read are the files that the book's pages save: forecasts, assumptions and answers to quizzes, in the folder and in those
inside it, whatever they are called. What can't be read is named, with the reason and what to do about it; it never stops the
rest. ``explorable/course/static/handed-in.js`` does the same in the pages: ``tests/class_files.py`` has one table for both.

A file of this book holds numbers, and the name that a team gave itself, if it gave itself one; else it is called as the
file is. Whoever hands in ``team-3.json`` stays team 3.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import warnings
from collections.abc import Callable, Container, Iterator
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from aftermath import assumptions, forecast, quiz
from explorable import saved
from explorable.command import Refused, counted, readable, reason

LARGEST = 1_000_000  # bytes: no file that a page saves is near it
LONGEST = 30  # letters of a team's name, as the pages have it
NAMED = 6  # files that are the same: so many of them are named
OF_THE_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx"}
OURS = re.compile(
    r"\.json\b", re.IGNORECASE
)  # in the name of a saved file, also as forecast.json.txt and forecast.json (1)
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")  # how packed files begin
OTHERS = {  # how files begin that are sent in place of the saved one, whatever they are called
    "a picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "a PDF": (b"%PDF",),
    "a text document": (b"{\\rtf", b"\xd0\xcf\x11\xe0"),
    "a web page, as a browser keeps one (or one that asks to sign in)": (b"<!doctype html", b"<html", b"bplist"),
    "an address, not a file": (b"http://", b"https://"),
}


class HandedError(Refused):
    """A file can't be used. The message says why, and what to do about it."""


class Kind(NamedTuple):
    """What one format of file is called, and how it is read."""

    name: str
    read: Callable[[str], dict]


class Class(NamedTuple):
    """What a class handed in: contents by file name, and the reasons why others were left out."""

    forecasts: dict[str, dict[str, float]]
    teams: dict[str, dict[str, float]]
    quizzes: dict[str, dict[str, list[str]]]
    dates: dict[str, forecast.Dates]  # of the forecasts whose files name some
    bad: dict[str, str]
    copies: list[list[str]]  # names of files that are the same byte for byte
    namesakes: dict[str, list[str]]  # names of files of one kind that are not the same and call themselves so
    translated: dict[str, str]  # by file name: how an older file was turned into today's

    @property
    def good(self) -> int:
        return len(self.forecasts) + len(self.teams) + len(self.quizzes)


KINDS = {
    forecast.SAVED.format: Kind("forecast", lambda text: forecast.parse(text, name="It")),
    assumptions.SAVED.format: Kind("assumptions", lambda text: assumptions.from_json(text, name="It")),
    quiz.SAVED.format: Kind("quiz", lambda text: quiz.parse(text, name="It")),
}


BOOK = forecast.SAVED.format.partition("/")[0]
NOT_POOLED = {"hypotheses": "a matrix of competing hypotheses", "guesses": "guesses"}


def read_folder(folder: str | Path, leave: Path | None = None) -> Class:
    """Read all files of a folder and of those inside it; ``leave`` is the report itself.

    Raises :class:`HandedError` if there is no such folder, or it can't be opened.
    """
    folder = Path(folder)
    if not os.path.isdir(folder):
        raise HandedError(f"There is no folder {readable(folder)}. Give the folder in which the class's files lie.")
    found = Class({}, {}, {}, {}, {}, [], {}, {})
    into: dict[str, dict] = {"forecast": found.forecasts, "assumptions": found.teams, "quiz": found.quizzes}
    same: dict[str, list[str]] = {}
    of_one: dict[tuple[str, str], dict[str, str]] = {}  # by kind and team: what is in its files, and their names
    left = leave and os.path.realpath(leave)
    for path, problem in sorted(_files(folder)):
        if os.path.realpath(path) == left:
            continue
        name = _unused(readable(path.relative_to(folder).as_posix()), found.bad)
        try:
            if problem:
                raise HandedError(problem)
            content = _bytes(path)
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", assumptions.Translated)
                kind, values = read(content)
        except HandedError as why:
            found.bad[name] = readable(str(why) if OURS.search(path.name) or problem else _no_file_of_ours(path))
            continue
        team = team_of(saved.text_of(content))
        who = _unused(team or name.removesuffix(".json"), into[kind], name)
        if team:
            of_one.setdefault((kind, team), {}).setdefault(hashlib.sha256(content).hexdigest(), name)
        into[kind][who] = values
        if words := [str(word.message) for word in told if issubclass(word.category, assumptions.Translated)]:
            found.translated[name] = words[0]
        if kind == "forecast" and (dates := forecast.dates(saved.text_of(content))):
            found.dates[who] = dates
        same.setdefault(hashlib.sha256(content).hexdigest(), []).append(name)
    found.copies.extend(names for names in same.values() if len(names) > 1)
    found.namesakes.update((team, [*names.values()]) for (_, team), names in of_one.items() if len(names) > 1)
    return found


def team_of(text: str) -> str:
    """Return the name that a team gave itself in the text of a good file; empty if it gave none."""
    team = saved.loads(text).get("team")
    return readable(team.strip()[:LONGEST]) if isinstance(team, str) else ""


def kinds(found: Class) -> list[str]:
    """Return in words how many files of each kind were read."""
    return [
        counted(len(found.forecasts), "forecast"),
        counted(len(found.teams), "set of assumptions", "sets of assumptions"),
        counted(len(found.quizzes), "quiz", "quizzes"),
    ]


def alike(names: list[str]) -> str:
    """Return in words which files are the same."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"The same, byte for byte: {', '.join(names[:NAMED])}{more}. All are counted; take out what was handed in twice."


def again(team: str, names: list[str]) -> str:
    """Return in words which files, that are not the same, are of one team."""
    return f"Of one team, {team}: {', '.join(names)}. All are counted; take out what that team saved first."


def _no_file_of_ours(path: Path) -> str:
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz"):
        return "It is packed: unpack it, and put what is inside into the folder."
    return "It is no file that this book saves: those end in .json. Take it out, or ask for the saved file."


def _unused(name: str, taken: Container[str], *others: str) -> str:
    """Return a name that no other file has: two may differ only in what :func:`readable` writes as escapes, or in their endings."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(one for one in chain([name, *others], numbered) if one not in taken)


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """All files in a folder and in those inside it, and what of these can't be looked into, with the reason.

    What the operating system leaves in folders is not the class's.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            inside = [
                here / name
                for name in os.listdir(here)
                if not name.startswith(".") and name.lower() not in OF_THE_SYSTEM
            ]
        except OSError as problem:
            if here == folder:
                raise HandedError(f"{readable(folder)} can't be opened: {reason(problem)}.") from None
            yield here, f"It is a folder that can't be opened: {reason(problem)}."
            continue
        if not inside and here != folder:
            yield here, "It is an empty folder."
        for path in inside:
            if not os.path.isdir(path):
                yield path, ""
            elif os.path.islink(path):
                yield path, "It is a link to a folder, which is not followed. Put the folder itself here."
            else:
                waiting.append(path)


def _bytes(path: Path) -> bytes:
    """Return what stands in a file, which is opened only if it is one: a pipe would be waited for without end."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise HandedError(
                "It is no file but a pipe or a device, from which nothing is read. Take it out, or ask for the saved file."
            )
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        raise HandedError(f"It can't be opened: {reason(problem)}.") from None
    if len(content) > LARGEST:
        raise HandedError("It is far too large for a file of this book. Ask for the saved file.")
    if content.startswith(PACKED):
        raise HandedError("It is packed, whatever its name says: unpack it, and put what is inside into the folder.")
    return content


def read(content: bytes) -> tuple[str, dict]:
    """Return what kind of file this is, and what it holds; :class:`HandedError` says what is wrong with it."""
    text = _text(content)
    kind = _kind(text)
    try:
        with warnings.catch_warnings():
            # a class may leave the evidence; the report shows where
            warnings.simplefilter("ignore", assumptions.OutsideEvidence)
            values = kind.read(text)
    except ValueError as problem:
        raise HandedError(str(problem)) from None
    if not values:
        raise HandedError("It holds no answer. Ask for it again, or take it out.")
    return kind.name, values


def _text(content: bytes) -> str:
    begins = content[:64].lstrip().lower()
    for what, beginnings in OTHERS.items():
        if begins.startswith(tuple(beginning.lower() for beginning in beginnings)):
            raise HandedError(f"It is {what}. Ask for the file that the page saves, which ends in .json.")
    try:
        text = saved.text_of(content)
    except UnicodeDecodeError:
        raise HandedError("It is damaged: it is not text. Ask for it again.") from None
    if not text.strip():
        raise HandedError("It is empty. Ask for it again.")
    return text


def _kind(text: str) -> Kind:
    try:
        found = saved.loads(text)
    except saved.Repeated as key:
        raise HandedError(f"It has {key} twice: take one out, or ask for it again.") from None
    except ValueError:
        raise HandedError("It is damaged: it can't be read as JSON. Ask for it again.") from None
    format = found.get("format") if isinstance(found, dict) else None
    if isinstance(format, str) and format in KINDS:
        return KINDS[format]
    book, _, kind = format.partition("/") if isinstance(format, str) else ("", "", "")
    if book == BOOK and kind in NOT_POOLED:
        raise HandedError(f"It holds {NOT_POOLED[kind]}, which this report does not put together.")
    if book != BOOK and kind in {*NOT_POOLED, *(known.partition("/")[2] for known in KINDS)}:
        raise HandedError(f"It was saved by another book ({saved.shown(book)[1:-1]}). Ask for the file of this one.")
    raise HandedError("It is no forecast, no set of assumptions and no quiz of this book. Ask for the saved file.")
