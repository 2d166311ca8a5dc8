"""Dates in charts mean the same in every time zone.

A chart's axis is in the reader's own time. So are "2014-06-01T00:00:00", which is how a column of timestamps is written, and
alt.DateTime(…). A bare "2014-06-01" is midnight in Greenwich: elsewhere that is another day, and an axis that begins there lacks
its first year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BARE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
IN_FORMULA = re.compile(f"""(?<=['"]){BARE.pattern}(?=['"])""")
OWN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
OTHER_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)")
GREENWICH = re.compile(r"utc[a-z]*|.*\butc[a-zA-Z]*\(.*", flags=re.DOTALL)  # scale types, time units, functions
ON_AXIS = {"datum", "domain", "domainMax", "domainMin", "values"}
PROSE = {"$schema", "config", "description", "name", "title", "usermeta"}


def misdated(spec: dict) -> list[str]:
    """Say where a chart has a date that is another day in another time zone, once for each place, and what to write instead."""
    leaves = list(_leaves(spec))
    times = {value for path, value, temporal in leaves if temporal and path[-1] == "field"}
    found: dict[str, str] = {}
    for path, value, temporal in leaves:
        in_data = path[0] == "datasets" or path[-3:-1] == ("data", "values")
        is_date = path[-1] in times if in_data else temporal and path[-1] in ON_AXIS
        place, text = f"column {path[-1]}" if in_data else ".".join(path), str(value)
        if bare := BARE.fullmatch(text) or (not in_data and IN_FORMULA.search(text)):
            found.setdefault(place, f"the bare date {bare[0]} in {place}: {_remedy(*bare.groups(), in_data=in_data)}")
        elif OTHER_TIME.fullmatch(text) or path[-1] == "utc" or (not in_data and GREENWICH.fullmatch(text)):
            found.setdefault(
                place,
                f"Greenwich’s time in {place} ({text[:40]}): charts are in the reader’s own; leave out zone and utc",
            )
        elif is_date and value is not None and not OWN_TIME.fullmatch(text):
            found.setdefault(
                place, f"{text} for a date in {place}: write alt.DateTime(year=…), or give the column timestamps"
            )
    return list(found.values())


def _leaves(part, path: tuple[str, ...] = (), temporal: bool = False) -> Iterator[tuple[tuple[str, ...], object, bool]]:
    """Yield each value of a chart's JSON that is no prose: the names that lead to it, itself, and if it belongs to a date."""
    if isinstance(part, dict):
        temporal = temporal or part.get("type") == "temporal"
        for name, value in part.items():
            if name not in PROSE:
                yield from _leaves(value, (*path, name), temporal)
    elif isinstance(part, list):
        for value in part:
            yield from _leaves(value, path, temporal)
    else:
        yield path, part, temporal


def _remedy(year: str, month: str, day: str | None, *, in_data: bool) -> str:
    if in_data:
        return "give the column timestamps, or write the day in words (.dt.strftime('%d %B %Y'))"
    date = f"alt.DateTime(year={year}, month={int(month)}, date={int(day or 1)})"
    return f"write {date}; in a formula, datetime({year}, {int(month) - 1}, {int(day or 1)})"
