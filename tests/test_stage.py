"""The stage: answer, chart and the hand on the slider in one view, for every explorer, at four sizes of window."""

from __future__ import annotations

import contextlib
import re

import explorer_pages
import pytest
from colour_vision import contrast
from conftest import until
from test_colours import written
from test_site import Visit

from aftermath import explorers, model
from explorable.pages import charts


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    pages = {id: [id] for id in explorer_pages.STAGES}
    with explorer_pages.serve(explorer_pages.write(tmp_path_factory.mktemp("stages"), pages)) as address:
        yield address


@pytest.fixture
def opened(browser, address):
    """Open an explorer in a window of its own, amid text, alive."""
    with contextlib.ExitStack() as stack:

        def open_(id: str, width: int, height: int, **options):
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{address}/{id}.html")
            page.evaluate(explorer_pages.AROUND)
            page.locator("figure.explorer").scroll_into_view_if_needed()
            until(page, "() => document.querySelector('figure.explorer').explorer")
            return page

        yield open_


@pytest.mark.parametrize("id", explorer_pages.STAGES)
def test_whoever_moves_a_slider_sees_answer_and_chart(opened, id):
    page = opened(id, 1366, 768)
    for (width, height), share in explorer_pages.SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        until(
            page,
            "width => innerWidth === width && document.querySelector('figure.explorer').classList.contains('wide') === width > 1000",
            width,
        )
        seen = page.evaluate(explorer_pages.SEEN)
        assert seen
        due = {"itself": 0.99, "answer": 0.99, "chart": share}
        if page.locator("[data-param=month]").count():
            due["rule"] = share
        wrong = [(one["control"], part, one[part]) for one in seen for part in due if (one[part] or 0) < due[part]]
        assert wrong == [], (width, height)


@pytest.mark.parametrize("size", [(1366, 768), (375, 812)], ids=str)
def test_tab_brings_each_control_into_view_uncovered(opened, size):
    """By keyboard alone: what has the focus is seen, and so are answer and chart."""
    page = opened("five-scenarios", *size)
    page.evaluate("document.querySelectorAll('.stage-controls details').forEach(fold => { fold.open = true; })")
    page.locator("[role=tab][aria-selected=true]").focus()
    for _ in range(page.locator(".stage-controls :is(input, select, button, summary, a)").count()):
        page.keyboard.press("Tab")
        found = page.evaluate("""() => {
          const focused = document.activeElement, box = focused.getClientRects()[0], answer = document.querySelector(".stage-answer").getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return !focused.closest(".stage-controls") || ((focused.closest(".shares-bar") ?? focused).contains(top) && box.bottom <= innerHeight && answer.top >= 0 && answer.bottom <= innerHeight) || focused.outerHTML;
        }""")
        assert found is True, found


def test_a_low_window_keeps_the_answer_alone(opened):
    page = opened("five-scenarios", 812, 375)
    page.locator("[data-param=month]").first.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('[data-param=month]').scrollIntoView({ block: 'center' })")
    box = page.locator(".stage-answer").bounding_box()
    assert 0 <= box["y"] and box["y"] + box["height"] < 375 / 2
    assert page.locator(".stage-chart").bounding_box()["y"] < 0, "the chart goes with the text"


def test_the_stage_takes_less_than_half_of_a_phone(opened):
    page = opened("five-scenarios", 375, 812)
    page.evaluate("document.querySelector('[data-param=month]').scrollIntoView({ block: 'center' })")
    assert page.locator(".stage-view").bounding_box()["height"] <= 0.451 * 812
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_tabs_show_one_chart_at_a_time(opened):
    page = opened("five-scenarios", 1366, 768)
    shown = "[...document.querySelectorAll('.chart-panel')].map(panel => panel.checkVisibility({ visibilityProperty: true }))"
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts()[:2] == ["Paths", "Outcomes"] and page.evaluate(shown)[:2] == [True, False]
    tabs.nth(1).click()
    assert page.evaluate(shown)[:2] == [False, True] and tabs.nth(1).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(shown)[:2] == [True, False] and page.evaluate("document.activeElement.textContent") == "Paths"
    page.keyboard.press("End")
    page.reload()
    until(page, "() => document.querySelector('figure.explorer').explorer")
    assert page.get_by_role("tab").last.get_attribute("aria-selected") == "true", "the tab of the browser keeps it"


