"""Load a table of the book: typed, checked, and found from any working directory."""

from __future__ import annotations

import sys
from pathlib import Path

from explorable.tables import DataError, Tables

__all__ = ["DataError", "load", "package", "sources"]

TABLES = Tables(Path(__file__).resolve().parent.parent, package="book")
DATA = TABLES.folder
load, package, sources = TABLES.load, TABLES.package, TABLES.sources

if __name__ == "__main__":
    sys.exit(TABLES.main(sys.argv[1:]))
