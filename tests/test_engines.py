"""The site in three engines: every page loads and lives in each, and what a reader does works in each.

``make test`` runs Firefox, beside the tests of the site in Chromium; ``make test-all`` runs all three.
"""

from __future__ import annotations

import dataclasses
import json
import re

import engines
import pytest
from bs4 import BeautifulSoup
from conftest import SITE, pages
from explorer_pages import EXPLORERS

from aftermath import assumptions, explorers, model

pytestmark = [pytest.mark.site, pytest.mark.browser]

PHONE = 375
ENGINES = [pytest.param("chromium", marks=pytest.mark.full), "firefox", pytest.param("webkit", marks=pytest.mark.full)]
FRAMED = """async (address, width) => {
  const frame = Object.assign(document.createElement("iframe"), { src: address, width, height: 740 });
  document.body.replaceChildren(frame);
  await new Promise(done => frame.addEventListener("load", done));
  const root = frame.contentDocument.documentElement, states = await frame.contentWindow.wake(frame.contentDocument);
  return { states, seen: frame.contentWindow.seen, over: root.scrollWidth - root.clientWidth };
}"""


@pytest.fixture(scope="module")
def server():
    if not (SITE / "index.html").exists():
        pytest.fail("The site is not built: run 'make book' first ('make test' does it).")
    with engines.serve(SITE) as server:
        yield server


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, server):
    """A browser of one engine, started once for all pages."""
    driver = engines.start(
        request.param, server, request.getfixturevalue("browser") if request.param == "chromium" else None
    )
    yield driver
    driver.close()


@pytest.fixture
def at(engine, server):
    """Open a page as a reader who was never there before."""

    def open_(page: str) -> None:
        engine.open(f"{server.address}/{page}")
        engine.run("() => localStorage.clear()")
        engine.open(f"{server.address}/{page}")

    return open_


# Every page


@dataclasses.dataclass
class Visit:
    """What a page did on a desk, and then in a frame as narrow as a phone."""

    charts: list[str]
    seen: list[str]
    outside: list[str]
    over: int


