"""Colours of charts: contrast against the page in both themes, and distance from each other for every kind of sight."""
from __future__ import annotations

import itertools
import re

import pytest
from colour_vision import SEEN_WITH, ciede2000, contrast, seen_apart
from conftest import pages
from test_site import Visit

from aftermath import theme

APART = 12      # CIEDE2000; about 2 is just noticeable when two colours touch
TEXT, MARK = 4.5, 3.0
THEMES = {"light": 0, "dark": 1}

#: Of every text and every mark of the page's charts: what it is, its colour as painted, over what lies below it.
PAINTED = """() => {
  const rgb = text => { const parts = text.match(/[\\d.]+/g)?.map(Number); return parts && { colour: parts.slice(0, 3), alpha: parts[3] ?? 1 }; };
  const over = (top, below) => top.colour.map((value, at) => value * top.alpha + below[at] * (1 - top.alpha));
  const page = rgb(getComputedStyle(document.querySelector(".bd-main")).backgroundColor);
  const ground = page && page.alpha ? page.colour : rgb(getComputedStyle(document.body).backgroundColor).colour;
  const alphaOf = (part, name) => { let alpha = Number(getComputedStyle(part)[name]); for (let at = part; at && at.tagName !== "svg"; at = at.parentNode) alpha *= Number(getComputedStyle(at).opacity); return alpha; };
  const paint = (part, name) => {
    const found = getComputedStyle(part)[name];
    if (found === "none" || found.startsWith("url")) return null;
    const colour = rgb(found);
    return { ...colour, alpha: colour.alpha * alphaOf(part, `${name}-opacity`.replace(/-(.)/, (_, letter) => letter.toUpperCase())) };
  };
  const found = [];
  for (const figure of document.querySelectorAll("figure.chart")) for (const part of figure.querySelectorAll(".chart-view svg text")) {
    if (!part.textContent.trim()) continue;
    const fill = paint(part, "fill");
    if (fill && fill.alpha > 0) found.push({ text: part.textContent, colour: over(fill, ground), ground });
  }
  for (const part of document.querySelectorAll(".chart-view svg [class*='mark-'][class*='role-mark'] :is(path, line, rect)")) {
    if (part.closest(".background, .role-axis-grid, .role-legend")) continue;
    const stroke = paint(part, "stroke"), fill = paint(part, "fill");
    const kind = part.closest("[class*='role-mark']").getAttribute("class");
    found.push({ mark: kind, paints: [stroke, fill].filter(Boolean).map(one => over(one, ground)), alpha: Math.max(stroke?.alpha ?? 0, fill?.alpha ?? 0), ground });
  }
  return found;
}"""


def written(parts: list[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def test_the_distance_is_that_of_its_authors():
    """Pairs of the test data of Sharma, Wu and Dalal (2005)."""
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)
    assert ciede2000((50, -1, 2), (50, 0, 0)) == pytest.approx(2.3669, abs=1e-4)
    assert ciede2000((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387)) == pytest.approx(1.2644, abs=1e-4)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("sight", SEEN_WITH)
def test_any_two_colours_can_be_told_apart(name, sight):
    palette = {role: pair[THEMES[name]] for role, pair in theme.COLOUR_PAIRS.items()}
    close = [f"{one}, {other}: {distance:.1f}" for one, other in itertools.combinations(palette, 2)
             if (distance := seen_apart(palette[one], palette[other], sight)) < APART]
    assert close == []


@pytest.mark.parametrize("page", pages())
def test_contrast_of_what_a_chart_paints(browser, site, page):
    """Text 4.5:1; marks 3:1, but for see-through ones, which show a range around a mark, and for land, which carries no data."""
    with Visit(browser, site, page) as visit:
        visit.wake_charts()
        for name in THEMES:
            visit.page.evaluate("theme => document.documentElement.dataset.theme = theme", name)
            pale = set()
            for one in visit.page.evaluate(PAINTED):
                ground = written(one["ground"])
                if "text" in one and contrast(written(one["colour"]), ground) < TEXT:
                    pale.add(f"{one['text']}: {written(one['colour'])} on {ground}")
                if "mark" in one and one["alpha"] >= 0.6 and "mark-shape" not in one["mark"]:
                    if one["paints"] and max(contrast(written(paint), ground) for paint in one["paints"]) < MARK:
                        pale.add(f"{re.sub(r'.*(mark-[a-z]+).*', chr(92) + '1', one['mark'])}: {[written(paint) for paint in one['paints']]} on {ground}")
            assert sorted(pale) == [], name