@pytest.mark.parametrize("preset", ["equal-shares", "optimist", "pessimist"])
def test_names_of_runs_do_not_collide(opened, preset):
    """Whatever the axis grows to, the names of the runs that are compared with stand apart."""
    page = opened("five-scenarios", 1366, 768)
    page.evaluate("name => document.querySelector(`[data-action=preset][value=${name}]`).click()", preset)
    for width in (1366, 375):
        page.set_viewport_size({"width": width, "height": 768})
        until(page, "wide => document.querySelector('figure.explorer.wide') !== null === wide", width > 1000)
        page.evaluate(
            "async () => { const { views } = document.querySelector('figure.explorer'); await views[0].fit(); await views[0].runAsync(); }"
        )
        boxes = page.evaluate("""() => ["the start", "the document: no numbers, so equal"].map(name => {
          const { left, right, top, bottom } = [...document.querySelectorAll(".chart-panel text")].find(text => text.textContent === name).getBoundingClientRect();
          return [left, right, top, bottom];
        })""")
        (left, right, top, bottom), (other_left, other_right, other_top, other_bottom) = boxes
        assert right < other_left or left > other_right or bottom < other_top or top > other_bottom, (width, boxes)


@pytest.mark.parametrize("size", [(1366, 768), (375, 812), (360, 640)], ids=str)
def test_every_tab_is_wholly_seen_and_can_be_hit(opened, size):
    page = opened("five-scenarios", *size)
    page.get_by_role("tab").first.scroll_into_view_if_needed()
    lost = page.evaluate("""() => [...document.querySelectorAll("[role=tab]")].filter(tab => {
      const words = document.createRange();
      words.selectNodeContents(tab);
      const { left, right, top, bottom } = words.getBoundingClientRect(), room = tab.parentElement.getBoundingClientRect(), own = tab.getBoundingClientRect();
      const isHit = [left + 1, right - 1].every(x => tab.contains(document.elementFromPoint(x, (top + bottom) / 2)));
      return !isHit || left < room.left || right > room.right || own.height < 24;
    }).map(tab => tab.textContent)""")
    assert lost == []


#: Of each name among the marks of the chart in view: its letters, the edge around them, and the ground of the page; red, green, blue.
EDGES = """() => {
  const probe = document.body.appendChild(document.createElement("i")), rgb = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  probe.style.backgroundColor = matchMedia("(forced-colors: active)").matches ? "Canvas" : "var(--pst-color-background)";
  const ground = matchMedia("print").matches ? [255, 255, 255] : rgb(getComputedStyle(probe).backgroundColor);
  return [...document.querySelectorAll("figure.explorer .chart-panel:not(.is-behind) .role-mark text")].filter(name => name.textContent).map(name => {
    const { fill, stroke, strokeWidth, paintOrder } = getComputedStyle(name);
    return { name: name.textContent, fill: rgb(fill), stroke: rgb(stroke), ground, isBehind: paintOrder.startsWith("stroke") && parseFloat(strokeWidth) >= 2 };
  });
}"""


