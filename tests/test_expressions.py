"""A page that forbids functions made from text shows every chart alive, and its explorers answer."""

from __future__ import annotations

import pytest
from conftest import SITE, pages, until

FORBIDDING = "script-src 'self' 'unsafe-inline'"  # that is, without 'unsafe-eval'
WITH_CHARTS = [page for page in pages() if (SITE / "_static" / "expressions" / f"{page}.js").exists()]


@pytest.fixture(scope="module")
def strict_page(browser):
    """A page of the browser on which every document forbids functions made from text."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})

    def forbid(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": FORBIDDING})

    page.route("**/*.html", forbid)
    yield page
    page.close()


def wake(page) -> list[str]:
    """Scroll to every chart, wait until it has a state, and return what stayed a picture."""
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        until(page, "figure => figure.dataset.state", figure.element_handle())
    return page.locator("figure.chart:not([data-state=live])").evaluate_all(
        "figures => figures.map(figure => figure.innerText.slice(0, 300))"
    )


@pytest.mark.site
def test_the_pages_with_charts_have_their_functions():
    assert len(WITH_CHARTS) > 10


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_charts_come_alive_where_no_function_is_made_from_text(strict_page, site, name):
    refused = []
    strict_page.on("console", lambda message: refused.append(message.text) if "unsafe-eval" in message.text else None)
    strict_page.goto(f"{site}/{name}.html")
    assert not wake(strict_page)
    assert not refused


def test_an_explorer_answers_there_too(strict_page, site):
    strict_page.goto(f"{site}/chapters/how-many-were-left.html")
    wake(strict_page)
    explorer = strict_page.locator("figure.explorer", has=strict_page.locator("input[data-param=killed]"))
    before = explorer.locator(".stage-answer").inner_text()
    explorer.locator("input[data-param=killed]").press("End")
    until(
        explorer.page,
        "([line, before]) => line.textContent !== before",
        [explorer.locator(".stage-answer").element_handle(), before],
    )


def test_a_chart_that_the_build_did_not_know_is_interpreted(strict_page, site):
    """As a chart that live Python makes: no function was written for it."""
    strict_page.goto(f"{site}/{WITH_CHARTS[0]}.html")
    strict_page.evaluate("window.bookExpressions = []")
    strict_page.route(
        "**/expressions/**",
        lambda route: route.fulfill(body="window.bookExpressions = [];", content_type="text/javascript"),
    )
    strict_page.reload()
    assert not wake(strict_page)
    strict_page.unroute("**/expressions/**")
