"""The search page as a reader meets it: the query is typed, and what can't be found is not blamed on the spelling."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, SITE, until
from test_faults import BLOCKED
from test_site import PHONE, Visit

from explorable.pages.search import places


def search(page, query: str) -> str:
    """Type a query into the field of the search page; return what the page says of the result."""
    page.locator("main form.bd-search input").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(query)
    page.keyboard.press("Enter")
    until(
        page, "query => new URLSearchParams(location.search).get('q') === query || location.protocol === 'file:'", query
    )
    return page.locator(".search-summary").inner_text()


def found(page) -> list[str]:
    """Return the addresses of the hits, in their order, from the site's root."""
    return page.eval_on_selector_all(
        "ul.search li a", "links => links.map(link => link.getAttribute('href').replace(/^[./]+/, ''))"
    )


def test_a_chart_is_found_by_the_years_and_words_of_its_table_not_by_its_other_figures():
    """Without a browser: what the build notes of a page for the search."""
    table = "<table><tr><th>Year</th><th>Deaths</th></tr><tr><td>2017</td><td>4,310</td></tr><tr><td>2017</td><td>in Mali</td></tr></table>"
    figure = f'<figure class="chart" id="chart-a"><p class="chart-title">Deaths</p><details class="chart-data">{table}</details></figure>'
    page = f'<article class="bd-article"><section id="a"><h1>A page</h1>{figure}</section></article>'
    notes = {address: words for address, kind, _, _, _, words in places("a", page) if kind == "chart"}
    assert notes == {"a.html#chart-a": "Year Deaths 2017 in Mali"}


@pytest.fixture()
def visit(browser, site):
    with Visit(browser, site, "search") as visit:
        yield visit
        assert visit.errors == []


#: What is asked, and what stands among the first hits (the number says among how many).
ASKED = [
    ("Mali", "chapters/sahel-analogy.html", 3),
    ("JNIM", "chapters/sahel-analogy.html#chart-", 1),
    ("Obama", "chapters/strategy.html", 1),
    ("what if", "chapters/what-if.html", 1),
    ("base rate", "chapters/glossary.html#term-base-rate", 2),
    ("al-Hol", "chapters/scenarios/stay", 1),
    ("forein fighters", "chapters/scenarios/", 2),
    ("recruitmetn", "chapters/recruitment.html", 2),
    ("Rakka", "chapters/territorial-collapse.html", 5),
    ("Daesh", "chapters/", 1),
    ("Mossul", "chapters/territorial-collapse.html", 5),
    ("Bagdadi", "chapters/scenarios/", 1),
    ("2017", "chapters/", 1),
    ("30,000", "chapters/how-many-were-left.html", 5),
    ("Dutch travellers", "chapters/five-scenarios.html", 5),
]


@pytest.mark.parametrize("way", ["served", "from disk"])
def test_what_is_asked_is_found_where_it_stands(browser, site, way):
    """Names in other spellings, years and numbers, one slip of the keyboard; title, headings and glossary before running text."""
    with Visit(browser, site, "search") as visit:
        page = visit.page
        if way == "from disk":
            page.unroute("**/*")
            page.goto((SITE / "search.html").as_uri())
        missed = []
        for query, place, among in ASKED:
            search(page, query)
            if not any(one.startswith(place) for one in found(page)[:among]):
                missed.append((query, found(page)[:among]))
        assert missed == []
        assert visit.errors == []


def test_a_whole_word_comes_before_a_part_and_text_before_reference_pages(visit):
    search(visit.page, "Mali")
    texts = visit.page.locator("ul.search li").all_inner_texts()[:5]
    assert all("Mali" in text for text in texts)
    after = tuple(json.loads((ROOT / "data" / "search.json").read_text("utf-8"))["after"])
    reference = [one.startswith(after) for one in found(visit.page)]
    assert any(reference) and reference == sorted(reference)


def test_a_hit_in_a_chart_leads_to_the_chart(visit, site):
    search(visit.page, "JNIM")
    link = visit.page.locator("ul.search li", has_text="Chart").first.locator("a")
    address = link.get_attribute("href")
    link.click()
    visit.page.wait_for_url("**#chart-*")
    assert visit.page.locator(f"figure[id='{address.partition('#')[2]}']").count() == 1


def test_the_words_that_were_found_are_marked_in_an_excerpt(visit):
    search(visit.page, "returnees")
    assert {word.lower() for word in visit.page.locator("ul.search li mark").all_inner_texts()[:6]} == {"returnees"}


def test_a_word_that_is_nowhere_is_not_found_and_the_rest_still_is(visit):
    assert "Found in" in search(visit.page, "Mali") and visit.page.locator("ul.search li a").count() > 5
    assert "No page has these words" in search(visit.page, "qqqqzzzz")
    assert "No place has all" in search(visit.page, "Mali qqqqzzzz")
    assert visit.page.locator("ul.search li a").count() > 5


def test_the_address_holds_the_question(visit, site):
    search(visit.page, "Mali")
    visit.page.reload()
    visit.page.wait_for_selector("ul.search li a")
    assert visit.page.locator("main form.bd-search input").input_value() == "Mali" and found(visit.page)


def test_the_box_of_every_page_leads_to_the_hits(browser, site):
    with Visit(browser, site, "chapters/toll") as visit:
        visit.page.keyboard.press("Control+k")
        visit.page.keyboard.type("Mossul")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector("ul.search li a")
        assert visit.errors == []


@pytest.mark.parametrize("viewport", [{"width": 1366, "height": 768}, PHONE], ids=["desk", "phone"])
def test_the_magnifier_stands_beside_what_is_typed(browser, site, viewport):
    """On the search page, and in the box that Ctrl+K opens on every other."""
    for page, place in (("search", "main"), ("index", "#pst-search-dialog")):
        with Visit(browser, site, page, viewport=viewport) as visit:
            if page != "search":
                visit.page.keyboard.press("Control+k")
            field = visit.page.locator(f"{place} form.bd-search input")
            field.click()
            visit.page.keyboard.type("Mali")
            icon, box = (
                visit.page.locator(f"{place} form.bd-search .fa-magnifying-glass").bounding_box(),
                field.bounding_box(),
            )
            room = field.evaluate("field => parseFloat(getComputedStyle(field).paddingLeft)")
            assert (
                field.input_value() == "Mali" and icon["width"] > 8 and icon["x"] + icon["width"] <= box["x"] + room
            ), page


def test_the_search_works_where_a_browser_keeps_nothing(browser, site):
    """Sphinx's search notes its words in the browser before it looks for them."""
    with Visit(browser, site, "search") as visit:
        visit.page.add_init_script(BLOCKED)
        visit.page.reload()
        assert "Found" in search(visit.page, "Mali") and visit.page.locator("ul.search li a").count() > 5
