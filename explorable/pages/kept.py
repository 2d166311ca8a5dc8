"""What the reader's browser keeps for the book, in a list that is true at this moment, with buttons that erase.

    {kept}   the place where ``static/kept.js`` writes the list, on a page with a table of the names

The first column of the table has each name as code, the second says in words what it holds; the list takes its words from
there. Without a script nothing is listed, and the table says how each name is erased.
"""

from __future__ import annotations

import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.pages.scripts import load
from explorable.templates import fill

PLACE = "book-kept"  # an attribute of the node that waits for the words of the table


def setup(app: Sphinx) -> None:
    app.add_directive("kept", Kept)
    app.connect("doctree-read", _fill)
    app.connect("html-page-context", _load_script)


class Kept(SphinxDirective):
    def run(self):
        return [nodes.raw("", "", format="html", **{PLACE: True})]


def words(doctree: nodes.document) -> dict[str, str]:
    """Return what each name of the page's tables holds, in words."""
    rows = (row.children for body in doctree.findall(nodes.tbody) for row in body.findall(nodes.row))
    return {name.astext(): cells[1].astext() for cells in rows for name in cells[0].findall(nodes.literal)}


def _fill(app: Sphinx, doctree: nodes.document) -> None:
    for place in _places(doctree):
        said = json.dumps(words(doctree), ensure_ascii=False)
        place += nodes.Text(str(fill("pages/kept.html", words=said)))


def _places(doctree: nodes.document) -> list[nodes.raw]:
    return [node for node in doctree.findall(nodes.raw) if node.get(PLACE)]


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and _places(doctree):
        load(app, "kept.js")
