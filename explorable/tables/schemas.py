"""What ``datapackage.json`` says about tables, and whether it can be: a Frictionless Data Package, as far as this book reads one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from explorable.tables import values

PLACE = "data/datapackage.json"
RULES = ("required", "unique", "enum", "pattern", "minimum", "maximum")
ORDERED = ("integer", "number", "date", "yearmonth", "year")
#: Properties that would change how a table is read. Whoever writes one should know that it does nothing here.
UNREAD = ("format", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "missingValues")


class DescriptionError(ValueError):
    """``datapackage.json`` can't be read as a whole. The message is one sentence with line or table, and remedy."""


def parse(text: str) -> dict:
    """Return the text of ``datapackage.json`` as a dictionary whose ``resources`` are a list of tables with names of their own."""
    try:
        described = json.loads(text, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError as problem:
        raise DescriptionError(_syntax(text, problem)) from None
    tables = described.get("resources") if isinstance(described, dict) else None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DescriptionError(
            f'{PLACE}: the tables are not listed. Write {{"resources": [{{"name": "…", "path": "….csv", "schema": {{…}}}}]}}.'
        )
    for number, table in enumerate(tables, 1):
        if not isinstance(table.get("name"), str) or not table["name"]:
            raise DescriptionError(f'{PLACE}, table {number}: it has no name. Write "name": "visits" for visits.csv.')
    for name, times in Counter(table["name"] for table in tables).items():
        if times > 1:
            raise DescriptionError(
                f"{PLACE}: {times} tables are called {name!r}. Give each a name of its own, or delete one."
            )
    return described


def _unrepeated(pairs: list[tuple]) -> dict:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            known = dict(pairs).get("name")
            raise DescriptionError(
                f"{PLACE}{f', {known!r}' if known else ''}: {name!r} is given {times} times. Delete all but one."
            )
    return dict(pairs)


def _syntax(text: str, problem: json.JSONDecodeError) -> str:
    """Say what is wrong where; a comma that is missing or too many stands before the place that Python names."""
    before = text[: problem.pos].rstrip()
    if "control character" in problem.msg:
        line, says = (
            problem.lineno,
            "a text does not end on its line. Close it with a double quote, and write a line break as \\n",
        )
    elif not text.strip():
        return f"{PLACE} is empty. Restore it."
    elif (
        before.endswith(",")
        and text[problem.pos : problem.pos + 1] in (",", "]", "}")
        or "trailing comma" in problem.msg
    ):
        before = before if before.endswith(",") else text[: problem.pos + 1]
        line, says = before.count("\n") + 1, "there is a comma too many. Delete it: nothing follows"
    elif "',' delimiter" in problem.msg:
        line, says = (
            before.count("\n") + 1,
            "a comma is missing at its end, or a double quote within. Write a comma between two entries",
        )
    else:
        line, says = (
            problem.lineno,
            f'it is no JSON here ({problem.msg[:1].lower()}{problem.msg[1:]}, column {problem.colno}). Write "name": "value", with a comma between two entries',
        )
    return f"{PLACE}, line {line}: {says}."


def table_problems(table: dict) -> list[str]:
    """Return one sentence for each thing in a table's entry that can't be."""
    place, path = f"{PLACE}, table {table['name']!r}", table.get("path")
    found = []
    if not isinstance(path, str) or not path:
        found.append(f'{place}: it has no path. Write the name of its file: "path": "{table["name"]}.csv".')
    elif path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path) or ":" in path:
        found.append(
            f'{place}: the path {path!r} leads out of the folder data. Put the file there, and write "path": "{table["name"]}.csv".'
        )
    if str(table.get("encoding", "utf-8")).lower() not in ("utf-8", "utf8") or table.get("dialect"):
        found.append(
            f"{place}: only commas and UTF-8 are read here. Save the table so, and delete 'encoding' and 'dialect'."
        )
    return found + schema_problems(table.get("schema"), place)