@pytest.mark.parametrize(
    "seen",
    [
        {},
        {"color_scheme": "dark"},
        {"color_scheme": "dark", "forced_colors": "active"},
        {"color_scheme": "dark", "media": "print"},
    ],
    ids=str,
)
def test_names_of_runs_can_be_read_where_an_area_has_grown_under_them(browser, site, seen):
    """They have an edge in the colour of the page."""
    media = seen.get("media", "screen")
    options = {name: value for name, value in seen.items() if name != "media"}
    with Visit(browser, site, "chapters/what-if", viewport={"width": 375, "height": 812}, **options) as visit:
        visit.wake_charts()
        visit.page.get_by_role("button", name="Pessimist", exact=True).click()
        visit.page.emulate_media(media=media)
        names = visit.page.evaluate(EDGES)
        assert {"the start", "the document: no numbers, so equal"} <= {one["name"] for one in names}
        for one in names:
            assert one["isBehind"] and one["stroke"] == one["ground"], one
            assert contrast(written(one["fill"]), written(one["stroke"])) >= 4.5, one


#: In each page, before its scripts: what a screen reader would announce, for it hears what changes in a live region.
HEARD = """window.heard = [];
new MutationObserver(changes => {
  for (const { target } of changes) {
    const region = (target.nodeType === 1 ? target : target.parentElement)?.closest("[aria-live], [role=status], [role=alert]");
    if (region && region.ariaLive !== "off" && region.textContent.trim()) window.heard.push(region.textContent);
  }
}).observe(document, { childList: true, characterData: true, subtree: true });"""


def test_a_reload_shows_undo_again_and_announces_nothing(opened):
    page = opened("five-scenarios", 1366, 768)
    page.context.add_init_script(HEARD)
    page.reload()
    until(page, "() => document.querySelector('figure.explorer').explorer")
    page.get_by_role("button", name="Pessimist", exact=True).click()
    until(page, "() => window.heard.some(text => text.includes('These values are set'))")
    page.reload()
    until(page, "() => document.querySelector('figure.explorer').explorer")
    page.get_by_role("button", name="Undo").wait_for()
    page.evaluate("new Promise(done => setTimeout(done, 900))")  # what is said once the hand rests
    assert [text for text in page.evaluate("window.heard") if text] == []
    page.get_by_role("button", name="Undo").click()
    until(page, "() => window.heard.some(text => text.includes('Undone'))")


def test_sentences_are_what_a_person_would_say(opened):
    """One month, not one months; none and all; what grows, what shrinks."""
    page = opened("five-scenarios", 1366, 768)
    put = """values => {
      const { controls } = document.querySelector("figure.explorer");
      for (const [name, value] of Object.entries(values)) { const { first } = controls.get(name); first.value = value; first.dispatchEvent(new Event("input", { bubbles: true })); }
    }"""
    for values, said in (
        ({"lost": 0}, "You assume that none of those remaining were killed or captured afterwards."),
        ({"stay_growth": 0.4}, "You assume that the insurgency grows by 40 % a year and none of those remaining"),
        ({"stay_growth": -0.4}, "You assume that the insurgency shrinks by 40 % a year"),
        ({"stay_growth": 0}, "You assume that the insurgency neither grows nor shrinks"),
        ({"reengage_half_life": 1}, "half of those who turn to violence again do so within 1 month,"),
        ({"month": 1}, "in a war, waiting to be sent, or back in violence, after 1 month:"),
        ({"month": 0}, "in a war, waiting to be sent, or back in violence, at the end of 2017:"),
    ):
        page.evaluate(put, values)
        until(page, "said => document.querySelector('.stage-answer').innerText.includes(said)", said)
    assert page.locator("[data-param=reengage_half_life]").get_attribute("aria-valuetext") == "1 month"


