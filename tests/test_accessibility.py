"""Every page under axe-core, in both themes, on a desk and on a phone: no violation, no rule switched off; then what axe cannot judge."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import test_colours
from colour_vision import contrast
from conftest import ROOT, notebooks, pages, tool
from test_site import Visit

from explorable.pages import references
from explorable.publish.serve import serve

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
VIEWS = list(itertools.product(("light", "dark"), (DESK, PHONE)))
EVERY_PAGE = [*pages(), "search", "genindex"]
#: All rules run, also those that axe leaves out unless asked (experimental, target-size), but for WCAG's level AAA.
RUN = """() => axe.run(document, {
  runOnly: axe.getRules().filter(rule => !rule.tags.some(tag => tag === "wcag2aaa" || tag === "deprecated")).map(rule => rule.ruleId),
  resultTypes: ["violations"],
}).then(result => result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""


NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def violations(visit: Visit, views) -> list[str]:
    """Return what axe finds on an open page with its charts alive and all that is folded unfolded."""
    visit.wake_charts()
    visit.page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
    visit.page.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
    found = []
    for theme, viewport in views:
        visit.page.set_viewport_size(viewport)
        visit.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        visit.page.evaluate(NEXT_FRAME)  # the page sees its new width with the next frame
        found += [f"{theme}, {viewport['width']} px: {line}" for line in visit.page.evaluate(RUN)]
    return found


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_axe_finds_nothing(browser, site, page):
    """Each page once a theme: light on a desk, dark on a phone. All views of all pages are those of the full matrix."""
    with Visit(browser, site, page, viewport=DESK, reduced_motion="reduce") as visit:
        assert violations(visit, [VIEWS[0], VIEWS[3]]) == []


def test_axe_finds_nothing_on_any_tab_with_something_held_and_pinned(browser, site):
    """Each tab once, with a preset, a held assumption, a pinned run and their tables open."""
    with Visit(browser, site, "chapters/what-if", viewport=DESK, reduced_motion="reduce") as visit:
        page = visit.page
        visit.wake_charts()
        page.evaluate("document.querySelectorAll('figure.explorer details').forEach(folded => folded.open = true)")
        page.get_by_role("button", name="Pessimist", exact=True).click()
        page.get_by_role("button", name="Hold: Killed or captured afterwards").click()
        page.get_by_role("button", name="Pin to compare").click()
        assert (
            page.locator("[aria-pressed=true]", has_text="held").count()
            and page.locator(".explorer-pinned").is_visible()
        )
        page.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
        found = []
        for number, tab in enumerate(page.get_by_role("tab").all()):
            tab.click()
            page.set_viewport_size([DESK, PHONE][number % 2])
            page.evaluate("theme => document.documentElement.dataset.theme = theme", ["light", "dark"][number // 2 % 2])
            page.evaluate(NEXT_FRAME)
            found += [f"{tab.inner_text()}: {line}" for line in page.evaluate(RUN)]
        assert found == []


@pytest.mark.full
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_axe_finds_nothing_in_any_view(browser, site, page):
    with Visit(browser, site, page, viewport=DESK, reduced_motion="reduce") as visit:
        assert violations(visit, VIEWS) == []


@pytest.fixture(scope="module")
def instructor():
    """The address of the instructors' edition, built for this."""
    subprocess.run(
        [
            Path(sys.executable).with_name("jupyter-book"),
            "build",
            ROOT,
            "--path-output",
            ROOT / "_build" / "instructor",
            "-n",
            "--keep-going",
            "--quiet",
        ],
        env={**os.environ, "BOOK_EDITION": "instructor"},
        check=True,
        capture_output=True,
    )
    with serve(ROOT / "_build" / "instructor" / "_build" / "html") as address:
        yield address


@pytest.mark.full
@pytest.mark.parametrize("page", notebooks())
def test_axe_finds_nothing_in_the_instructors_edition(browser, instructor, page):
    """Of this edition only the chapters are others than the students'."""
    with Visit(browser, instructor, page, viewport=DESK, reduced_motion="reduce") as visit:
        assert visit.page.locator(".solution").count() and violations(visit, VIEWS) == []


# Beyond what axe can judge

KINDS = [
    "index",
    "chapters/five-scenarios",
    "chapters/recruitment",
    "chapters/forecast",
    "chapters/competing-hypotheses",
    "chapters/claims",
    "chapters/equations",
    "search",
]
#: What the keyboard can reach, in the order of the page: each once, a group of radio buttons as one.
TABBABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(part =>
  part.tabIndex >= 0 && !part.disabled && part.type !== "hidden" && part.checkVisibility({ visibilityProperty: true }) && !part.closest("dialog:not([open]), [inert]")
  && (part.type !== "radio" || part === ([...document.getElementsByName(part.name)].find(other => other.checked) ?? document.getElementsByName(part.name)[0])))"""
FOCUS = """() => {
  const part = document.activeElement, parts = (TABBABLE)();
  const framed = [part, part.parentElement].some(one => { const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none"; });
  const box = part.getBoundingClientRect();
  return { at: parts.indexOf(part), framed: framed, seen: box.bottom > 0 && box.top < innerHeight, what: part.outerHTML.slice(0, 120) };
}""".replace("TABBABLE", TABBABLE)


@pytest.mark.parametrize("page", KINDS)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(browser, site, page):
    """Tab goes through all of the page in its order, and what has the focus is on the screen and has a frame."""
    with Visit(browser, site, page, reduced_motion="reduce") as visit:
        visit.wake_charts()
        visit.page.evaluate(
            "scrollTo(0, 0), document.activeElement.blur(), document.querySelector('#pst-skip-link a').focus()"
        )
        count = visit.page.evaluate(f"({TABBABLE})().length")
        start = visit.page.evaluate(FOCUS)["at"]
        problems, at = [], start
        for _ in range(start + 1, min(count, start + 150)):
            visit.page.keyboard.press("Tab")
            now = visit.page.evaluate(FOCUS)
            if now["at"] != at + 1:
                problems.append(f"after {at} comes {now['at']}: {now['what']}")
            if not now["framed"] or not now["seen"]:
                problems.append(f"{'not framed' if now['seen'] else 'not seen'}: {now['what']}")
            at = now["at"]
        assert problems == []


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_nothing_is_lost_when_text_is_large_or_the_page_is_zoomed(browser, site, page):
    """320 pixels are 1280 at 400 %; text at 200 %: nothing runs out of the page or is cut off by its box."""
    cut = """() => [...document.querySelectorAll("article :is(p, li, h1, h2, h3, label, button, summary, legend, output, th, td)")].filter(part => {
      const style = getComputedStyle(part);
      return part.checkVisibility() && style.overflowX !== "visible" && style.overflowX !== "auto" && part.scrollWidth > part.clientWidth + 1;
    }).map(part => part.textContent.slice(0, 60))"""
    with Visit(browser, site, page, viewport={"width": 320, "height": 640}) as visit:
        visit.wake_charts()
        visit.page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
        assert visit.overflow() <= 0, "320 px"
        assert visit.page.evaluate(cut) == []
        visit.page.set_viewport_size(DESK)
        visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
        visit.page.evaluate(NEXT_FRAME)
        assert visit.overflow() <= 0, "200 % text"
        assert visit.page.evaluate(cut) == []


@pytest.mark.parametrize("page", KINDS)
def test_less_motion_and_forced_colours(browser, site, page):
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap(part => { const style = getComputedStyle(part);
      return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].map(parseFloat); }))"""
    with Visit(browser, site, page, reduced_motion="reduce", forced_colors="active", color_scheme="dark") as visit:
        visit.wake_charts()
        assert visit.page.evaluate(longest) < 0.01
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        for one in visit.page.evaluate(test_colours.PAINTED):
            if "text" in one:
                assert (
                    contrast(
                        test_colours.written(one["colour"]),
                        test_colours.written([int(part) for part in re.findall(r"\d+", ground)[:3]]),
                    )
                    >= 4.5
                ), one


def test_titles_in_other_languages_say_so(browser, site):
    with Visit(browser, site, "chapters/bibliography") as visit:
        marked = dict(
            visit.page.eval_on_selector_all(
                ".citation [lang]", "parts => parts.map(part => [part.closest('.citation').id, part.lang])"
            )
        )
    known = {
        f"cite-{key}": entry.fields["langid"] for key, entry in references.entries().items() if "langid" in entry.fields
    }
    assert (
        len(known) > 30
        and marked == {id: language for id, language in known.items() if id in marked}
        and len(marked) == len(known)
    )
