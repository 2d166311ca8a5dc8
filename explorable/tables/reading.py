"""Read a table by its schema: typed columns, or one sentence for each thing that is wrong, with file, row and remedy.

Nothing here knows where a book keeps its tables: paths, the names to call them by, and the keys that a ``source…`` column
may hold are given. A live page reads its tables here, too: with Python's own ``csv``, and pandas for the result.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from explorable.tables import schemas, values

MOST = 20  # mistakes that one message tells of
ENCODINGS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\x1f\x8b": "compressed",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
CORRECT = "Correct the value, or the schema in datapackage.json."


class DataError(ValueError):
    """A table does not say what its schema promises. The message names file, row and remedy, a line for each mistake."""

    def __init__(self, *problems: str):
        self.problems = problems
        more = len(problems) - MOST
        super().__init__("\n".join([*problems[:MOST], *([f"… and {more} more."] if more > 0 else [])]))


class Mistake(NamedTuple):
    """What is wrong in a row, in one of its columns or (with no name) as a whole, and what to do."""

    row: int  # as a spreadsheet counts: the header is row 1
    column: str
    says: str

    def of(self, file: str) -> str:
        return f"{file}, row {self.row}{f', column {self.column}' if self.column else ''}: {self.says}"


def read(*, path: Path, file: str, schema: dict, keys: Collection[str]) -> pd.DataFrame:
    """Return the table of a CSV file, its columns typed as :func:`explorable.tables.values.typed` says.

    ``file`` is what messages call it, ``keys`` are the sources that its ``source…`` columns may name.
    Raises :class:`DataError`.
    """
    return by_row(path=path, file=file, schema=schema, keys=keys).reset_index(drop=True)


def by_row(*, path: Path, file: str, schema: dict, keys: Collection[str]) -> pd.DataFrame:
    """Return the table as :func:`read` does, its index the rows as a spreadsheet counts them."""
    wrong = schemas.schema_problems(schema, f"{schemas.PLACE}, table {path.stem!r}")
    if wrong:
        raise DataError(*wrong)
    header, rows = _rows(text_of(path, file), file, [field["name"] for field in schema["fields"]])
    mistakes = [mistake for row, written in rows.items() for mistake in _shape(row, written, len(header))]
    astray = {mistake.row for mistake in mistakes}
    texts = pd.DataFrame(
        [written for row, written in rows.items() if row not in astray],
        columns=header,
        dtype=object,
        index=[row for row in rows if row not in astray],
    )
    texts = texts.mask(texts.isin(schema.get("missingValues", [""])))
    frame = texts.copy()
    for field in schema["fields"]:
        frame[field["name"]], found = _column(texts[field["name"]], field, keys)
        mistakes += found
    mistakes += _repeated(
        frame, texts, schemas.listed(schema.get("primaryKey", [])), {mistake.row for mistake in mistakes}
    )
    if mistakes:
        raise DataError(*(mistake.of(file) for mistake in sorted(mistakes, key=lambda mistake: mistake.row)))
    return frame


# From bytes to rows


def bytes_of(path: Path, file: str) -> bytes:
    """Return what a file holds; :class:`DataError` says why it can't be read."""
    if path.is_dir():
        raise DataError(f"{file} is a folder. Put the file itself there.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{file} is missing. Put it back{', or take its table out of datapackage.json' if file.startswith('data/') else ''}."
        ) from None
    except OSError as problem:
        raise DataError(f"{file} can't be read ({problem.strerror or problem}). Look at its permissions.") from None


