"""Words in a chart, where the marks are: names at the ends of lines instead of a legend, and a rule at a date with its name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import altair as alt
import pandas as pd


def line_ends(
    chart: alt.Chart,
    *,
    name: str,
    apart: float = 0,
    words: Mapping[str, str] | None = None,
    above: Iterable[str] = (),
    below: Iterable[str] = (),
) -> alt.LayerChart:
    """Return the layer that writes each line's name behind its last point, in the line's colour.

    ``chart`` is the lines' base: a table as data, with x and y encoded, and a colour. ``name`` is the column that tells its lines apart.
    Names stand at least ``apart`` from each other, in units of the vertical axis; those of ``above`` and ``below`` stand over or under their point.
    ``words`` says what is written instead of a name; "|" parts lines. Raises ValueError where a line has no point.
    """
    x, y = (_column(getattr(chart.encoding, channel)) for channel in ("x", "y"))
    table = chart.data.dropna(subset=[x, y]).sort_values(
        x, kind="stable"
    )  # the same names in the same order on every machine
    last = table.groupby(name, sort=False)[y].last()
    if missing := set(chart.data[name].dropna()) - set(last.index):
        raise ValueError(f"No point, so no end, for {', '.join(sorted(missing))}: leave these rows out.")
    behind = last[~last.index.isin([*above, *below])]
    lowest = table[y].min()
    least = apart / 2 if lowest >= 0 else lowest  # a name at 0 would lie on the axis
    places = {**last, **dict(zip(behind.index, spread([*behind], apart, least=least)))}
    height = "".join(f"datum['{name}'] === {key!r} ? {place:.6g} : " for key, place in places.items()) + "null"
    said = "".join(f"datum['{name}'] === {key!r} ? {text!r} : " for key, text in (words or {}).items())
    ends = chart.encoding.copy()
    ends.y = ends.y.copy()
    ends.y.shorthand = "label_height:Q"
    for channel in ("shape", "strokeDash", "opacity", "size", "tooltip", "detail", "order"):
        setattr(ends, channel, alt.Undefined)
    ends.text = alt.Text("label_words:N")
    base = (
        alt.Chart(chart.data)
        .transform_joinaggregate(label_last=f"max({x})", groupby=[name])
        .transform_filter(f"toNumber(datum['{x}']) === toNumber(datum.label_last) && isValid(datum['{y}'])")
        .transform_calculate(label_height=height, label_words=f"{said}datum['{name}']")
    )
    layers = []
    for keys, look in (
        ([*behind.index], {"align": "left", "dx": 8, "baseline": "middle"}),
        ([*above], {"dy": -13, "baseline": "middle"}),
        ([*below], {"dy": 13, "baseline": "middle"}),
    ):
        if keys:
            chosen = " || ".join(f"datum['{name}'] === {key!r}" for key in keys)
            layer = base.transform_filter(chosen).mark_text(lineBreak="|", fontSize=12, **look)
            layer.encoding = ends
            layers.append(layer)
    return alt.layer(*layers)


def beside(table: pd.DataFrame, *, y: str, name: str, apart, x: str = "", colour: str) -> alt.LayerChart:
    """Return names in a column to the right of the plot, each at its height, at least ``apart`` from each other.

    ``table`` has the columns ``y`` (dates or numbers) and ``name``. With ``x``, a category's column, a pale rule runs from the
    mark to its name.
    """
    first, unit = table[y].min(), apart
    places = spread([(value - first) / unit for value in table[y]], 1)
    moved = table[[column for column in (x, y, name) if column]].assign(
        label_height=[first + place * unit for place in places]
    )
    kind = "T" if hasattr(first, "year") else "Q"
    base, edge = alt.Chart(moved), alt.value("width")
    words = base.mark_text(align="left", baseline="middle", dx=8, color=colour).encode(
        x=edge, y=alt.Y(f"label_height:{kind}", title=None), text=f"{name}:N"
    )
    if not x:
        return alt.layer(words)
    lead = base.mark_rule(color=colour, opacity=0.4).encode(x=f"{x}:N", x2=edge, y=alt.Y(f"{y}:{kind}", title=None))
    return alt.layer(lead, words)


def _column(channel) -> str:
    """Return the column that a channel shows, from its shorthand."""
    shorthand = channel.shorthand if isinstance(channel.shorthand, str) else str(channel.field)
    return shorthand.rsplit(":", 1)[0].replace("\\", "")


def spread(places: list[float], apart: float, *, least: float = -math.inf) -> list[float]:
    """Return places moved as little as makes any two at least ``apart`` and none lower than ``least``, in the order in which they came."""
    order = sorted(range(len(places)), key=places.__getitem__)
    groups: list[list] = []  # each: its members, lowest first
    for index in order:
        groups.append([index])
        while len(groups) > 1 and _bottom(groups[-1], places, apart) < _top(groups[-2], places, apart) + apart:
            groups[-2:] = [groups[-2] + groups[-1]]
    moved = list(places)
    for group in groups:
        low = _bottom(group, places, apart)
        for number, index in enumerate(group):
            moved[index] = low + number * apart
    floor = least
    for index in order:
        moved[index] = max(moved[index], floor)
        floor = moved[index] + apart
    return moved


def _bottom(group: list[int], places: list[float], apart: float) -> float:
    return sum(places[index] for index in group) / len(group) - apart * (len(group) - 1) / 2


def _top(group: list[int], places: list[float], apart: float) -> float:
    return _bottom(group, places, apart) + apart * (len(group) - 1)


def rule(
    at, text: str, *, kind: str = "temporal", axis: str = "x", colour: str, align: str = "center"
) -> alt.LayerChart:
    """Return a rule across a chart at one place of an axis, with its name above the plot (or, on a vertical axis, to the right of it).

    ``at`` is a date as ``alt.DateTime``, or a number; ``kind`` is the type of the axis: temporal, quantitative or ordinal (there the rule
    stands where the category begins).
    """
    base = alt.Chart(alt.sequence(0, 1))  # one row that no table shows
    begins = {"bandPosition": 0} if kind == "ordinal" else {}
    line = base.mark_rule(color=colour, strokeWidth=1.5, strokeDash=[5, 3])
    words = base.mark_text(text=text, color=colour, fontSize=11, align=align, baseline="bottom", dy=-8)
    if kind == "quantitative":
        begins["scale"] = alt.Scale(zero=False)
    if axis == "x":
        place = alt.XDatum(at, type=kind, title=None, **begins)
        return alt.layer(line.encode(x=place), words.encode(x=place, y=alt.value(0)))
    place = alt.YDatum(at, type=kind, title=None, **begins)
    beside_it = base.mark_text(text=text, color=colour, fontSize=11, align="left", baseline="middle", dx=8)
    return alt.layer(line.encode(y=place), beside_it.encode(y=place, x=alt.value("width")))
