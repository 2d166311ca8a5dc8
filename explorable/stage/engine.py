"""The engine of the book's model as a script: the analysis, and the model that the book's own ``engine`` module writes."""

from __future__ import annotations

from sphinx.application import Sphinx

from explorable.book import MACHINE, Part
from explorable.pages.scripts import load, write

own = Part("engine")
SCRIPT = "engine.js"
ANALYSIS = MACHINE / "assumptions" / "static" / "analysis.js"


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", _write)


def script() -> str:
    """Return the text of the script: it makes ``explorable.engine``, and needs no other."""
    return ANALYSIS.read_text("utf-8") + own.script()


def include(app: Sphinx) -> None:
    """Load the engine on the page that is being written, before the scripts that are added after it."""
    load(app, SCRIPT)


def _write(app: Sphinx) -> None:
    write(app, SCRIPT, script())
