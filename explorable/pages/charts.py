"""The build's side of a figure: the chart of a notebook in Sphinx's tree, compiled by vl_convert, with the book's references.

Stored in the notebook: Vega-Lite JSON and a description (``theme``). A chart without title, description or sources fails
the build. ``static/charts.js`` brings a page's charts to life.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import nbformat
import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from explorable.book import PAGES, current_book
from explorable.figures import colours, theme
from explorable.figures.compiling import VEGA_LITE, Compiler, split
from explorable.figures.figure import figure, name_of, problems
from explorable.figures.sources import Cited
from explorable.pages import expressions, references, scripts

COMPILER = Compiler(
    vega=lambda spec: vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE), picture=vl_convert.vega_to_svg
)
os.environ["TZ"] = (
    "UTC"  # the converter reads it once, before its first picture: an hour of summer time would move marks by a hair
)
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    app.add_node(chart, html=(_visit_html, None), text=(_visit_text, None))
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(expressions.RUNTIME)))
    app.connect("html-page-context", _load_script)
    app.connect("builder-inited", _write_colours)
    app.connect("doctree-read", _name_cells)


def html(spec: dict, *, bibliography: str) -> str:
    """Return a chart's figure, as the book's pages have it; ``bibliography`` is the page's relative address of the list of references."""
    return figure(
        spec, compiler=COMPILER, cited=Cited(references.short_forms(), bibliography), book=current_book().title
    )


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
        for problem in problems(spec, references.entries()):
            renderer.logger.warning(
                f"{problem}: {spec.get('title') or 'untitled chart'}", subtype="chart", line=data.line
            )
        return [chart(spec=spec)]


def strange_colours(spec: dict) -> list[str]:
    """Name what a chart paints in a colour that is no role of the theme, and so would be the same in the light and in the dark.

    The chart is drawn for it: whole, as a notebook shows it, and in the parts that a page shows.
    """
    drawn = [
        vl_convert.vegalite_to_scenegraph(part, vl_version=VEGA_LITE)
        for part in [spec, *(split(spec) if "vconcat" in spec else [])]
    ]
    found = {what: colour for what, colour in _painted(drawn) if colour not in (*colours.ROLES, "transparent")}
    return [
        f"the colour {colour} in its {what}: take one of theme.COLOURS (a scale that runs from one to another can't follow light and dark)"
        for what, colour in found.items()
    ]


def _painted(part, what: str = "") -> Iterator[tuple[str, str]]:
    """Yield all colours of a drawn chart, each with what it is the colour of: "legend-symbol", "axis-label", "mark" …"""
    if isinstance(part, dict):
        what = part.get("role") or part.get("marktype") or what
        yield from ((what, part[name]) for name in ("fill", "stroke") if part.get(name))
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _painted(inner, what)


def _write_colours(app: Sphinx) -> None:
    scripts.write(app, "colours.css", colours.colours())


def _name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each code cell of a notebook's page the id of the cell, and let links lead to the chart that it shows, which has no heading."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = nbformat.read(path, as_version=4).cells
    anchors = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code":
            name = f"cell-{cells[node['cell_index']]['id']}"
            node["ids"].append(name)
            shown = next((name_of(one["spec"]) for one in node.findall(chart)), name)
            anchors[name] = (node.line, shown, _heading(node))


def _heading(node: nodes.Node) -> str:
    """Return the heading of the section in which a node stands; nothing where it stands in none."""
    while node.parent is not None and not isinstance(node, nodes.section):
        node = node.parent
    title = node.next_node(nodes.title)
    return title.astext() if title is not None else ""


def _visit_html(writer, node: chart) -> None:
    bibliography = writer.builder.get_relative_uri(writer.builder.current_docname, PAGES["bibliography"])
    writer.body.append(html(node["spec"], bibliography=bibliography))
    raise nodes.SkipNode


def _visit_text(writer, node: chart) -> None:
    writer.add_text(f"[Chart: {node['spec'].get('description', '')}]")
    raise nodes.SkipNode


@lru_cache(maxsize=1)
def _checksum(path: Path) -> str:
    """Return what tells one version of a file from another, so that a new page never runs an old program from a cache."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and any(True for _ in doctree.findall(chart)):
        more = {
            "data-page": page,
            "data-runtime": f"{expressions.RUNTIME.name}?v={_checksum(expressions.RUNTIME)}",
        }  # its functions: expressions.py
        app.add_js_file("charts.js", loading_method="defer", **more)
        explorers = [node["spec"].get("usermeta", {}).get("explorer") for node in doctree.findall(chart)]
        if any(explorer and explorer.get("fills") for explorer in explorers):
            scripts.load(app, "engine.js", "tabs.js")  # explorable/stage
        if any(explorers):
            app.add_js_file("frame.js", blocking="render")
            scripts.load(app, "explorers.js")
