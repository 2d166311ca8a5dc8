"""The claims ledger: one entry for each statement of the document, and links to it that show the verdict.

[C12](../claims.md#c12)   in a chapter   →   a link "C12", marked with its verdict
{claims}                  as a directive →   the whole ledger, which ``static/claims.js`` can search and filter
{claims-agreement}        as a directive →   how far codings of the ledger agree, and where they don't
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from explorable.book import Part, current_book
from explorable.pages import references
from explorable.pages.scripts import load

assumptions = Part("assumptions")
coding = Part("coding")
data = Part("data")

PAGE = "chapters/claims"
VERDICTS = {
    "supported": "✓",
    "contested": "≈",
    "not supported": "✗",
    "could not be checked": "?",
    "worded so that it cannot fail": "∞",
    "not checked, on purpose": "–",
    "still open": "…",
}


def setup(app: Sphinx) -> None:
    app.add_role("claim", Claim())
    app.add_directive("claims", Ledger)
    app.add_directive("claims-agreement", Codings)
    app.connect("html-page-context", _load_script)


@lru_cache(maxsize=1)
def ledger() -> dict[str, dict]:
    """Return all claims by id, as the table has them."""
    table = data.load("claims").astype(object)
    return {row["id"]: row for row in table.where(pd.notna(table), None).to_dict("records")}


class Claim(SphinxRole):
    """A link to one claim, with its verdict."""

    def run(self):
        id = self.text
        self.env.note_dependency(str(data.DATA / "claims.csv"))
        if id not in ledger():
            return [], [self.inliner.reporter.warning(f"data/claims.csv has no claim {id!r}", line=self.lineno)]
        verdict = ledger()[id]["verdict"]
        address = f"{self.env.app.builder.get_relative_uri(self.env.docname, PAGE)}#{id.lower()}"
        label = f"{id} {VERDICTS[verdict]} {verdict}"
        return [nodes.reference("", label, refuri=address, internal=True, classes=["claim-link", _class(verdict)])], []


class Ledger(SphinxDirective):
    """All claims, each with its anchor."""

    def run(self):
        for path in (__file__, data.DATA / "claims.csv"):
            self.env.note_dependency(str(path))
        return [
            nodes.raw(
                "",
                _filters()
                + "".join(_entry(claim, self._page(claim["id"], claim["chapter"])) for claim in ledger().values()),
                format="html",
            )
        ]

    def _page(self, id: str, chapter: str) -> str:
        """Return the address of the page that takes a claim up, as seen from the ledger: of a chapter's pages the first that names it."""
        pages, named = current_book().pages_by_chapter()[chapter], f"claims.md#{id.lower()})"
        page = next((one for one in pages if named in current_book().source(one).read_text("utf-8")), pages[0])
        return self.env.app.builder.get_relative_uri(PAGE, page)


class Codings(SphinxDirective):
    """How far codings of the ledger agree, in a sentence each, and a table of the claims on which they differ."""

    def run(self):
        for name in ("claims", "claims_second"):
            self.env.note_dependency(str(data.DATA / f"{name}.csv"))
        coded, again, hidden = coding.both(), coding.agreement(), coding.agreement("first", "blind")
        address = self.env.app.builder.get_relative_uri(self.env.docname, PAGE)
        differ = (coded["first"] != coded["second"]) | (coded["blind"].notna() & (coded["first"] != coded["blind"]))
        rows = "".join(
            f'<tr><th scope="row"><a href="{address}#{id.lower()}">{id}</a></th>'
            + "".join(
                f'<td class="text-start">{escape(row[name]) if pd.notna(row[name]) else ""}</td>'
                for name in ("first", "second", "blind", "now", "reason")
            )
            + "</tr>"
            for id, row in coded[differ].iterrows()
        )
        heads = "".join(
            f'<th scope="col" class="text-start">{head}</th>'
            for head in ("First", "Second", "Verdicts hidden", "In the ledger now", "Why the second differs")
        )
        return [
            nodes.raw(
                "",
                f"<p>Of {again.claims} claims {again.same} got the same verdict the second time ({_agreed(again)}); "
                f"of the {hidden.claims} coded with the verdicts hidden, {hidden.same} ({_agreed(hidden)}). On the others:</p>"
                '<div class="table-scroll" data-scrolls="Claims on which the codings differ"><table class="table">'
                f'<thead><tr><th scope="col">Claim</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>',
                format="html",
            )
        ]


def _agreed(agreed) -> str:
    return f"{100 * agreed.same / agreed.claims:.0f} of 100; Cohen’s kappa {agreed.kappa:.2f}"


def _class(verdict: str) -> str:
    return "verdict-" + verdict.replace(",", "").replace(" ", "-")


def _filters() -> str:
    claims = ledger().values()

    def choice(name: str, label: str) -> str:
        options = "".join(
            f'<option value="{escape(value)}">{escape(value)}</option>'
            for value in dict.fromkeys(claim[name] for claim in claims)
        )
        return f'<label>{label} <select name="{name}"><option value="">all</option>{options}</select></label>'

    counts = pd.Series([claim["verdict"] for claim in claims]).value_counts()
    summary = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    return (
        f"<p>{len(claims)} claims: {summary}.</p>"
        f'<form class="claims-filter" role="search" aria-label="Filter the claims" hidden><label>Search <input type="search" name="words"></label>'
        f'{choice("verdict", "Verdict")}{choice("kind", "Kind")}{choice("chapter", "Chapter")}<p role="status"></p></form>'
    )


def _entry(claim: dict, chapter: str) -> str:
    keys = [key for name, key in claim.items() if name.startswith("source") and key]
    links = "; ".join(f'<a href="bibliography.html#cite-{key}">{escape(references.short(key))}</a>' for key in keys)
    feeds = (
        f"<dt>Feeds the assumption</dt><dd>{escape(assumptions.get(claim['assumption']).label)}</dd>"
        if claim["assumption"]
        else ""
    )
    dated = f" (as of {claim['as_of']:%B %Y})" if claim["as_of"] else ""
    return (
        f'<section class="claim" id="{claim["id"].lower()}" data-verdict="{escape(claim["verdict"])}" data-kind="{escape(claim["kind"])}" data-chapter="{escape(claim["chapter"])}">'
        f"<h2>{claim['id']}: {escape(claim['claim'])}</h2>"
        f'<p><span class="claim-verdict {_class(claim["verdict"])}">{VERDICTS[claim["verdict"]]} {escape(claim["verdict"])}</span> '
        f'{escape(claim["kind"])}, in <a href="{chapter}">{escape(claim["chapter"])}</a></p>'
        f'<dl><dt>The record says</dt><dd>{escape(claim["record"])} <span class="claim-sources">{links}</span></dd>'
        f"<dt>The document’s own source, as we assigned it</dt><dd>{escape(claim['document_source'])}{dated}</dd>{feeds}</dl></section>"
    )


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page == PAGE:
        load(app, "claims.js")
