"""Story or code: what a page says where its code is folded, and how it opens."""

from __future__ import annotations

import re

import pytest
from conftest import DRAWN, notebooks, pages, until
from test_site import DESK, PHONE, Visit

PAGE = "chapters/strategy"
#: What speaks to somebody who sees code: no story says it.
ABOUT_CODE = re.compile(
    r"(?:next|first|second|previous|above|following) (?:\w+ )?cells?\b(?! of)|\bcells? (?:above|below)\b|run (?:the|this|each|it)\b.{0,20}\bcells?\b|\bpandas\b|\bdata ?frames?\b|in place of the (?:three )?dots",
    re.IGNORECASE,
)
OPENED = "() => document.querySelectorAll('details.code-fold[open]').length"
FOLDS = "() => document.querySelectorAll('details.code-fold').length"


@pytest.fixture()
def visit(browser, site):
    with Visit(browser, site, PAGE) as visit:
        yield visit
        assert visit.errors == []


def view(page) -> str:
    return page.evaluate("document.documentElement.dataset.view")


@pytest.mark.site
@pytest.mark.parametrize("page", notebooks())
def test_each_cell_is_one_line_that_says_how_long_its_code_is(page):
    from test_site import html

    for code in html(page).select(".cell_input"):
        fold, lines = code.find_parent("details", class_="code-fold"), len(code.get_text().strip().splitlines())
        assert not fold.has_attr("open") and fold.summary.get_text() == f"Python, {lines} line{'s' * (lines != 1)}"


def test_no_story_speaks_of_code(browser, site):
    """Of every page all the text that is seen where the code is folded."""
    said = {}
    with Visit(browser, site, "index") as visit:
        for name in pages():
            if name.startswith(("reuse/", "chapters/status", "chapters/licences")):  # about programs
                continue
            visit.page.goto(f"{site}/{name}.html")
            assert view(visit.page) == "story"
            found = ABOUT_CODE.findall(visit.page.locator("article").inner_text())
            said |= {name: found} if found else {}
    assert said == {}


def test_a_line_opens_by_mouse_by_keyboard_and_without_a_script(browser, site, visit):
    first, second = (visit.page.locator("details.code-fold:visible").nth(place) for place in (0, 1))
    assert not first.locator(".cell_input").is_visible()
    first.locator("summary").click()
    assert first.locator(".cell_input").is_visible()
    second.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    assert second.locator(".cell_input").is_visible()
    with Visit(browser, site, PAGE, java_script_enabled=False) as plain:
        assert not plain.page.locator(".view-switch").is_visible()
        plain.page.locator("details.code-fold summary").first.click()
        assert plain.page.locator(".cell_input").first.is_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_one_switch_stays_in_view_and_is_remembered_and_stands_in_the_link(browser, site, viewport):
    with Visit(browser, site, PAGE, viewport=viewport) as visit:
        page = visit.page
        page.mouse.move(viewport["width"] / 2, 400)
        page.mouse.wheel(0, 3000)
        until(page, "() => scrollY > 1000")
        switch = page.get_by_role("button", name="Show code")
        box = switch.bounding_box()
        assert 0 <= box["y"] < 60 and box["height"] >= 24
        switch.click()
        assert page.evaluate(OPENED) == page.evaluate(FOLDS) > 5
        assert page.url.endswith("strategy.html?view=code") and visit.overflow() <= 0
        page.goto(f"{site}/chapters/toll.html")
        assert view(page) == "code" and page.evaluate(OPENED) == page.evaluate(FOLDS)
        page.get_by_role("button", name="Hide code").click()
        page.go_back()
        until(page, "() => document.querySelector('.view-switch')?.disabled === false")
        assert view(page) == "story" and page.evaluate(OPENED) == 0, "what was chosen last holds"
        assert page.url.endswith("strategy.html"), "the switch wrote the address, and writes it again"


def test_what_is_read_stays_in_place_when_the_code_opens(visit):
    page = visit.page
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 4000)
    until(page, "() => { const was = window.was; window.was = scrollY; return scrollY > 3000 && was === scrollY; }")
    until(page, DRAWN)
    place = """() => { const seen = [...document.querySelectorAll("article :is(h2, h3, p, figure)")].find(one => one.checkVisibility() && one.getBoundingClientRect().top > 60);
      window.seen ??= seen; return window.seen.getBoundingClientRect().top; }"""
    before = page.evaluate(place)
    box = page.get_by_role("button", name="Show code").bounding_box()
    page.mouse.click(box["x"] + 9, box["y"] + 9)  # click() of a locator scrolls by itself
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(place) == pytest.approx(before, abs=3)


def test_a_link_decides_for_its_page_alone(visit, site):
    page = visit.page
    page.goto(f"{site}/{PAGE}.html?view=code")
    assert view(page) == "code" and page.evaluate(OPENED) > 5
    page.goto(f"{site}/{PAGE}.html")
    assert view(page) == "story", "whoever followed a link has chosen nothing"
    page.get_by_role("button", name="Show code").click()
    page.goto(f"{site}/{PAGE}.html?view=story,shown")
    assert view(page) == "story" and page.evaluate(OPENED) == 0
    page.get_by_role("button", name="Show code").click()
    assert page.url.endswith("?view=shown,code"), "what else the link said stays"


def test_a_link_to_a_cell_opens_it(visit, site):
    cell = visit.page.evaluate("[...document.querySelectorAll('.cell:has(.code-fold)')][2].id")
    visit.page.evaluate("cell => { location.hash = cell; }", cell)
    visit.page.wait_for_selector(f"[id='{cell}'] details[open]")
    assert visit.page.evaluate(OPENED) == 1
    visit.page.reload()
    visit.page.wait_for_selector(f"[id='{cell}'] details[open]")


def test_paper_has_the_code_only_where_it_was_chosen(visit, site):
    for address, is_shown in ((f"{PAGE}.html", False), (f"{PAGE}.html?view=code", True)):
        visit.page.goto(f"{site}/{address}")
        visit.page.emulate_media(media="print")
        assert visit.page.locator(".cell_input").first.is_visible() == is_shown
        assert not visit.page.locator(".code-fold summary").first.is_visible()
        visit.page.emulate_media(media="screen")


def test_who_makes_a_page_live_sees_its_code(visit):
    page = visit.page
    page.route("**/live/**", lambda route: route.abort())  # Python itself need not come
    assert not page.get_by_role("button", name="Make this page live").is_visible()
    page.get_by_text("Run this chapter").click()
    page.get_by_role("button", name="Run it here").click()
    until(page, "() => document.documentElement.dataset.view === 'code'")
    assert page.evaluate(OPENED) > 5 and page.locator(".live-bar").is_visible()
    visit.errors.clear()  # what was kept back
