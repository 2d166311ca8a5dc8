"""A chart's JSON → a figure of the page: picture, live chart, controls, sources, table.

What speaks Sphinx is to move out of this room: live pages import it, too.
"""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    from explorable.figures import charts, expressions

    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static")))
    for part in (charts, expressions):
        part.setup(app)
