"""The book that the machine works on: where its files lie, and what it is called. No other module counts its parents.

Made once and handed on. The build reads the book's settings; in a live page, which has no YAML, what the build has
noted of them (:meth:`Book.noted`) stands in for them.
"""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
NOTED = "book.json"


@dataclass(frozen=True)
class Book:
    """What the machine must know of a book.

    ``title`` and ``author`` as its settings have them; ``package`` is its own Python package; ``slug`` begins the names
    of the files that its readers save ("after-the-caliphate/forecast").
    """

    title: str
    author: str
    package: str
    slug: str

    @staticmethod
    @lru_cache(maxsize=4)
    def at(root: Path) -> Book:
        """Return the book in this folder. ``FileNotFoundError`` if there is none."""
        noted = root / NOTED
        if noted.exists():
            return Book(**json.loads(noted.read_text("utf-8")))
        import tomllib

        import yaml

        settings = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
        return Book(title=settings["title"], author=settings["author"], package=project["tool"]["explorable"]["package"], slug=project["project"]["name"])

    def noted(self) -> str:
        """Return the book as the text of the file that stands in for its settings."""
        return json.dumps(asdict(self), ensure_ascii=False)
