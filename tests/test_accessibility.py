"""Every page under axe-core, in both themes, on a desk and on a phone: no violation, and no rule switched off."""
from __future__ import annotations

import itertools

import pytest
from conftest import pages, tool
from test_site import Visit

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
VIEWS = list(itertools.product(("light", "dark"), (DESK, PHONE)))
EVERY_PAGE = [*pages(), "search", "genindex"]
#: All rules run, also those that axe leaves out unless asked (experimental, target-size), but for WCAG's level AAA.
RUN = """() => axe.run(document, {
  runOnly: axe.getRules().filter(rule => !rule.tags.some(tag => tag === "wcag2aaa" || tag === "deprecated")).map(rule => rule.ruleId),
  resultTypes: ["violations"],
}).then(result => result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""


def violations(visit: Visit, views) -> list[str]:
    """Return what axe finds on an open page with its charts alive and all that is folded unfolded."""
    visit.wake_charts()
    visit.page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
    visit.page.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
    found = []
    for theme, viewport in views:
        visit.page.set_viewport_size(viewport)
        visit.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        found += [f"{theme}, {viewport['width']} px: {line}" for line in visit.page.evaluate(RUN)]
    return found


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_axe_finds_nothing(browser, site, page):
    """Each page once a theme: light on a desk, dark on a phone."""
    with Visit(browser, site, page, viewport=DESK, reduced_motion="reduce") as visit:
        assert violations(visit, [VIEWS[0], VIEWS[3]]) == []


@pytest.mark.full
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_axe_finds_nothing_in_any_view(browser, site, page):
    with Visit(browser, site, page, viewport=DESK, reduced_motion="reduce") as visit:
        assert violations(visit, VIEWS) == []
