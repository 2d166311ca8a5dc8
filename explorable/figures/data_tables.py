"""The data of a chart as a table: what its encodings show, in their order, under their titles."""

from __future__ import annotations

import html
import re
from datetime import date

from explorable.figures import theme

SKIPPED = {"longitude", "latitude", "longitude2", "latitude2"}
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00:00(?:\.0+)?)?$")


def for_chart(spec: dict) -> str:
    """Return a folded table for each data set of the chart, or nothing if its data are made in the page."""
    parts, title = [], theme.heading(spec)
    for rows, fields in _shown(spec).values():
        fields = {name: heading for name, heading in fields.items() if any(name in row for row in rows)}
        rows = [row for row in rows if any(name in row for name in fields)]  # what the page computes is in none
        if rows and fields:
            parts.append(_table(rows, fields, title))
    if not parts:
        return ""
    return f'<details class="chart-data"><summary>The data as a table</summary>{"".join(parts)}</details>'


def _shown(spec: dict) -> dict:
    """Collect, for each inline data set, its rows and the fields that its marks show: name → title."""
    found: dict[str, tuple[list[dict], dict[str, str]]] = {}

    def visit(unit: dict, data: dict | None, encoding: dict) -> None:
        data = unit.get("data", data)
        encoding = {**encoding, **unit.get("encoding", {})}
        for name in ("layer", "vconcat", "hconcat"):
            for part in unit.get(name, []):
                visit(part, data, encoding)
        mark = unit.get("mark")
        kind = mark.get("type") if isinstance(mark, dict) else mark
        if not mark or kind == "geoshape" or not data:
            return
        if "explorer" in spec.get("usermeta", {}) and "values" in data:
            return  # an explorer makes its own rows; explorers.js shows what they come to
        rows = spec.get("datasets", {}).get(data.get("name"), data.get("values"))
        if isinstance(rows, list):
            _, fields = found.setdefault(data.get("name") or str(len(found)), (rows, {}))
            for channel, definition in encoding.items():
                for part in definition if isinstance(definition, list) else [definition]:
                    _note(fields, channel, part)

    visit(spec, None, {})
    return found


def _note(fields: dict[str, str], channel: str, definition: dict) -> None:
    definition = {**definition, **_condition(definition)}
    field = definition.get("field")
    if not isinstance(field, str) or channel in SKIPPED:
        return
    title = (
        definition.get("title")
        or (definition.get("axis") or {}).get("title")
        or (definition.get("legend") or {}).get("title")
    )
    if title or field not in fields:
        fields[field] = (
            fields.get(field) if field in fields and not title else title or field.replace("_", " ").capitalize()
        )


def _condition(definition: dict) -> dict:
    condition = definition.get("condition", {})
    return condition if isinstance(condition, dict) and "field" in condition else {}


def _table(rows: list[dict], fields: dict[str, str], title: str) -> str:
    seen: dict[tuple, None] = {}
    for row in rows:
        seen[tuple(cell(row.get(name), name) for name in fields)] = None
    numeric = [all(isinstance(row.get(name), (int, float, type(None))) for row in rows) for name in fields]
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in fields.values())
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' if number else ''}>{html.escape(text)}</td>" for text, number in zip(values, numeric)
        )
        + "</tr>"
        for values in seen
    )
    return f'<div class="chart-table" data-scrolls="Data: {html.escape(title, quote=True)}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


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
