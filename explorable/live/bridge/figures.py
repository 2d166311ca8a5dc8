"""A chart becomes the same figure as in the static page: title, controls, sources, data table, compiled chart.

The build's own module writes it (``explorable/figures/charts.py``). What that module imports only for the build stands in here: a live
page has no Sphinx, and the compiler of charts is a script of the worker.
"""
from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType

MIME = "application/vnd.vegalite.v5+json"  # as in aftermath/theme.py, which needs altair to be imported
FIGURE = "application/vnd.book-figure+html"
WIDTH, HEIGHT = 560, 300  # of the empty picture that holds the place until the chart is drawn


def quicken() -> None:
    """Spare Altair a search of the whole Vega-Lite schema at each of its checks; it makes hundreds while it is being imported.

    jsonschema 4.17, the last one without a compiled dependency, looks there for parts with an address of their own each time it
    meets a reference. It is always the same schema, so what was found is kept: Altair is there in a quarter of the time.
    """
    resolver = vars(importlib.import_module("jsonschema.validators")).get("RefResolver")
    if resolver is None or hasattr(resolver, "searched"):
        return
    resolver.searched = {}
    search = resolver._get_subschemas_cache

    def remembered(self) -> dict:
        schema = self.referrer
        if "definitions" not in schema:
            return search(self)
        if id(schema) not in self.searched:
            self.searched[id(schema)] = schema, search(self)  # the schema is kept, so that no other gets its id
        return self.searched[id(schema)][1]

    resolver._get_subschemas_cache = remembered


def writer(compile_chart: Callable[[str], str], bibliography: str) -> Callable[[dict], str]:
    """Return a function that writes a chart's figure; ``compile_chart`` turns Vega-Lite into Vega, both as JSON text."""
    charts = None

    def figure(spec: dict) -> str:
        nonlocal charts
        charts = charts or _build_module(compile_chart)
        return charts.figure(spec, bibliography=bibliography)

    return figure


def _build_module(compile_chart: Callable[[str], str]) -> ModuleType:
    compiler = ModuleType("vl_convert")
    compiler.vegalite_to_vega = _remembering(compile_chart)
    compiler.vega_to_svg = empty_picture
    nodes = ModuleType("docutils.nodes")
    nodes.General, nodes.Element, nodes.SkipNode = type("General", (), {}), type("Element", (), {}), type("SkipNode", (Exception,), {})
    sphinx = ModuleType("sphinx.application")
    sphinx.Sphinx = object
    logging = ModuleType("sphinx.util.logging")
    logging.getLogger = lambda name: None
    parts = [compiler, nodes, sphinx, logging, ModuleType("docutils"), ModuleType("sphinx"), ModuleType("sphinx.util")]
    sys.modules.update({part.__name__: part for part in parts})
    sys.modules["docutils"].nodes, sys.modules["sphinx.util"].logging = nodes, logging

    from explorable.figures import charts

    return charts


def _remembering(compile_chart: Callable[[str], str]) -> Callable[..., dict]:
    """Return a compiler that compiles once what differs in its rows alone: they only pass through, and a slider changes nothing else."""
    compiled = lru_cache(maxsize=16)(compile_chart)

    def compile_(spec: dict, vl_version: str) -> dict:
        rows = spec.get("datasets", {})
        vega = json.loads(compiled(json.dumps({**spec, "datasets": dict.fromkeys(rows, [])} if rows else spec)))
        for part in vega.get("data", []):
            if part["name"] in rows:
                part["values"] = rows[part["name"]]
        return vega

    return compile_


def empty_picture(vega: dict) -> str:
    width, height = (vega.get(name) if isinstance(vega.get(name), (int, float)) else default
                     for name, default in (("width", WIDTH), ("height", HEIGHT)))
    return f'<svg class="marks" viewBox="0 0 {width} {height}" width="{width}" height="{height}"></svg>'
