"""Chapters that take several pages (``continued`` in ``_config.yml``): each page lists all of them, and an old address leads on.

Under its title a page says which of the chapter's pages it is and lists the others with their sections, as links that work without
a script. An address of something that stands on another page of the chapter now, such as ``recruitment.html?view=code#who-is-left``, leads there
with query and place (``static/continued.js``). What stands where is read in the built pages, so there is no list of moves to keep.
"""

from __future__ import annotations

import json
import posixpath
import re
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

from explorable.book import current_book
from explorable.pages.scripts import load
from explorable.templates import fill

MOVED = re.compile(r'(<nav class="chapter-pages"[^>]*? data-moved=")[^"]*(")')
HEAVY = re.compile(r"<svg\b.*?</svg>|<script\b.*?</script>", re.DOTALL)
ARTICLE = re.compile(r'<article class="bd-article">(.*)</article>', re.DOTALL)


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", _list_pages, priority=600)  # after the times under a title
    app.connect("html-page-context", _load_script)
    app.connect("build-finished", _note_places, priority=560)


def places(page: str) -> set[str]:
    """Return what an address of a built page (its HTML) can name: the ids in its article, and its explorers as ``explorer=name``."""
    found = ARTICLE.search(page)
    article = BeautifulSoup(HEAVY.sub("", found[1] if found else page), "html.parser")
    explorers = {
        f"explorer={json.loads(figure['data-explorer'])['id']}" for figure in article.select("[data-explorer]")
    }
    return explorers | {
        part["id"] for part in article.select("section[id], span[id], figure[id], div[id], fieldset[id]")
    }


def _list_pages(app: Sphinx, doctree: nodes.document, page: str) -> None:
    pages = current_book().pages_of(page)
    title = next(iter(doctree.findall(nodes.title)), None)
    if len(pages) == 1 or title is None or app.builder.name != "html":
        return
    following = pages.index(page) + 1
    leads = "Goes on in" if following < len(pages) else "Goes on from"
    next_page = pages[following] if following < len(pages) else pages[following - 2]
    nav = fill(
        "pages/continued.html",
        number=following,
        of=len(pages),
        leads=leads,
        next_title=app.env.titles[next_page].astext(),
        others=[_other(app, page, one) for one in pages if one != page],
    )
    place = title.parent.index(title) + 1
    times = title.parent[place]
    after = place + ("chapter-times" in times.get("classes", []) if isinstance(times, nodes.Element) else 0)
    title.parent.insert(after, nodes.raw("", str(nav), format="html"))


def _other(app: Sphinx, page: str, other: str) -> dict:
    """Return another page of the chapter: its address, its title, and place and title of each section."""
    sections = [
        (one["anchorname"], one.astext())
        for one in app.env.tocs[other].findall(nodes.reference)
        if one["anchorname"] and one["anchorname"].count("#") and _is_section(one)
    ]
    address = app.builder.get_relative_uri(page, other)
    return {"address": address, "title": app.env.titles[other].astext(), "sections": sections}


def _is_section(reference: nodes.reference) -> bool:
    """Say whether an entry of a table of contents is a section of its page, and no part of one."""
    depth, node = 0, reference.parent
    while node is not None:
        depth += isinstance(node, nodes.list_item)
        node = node.parent
    return depth == 2


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and len(current_book().pages_of(page)) > 1:
        load(app, "continued.js")


def _note_places(app: Sphinx, problem: Exception | None) -> None:
    """Write into each page of a chapter what stands on the others: {address: [places]}."""
    if problem or app.builder.name != "html":
        return
    site = Path(app.outdir)
    for pages in current_book().continued.values():
        texts = {page: (site / f"{page}.html").read_text("utf-8") for page in pages}
        found = {page: places(text) for page, text in texts.items()}
        for page, text in texts.items():
            moved = {
                posixpath.relpath(f"{other}.html", posixpath.dirname(page)): sorted(found[other] - found[page])
                for other in pages
                if other != page
            }
            (site / f"{page}.html").write_text(_with(text, moved), encoding="utf-8")


def _with(text: str, moved: dict[str, list[str]]) -> str:
    """Return a page that knows what stands where."""
    noted = escape(json.dumps(moved), quote=True)
    return MOVED.sub(lambda match: f"{match[1]}{noted}{match[2]}", text)
