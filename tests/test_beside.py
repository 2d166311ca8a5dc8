"""What stands beside the text and on the front page: notes in the margin, and small pictures of the book's own charts."""

from __future__ import annotations

import re

import altair as alt
import pytest
import vl_convert
from conftest import SITE, until

from explorable.figures import compiling
from explorable.pages import beside, references, thumbnails

LONG = "word " * 60
GLOSSARY = '<dl><dt id="term-floor">floor<a href="#term-floor">#</a></dt><dd><p>The least that is known. More is not said.</p></dd></dl>'
#: Notes that are higher than their paragraph and the space below it, or reach into the table of contents.
OUTSIDE = """() => [...document.querySelectorAll("section > p[data-beside]")].filter(paragraph => {
  const style = getComputedStyle(paragraph, "::after"), { height, right } = paragraph.getBoundingClientRect();
  const edge = document.querySelector(".bd-sidebar-secondary").getBoundingClientRect().left;
  return style.position !== "absolute" || parseFloat(style.height) > height + 16 || right + parseFloat(style.width) > edge;
}).map(paragraph => paragraph.dataset.beside)"""


@pytest.fixture()
def page(tmp_path):
    (tmp_path / "glossary.html").write_text(GLOSSARY, encoding="utf-8")
    return tmp_path / "page.html"


def notes(html: str, page) -> list[str]:
    return re.findall(r'data-beside="([^"]*)"', beside.noted(html, page))


def test_a_paragraph_has_a_note_for_a_term_and_for_a_source(page):
    key = next(iter(references.entries()))
    html = f'<p>{LONG}<a href="glossary.html#term-floor">floor</a> <a href="bibliography.html#cite-{key}">who</a></p>'
    (said,) = notes(html, page)
    term, source = said.split("&#10;")
    assert term == "floor: The least that is known."
    assert source.startswith(references.short(key).replace("&", "&amp;") + ": ")
    assert beside.TAG.sub("", beside.noted(html, page)) == beside.TAG.sub("", html), "the text itself says no more"


def test_a_note_stands_once_a_page_and_never_where_it_has_no_room(page):
    link = '<a href="glossary.html#term-floor">floor</a>'
    assert notes(f"<p>{LONG}{link}</p><p>{LONG}{link}</p>", page) == ["floor: The least that is known."]
    assert notes(f"<p>A {link}.</p>", page) == [], "two lines of a note beside one of text"
    assert (
        notes(
            f'<p>{LONG}<a href="elsewhere.html#term-floor">floor</a> <a href="glossary.html#term-none">?</a></p>', page
        )
        == []
    )


@pytest.mark.site
@pytest.mark.parametrize("name", ["strategy", "scenarios/leave", "sahel-analogy"])
def test_notes_stand_in_the_margin_of_a_wide_window_and_nowhere_else(browser, site, name):
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.goto(f"{site}/chapters/{name}.html?view=shown")
    assert tab.locator("section > p[data-beside]").count() >= 5
    assert tab.evaluate(OUTSIDE) == []
    tab.set_viewport_size({"width": 1366, "height": 768})
    hidden = "() => [...document.querySelectorAll('p[data-beside]')].every(one => getComputedStyle(one, '::after').content === 'none')"
    until(tab, hidden)
    tab.close()


def test_a_thumbnail_has_the_marks_of_its_chart_and_none_of_its_words():
    rows = alt.Data(values=[{"year": year, "people": year % 5} for year in range(2010, 2018)])
    chart = alt.Chart(rows, width=200, height=100).mark_bar().encode(x="year:O", y="people:Q", color="people:N")
    picture = compiling.name_picture(vl_convert.vegalite_to_svg(chart.to_dict()), "Bars")
    small = thumbnails.drawing(picture)
    assert 'viewBox="-6 -6 212 112"' in small
    assert small.count("<path") == 8, "a bar a year"
    assert not re.search(r"<text|aria-label=|class=|<line", small)
    with pytest.raises(ValueError, match="no plot"):
        thumbnails.drawing('<svg class="marks"></svg>')


@pytest.mark.site
def test_the_front_page_shows_each_chapter_of_the_arc_by_its_own_chart():
    index = (SITE / "index.html").read_text("utf-8")
    arc = re.search(r'<nav class="arc".*?</nav>', index, re.DOTALL)[0]
    links = re.findall(r'<a href="([^"]+)\.html"><span class="thumbnail" data-chart="([^"#]+)#\d+"><svg', arc)
    assert len(links) == arc.count("<a ") and all(page == of for page, of in links)
