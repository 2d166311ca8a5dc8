"""A chart's JSON → a figure of the page: title, controls, picture and live chart, sources, data as a table.

No Sphinx here: what compiles and what cites are arguments, so that a live page makes the same figure (``live/bridge``).
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Container

from explorable.figures import controls, data_tables, dates, theme
from explorable.figures.compiling import Compiler, compiled, split
from explorable.figures.sources import Cited


def problems(spec: dict, sources: Container[str]) -> list[str]:
    """Say in words what a chart lacks, and which of its dates depend on the reader's time zone; ``sources`` are the keys of the references."""
    lacks = [f"chart without {name}" for name in theme.missing(spec)] + [
        f"chart with {problem}" for problem in dates.misdated(spec)
    ]
    unknown = {key for key in spec.get("usermeta", {}).get("sources", []) if key not in sources}
    return lacks + [f"chart with unknown source {key}" for key in sorted(unknown)]


def figure(spec: dict, *, compiler: Compiler, cited: Cited, book: str) -> str:
    """Return a chart's HTML; ``book`` is the book's title, as an explorer cites it."""
    name = "chart-" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:10]
    explorer = spec.get("usermeta", {}).get("explorer")
    heading, parts = theme.heading(spec), split(spec)
    set_up = controls.for_chart(spec, prefix=name, cited=cited)
    if explorer:
        panels = "".join(_tab_panel(part, compiler, name, number) for number, part in enumerate(parts))
        shown = (
            f'<div class="stage"><div class="stage-view">{controls.answer()}{controls.tabs(explorer, heading, name)}'
            f'<div class="stage-chart">{panels}</div></div>{controls.beside(explorer)}{set_up}</div>{controls.tools()}'
        )
    else:
        shown = set_up + "\n" + "".join(_panel(part, compiler) for part in parts)
    return "\n".join(
        filter(
            None,
            [
                f'<figure class="chart{" explorer" if explorer else ""}" id="{name}"{controls.described(explorer, book)}>',
                f'<figcaption class="chart-title">{html.escape(heading)}</figcaption>' if spec.get("title") else "",
                shown,
                controls.live_tables(explorer, heading) if explorer else "",
                _sources(spec, cited),
                data_tables.for_chart(spec),
                controls.message() if explorer else "",
                "</figure>",
            ],
        )
    )


def _tab_panel(spec: dict, compiler: Compiler, name: str, number: int) -> str:
    """Return one chart of an explorer; where scripts run one is shown at a time, else all stand one below the other."""
    label = f'id="{name}-panel-{number}" role="tabpanel" aria-labelledby="{name}-tab-{number}"'
    return _panel(spec, compiler).replace('<div class="chart-panel"', f'<div class="chart-panel" {label}', 1)


def _panel(spec: dict, compiler: Compiler) -> str:
    vega, picture = compiled(json.dumps(spec, sort_keys=True), compiler)
    heading = f'<p class="chart-panel-title">{html.escape(theme.heading(spec))}</p>' if spec.get("title") else ""
    return (
        f'<div class="chart-panel">{heading}<div class="chart-view">{picture}</div>'
        f'<script type="application/json" class="chart-spec">{vega}</script></div>'
    )


def _sources(spec: dict, cited: Cited) -> str:
    links = [cited.link(key) for key in spec.get("usermeta", {}).get("sources", []) if key in cited.sources]
    if len(links) > 6:
        return (
            f'<details class="chart-source"><summary>Sources of this chart: {len(links)}</summary>'
            f"<p>{'; '.join(links)}.</p></details>"
        )
    return (
        f'<p class="chart-source">{"Source" if len(links) == 1 else "Sources"}: {"; ".join(links)}.</p>'
        if links
        else ""
    )
