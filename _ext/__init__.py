"""How the site is made: a Sphinx extension on top of Jupyter Book.

    charts.py      Vega-Lite of a notebook → a figure: picture, live chart, sources; with its
    controls.py      sliders and choices, and
    tables.py        data as a table
    dataframes.py    tables that pandas writes, tidied
    references.py  what references.bib says, in short forms
    expressions.py the functions of a page's charts, so that it makes none from text
    links.py       plain Markdown links of a chapter → citations, glossary terms, claims
    claims.py      data/claims.csv → the claims ledger
    forecast.py    the reader's own forecast, and its score
    exercises.py   plain Markdown of a chapter → sphinx-exercise's blocks; before them
    quizzes.py       the chapter's quiz; and, for teachers alone,
    solutions.py     the worked solutions, and the keys of check()
    leaks.py       looks for their text in what is published
    objectives.py  which exercise and which question belongs to which objective
    hypotheses.py  the reader's matrix of competing hypotheses
    teaching.py    lesson plans whose minutes add up
    plenary.py     the files of several teams side by side
    page.py        what a page loads, and mathematics without a script
    styles.py      one style sheet for every page, and a small icon font
    budgets.py     how heavy a page may be (budgets.csv); a heavier one fails the build
    chromium.py    the browser that prints and is tested
    opening.py     the cell with which a chapter opens alone, for example on Colab
    markup.py      what the theme and pandas write, made valid and accessible
    licences.py    lock files → the licences page
    policy.py      the Content-Security-Policy; serve.py serves the site with it
    notebooks.py   executes the chapters (a command); the build warns of those that were changed since
    environment.sh makes the environment, and anew where the folder was moved
    build.py       Jupyter Book's command without its banner
    launch.py      where a chapter can be run: links to Colab, Binder, JupyterHub
    editions/      slides of each chapter, and the printed edition
    live/          Python in the page, see its __init__.py
    templates/ static/   the page's HTML, CSS and JavaScript
"""
from __future__ import annotations

from importlib import import_module

from sphinx.application import Sphinx

PARTS = (
    "budgets",
    "charts",
    "claims",
    "editions",
    "exercises",
    "expressions",
    "forecast",
    "hypotheses",
    "launch",
    "licences",
    "links",
    "live",
    "markup",
    "notebooks",
    "objectives",
    "page",
    "plenary",
    "quizzes",
    "solutions",
    "styles",
    "teaching",
)


def setup(app: Sphinx) -> dict:
    for part in PARTS:
        import_module(f"_ext.{part}").setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
