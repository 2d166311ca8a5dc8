"""Other forms of the book, made from the same pages: nothing is written twice.

    blocks.py      a page's body → a row of blocks, each with what it is for
    slides.py      blocks → slides of a chapter, with the speaker's notes (part of every build)
    worksheets.py  blocks → a sheet of paper for each chapter (part of every build)
    paper.py       what those sheets say beyond the chapters: teaching/sheets.toml
    handouts.py    a lesson's plan → handouts, a start card, the page that a class opens (part of every build)
    downloads.py   what a teacher can take along, with size and date: question banks at each build, all else by "make teachers"
    printed.py     the built site → one PDF, and the worksheets as PDF: "make pdf"
    presets.py     what stands on paper in place of sliders
    static/        their style sheets and script

An author decides what goes on a slide by writing the chapter, see :mod:`explorable.editions.slides`.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent


def setup(app: Sphinx) -> None:
    from explorable.editions import downloads, handouts, slides, worksheets

    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(HERE / "static")))
    slides.setup(app)
    worksheets.setup(app)
    handouts.setup(app)
    downloads.setup(app)
