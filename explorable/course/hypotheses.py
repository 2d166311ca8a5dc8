"""The matrix of competing hypotheses: evidence down, hypotheses across, a choice in each cell.

    {hypotheses}   the hypotheses, the matrix to fill in, and the place where ``static/hypotheses.js`` writes what it comes to

One item of evidence is shown at a time, with a row of buttons for each hypothesis; the matrix and what it comes to stay in
view, beside it or, on a phone, above. ``static/hypotheses.js`` makes both. Without a script there is a table to print instead.
What a single rating counts stands in the book's module ``hypotheses`` alone; the page gets it from there (:func:`formulas`). The
sums over many are written twice, there and in ``static/hypotheses-arithmetic.js``: a test compares them on random matrices.
"""

from __future__ import annotations

import json

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.assumptions.compiler import in_order
from explorable.book import Part
from explorable.pages import references
from explorable.pages.scripts import load, write
from explorable.templates import fill

data = Part("data")
hypotheses = Part("hypotheses")

PAGE = "chapters/competing-hypotheses"


def setup(app: Sphinx) -> None:
    app.add_directive("hypotheses", Matrix)
    app.connect("builder-inited", _write_formulas)
    app.connect("html-page-context", _load_scripts)


class Matrix(SphinxDirective):
    def run(self):
        for path in (__file__, hypotheses.__file__, data.DATA / "hypothesis_evidence.csv", data.DATA / "scenarios.csv"):
            self.env.note_dependency(str(path))
        matrix = fill(
            "course/hypotheses.html",
            ratings=hypotheses.RATINGS.values(),
            hypotheses=hypotheses.hypotheses(),
            evidence=[item | {"on": _date(item), "sources": _sources(item)} for item in _evidence()],
        )
        return [nodes.raw("", str(matrix), format="html")]


def _evidence() -> list[dict]:
    table = data.load("hypothesis_evidence").astype(object)
    return table.where(pd.notna(table), None).to_dict("records")


def _sources(item: dict) -> list[tuple[str, str]]:
    """Return the key and the short form of each source of an item."""
    return [(item[name], references.short(item[name])) for name in ("source", "source_2") if item[name]]


def _date(item: dict) -> str:
    pattern = {"day": f"{item['date'].day} %B %Y", "month": "%B %Y", "year": "%Y"}[item["date_precision"]]
    return item["date"].strftime(pattern)


# The functions of a single rating of the book's module hypotheses, called with names, write themselves as the page's functions.


def formulas() -> str:
    """Return the page's functions of single ratings, written by the Python functions themselves."""
    return (
        "/* Written at build from the book's module hypotheses. */\nwindow.bookHypotheses = {\n  "
        + f"format: {json.dumps(hypotheses.SAVED.format)}, version: {hypotheses.SAVED.version}, ratings: {json.dumps(list(hypotheses.RATINGS))},\n  "
        + f"marks: {json.dumps({rating: text.split(' ', 1) for rating, text in hypotheses.RATINGS.items()}, ensure_ascii=False)},\n  "
        + ",\n  ".join([in_order(hypotheses.against, "rating"), in_order(hypotheses.apart, "rating", "other")])
        + "\n};\n"
    )


def _write_formulas(app: Sphinx) -> None:
    write(app, "hypotheses-formulas.js", formulas())


def _load_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page == PAGE:
        load(app, "hypotheses-formulas.js", "hypotheses-arithmetic.js", "hypotheses.js")
