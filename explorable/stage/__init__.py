"""Explorers in the page: what a chart with assumptions has beyond the chart. Charts themselves stand in figures/."""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    from explorable.stage import engine

    engine.setup(app)
    app.connect(
        "config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static"))
    )
