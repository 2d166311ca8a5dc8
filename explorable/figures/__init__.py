"""A chart's JSON → a figure of the page: picture, live chart, controls, sources, table.

No Sphinx, no docutils, no compiler of charts: all of it runs in live pages, too, with pandas and Altair alone.
"""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    app.connect(
        "config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static"))
    )
