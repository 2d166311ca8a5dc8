"""A chart becomes the same figure as in the static page: title, controls, sources, data table, compiled chart.

The same function writes it as in the build (``explorable/figures/figure.py``); the compiler of charts is a script of the worker,
and the sources are those that the build has noted (``live/pages.py``).
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from explorable.book import Book

MIME = "application/vnd.vegalite.v5+json"  # as in the book's module theme, which needs altair to be imported
SOURCES = "sources.json"  # of the book's folder in a live page: the short form of each source by its key
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


def writer(compile_chart: Callable[[str], str], *, bibliography: str, root: Path) -> Callable[[dict], str]:
    """Return a function that writes a chart's figure.

    ``compile_chart`` turns Vega-Lite into Vega, both as JSON text; ``bibliography`` is the page's relative address of the
    list of references; ``root`` is the book's folder.
    """
    compile_once = remembering(compile_chart)

    @lru_cache(maxsize=1)
    def parts() -> tuple:  # when a first chart is there: the theme imports Altair
        from explorable.figures.compiling import Compiler
        from explorable.figures.figure import figure
        from explorable.figures.sources import Cited

        sources = json.loads((root / SOURCES).read_text("utf-8"))
        return figure, Compiler(vega=compile_once, picture=empty_picture), Cited(sources, bibliography)

    def write(spec: dict) -> str:
        figure, compiler, cited = parts()
        return figure(spec, compiler=compiler, cited=cited, book=Book(root).title)

    return write


def remembering(compile_chart: Callable[[str], str]) -> Callable[[dict], dict]:
    """Return a compiler that compiles once what differs in its rows alone: they only pass through, and a slider changes nothing else."""
    compiled = lru_cache(maxsize=16)(compile_chart)

    def compile_(spec: dict) -> dict:
        rows = spec.get("datasets", {})
        vega = json.loads(compiled(json.dumps({**spec, "datasets": dict.fromkeys(rows, [])} if rows else spec)))
        for part in vega.get("data", []):
            if part["name"] in rows:
                part["values"] = rows[part["name"]]
        return vega

    return compile_


def empty_picture(vega: dict) -> str:
    width, height = (
        vega.get(name) if isinstance(vega.get(name), (int, float)) else default
        for name, default in (("width", WIDTH), ("height", HEIGHT))
    )
    return f'<svg class="marks" viewBox="0 0 {width} {height}" width="{width}" height="{height}"></svg>'
