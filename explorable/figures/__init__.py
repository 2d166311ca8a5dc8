"""A chart's JSON → a figure of the page: picture, live chart, controls, sources, table.

Only ``build.py`` and ``expressions.py`` speak Sphinx; all else runs in live pages, too, with pandas and Altair alone.
"""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    from explorable.figures import build, expressions

    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static")))
    for part in (build, expressions):
        part.setup(app)
