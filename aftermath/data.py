"""Load a table of the book: typed, checked, and found from any working directory.

A figure travels one way: ``data/<name>.csv`` → :func:`load` → a chapter. What each column means stands in
``data/datapackage.json`` (a Frictionless Data Package), what each source is in ``references.bib``.
"""
from __future__ import annotations

import hashlib
import json
import re
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from aftermath.root import ROOT

DATA = ROOT / "data"
TRUTH = {"true": True, "false": False}


class DataError(ValueError):
    """A table does not say what its schema promises. The message names file, row and remedy."""


def load(name: str) -> pd.DataFrame:
    """Return the table ``data/<name>.csv`` with typed columns.

    Dates, years and months become what their schema says: ``date`` and ``yearmonth`` are timestamps (a month
    is its first day), ``year`` and ``integer`` whole numbers, ``number`` floats, ``boolean`` truth values.

    Raises :class:`DataError` for an unknown table, a checksum that differs, a missing or extra column, a value
    of the wrong type or outside its constraints, a repeated key, or a source that ``references.bib`` lacks.
    """
    return _load(name).copy()


def package() -> dict:
    """Return ``datapackage.json`` as a dictionary."""
    path = DATA / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path.name} is missing from the folder data: fetch the book's data again.") from None


def resource(name: str) -> dict:
    """Return what ``datapackage.json`` says about one table."""
    found = {entry["name"]: entry for entry in package()["resources"]}
    if name not in found:
        raise DataError(f"There is no table {name!r}. The tables are: {', '.join(sorted(found))}.")
    return found[name]


@lru_cache(maxsize=1)
def source_keys() -> frozenset[str]:
    """Return the keys of all entries of ``references.bib``."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE))


def sources(*parts: pd.DataFrame | str) -> dict[str, list[str]]:
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
    unknown = sorted(set(keys) - source_keys())
    if unknown:
        raise DataError(f"Unknown source {', '.join(unknown)}: add an entry to references.bib or correct the key.")
    return {"sources": list(keys)}


@cache
def _load(name: str) -> pd.DataFrame:
    described = resource(name)
    path = DATA / described["path"]
    if not path.exists():
        raise DataError(f"data/{path.name} is missing: fetch the book's data again.")
    content = path.read_bytes()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != described["hash"]:
        raise DataError(
            f"data/{path.name} is not the file that datapackage.json describes (its checksum differs). "
            "If you changed it on purpose, run 'make data'; if not, restore the file."
        )
    return read(path=path, schema=described["schema"])


def read(*, path: Path, schema: dict) -> pd.DataFrame:
    """Read a CSV file by a Frictionless table schema; raise :class:`DataError` where it breaks the schema."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except pd.errors.ParserError as problem:  # it says, say, "Expected 10 fields in line 7, saw 11"
        raise DataError(f"data/{path.name}: {str(problem).rpartition('error: ')[2].strip()}. Put a value with a comma in it between double quotes.") from None
    file, names = f"data/{path.name}", [field["name"] for field in schema["fields"]]
    for column in names:
        if column not in frame.columns:
            raise DataError(f"{file}, row 1: column {column!r} is missing. Add it, or take it out of datapackage.json.")
    for column in frame.columns:
        if column not in names:
            raise DataError(f"{file}, row 1: column {column!r} is not described. Describe it in datapackage.json.")
    for field in schema["fields"]:
        frame[field["name"]] = _column(frame[field["name"]], field, file)
    _check_key(frame, schema.get("primaryKey", []), file)
    return frame


def _column(texts: pd.Series, field: dict, file: str) -> pd.Series:
    """Turn one column of text into its type, checking it on the way."""
    name, kind, rules = field["name"], field["type"], field.get("constraints", {})
    empty = texts == ""
    if rules.get("required") and empty.any():
        _fail(file, empty, name, "is empty but required", "Fill it in, or leave the row out.")
    texts = texts.mask(empty)
    if "enum" in rules:
        _fail_where(~empty & ~texts.isin(rules["enum"]), file, texts, name, f"is not one of {', '.join(map(str, rules['enum']))}")
    if "pattern" in rules:
        _fail_where(~empty & ~texts.fillna("").str.fullmatch(rules["pattern"]), file, texts, name, f"does not match {rules['pattern']}")
    if name.startswith("source"):
        _fail_where(~empty & ~texts.isin(source_keys()), file, texts, name, "has no entry in references.bib",
                    "Add the entry, or correct the key.")
    values = _typed(texts, kind)
    _fail_where(~empty & values.isna(), file, texts, name, f"is not of type {kind}")
    for rule, broken in (("minimum", values.lt), ("maximum", values.gt)):
        if rule in rules:
            limit = pd.Timestamp(rules[rule]) if kind in ("date", "yearmonth") else rules[rule]
            _fail_where(broken(limit).fillna(False).astype(bool), file, texts, name, f"is beyond the {rule} of {rules[rule]}")
    return values


def _typed(texts: pd.Series, kind: str) -> pd.Series:
    if kind == "string":
        return texts
    if kind in ("date", "yearmonth"):
        return pd.to_datetime(texts, format="%Y-%m-%d" if kind == "date" else "%Y-%m", errors="coerce")
    if kind == "boolean":
        return texts.str.lower().map(TRUTH).astype("boolean" if texts.isna().any() else object)
    numbers = pd.to_numeric(texts, errors="coerce")
    if kind == "number":
        return numbers.astype(float)
    if kind in ("integer", "year"):
        whole = numbers.where(numbers % 1 == 0)
        return whole.astype("Int64") if whole.isna().any() else whole.astype("int64")
    raise DataError(f"datapackage.json uses the type {kind!r}, which this book does not read.")


def _check_key(frame: pd.DataFrame, key: list[str] | str, file: str) -> None:
    key = [key] if isinstance(key, str) else key
    if not key:
        return
    repeated = frame.duplicated(subset=key)
    if repeated.any():
        values = ", ".join(str(value) for value in frame.loc[repeated, key].iloc[0])
        _fail(file, repeated, " + ".join(key), f"repeats the key {values}", "Merge the rows, or widen the key.")


def _fail_where(broken, file, texts, name, problem, remedy="Correct the value, or the schema in datapackage.json.") -> None:
    if broken.any():
        _fail(file, broken, name, f"{texts[broken].iloc[0]!r} {problem}", remedy)


def _fail(file, broken, name, problem, remedy) -> None:
    row = int(broken.to_numpy().argmax()) + 2  # the header is row 1
    raise DataError(f"{file}, row {row}, column {name}: {problem}. {remedy}")


def refresh() -> list[str]:
    """Write each table's size and checksum into ``datapackage.json``; return the names of those that changed.

    For ``make data``, after a wanted change. Every table is read first, so nothing broken gets a new checksum.
    """
    described, changed = package(), []
    for entry in described["resources"]:
        path = DATA / entry["path"]
        read(path=path, schema=entry["schema"])
        content = path.read_bytes()
        fresh = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        if any(entry.get(name) != value for name, value in fresh.items()):
            changed.append(entry["name"])
            entry.update(fresh)
    (DATA / "datapackage.json").write_text(
        json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    return changed


if __name__ == "__main__":
    import sys

    try:
        if "--check" in sys.argv:
            print(len([load(entry["name"]) for entry in package()["resources"]]), "tables are what datapackage.json promises")
        else:
            print("checksums renewed:", ", ".join(refresh()) or "none needed")
    except DataError as error:
        sys.exit(str(error))
