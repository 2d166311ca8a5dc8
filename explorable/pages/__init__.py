"""What a page loads and looks like: templates, styles, scripts of every page, links, references, policy, budgets.

Nothing of a chart, a course or a class stands here.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

PARTS = (
    "beside",
    "budgets",
    "charts",
    "claims",
    "code",
    "continued",
    "expressions",
    "fonts",
    "kept",
    "layout",
    "licences",
    "links",
    "markup",
    "retold",
    "search",
    "styles",
    "thumbnails",
)


def setup(app) -> None:
    app.connect(
        "config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static"))
    )
    for part in PARTS:
        import_module(f"{__name__}.{part}").setup(app)
