"""The search page as a reader meets it: the query is typed, and what can't be found is not blamed on the spelling."""

from __future__ import annotations

import pytest
from conftest import until
from test_faults import BLOCKED
from test_site import PHONE, Visit


def search(page, query: str) -> str:
    """Type a query into the field of the search page; return what the page says of the result."""
    page.locator("main form.bd-search input").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(query)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    until(page, "() => document.querySelector('.search-summary')?.textContent")
    return page.locator(".search-summary").inner_text()


@pytest.fixture()
def visit(browser, site):
    with Visit(browser, site, "search") as visit:
        yield visit
        assert visit.errors == []


@pytest.mark.parametrize("query", ["2017", "30,000", "2014–2016", "0.5"])
def test_numbers_are_not_searched_and_the_spelling_is_not_blamed(visit, query):
    said = search(visit.page, query)
    assert "does not look for numbers" in said and "spell" not in said
    assert visit.page.locator("main form.bd-search input").input_value() == query


def test_a_word_is_found_and_one_that_is_nowhere_is_not(visit):
    assert "found" in search(visit.page, "Mali") and visit.page.locator("ul.search li a").count() > 5
    assert "No page has all of these words" in search(visit.page, "Mali 2017 nosuchword")


def test_the_page_says_beforehand_what_it_does_not_search(visit):
    scope = visit.page.locator(".search-scope")
    assert (
        scope.is_visible() and "does not find years and numbers" in scope.inner_text() and "chart" in scope.inner_text()
    )


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
        assert "found" in search(visit.page, "Mali") and visit.page.locator("ul.search li a").count() > 5
