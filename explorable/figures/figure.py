"""A chart's JSON → a figure of the page: title, controls, picture and live chart, sources, data as a table.

No Sphinx here: what compiles and what cites are arguments, so that a live page makes the same figure (``live/bridge``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container
from typing import NamedTuple

from markupsafe import Markup

from explorable.figures import controls, data_tables, dates, theme
from explorable.figures.compiling import Compiler, compiled, split
from explorable.figures.sources import Cited
from explorable.templates import fill


def problems(spec: dict, sources: Container[str]) -> list[str]:
    """Say in words what a chart lacks, and which of its dates depend on the reader's time zone; ``sources`` are the keys of the references."""
    lacks = [f"chart without {name}" for name in theme.missing(spec)] + [
        f"chart with {problem}" for problem in dates.misdated(spec)
    ]
    unknown = {key for key in spec.get("usermeta", {}).get("sources", []) if key not in sources}
    return lacks + [f"chart with unknown source {key}" for key in sorted(unknown)]


class Panel(NamedTuple):
    """One chart as a page shows it: its title, its height, its picture (SVG), and what brings it to life (Vega as JSON)."""

    title: str
    high: str  # pixels
    picture: Markup
    vega: Markup


def name_of(spec: dict) -> str:
    """Return a chart's name on its page, the anchor of links to it: it follows from all that the chart is."""
    return "chart-" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:10]


def figure(spec: dict, *, compiler: Compiler, cited: Cited, book: str) -> str:
    """Return a chart's HTML; ``book`` is the book's title, as an explorer cites it."""
    name = name_of(spec)
    meta = spec.get("usermeta", {})
    html = fill(
        "figures/figure.html",
        name=name,
        heading=theme.heading(spec),
        titled=bool(spec.get("title")),
        explorer=meta.get("explorer"),
        known=controls.known(meta.get("explorer"), book),
        panels=[_panel(part, compiler) for part in split(spec)],
        controls=controls.for_chart(spec, prefix=name, cited=cited),
        links=[cited.link(key) for key in meta.get("sources", []) if key in cited.sources],
        data=data_tables.for_chart(spec),
    )
    return html.rstrip("\n")


def _panel(spec: dict, compiler: Compiler) -> Panel:
    vega, picture = compiled(json.dumps(spec, sort_keys=True), compiler)
    high = re.search(r'<svg[^>]* height="([\d.]+)"', picture)[
        1
    ]  # of the live chart, too: it has its room before it comes
    return Panel(theme.heading(spec) if spec.get("title") else "", high, Markup(picture), Markup(vega))
