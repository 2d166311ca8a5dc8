"""The stage: answer, chart and the hand on the slider in one view, for every explorer, at four sizes of window."""

from __future__ import annotations

import contextlib

import explorer_pages
import pytest
from colour_vision import contrast
from conftest import until
from test_colours import written
from test_site import Visit

SIZES = {
    (1366, 768): 0.9,
    (1920, 1080): 0.9,
    (375, 812): 0.9,
    (360, 640): 0.75,
}  # and how much of the chart must be seen
#: As in a chapter: a bar that stays at the top, and text above and below the explorer.
AROUND = """() => {
  const bar = document.createElement("div"), text = () => Object.assign(document.createElement("p"), { style: "height: 3000px" });
  Object.assign(bar, { className: "bd-header-article", style: "position: sticky; top: 0; height: 56px; background: Canvas; z-index: 1020" });
  document.body.prepend(bar, text());
  document.body.append(text());
  dispatchEvent(new Event("resize"));
}"""
#: For each slider, brought into view as a browser does for a key or a finger: what is wrong.
SEEN = """async ([share, block]) => {
  const figure = document.querySelector("figure.explorer"), wrong = [], bar = document.querySelector(".bd-header-article").offsetHeight;
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const fold of figure.querySelectorAll(".stage-controls details")) fold.open = true;
  await frame();
  const part = box => Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, bar)) / box.height;
  const uncovered = (element, box) => [.1, .5, .9].every(at => element.contains(document.elementFromPoint(box.left + box.width / 2, box.top + at * box.height)));
  const inputs = [...figure.querySelectorAll(".stage-controls input[type=range][data-param]")];
  for (const input of inputs) {
    input.scrollIntoView({ block });
    await frame();
    const answer = figure.querySelector(".stage-answer"), chart = figure.querySelector(".stage-chart");
    const seen = { input: part(input.getBoundingClientRect()), answer: part(answer.getBoundingClientRect()), chart: part(chart.getBoundingClientRect()) };
    if (seen.input < .99 || !uncovered(input, input.getBoundingClientRect())) wrong.push([input.dataset.param, "itself", seen.input]);
    if (seen.answer < .99 || !uncovered(answer, answer.getBoundingClientRect())) wrong.push([input.dataset.param, "answer", seen.answer]);
    if (seen.chart < share) wrong.push([input.dataset.param, "chart", seen.chart]);
  }
  return inputs.length ? wrong : ["no sliders"];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    pages = {id: [id] for id in explorer_pages.EXPLORERS}
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
            page.evaluate(AROUND)
            page.locator("figure.explorer").scroll_into_view_if_needed()
            until(page, "() => document.querySelector('figure.explorer').explorer")
            return page

        yield open_


@pytest.mark.parametrize("id", explorer_pages.EXPLORERS)
def test_whoever_moves_a_slider_sees_answer_and_chart(opened, id):
    page = opened(id, 1366, 768)
    for (width, height), share in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        until(
            page,
            "width => innerWidth === width && document.querySelector('figure.explorer').classList.contains('wide') === width > 1000",
            width,
        )
        assert page.evaluate(SEEN, [share, "center"]) == [], (width, height)


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
          return !focused.closest(".stage-controls") || (focused.contains(top) && box.bottom <= innerHeight && answer.top >= 0 && answer.bottom <= innerHeight) || focused.outerHTML;
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


#: In a chapter, of all that stays in view above what scrolls, and of the pressed preset: ground (red, green, blue, opacity) and text.
GROUNDS = """() => {
  const figure = document.querySelector("figure.explorer"), parts = colour => { const found = colour.match(/[\\d.]+/g).map(Number); return [...found, 1].slice(0, 4); };
  const stays = [...figure.querySelectorAll("*")].filter(part => getComputedStyle(part).position === "sticky" && part.checkVisibility() && !part.matches(".wide .stage-controls"));
  const of = part => { const style = getComputedStyle(part); return { what: part.className, ground: parts(style.backgroundColor), text: parts(style.color) }; };
  return { stays: [...stays, ...figure.querySelectorAll(".stage-answer")].map(of), pressed: [...figure.querySelectorAll("[aria-pressed=true]")].map(of) };
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
            assert len(found["stays"]) > 2 and found["pressed"]
            assert [part["what"] for part in found["stays"] + found["pressed"] if part["ground"][3] < 1] == []
            for part in found["pressed"]:
                assert contrast(written(part["text"][:3]), written(part["ground"][:3])) >= 4.5, part
