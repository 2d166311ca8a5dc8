"""The files that a page saves and this package reads: JSON that names its format and its version, and holds one mapping.

    {"format": "my-book/forecast", "version": 1, "answers": {"Q01": 0.7, …}}

They come from other people's hands: what is in them may be anything, and no message repeats more than a few words of it.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DIGITS = 15  # more than any whole number of these files has; so many are still exact as a float
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict = 2, 6, 4


class Saved(NamedTuple):
    """One kind of file: what it is called, and what stands in it. Each message says which file is wrong, and what to do."""

    thing: str  # in messages: "forecast"
    format: str
    version: int
    key: str  # of the mapping
    maps: str  # what it maps to what, in words
    error: type[ValueError]
    older: tuple[int, ...] = ()  # versions that are understood, too

    def write(self, values: Mapping, **more: str | Mapping | None) -> str:
        """Return the text of a file, as the page saves it; ``more`` stands before the mapping."""
        return (
            json.dumps({"format": self.format, "version": self.version, **more, self.key: dict(values)}, indent=2)
            + "\n"
        )

    def read(self, path: str | Path) -> str:
        """Return the text of a file; raises ``error`` if it can't be opened or is no text."""
        path = Path(path)
        try:
            return text_of(path.read_bytes())
        except OSError as problem:
            raise self.error(f"{path.name} can't be opened: {problem.strerror or problem}.") from None
        except UnicodeDecodeError:
            raise self.error(f"{path.name} is not a text file: save the {self.thing} again.") from None

    def parse(self, text: str, *, name: str) -> dict:
        """Return the mapping in the text of a file called ``name``, its values unchecked; raises ``error`` if it holds none."""
        return self.content(text, name=name)[self.key]

    def parse_any(self, text: str, *, name: str) -> tuple[int, dict]:
        """Return the version and the mapping in the text of a file, of this version or of one of :attr:`older`."""
        content = self.content(text, name=name)
        return content["version"], content[self.key]

    def content(self, text: str, *, name: str) -> dict:
        """Return all that stands in the text of a file: the mapping under :attr:`key`, and what stands beside it."""
        try:
            content = loads(text)
        except Repeated as key:
            raise self.error(f"{name} has {key} twice: take one out.") from None
        except ValueError:
            raise self.error(
                f"{name} is damaged or no {self.thing}: it is not JSON. Save the {self.thing} again."
            ) from None
        if not isinstance(content, dict) or content.get("format") != self.format:
            raise self.error(f"{name} is no {self.thing} of this book: its format should be {self.format!r}.")
        self._check_version(content, name)
        if not isinstance(content.get(self.key), dict):
            raise self.error(f'{name} has no {self.key}: "{self.key}" should map {self.maps}.')
        return content

    def _check_version(self, content: dict, name: str) -> None:
        if "version" not in content:
            raise self.error(
                f"{name} has no version: it was not saved by a page of this book, or changed since. Save the {self.thing} again."
            )
        version = content["version"]
        if isinstance(version, str) and version.strip().isdecimal() and len(version) < DIGITS:  # some programs quote it
            content["version"] = version = int(version)
        if isinstance(version, bool) or not isinstance(version, (int, float)) or version != version:
            told = f"{shown(version)[1:-1]} as text" if isinstance(version, str) else shown(version)
            raise self.error(
                f'{name} has version {told}, not a number: it was changed since it was saved. Save the {self.thing} again, or write "version": {self.version}.'
            )
        if version in self.older:
            return
        if version < self.version:
            raise self.error(
                f"{name} was saved by an older edition of the book (version {shown(version)}; this one reads {self.version}). "
                "Open the page of this edition, give the answers there, and save the file anew."
            )
        if version > self.version:
            raise self.error(
                f"{name} has version {shown(version)}; this book reads version {self.version}. Fetch a newer copy of the book."
            )


class Repeated(ValueError):
    """A key stands twice in one mapping, which would lose one of its values. The message is the key, as it is shown."""


def text_of(content: bytes) -> str:
    """Return the text of a JSON file, in UTF-8, UTF-16 or UTF-32, with a byte order mark or without: editors save all of these.

    Raises UnicodeDecodeError if it is no text.
    """
    return content.decode(json.detect_encoding(content)).removeprefix("\ufeff")


def loads(text: str):
    """Return what JSON holds; raises ValueError if it is none, or too deep, and :class:`Repeated` if a key stands twice.

    A number of very many digits comes as a float, however large, so that whoever checks the value can name it.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else float(digits),
        )
    except RecursionError:
        raise ValueError("too deep") from None


def _once(pairs: list[tuple]) -> dict:
    found: dict = {}
    for key, value in pairs:
        if key in found:
            raise Repeated(shown(key))
        found[key] = value
    return found


def shown(value) -> str:
    """Return a value from outside as a message shows it: as Python writes it, cut short where it is long or deep."""
    return _SHORT.repr(value)


def is_number(value) -> bool:
    """Say if a value of a file is a number; ``true`` is none, and neither is −0, which no page writes."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) != "-0.0"