#: In a chapter, of all that stays in view above what scrolls, and of the pressed preset and the parts of the bar of shares: ground (red, green, blue, opacity) and text.
GROUNDS = """() => {
  const figure = document.querySelector("figure.explorer"), parts = colour => { const found = colour.match(/[\\d.]+/g).map(Number); return [...found, 1].slice(0, 4); };
  const stays = [...figure.querySelectorAll("*")].filter(part => getComputedStyle(part).position === "sticky" && part.checkVisibility() && !part.matches(".wide .stage-controls"));
  const of = part => { const style = getComputedStyle(part); return { what: part.className, ground: parts(style.backgroundColor), text: parts(style.color) }; };
  return { stays: [...stays, ...figure.querySelectorAll(".stage-answer")].map(of), pressed: [...figure.querySelectorAll("[aria-pressed=true], .shares-bar > span")].map(of) };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_shows_through_what_stays_and_a_pressed_button_can_be_read(browser, site, theme):
    """In the output of a cell, where the theme makes the grounds of charts transparent."""
    with Visit(browser, site, "chapters/what-if", viewport={"width": 375, "height": 812}, color_scheme=theme) as visit:
        visit.wake_charts()
        visit.page.get_by_role("button", name="Pessimist", exact=True).click()
        for width in (375, 1366):
            visit.page.set_viewport_size({"width": width, "height": 812})
            until(visit.page, "wide => document.querySelector('figure.explorer.wide') !== null === wide", width > 1000)
            found = visit.page.evaluate(GROUNDS)
            assert len(found["stays"]) > 2 and len(found["pressed"]) > 5
            assert [part["what"] for part in found["stays"] + found["pressed"] if part["ground"][3] < 1] == []
            for part in found["pressed"]:
                assert contrast(written(part["text"][:3]), written(part["ground"][:3])) >= 4.5, part


# Hands


#: Where the rule of the chosen month stands: left, top, bottom.
RULE = """() => {
  const panel = [...document.querySelectorAll(".chart-panel")].find(panel => !panel.classList.contains("is-behind"));
  const { left, top, bottom } = [...panel.querySelectorAll(".mark-rule line")].find(line => line.__data__.datum.chosen !== undefined).getBoundingClientRect();
  return [left, top, bottom];
}"""
STATE = "() => document.querySelector('figure.explorer').explorer.state"
#: Till nothing is left to draw.
DRAWN = """() => new Promise(done => {
  const figure = document.querySelector("figure.explorer");
  figure.addEventListener("chart:drawn", done, { once: true });
  figure.controls.values().next().value.tell();
}).then(() => {})"""


def finger(page, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
    """Put a finger down, move it, and lift it, as the browser gets it from a screen."""
    hand = page.context.new_cdp_session(page)
    points = [
        {"x": start[0] + (end[0] - start[0]) * step / steps, "y": start[1] + (end[1] - start[1]) * step / steps}
        for step in range(steps + 1)
    ]
    for point in points:
        kind = "touchStart" if point is points[0] else "touchMove"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(DRAWN)


def middle(page, selector: str) -> tuple[float, float]:
    """Bring something to the middle of the screen, and return where its middle is."""
    part = page.locator(selector).first
    part.evaluate(
        "part => (part.querySelector('input') ?? part).scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    box = part.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert part.evaluate("(part, at) => part.contains(document.elementFromPoint(...at))", [x, y]), "it is covered"
    return x, y


@pytest.mark.parametrize("tab", ["Paths", "Range"])
def test_the_rule_of_the_month_is_dragged_and_the_slider_goes_along(opened, tab):
    page = opened("five-scenarios", 1366, 768)
    page.get_by_role("tab", name=tab, exact=True).click()
    page.evaluate(DRAWN)
    left, top, bottom = page.evaluate(RULE)
    page.mouse.move(left + 3, (top + bottom) / 2)
    page.mouse.down()
    page.mouse.move(left + 203, (top + bottom) / 2, steps=5)
    page.mouse.up()
    page.evaluate(DRAWN)
    month = page.evaluate(STATE)["month"]
    assert month > 30 and page.locator("[data-param=month]").input_value() == str(month)
    assert abs(page.evaluate(RULE)[0] - left - 200) < 15, "the rule is where the hand let go, at the nearest month"
    until(page, "said => document.querySelector('.stage-unit').textContent.includes(said)", f"after {month} months")
    page.mouse.move(left + 400, top + 20)
    page.mouse.down()
    page.mouse.move(left + 300, top + 20, steps=3)
    page.mouse.up()
    assert page.evaluate(STATE)["month"] == month, "elsewhere in the chart nothing is taken"


@pytest.mark.parametrize("id", ["five-scenarios", "scenario-stay"])
def test_a_finger_drags_the_rule(opened, id):
    page = opened(id, 375, 812, has_touch=True)
    left, top, bottom = page.evaluate(RULE)
    finger(page, (left + 10, (top + bottom) / 2), (left + 90, (top + bottom) / 2))
    assert 34 < page.evaluate(STATE)["month"] < 54
    finger(page, (page.evaluate(RULE)[0], (top + bottom) / 2), (374, (top + bottom) / 2))
    assert page.evaluate(STATE)["month"] == 60, "no further than the chart"


@pytest.mark.parametrize("selector", ["[data-param=lost]", "[data-param=month]", ".shares-bar"])
def test_a_finger_that_goes_up_on_a_slider_scrolls_and_moves_nothing(opened, selector):
    page = opened("five-scenarios", 375, 812, has_touch=True)
    page.get_by_role("button", name="Dutch cohort by 2024").click()
    page.evaluate(DRAWN)
    x, y = middle(page, selector)
    before, scrolled = page.evaluate(STATE), page.evaluate("scrollY")
    finger(page, (x + 60, y), (x + 63, y - 150))
    until(page, "scrolled => scrollY > scrolled + 60", scrolled)
    assert page.evaluate(STATE) == before


def test_a_finger_that_goes_to_the_side_moves_a_slider_and_a_tap_does(opened):
    page = opened("five-scenarios", 375, 812, has_touch=True)
    x, y = middle(page, "[data-param=lost]")
    finger(page, (x, y), (x + 60, y + 3))
    moved, scrolled = page.evaluate(STATE)["values"]["lost"], page.evaluate("scrollY")
    assert moved > 0.5
    page.touchscreen.tap(x - 100, y)
    page.evaluate(DRAWN)
    assert page.evaluate(STATE)["values"]["lost"] < 0.3 and page.evaluate("scrollY") == scrolled
    x, y = middle(page, ".shares-bar")
    width = page.locator(".shares-bar").bounding_box()["width"]
    finger(page, (x + 0.1 * width, y), (x + 0.2 * width, y + 3))
    values = page.evaluate(STATE)["values"]
    assert [values[f"share_{path}"] for path in ("join", "relocate")] == pytest.approx([0.3, 0.1])


#: What the number is at each run of the first chart, from a press of a preset to its end.
WAY = """() => new Promise(done => {
  const figure = document.querySelector("figure.explorer"), [view] = figure.views, way = [];
  figure.addEventListener("chart:run", ({ detail }) => { if (detail === 0) way.push(view.signal("answer")); });
  figure.addEventListener("chart:drawn", () => done(way), { once: true });
  figure.querySelector("[data-action=preset][value=pessimist]").click();
})"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_preset_moves_the_picture_there_or_at_once_where_motion_is_unwelcome(opened, motion):
    page = opened("five-scenarios", 1366, 768, reduced_motion=motion)
    way = page.evaluate(WAY)
    until(
        page, "end => Math.abs(document.querySelector('.stage-number').value / end - 1) < 1e-6", way[-1]
    )  # the number follows
    assert way == sorted(way)
    assert len(way) == 1 if motion == "reduce" else len(way) > 2 and way[0] < way[-1] * 0.9


