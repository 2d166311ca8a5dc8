"""A chart of a notebook becomes a figure of the page.

Stored in the notebook: Vega-Lite JSON and a description (``aftermath/theme.py``). Written into the page: the title, a
picture that needs no script (SVG), the compiled chart that ``static/charts.js`` brings to life, controls for its
parameters, its sources and its data as a table. A chart without title, description or sources fails the build.
"""
from __future__ import annotations

import copy
import hashlib
import html
import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from _ext import controls, references, tables
from aftermath import theme

VEGA_LITE = "6.4"
#: A picture's letters were measured as wide as these are; wider ones would be cut at its edge. A live chart measures the reader's own.
LETTERS = "'Liberation Sans', Arial, Helvetica, system-ui, sans-serif"
WIDTH = 560  # of the picture's plot in pixels; the live chart takes the room there is
HERE = Path(__file__).resolve().parent
os.environ["TZ"] = "UTC"  # the converter reads it once, before its first picture: an hour of summer time would move marks by a hair
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    from _ext import expressions  # of the build alone: a live page has this module, and no Sphinx

    app.add_node(chart, html=(_visit_html, None), text=(_visit_text, None))
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(expressions.RUNTIME)))
    app.connect("html-page-context", _load_script)
    app.connect("builder-inited", _write_colours)


class chart(nodes.General, nodes.Element):
    """A chart in the document tree; ``spec`` is its Vega-Lite dictionary."""


class VegaLiteRenderer:
    """Tells MyST-NB what to do with a chart's output (an entry point of ``pyproject.toml``)."""

    mime_priority_overrides = [("*", theme.MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline: bool):
        if inline or data.mime_type != theme.MIME:
            return None
        spec = json.loads(data.content) if isinstance(data.content, str) else copy.deepcopy(dict(data.content))
        for problem in problems(spec):
            renderer.logger.warning(f"{problem}: {spec.get('title') or 'untitled chart'}", subtype="chart", line=data.line)
        return [chart(spec=spec)]


def problems(spec: dict) -> list[str]:
    """Say in words what a chart lacks, and which of its dates depend on the reader's time zone."""
    lacks = [f"chart without {name}" for name in theme.missing(spec)] + [f"chart with {problem}" for problem in theme.misdated(spec)]
    unknown = set(spec.get("usermeta", {}).get("sources", [])) - set(references.entries())
    return lacks + [f"chart with unknown source {key}" for key in sorted(unknown)]


# One figure

def figure(spec: dict, *, bibliography: str) -> str:
    """Return a chart's HTML; ``bibliography`` is the page's relative address of the list of references."""
    name = "chart-" + hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:10]
    explorer = spec.get("usermeta", {}).get("explorer")
    panels = "".join(map(_panel, split(spec)))
    return "\n".join(filter(None, [
        f'<figure class="chart{" explorer" if explorer else ""}" id="{name}"{controls.described(explorer)}>',
        f'<figcaption class="chart-title">{html.escape(theme.heading(spec))}</figcaption>' if spec.get("title") else "",
        controls.for_chart(spec, prefix=name, bibliography=bibliography),
        panels,
        controls.live_tables(explorer, theme.heading(spec)) if explorer else "",
        _sources(spec, bibliography),
        tables.for_chart(spec),
        "</figure>",
    ]))


def split(spec: dict) -> list[dict]:
    """Return the parts of a vertical concatenation, each whole by itself: parts of a page bend to a phone, one tall chart does not."""
    spec = copy.deepcopy(spec)
    spec.pop("title", None)
    if "vconcat" not in spec:
        return [spec]
    shared = {name: value for name, value in spec.items() if name not in ("vconcat", "description", "resolve")}
    # A selection belongs to the part it is made in; a variable parameter to all.
    return [{**shared, **part, "params": shared.get("params", []) + part.get("params", []),
             "description": part.get("description", spec.get("description"))} for part in spec["vconcat"]]


