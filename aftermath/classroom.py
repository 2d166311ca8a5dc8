"""A class's files together: one report from all that the students saved.

    python -m aftermath.classroom FOLDER --out report.html

Read are the files that the book's pages save: forecasts, assumptions and answers to quizzes, in the folder and in those
inside it. What can't be read is named, with the reason and what to do about it; it never stops the rest. The report is
one HTML file that asks nobody for anything (``aftermath/report.py``).

A file of this book holds numbers and no name: the only names here are the names of files. Whoever hands in
``team-3.json`` stays team 3.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from aftermath import assumptions, forecast, hypotheses, quiz

LARGEST = 1_000_000  # bytes: no file that a page saves is near it
OF_THE_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx"}


class HandedError(ValueError):
    """A file can't be used. The message says why, and what to do about it."""


class Kind(NamedTuple):
    """What one format of file is called, and how it is read."""

    name: str
    version: int
    read: Callable[[str], dict]
    older: tuple[int, ...] = ()  # versions that are understood, too


class Class(NamedTuple):
    """What a class handed in: contents by file name, and the reasons why others were left out."""

    forecasts: dict[str, dict[str, float]]
    teams: dict[str, dict[str, float]]
    quizzes: dict[str, dict[str, list[str]]]
    bad: dict[str, str]
    copies: list[list[str]]  # names of files that are the same byte for byte
    translated: dict[str, str] = {}  # by file name: how an older file was turned into today's

    @property
    def good(self) -> int:
        return len(self.forecasts) + len(self.teams) + len(self.quizzes)


KINDS = {
    forecast.SAVED.format: Kind("forecast", forecast.SAVED.version, lambda text: forecast.parse(text, name="It")),
    assumptions.SAVED.format: Kind("assumptions", assumptions.SAVED.version, lambda text: assumptions.from_json(text, name="It"), assumptions.SAVED.older),
    quiz.SAVED.format: Kind("quiz", quiz.SAVED.version, lambda text: quiz.parse(text, name="It")),
}


# Files


def read_folder(folder: str | Path, leave: Path | None = None) -> Class:
    """Read all files of a folder and of those inside it; ``leave`` is the report itself.

    Raises :class:`HandedError` if there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise HandedError(f"There is no folder {folder}. Give the folder in which the class's files lie.")
    found = Class({}, {}, {}, {}, [], {})
    into = {"forecast": found.forecasts, "assumptions": found.teams, "quiz": found.quizzes}
    same: dict[str, list[str]] = {}
    for path in _files(folder):
        if leave is not None and path.resolve() == leave.resolve():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            content = _bytes(path)
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", assumptions.Translated)
                kind, values = read(content)
        except HandedError as problem:
            found.bad[name] = str(problem)
        else:
            into[kind][name.removesuffix(".json")] = values
            found.translated.update({name: str(word.message) for word in told if issubclass(word.category, assumptions.Translated)})
            same.setdefault(hashlib.sha256(content).hexdigest(), []).append(name)
    found.copies.extend(names for names in same.values() if len(names) > 1)
    return found


def _files(folder: Path) -> Iterator[Path]:
    """All files, in the order of their names; what the operating system leaves in folders is not the class's."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") or part.lower() in OF_THE_SYSTEM for part in parts) and not path.is_dir():
            yield path


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() == ".zip":
        raise HandedError("It is packed: unpack it, and put what is inside into the folder.")
    if path.suffix.lower() != ".json":
        raise HandedError("It is no file that this book saves: those end in .json. Take it out, or ask for the saved file.")
    try:
        if path.stat().st_size > LARGEST:
            raise HandedError("It is far too large for a file of this book. Ask for the saved file.")
        return path.read_bytes()
    except OSError as problem:
        raise HandedError(f"It can't be opened: {problem.strerror or problem}.") from None


def read(content: bytes) -> tuple[str, dict]:
    """Return what kind of file this is, and what it holds; :class:`HandedError` says what is wrong with it."""
    if not content.strip():
        raise HandedError("It is empty. Ask for it again.")
    try:
        text = content.decode("utf-8-sig")
        saved = json.loads(text)
    except UnicodeDecodeError:
        raise HandedError("It is damaged: it is not text. Ask for it again.") from None
    except (ValueError, RecursionError):
        raise HandedError("It is damaged: it can't be read as JSON. Ask for it again.") from None
    kind = KINDS.get(saved.get("format")) if isinstance(saved, dict) and isinstance(saved.get("format"), str) else None
    if kind is None:
        matrix = isinstance(saved, dict) and saved.get("format") == hypotheses.SAVED.format
        raise HandedError("It holds a matrix of competing hypotheses, which this report does not pool." if matrix
                          else "It is no forecast, no set of assumptions and no quiz of this book. Ask for the saved file.")
    _check_version(saved.get("version"), kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", assumptions.OutsideEvidence)  # a class may leave the evidence; the report shows where
            return kind.name, kind.read(text)
    except ValueError as problem:
        raise HandedError(str(problem)) from None


def _check_version(version, kind: Kind) -> None:
    if not isinstance(version, bool) and version in (kind.version, *kind.older):
        return
    if isinstance(version, int) and version < kind.version:
        raise HandedError(f"It was saved by an older edition of the book (version {version}; this one reads {kind.version}). "
                          "Have the page of this edition opened, the answers given there, and the file saved anew.")
    raise HandedError(f"It has version {str(version)[:20]}; this book reads version {kind.version}. Fetch a newer copy of the book.")


# The command


def main(arguments: list[str] | None = None) -> int:
    """Write the report; say on the console what was read and what was not. 0: done; 1: nothing readable; 2: nothing done."""
    parser = argparse.ArgumentParser(prog="python -m aftermath.classroom", description="One report from the files that a class saved.")
    parser.add_argument("folder", help="where the files lie; folders inside it are read too")
    parser.add_argument("--out", default="class-report.html", metavar="FILE", help="the report (default: %(default)s)")
    parser.add_argument("--each", action="store_true", help="add one line for each file, with its score; leave it out for a report that is shown to the class")
    asked = parser.parse_args(arguments)
    out = Path(asked.out)
    try:
        found = read_folder(asked.folder, leave=out)
        from aftermath import report  # not before the folder is there: it loads the plotting library

        out.write_text(report.write(found, each=asked.each), encoding="utf-8")
    except (HandedError, OSError, ImportError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(summary(found))
    print(f"The report is {out.resolve()}")
    return 0 if found.good else 1


def summary(found: Class) -> str:
    """Return in words what was read, and each file that was not, with the reason."""
    lines = [f"{found.good} files read: {len(found.forecasts)} forecasts, {len(found.teams)} sets of assumptions, {len(found.quizzes)} quizzes."]
    if found.bad:
        lines += [f"{len(found.bad)} left out:", *(f"  {name}: {reason}" for name, reason in found.bad.items())]
    if found.translated:
        lines += [f"{len(found.translated)} read from the book's first edition; its weights were turned into shares."]
    lines += [f"The same, byte for byte: {', '.join(names)}. All are counted; take out what was handed in twice." for names in found.copies]
    return "\n".join(lines)


if __name__ == "__main__":
    # The plotting library loads jsonschema, which compiles a grammar of web addresses, if there is one, that no chart uses.
    # It would take longer than everything else here; without it jsonschema goes on.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    sys.exit(main())
