"""What the search of the site looks through, written as a script, so that it works from the disk, too.

Each section of a page, each chart and each term of the glossary is a place of its own: ``[address, kind, page, heading, text, more]``;
``more`` holds words that are found and not shown, those of a chart's data. ``data/search.json`` of the book says what else a name
is called, and which pages (or folders of pages) come after the others. The ranking is in ``static/search.js``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from explorable.book import VENDOR, current_book

MINISEARCH = VENDOR / "minisearch" / "minisearch.js"
PLACES, SETTINGS = "search-places.js", "search.json"
ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
HEAVY = re.compile(r'<script\b.*?</script>|(<svg\b[^>]*aria-label="([^"]*)"[^>]*>|<svg\b[^>]*>).*?</svg>', re.DOTALL)
UNREAD = ".code-fold, .about-code, .headerlink, .live-bar, .launch, .licences code, .chapter-times, button, select, noscript, form, nav, .forecast-outcomes, .quiz-answers"
#: What a theme copies for Sphinx's own search, and no page loads.
GONE = ("_static/searchtools.js", "_static/language_data.js")
Place = tuple[str, str, str, str, str, str]


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _add_files)
    app.connect("builder-inited", _make_no_other_index)
    app.connect("build-finished", _write, priority=580)


def _add_files(app: Sphinx, config) -> None:
    config.html_static_path.append(str(MINISEARCH))
    config.html_additional_pages["search"] = "search.html"


def _make_no_other_index(app: Sphinx) -> None:
    """Leave out the index of Sphinx's own search: no page reads it, and a build of some pages only would miss the one of the build before."""
    app.builder.search = False


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    site = Path(app.outdir)
    pages = [page for page in app.env.found_docs if (site / f"{page}.html").exists()]
    order = {page: number for number, page in enumerate(current_book().pages())}
    known = [
        place
        for page in sorted(pages, key=lambda page: order.get(page, len(order)))
        for place in places(page, (site / f"{page}.html").read_text("utf-8"))
    ]
    text = json.dumps({"places": known, **settings()}, ensure_ascii=False, separators=(",", ":"))
    (site / "_static" / PLACES).write_text(f"window.bookPlaces = {text};\n", encoding="utf-8")
    for name in GONE:
        (site / name).unlink(missing_ok=True)


def settings() -> dict[str, list]:
    """Return what ``data/search.json`` says; a book may do without."""
    path = current_book().data / SETTINGS
    found = json.loads(path.read_text("utf-8")) if path.exists() else {}
    unknown = set(found) - {"names", "after"}
    if unknown:
        raise ValueError(f"data/{SETTINGS} has {', '.join(sorted(unknown))}: it knows only names and after.")
    return {"names": found.get("names", []), "after": found.get("after", [])}


def places(page: str, text: str) -> Iterator[Place]:
    """Return the places of a built page (its HTML): sections, charts and terms, in their order."""
    found = ARTICLE.search(text)
    # a picture says in words what it shows; nothing else of it can be read
    body = HEAVY.sub(
        lambda picture: f'<p class="seen">{picture[2]}</p>' if picture[2] else "", found[1] if found else ""
    )
    soup = BeautifulSoup(body, "html.parser")
    for tag in soup.select(UNREAD):
        if not tag.decomposed:
            tag.decompose()
    title = _words(soup.find("h1") or soup)
    address = f"{page}.html"
    for figure in soup.select("figure.chart"):
        name = figure.select_one(".chart-title, .chart-panel-title")
        data = " ".join(_words(table) for table in figure.select(".chart-data, .explorer-tables"))
        seen = " ".join(_words(one) for one in figure.select(".seen"))
        yield f"{address}#{figure.get('id', '')}", "chart", title, _words(name) if name else title, seen, _once(data)
        figure.decompose()
    for term in soup.select("dl.glossary dt[id]"):
        meaning = term.find_next_sibling("dd")
        yield f"{address}#{term['id']}", "term", title, _words(term), _words(meaning) if meaning else "", ""
    for glossary in soup.select("dl.glossary"):
        glossary.decompose()
    for section in reversed(soup.select("section[id]")):  # the innermost first: what is left belongs to the outer one
        heading = section.find(re.compile("h[1-6]"))
        name = _words(heading) if heading else title
        if heading:
            heading.decompose()
        is_page = section.find_parent("section") is None
        words, own = _words(section), address if is_page else f"{address}#{section['id']}"
        section.decompose()
        if words or is_page:
            yield own, "page" if is_page else "section", title, name, words, ""


def _words(tag: Tag) -> str:
    return " ".join(word for word in tag.get_text(" ").split() if "://" not in word)


def _once(text: str) -> str:
    """Return each word and each year of a text once; other figures are no words."""
    found = dict.fromkeys(re.findall(r"[^\W\d_][\w’'-]+|\b(?:19|20)\d\d\b", text))
    return " ".join(found)