def _panel(spec: dict) -> str:
    vega, picture = compile(json.dumps(spec, sort_keys=True))
    heading = f'<p class="chart-panel-title">{html.escape(theme.heading(spec))}</p>' if spec.get("title") else ""
    return (f'<div class="chart-panel">{heading}<div class="chart-view">{picture}</div>'
            f'<script type="application/json" class="chart-spec">{vega}</script></div>')


@lru_cache(maxsize=256)
def compile(text: str) -> tuple[str, str]:
    """Return a Vega-Lite chart (as JSON text) as compiled Vega, safe inside a script element, and as SVG."""
    spec = json.loads(text)
    description = spec.get("description", "")
    spec.pop("title", None)
    spec["background"] = "transparent"  # the page's own ground, light or dark
    _fix_width(spec)
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE)
    picture = _name_picture(vl_convert.vega_to_svg(vega), description)
    for mark, _ in _marks(vega):
        if mark["type"] == "shape" and "description" not in mark:
            mark["description"] = "Outlines of countries"  # Vega gives the group a role that must have a name
    for signal in vega.get("signals", []):  # the page draws its own controls
        signal.pop("bind", None)
    tables = dict(spec.get("usermeta", {}).get("explorer", {}).get("tables", []))
    shown = {re.sub(r"(_\d+)?_marks$", "", mark.get("name", "")): source for mark, source in _marks(vega)}
    vega["usermeta"] = {"views": {name: shown[name] for name in tables if name in shown}}
    vega.pop("$schema", None)
    packed = json.dumps(vega, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    return to_variables(packed), to_variables(picture)


def _marks(part: dict) -> list[tuple[dict, str]]:
    """Return all marks of a compiled chart with the data set that each shows; a line's is that of its group."""
    found = []
    for mark in part.get("marks", []):
        origin = mark.get("from", {})
        whole = origin.get("facet", {}).get("data") or origin.get("data", "")
        found += [(mark, whole), *((inner, whole if origin.get("facet") else source) for inner, source in _marks(mark))]
    return found


def _fix_width(spec: dict) -> None:
    """Give a chart whose width is the container's a width for its picture."""
    if isinstance(spec, dict):
        if spec.get("width") == "container":
            spec["width"] = WIDTH
        for part in spec.get("layer", []):
            _fix_width(part)


def _name_picture(svg: str, description: str) -> str:
    """Make the SVG one image with one name; its parts need none then."""
    head, body = re.split(r"(?<=>)", svg, maxsplit=1)
    size = re.search(r'viewBox="[^"]*"', head)[0], re.search(r'width="([\d.]+)"', head)[1], re.search(r'height="([\d.]+)"', head)[1]
    head = (f'<svg class="marks" {size[0]} width="{size[1]}" height="{size[2]}" font-family="{LETTERS}" role="img" '
            f'aria-label="{html.escape(description, quote=True)}">')
    body = re.sub(r'\s(?:role|aria-[a-z]+|font-family)="[^"]*"', "", body)
    body = re.sub(r'(?<= d=)"[^"]*"', lambda path: _rounded(path[0], 1), body)  # a tenth of a pixel: nobody sees more
    return head + re.sub(r"<[^>]+>", lambda tag: _rounded(tag[0], 2), body)  # tags alone: what a chart says stays as it is


def _rounded(text: str, places: int) -> str:
    return re.sub(r"-?\d+\.\d+", lambda figure: f"{round(float(figure[0]), places):g}", text)


# Colours: a notebook holds the light value of each role; the page holds the role.

ROLES = {light: f"var(--book-{name})" for name, (light, _) in {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}.items()}


def strange_colours(spec: dict) -> list[str]:
    """Name what a chart paints in a colour that is no role of the theme, and so would be the same in the light and in the dark.

    The chart is drawn for it: whole, as a notebook shows it, and in the parts that a page shows.
    """
    drawn = [vl_convert.vegalite_to_scenegraph(part, vl_version=VEGA_LITE) for part in [spec, *(split(spec) if "vconcat" in spec else [])]]
    found = {what: colour for what, colour in _painted(drawn) if colour not in (*ROLES, "transparent")}
    return [f"the colour {colour} in its {what}: take one of theme.COLOURS (a scale that runs from one to another can't follow light and dark)"
            for what, colour in found.items()]


def _painted(part, what: str = "") -> Iterator[tuple[str, str]]:
    """Yield all colours of a drawn chart, each with what it is the colour of: "legend-symbol", "axis-label", "mark" …"""
    if isinstance(part, dict):
        what = part.get("role") or part.get("marktype") or what
        yield from ((what, part[name]) for name in ("fill", "stroke") if part.get(name))
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _painted(inner, what)


#: What is not data follows the reader's colours where they are forced; but the grid stays quiet: GrayText is a bright green in some.
FORCED = "--book-text:CanvasText;--book-muted:CanvasText;--book-border:CanvasText;"


def to_variables(text: str) -> str:
    """Replace each colour of the theme by its CSS variable."""
    return re.sub("|".join(map(re.escape, ROLES)), lambda match: ROLES[match[0]], text)


def colours() -> str:
    """Return the style sheet that gives each role its colour in light, dark and print."""
    pairs = {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}
    light = "".join(f"--book-{name}:{value};" for name, (value, _) in pairs.items())
    dark = "".join(f"--book-{name}:{value};" for name, (_, value) in pairs.items())
    return (f"html{{{light}}}\nhtml[data-theme=dark]{{{dark}}}\n"
            f"@media print{{html,html[data-theme=dark]{{{light}}}}}\n"
            # Forced colours have a ground of their own, light or dark, whatever the book's theme is.
            f"@media (forced-colors:active){{html,html[data-theme=dark]{{{light}{FORCED}}}}}\n"
            f"@media (forced-colors:active) and (prefers-color-scheme:dark){{html,html[data-theme=dark]{{{dark}{FORCED}}}}}\n")


def _write_colours(app: Sphinx) -> None:
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / "colours.css").write_text(colours(), encoding="utf-8")