def text_of(path: Path, file: str) -> str:
    """Return the text of a file that should be UTF-8, without a byte order mark."""
    content = bytes_of(path, file)
    remedy, row = (
        ("Save it as CSV UTF-8, with commas.", "row") if path.suffix == ".csv" else ("Save it as UTF-8.", "line")
    )
    kind = next(
        (kind for start, kind in ENCODINGS.items() if content.startswith(start)),
        "UTF-16" if content[:400].count(0) > len(content[:400]) / 4 else "",
    )
    if kind:
        raise DataError(f"{file} is {kind}, not UTF-8 text. {remedy}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        byte = content[problem.start : problem.start + 1]
        raise DataError(
            f"{file}, {row} {_row_at(content[: problem.start])}: the byte 0x{byte.hex()} is not UTF-8 (in Windows-1252 it is "
            f"{byte.decode('cp1252', 'replace')!r}). {remedy}"
        ) from None
    for sign, says in (
        ("\0", "holds a NUL byte. Delete it"),
        ("\ufffd", "holds '\ufffd', which stands for a letter that was lost. Write the letter"),
    ):
        if sign in text:
            raise DataError(f"{file}, {row} {_row_at(text.partition(sign)[0].encode())}: it {says}.")
    return text


def _row_at(before: bytes) -> int:
    return len(re.findall(rb"\r\n|\r|\n", before)) + 1


def _rows(text: str, file: str, names: list[str]) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header, and the values of each row by its number; lines with nothing in them are left out."""
    _check_separator(re.split(r"[\r\n]", text, maxsplit=1)[0], file, names)
    rows, number = {}, 0
    try:
        for number, written in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):  # noqa: B007  said below
            if written:
                rows[number] = written
    except csv.Error:
        raise DataError(
            f"{file}, row {number + 1}: a double quote is not closed, or stands within a value. Put the whole value between double "
            'quotes, and write a quote within it twice: "He said ""no"".".'
        ) from None
    if not any(value.strip() for written in rows.values() for value in written):
        raise DataError(f"{file} is empty. Write its header ({','.join(names)}) and its rows.")
    first = min(rows)
    header = rows.pop(first)
    wrong = list(_header_problems(header, names))
    if wrong:
        raise DataError(*(f"{file}, row {first}: {says}" for says in wrong))
    if not rows:
        raise DataError(f"{file} has a header and no rows. Write a row, or take the table out of datapackage.json.")
    return header, rows


def _check_separator(first: str, file: str, names: list[str]) -> None:
    """Refuse a file that separates by something else: by it the first line has more of the columns' names than by commas."""
    if first.lower().startswith("sep="):
        raise DataError(
            f"{file}, row 1: {first!r} is a spreadsheet's own line. Delete it, so that the columns' names come first."
        )
    known = {
        separator: sum(_tidied(part.strip('"')) in map(_tidied, names) for part in first.split(separator))
        for separator in (",", *SEPARATORS)
    }
    best = max(known, key=known.get)
    if known[best] > known[","] or (
        "," not in first and len(names) > 1 and any(separator in first for separator in SEPARATORS)
    ):
        used = best if best != "," else next(separator for separator in SEPARATORS if separator in first)
        raise DataError(
            f"{file}, row 1: the values are separated by {SEPARATORS[used]}, not by commas. Save it as CSV UTF-8, with commas."
        )


def _tidied(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").replace("_", " ").split()).casefold()


def _header_problems(header: list[str], names: list[str]) -> Iterator[str]:
    if not set(map(_tidied, header)) & set(map(_tidied, names)):
        yield f"the columns' names are missing. Write {','.join(names)}."
        return
    for name, times in Counter(header).items():
        if name and times > 1:
            yield f"{times} columns are called {name!r}. Give each a name of its own, or delete one."
    for number, name in enumerate(header, 1):
        if not name.strip():
            yield f"column {number} has no name. Name it, or delete the comma before it, in each row."
    meant = {_tidied(name): name for name in names if name not in header}
    for name in dict.fromkeys(header):
        if name.strip() and name not in names:
            right = meant.pop(_tidied(name), None)
            yield (
                f"column {name!r} is written otherwise in datapackage.json. Write {right}."
                if right
                else f"column {name!r} is not described. Describe it in datapackage.json."
            )
    for name in meant.values():
        yield f"column {name!r} is missing. Add it, or take it out of datapackage.json."


def _shape(row: int, written: list[str], width: int) -> Iterator[Mistake]:
    """Say what is wrong with a row that has too many values, or too few, or none."""
    if written[0].startswith(("<<<<<<<", "=======", ">>>>>>>")):
        yield Mistake(row, "", "a merge left its mark here. Keep the rows of one side, and delete the marks.")
    elif not any(written):
        yield Mistake(row, "", "nothing stands in it. Delete it.")
    elif len(written) > width and not any(written[width:]):
        yield Mistake(
            row,
            "",
            f"it ends in {len(written) - width} comma{'s' if len(written) - width > 1 else ''} too many. Delete what follows the last value.",
        )
    elif len(written) > width:
        split = next(
            (
                pair
                for pair in zip(written, written[1:])
                if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}", pair[0]) and re.fullmatch(r"[0-9]{3}(\.[0-9]+)?", pair[1])
            ),
            None,
        )
        number = f" If {split[0]},{split[1]} is one number, write {split[0]}{split[1]}." if split else ""
        yield Mistake(
            row,
            "",
            f"it has {len(written)} values for {width} columns. Put a value with a comma in it between double quotes.{number}",
        )
    elif len(written) < width:
        yield Mistake(
            row,
            "",
            f"it has {len(written)} values for {width} columns. Where nothing is known write the comma alone: a,,c.",
        )


# From texts to values


class _Broken(NamedTuple):
    """A rule of a column that some of its values break: where, what is said of each, and what to do about it."""

    where: pd.Series
    problem: str
    remedy: Callable[[str], str] = lambda text: CORRECT


def _column(texts: pd.Series, field: dict, keys: Collection[str]) -> tuple[pd.Series, list[Mistake]]:
    """Return one column as its type, and what is wrong in it: of each value the first thing."""
    typed = values.typed(texts, field["type"])
    right = pd.Series(True, index=texts.index)
    mistakes: list[Mistake] = []
    for rule in [*_broken_by_type(texts, typed, field, keys), *_broken_constraints(texts, typed, field)]:
        for row, text in texts[rule.where & right].items():
            mistakes.append(Mistake(row, field["name"], f"{_quoted(text)}{rule.problem}. {rule.remedy(text)}"))
        right &= ~rule.where
    return typed, mistakes


def _broken_by_type(texts: pd.Series, typed: pd.Series, field: dict, keys: Collection[str]) -> Iterator[_Broken]:
    """Yield what makes a text no value of its column: it is missing, a spreadsheet's error, no known source, of another type."""
    given = texts.notna()
    if field.get("constraints", {}).get("required"):
        yield _Broken(~given, "is empty but required", lambda text: "Fill it in, or leave the row out.")
    failed = texts.isin([text for text in texts[given] if values.failed(text)])
    yield _Broken(given & failed, " is no value", lambda text: values.remedy(text, field))
    if field["name"].startswith("source"):
        yield _Broken(
            given & ~texts.isin(keys),
            " has no entry in references.bib",
            lambda text: f"Add the entry, or correct the key.{_near(text, keys)}",
        )
    yield _Broken(given & typed.isna(), f" is not of type {field['type']}", lambda text: values.remedy(text, field))


def _broken_constraints(texts: pd.Series, typed: pd.Series, field: dict) -> Iterator[_Broken]:
    """Yield what the schema forbids a value of the right type."""
    rules, given = field.get("constraints", {}), texts.notna()
    if "enum" in rules:
        allowed = list(map(str, rules["enum"]))
        yield _Broken(
            given & ~texts.isin(allowed),
            f" is not one of {', '.join(allowed)}",
            lambda text: f"{CORRECT}{_near(text, allowed)}",
        )
    if "pattern" in rules:
        fits = texts.fillna("").str.fullmatch(rules["pattern"])
        like = next(iter(texts[given & fits]), None)
        yield _Broken(
            given & ~fits,
            f" does not match {rules['pattern']}",
            lambda text: f"Write it like {like!r}, or correct the schema in datapackage.json." if like else CORRECT,
        )
    for rule, beyond in (("minimum", typed.lt), ("maximum", typed.gt)):
        if rule in rules:
            limit = values.one(rules[rule], field["type"] if field["type"] != "integer" else "number")
            yield _Broken(beyond(limit).fillna(False).astype(bool), f" is beyond the {rule} of {rules[rule]}")
    if rules.get("unique"):
        yield _Broken(
            given & texts.duplicated(),
            " stands in a row above, too, and each row has its own",
            lambda text: "Give the row another, or delete it.",
        )


def _quoted(text: object) -> str:
    return "" if not isinstance(text, str) else repr(text) if len(text) <= 80 else f"{text[:80]!r} …"


def _near(text: str, allowed: Collection[str]) -> str:
    near = get_close_matches(" ".join(text.split()), allowed, n=1, cutoff=0.75)
    return f" Did you mean {near[0]!r}?" if near else ""


def _repeated(frame: pd.DataFrame, texts: pd.DataFrame, key: list[str], astray: set[int]) -> Iterator[Mistake]:
    """Find rows that repeat the key of a row above; rows with a mistake have no key yet."""
    sound = frame.drop(index=list(astray & set(frame.index)))
    for row in sound.index[sound.duplicated(subset=key)] if key else ():
        says = ", ".join(texts.loc[row, key].fillna(""))
        yield Mistake(row, " + ".join(key), f"repeats the key {says}. Merge the rows, or widen the key.")


# Between tables


def unknown_references(entry: dict, frames: dict[str, pd.DataFrame | None]) -> Iterator[str]:
    """Yield one sentence for each value that a foreign key of a table does not find where it should stand.

    ``frames`` are all tables by name, as :func:`by_row` gives them; nothing for one that could not be read.
    """
    own = frames[entry["name"]]
    for key in schemas.listed(entry["schema"].get("foreignKeys", [])) if own is not None else ():
        there = key["reference"]["resource"] or entry["name"]
        columns, others = schemas.listed(key["fields"]), schemas.listed(key["reference"]["fields"])
        other = frames.get(there)
        if there not in frames or other is not None and not {*others} <= {*other}:
            yield f"{schemas.PLACE}, table {entry['name']!r}: a foreign key looks for {' + '.join(map(str, others))} in {there!r}, and there is none. Correct its names."
        elif other is not None:
            for mistake in _unknown_values(
                own[columns].dropna(), other[others], f"{' + '.join(others)} of data/{there}.csv"
            ):
                yield mistake.of(f"data/{entry['path']}")


def _unknown_values(own: pd.DataFrame, other: pd.DataFrame, where: str) -> Iterator[Mistake]:
    known = {value: ", ".join(map(str, value)) for value in other.itertuples(index=False, name=None)}
    for row, value in zip(own.index, own.itertuples(index=False, name=None)):
        if value not in known:
            words = ", ".join(map(str, value))
            yield Mistake(
                row,
                " + ".join(own),
                f"{words!r} is not in {where}. Correct it, or add it there.{_near(words, known.values())}",
            )