def schema_problems(schema: Any, place: str) -> list[str]:
    """Return one sentence for each thing in a table's schema that can't be."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if (
        not isinstance(fields, list)
        or not fields
        or not all(isinstance(field, dict) and isinstance(field.get("name"), str) and field["name"] for field in fields)
    ):
        return [
            f'{place}: the schema does not name the columns. Write "schema": {{"fields": [{{"name": "year", "type": "year"}}]}}.'
        ]
    names = Counter(field["name"] for field in fields)
    found = [
        f"{place}: {times} columns are called {name!r}. Give each a name of its own."
        for name, times in names.items()
        if times > 1
    ]
    for field in fields:
        found += (f"{place}, column {field['name']}: {says}" for says in _field_problems(field))
    key = schema.get("primaryKey", [])
    found += (
        f"{place}: the key names a column {column!r} that there is not. The columns are: {', '.join(names)}."
        for column in listed(key)
        if column not in names
    )
    if not isinstance(schema.get("missingValues", []), list) or "" not in schema.get("missingValues", [""]):
        found.append(f'{place}: an empty value is always missing here. Write "missingValues": [""].')
    return found + [f"{place}: {says}" for says in _reference_problems(schema.get("foreignKeys", []), names)]


def listed(names: object) -> list:
    """Return one name or several as a list: the package may say either."""
    return names if isinstance(names, list) else [names]


def _field_problems(field: dict) -> Iterator[str]:
    kind, rules = field.get("type"), field.get("constraints", {})
    if not isinstance(kind, str) or kind not in values.WRITTEN:
        yield (
            f"the type {kind!r} is not known here. Write one of {', '.join(values.WRITTEN)}."
            if kind
            else 'it has no type. Write "type": "string".'
        )
        return
    for name in UNREAD:
        if name in field and (name, field[name]) != ("format", "default"):
            yield f"{name!r} is not read here. Delete it, and write values such as {values.EXAMPLES[kind]}."
    if not isinstance(rules, dict):
        yield 'its constraints are no list of names and values. Write "constraints": {"required": true}.'
        return
    for rule in rules:
        if rule not in RULES:
            yield f"the constraint {rule!r} is not known here. Write one of {', '.join(RULES)}."
        elif rule in ("required", "unique") and not isinstance(rules[rule], bool):
            yield f"{rule!r} is {rules[rule]!r}. Write true or false."
    yield from _enum_problems(rules, kind)
    yield from _pattern_problems(rules)
    yield from _limit_problems(rules, kind)


def _enum_problems(rules: dict, kind: str) -> Iterator[str]:
    if "enum" not in rules:
        return
    if not isinstance(rules["enum"], list) or not rules["enum"]:
        yield 'its enum lists no values. Write "enum": ["first", "second"].'
        return
    for value in rules["enum"]:
        if values.one(value, kind) is None:
            yield f"its enum allows {value!r}, which is not of type {kind}. Write values such as {values.EXAMPLES[kind]}."


def _pattern_problems(rules: dict) -> Iterator[str]:
    try:
        re.compile(rules.get("pattern", ""))
    except (re.error, TypeError) as problem:
        yield f"its pattern {rules['pattern']!r} can't be read ({problem}). Write one such as [a-z_]+."


def _limit_problems(rules: dict, kind: str) -> Iterator[str]:
    given = [rule for rule in ("minimum", "maximum") if rule in rules]
    if given and kind not in ORDERED:
        yield f"a {given[0]} says nothing about the type {kind}. Delete it, or change the type."
        return
    limits = {rule: values.one(rules[rule], kind if kind != "integer" else "number") for rule in given}
    for rule, limit in limits.items():
        if limit is None:
            yield f"its {rule} {rules[rule]!r} is not of type {kind}. Write {values.EXAMPLES[kind]}."
    if len(limits) == 2 and None not in limits.values() and limits["minimum"] > limits["maximum"]:
        yield f"its minimum {rules['minimum']} is above its maximum {rules['maximum']}: no value can be both. Exchange or correct them."


def _reference_problems(keys: Any, columns: Counter) -> Iterator[str]:
    for key in keys if isinstance(keys, list) else [keys]:
        other = key.get("reference") if isinstance(key, dict) else None
        if (
            not isinstance(other, dict)
            or not isinstance(other.get("resource"), str)
            or len(listed(key.get("fields"))) != len(listed(other.get("fields")))
        ):
            yield 'a foreign key is not complete. Write {"fields": ["assumption"], "reference": {"resource": "assumptions", "fields": ["id"]}}.'
            continue
        for column in listed(key["fields"]):
            if column not in columns:
                yield f"a foreign key names a column {column!r} that there is not. The columns are: {', '.join(columns)}."
