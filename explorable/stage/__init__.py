"""Explorers in the page: what a chart with assumptions has beyond the chart. Charts themselves stand in figures/.

A notebook shows an explorer as a cell's output; any other page places one by a directive, which names a function of the
module ``explorers`` of the book's own Python::

    ```{explorer} first_look
    ```
"""

from __future__ import annotations

import importlib
from pathlib import Path

from docutils.parsers.rst import Directive
from sphinx.errors import ExtensionError

from explorable.book import current_book
from explorable.figures import theme
from explorable.pages import charts

STATIC = Path(__file__).parent / "static"


def setup(app) -> None:
    from explorable.stage import engine

    if current_book().has("engine"):
        engine.setup(app)
    app.add_directive("explorer", PlacedExplorer)
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(STATIC)))


class PlacedExplorer(Directive):
    """An explorer of the book, by the name of the function that makes it."""

    required_arguments = 1

    def run(self) -> list:
        explorers = importlib.import_module(f"{current_book().package}.explorers")
        name = self.arguments[0]
        if not callable(make := getattr(explorers, name, None)):
            raise ExtensionError(f"{explorers.__name__} has no explorer {name}: name one of its functions.")
        theme.enable()
        return [charts.chart(spec=make().to_dict())]
