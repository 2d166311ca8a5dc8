"""How the site is made: a Sphinx extension on top of Jupyter Book. Its parts say at their beginning what they do."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict:
    from explorable.book import open_book

    open_book(app.confdir)
    from explorable.pages import charts, expressions, layout, links, markup, styles
    from explorable.publish import notebooks

    app.connect(
        "config-inited",
        lambda app, config: config.html_static_path.extend(map(str, sorted(Path(__file__).parent.glob("*/static")))),
    )
    for part in (charts, expressions, layout, links, markup, notebooks, styles):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
