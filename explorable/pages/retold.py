"""Sources that retell what another has published, each with what it retells and why the original was not read.

    {retold}   every entry of ``references.bib`` with the field ``passeson``, as a table

Two fields of a BibTeX entry say it: ``passeson`` (whose report, letter, article or count) and ``unread`` (why not the original).
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
    """The sources at second hand, in the order of their short forms."""

    def run(self):
        self.env.note_dependency(str(current_book().references))
        address = self.env.app.builder.get_relative_uri(self.env.docname, PAGES["bibliography"])
        rows = "".join(
            f'<tr><th scope="row" class="text-start"><a href="{address}#cite-{key}">{escape(references.short(key))}</a></th>'
            f'<td class="text-start">{_field(key, "passeson")}</td><td class="text-start">{_field(key, "unread")}</td></tr>'
            for key in sorted(retold(), key=references.short)
        )
        return [
            nodes.raw(
                "",
                '<div class="table-scroll" data-scrolls="Sources at second hand"><table class="table">'
                '<thead><tr><th scope="col" class="text-start">Source</th><th scope="col" class="text-start">Retells</th>'
                f'<th scope="col" class="text-start">Why not the original</th></tr></thead><tbody>{rows}</tbody></table></div>',
                format="html",
            )
        ]


def retold() -> list[str]:
    """Return the keys of the sources at second hand."""
    return [key for key, entry in references.entries().items() if "passeson" in entry.fields]


def _field(key: str, name: str) -> str:
    return escape(references.plain(references.entries()[key].fields[name]))
