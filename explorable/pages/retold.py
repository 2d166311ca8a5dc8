"""Sources that retell what another has published, each with what it retells and why the original was not read.

    {retold}          every entry of ``references.bib`` with the field ``passeson``, as a table
    {retold-counts}   how many entries these are, and how many rows of the tables rest on them alone, in a paragraph

Two fields of a BibTeX entry say it: ``passeson`` (what it retells, and through whom) and ``unread`` (why not the original).
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import PAGES, Part, current_book
from explorable.pages import references

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
        rows = "".join(
            f'<tr><th scope="row" class="text-start">{_field(key, "passeson")}</th>'
            f'<td class="text-start">{_link(self, key)}</td><td class="text-start">{_field(key, "unread")}</td></tr>'
            for key in sorted(retold(), key=lambda key: _field(key, "passeson"))
        )
        return [
            nodes.raw(
                "",
                '<div class="table-scroll" data-scrolls="Sources at second hand"><table class="table">'
                '<thead><tr><th scope="col" class="text-start">Retold</th><th scope="col" class="text-start">Cited as</th>'
                f'<th scope="col" class="text-start">Why not the original</th></tr></thead><tbody>{rows}</tbody></table></div>',
                format="html",
            )
        ]


class Counts(SphinxDirective):
    """How much hangs on sources at second hand, and on which of them most."""

    def run(self):
        for path in (current_book().references, *data.DATA.glob("*.csv")):
            self.env.note_dependency(str(path))
        rows, keys = rows_at_second_hand(), retold()
        most = rows.resting.most_common(4)
        named = ", ".join(f"{_link(self, key)} ({count})" for key, count in most)
        return [
            nodes.raw(
                "",
                f"<p>Of {len(references.entries())} sources {len(keys)} are at second hand, and {rows.resting.total()} of "
                f"{rows.all:,} rows of the tables rest on such sources alone. Most rows hang on these four: {named}.</p>",
                format="html",
            )
        ]


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


def _link(directive: SphinxDirective, key: str) -> str:
    address = directive.env.app.builder.get_relative_uri(directive.env.docname, PAGES["bibliography"])
    return f'<a href="{address}#cite-{key}">{escape(references.short(key))}</a>'


def _field(key: str, name: str) -> str:
    return escape(references.plain(references.entries()[key].fields[name]))
