"""Sources that retell what another has published, each with what it retells and why the original was not read.

    {retold}          every entry of ``references.bib`` with the field ``passeson``, as a table
    {retold-counts}   how many entries these are, and how many rows of the tables rest on them alone, in a paragraph

Two fields of a BibTeX entry say it: ``passeson`` (what it retells, and through whom) and ``unread`` (why not the original).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import PAGES, Part, current_book
from explorable.pages import references
from explorable.templates import macros

data = Part("data")


def setup(app: Sphinx) -> None:
    app.add_directive("retold", Retold)
    app.add_directive("retold-counts", Counts)


class Rows(NamedTuple):
    """How many rows of the tables name a source, and how many rest on retelling ones alone, by the first that they name."""

    all: int
    resting: Counter


class Retold(SphinxDirective):
    """The sources at second hand, in the order of what they retell."""

    def run(self):
        self.env.note_dependency(str(current_book().references))
        sources = sorted((_source(self, key) for key in retold()), key=lambda source: source["passeson"])
        return [nodes.raw("", str(macros("pages/retold.html").table(sources)), format="html")]


class Counts(SphinxDirective):
    """How much hangs on sources at second hand, and on which of them most."""

    def run(self):
        for path in (current_book().references, *data.DATA.glob("*.csv")):
            self.env.note_dependency(str(path))
        rows, keys = rows_at_second_hand(), retold()
        most = [(_source(self, key), count) for key, count in rows.resting.most_common(4)]
        html = macros("pages/retold.html").counts(len(references.entries()), len(keys), rows, most)
        return [nodes.raw("", str(html), format="html")]


def retold() -> list[str]:
    """Return the keys of the entries that retell what another has published."""
    return [key for key, entry in references.entries().items() if "passeson" in entry.fields]


def rows_at_second_hand() -> Rows:
    """Return what in the tables rests on sources at second hand alone."""
    rows, resting, second_hand = 0, Counter[str](), set(retold())
    for entry in data.package()["resources"]:
        frame = data.load(entry["name"])
        columns = [column for column in frame if column.startswith("source") and column != "source_rule"]
        for named in frame[columns].itertuples(index=False):
            keys = [key for key in named if isinstance(key, str) and key in references.entries()]
            rows += bool(keys)
            resting.update(keys[:1] if second_hand.issuperset(keys) else [])
    return Rows(rows, resting)


def _source(directive: SphinxDirective, key: str) -> dict[str, str]:
    """Return a source's name and address as seen from the directive's page, and what it says of what it retells."""
    address = directive.env.app.builder.get_relative_uri(directive.env.docname, PAGES["bibliography"])
    said = {name: references.plain(references.entries()[key].fields[name]) for name in ("passeson", "unread")}
    return {"short": references.short(key), "address": f"{address}#cite-{key}", **said}
