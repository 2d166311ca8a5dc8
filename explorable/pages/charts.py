"""The build's side of a figure: the chart of a notebook in Sphinx's tree, compiled by vl_convert, with the book's references.

Stored in the notebook: Vega-Lite JSON and a description (``theme``). A chart without title, description or sources fails
the build. ``static/charts.js`` brings a page's charts to life.
"""
from __future__ import annotations

import copy
import hashlib
import json
from functools import lru_cache
from pathlib import Path

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from aftermath import theme
from explorable.book import PAGES, current_book
from explorable.figures import colours
from explorable.figures.compiling import VEGA_LITE, Compiler
from explorable.figures.figure import figure, problems
from explorable.figures.sources import Cited
from explorable.pages import expressions, references

COMPILER = Compiler(vega=lambda spec: vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE), picture=vl_convert.vega_to_svg)
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    app.add_node(chart, html=(_visit_html, None), text=(_visit_text, None))
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(expressions.RUNTIME)))
    app.connect("html-page-context", _load_script)
    app.connect("builder-inited", _write_colours)


def html(spec: dict, *, bibliography: str) -> str:
    """Return a chart's figure, as the book's pages have it; ``bibliography`` is the page's relative address of the list of references."""
    return figure(spec, compiler=COMPILER, cited=Cited(references.short_forms(), bibliography), book=current_book().title)


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
            renderer.logger.warning(f"{problem}: {spec.get('title') or 'untitled chart'}", subtype="chart", line=data.line)
        return [chart(spec=spec)]


def _write_colours(app: Sphinx) -> None:
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / "colours.css").write_text(colours.colours(), encoding="utf-8")


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
        more = {"data-page": page, "data-runtime": f"{expressions.RUNTIME.name}?v={_checksum(expressions.RUNTIME)}"}  # its functions: expressions.py
        app.add_js_file("charts.js", loading_method="defer", **more)
        if any("explorer" in node["spec"].get("usermeta", {}) for node in doctree.findall(chart)):
            app.add_js_file("explorers.js", loading_method="defer")