def test_a_preset_moves_the_range_there_too(opened):
    page = opened("five-scenarios", 1366, 768)
    page.get_by_role("tab", name="Range", exact=True).click()
    until(page, "() => !document.querySelector('figure.explorer').explorer.unfilled.has(2)")
    page.evaluate(DRAWN)
    way = page.evaluate(
        WAY.replace("[view] = figure.views", "view = figure.views[2]")
        .replace("detail === 0", "detail === 2")
        .replace('view.signal("answer")', 'view.data("points")[20].people')
    )
    assert len(way) > 2 and way == sorted(way) and way[0] < 0.9 * way[-1], way


def test_a_pin_during_a_glide_keeps_where_it_goes(opened):
    """Months in whole numbers, and the people of the place that is reached, not of one on the way."""
    page = opened("five-scenarios", 1366, 768)
    page.locator("[data-param=month]").first.press("End")
    page.locator("[data-param=lost]").first.press("Home")
    page.evaluate(DRAWN)
    found = page.evaluate("""() => new Promise(done => {
      const figure = document.querySelector("figure.explorer"), [view] = figure.views;
      figure.addEventListener("chart:run", () => {
        const isOnTheWay = figure.isGliding() && view.signal("month") > 24;
        figure.querySelector("[data-action=pin]").click();
        done({ isOnTheWay, words: figure.querySelector(".explorer-pinned").textContent, people: figure.explorer.pinned.tables.outcomes });
      }, { once: true });
      figure.querySelector("button[type=reset]").click();
    })""")
    assert found["isOnTheWay"]
    assert re.match(
        r"Pinned: 9,195 in a war, waiting to be sent, or back in violence, after 24 months[.:]", found["words"]
    )
    due = {explorers.OUTCOMES[name]: people for name, people in model.outcomes({}, 24).items()}
    assert dict(found["people"]) == pytest.approx(due, rel=1e-9)


