"""The claims ledger: one entry for each statement of the document, and links to it that show the verdict.

[C12](../claims.md#c12)   in a chapter   →   a link "C12", marked with its verdict
{claims}                  as a directive →   the whole ledger, which ``static/claims.js`` can search and filter
{claims-agreement}        as a directive →   how far codings of the ledger agree, and where they don't
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from explorable.book import MACHINE, Part, current_book
from explorable.pages import references
from explorable.pages.scripts import load
from explorable.templates import fill

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

#: The table of claims on which codings differ: column → heading.
COLUMNS = {
    "first": "First",
    "second": "Second",
    "blind": "Verdicts hidden",
    "appeal": "Read for the author",
    "now": "In the ledger now",
    "why": "Why they differ",
}
TEMPLATES = MACHINE / "pages" / "templates"


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
        for path in (__file__, TEMPLATES / "claims.html", data.DATA / "claims.csv"):
            self.env.note_dependency(str(path))
        claims = list(ledger().values())
        counts = pd.Series([claim["verdict"] for claim in claims]).value_counts()
        html = fill(
            "pages/claims.html",
            claims=claims,
            summary=", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS),
            marks=VERDICTS,
            class_of=_class,
            page=lambda claim: self._page(claim["id"], claim["chapter"]),
            sources=lambda claim: [key for name, key in claim.items() if name.startswith("source") and key],
            short=references.short,
            label=lambda id: assumptions.get(id).label,
        )
        return [nodes.raw("", html, format="html")]

    def _page(self, id: str, chapter: str) -> str:
        """Return the address of the page that takes a claim up, as seen from the ledger: of a chapter's pages the first that names it."""
        pages, named = current_book().pages_by_chapter()[chapter], f"claims.md#{id.lower()})"
        page = next((one for one in pages if named in current_book().source(one).read_text("utf-8")), pages[0])
        return self.env.app.builder.get_relative_uri(PAGE, page)


class Codings(SphinxDirective):
    """How far codings of the ledger agree, in a sentence each, and a table of the claims on which they differ or were moved."""

    def run(self):
        for path in (TEMPLATES / "codings.html", data.DATA / "claims.csv", data.DATA / "claims_second.csv"):
            self.env.note_dependency(str(path))
        coded = coding.both()
        differ = (coded["first"] != coded["second"]) | (coded["blind"].notna() & (coded["first"] != coded["blind"]))
        coded["why"] = coded["reason"].fillna(coded["appeal_reason"]).fillna("not noted")
        chosen = coded.loc[differ | coded["appeal"].notna(), list(COLUMNS)]
        rows = chosen.astype(object).where(chosen.notna(), "")
        html = fill(
            "pages/codings.html",
            again=coding.agreement(),
            hidden=coding.agreement("first", "blind"),
            address=self.env.app.builder.get_relative_uri(self.env.docname, PAGE),
            columns=COLUMNS,
            differ=[{"id": id, **row} for id, row in rows.iterrows()],
        )
        return [nodes.raw("", html, format="html")]


def _class(verdict: str) -> str:
    return "verdict-" + verdict.replace(",", "").replace(" ", "-")


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page == PAGE:
        load(app, "claims.js")
