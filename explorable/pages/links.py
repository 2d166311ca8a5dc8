"""Plain links that read well in Jupyter become citations, glossary terms and claims on the page.

    [IHS Markit 2017](../bibliography.md#ihs2017quarter)   →   a link to that entry of the bibliography
    [Base rates](glossary.md#base-rate)                     →   a term of the glossary, shown as written here
    [C12](claims.md#c12)                                   →   a claim of the document, with its verdict
    [](what-if.ipynb#cell-explorer)                         →   the chart of a notebook's cell, by the cell's id: see charts.py

A key or a term that does not exist is a Sphinx warning, and so fails the build.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from explorable.book import PAGES, current_book
from explorable.pages import reference_styles, references

LINK = re.compile(
    r"\[(?P<text>[^\[\]]+)\]\((?:\.\.?/)*(?:chapters/)?(?P<page>bibliography|glossary|claims)\.md#(?P<target>[a-z0-9-]+)\)"
)


def to_roles(text: str) -> str:
    """Replace the links of one source text by roles."""

    def role(match: re.Match) -> str:
        target = match["target"]
        if match["page"] == "bibliography":
            return f"{{source}}`{match['text']} <{target}>`"
        if match["page"] == "claims":
            return f"{{claim}}`{target.upper()}`"
        return f"{{term}}`{match['text']} <{terms().get(target, target)}>`"

    return LINK.sub(role, text)


SHORTEST = 20  # characters of a sentence that says something by itself


@lru_cache(maxsize=1)
def terms() -> dict[str, str]:
    """Return the glossary's terms by the form that links use: lower case, hyphens for spaces."""
    lines = current_book().source(PAGES["glossary"]).read_text("utf-8").partition("```{glossary}")[2].splitlines()
    return {
        re.sub(r"[^a-z0-9]+", "-", line.lower()).strip("-"): line.strip()
        for line in lines
        if re.match(r"[^\s:`]", line)
    }


@lru_cache(maxsize=1)
def definitions() -> dict[str, str]:
    """Return the first sentence of each term's entry in the glossary, without its citations, by the form that links use."""
    text = current_book().source(PAGES["glossary"]).read_text("utf-8").partition("```{glossary}")[2].partition("```")[0]
    found = re.findall(r"^([^\s:`].*)\n  (.+)", text, flags=re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-"): _first(entry) for term, entry in found}


def _first(text: str) -> str:
    """Return the first sentence of an entry, or two where the first says nothing yet; what leans on a citation is left out."""
    plain = re.sub(r"\s*\{cite:p\}`[^`]*`", "", text)
    told, cited, _ = plain.partition("{cite:t}")
    plain = re.sub(r"[;.][^;.]*$", ".", told) if cited else plain
    plain = re.sub(r"\{term\}`([^`<]*?)(?: <[^>]*>)?`|\[([^\]]*)\]\([^)]*\)", lambda match: match[1] or match[2], plain)
    first, *more = re.split(r"(?<=[.?!])\s+(?=[A-Z“*])", re.sub(r"[*`]", "", plain))
    return " ".join([first, *more[:1]]) if len(first) < SHORTEST else first


class Source(SphinxRole):
    """A citation: the text as written, linked to the entry of the bibliography."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        text, key = re.fullmatch(r"(.*) <([a-z0-9]+)>", self.text, flags=re.DOTALL).groups()
        if key not in references.entries():
            return [], [self.inliner.reporter.warning(f"references.bib has no entry {key!r}", line=self._line_of(key))]
        page = self.env.app.builder.get_relative_uri(self.env.docname, PAGES["bibliography"])
        return [nodes.reference("", text, refuri=f"{page}#cite-{key}", internal=True, classes=["citation-link"])], []

    def _line_of(self, key: str) -> int:
        """Return the line of a page that cites a key: what is known of a role is only where its paragraph begins."""
        path = Path(self.env.doc2path(self.env.docname))
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".md" else []
        return next(
            (line for line, words in enumerate(lines, 1) if line >= self.lineno and f"#{key})" in words), self.lineno
        )


def setup(app: Sphinx) -> None:
    app.connect("source-read", lambda app, name, source: source.__setitem__(0, to_roles(source[0])))
    app.add_role("source", Source())
    reference_styles.register()
