"""The reader's own forecast: the questions as sliders, and the page that scores it.

    {forecast-questions}   all questions, without their outcomes: those of early 2017, and those whose day is still to come
    {forecast-standing}    how many of them are settled, open, due or can't be settled, computed when the book is built
    {forecast-reading}     what skill, log score and an interval are, with computed figures
    {forecast-scores}      the outcomes, folded, and the place where ``static/scores.js`` writes the scores

Everything is raw HTML, which Sphinx does not index: no search shows an outcome to someone who has not yet answered.
The formulas of a score stand in the book's module ``forecast`` alone; the page gets them from there (:func:`formulas`). What goes
through many answers is written in both, in ``static/forecast-arithmetic.js`` for the page; a test compares what they say.
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

assumptions = Part("assumptions")
data = Part("data")
forecast = Part("forecast")
hypotheses = Part("hypotheses")
quiz = Part("quiz")

SCRIPTS = {  # of each page, in their order
    "chapters/forecast": ("forecast-formulas.js", "forecast-record.js", "forecast.js"),
    "chapters/scores": (
        "handed-in.js",
        "forecast-formulas.js",
        "forecast-record.js",
        "forecast-arithmetic.js",
        "scores.js",
    ),
}
STANDING = {
    "open": "open",
    "due": "its day has come; not settled here yet",
    "unresolved": "can’t be settled",
}  # what is settled is yes or no


def setup(app: Sphinx) -> None:
    app.add_directive("forecast-questions", Questions)
    app.add_directive("forecast-standing", Standing)
    app.add_directive("forecast-reading", Reading)
    app.add_directive("forecast-scores", Scores)
    app.connect("builder-inited", _write_formulas)
    app.connect("html-page-context", _load_scripts)


class Questions(SphinxDirective):
    def run(self):
        table = _table()
        groups = (
            ("As of February 2017", [row for row in table if row["asked"].year == 2017]),
            ("From now on", [row for row in table if row["asked"].year > 2017]),
        )
        # autocomplete: on the way back some browsers put a slider where it stood, after the page's script has put it where it belongs
        form = fill("course/forecast.html", groups=groups, all=table, short=references.short)
        return [nodes.raw("", str(form), format="html")]


class Standing(SphinxDirective):
    def run(self):
        return [nodes.paragraph("", standing())]


def standing() -> str:
    """Return in a sentence how the questions stand on the day of the build."""
    stand = forecast.statuses()
    many = {name: sum(one == name for one in stand.values()) for name in ("settled", "unresolved", "open", "due")}
    ahead = sorted((day, id) for id, day in forecast.days().items() if stand[id] == "open")
    settled, open_ = (f"{many[name]} {'is' if many[name] == 1 else 'are'} {name}" for name in ("settled", "open"))
    told = f"Of the {len(stand)} questions {settled}, {many['unresolved']} can’t be, and {open_}"
    told += f"; the next day of judgement is {ahead[0][0].day} {ahead[0][0]:%B %Y} ({ahead[0][1]})." if ahead else "."
    return told + (f" {many['due']} had their day, and wait to be settled here." if many["due"] else "")


class Reading(SphinxDirective):
    def run(self):
        return [
            nodes.bullet_list(
                "",
                *(
                    nodes.list_item("", nodes.paragraph("", "", nodes.strong("", name), nodes.Text(f" {words}")))
                    for name, words in reading()
                ),
            )
        ]


def reading() -> list[tuple[str, str]]:
    """Return what helps to read a score, with figures from the book's module ``forecast``."""
    many, said = len(forecast.outcomes()), 0.8
    chance, one, ten = forecast.luck([said] * many), forecast.share_interval(1, 1), forecast.share_interval(10, 10)
    return [
        (
            "Skill",
            "says how much better than the coin you did: 1 minus your score divided by the coin’s. Above 0 is better than the coin, below 0 is worse.",
        ),
        (
            "The log score",
            f"takes the logarithm of the probability that you gave to what happened, with a minus before it: 70 % for something that happens costs {forecast.log_score(0.7, 1):.2f}, "
            f"a coin always {forecast.log_score(0.5, 1):.2f}. It is harder than the square on those who are sure and wrong; 0 % is taken as {100 * forecast.LEAST:g} %, else one mistake would cost infinitely much.",
        ),
        (
            "An interval",
            f"says what luck does: somebody who says {said:.0%} {many} times, and is right {said:.0%} of the time, scores between {chance.low:.3f} and {chance.high:.3f} in 90 of 100 such lists, "
            f"and a coin beats this perfect forecaster in {100 * chance.beaten:.0f} of 100.",
        ),
        (
            "A count",
            f"belongs to every calibration: one of one that came true goes with any rate from {100 * one[0]:.0f} % up, ten of ten with {100 * ten[0]:.0f} % and more.",
        ),
    ]


class Scores(SphinxDirective):
    def run(self):
        outcomes = {
            row["id"]: forecast.SETTLED[row["outcome"]] for row in _table() if row["outcome"] in forecast.SETTLED
        }
        days = {id: f"{day:%Y-%m-%d}" for id, day in forecast.days().items() if id in outcomes}
        about = {"outcomes": outcomes, "days": days, "bands": forecast.BANDS}
        table = fill("course/scores.html", about=about, rows=map(_settled, _table()), short=references.short)
        return [nodes.raw("", str(table), format="html")]


def _settled(row: dict) -> dict:
    """Return a question with how it stands, and the chapter that explains how it came out."""
    page, title = forecast.CHAPTERS.get(row["scenario"], forecast.CHAPTERS[None])
    status = forecast.status(row["outcome"], row["resolves_by"])
    return row | {"page": page, "title": title, "standing": STANDING.get(status, row["outcome"])}


def _table() -> list[dict]:
    table = data.load("forecast_questions").astype(object)
    return table.where(pd.notna(table), None).to_dict("records")


# The functions of one answer of the book's module forecast, called with names, write themselves as the page's functions.


def others() -> dict[str, str]:
    """Return what other files of the book hold, by their format: a page that gets one in place of a forecast says so."""
    return {
        assumptions.SAVED.format: "assumptions",
        quiz.SAVED.format: "answers to quizzes",
        hypotheses.SAVED.format: "a matrix of competing hypotheses",
    }


def formulas() -> str:
    """Return the page's score functions, written by the Python functions themselves."""
    return (
        "/* Written at build from the book's module forecast. */\nwindow.bookForecast = {\n  "
        + f"format: {json.dumps(forecast.SAVED.format)}, version: {forecast.SAVED.version}, others: {json.dumps(others())}, "
        + f"least: {forecast.LEAST}, ninety: {forecast.NINETY}, rivals: {json.dumps({'coin': forecast.COIN, 'before': forecast.BEFORE})},\n  "
        + ",\n  ".join(
            [
                in_order(forecast.brier, "probability", "outcome"),
                in_order(forecast.spread, "base_rate"),
                in_order(forecast.skill, "score", "reference"),
            ]
        )
        + "\n};\n"
    )


def _write_formulas(app: Sphinx) -> None:
    write(app, "forecast-formulas.js", formulas())


def _load_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    load(app, *SCRIPTS.get(page, ()))
