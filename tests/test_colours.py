"""Colours of charts: contrast against the page in both themes, and distance from each other for every kind of sight."""

from __future__ import annotations

import itertools
import re

import pytest
from colour_vision import SEEN_WITH, ciede2000, contrast, seen_apart
from conftest import notebooks, pages
from test_site import Visit

from aftermath import theme
from explorable.pages import charts

APART = 12  # CIEDE2000; about 2 is just noticeable when two colours touch
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
    close = [
        f"{one}, {other}: {distance:.1f}"
        for one, other in itertools.combinations(palette, 2)
        if (distance := seen_apart(palette[one], palette[other], sight)) < APART
    ]
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
                        pale.add(
                            f"{re.sub(r'.*(mark-[a-z]+).*', chr(92) + '1', one['mark'])}: {[written(paint) for paint in one['paints']]} on {ground}"
                        )
            assert sorted(pale) == [], name


# No colour of the library's own

ROWS = [
    {"name": f"k{number % 3}", "rank": number % 4, "x": 3 * number % 7, "y": 7 * number % 11 + 1}
    for number in range(12)
]
NAME, RANK, X, Y = (
    {"field": field, "type": kind}
    for field, kind in (("name", "nominal"), ("rank", "ordinal"), ("x", "quantitative"), ("y", "quantitative"))
)
AREA = {
    "type": "Feature",
    "properties": {},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]},
}
HOLLOW = {"type": "point", "filled": False}
#: Charts that name no colour: of each kind of mark, legend, heading and selection one.
COLOURLESS = {
    **{
        mark: {"mark": mark, "encoding": {"x": NAME, "y": Y, "text": NAME}}
        for mark in (
            "area",
            "bar",
            "boxplot",
            "circle",
            "errorband",
            "errorbar",
            "line",
            "point",
            "rect",
            "rule",
            "square",
            "text",
            "tick",
            "trail",
        )
    },
    "arc": {"mark": "arc", "encoding": {"theta": Y}},
    "geoshape": {"mark": "geoshape", "data": {"values": [AREA]}},
    **{
        f"{channel} of {mark}": {"mark": mark, "encoding": {"x": X, "y": Y, channel: field}}
        for mark in ("area", "bar", "line", "point", "rule")
        for channel, field in (
            ("color", NAME),
            ("fill", NAME),
            ("stroke", NAME),
            ("opacity", Y),
            ("strokeDash", NAME),
            ("strokeWidth", Y),
        )
    },
    "ordinal colours": {"mark": "point", "encoding": {"x": X, "y": Y, "color": RANK}},
    "shapes beside colours": {"mark": "point", "encoding": {"x": X, "y": Y, "color": NAME, "shape": RANK, "size": X}},
    "hollow shapes beside colours": {"mark": HOLLOW, "encoding": {"x": X, "y": Y, "color": NAME, "shape": RANK}},
    "hollow sizes": {"mark": HOLLOW, "encoding": {"x": X, "y": Y, "size": Y}},
    "dashes beside colours": {"mark": "line", "encoding": {"x": X, "y": Y, "color": NAME, "strokeDash": RANK}},
    "headings": {
        "title": {"text": "Title", "subtitle": "Subtitle"},
        "mark": "point",
        "encoding": {"x": X, "y": Y, "row": NAME, "column": RANK},
    },
    "brush": {
        "mark": "point",
        "encoding": {"x": X, "y": Y},
        "params": [{"name": "brush", "select": "interval", "value": {"x": [1, 3], "y": [2, 5]}}],
    },
}


@pytest.mark.parametrize("kind", COLOURLESS)
def test_the_theme_sets_every_colour(kind):
    assert charts.strange_colours({"config": theme.config(), "data": {"values": ROWS}, **COLOURLESS[kind]}) == []


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ({"color": {"value": "#4c78a8"}}, "the colour #4c78a8 in its mark"),
        ({"color": {**X, "scale": {"scheme": "blues"}}}, "can't follow light and dark"),
    ],
)
def test_a_strange_colour_is_named(encoding, says):
    found = charts.strange_colours(
        {"config": theme.config(), "data": {"values": ROWS}, "mark": "point", "encoding": {"x": X, "y": Y, **encoding}}
    )
    assert found and says in found[0]


#: The colours of all that a page's charts paint, each with what is painted; and those of a reader who forces colours.
EVERY = """() => {
  const probe = document.body.appendChild(document.createElement("i"));
  const forced = ["Canvas", "CanvasText"].map(name => { probe.style.color = name; return getComputedStyle(probe).color; });
  probe.style.color = "var(--pst-color-background)";
  const ground = getComputedStyle(probe).color;   // of the page, as the edge of words
  probe.remove();
  const seen = part => {
    for (let at = part; at.tagName !== "svg"; at = at.parentNode) if (!Number(getComputedStyle(at).opacity)) return false;
    return part.tagName !== "path" || part.getAttribute("d");
  };
  const painted = [];
  for (const part of document.querySelectorAll("figure.chart .chart-view svg :is(text, path, line, rect, circle):not(defs *)")) {
    const style = getComputedStyle(part);
    for (const name of part.tagName === "line" ? ["stroke"] : ["fill", "stroke"]) {
      if (style[name] === "none" || style[name].startsWith("rgba(") && style[name].endsWith(" 0)")) continue;
      if (name === "stroke" && part.tagName === "text" && style.stroke === ground) continue;
      if (!Number(style[`${name}Opacity`]) || name === "stroke" && !parseFloat(style.strokeWidth) || !seen(part)) continue;
      painted.push([`${name} of ${part.closest("[class*=role-]")?.getAttribute("class") ?? part.tagName}`, style[name]]);
    }
  }
  return { painted, forced };
}"""


@pytest.mark.parametrize("page", notebooks())
def test_a_page_paints_no_colour_but_the_book_s(browser, site, page):
    """In the light, in the dark, and in both where the reader forces colours: then text and axes have the reader's."""
    with Visit(browser, site, page) as visit:
        visit.wake_charts()
        for forced, name in itertools.product(("none", "active"), THEMES):
            visit.page.emulate_media(color_scheme=name, forced_colors=forced)
            visit.page.evaluate("theme => document.documentElement.dataset.theme = theme", name)
            own = [pair[THEMES[name]] for pair in (theme.COLOUR_PAIRS | theme.INK_PAIRS).values()]
            found = visit.page.evaluate(EVERY)
            known = {f"rgb({', '.join(str(int(one[at : at + 2], 16)) for at in (1, 3, 5))})" for one in own}
            if forced == "active":
                known |= set(found["forced"])
                assert {colour for what, colour in found["painted"] if "role-axis-label" in what} <= set(
                    found["forced"]
                )
            assert {(what, colour) for what, colour in found["painted"] if colour not in known} == set(), (
                f"{name}, forced colours: {forced}"
            )
