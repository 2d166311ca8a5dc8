"""What several readers have saved, side by side."""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    from explorable.classroom import plenary

    app.connect(
        "config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static"))
    )
    for part in (plenary,):
        part.setup(app)
