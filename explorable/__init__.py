"""The machine that makes a Jupyter Book explorable: a Sphinx extension, commands, and what chapters and live pages import.

Rooms, from the top down; a room imports those below it:

    new/          a new book, and its update
    publish/      serve, pack, execute notebooks, links to where a chapter can be run
    editions/     slides, worksheets, print
    live/         Python in the page
    classroom/    what several readers have saved, side by side
    course/       exercises, predictions, quizzes, objectives, solutions, lesson plans
    stage/        explorers in the page
    pages/        what a page loads and looks like: templates, styles, links, references, policy, budgets
    figures/      a chart's JSON → picture, live chart, controls, sources, table
    assumptions/  registry, presets, draws, held and open, sensitivity, value of information
    tables/       a data package → typed tables, and errors that name file, row and remedy
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

ROOMS = ("figures", "pages", "stage", "course", "classroom", "live", "editions", "publish")
__version__ = "0.1.0"


def setup(app) -> dict:
    """Set up the parts that the book names in ``pyproject.toml`` (``[tool.explorable] parts``), else all rooms."""
    from explorable.book import MACHINE, open_book

    parts = open_book(app.confdir).parts or ROOMS
    for name in parts:
        import_module(f"{__name__}.{name}").setup(app)
    # a room that is not set up as a whole has its scripts and styles in the site all the same
    folders = {MACHINE / name.partition(".")[0] / "static" for name in parts if "." in name}
    app.connect(
        "config-inited",
        lambda app, config: config.html_static_path.extend(map(str, sorted(filter(Path.is_dir, folders)))),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