#: Of what must be told apart where a reader forces their own colours: the ground of each, and of the bar its parts and dividers.
TOLD_APART = """() => {
  const ground = part => getComputedStyle(part).backgroundColor, all = selector => [...document.querySelectorAll(selector)].map(ground);
  return {
    pressed: all("[data-action=preset][aria-pressed=true]"), free: all("[data-action=preset][aria-pressed=false]"),
    held: all(".assumption-hold[aria-pressed=true]"), open: all(".assumption-hold[aria-pressed=false]"),
    selected: [...document.querySelectorAll(".stage-tabs [aria-selected=true]")].map(tab => getComputedStyle(tab).borderBottomColor),
    tabs: [...document.querySelectorAll(".stage-tabs [aria-selected=false]")].map(tab => getComputedStyle(tab).borderBottomColor),
    lines: [...document.querySelectorAll(".shares-typed")].map(field => getComputedStyle(field).borderTopColor),
    parts: all(".shares-bar > span"), letters: [...document.querySelectorAll(".shares-bar > span")].map(part => getComputedStyle(part).color),
    range: [...document.querySelectorAll(".assumption:not(.is-held) .assumption-track")].map(track => getComputedStyle(track, "::before").backgroundColor),
  };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forced_colours_still_tell_what_is_pressed_held_and_shared(browser, site, theme):
    with Visit(browser, site, "chapters/what-if", forced_colors="active", color_scheme=theme) as visit:
        visit.wake_charts()
        page = visit.page
        page.get_by_role("button", name="Pessimist", exact=True).click()
        page.get_by_role("button", name="Hold: Killed or captured afterwards").click()
        page.get_by_text("All the assumptions", exact=True).click()
        found = page.evaluate(TOLD_APART)
        assert set(found["pressed"]) and set(found["held"]) and len(found["open"]) > 5
        assert not set(found["pressed"]) & set(found["free"]), "the pressed preset"
        assert not set(found["held"]) & set(found["open"]), "what is held"
        assert len(set(found["parts"])) == 5 and found["lines"] == found["parts"]
        assert not set(found["selected"]) & set(found["tabs"]), "the chosen tab"
        canvas = page.evaluate(
            """() => { const probe = document.body.appendChild(document.createElement("i")); probe.style.backgroundColor = "Canvas"; return getComputedStyle(probe).backgroundColor; }"""
        )
        assert canvas not in found["range"], "the range of the draws"
        colours = [
            [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
            for colour in (*found["parts"], *found["letters"])
        ]
        for ground, letter in zip(colours[:5], colours[5:]):
            assert contrast(written(ground), written(letter)) >= 4.5


def test_a_screen_reader_meets_number_tabs_picture_and_controls_in_this_order(opened):
    """Each with a name; values with their units."""
    page = opened("five-scenarios", 1366, 768)
    page.get_by_text("All the assumptions", exact=True).click()
    heard = page.locator("figure.explorer .stage").aria_snapshot()
    order = [
        "9,195 in a war",
        "No assumption is moved yet",
        'tab "Paths" [selected]',
        'tabpanel "Paths"',
        "People by path",
        "If … then, not a forecast",
        'button "Equal shares" [pressed]',
        'slider "Killed or captured afterwards"',
        'button "Hold: Killed or captured afterwards"',
        'slider "Between “Go home” and “Stay and rebuild”"',
        'spinbutton "Go home %"',
        'slider "Months after the end of 2017"',
        'button "Reset all"',
    ]
    places = [heard.find(part) for part in order]
    assert -1 not in places and places == sorted(places), heard
    assert not re.findall(r"- (?:slider|button|spinbutton|combobox|tab|tablist)(?: *$|: )", heard, re.MULTILINE), (
        "all have names"
    )
    page.get_by_role("button", name="Sahel analogy").click()
    page.evaluate(DRAWN)
    values = page.evaluate("""() => [...document.querySelectorAll(".stage-controls input[type=range]")].filter(input => input.checkVisibility())
      .map(input => [input.getAttribute("aria-label") ?? input.labels[0].textContent, input.getAttribute("aria-valuetext")])""")
    said = dict(values)
    assert len(said) == len(values) >= 20
    assert all(
        re.search(r"\d.* (%|people|months|% a year|years)$|^Go home .* %, ", text or "") for text in said.values()
    ), said
    assert said["Months after the end of 2017"] == "24 months"
    assert said["The question: more than how many people?"] == "10,000 people"
    assert said["Between “Go home” and “Stay and rebuild”"] == "Go home 20 %, Stay and rebuild 20 %"
    live = page.evaluate(
        "[...document.querySelectorAll('figure.explorer output')].filter(output => output.getAttribute('aria-live') !== 'off').length"
    )
    assert live == 0, "a slider says its value itself"
    names = page.evaluate(
        "[...document.querySelectorAll('[role=tabpanel] [aria-roledescription=visualization]')].map(picture => picture.ariaLabel)"
    )
    assert len(set(names)) == len(names) == 6, "each picture has words of its own"


def test_the_axis_does_not_tremble_under_a_hand(opened):
    """Where a little more would make it longer, and a little less shorter, it grows once and stays."""
    page = opened("five-scenarios", 1366, 768)
    found = page.evaluate("""async () => {
      const figure = document.querySelector("figure.explorer"), [view] = figure.views, slider = figure.querySelector("[data-param=relocate_growth]");
      const most = () => Math.max(...view.data("source_0").map(row => row.people_end), ...["data_1", "data_2", "data_3", "data_4"].flatMap(name => view.data(name).map(row => row.people ?? 0)));
      const put = async value => {
        slider.value = value;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(done => figure.addEventListener("chart:drawn", done, { once: true }));
        return { top: view.scale("y").domain()[1], most: most() };
      };
      const fresh = async value => { view.release(); return (await put(value)).top; };
      const values = Array.from({ length: 30 }, (_, step) => (5 * step - 65) / 100), tops = [];
      for (const value of values) tops.push(await fresh(value));
      const at = tops.findIndex((top, place) => top !== tops[place + 1]), [less, more] = values.slice(at, at + 2), trembling = [];
      await fresh(less);
      for (let time = 0; time < 5; time++) trembling.push(await put(more), await put(less));
      return { tops: new Set(tops).size, trembling, far: [await put(values.at(-1)), await put(values[0])] };
    }""")
    assert found["tops"] > 3 and len({one["top"] for one in found["trembling"]}) == 1, found
    assert found["far"][0]["top"] > 1.5 * found["far"][1]["top"], "far from there it follows"
    assert all(0.7 <= one["most"] / one["top"] <= 1 for one in [*found["trembling"], *found["far"]]), found


def test_two_charts_stand_side_by_side_where_there_is_room(opened):
    page = opened("five-scenarios", 2200, 1080)
    seen = "[...document.querySelectorAll('.chart-panel')].map((panel, at) => panel.checkVisibility({ visibilityProperty: true }) ? [at, panel.getBoundingClientRect().left] : null).filter(Boolean)"
    page.get_by_role("tab", name="Range", exact=True).click()
    until(page, "() => !document.querySelector('figure.explorer').explorer.unfilled.has(2)")
    (first, left), (second, right) = sorted(page.evaluate(seen), key=lambda found: found[1])
    assert (first, second) == (2, 0) and right - left > 600
    page.get_by_role("slider", name="Killed or captured afterwards", exact=True).press("End")
    page.evaluate(DRAWN)
    people = (
        "panel => document.querySelector('figure.explorer').views[panel].data(panel ? 'points' : 'source_0').at(-1)"
    )
    assert page.evaluate(people, 2)["people"] < 5_000
    page.set_viewport_size({"width": 1600, "height": 1000})
    until(page, "() => !document.querySelector('figure.explorer.double')")
    assert [panel for panel, _ in page.evaluate(seen)] == [2]


def test_a_notebook_that_was_run_with_an_older_edition_still_has_its_stage(browser, tmp_path):
    """Its chart has no words for a phone, and its shares no meaning: a fork need not run its notebooks again for them."""
    spec = explorer_pages.EXPLORERS["five-scenarios"]().to_dict()
    spec["params"] = [param for param in spec["params"] if param["name"] != "brief"]
    about = spec["usermeta"]["explorer"]
    about["parts"] = [part[:2] for part in about["parts"]]
    explorer_pages.write(tmp_path, {})
    figure = charts.html(spec, bibliography="bibliography.html")
    (tmp_path / "older.html").write_text(explorer_pages.PAGE.format(name="older", figures=figure), "utf-8")
    with explorer_pages.serve(tmp_path) as address:
        page = browser.new_page(viewport={"width": 375, "height": 812})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{address}/older.html")
        page.locator("figure.explorer").scroll_into_view_if_needed()
        until(page, "() => document.querySelector('figure.explorer').dataset.state")
        until(page, "() => document.querySelector('figure.explorer').explorer")
        assert page.locator(".stage-unit").inner_text().startswith("in a war, waiting to be sent, or back in violence")
        page.locator("[data-param=month]").first.press("ArrowRight")
        until(page, "() => document.querySelector('.stage-unit').textContent.includes('after 25 months')")
        assert page.locator(".shares-bar > span").count() == 5 and problems == []
        page.close()


@pytest.mark.parametrize("width", [375, 360])
@pytest.mark.parametrize("id", explorer_pages.STAGES)
def test_on_a_phone_number_and_words_take_two_lines(opened, id, width):
    page = opened(id, width, 812)
    for share in (0.03, 0.97):
        page.evaluate(
            """share => { for (const slider of document.querySelectorAll(".assumption:not([hidden]) [data-param], .chart-control [data-said]")) {
          slider.value = Number(slider.min) + share * (slider.max - slider.min);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        } }""",
            share,
        )
        page.evaluate(DRAWN)
        until(page, "() => /since the start/.test(document.querySelector('.stage-unit').textContent)")
        lines = page.evaluate("""() => { const words = document.createRange(); words.selectNodeContents(document.querySelector(".stage-unit"));
          return new Set([...words.getClientRects()].map(line => Math.round(line.top))).size; }""")
        assert lines <= 2, page.locator(".stage-line").inner_text()
