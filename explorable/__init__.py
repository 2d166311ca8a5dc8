"""The machine that makes a Jupyter Book explorable: a Sphinx extension, commands, and what chapters and live pages import.

Rooms, from the top down; a room imports those below it:

    publish/      serve, pack, execute notebooks, links to where a chapter can be run
    editions/     slides, worksheets, print
    live/         Python in the page
    classroom/    what several readers have saved, side by side
    course/       exercises, predictions, quizzes, objectives, solutions, lesson plans
    stage/        explorers in the page
    pages/        what a page loads and looks like: templates, styles, links, references, policy, budgets
    figures/      a chart's JSON → picture, live chart, controls, sources, table
    assumptions/  draws, held and open, sensitivity, value of information
"""

from __future__ import annotations


def setup(app) -> dict:
    from explorable.book import open_book

    open_book(app.confdir)
    from explorable import classroom, course, editions, figures, live, pages, publish, stage

    for room in (figures, pages, stage, course, classroom, live, editions, publish):
        room.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
