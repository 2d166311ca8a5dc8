"""How the site is made: a Sphinx extension on top of Jupyter Book. Its parts say at their beginning what they do."""
from __future__ import annotations

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict:
    from explorable.figures import charts, expressions
    from explorable.pages import layout as page
    from explorable.pages import links, markup, styles

    for part in (charts, expressions, links, markup, page, styles):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
