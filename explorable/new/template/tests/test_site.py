"""The built site in a real browser: it asks no other host, every chart is alive, sliders move, it fits a phone."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from conftest import SITE, pages, until

PHONE, DESK = {"width": 375, "height": 740}, {"width": 1280, "height": 900}


@contextmanager
def visit(browser, site: str, page: str, **options):
    """Open a page that may reach this site and nothing else; what it did wrong is asserted at the end."""
    context = browser.new_context(**{"viewport": DESK, **options})
    tab, wrong = context.new_page(), []

    def only(route) -> None:
        if route.request.url.startswith((site, "data:", "blob:")):
            return route.continue_()
        wrong.append(f"asks {route.request.url}")
        return route.abort()

    tab.route("**/*", only)
    tab.on("console", lambda message: message.type in ("error", "warning") and wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(f"{site}/{page}.html")
    yield tab
    assert wrong == []
    context.close()


def wake_charts(tab) -> list[str]:
    """Scroll each chart into view, wait until it says that it is live or has failed; return what they say."""
    for chart in tab.locator("figure.chart").all():
        chart.scroll_into_view_if_needed()
        until(tab, "chart => chart.dataset.state", chart.element_handle())
    return tab.eval_on_selector_all("figure.chart", "charts => charts.map(chart => chart.dataset.state)")


@pytest.mark.parametrize(("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk, light", "phone, dark"])
@pytest.mark.parametrize("page", pages())
def test_page_is_alone_alive_and_fits(browser, site, page, viewport, theme):
    with visit(browser, site, page, viewport=viewport, color_scheme=theme) as tab:
        states = wake_charts(tab)
        assert states == ["live"] * len(states)
        assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
            "sticks out"
        )


@pytest.mark.parametrize(
    "page",
    [page for page in pages() if 'class="chart explorer"' in (SITE / f"{page}.html").read_text("utf-8")]
    if SITE.exists()
    else [],
)
def test_a_slider_changes_the_chart_and_the_sentence(browser, site, page):
    with visit(browser, site, page) as tab:
        wake_charts(tab)
        explorer = tab.locator("figure.explorer").first
        picture, sentence = (
            explorer.locator(".chart-view svg").inner_html(),
            explorer.locator(".stage-answer").inner_text(),
        )
        explorer.locator("input[type=range]").first.press("End")
        until(
            tab,
            "([figure, before]) => figure.querySelector('.stage-answer').innerText !== before",
            [explorer.element_handle(), sentence],
        )
        assert explorer.locator(".chart-view svg").inner_html() != picture
        assert re.search(r"\d", explorer.locator(".stage-answer").inner_text())


@pytest.mark.parametrize("page", pages())
def test_charts_show_their_picture_without_javascript(browser, site, page):
    with visit(browser, site, page, java_script_enabled=False, viewport=PHONE) as tab:
        for chart in tab.locator("figure.chart").all():
            picture = chart.locator("svg[role=img]").first
            assert picture.bounding_box()["height"] > 50 and len(picture.get_attribute("aria-label")) > 20
