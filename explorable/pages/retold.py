"""Works that were known only through others, each with the sources that retell it and why it was not read.

    {retold}   every work that an entry of ``references.bib`` names in its field ``passeson``, as a table

Two fields of a BibTeX entry say it: ``passeson`` (which work, the same words wherever it is the same) and ``unread`` (why not the original).
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import PAGES, current_book
from explorable.pages import references


def setup(app: Sphinx) -> None:
    app.add_directive("retold", Retold)


class Retold(SphinxDirective):
    """The works known at second hand, in the order of their names."""

    def run(self):
        self.env.note_dependency(str(current_book().references))
        address = self.env.app.builder.get_relative_uri(self.env.docname, PAGES["bibliography"])
        rows = "".join(
            f'<tr><th scope="row" class="text-start">{_field(keys[0], "passeson")}</th><td class="text-start">'
            + "; ".join(
                f'<a href="{address}#cite-{key}">{escape(references.short(key))}</a>'
                for key in sorted(keys, key=references.short)
            )
            + f'</td><td class="text-start">{_field(keys[0], "unread")}</td></tr>'
            for _, keys in sorted(retold().items())
        )
        return [
            nodes.raw(
                "",
                '<div class="table-scroll" data-scrolls="Sources at second hand"><table class="table">'
                '<thead><tr><th scope="col" class="text-start">Work</th><th scope="col" class="text-start">Cited as</th>'
                f'<th scope="col" class="text-start">Why not the original</th></tr></thead><tbody>{rows}</tbody></table></div>',
                format="html",
            )
        ]


def retold() -> dict[str, list[str]]:
    """Return the keys of the entries that retell a work, by that work."""
    works: dict[str, list[str]] = {}
    for key, entry in references.entries().items():
        if "passeson" in entry.fields:
            works.setdefault(entry.fields["passeson"], []).append(key)
    return works


def _field(key: str, name: str) -> str:
    return escape(references.plain(references.entries()[key].fields[name]))
