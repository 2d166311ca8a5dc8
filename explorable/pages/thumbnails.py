"""Small pictures of the book's own charts, for the front page: the marks of a chart without axes, names and numbers.

    <span class="thumbnail" data-chart="chapters/some-page#0"></span>     the first chart of that page

The build fills them once all pages are written, so they are the charts that the pages show. They are for the eye alone: what
a thumbnail's link says stands beside it.
"""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from explorable.command import counted

PLACE = re.compile(r'(<span class="thumbnail" data-chart="([^"#]+)#(\d+)")>\s*(</span>)')
PICTURE = re.compile(r'<svg class="marks".*?</svg>', re.DOTALL)
GROUND = re.compile(r'role-frame root"><g[^>]*><path class="background" d="M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)h')
UNSEEN = "[class*=role-axis], [class*=role-legend], [class*=role-title], .background, text, defs, clippath"
EMPTY = re.compile(r"<g(?: [^>]*)?></g>")
EDGE = 6  # units of the drawing: a mark at the end of an axis stands out by about as much


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _fill, priority=540)  # before what counts and joins the pages


def drawing(picture: str) -> str:
    """Return the marks of a chart's picture (SVG) as a picture of their own. ``ValueError`` if it has no plot."""
    ground = GROUND.search(picture)
    if not ground:
        raise ValueError("this picture has no plot with a width and a height")
    wide, high = (float(size) for size in ground.groups())
    soup = BeautifulSoup(picture, "html.parser")
    for part in soup.select(UNSEEN):
        part.decompose()
    for part in soup.select("[clip-path]"):
        del part["clip-path"]
    inner = "".join(str(mark) for mark in soup.select_one(".root").contents)
    inner = re.sub(r' (?:class="[^"]*"|transform="translate\(0,0\)")', "", inner)
    while EMPTY.search(inner):
        inner = EMPTY.sub("", inner)
    box = f"{-EDGE} {-EDGE} {wide + 2 * EDGE:g} {high + 2 * EDGE:g}"
    return f'<svg viewBox="{box}" fill="none" aria-hidden="true">{inner}</svg>'


def _fill(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    site = Path(app.outdir)

    def drawn(match: re.Match) -> str:
        start, page, number, end = match.groups()
        pictures = PICTURE.findall((site / f"{page}.html").read_text("utf-8"))
        if int(number) >= len(pictures):
            raise ValueError(
                f"The thumbnail {page}#{number} has no chart: the page has {counted(len(pictures), 'chart')}, counted from 0."
            )
        return f"{start}>{drawing(pictures[int(number)])}{end}"

    for path in sorted(site.rglob("*.html")):
        text = path.read_text("utf-8") if "_static" not in path.parts else ""
        if PLACE.search(text):
            path.write_text(PLACE.sub(drawn, text), encoding="utf-8")