# Under the picture

def _sources(spec: dict, bibliography: str) -> str:
    keys = [key for key in spec.get("usermeta", {}).get("sources", []) if key in references.entries()]
    links = [f'<a href="{bibliography}#cite-{key}">{html.escape(references.short(key))}</a>' for key in keys]
    if len(links) > 6:
        return (f'<details class="chart-source"><summary>Sources of this chart: {len(links)}</summary>'
                f'<p>{"; ".join(links)}.</p></details>')
    return f'<p class="chart-source">{"Source" if len(links) == 1 else "Sources"}: {"; ".join(links)}.</p>' if links else ""


def _visit_html(writer, node: chart) -> None:
    bibliography = writer.builder.get_relative_uri(writer.builder.current_docname, "chapters/bibliography")
    writer.body.append(figure(node["spec"], bibliography=bibliography))
    raise nodes.SkipNode


def _visit_text(writer, node: chart) -> None:
    writer.add_text(f"[Chart: {node['spec'].get('description', '')}]")
    raise nodes.SkipNode


@lru_cache(maxsize=1)
def _checksum(path: Path) -> str:
    """Return what tells one version of a file from another, so that a new page never runs an old program from a cache."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    from _ext import expressions

    if doctree is not None and any(True for _ in doctree.findall(chart)):
        more = {"data-page": page, "data-runtime": f"{expressions.RUNTIME.name}?v={_checksum(expressions.RUNTIME)}"}  # its functions: expressions.py
        app.add_js_file("charts.js", loading_method="defer", **more)
        if any("explorer" in node["spec"].get("usermeta", {}) for node in doctree.findall(chart)):
            app.add_js_file("explorers.js", loading_method="defer")
