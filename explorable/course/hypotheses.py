"""The matrix of competing hypotheses: evidence down, hypotheses across, a choice in each cell.

    {hypotheses}   the hypotheses, the matrix to fill in, and the place where ``static/hypotheses.js`` writes what it comes to

One item of evidence is shown at a time, with a row of buttons for each hypothesis; the matrix and what it comes to stay in
view, beside it or, on a phone, above. ``static/hypotheses.js`` makes both. Without a script there is a table to print instead.
What a single rating counts stands in ``aftermath/hypotheses.py`` alone; the page gets it from there (:func:`formulas`). The
sums over many are written twice, there and in ``static/hypotheses-arithmetic.js``: a test compares them on random matrices.
"""

from __future__ import annotations

import json
from html import escape

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.assumptions.compiler import in_order
from explorable.book import Part
from explorable.pages import references
from explorable.pages.scripts import load, write

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
        return [nodes.raw("", f"{_key()}{_form()}{_results()}{_unscripted()}", format="html")]


def _evidence() -> list[dict]:
    table = data.load("hypothesis_evidence").astype(object)
    return table.where(pd.notna(table), None).to_dict("records")


def _key() -> str:
    marks = "".join(f"<li>{escape(text)}</li>" for text in hypotheses.RATINGS.values())
    return f'<ul class="hypotheses-key" aria-label="What the marks mean">{marks}</ul>'


def _form() -> str:
    about = escape(json.dumps(hypotheses.hypotheses()), quote=True)
    view = '<div class="hypotheses-view"><p class="hypotheses-summary" role="status" aria-live="polite"></p><div class="hypotheses-overview"></div></div>'
    items = f'<div class="hypotheses-items"><div class="hypotheses-way"></div>{"".join(map(_row, _evidence()))}</div>'
    return f'<form class="hypotheses" autocomplete="off" data-hypotheses="{about}" hidden aria-label="Your ratings">{view}{items}{_buttons()}</form>'


def _row(item: dict) -> str:
    return (
        f'<fieldset class="hypotheses-row" data-evidence="{item["id"]}" data-date="{_date(item)}" hidden><legend>{_told(item)}</legend>'
        f'<p class="hypotheses-about">{_about(item)}</p><div class="hypotheses-choices"></div></fieldset>'
    )


def _told(item: dict) -> str:
    return f'<b>{item["id"]}</b> <span class="hypotheses-date">{_date(item)}.</span> {escape(item["evidence"])}'


def _about(item: dict) -> str:
    later = "" if item["known_then"] else " <strong>Counted later:</strong> nobody had this figure then."
    links = "; ".join(
        f'<a href="bibliography.html#cite-{item[name]}">{escape(references.short(item[name]))}</a>'
        for name in ("source", "source_2")
        if item[name]
    )
    return f'Bears on {escape(item["bears_on"])}.{later} <span class="hypotheses-source">{links}</span>'


def _date(item: dict) -> str:
    pattern = {"day": f"{item['date'].day} %B %Y", "month": "%B %Y", "year": "%Y"}[item["date_precision"]]
    return item["date"].strftime(pattern)


def _buttons() -> str:
    button = '<button type="button" class="chart-button" data-action="{}">{}</button>'.format
    return (
        f'<div class="explorer-toolbar">{button("save", "Save file")}'
        '<label class="chart-button explorer-load">Load file<input type="file" accept=".json,application/json" data-action="load"></label>'
        f'{button("erase", "Erase my ratings")}</div><p class="explorer-message" role="status"></p>'
    )


def _results() -> str:
    return (
        '<section class="hypotheses-result" hidden aria-labelledby="hypotheses-result"><h2 id="hypotheses-result">What your ratings come to</h2>'
        '<div class="hypotheses-tables"></div></section>'
    )


def _unscripted() -> str:
    columns = "".join(f'<th scope="col">{escape(label)}</th>' for label in hypotheses.hypotheses().values())
    rows = "".join(
        f'<tr><th scope="row">{_told(item)} {_about(item)}</th>{"<td></td>" * len(hypotheses.hypotheses())}</tr>'
        for item in _evidence()
    )
    return (
        "<noscript><p>Print this table, or copy its head onto paper, and put one of the five marks into each cell.</p>"
        f'<div class="hypotheses-print" data-scrolls="The matrix, to print"><table><thead><tr><th scope="col">Evidence</th>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></noscript>"
    )


# The functions of a single rating of aftermath/hypotheses.py, called with names, write themselves as the page's functions.


def formulas() -> str:
    """Return the page's functions of single ratings, written by the Python functions themselves."""
    return (
        "/* Written at build from aftermath/hypotheses.py. */\nwindow.bookHypotheses = {\n  "
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
