"""Load a table of the book: typed, checked, and found from any working directory.

A figure travels one way: ``data/<name>.csv`` → :func:`load` → a chapter. How a table is read stands in ``explorable/tables``.
"""

from __future__ import annotations

import sys

from aftermath.root import ROOT
from explorable.tables import DataError, Tables

__all__ = ["DATA", "ROOT", "DataError", "load", "package", "read", "refresh", "resource", "source_keys", "sources"]

TABLES = Tables(ROOT, package="aftermath")
DATA = TABLES.folder
load, package, resource, read = TABLES.load, TABLES.package, TABLES.resource, TABLES.read
source_keys, sources, refresh, check, main = (
    TABLES.source_keys,
    TABLES.sources,
    TABLES.refresh,
    TABLES.check,
    TABLES.main,
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
