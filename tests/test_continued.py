"""Chapters of several pages: each lists the others without a script, and an address of what stands on another page leads there."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SITE, until
from test_site import Visit

from explorable.book import Book
from explorable.course import exercises
from explorable.pages import continued

BOOK = Book(ROOT)
OLD = "chapters/recruitment.html"
#: What an address of the time when the chapter was one page may name: a section, an exercise, a guess, an explorer with its values.
PLACES = [
    "fifteen-of-a-hundred-so-far",
    "recruitment-4",
    "guess-recruitment-deaths",
    "explorer=who-is-left&killed=0.3",
]


def test_a_chapter_knows_its_pages_and_a_page_its_chapter():
    for first, pages in BOOK.continued.items():
        assert len(pages) > 1 and {*pages} <= {*BOOK.pages()}, "_config.yml, continued: pages of the table of contents"
        assert all(BOOK.pages_of(page) == pages for page in pages)
        assert {BOOK.chapter_of(page) for page in pages} == {first.rpartition("/")[2]}
    assert BOOK.pages_of("chapters/toll") == ["chapters/toll"]


@pytest.mark.site
@pytest.mark.parametrize("page", [page for pages in BOOK.continued.values() for page in pages])
def test_each_page_lists_the_others_and_knows_what_stands_there(page):
    soup = BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser")
    nav = soup.select_one("article nav.chapter-pages")
    moved, own = json.loads(nav["data-moved"]), continued.places(str(soup))
    for other in (one for one in BOOK.pages_of(page) if one != page):
        address = f"{other.rpartition('/')[2]}.html"
        article = BeautifulSoup((SITE / f"{other}.html").read_text("utf-8"), "html.parser").article
        assert nav.select_one(f'a[href="{address}"]').get_text() == article.h1.get_text().rstrip("#")
        sections = {one["id"] for one in article.select("h1 ~ section[id]")}
        assert len(sections) > 3
        assert {link["href"].partition("#")[2] for link in nav.select(f'a[href^="{address}#"]')} == sections
        assert sections - own <= set(moved[address]) and not set(moved[address]) & own


@pytest.mark.site
@pytest.mark.parametrize("page", [page for pages in BOOK.continued.values() for page in pages])
def test_where_numbers_of_exercises_are_missing_the_page_says_where_they_stand(page):
    article = BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser").article
    for other in (one for one in BOOK.pages_of(page) if one != page):
        link = article.select_one(f'#exercises p a[href="{other.rpartition("/")[2]}.html"]')
        assert re.findall(r"\d", link.parent.get_text()) == [str(one.number) for one in exercises.of(other)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", ["served", "from disk"])
def test_an_old_address_leads_on_with_its_query_and_its_place(browser, site, way, place):
    start = site if way == "served" else f"file://{SITE}"
    with Visit(browser, start, "index") as visit:
        visit.page.goto(f"{start}/{OLD}?view=code#{place}")
        visit.page.wait_for_url("**/how-many-were-left.html?view=code*")
        until(visit.page, "() => document.readyState === 'complete'")
        place_ = f"#{place}" if "=" not in place else "figure:has(input[data-param=killed])"
        assert visit.page.locator(place_).count() == 1
        visit.page.go_back()
        assert visit.page.url.endswith("/index.html"), "Back does not lead into a loop"


def test_an_address_that_is_pasted_into_the_open_page_leads_on_too_and_its_own_places_stay(browser, site):
    with Visit(browser, site, OLD.removesuffix(".html")) as visit:
        visit.page.evaluate("location.hash = 'where-they-came-from'")
        until(
            visit.page,
            "() => document.querySelector('#where-they-came-from').getBoundingClientRect().top < innerHeight",
        )
        assert OLD in visit.page.url
        visit.page.evaluate("location.hash = 'was-the-tap-closing'")
        visit.page.wait_for_url("**/how-many-were-left.html#was-the-tap-closing")


def test_without_a_script_the_list_leads_there(browser, site):
    with Visit(browser, site, OLD.removesuffix(".html"), java_script_enabled=False) as visit:
        visit.page.locator(".chapter-pages summary").click()
        visit.page.get_by_role("link", name="Fifteen of a hundred, so far").click()
        visit.page.wait_for_url("**/how-many-were-left.html#fifteen-of-a-hundred-so-far")
