"""How the site is made: a Sphinx extension on top of Jupyter Book. Its parts say at their beginning what they do."""
from __future__ import annotations

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict:
    from _ext import charts, expressions, links, markup, notebooks, page, styles

    for part in (charts, expressions, links, markup, notebooks, page, styles):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
