"""The tables of a book: typed, checked, and found from any working directory.

What each column means stands in ``data/datapackage.json`` (a Frictionless Data Package), what each source is in
``references.bib``. A book's own module ``data`` holds one :class:`Tables`, made from the folder in which its files lie.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pandas as pd

from explorable.tables import agreement, reading, schemas
from explorable.tables.reading import DataError

#: What people keep tables in. A file of this kind in the folder data that nobody described is a mistake.
TABLES = (".csv", ".tsv", ".tab", ".xls", ".xlsx", ".ods", ".parquet")


class Tables:
    """The tables in the folder ``data`` of a book at ``root``; ``package`` is the name of its own Python. Nothing is read before it is asked for."""

    def __init__(self, root: Path, package: str):
        self.root, self.package_name = root, package
        self.forget()

    @property
    def folder(self) -> Path:
        return self.root / "data"

    def forget(self) -> None:
        """Read everything again when it is next asked for."""
        self._frames: dict[str, pd.DataFrame] = {}
        self._keys: frozenset[str] | None = None

    def load(self, name: str) -> pd.DataFrame:
        """Return the table ``data/<name>.csv`` with typed columns.

        Dates, years and months become what their schema says: ``date`` and ``yearmonth`` are timestamps (a month
        is its first day), ``year`` and ``integer`` whole numbers, ``number`` floats, ``boolean`` truth values.

        Raises :class:`DataError` for an unknown table, a checksum that differs, a missing or extra column, a value
        of the wrong type or outside its constraints, a repeated key, or a source that ``references.bib`` lacks.
        """
        if name not in self._frames:
            self._frames[name] = self._read(self.resource(name), as_described=True).reset_index(drop=True)
        return self._frames[name].copy()

    def package(self) -> dict:
        """Return ``datapackage.json`` as a dictionary."""
        path = self.folder / "datapackage.json"
        if not path.exists():
            raise DataError(f"{path.name} is missing from the folder data: fetch the book's data again.")
        try:
            return schemas.parse(reading.text_of(path, schemas.PLACE))
        except schemas.DescriptionError as problem:
            raise DataError(str(problem)) from None

    def resource(self, name: str) -> dict:
        """Return what ``datapackage.json`` says about one table."""
        found = {entry["name"]: entry for entry in self.package()["resources"]}
        if name not in found:
            raise DataError(f"There is no table {name!r}. The tables are: {', '.join(sorted(found))}.")
        return found[name]

    def source_keys(self) -> frozenset[str]:
        """Return the keys of all entries of ``references.bib``."""
        if self._keys is None:
            text = reading.text_of(self.root / "references.bib", "references.bib")
            self._keys = frozenset(re.findall(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE))
        return self._keys

    def sources(self, *parts: pd.DataFrame | str) -> dict[str, list[str]]:
        """Collect the source keys of tables (their ``source…`` columns) and of single keys, for a chart's ``usermeta``.

        The keys stand in a list under ``"sources"``, each once, in the order given.
        """
        keys: dict[str, None] = {}
        for part in parts:
            if isinstance(part, str):
                keys[part] = None
                continue
            columns = [column for column in part.columns if str(column).startswith("source")]
            if not columns:
                raise DataError("This table has no source column any more: take the sources before choosing columns.")
            for column in columns:
                keys.update(dict.fromkeys(part[column].dropna()))
        unknown = sorted(set(keys) - self.source_keys())
        if unknown:
            raise DataError(f"Unknown source {', '.join(unknown)}: add an entry to references.bib or correct the key.")
        return {"sources": list(keys)}

    def read(self, *, path: Path, schema: dict) -> pd.DataFrame:
        """Read a CSV file by a Frictionless table schema; raise :class:`DataError` where it breaks the schema."""
        return reading.read(path=path, file=f"data/{path.name}", schema=schema, keys=self.source_keys())

    def _read(self, entry: dict, *, as_described: bool = False) -> pd.DataFrame:
        """Read a table, and refuse it before if it should be, and is not, the file with the checksum of its entry."""
        wrong = schemas.table_problems(entry)
        if not wrong and as_described:
            wrong = [problem for problem in [self._checksum_problem(entry)] if problem]
        if wrong:
            raise DataError(*wrong)
        return reading.by_row(
            path=self.folder / entry["path"],
            file=f"data/{entry['path']}",
            schema=entry["schema"],
            keys=self.source_keys(),
        )

    def _checksum(self, entry: dict) -> dict:
        """Return the size and checksum of a table as they are now."""
        content = reading.bytes_of(self.folder / entry["path"], f"data/{entry['path']}")
        return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}

    def _checksum_problem(self, entry: dict) -> str:
        """Say what is wrong if a table is not the one that was described; nothing if it is."""
        if not entry.get("hash"):
            return f"data/{entry['path']} has no checksum in datapackage.json yet: run 'make data'."
        if entry["hash"] == self._checksum(entry)["hash"]:
            return ""
        return (
            f"data/{entry['path']} is not the file that datapackage.json describes (its checksum differs). "
            "If you changed it on purpose, run 'make data'; if not, restore the file."
        )

    # All tables

    def problems(self, described: dict) -> list[str]:
        """Return one sentence for each thing that is wrong with the tables, one by one and between them, but for checksums."""
        self.source_keys()  # what is wrong with references.bib is said once, not for each table
        found: list[str] = []
        frames = {}
        for entry in described["resources"]:
            try:
                frames[entry["name"]] = self._read(entry)
            except DataError as error:
                frames[entry["name"]] = None
                found += error.problems
        for entry in described["resources"]:
            found += reading.unknown_references(entry, frames)
        return found + self._undescribed(described)

    def _undescribed(self, described: dict) -> list[str]:
        known = {self.folder / str(entry.get("path") or f"{entry['name']}.csv") for entry in described["resources"]}
        files = (
            path
            for path in sorted(self.folder.rglob("*"))
            if path.suffix.lower() in TABLES and not path.name.startswith((".", "~"))
        )
        return [
            f"data/{path.relative_to(self.folder).as_posix()} is described nowhere. Describe it in datapackage.json (copy the entry of a table that is like it), "
            "or move it out of the folder data."
            for path in files
            if path not in known
        ]

    def refresh(self) -> list[str]:
        """Write each table's size and checksum into ``datapackage.json``; return the names of those that changed.

        For ``make data``, after a wanted change. Every table is read first, so nothing broken gets a new checksum.
        """
        described, changed = self.package(), []
        wrong = self.problems(described)
        if wrong:
            raise DataError(*wrong)
        for entry in described["resources"]:
            fresh = self._checksum(entry)
            if any(entry.get(name) != value for name, value in fresh.items()):
                changed.append(entry["name"])
                entry.update(fresh)
        (self.folder / "datapackage.json").write_text(
            json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
        return changed

    def check(self) -> int:
        """Return how many tables there are; raise :class:`DataError` unless all are as described and the book's files agree."""
        described = self.package()
        wrong = self.problems(described) or [
            problem for entry in described["resources"] if (problem := self._checksum_problem(entry))
        ]
        wrong += agreement.problems(
            self.root, package=self.package_name, keys=self.source_keys(), assumptions=self._assumptions(described)
        )
        if wrong:
            raise DataError(*wrong)
        return len(described["resources"])

    def _assumptions(self, described: dict) -> list[str]:
        """Return the ids of the table of assumptions; none if the book has no such table, or it can't be read."""
        try:
            return [
                id
                for entry in described["resources"]
                if entry["name"] == "assumptions"
                for id in self._read(entry)["id"]
            ]
        except (DataError, KeyError):
            return []

    def main(self, arguments: list[str]) -> int | str:
        """Renew the checksums (``make data``), or with ``--check`` say what is wrong; return an exit code, or a message."""
        try:
            if "--check" in arguments:
                print(self.check(), "tables are what datapackage.json promises")
            else:
                print("checksums renewed:", ", ".join(self.refresh()) or "none needed")
        except DataError as error:
            return str(error)
        except OSError as problem:
            return f"data/datapackage.json can't be written ({problem.strerror or problem}). Look at its permissions."
        return 0