@pytest.fixture(scope="module", params=[*pages(), "search", "genindex"])
def visit(engine, server, request) -> Visit:
    engine.asked()
    server.missing.clear()
    engine.open(f"{server.address}/{request.param}.html")
    charts = engine.run("() => wake(document)")
    seen = engine.run("() => seen")
    timed = engine.run("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    engine.open(server.address + engines.FRAME)
    phone = engine.run(FRAMED, f"{server.address}/{request.param}.html", PHONE)
    outside = [
        address for address in engine.asked() + timed if not address.startswith((server.address, "data:", "blob:"))
    ]
    return Visit(
        charts=charts + phone["states"], seen=seen + phone["seen"] + server.missing, outside=outside, over=phone["over"]
    )


def test_page_loads_without_an_error(visit):
    assert visit.seen == []


def test_every_chart_comes_alive(visit):
    assert set(visit.charts) <= {"live"}


def test_no_other_host_is_asked(visit):
    assert visit.outside == []


def test_page_fits_a_phone(visit):
    assert visit.over <= 0, f"sticks out by {visit.over} px"


# What a reader does


def page_of(id: str) -> str:
    """Return the first page of the book that holds an explorer."""
    for page in pages():
        figures = BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser").select("figure.explorer")
        if id in [json.loads(figure["data-explorer"])["id"] for figure in figures]:
            return page
    pytest.fail(f"No page of the book holds the explorer {id}.")


def python_says(id: str, given: dict[str, float]) -> tuple[str, list[float]]:
    """Return the name of an explorer's first table and the numbers of its last column, computed by the model."""
    if id == "who-is-left":
        return "parts", [
            model.remaining(**given),
            given["travelled"] * given["returned"],
            given["travelled"] * given["killed"],
        ]
    if id == "inflow":
        return "arrivals", [model.inflow(**given, month=month) for month in range(31)]
    if id == "territory":
        steady = [
            max(0, model.area_left(territory_pace=given["territory_pace"], month=month)) for month in range(0, 85, 3)
        ]
        return "areas", steady + [
            model.area_left_halving(territory_half_life=given["territory_half_life"], month=month)
            for month in range(0, 85, 3)
        ]
    if id == "five-scenarios":
        return "outcomes", list(model.outcomes(given, 24).values())
    if id == "first-look":  # every path, from month to month
        return "paths", [
            model.paths(given, month)[path] for month in range(0, explorers.MONTHS + 1, 6) for path in model.path_ids()
        ]
    names = explorers.OUTCOMES_OF[id.removeprefix("scenario-")]
    return "path", [model.outcomes(given, month)[name] for month in range(0, explorers.MONTHS + 1, 3) for name in names]


MOVE = """async (id, view, given, expected) => {
  const figure = [...document.querySelectorAll("figure.explorer")].find(one => JSON.parse(one.dataset.explorer).id === id);
  figure.scrollIntoView();
  await until(() => figure.dataset.state === "live" && figure.querySelector(".stage-answer").textContent);
  figure.querySelector(".explorer-tables").open = true;
  const before = figure.querySelector(".stage-answer").textContent;
  for (const [name, value] of Object.entries(given)) {
    const slider = figure.querySelector(`input[data-param="${name}"]`);
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const numbers = () => [...figure.querySelectorAll(`table[data-view="${view}"] tbody tr td:last-child`)]
    .map(cell => Number(cell.dataset.value)).sort((one, other) => one - other);
  const close = (one, other) => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
  const same = () => numbers().length === expected.length && numbers().every((value, index) => close(value, expected[index]));
  const sentence = () => figure.querySelector(".stage-answer").textContent;
  await until(() => same() && sentence() !== before).catch(() => {});   // the sentence waits for the hand to rest
  return { numbers: numbers(), before, after: sentence() };
}"""


@pytest.mark.parametrize("id", EXPLORERS)
def test_sliders_give_what_python_gives(engine, at, id):
    """Every slider is moved towards the high end of its range: the table says what the model says, the sentence is a new one."""
    at(f"{page_of(id)}.html")
    sliders = engine.run(
        f"() => [...[...document.querySelectorAll('figure.explorer')].find(one => JSON.parse(one.dataset.explorer).id === {json.dumps(id)})"
        ".querySelectorAll('[data-assumption] input')].map(input => input.dataset.param)"
    )
    shares = [name for name in sliders if name in assumptions.share_ids()]
    given = {name: assumptions.get(name).high for name in sliders if name not in shares or len(shares) == 1}
    full = dict(given)
    if len(shares) > 1:  # one is moved: the others divide what is left
        given[shares[0]] = 0.4
        full |= {name: 0.4 if name == shares[0] else 0.6 / (len(shares) - 1) for name in shares}
    view, expected = python_says(id, full)
    found = engine.run(MOVE, id, view, given, sorted(expected))
    assert found["numbers"] == pytest.approx(sorted(expected), rel=1e-9, abs=1e-9)
    assert found["after"] != found["before"]


def test_keyboard_reaches_a_slider_and_moves_it(engine, at):
    at("chapters/what-if.html")
    engine.run("""async () => {
      const figure = document.querySelector("figure.explorer");
      await wake(document);
      Object.assign(figure.querySelector(".chart-title"), { tabIndex: -1 }).focus();
    }""")
    for _ in range(12):
        engine.press("Tab")
        if engine.run("() => document.activeElement.matches('input[type=range]')"):
            break
    state = """() => { const slider = document.activeElement; return { value: slider.value, words: slider.getAttribute("aria-valuetext"),
      shown: slider.matches(":focus-visible") && getComputedStyle(slider).outlineStyle !== "none" }; }"""
    before = engine.run(state)
    engine.press("ArrowRight")
    after = engine.run(state)
    assert before["shown"], "no focus is seen"
    assert float(after["value"]) > float(before["value"]) and after["words"] != before["words"]


def test_theme_is_chosen_and_kept(engine, at):
    """The switch leads to the dark theme; the next page keeps it, and its charts' ink is light."""
    at("index.html")
    for _ in range(3):
        if engine.run("() => document.documentElement.dataset.theme") == "dark":
            break
        engine.run("() => document.querySelector('.theme-switch-button').click()")
    engine.open(f"{engine.run('() => location.origin')}/chapters/strategy.html")
    engine.run("() => wake(document)")
    assert engine.run("() => document.documentElement.dataset.theme") == "dark"
    for ink in engine.run(
        "() => [...document.querySelectorAll('figure.chart svg text')].slice(0, 40).map(text => getComputedStyle(text).fill)"
    ):
        assert max(map(int, re.findall(r"\d+", ink)[:3])) > 120, f"dark ink on a dark page: {ink}"
    engine.run("() => localStorage.clear()")


def test_search_finds_a_word_of_the_book(engine, at):
    at("search.html?q=returnee")
    assert engine.run("() => until(() => document.querySelector('ul.search li a'))")


def test_forecast_is_remembered(engine, at):
    at("chapters/forecast.html")
    engine.run("""async () => {
      await until(() => !document.querySelector("form.forecast").hidden);
      const slider = document.querySelector("[data-question=Q01]");
      slider.value = 70;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    engine.open(f"{engine.run('() => location.origin')}/chapters/forecast.html")
    assert (
        engine.run(
            "async () => { await until(() => !document.querySelector('form.forecast').hidden); return document.querySelector('[data-question=Q01]').value; }"
        )
        == "70"
    )


START_LIVE = """async () => {
  const button = () => [...document.querySelectorAll(".live-bar button")].find(({ textContent }) => textContent === "Make this page live");
  await until(button);
  const status = document.querySelector(".live-status");
  button().click();
  while (!/cells ran in|failed|could not/.test(status.textContent)) await new Promise(done => setTimeout(done, 100));   // the driver loses patience first
  document.querySelector(".live-widget .noUi-handle")?.focus();
  return status.textContent;
}"""
LINES = "[...document.querySelectorAll('.live-widget figure.chart[data-state=live] .mark-line path')].map(path => path.getAttribute('d')).join()"


def test_live_python_runs_and_keys_on_a_slider_move_its_chart(engine, at):
    if engine.name == "webkit":
        pytest.skip("live pages are for Chromium and Firefox")
    at("chapters/scenario-lab.html?view=code")
    assert "cells ran in" in engine.run(START_LIVE)
    before = engine.run(f"() => {LINES}")
    engine.press("ArrowRight")
    assert before and engine.run(f"(before) => until(() => {LINES} !== before)", before)
