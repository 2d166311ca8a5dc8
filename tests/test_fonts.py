"""The book's own letters: light, whole, from the site itself, and nothing moves when they come."""

from __future__ import annotations

import io
import re

import pytest
from conftest import SITE, until
from fontTools.ttLib import TTFont
from test_site import PHONE, Visit

from explorable.pages import fonts

MOST = 60  # KiB, all files together
#: How far a page has moved by itself so far (Chromium counts it).
MOVED = """() => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) moved += one.value; }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(moved))));
})"""


@pytest.mark.site
def test_the_letters_of_all_pages_are_light():
    files = list((SITE / "_static" / fonts.FOLDER).glob("*.woff2"))
    assert {file.stem for file in files} == {face.file for face in fonts.FACES}
    assert sum(file.stat().st_size for file in files) <= MOST * 1024


def test_a_typeface_is_cut_to_the_letters_that_are_used():
    font = fonts.FONTS / "source-sans-3-latin-400-normal.woff2"
    made = fonts.cut(font, {ord("a"), ord("–"), 0x4E2D})
    assert set(TTFont(io.BytesIO(made)).getBestCmap()) == {ord("a"), ord("–")}
    assert len(made) < font.stat().st_size / 4


@pytest.mark.parametrize("viewport", [{"width": 1366, "height": 768}, PHONE], ids=["desk", "phone"])
def test_texts_and_charts_have_the_letters_and_hardly_move_when_they_come(browser, site, viewport):
    with Visit(browser, site, "index", viewport=viewport) as visit:
        page, waiting = visit.page, []
        page.route("**/letters/*.woff2*", lambda route: waiting.append(route))
        page.goto(f"{site}/chapters/toll.html", wait_until="domcontentloaded")
        until(page, "() => document.querySelector('.view-switch')?.disabled === false")
        before = page.evaluate(MOVED)
        page.unroute("**/letters/*.woff2*")
        for route in waiting:
            route.continue_()
        until(
            page,
            "() => ['16px Book Text', '600 16px Book Head'].every(font => document.fonts.check(font.replace(/Book .*/, '\"$&\"')))",
        )
        assert waiting and page.evaluate(MOVED) - before < 0.05
        visit.wake_charts()
        for part, family in (
            ("article p", fonts.TEXT_FACE),
            ("article h1", fonts.HEAD_FACE),
            (".chart-view svg text", fonts.TEXT_FACE),
        ):
            assert family in page.locator(part).first.evaluate("part => getComputedStyle(part).fontFamily"), part


def test_a_line_has_60_to_75_letters(browser, site):
    """Where there is room: the middle of the lines of running text."""
    with Visit(browser, site, "chapters/strategy", viewport={"width": 1366, "height": 768}) as visit:
        counts = visit.page.evaluate("""() => [...document.querySelectorAll("article section > p")].filter(part => part.textContent.length > 240)
          .map(part => part.textContent.length / Math.round(part.offsetHeight / parseFloat(getComputedStyle(part).lineHeight)))""")
        middle = sorted(counts)[len(counts) // 2]
        assert 60 <= middle <= 80, counts


@pytest.mark.site
def test_no_page_asks_another_host_for_letters():
    style = (SITE / "_static" / "styles" / "page.css").read_text("utf-8")
    assert f"../{fonts.FOLDER}/" in style and not re.search(r"url\([\"']?(?:https?:)?//", style)
