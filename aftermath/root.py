"""Where the book's files lie: around this package in a copy of the book and in a live page, inside it where a wheel was installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
#: The folder with data/, references.bib and teaching/ (setup.py puts them into a wheel).
ROOT = PACKAGE / "book" if (PACKAGE / "book").is_dir() else PACKAGE.parent
