"""The files that a page saves and this package reads: JSON that names its format and its version, and holds one mapping.

    {"format": "after-the-caliphate/forecast", "version": 1, "answers": {"Q01": 0.7, …}}
"""
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Saved(NamedTuple):
    """One kind of file: what it is called, and what stands in it. Each message says which file is wrong, and what to do."""

    thing: str     # in messages: "forecast"
    format: str
    version: int
    key: str       # of the mapping
    maps: str      # what it maps to what, in words
    error: type[ValueError]
    older: tuple[int, ...] = ()  # versions that are understood, too

    def write(self, values: Mapping, **more: str) -> str:
        """Return the text of a file, as the page saves it; ``more`` stands before the mapping."""
        return json.dumps({"format": self.format, "version": self.version, **more, self.key: dict(values)}, indent=2) + "\n"

    def read(self, path: str | Path) -> str:
        """Return the text of a file; raises ``error`` if it can't be opened or is no text."""
        path = Path(path)
        try:
            return path.read_text(encoding="utf-8-sig")
        except OSError as problem:
            raise self.error(f"{path.name} can't be opened: {problem.strerror or problem}.") from None
        except UnicodeDecodeError:
            raise self.error(f"{path.name} is not a text file: save the {self.thing} again.") from None

    def parse(self, text: str, *, name: str) -> dict:
        """Return the mapping in the text of a file called ``name``, its values unchecked; raises ``error`` if it holds none."""
        return self.parse_any(text, name=name)[1]

    def parse_any(self, text: str, *, name: str) -> tuple[int, dict]:
        """Return the version and the mapping in the text of a file, of this version or of one of :attr:`older`."""
        try:
            content = json.loads(text, object_pairs_hook=lambda pairs: self._once(pairs, name))
        except (json.JSONDecodeError, RecursionError):
            raise self.error(f"{name} is damaged or no {self.thing}: it is not JSON. Save the {self.thing} again.") from None
        if not isinstance(content, dict) or content.get("format") != self.format:
            raise self.error(f"{name} is no {self.thing} of this book: its format should be {self.format!r}.")
        version = content.get("version")
        if isinstance(version, bool) or version not in (self.version, *self.older):
            raise self.error(f"{name} has version {version!r}; this book reads version {self.version}. Fetch a newer copy of the book.")
        if not isinstance(content.get(self.key), dict):
            raise self.error(f'{name} has no {self.key}: "{self.key}" should map {self.maps}.')
        return version, content[self.key]

    def _once(self, pairs: list[tuple], name: str) -> dict:
        """Return what JSON pairs map; a key that stands there twice would lose one of its values."""
        found: dict = {}
        for key, value in pairs:
            if key in found:
                raise self.error(f"{name} has {key!r} twice: take one out.")
            found[key] = value
        return found
