"""The plenary: the files of several teams side by side, in the page, with no kernel and no network.

    {plenary}   a place to choose the files, the charts, and where ``static/plenary.js`` writes what it finds

Until files are chosen the charts show the book's presets, as if each were a team. The model stands in
the book's module ``model`` alone; the page gets it from there (:func:`formulas`). What is done with many answers is written twice, in
the book's module ``teams`` and in ``static/plenary-arithmetic.js``: a test compares them on random teams.
"""

from __future__ import annotations

import json
import math

import altair as alt
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.assumptions.compiler import expression
from explorable.book import Part
from explorable.pages.charts import chart
from explorable.pages.scripts import load, write
from explorable.templates import fill

assumptions = Part("assumptions")
explorers = Part("explorers")
model = Part("model")
rules = Part("rules")
teams = Part("teams")

PAGE = "teaching/plenary"
FAR = 10  # times the width of the cited range: a value farther above it is a slip of the finger, no view
COLUMNS = ("Assumption", "Lowest", "Middle", "Highest", "Apart, of its range", "Moves the answer by")


def setup(app: Sphinx) -> None:
    app.add_directive("plenary", Plenary)
    app.connect("builder-inited", _write_formulas)
    app.connect("html-page-context", _load_scripts)


class Plenary(SphinxDirective):
    def run(self):
        with alt.theme.enable("book"):
            drawn = [
                chart(spec=make(example()).to_dict())
                for make in (teams.shares_chart, teams.positions_chart, teams.answers_chart)
            ]
        about = {"page": self.env.app.builder.get_relative_uri(self.env.docname, "chapters/what-if")}
        head = str(fill("classroom/plenary.html", about=about))  # its element ends below the charts
        return [
            nodes.raw("", head, format="html"),
            *drawn,
            nodes.raw("", '<div class="plenary-result"></div></div>', format="html"),
        ]


def example() -> dict[str, dict[str, float]]:
    """Return the presets as teams."""
    return {label: assumptions.middles() | assumptions.preset(name) for name, label in assumptions.presets().items()}


# The functions of the book's module model, called with names, write themselves as the page's functions.


def formulas() -> str:
    """Return what the page knows of the assumptions, and the model as functions of them."""
    ids = list(assumptions.registry())
    about = {
        "format": assumptions.SAVED.format,
        "version": assumptions.SAVED.version,
        "older": assumptions.older(),
        "month": teams.MONTH,
        "pooled": teams.POOLED,
        "many": teams.MANY,
        "any": teams.ANY,
        "ids": teams.ids(),
        "shares": assumptions.share_ids(),
        "paths": explorers.path_labels(),
        "columns": COLUMNS,
        "known": {id: _known(assumptions.get(id)) for id in ids},
        "rules": [{"most": most, "says": says.replace("{:.4g}", "{}")} for _, most, says in rules.AT_MOST],
    }
    arguments = "{" + ", ".join(ids) + "}"
    amounts = ", ".join(f"({arguments}) => {expression(amount, ids)}" for amount, _, _ in rules.AT_MOST)
    outcome = expression(lambda given: model.outcomes(given, teams.MONTH)[teams.OUTCOME], ids)
    return (
        f"/* Written at build from the book's module model and the registry. */\nwindow.bookTeams = Object.assign({json.dumps(about, ensure_ascii=False)}, {{\n"
        f"  answer: ({arguments}) => {outcome},\n  amounts: [{amounts}],\n}});\n"
    )


def _known(this) -> dict:
    least, most, remedy = this.limits
    low, high = this.slider
    farthest = this.high + FAR * (this.high - this.low)
    return {
        "label": this.label,
        "unit": this.unit,
        "low": this.low,
        "default": this.middle,
        "high": this.high,
        "step": this.step,
        "slider": [low, high],
        "least": float(least),
        "most": float(most) if math.isfinite(most) else None,
        "remedy": remedy,
        "farthest": farthest,
    }


def _write_formulas(app: Sphinx) -> None:
    write(app, "plenary-formulas.js", formulas())


def _load_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page == PAGE:
        load(app, "handed-in.js", "plenary-formulas.js", "plenary-arithmetic.js", "plenary.js")
