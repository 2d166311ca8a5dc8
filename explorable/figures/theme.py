"""The look of the book's charts, and the renderer that stores them small and the same every time.

A colour here is a *role*. The notebook carries the light value; when the site is built each value becomes a CSS
variable, so that one picture serves light, dark and print (``explorable/figures/charts.py``). Values must therefore be unique.
"""

from __future__ import annotations

import sys

import altair as alt

#: The palette: name → (light, dark). Each stands 4.5:1 or better against the page in its theme, and any two are at least 12
#: apart in CIEDE2000, also with protanopia, deuteranopia or tritanopia: largely by lightness (tests/test_colours.py).
COLOUR_PAIRS = {
    "blue": ("#025cf8", "#9ebefa"),
    "orange": ("#9a693f", "#ce923f"),
    "green": ("#19573e", "#2ee2ac"),
    "purple": ("#8d0b7e", "#bd6dfe"),
    "gold": ("#524808", "#e3d14a"),
    "red": ("#d13474", "#e74778"),
    "teal": ("#2f7c72", "#3eaaa9"),
    "grey": ("#3a3e48", "#d1e0e4"),
}
#: Colours for what has no meaning of its own (explorable/figures/meanings.py), in this order.
ONE_BY_ONE = ("blue", "teal", "grey", "gold", "purple", "orange", "green", "red")
#: Shapes for the same, in this order. A book may keep one, such as the diamond, for what it names itself.
SHAPES = ["circle", "square", "triangle-up", "cross", "triangle-down", "triangle-right", "triangle-left"]
#: What is not data, and the rest of it, which stands back behind the one that is spoken of: name → (light, dark).
INK_PAIRS = {
    "text": ("#1b1f24", "#e6e9ee"),
    "muted": ("#4d5663", "#aab3bf"),
    "grid": ("#d8dde3", "#3a424d"),
    "land": ("#e9ecef", "#2b323b"),
    "border": ("#a9b1ba", "#59636f"),
    "rest": ("#6b737d", "#7f8a96"),
}
COLOURS = {name: light for name, (light, _) in COLOUR_PAIRS.items()}
TEXT, MUTED, GRID, LAND, BORDER, REST = (light for light, _ in INK_PAIRS.values())
PAPER = "#ffffff"  # behind a chart in a notebook, whose program may be dark while the colours are the light ones; a page has its own

#: The typeface of texts and of charts (explorable/pages/fonts.py). A notebook has none: there the system's stands.
TEXT_FACE = "Book Text"
#: JupyterLab, Notebook and VS Code draw this type without a network; they know no later one. JupyterLab has Vega-Lite 5.6
#: within, and cannot draw all that Vega-Lite 6 can: a test opens every notebook there (tests/test_jupyterlab.py).
MIME = "application/vnd.vegalite.v5+json"


def config() -> dict:
    """Return the Vega-Lite configuration of the book. Every colour that the library would choose by itself is chosen here."""
    return {
        "background": PAPER,
        "font": "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif",
        "timeFormat": "%-d %B %Y",
        "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 300, "discreteWidth": 560},
        "title": {
            "color": TEXT,
            "fontSize": 15,
            "fontWeight": 600,
            "anchor": "start",
            "frame": "group",
            "offset": 28,  # room for the name of a rule above the plot
            "subtitleColor": MUTED,
        },
        "axis": {
            "labelColor": MUTED,
            "titleColor": TEXT,
            "gridColor": GRID,
            "domainColor": MUTED,
            "tickColor": MUTED,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "titleFontWeight": 500,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
        },
        "axisQuantitative": {
            "labelOverlap": "parity"
        },  # where years lack room, every second is left out, or three of four
        "axisTemporal": {"labelOverlap": "parity"},
        "header": {"labelColor": MUTED, "titleColor": TEXT},
        # Symbols that stand for a shape, a size or a dash alone have no colour of the data.
        "legend": {
            "labelColor": TEXT,
            "titleColor": TEXT,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "symbolBaseFillColor": MUTED,
            "symbolBaseStrokeColor": MUTED,
            "orient": "bottom",
            "direction": "horizontal",
            "columns": 3,
            "labelLimit": 220,
        },
        "mark": {"color": COLOURS["blue"]},
        "point": {"size": 60, "filled": True, "opacity": 1},  # Vega-Lite's own 0.7 would pale a mark below 3:1
        "tick": {"opacity": 1},
        "line": {"strokeWidth": 2.5},
        "rule": {"color": TEXT},
        "text": {"color": TEXT, "fontSize": 12},
        "boxplot": {"median": {"color": TEXT}},
        "selection": {"interval": {"mark": {"fill": MUTED, "stroke": MUTED}}},
        "range": {
            **{kind: [COLOURS[name] for name in ONE_BY_ONE] for kind in ("category", "ordinal")},
            "symbol": SHAPES,
        },
    }


@alt.theme.register("book", enable=False)
def _theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig({"config": config()})


def render(spec: dict, **_) -> dict:
    """Return a chart's output: its Vega-Lite JSON and, as text, its description. No random ids, no script, no address."""
    return {MIME: spec, "text/plain": spec.get("description", "A chart without a description")}


def enable() -> None:
    """Give every Altair chart of this session the book's look."""
    alt.theme.enable("book")
    alt.renderers.register("book", render)
    alt.renderers.enable("html" if "google.colab" in sys.modules else "book")


def heading(spec: dict) -> str:
    """Return a chart's title as one line."""
    title = spec.get("title") or ""
    text = title["text"] if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else text


def missing(spec: dict) -> list[str]:
    """Name what a chart still owes its reader: a title, a description, sources."""
    owed = {
        "title": spec.get("title"),
        "description": spec.get("description"),
        "sources (usermeta=data.sources(…))": spec.get("usermeta", {}).get("sources"),
    }
    return [name for name, value in owed.items() if not value]
