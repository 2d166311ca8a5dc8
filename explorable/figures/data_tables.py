"""The data of a chart as a table: what its encodings show, in their order, under their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from explorable.figures import theme
from explorable.templates import macros

SKIPPED = {"longitude", "latitude", "longitude2", "latitude2"}
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00:00(?:\.0+)?)?$")


class Table(NamedTuple):
    """Headings of columns, rows of cells as a reader meets them, and of each column whether all its cells are numbers."""

    headings: list[str]
    rows: list[tuple[str, ...]]
    numeric: list[bool]


def for_chart(spec: dict) -> str:
    """Return a folded table for each data set of the chart, or nothing if its data are made in the page."""
    tables = [table for rows, fields in _shown(spec).values() if (table := _table(rows, fields))]
    return macros("figures/parts.html").data(tables, theme.heading(spec)) if tables else ""


def _shown(spec: dict) -> dict[str, tuple[list[dict], dict[str, str]]]:
    """Return, for each inline data set, its rows and the fields that its marks show: name → title."""
    found: dict[str, tuple[list[dict], dict[str, str]]] = {}
    explorer = "explorer" in spec.get("usermeta", {})
    for data, encoding in _units(spec):
        if explorer and "values" in data:
            continue  # an explorer makes its own rows; explorers.js shows what they come to
        rows = spec.get("datasets", {}).get(data.get("name"), data.get("values"))
        if isinstance(rows, list):
            _, fields = found.setdefault(data.get("name") or str(len(found)), (rows, {}))
            for channel, definition in encoding.items():
                for part in definition if isinstance(definition, list) else [definition]:
                    _note(fields, channel, part)
    return found


def _units(
    part: dict, data: dict | None = None, encoding: Mapping = MappingProxyType({})
) -> Iterator[tuple[dict, dict]]:
    """Yield data and encodings of each part that draws marks, a map's outlines left out; both may come from what is around it."""
    data, encoding = part.get("data", data), {**encoding, **part.get("encoding", {})}
    for name in ("layer", "vconcat", "hconcat"):
        for inner in part.get(name, []):
            yield from _units(inner, data, encoding)
    mark = part.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    if kind and kind != "geoshape" and data:
        yield data, encoding


def _note(fields: dict[str, str], channel: str, definition: dict) -> None:
    """Add the field of a channel, under its title: the last one that is given, or else a name made of the field's."""
    definition = {**definition, **_condition(definition)}
    field = definition.get("field")
    if not isinstance(field, str) or channel in SKIPPED:
        return
    places = (definition, definition.get("axis") or {}, definition.get("legend") or {})
    title = next((place["title"] for place in places if place.get("title")), None)
    if title:
        fields[field] = title
    else:
        fields.setdefault(field, field.replace("_", " ").capitalize())


def _condition(definition: dict) -> dict:
    condition = definition.get("condition", {})
    return condition if isinstance(condition, dict) and "field" in condition else {}


def _table(rows: list[dict], fields: dict[str, str]) -> Table | None:
    """Return rows as a table, each once; nothing where all is computed in the page, which no row has."""
    fields = {name: heading for name, heading in fields.items() if any(name in row for row in rows)}
    rows = [row for row in rows if any(name in row for name in fields)]
    if not rows or not fields:
        return None
    cells = dict.fromkeys(tuple(cell(row.get(name), name) for name in fields) for row in rows)
    numeric = [all(isinstance(row.get(name), (int, float, type(None))) for row in rows) for name in fields]
    return Table([*fields.values()], [*cells], numeric)


def cell(value, field: str = "") -> str:
    """Write one value for a reader: thousands apart, days as days, nothing for a missing value."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        if "year" in field.lower() and float(value).is_integer():
            return str(int(value))
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"
    day = DATE.match(str(value))
    if day:
        moment = date(int(day[1]), int(day[2]), int(day[3]))
        return f"{moment.day} {moment:%B %Y}"
    return str(value)
