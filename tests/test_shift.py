"""Nothing that is seen moves when the scripts of a page come, the letters, or the charts: a reader's eye and finger keep their place."""

from __future__ import annotations

from pathlib import Path

import audit
import pytest
from conftest import until
from test_site import DESK, Visit

#: A phone as Lighthouse's, whose target this is, too (bench/lighthouse.py).
PHONE = {"width": 412, "height": 823}
MOST = 0.01
PAGES = [Path(page).with_suffix("").as_posix() for page in audit.KINDS.values()]
PAGES += ["chapters/scores", "chapters/ten-minutes"]
WATCH = """window.moved = []; new PerformanceObserver(list => list.getEntries().forEach(({ value, sources }) =>
  moved.push([value, ...sources.map(({ node, previousRect: from, currentRect: to }) => `${node?.className || node?.nodeName}: ${from.y} to ${to.y}`)])))
  .observe({ type: "layout-shift", buffered: true });"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"
#: Every chart in view is alive, and two frames have gone by.
SETTLED = """() => document.readyState === "complete" && [...document.querySelectorAll("figure.chart")].every(figure =>
  figure.dataset.state || figure.getBoundingClientRect().top > innerHeight || !figure.checkVisibility({ visibilityProperty: true }))"""
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def held_until_painted(visit: Visit) -> None:
    """Open the page with its scripts and letters on their way until it has been painted, as a slow network has them."""
    held, page = [], visit.page

    def is_late(address: str) -> bool:
        return ".woff2" in address or ".js" in address and "frame.js" not in address

    page.add_init_script(WATCH)
    page.route(is_late, lambda route: held.append(route))
    page.reload(wait_until="commit")
    until(page, PAINTED)
    page.unroute(is_late)
    for route in held:
        route.continue_()


@pytest.mark.parametrize(
    ("name", "viewport"),
    [(page, PHONE) for page in PAGES] + [("index", DESK), ("chapters/what-if", DESK), ("chapters/forecast", DESK)],
    ids=lambda value: value if isinstance(value, str) else f"{value['width']}",
)
def test_nothing_moves_when_scripts_letters_and_charts_come(browser, site, name, viewport):
    with Visit(browser, site, name, viewport=viewport) as visit:
        held_until_painted(visit)
        until(visit.page, SETTLED)
        visit.page.evaluate(FRAMES)
        moved = visit.page.evaluate("moved")
        assert sum(value for value, *_ in moved) <= MOST, moved
