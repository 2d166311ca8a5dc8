"""The explorers in a real browser: they give what Python gives, and nothing that a reader does breaks them."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import re
import unicodedata
from urllib.parse import parse_qsl, quote

import explorer_pages
import pytest
from conftest import ROOT, until

from aftermath import assumptions, explorers, model, theme, uncertainty, widgets
from explorable import chromium
from explorable.figures import blocks

pytestmark = pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")

ALL = explorers.all_ids()
PATHS = {label: path for path, label in explorers.path_labels().items()}
WORDS = {words: outcome for outcome, words in explorers.OUTCOMES.items()}

# In the page: find the figure, move controls as a hand does, wait until the last chart and the tables have followed.
SCRIPT = """
window.shown = figure => new Promise((resolve, reject) => {
  const rested = explorer => !explorer?.timer && !(explorer?.folded.open && [...explorer.unfilled ?? []].some(panel => explorer.known.fills[panel]));   // of the tables, too
  const look = () => rested(figure.explorer) ? resolve() : setTimeout(look, 20);
  figure.addEventListener("chart:drawn", () => setTimeout(look, 75), { once: true });
  setTimeout(() => reject(new Error("the charts did not follow")), 10000);
});
window.explorerOf = id => [...document.querySelectorAll("figure.explorer")].find(figure => JSON.parse(figure.dataset.explorer).id === id);
window.move = (figure, values) => {
  const done = window.shown(figure);
  for (const [name, value] of Object.entries(values)) {
    const control = figure.querySelector(`[data-param="${name}"]`);
    control.value = control.tagName === "SELECT" ? JSON.stringify(value) : String(value);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return done;
};
window.valuesOf = figure => Object.fromEntries([...figure.querySelectorAll("[data-assumption] [data-param]")].map(input => [input.dataset.param, Number(input.value)]));
window.rowsOf = (figure, view) => {
  const table = figure.querySelector(`table[data-view="${view}"]`);
  return [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value)));
};
"""
NOT_NUMBERS = """figure => [...figure.querySelectorAll("svg *")].flatMap(mark => [...mark.attributes].map(attribute => attribute.value))
  .concat([...figure.querySelectorAll("svg text, td, output, .stage-answer")].map(mark => mark.textContent))
  .filter(text => /NaN|Infinity|undefined|null/.test(text))"""


AT_LARGE = "{:,.0f} in a war, waiting to be sent, or back in violence, after {} months"


class Explorer:
    """One explorer, open in a browser that reports every script error."""

    def __init__(self, browser, address: str, id: str, fragment: str = "", page: str = "", **options):
        self.id = id
        self.context = browser.new_context(
            **{
                "viewport": {"width": 1280, "height": 900},
                "permissions": ["clipboard-read", "clipboard-write"],
                **options,
            }
        )
        self.context.add_init_script(SCRIPT)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        self.address = f"{address}/{page or id}.html"
        self.open(fragment)

    def open(self, fragment: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto(self.address + (f"#{fragment}" if fragment else ""))
        self.again()
        self.figure.evaluate(
            "figure => { figure.querySelectorAll('details').forEach(part => part.open = true); return new Promise(done => setTimeout(done, 150)); }"
        )

    def again(self) -> Explorer:
        """Find the explorer of a page that was loaded anew or came back, and wait till it shows what it should."""
        self.figure = self.page.evaluate_handle("id => explorerOf(id)", self.id)
        self.figure.scroll_into_view_if_needed()
        until(self.page, "figure => figure.dataset.state", self.figure)
        assert self.figure.get_attribute("data-state") == "live", self.figure.inner_text()
        self.rest()
        return self

    def rest(self) -> None:
        """Wait until chart, sentence and tables show what the controls say now, however many keys were pressed."""
        self.settle(
            lambda: self.figure.evaluate("figure => figure.controls.get([...figure.controls.keys()][0]).tell()")
        )

    def beside(self, *, doubled: bool = False) -> Explorer:
        """Open the same page in a second tab; a doubled one begins with a copy of what the first keeps."""
        other = copy.copy(self)
        if doubled:
            with self.context.expect_page() as opened:
                self.page.evaluate("window.open(location.href)")
            other.page = opened.value
            return other.again()
        other.page = self.context.new_page()
        other.open()
        return other

    def one(self, selector: str):
        return self.figure.query_selector(selector)

    def move(self, **values) -> None:
        self.figure.evaluate("(figure, values) => move(figure, values)", values)

    def settle(self, act) -> None:
        """Do something that moves sliders, and wait until charts and tables have followed."""
        self.figure.evaluate("figure => { window.settled = shown(figure); }")
        act()
        self.page.evaluate("window.settled")

    def press(self, action: str) -> None:
        """Press a button of the menu, which is opened first where it is closed."""
        if not self.one(".stage-tools").evaluate("menu => menu.open"):
            self.one(".stage-tools > summary").click()
        self.one(f"[data-action={action}]").click()

    def link(self) -> str:
        """Copy the link, and return what stands behind its #."""
        self.one(".explorer-message").evaluate("line => { line.textContent = ''; }")
        self.press("share")
        until(self.page, "figure => figure.querySelector('.explorer-message').textContent", self.figure)
        assert "copied" in self.message()
        address, _, fragment = self.page.evaluate("navigator.clipboard.readText()").partition("#")
        assert address == self.address
        return fragment

    def values(self) -> dict[str, float]:
        return self.figure.evaluate("figure => valuesOf(figure)")

    def rows(self, view: str) -> list[list]:
        return self.figure.evaluate("(figure, view) => rowsOf(figure, view)", view)

    def message(self) -> str:
        return self.one(".explorer-message").inner_text()

    def summary(self) -> str:
        """Return number, words and sentence, as a reader sees them."""
        return " ".join(self.one(".stage-answer").inner_text().split())

    def defaults(self) -> dict[str, float]:
        return {id: assumptions.get(id).middle for id in self.values()}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    pages = {id: [id] for id in explorer_pages.EXPLORERS} | {
        "two": ["scenario-stay", "inflow"],
        "far": ["five-scenarios", "scenario-stay", "territory", "inflow"],
    }
    with explorer_pages.serve(explorer_pages.write(tmp_path_factory.mktemp("explorers"), pages)) as address:
        yield address


@pytest.fixture(scope="module")
def opened(browser, address):
    """Every explorer that a test of this module has asked for; each is opened once and stays open."""
    kept: dict[str, Explorer] = {}
    yield lambda id: kept.get(id) or kept.setdefault(id, Explorer(browser, address, id))
    for explorer in kept.values():
        explorer.context.close()


@pytest.fixture
def explorer(opened, request):
    """An explorer as it starts: the one a test names, or the large one. No test may leave a script error."""
    explorer = opened(getattr(request, "param", "five-scenarios"))
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    yield explorer
    assert explorer.errors == []


@pytest.fixture
def anew(browser, address):
    """Open an explorer by itself, with what it needs: a fragment, a permission."""
    with contextlib.ExitStack() as stack:

        def open_(id: str = "five-scenarios", fragment: str = "", **options) -> Explorer:
            explorer = Explorer(browser, address, id, fragment, **options)
            stack.callback(explorer.context.close)
            stack.callback(lambda: explorer.errors.clear())
            return explorer

        yield open_


def any_values(rng: random.Random, ids) -> dict[str, float]:
    """Put each slider anywhere on its track."""
    values = {}
    for id in ids:
        this = assumptions.get(id)
        low, high = this.slider
        values[id] = round(low + this.step * rng.randint(0, round((high - low) / this.step)), 6)
    return values


def meant(given: dict) -> dict:
    """What the sliders mean: of the five shares only the proportions count; a share alone leaves the others to divide the rest alike."""
    shares = {id: value for id, value in given.items() if id in assumptions.share_ids()}
    return {**given, **assumptions.normalised(shares)} if len(shares) > 1 else given


def close(found: dict, expected: dict) -> None:
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


every = pytest.mark.parametrize("explorer", explorer_pages.EXPLORERS, indirect=True)


# What Python gives


@pytest.mark.parametrize("seed", range(6))
def test_sliders_give_what_python_gives(explorer, seed):
    rng = random.Random(seed)
    set_to, month = any_values(rng, ALL), rng.randint(0, 60)
    explorer.move(**set_to, month=month)
    given = explorer.values()
    assert {id: given[id] for id in ALL if id not in assumptions.share_ids()} == {
        id: value for id, value in set_to.items() if id not in assumptions.share_ids()
    }
    assert sum(given[id] for id in assumptions.share_ids()) == pytest.approx(1), "the others made room"
    assert given[assumptions.share_ids()[-1]] == set_to[assumptions.share_ids()[-1]], (
        "the one moved last stands where it was put"
    )
    close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(given, month))
    close(
        {(then, PATHS[label]): people for then, label, people in explorer.rows("paths")},
        {(then, path): people for then in range(0, 61, 6) for path, people in model.paths(given, then).items()},
    )
    assert AT_LARGE.format(model.outcomes(given, month)["at_large"], month) in explorer.summary()
    assert explorer.figure.evaluate(NOT_NUMBERS) == []


def test_what_is_said_beside_the_number_stands_beside_it(explorer):
    beside = explorer.one(".stage-beside")
    assert (
        beside.is_visible()
        and beside.inner_text() == explorers.SAID_BESIDE
        and "heads, not harm" in explorers.SAID_BESIDE
    )


def test_tables_are_written_for_readers(explorer):
    """People as whole numbers with their thousands apart."""
    explorer.move(lost=0.3)
    cells = "(figure, view) => [...figure.querySelectorAll(`table[data-view=${view}] tbody tr`)].map(row => [...row.cells].map(cell => cell.textContent))"
    assert explorer.figure.evaluate(cells, "outcomes")[0] == [explorers.OUTCOMES["at_large"], "9,195"]


@pytest.mark.parametrize("explorer", ["who-is-left"], indirect=True)
def test_who_is_left(explorer):
    rng = random.Random(1)
    for _ in range(4):
        given = any_values(rng, ("travelled", "killed", "returned"))
        explorer.move(**given)
        left = model.remaining(**given)
        gone = {"gone home": given["travelled"] * given["returned"], "killed": given["travelled"] * given["killed"]}
        close(dict(explorer.rows("parts")), {"still there": left, **gone})
        where = "below" if left < 10_000 else "above" if left > 30_000 else "inside"
        assert f"{left:,.0f} people were left, {where} the document’s 10,000 to 30,000" in explorer.summary()


@pytest.mark.parametrize("explorer", ["inflow"], indirect=True)
def test_inflow(explorer):
    for half_life in (2.5, 9.37, 24):
        explorer.move(inflow_half_life=half_life)
        close(
            dict(explorer.rows("arrivals")),
            {month: model.inflow(inflow_half_life=half_life, month=month) for month in range(31)},
        )
        then = model.inflow(inflow_half_life=half_life, month=12)
        assert explorer.summary().startswith(f"{then:,.0f} people a month arrived in June 2016")


@pytest.mark.parametrize("explorer", ["territory"], indirect=True)
def test_territory(explorer):
    explorer.move(territory_pace=2_345, territory_half_life=17)
    expected = {}
    for month in range(0, 85, 3):
        expected[month, "the same area each month"] = max(0, model.area_left(territory_pace=2_345, month=month))
        expected[month, "the same share each month"] = model.area_left_halving(territory_half_life=17, month=month)
    close({(month, rule): area for month, rule, area in explorer.rows("areas")}, expected)
    apart = abs(expected[36, "the same area each month"] - expected[36, "the same share each month"])
    assert explorer.summary().startswith(f"{apart:,.0f} km² lie between the two rules at the end of 2017")


@pytest.mark.parametrize("explorer", [f"scenario-{path}" for path in model.path_ids()], indirect=True)
def test_one_scenario(explorer):
    path, rng = explorer.id.removeprefix("scenario-"), random.Random(2)
    of = {
        "disengage": ["still_attached", "reengaged", "tried", "converted"],
        "stay": ["staying"],
        "join": ["joined"],
        "relocate": ["relocated"],
        "dispatch": ["waiting", "gone_off", "stopped"],
    }
    for _ in range(3):
        given = any_values(rng, explorer.defaults())
        explorer.move(**given)
        close(
            {(month, WORDS[words]): people for month, words, people in explorer.rows("path")},
            {(month, name): model.outcomes(given, month)[name] for month in range(0, 61, 3) for name in of[path]},
        )
        first = of[path][0]
        assert explorer.summary().startswith(
            f"{model.outcomes(given, 24)[first]:,.0f} {explorers.OUTCOMES[first]}, after"
        )


# What the engine gives, tab by tab


def held(explorer) -> dict[str, float]:
    """Return what the reader moved, as Python takes it: of the shares all or none."""
    moved = explorer.figure.evaluate("figure => figure.explorer.state.held")
    shares = {id: explorer.values()[id] for id in assumptions.share_ids()}
    return {id: value for id, value in moved.items() if id not in shares} | (
        assumptions.normalised(shares) if set(shares) & set(moved) else {}
    )


def show(explorer, tab: str) -> None:
    """Choose a tab, and wait till its chart holds all draws."""
    explorer.page.get_by_role("tab", name=tab, exact=True).click()
    explorer.rest()
    until(explorer.page, "figure => !figure.explorer.unfilled.has(figure.shownPanel)", explorer.figure)
    explorer.figure.evaluate("figure => figure.views[figure.shownPanel].runAsync().then(() => {})")


@pytest.mark.parametrize("given", [{}, {"lost": 0.45, "stay_growth": 0.2}, {"share_join": 0.5, "killed": 0.2}], ids=str)
def test_the_charts_of_the_engine_say_what_python_says(explorer, given):
    explorer.move(**given, month=36, threshold=8_000)
    fixed = held(explorer)
    show(explorer, "Range")
    found = explorer.figure.evaluate("figure => figure.views[2].data('range')")
    expected = uncertainty.fan("at_large", range(0, 61, 12), fixed)
    for row, line in zip(found, expected.itertuples(index=False), strict=True):
        assert [row[name] for name in ("month", "q5", "q25", "q50", "q75", "q95")] == pytest.approx([*line], rel=1e-9)
    points = explorer.figure.evaluate("figure => figure.views[2].data('points')")
    assert {row["month"]: row["people"] for row in points} == pytest.approx(
        {month: model.outcomes(meant(explorer.values()), month)["at_large"] for month in range(0, 61, 3)}, rel=1e-9
    )
    show(explorer, "What matters")
    singles, groups, together = uncertainty.matters("at_large", 36, fixed)
    shares = {f"all of: {name}": total for name, total in zip(groups["group"], groups["total"])}
    shares |= dict(zip(singles["label"], singles["total"])) | {"no single one": max(0, together)}
    rows = explorer.figure.evaluate("figure => figure.views[3].data('matters')")
    assert len(rows) > 5
    for row in rows:
        assert row["share"] == pytest.approx(100 * shares[row["label"]], abs=1e-6), row
    alone = {
        row.label: (row.from_low, row.from_high) for row in uncertainty.tornado("at_large", 36, fixed).itertuples()
    }
    said = {row["label"]: row["says"] for row in rows if row["kind"] == "single"}
    assert said == {
        label: "alone {:,.0f} to {:,.0f}".format(*(float(f"{people:.3g}") for people in alone[label])) for label in said
    }
    show(explorer, "Where it flips")
    turned = uncertainty.turned(uncertainty.more_than(8_000, "at_large", 36), fixed)
    rows = explorer.figure.evaluate("figure => figure.views[4].data('turned')")
    assert [row["draws"] for row in rows] == pytest.approx([*turned[: len(rows)]], abs=1e-9)
    assert all(
        turned[id] == pytest.approx(row["draws"])
        for row in rows
        for id in ALL
        if assumptions.get(id).label == row["label"]
    )
    show(explorer, "Worth knowing")
    title = explorer.figure.query_selector_all(".chart-panel-title")[5].inner_text()
    worth, value = uncertainty.worth(uncertainty.more_than(8_000, "at_large", 36), fixed)
    rows = explorer.figure.evaluate("figure => figure.views[5].data('worth')")
    assert title.startswith(f"More than 8,000 people after 36 months? In {100 * value.yes:.0f} of 100 draws: yes.")
    assert ("as good as settled" in title) == value.as_good_as_settled == (rows == [])
    for row, due in zip(rows, worth.itertuples()):
        assert row["share"] == pytest.approx(100 * due.share, abs=1e-6) and row["label"] == due.label
        least, most = (float(part) for part in re.findall(r"(\d+) %", row["says"]))
        assert least == pytest.approx(100 * due.least, abs=0.51) and most == pytest.approx(100 * due.most, abs=0.51)


def test_a_question_that_is_as_good_as_settled_is_worth_no_fact(explorer):
    explorer.move(threshold=1_000)
    show(explorer, "Worth knowing")
    said = explorer.figure.query_selector_all(".chart-panel-title")[5].inner_text()
    assert "as good as settled: no fact is worth much" in said
    assert explorer.figure.evaluate("figure => figure.views[5].data('worth')") == []


def test_the_range_is_drawn_by_another_shape_and_that_travels(explorer, anew):
    explorer.settle(
        lambda: explorer.page.get_by_label("how the draws fill what is open").select_option(
            label=explorers.SHAPES["flat"]
        )
    )
    show(explorer, "Range")
    rows = explorer.figure.evaluate("figure => figure.views[2].data('range')")
    own, flat = (uncertainty.fan("at_large", [60], shape=shape).iloc[0] for shape in (None, "flat"))
    assert rows[-1]["q95"] == pytest.approx(flat["95%"], rel=1e-9) and abs(flat["95%"] - own["95%"]) > 1_000
    friend = anew(explorer.id, explorer.link())
    show(friend, "Range")
    assert friend.figure.evaluate("figure => figure.views[2].data('range')")[-1] == rows[-1]


def test_an_assumption_is_held_where_it_stands_and_that_travels(explorer, anew):
    """By its button: the number stays, the range closes; link, file, reload and Undo carry it; ↺ opens it again."""
    show(explorer, "Range")
    high = "figure => figure.views[2].data('range').at(-1).q95"
    number, open_ = explorer.one(".stage-number").inner_text(), explorer.figure.evaluate(high)
    button = explorer.page.get_by_role("button", name=f"Hold: {assumptions.get('relocate_growth').label}")
    explorer.settle(button.click)
    show(explorer, "Range")
    assert button.get_attribute("aria-pressed") == "true" and explorer.one(".stage-number").inner_text() == number
    fixed = {"relocate_growth": assumptions.get("relocate_growth").middle}
    assert explorer.figure.evaluate("figure => figure.explorer.state.held") == fixed
    expected = uncertainty.fan("at_large", [60], fixed).iloc[0]["95%"]
    assert explorer.figure.evaluate(high) == pytest.approx(expected, rel=1e-9) and expected < open_
    fragment = explorer.link()
    assert dict(parse_qsl(fragment)) == {"explorer": explorer.id, "version": "2", "hold": "relocate_growth"}
    friend = anew(explorer.id, fragment)
    friend.page.reload()
    assert friend.again().figure.evaluate("figure => figure.explorer.state.held") == fixed
    with explorer.page.expect_download() as download:
        explorer.press("save")
    content = download.value.path().read_bytes()
    assert assumptions.from_json(content.decode()) == explorer.values(), "Python reads it as well"
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    assert explorer.figure.evaluate("figure => figure.explorer.state.held") == {}
    explorer.settle(lambda: load(explorer, content))
    assert explorer.figure.evaluate("figure => figure.explorer.state.held") == fixed
    explorer.settle(lambda: explorer.one("[data-assumption=relocate_growth] .assumption-reset").click())
    assert explorer.figure.evaluate("figure => figure.explorer.state.held") == {}
    for bad in ("hold=luck", "hold=share_stay", "hold=month"):
        explorer.page.goto(f"{explorer.address}#explorer=five-scenarios&version=2&{bad}")
        until(explorer.page, "() => location.hash === ''")
        assert "can't hold" in explorer.message().replace("’", "'") and "Nothing was changed" in explorer.message()


def test_another_number_is_asked_for_and_travels(explorer, anew):
    """Number, words, range and what matters follow; so do link, file, citation and a reload."""
    choice = explorer.page.get_by_label("Which number?")
    explorer.settle(lambda: choice.select_option(label=explorers.OUTCOMES["joined"]))
    explorer.move(share_join=0.5, month=36)
    now, then = (model.outcomes(meant(explorer.values()), 36), model.outcomes({}, 24))
    assert explorer.figure.evaluate("figure => figure.explorer.state.outcome") == "joined"
    more = round(now["joined"]) - round(then["joined"])
    assert explorer.summary().startswith(
        f"{now['joined']:,.0f} in other groups, after 36 months: {more:,} more than at the start."
    )
    assert not explorer.one(".stage-beside").is_visible(), "what is said of those at large is not said of others"
    show(explorer, "Range")
    rows = explorer.figure.evaluate("figure => figure.views[2].data('range')")
    expected = uncertainty.fan("joined", [60], held(explorer)).iloc[0]
    assert rows[-1]["q95"] == pytest.approx(expected["95%"], rel=1e-9)
    begun = explorer.figure.evaluate("figure => figure.views[2].data('begun')")
    assert begun[8]["people"] == pytest.approx(then["joined"], rel=1e-9)
    fragment = explorer.link()
    assert dict(parse_qsl(fragment))["outcome"] == "joined"
    explorer.press("cite")
    assert "Which number?: in other groups" in explorer.message()
    with explorer.page.expect_download() as download:
        explorer.press("save")
    content = download.value.path().read_bytes()
    assert json.loads(content)["settings"]["outcome"] == "joined"
    friend = anew(explorer.id, fragment)
    assert friend.summary().startswith(f"{now['joined']:,.0f} in other groups")
    friend.page.reload()
    assert friend.again().figure.evaluate("figure => figure.explorer.state.outcome") == "joined"
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.settle(lambda: load(explorer, content))
    assert explorer.figure.evaluate("figure => figure.explorer.state.outcome") == "joined"


def test_with_nothing_open_a_sentence_says_why(explorer):
    explorer.move(
        **{id: assumptions.get(id).slider[1] for id in ALL if id not in assumptions.share_ids()}, share_join=0.3
    )
    for tab, panel in (("What matters", 3), ("Where it flips", 4), ("Worth knowing", 5)):
        show(explorer, tab)
        said = explorer.figure.query_selector_all(".chart-panel-title")[panel]
        assert (
            "is-settled" in said.get_attribute("class")
            and "othing is" in said.inner_text()
            and "open" in said.inner_text()
        )
    show(explorer, "Range")
    assert "the range is one line" in explorer.figure.query_selector_all(".chart-panel-title")[2].inner_text()
    assert explorer.figure.evaluate(NOT_NUMBERS) == []


# What a reader sees beside the sliders


@every
def test_sliders_are_named_and_speak_in_words(explorer):
    rng = random.Random(3)
    explorer.move(**any_values(rng, explorer.defaults()))
    given = explorer.values()
    assert blocks.NOT_A_FORECAST in explorer.one(".explorer-note").inner_text()
    shares = [id for id in given if id in assumptions.share_ids()]
    for id, value in given.items():
        this, row = assumptions.get(id), explorer.one(f"[data-assumption={id}]")
        if id in shares and len(shares) > 1:  # together on one bar: see below
            continue
        slider = explorer.page.get_by_role("slider", name=this.label, exact=True)
        assert slider.count() == 1 and slider.get_attribute("data-param") == id
        words = this.written(value)
        assert slider.get_attribute("aria-valuetext") == row.query_selector("output").inner_text() == words
        reasons = row.query_selector("details").inner_text()
        assert this.help in reasons and f"Basis: {this.basis}" in reasons
        assert row.query_selector("details a").get_attribute("href").endswith(f"#cite-{this.source}")


#: Of a slider: the numbers of its ticks, where the ticks stand along its track (0 to 1), and whether no two numbers overlap.
TICKS = """row => {
  const { left, width } = row.querySelector("[data-param]").getBoundingClientRect(), ticks = [...row.querySelectorAll(".assumption-ticks i")];
  const boxes = ticks.map(tick => tick.getBoundingClientRect()), words = ticks.map(tick => tick.textContent), taken = boxes.filter((_, at) => words[at]);
  const at = boxes.map((box, tick) => ticks[tick].className === "before" ? box.right : ticks[tick].className === "over" ? (box.left + box.right) / 2 : box.left);
  return { words, at: at.map(x => (x - left - 8) / (width - 16)), apart: taken.every((box, place) => !place || taken[place - 1].right <= box.left + .5) };
}"""


@every
def test_ticks_below_a_slider_say_low_middle_and_high_of_its_range(explorer):
    for id in explorer.defaults():
        this, row = assumptions.get(id), explorer.one(f"[data-assumption={id}]")
        if not row.is_visible():  # a share, which stands on the bar
            continue
        found, (low, high) = row.evaluate(TICKS), this.slider
        assert found["apart"], id
        assert found["at"] == pytest.approx(
            [(value - low) / (high - low) for value in (this.low, this.middle, this.high)], abs=0.012
        ), id
        for text, value in zip(found["words"], (this.low, this.middle, this.high)):
            assert text == "" or this.written(value).startswith(text), id
        assert found["words"][0] and found["words"][2]
        assert this.basis in row.query_selector("summary").inner_text()


def test_a_held_slider_looks_held(explorer):
    row = explorer.one("[data-assumption=relocate_growth]")
    button = row.query_selector(".assumption-hold")
    look = "row => [getComputedStyle(row.querySelector('.assumption-track'), '::before').outlineStyle, row.querySelector('.assumption-hold').textContent]"
    assert row.evaluate(look) == ["none", "hold"]
    explorer.settle(button.click)
    assert row.evaluate(look) == ["dashed", "held"]


LABELS = [*explorers.path_labels().values()]


def shares(explorer) -> list[float]:
    return [explorer.values()[id] for id in assumptions.share_ids()]


def dividers(explorer) -> list:
    return explorer.figure.query_selector_all(".shares [type=range]")


def test_the_bar_of_shares_and_its_numbers_say_the_shares_that_result(explorer):
    rng = random.Random(4)
    for _ in range(5):
        explorer.move(**any_values(rng, assumptions.share_ids()))
        given = shares(explorer)
        said = [f"{float(f'{100 * share:.3g}'):g}" for share in given]
        fields = [explorer.page.get_by_role("spinbutton", name=label) for label in LABELS]
        assert [field.input_value() for field in fields] == said
        assert sum(map(float, said)) == pytest.approx(100, abs=0.25)
        for place, divider in enumerate(dividers(explorer)):
            assert divider.get_attribute("aria-label") == f"Between “{LABELS[place]}” and “{LABELS[place + 1]}”"
            assert (
                divider.get_attribute("aria-valuetext")
                == f"{LABELS[place]} {said[place]} %, {LABELS[place + 1]} {said[place + 1]} %"
            )
    grounds = explorer.figure.evaluate(
        "figure => [...figure.querySelectorAll('.shares-bar > span')].map(part => getComputedStyle(part).backgroundColor)"
    )
    assert [f"#{''.join(f'{int(part):02x}' for part in re.findall('[0-9]+', ground))}" for ground in grounds] == [
        theme.colour(path) for path in PATHS.values()
    ]
    why = explorer.one(".explorer-entry details:has(b)")
    assert all(assumptions.get(id).help in why.text_content() for id in assumptions.share_ids())


def test_a_divider_moves_by_key_what_stands_beside_it_and_no_other(explorer):
    explorer.one("[data-assumption=lost] [data-param]").focus()
    explorer.page.locator(".shares [type=range]").nth(1).focus()
    for key, expected in {
        "ArrowRight": [0.2, 0.21, 0.19],
        "PageUp": [0.2, 0.31, 0.09],
        "End": [0.2, 0.4, 0],
        "Home": [0.2, 0, 0.4],
    }.items():
        explorer.settle(lambda: explorer.page.keyboard.press(key))
        assert shares(explorer) == pytest.approx([*expected, 0.2, 0.2]), key
        close(
            {WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(explorer.values(), 24)
        )
    assert "none of the survivors stay" in explorer.one(".stage-sentence").inner_text(), "and the sentence names it"
    assert dict(parse_qsl(explorer.link()))["share_stay"] == "0", "and a link carries it"


def test_a_mouse_drags_the_nearest_divider_also_where_several_stand_at_one_point(explorer):
    page, bar = explorer.page, explorer.page.locator(".shares-bar")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    middle = box["y"] + box["height"] / 2

    def drag(start: float, end: float) -> None:
        page.mouse.move(box["x"] + start * box["width"], middle)
        page.mouse.down()
        page.mouse.move(box["x"] + (start + end) / 2 * box["width"], middle, steps=3)
        page.mouse.move(box["x"] + end * box["width"], middle, steps=3)
        page.mouse.up()

    explorer.settle(lambda: drag(0.41, 0.5))
    assert shares(explorer) == pytest.approx([0.2, 0.3, 0.1, 0.2, 0.2])
    explorer.settle(lambda: drag(0.5, 0.95))
    assert shares(explorer) == pytest.approx([0.2, 0.4, 0, 0.2, 0.2]), "it stops at the next"
    explorer.settle(lambda: drag(0.6, 0.7))
    assert shares(explorer) == pytest.approx([0.2, 0.4, 0.1, 0.1, 0.2]), "of two at one point the one that can go there"
    page.keyboard.press("ArrowLeft")
    explorer.rest()
    assert shares(explorer) == pytest.approx([0.2, 0.4, 0.09, 0.11, 0.2]), "and the keys go on with it"


def test_a_share_is_typed_and_the_others_make_room_in_their_proportions(explorer):
    explorer.move(share_stay=0.5)
    field = explorer.page.get_by_role("spinbutton", name=LABELS[2])
    field.click()
    field.press("ControlOrMeta+a")
    explorer.settle(lambda: explorer.page.keyboard.type("65"))
    rest = 0.35 / 0.875
    assert shares(explorer) == pytest.approx([0.125 * rest, 0.5 * rest, 0.65, 0.125 * rest, 0.125 * rest])
    field.press("ControlOrMeta+a")
    explorer.settle(lambda: explorer.page.keyboard.type("100"))
    explorer.settle(lambda: explorer.page.keyboard.press("Backspace"))
    assert shares(explorer)[1] == pytest.approx(0.5 * 0.9 / 0.875), "what was typed on the way costs no proportions"
    for bad in ("-3", "101"):
        field.press("ControlOrMeta+a")
        explorer.page.keyboard.type(bad)
        assert field.get_attribute("aria-invalid") == "true"
    explorer.page.keyboard.press("Tab")
    assert field.input_value() == "10" and field.get_attribute("aria-invalid") is None
    explorer.rest()
    assert sum(shares(explorer)) == pytest.approx(1)


def test_shares_sum_to_one_whatever_a_hand_does(explorer):
    """The others keep their proportions; where they have none, they divide what is left alike. The bar shows the same."""
    explorer.move(share_stay=0.5)
    assert [explorer.values()[id] for id in assumptions.share_ids()] == pytest.approx([0.125, 0.5, 0.125, 0.125, 0.125])
    explorer.move(share_join=0.25)
    assert [explorer.values()[id] for id in assumptions.share_ids()] == pytest.approx(
        [3 / 28, 3 / 7, 0.25, 3 / 28, 3 / 28]
    )
    assert " ".join(part.inner_text() for part in explorer.figure.query_selector_all(".shares-bar span")).split() == [
        "11",
        "%",
        "43",
        "%",
        "25",
        "%",
        "11",
        "%",
        "11",
        "%",
    ]
    explorer.move(share_join=1)
    explorer.move(share_join=0)
    assert [explorer.values()[id] for id in assumptions.share_ids()] == pytest.approx([0.25, 0.25, 0, 0.25, 0.25])
    explorer.move(**dict.fromkeys(assumptions.share_ids(), 0))
    assert sum(explorer.values()[id] for id in assumptions.share_ids()) == pytest.approx(1), "nothing sums to zero"
    assert explorer.figure.evaluate(NOT_NUMBERS) == [] and agree(explorer) == []


def test_presets_set_their_values(explorer):
    buttons = {
        button.get_attribute("value"): button for button in explorer.figure.query_selector_all("[data-action=preset]")
    }
    assert set(buttons) == set(assumptions.presets())

    def pressed() -> list[str]:
        return [name for name, button in buttons.items() if button.get_attribute("aria-pressed") == "true"]

    for name, button in buttons.items():
        explorer.settle(button.click)
        expected, values = assumptions.middles() | assumptions.preset(name), explorer.values()
        for id in ALL:  # a slider has stops: the pictures beside it hold a preset's values exactly
            assert values[id] == pytest.approx(expected[id], abs=assumptions.get(id).step / 2 + 1e-9), id
        assert pressed() == [name]
        assert f"reset “{button.inner_text()}”" in explorer.summary(), "a preset is named by its name"
        close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(meant(values), 24))
    explorer.move(lost=0.5)
    assert pressed() == [], "a moved slider makes it the reader's own"
    said = "You assume that 50 % of those remaining were killed or captured afterwards, "
    assert explorer.one(".stage-sentence").inner_text().startswith(said)


@every
def test_the_sentence_changes_with_every_slider(explorer):
    """It names what was moved last, with its value, then up to two others, then how many more."""
    seen = {explorer.summary()}
    for count, id in enumerate(explorer.defaults(), 1):
        this = assumptions.get(id)
        value = this.slider[1] if this.middle != this.slider[1] else this.slider[0]
        explorer.move(**{id: value})
        sentence, (before, after) = explorer.one(".stage-sentence").inner_text(), this.said.split("{}")
        assert sentence.startswith(f"You assume that {before}") and after in sentence, sentence
        if id not in assumptions.share_ids() and this.unit != "per year":
            amount = {"0 %": "none", "100 %": "all"}.get(this.written(value), this.written(value))
            assert sentence.startswith(f"You assume that {this.said.format(amount)}")
        others = len(explorer.figure.evaluate("figure => Object.keys(figure.explorer.state.held)")) - 3
        assert (re.search(rf"and {others} things? more", sentence) is not None) == (others > 0)
        seen.add(explorer.summary())
        assert len(seen) == count + 1, "no sentence stays as it was"
    if len(explorer.defaults()) > 3:
        explorer.one(".stage-more").click()
        parts = [part for id in explorer.defaults() for part in assumptions.get(id).said.split("{}")]
        assert all(part in explorer.message() for part in parts)


def test_the_answer_says_how_far_it_is_from_the_start(explorer):
    start = round(model.outcomes({}, 24)["at_large"])
    for lost in (0.2, 0.5):
        explorer.move(lost=lost)
        gap = round(model.outcomes({"lost": lost}, 24)["at_large"]) - start
        assert f"{abs(gap):,} {'more' if gap > 0 else 'fewer'} than at the start" in explorer.summary()
    state = explorer.figure.evaluate("figure => figure.explorer.state")
    assert (
        state["held"] == {"lost": 0.5}
        and state["month"] == 24
        and state["values"] == explorer.defaults() | {"lost": 0.5}
    )


def test_three_questions_lead_in(explorer):
    entry = explorer.one(".explorer-entry")
    assert [part.inner_text() for part in entry.query_selector_all(".explorer-question")] == [
        "How many are left?",
        "Which path dominates?",
        "How long?",
    ]
    named = {part.get_attribute("data-param") for part in entry.query_selector_all("input") if part.is_visible()}
    assert named - {None} == {"lost", "month"}, "and the bar of shares"
    choice = entry.query_selector("select")
    words = "select => select.selectedOptions[0].textContent"
    assert choice.evaluate(words) == "none: five equal shares"
    for path, label in explorers.path_labels().items():
        explorer.settle(lambda: choice.select_option(label=f"mostly: {label}"))
        people = model.people(meant(explorer.values()))
        assert people[path] == max(people.values()) and people[path] > sum(people.values()) / 2
    explorer.move(share_join=0.33)
    assert choice.evaluate(words) == "your own shares"
    explorer.settle(lambda: choice.select_option(label="none: five equal shares"))
    assert {explorer.values()[id] for id in assumptions.share_ids()} == {0.2}


def test_each_slider_goes_back_and_all_do(explorer):
    explorer.move(**any_values(random.Random(5), ALL), month=50)
    given = explorer.values()
    back = "[data-assumption=killed] .assumption-reset"
    explorer.settle(lambda: explorer.one(back).click())
    assert explorer.values() == given | {"killed": assumptions.get("killed").middle}
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    assert explorer.values() == explorer.defaults()
    close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes({}, 24))
    assert explorer.one("[data-param=month]").input_value() == "24"


def test_pinned_results_stand_beside_the_new_ones(anew):
    explorer = anew()
    explorer.move(stay_growth=0.2, share_join=0.24)
    before, sentence = {view: explorer.rows(view) for view in ("outcomes", "paths")}, explorer.summary()
    explorer.press("pin")
    explorer.move(lost=0.5, share_relocate=0.8)
    assert explorer.one(".explorer-pinned").inner_text() == f"Pinned: {sentence}"
    assert sorted(
        (row["month"], row["label"], row["people"])
        for row in explorer.figure.evaluate("figure => figure.views[0].data('pinned')")
    ) == sorted((then, label, people) for then, label, people in before["paths"]), "and it is drawn"
    explorer_after = {view: explorer.rows(view) for view in before}
    for view, rows in explorer_after.items():
        old = {tuple(row[:-1]): row[-1] for row in before[view]}
        heads = explorer.figure.query_selector_all(f"table[data-view={view}] th")
        assert heads[-1].inner_text() == "Pinned" and len(heads) == len(rows[0])
        assert {tuple(row[:-2]): row[-1] for row in rows if row[-1] != ""} == old, (
            f"{view}: none is lost, none has another's"
        )
    close(
        {WORDS[words]: people for words, people, _ in explorer_after["outcomes"]},
        model.outcomes(meant(explorer.values()), 24),
    )
    explorer.press("pin")
    explorer.move(lost=0.3)
    assert explorer.rows("outcomes")[0][-1] == explorer_after["outcomes"][0][-2], "pinned anew"
    now = explorer.rows("outcomes")[0][:2]
    explorer.one("[data-action=unpin]").focus()
    explorer.page.keyboard.press("Enter")
    explorer.rest()
    assert explorer.rows("outcomes")[0] == now, "the column is gone"
    assert (
        not explorer.one(".explorer-pinned").is_visible()
        and explorer.page.evaluate("document.activeElement.dataset.action") == "pin"
    )
    assert explorer.errors == []


def test_the_answer_is_spoken_politely_once_the_hand_rests_and_only_when_it_changes(explorer):
    region = explorer.one(".stage-spoken")
    assert region.get_attribute("role") == "status" and region.get_attribute("aria-live") in (None, "polite")
    assert explorer.one(".stage-answer").evaluate("answer => answer.closest('[role=status], [aria-live]')") is None
    region.evaluate(
        "region => { window.spoken = 0; new MutationObserver(changes => window.spoken += 1).observe(region, { childList: true, characterData: true, subtree: true }); }"
    )
    before = explorer.summary()
    for lost in (0.2, 0.3, 0.45):
        explorer.move(lost=lost)
    assert explorer.summary() != before and explorer.page.evaluate("window.spoken") == 0, "the hand has not rested"
    until(explorer.page, "() => window.spoken === 1")
    assert " ".join(region.inner_text().split()) == explorer.summary()
    explorer.figure.evaluate(
        "figure => { figure.explorer.speakLater(); window.rest = new Promise(done => setTimeout(done, 900)); }"
    )
    explorer.page.evaluate("window.rest")
    assert explorer.page.evaluate("window.spoken") == 1, "what has not changed is not said again"


def test_the_answer_follows_however_fast_the_machine(explorer):
    explorer.figure.evaluate("""async figure => {
      const time = performance.now();
      performance.now = () => time;   // as on a machine that does it all in no time
      for (const lost of [0.2, 0.3, 0.4]) await move(figure, { lost });
      delete performance.now;
    }""")
    assert AT_LARGE.format(model.outcomes({"lost": 0.4}, 24)["at_large"], 24) in explorer.summary()


def test_a_drag_leaves_no_chart_behind(explorer):
    """While a hand moves without a stop each chart is drawn again and again; after it, all show the last value."""
    runs = explorer.figure.evaluate("""async figure => {
      const runs = figure.views.map(() => 0), slider = figure.querySelector("[data-param=lost]");
      figure.addEventListener("chart:run", event => runs[event.detail] += 1);
      for (let frame = 0; frame < 30; frame++) {
        slider.value = 0.1 + 0.01 * frame;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        slider.dispatchEvent(new Event("input", { bubbles: true }));   // in the frame, and before anything queued in it
        await scheduler.postTask(() => {}, { priority: "user-blocking" });
      }
      const during = [...runs], done = shown(figure);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await done;
      return during;
    }""")
    assert min(runs) >= 3, runs
    given = explorer.values()
    assert given["lost"] == 0.39
    close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(meant(given), 24))


#: Of each chart in view: the axis of its numbers and the largest number that is drawn, lines of comparison included.
AXES = """figure => figure.views.flatMap(view => Object.keys(view._runtime.scales).filter(name => /(^|_)[xy]$/.test(name))
  .filter(name => view.scale(name).type === "linear" && view.scale(name).domain()[1] > 200).map(name => {
    const across = name.endsWith("x"), [, top] = view.scale(name).domain(), box = view.container().querySelector("svg .background").getBoundingClientRect();
    const marks = [...view.container().querySelectorAll("svg :is(.mark-area, .mark-line, .mark-rect, .mark-symbol) path")].filter(mark => mark.closest(".mark-group.role-scope, .mark-group.role-frame") && !mark.closest("[class*=legend]"));
    const boxes = marks.map(mark => mark.getBoundingClientRect()).filter(one => one.width || one.height);
    const far = across ? Math.max(...boxes.map(one => one.right)) - box.left : box.bottom - Math.min(...boxes.map(one => one.top));
    return { top, part: far / (across ? box.width : box.height), ticks: view.scale(name).ticks(5).length };
  }))"""


@every
def test_axes_follow_so_that_no_chart_goes_empty_or_leaves_its_plot(explorer):
    """At both ends of every slider every mark lies inside the plot, and no more than a quarter of it is empty."""
    ends = [(id, end) for id in explorer.defaults() for end in assumptions.get(id).slider]
    random.Random(10).shuffle(ends)
    for id, end in ends[:12]:
        explorer.move(**{id: end})
        for axis in explorer.figure.evaluate(AXES):
            assert 0.7 <= axis["part"] <= 1.02, (id, end, axis)


# By keyboard


@pytest.mark.parametrize("explorer", ["five-scenarios", "scenario-disengage"], indirect=True)
def test_tab_reaches_every_control_in_order(explorer):
    everything = """figure => [...figure.querySelectorAll("input, select, button, summary, a, [tabindex]")]
      .filter(part => !part.closest("noscript") && part.tabIndex >= 0 && part.checkVisibility({ visibilityProperty: true }))"""
    count = explorer.figure.evaluate(f"figure => ({everything})(figure).length")
    explorer.page.evaluate("document.getElementById('elsewhere').focus()")
    reached = []
    for _ in range(count):
        explorer.page.keyboard.press("Tab")
        reached.append(explorer.figure.evaluate(f"figure => ({everything})(figure).indexOf(document.activeElement)"))
    assert reached == list(range(count))


def test_arrow_keys_move_a_slider(explorer):
    before, sentence = explorer.values()["lost"], explorer.summary()
    explorer.one("[data-param=lost]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    assert explorer.values()["lost"] == pytest.approx(before + assumptions.get("lost").step)
    assert explorer.one("[data-param=lost]").get_attribute("aria-valuetext") == "31 %"
    assert explorer.summary() != sentence
    explorer.settle(lambda: explorer.page.keyboard.press("Home"))
    assert explorer.values()["lost"] == assumptions.get("lost").slider[0]


# Links


def link(id: str, values: dict, version: object = assumptions.SAVED.version) -> str:
    return "&".join([f"explorer={id}", *(f"{name}={value:g}" for name, value in values.items()), f"version={version}"])


def test_a_link_of_the_first_edition_means_what_it_meant(anew):
    """Its weights are shares now; what it left out stood at the starts of its time; each value stands at the nearest stop."""
    fragment = "explorer=five-scenarios&version=1&weight_stay=60&lost=0.41"
    explorer, parts = anew("five-scenarios", fragment), dict(parse_qsl(fragment))
    with pytest.warns(assumptions.Translated):
        meant_then = assumptions.middles() | assumptions.from_link(parts)
    for id, value in explorer.values().items():
        assert value == pytest.approx(meant_then[id], abs=assumptions.get(id).step / 2 + 1e-9), id
    assert "older edition" in explorer.message() and explorer.page.evaluate("location.hash") == ""
    assert "unknown assumption" in anew("five-scenarios", "explorer=five-scenarios&version=2&weight_stay=60").message()


@pytest.mark.parametrize(
    "explorer", ["five-scenarios", "who-is-left", "territory", "scenario-disengage"], indirect=True
)
def test_a_link_brings_its_assumptions(explorer, anew):
    explorer.move(**any_values(random.Random(6), list(explorer.defaults())[1:]))
    given = explorer.values()
    fragment = explorer.link()
    assert explorer.page.evaluate("location.hash") == "", "what is shown owns the state, not the address"
    parts = dict(parse_qsl(fragment))
    assert (parts.pop("explorer"), parts.pop("version")) == (explorer.id, str(assumptions.SAVED.version))
    changed = {id: value for id, value in given.items() if value != assumptions.get(id).middle}
    assert {id: float(value) for id, value in parts.items()} == changed, "only what was changed"
    friend = anew(explorer.id, fragment)
    assert friend.values() == given and "came with the link" in friend.message()
    for table in friend.figure.query_selector_all("table[data-view]"):
        view = table.get_attribute("data-view")
        assert friend.rows(view) == explorer.rows(view)
    assert friend.errors == []


def test_the_link_is_copied(anew):
    explorer = anew("inflow")
    explorer.move(inflow_half_life=9.5)
    assert explorer.link() == f"explorer=inflow&inflow_half_life=9.5&version={assumptions.SAVED.version}"
    assert explorer.page.url == explorer.address, "nothing is written into the address bar"
    assert explorer.errors == []


def test_a_link_that_may_not_be_copied_is_shown(anew):
    explorer = anew("inflow")
    explorer.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    explorer.move(inflow_half_life=9.5)
    explorer.press("share")
    until(explorer.page, "figure => figure.querySelector('.book-copy')", explorer.figure)
    assert "copied" not in explorer.message()
    assert (
        explorer.page.evaluate("document.activeElement.value")
        == f"{explorer.address}#explorer=inflow&inflow_half_life=9.5&version=2"
    )


def test_a_link_is_for_one_explorer_and_leads_to_it(anew):
    explorer = anew("inflow", link("inflow", {"inflow_half_life": 12}), page="two")
    assert explorer.values() == {"inflow_half_life": 12}
    explorer.page.evaluate("window.scrollTo(0, 0)")
    explorer.open(link("inflow", {"inflow_half_life": 3}))
    other = explorer.page.evaluate(
        "[valuesOf(explorerOf('scenario-stay')), explorerOf('scenario-stay').querySelector('.explorer-message').textContent]"
    )
    assert other == [{"share_stay": 0.2, "stay_growth": -0.2}, ""], "the other explorer takes no notice"
    explorer.page.goto("about:blank")
    explorer.page.goto(explorer.address + "#" + link("inflow", {"inflow_half_life": 3}))
    until(explorer.page, "() => explorerOf('inflow').getBoundingClientRect().top < innerHeight / 2")
    assert explorer.errors == []


JUNK = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e308",
    "1e999",
    "-0.1",
    "",
    "null",
    "undefined",
    "0.155",
    "0.1.2",
    "½",
    "1,5",
    "12abc",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "%E0%A4%A",
    "%zz",
    "%00",
    "'\"><svg onload=alert(1)>",
]
NAMES = [
    "__proto__",
    "<img src=x onerror=alert(1)>",
    "constructor",
    "toString",
    "hasOwnProperty",
    "summary",
    "months",
    "<b>x</b>",
    "",
    "weight",
    "KILLED",
    "version",
    "explorer",
]


def damage(rng: random.Random, whole: str) -> str:
    """Spoil a link the way that copying, mail programs and mischief do."""
    parts, at = whole.split("&"), rng.randrange(len(whole))
    one = rng.randrange(2, len(parts))
    kinds = {
        "cut": lambda: whole[:at],
        "cut in front": lambda: whole[at:],
        "a letter changed": lambda: whole[:at] + rng.choice("abcxyz019.-=&%#<é ") + whole[at + 1 :],
        "a piece lost": lambda: whole[:at] + whole[at + rng.randint(1, 9) :],
        "a part lost": lambda: "&".join(parts[:one] + parts[one + 1 :]),
        "another value": lambda: "&".join(
            [*parts[:one], parts[one].split("=")[0] + "=" + rng.choice(JUNK), *parts[one + 1 :]]
        ),
        "another name": lambda: "&".join([*parts, f"{rng.choice(NAMES)}={rng.choice([*JUNK, '0.2', '1'])}"]),
        "twice": lambda: "&".join([*parts, parts[one].split("=")[0] + "=0.2"]),
        "another version": lambda: whole.replace(
            "version=2", f"version={rng.choice(['0', '3', '', '2.0', ' 2', 'two'])}"
        ),
        "another explorer": lambda: whole.replace("explorer=", f"explorer={rng.choice(['x', '<i>', '%', 'five-'])}"),
        "percent signs": lambda: quote(whole, safe=rng.choice(["=", "&", "=&", ""])),
        "nonsense": lambda: "".join(rng.choice("explorer=&%#/<>\"'\\;:é0 ") for _ in range(rng.randint(1, 60))),
    }
    return kinds[rng.choice(list(kinds))]()


TRACKERS = re.compile(
    re.search(
        r"const TRACKERS = /(.+)/i;", (ROOT / "explorable" / "pages" / "static" / "library.js").read_text("utf-8")
    )[1],
    re.IGNORECASE,
)


def parts_of(fragment: str) -> list[tuple[str, str]]:
    """Return what a link says, without what mail and social networks do to it on its way."""
    text = re.sub("&amp;|&#0*38;", "&", fragment.removeprefix("#"), flags=re.IGNORECASE)
    if "=" not in text:
        text = re.sub("%3D", "=", text, flags=re.IGNORECASE).replace("%26", "&")
    if "=" not in text:
        return []  # a place of the page, which may be called "explorer"

    def seen(word: str) -> str:
        return "".join(letter for letter in word if unicodedata.category(letter) != "Cf" and not letter.isspace())

    def bare(word: str) -> str:
        while word and unicodedata.category(word[-1])[0] in "PS":
            word = word[:-1]
        return word

    found = [(seen(name), bare(seen(value))) for name, value in parse_qsl(text, keep_blank_values=True)]
    return [(name, value) for name, value in found if not TRACKERS.search(name)]


def spelled(fragment: str, id: str, ids=ALL) -> dict | str:
    """Return the assumptions that a link spells out, whole and within reach of the sliders; else say that it is damaged, or no link at all."""
    parts = parts_of(fragment)
    names = [name for name, _ in parts]
    if "explorer" not in names:
        return "no link"
    if (
        len(set(names)) < len(names)
        or dict(parts).get("explorer") != id
        or dict(parts).get("version") != str(assumptions.SAVED.version)
    ):
        return "damaged"
    values = {}
    for name, text in parts:
        if name in ("explorer", "version"):
            continue
        if name not in ids or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
            return "damaged"
        this, value = assumptions.get(name), float(text)
        low, high = this.slider
        if name in assumptions.share_ids() and len(set(ids) & set(assumptions.share_ids())) > 1:
            if not low <= value <= high:  # what others leave to a share need not stand at a stop
                return "damaged"
        elif not low <= value <= high or abs((value - low) / this.step - round((value - low) / this.step)) > 1e-6:
            return "damaged"
        values[name] = value
    return values


def test_damaged_links_never_break_the_page(explorer):
    """200 of them: exactly the values that are spelled out, or a message and no change; nothing else, nothing injected."""
    rng, kinds = random.Random(7), {"good": 0, "damaged": 0, "no link": 0}
    explorer.one(".explorer-message").evaluate("line => line.replaceChildren()")
    elements = explorer.page.evaluate("document.querySelectorAll('*:not(svg *):not(td):not(tr)').length")
    for _ in range(200):
        whole = link("five-scenarios", any_values(rng, rng.sample(ALL, rng.randint(1, 19))))
        fragment = damage(rng, whole)
        values, message, injected, hash = explorer.figure.evaluate(
            """async (figure, fragment) => {
          const lost = figure.querySelector("[data-param=lost]");
          history.replaceState(null, "", location.pathname);
          figure.controls.put({ lost: 0.42 });
          figure.querySelector(".explorer-message").textContent = "";
          const changed = new Promise(resolve => addEventListener("hashchange", resolve, { once: true }));
          location.hash = fragment;
          if (location.hash) await changed;
          const message = figure.querySelector(".explorer-message");
          return [valuesOf(figure), message.textContent, message.querySelectorAll(":not(button)").length, location.hash];
        }""",
            fragment,
        )
        expected, before = spelled(fragment, explorer.id), explorer.defaults() | {"lost": 0.42}
        kinds[expected if isinstance(expected, str) else "good"] += 1
        if expected == "no link":
            assert values == before and message == "" and bool(hash) == bool(fragment.strip("# ")), fragment
        elif expected == "damaged":
            assert values == before and hash == "", fragment
            assert message.startswith("The link could not be used: ") and message.endswith("Nothing was changed."), (
                fragment
            )
        else:
            assert (
                values == explorer.defaults() | expected
                and message == "These assumptions came with the link. Undo"
                and hash == ""
            ), fragment
        assert injected == 0 and explorer.errors == [], fragment
    assert all(count >= 20 for count in kinds.values()), kinds
    explorer.page.evaluate("history.replaceState(null, '', location.pathname)")
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.one(".explorer-message").evaluate("line => line.replaceChildren()")
    assert explorer.page.evaluate("document.querySelectorAll('*:not(svg *):not(td):not(tr)').length") == elements, (
        "nothing was injected"
    )
    assert explorer.figure.evaluate(NOT_NUMBERS) == []


def test_damaged_links_never_break_a_page_as_it_opens(anew):
    """What the tab holds stays; a link that is whole takes its place."""
    explorer = anew("scenario-disengage")
    rng = random.Random(4)
    ids = list(explorer.defaults())
    held = explorer.defaults()
    for _ in range(10):
        fragment = damage(rng, link(explorer.id, any_values(rng, ids)))
        explorer.open(fragment)
        expected = spelled(fragment, explorer.id, ids)
        if isinstance(expected, dict):
            held = explorer.defaults() | expected
        assert explorer.values() == held, fragment
        assert ("could not be used" in explorer.message()) == (expected == "damaged"), fragment
        assert explorer.errors == [], fragment
    assert held != explorer.defaults()


@pytest.mark.parametrize(
    "fragment",
    ["elsewhere", "no-such-anchor", "/2/1", "forecast=1&Q01=0.1", ":~:text=explorer", "explorer", "lost=0.2"],
)
def test_what_is_no_link_of_ours_is_left_alone(anew, fragment):
    explorer = anew("who-is-left")
    explorer.one("[data-param=killed]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    given = explorer.values()
    explorer.page.goto(f"{explorer.address}#{fragment}")
    explorer.page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
    assert explorer.values() == given != explorer.defaults() and explorer.message() == ""
    assert ":~:" in fragment or explorer.page.url.endswith(f"#{fragment}")
    explorer.page.reload()
    assert explorer.again().values() == given and explorer.message() == ""


ON_THE_WAY = [
    "&fbclid=IwAR0x",
    "&utm_source=mail&utm_medium=x",
    "?fbclid=IwAR0x",
    ".",
    ").",
    "”",
    ",",
    "%E2%80%8B",
    "&amp;",
    "%26",
    "&gclid=1.",
    "…",
]


@pytest.mark.parametrize("added", ON_THE_WAY)
def test_what_mail_and_networks_add_does_not_spoil_a_link(anew, added):
    """Behind the link, before its #, or in place of each &."""
    explorer = anew("who-is-left")
    whole = link("who-is-left", {"killed": 0.4, "returned": 0.1})
    if added.startswith("?"):
        address = f"{explorer.address}{added}#{whole}"
    elif added in ("&amp;", "%26"):
        address = (
            explorer.address
            + "#"
            + (whole.replace("&", added) if added == "&amp;" else whole.replace("&", added).replace("=", "%3D"))
        )
    else:
        address = f"{explorer.address}#{whole}{added}"
    explorer.page.goto("about:blank")
    explorer.page.goto(address)
    assert explorer.again().values() == explorer.defaults() | {"killed": 0.4, "returned": 0.1}
    assert "came with the link" in explorer.message()
    assert explorer.page.evaluate("location.hash") == ""
    explorer.press("share")
    until(
        explorer.page,
        "figure => figure.querySelector('.explorer-message').textContent.includes('copied')",
        explorer.figure,
    )
    assert explorer.page.evaluate("navigator.clipboard.readText()") == f"{explorer.address}#{whole}", (
        "what was added is not passed on"
    )


REASONS = {
    "explorer=who-is-left&version=2&killed=": "cut short or damaged: nothing stands behind killed",
    "explorer=who-is-left&version=2&kil": "cut short or damaged: nothing stands behind kil",
    "explorer=who-is-left": "cut short: it says no version",
    "explorer=who-is-left&version=": "nothing stands behind version",
    "explorer=who-is": "no explorer of this page, or came damaged",
    "explorer=who-is-left&version=7&killed=0.4": "version 7, and this page reads version 2",
    "explorer=who-is-left&version=2&killed=0.4&killed=0.4": "says killed twice",
    "explorer=who-is-left&version=2&killed=0,4": "“0,4” for killed is no number",
    "explorer=who-is-left&version=2&killed=0.4&luck=0.2": "unknown assumption, luck",
    "explorer=who-is-left&version=2&killed=7": "its value of killed is none of the slider’s, which runs from",
    "explorer=who-is-left&version=2&killed=0.4321": "in steps of 0.01",
}


def test_a_link_that_can_t_be_used_says_truly_why_and_changes_nothing(anew):
    explorer = anew("who-is-left")
    explorer.one("[data-param=killed]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    given = explorer.values()
    for fragment, reason in REASONS.items():
        explorer.page.goto(f"{explorer.address}#{fragment}")
        until(explorer.page, "() => location.hash === ''")
        assert reason in explorer.message() and explorer.message().endswith("Nothing was changed."), fragment
        assert explorer.values() == given, fragment


def test_a_choice_that_is_none_is_refused(anew):
    explorer = anew()
    explorer.page.goto(f"{explorer.address}#explorer=five-scenarios&version=2&month=70")
    until(explorer.page, "() => location.hash === ''")
    assert "its value of month is none of the slider’s" in explorer.message()


def test_a_setting_of_earlier_pages_is_passed_over(anew):
    """Links and files may still name the top of an axis, which now follows by itself."""
    explorer = anew("five-scenarios", "explorer=five-scenarios&version=2&lost=0.5&axis_top=5000")
    assert "came with the link" in explorer.message() and explorer.values() == explorer.defaults() | {"lost": 0.5}
    explorer.settle(
        lambda: load(explorer, file(explorer="five-scenarios", assumptions={"lost": 0.4}, settings={"axis_top": 7}))
    )
    assert explorer.message() == "Loaded. Undo" and explorer.values()["lost"] == 0.4


def test_a_link_into_an_open_page_is_heard_and_can_be_undone(anew):
    explorer = anew("who-is-left")
    explorer.one("[data-param=killed]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    own = explorer.values()
    for killed in (0.4, 0.4, 0.45):  # the same one a second time, too
        explorer.settle(lambda: explorer.page.goto(f"{explorer.address}#{link('who-is-left', {'killed': killed})}"))
        assert explorer.values() == explorer.defaults() | {"killed": killed}
        assert explorer.message() == "These assumptions came with the link. Undo"
        undo = explorer.page.get_by_role("button", name="Undo")
        undo.focus()
        explorer.settle(lambda: explorer.page.keyboard.press("Enter"))
        assert explorer.values() == own and "Undone" in explorer.message() and agree(explorer) == []
        assert explorer.page.evaluate("document.activeElement.className") == "explorer-message"


def test_a_link_waits_till_its_explorer_is_alive_and_leads_there(anew):
    """Pasted while the reader is far above; the explorer comes alive as it comes near."""
    explorer = anew("five-scenarios", page="far")
    far = "explorerOf('inflow')"
    assert explorer.page.evaluate(f"{far}.dataset.state") is None, "not yet alive"
    explorer.page.goto(f"{explorer.address}#{link('inflow', {'inflow_half_life': 3})}")
    until(explorer.page, f"() => {far}.dataset.state === 'live' && {far}.getBoundingClientRect().top < innerHeight / 2")
    assert explorer.page.evaluate(f"valuesOf({far})") == {"inflow_half_life": 3}
    assert "came with the link" in explorer.page.evaluate(f"{far}.querySelector('.explorer-message').textContent")
    assert (
        explorer.page.url == explorer.address and explorer.values() == explorer.defaults() and explorer.message() == ""
    )


@pytest.mark.parametrize("fragment", ["killed=0.4", "killed=7"])
def test_what_is_said_of_a_link_is_in_view_on_a_phone(anew, fragment):
    explorer = anew("five-scenarios", viewport={"width": 375, "height": 700})
    explorer.page.goto("about:blank")
    explorer.page.goto(f"{explorer.address}#explorer=five-scenarios&version=2&{fragment}")
    until(
        explorer.page,
        "() => { const line = document.querySelector('.explorer-message'), box = line.getBoundingClientRect(); return line.textContent && box.top > 0 && box.bottom <= innerHeight; }",
    )


def test_a_link_that_names_none_of_the_page_s_explorers_is_told_by_the_first(anew):
    explorer = anew("inflow", page="two")
    explorer.page.goto(f"{explorer.address}#{link('five-scenarios', {'lost': 0.4})}")
    until(explorer.page, "() => location.hash === ''")
    messages = explorer.page.evaluate(
        "['scenario-stay', 'inflow'].map(id => explorerOf(id).querySelector('.explorer-message').textContent)"
    )
    assert messages == [
        "The link could not be used: it names no explorer of this page, or came damaged. Nothing was changed.",
        "",
    ]
    assert explorer.page.evaluate("explorerOf('scenario-stay').getBoundingClientRect().top") < 450


def test_no_control_has_the_name_of_a_tracker():
    names = {parameter["name"] for make in explorer_pages.STAGES.values() for parameter in make().to_dict()["params"]}
    assert len(names) > 20 and not [name for name in names if TRACKERS.search(name)]


# All that is set: assumptions, month, axes


DISAGREES = """figure => [...figure.querySelectorAll("[data-param]")].flatMap(control => {
  const name = control.dataset.param, output = figure.querySelector(`output[for="${control.id}"]`);
  const value = control.type === "range" ? Number(control.value) : control.type === "checkbox" ? control.checked : JSON.parse(control.value);
  if (control.type === "radio" && !control.checked) return [];
  const signal = control.dataset.field ? `${name}_${control.dataset.field.replace(/\\W/g, "_")}` : name;
  const wrong = figure.views.filter(view => { try { return view.signal(signal) !== value; } catch { return false; } }).map(() => `${name}: the chart`);
  if (control.dataset.unit && output.textContent !== control.getAttribute("aria-valuetext")) wrong.push(`${name}: the words`);
  if (output && !control.dataset.unit && output.textContent.replaceAll(",", "") !== control.value) wrong.push(`${name}: the figure`);
  return wrong;
}).concat(figure.explorer && (figure.querySelector(".stage-number").textContent !== book.people(figure.explorer.answer)
  || !figure.querySelector(".stage-unit").textContent.startsWith(figure.explorer.unit(!figure.classList.contains("wide")).split(". ")[0])) ? ["the answer"] : [])"""


def agree(explorer) -> list[str]:
    """Return where controls, words, sentence and chart say different things."""
    return explorer.figure.evaluate(DISAGREES)


def by_hand(explorer) -> None:
    """Move every control with keys: a slider a step or two up, a choice to its neighbour."""
    controls = explorer.figure.query_selector_all("[data-param], .shares-divider")
    for number, control in enumerate(control for control in controls if control.is_visible()):
        by_keys(explorer.page, control, 1 + number % 2)
    explorer.rest()


def by_keys(page, control, steps: int) -> None:
    """Move one control with keys: a slider some steps up, or down from its end; a choice to its neighbour, a box to the other state."""
    kind = control.get_attribute("type")
    control.focus()
    if kind == "range":
        key = "ArrowLeft" if control.input_value() == control.get_attribute("max") else "ArrowRight"
        for _ in range(steps):
            page.keyboard.press(key)
    else:
        page.keyboard.press(
            "Space"
            if kind == "checkbox"
            else "ArrowUp"
            if control.evaluate("control => control.selectedIndex > 0")
            else "ArrowDown"
        )


def shown(explorer) -> dict:
    """Return all that a reader sees of an explorer's state."""
    return explorer.figure.evaluate("""figure => ({
      controls: Object.fromEntries([...figure.querySelectorAll("[data-param], select[data-action]")].map(control => [control.dataset.param ?? control.dataset.action, control.value])),
      preset: figure.querySelector("[data-action=preset][aria-pressed=true]")?.value, tab: figure.querySelector("[role=tab][aria-selected=true]").textContent,
      folds: [...figure.querySelectorAll(".explorer-all, .explorer-tables")].map(fold => fold.open),
      summary: figure.querySelector(".stage-line").textContent, pinned: figure.querySelector(".explorer-pinned").textContent,
      rows: [...figure.querySelectorAll("table[data-view] tr")].map(row => row.textContent) })""")


def away_and_back(explorer) -> None:
    explorer.page.goto("about:blank")
    explorer.page.go_back()


COMING_BACK = {"reload": lambda explorer: explorer.page.reload(), "Back": away_and_back}


@pytest.mark.parametrize("how", COMING_BACK)
@pytest.mark.parametrize("id", explorer_pages.EXPLORERS)
def test_all_that_was_set_stays_with_the_tab(anew, id, how):
    explorer = anew(id)
    explorer.press("pin")
    by_hand(explorer)
    if explorer.one(".explorer-all"):
        explorer.one(".explorer-all > summary").click()  # it was open, as the last fold stays
    before, fragment = shown(explorer), explorer.link()
    assert explorer.values() != explorer.defaults() and before["pinned"] and agree(explorer) == []
    COMING_BACK[how](explorer)
    explorer.again()
    assert shown(explorer) == before and agree(explorer) == [] and explorer.link() == fragment
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.press("unpin")
    COMING_BACK[how](explorer)
    explorer.again()
    assert explorer.values() == explorer.defaults() and shown(explorer)["pinned"] == "" and agree(explorer) == []


def test_back_to_a_page_that_was_never_unloaded(browser, address):
    """The browser may keep the whole page as it was: then, too, it shows what the tab keeps, which another visit of the page may have changed."""
    with browser.browser_type.launch(
        executable_path=chromium.path(), args=chromium.FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    ) as browser:
        explorer = Explorer(browser, address, "who-is-left")
        explorer.page.evaluate("window.visit = 1")
        explorer.one("[data-param=killed]").focus()
        explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
        first = explorer.values()["killed"]
        explorer.page.goto(f"{address}/inflow.html")
        explorer.page.goto(explorer.address)
        explorer.again()
        assert explorer.values()["killed"] == first != explorer.defaults()["killed"]
        explorer.one("[data-param=killed]").focus()
        explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
        second = explorer.values()["killed"]
        explorer.page.evaluate(
            "setTimeout(() => history.go(-2))"
        )  # Playwright waits in vain for the load of a page that is not loaded
        explorer.page.wait_for_function("window.visit === 1")
        explorer.again()
        assert explorer.values()["killed"] == second != first and agree(explorer) == []
        assert explorer.errors == []


def test_two_tabs_are_independent(anew):
    explorer = anew("who-is-left")
    explorer.one("[data-param=killed]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    own = explorer.values()
    other = explorer.beside()
    assert other.values() == other.defaults(), "another tab starts at the start"
    copy = explorer.beside(doubled=True)
    assert copy.values() == own, "a doubled tab begins with what there was"
    copy.one("[data-param=killed]").focus()
    copy.settle(lambda: copy.page.keyboard.press("End"))
    explorer.page.reload()
    copy.page.reload()
    assert explorer.again().values() == own and copy.again().values() == own | {
        "killed": assumptions.get("killed").slider[1]
    }


@pytest.mark.parametrize("late", [True, False], ids=["read whole after the chart lives", "as it comes"])
@pytest.mark.parametrize("moved", [True, False])
def test_the_tab_s_own_state_wins_over_what_a_browser_remembers(anew, moved, late):
    """A browser may put values into controls as a page is read again, and say nothing; also after the chart has come alive."""
    explorer = anew("five-scenarios")
    assert explorer.one("form.chart-controls").get_attribute("autocomplete") == "off", "it is asked not to"
    if moved:
        explorer.one("[data-param=killed]").focus()
        explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    given = explorer.values()
    explorer.page.add_init_script("""const remember = () => {
      for (const control of document.querySelectorAll("[data-param=lost], [data-param=killed], [data-param=month]")) control.value = control.max;
    };
    const reading = new MutationObserver(remember);
    reading.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => { reading.disconnect(); remember(); window.remembered = true; });""")
    if late:  # the last script of the page comes when the explorer lives
        held = []
        explorer.page.route("**/last.js", lambda route: held.append(route))
        explorer.page.route(
            explorer.address,
            lambda route: route.fulfill(
                response=(came := route.fetch()),
                body=came.text().replace("</body>", '<script defer src="last.js"></script></body>'),
            ),
        )
    explorer.page.reload(wait_until="commit" if late else "load")
    if late:
        explorer.page.wait_for_selector("figure.explorer", state="attached")
        explorer.page.locator("figure.explorer").first.scroll_into_view_if_needed()
        until(explorer.page, "() => document.querySelector('figure.explorer').dataset.state === 'live'")
        assert not explorer.page.evaluate("window.remembered")
        held[0].fulfill(content_type="text/javascript", body="")
    explorer.again()
    until(explorer.page, "() => window.remembered")
    assert explorer.values() == given and shown(explorer)["controls"]["month"] == "24" and agree(explorer) == []


def test_controls_show_only_when_they_work(anew):
    """The chart may be alive before the explorers' script has come: until then a reader meets no button that does nothing."""
    explorer, held = anew("who-is-left"), []
    explorer.page.route("**/explorers.js", lambda route: held.append(route))
    explorer.page.goto(explorer.address, wait_until="commit")
    until(explorer.page, "() => explorerOf('who-is-left')?.dataset.state === 'live'")
    form = explorer.page.locator("form.chart-controls")
    assert not form.is_visible()
    while not held:
        explorer.page.wait_for_timeout(20)
    held[0].continue_()
    form.wait_for(state="visible")
    explorer.again().press("cite")
    assert "as the book starts" in explorer.message()


@every
def test_a_link_holds_all_that_is_set(explorer, anew):
    by_hand(explorer)
    fragment = explorer.link()
    explorer.press("cite")
    citation = explorer.message()
    friend = anew(explorer.id, fragment)
    assert (
        shown(friend)["controls"] == shown(explorer)["controls"]
        and friend.summary() == explorer.summary()
        and agree(friend) == []
    )
    assert friend.page.url == friend.address and friend.link() == fragment
    friend.page.reload()
    assert shown(friend.again())["controls"] == shown(explorer)["controls"] and friend.link() == fragment
    assert citation.endswith(f"{explorer.address}#{fragment}")
    names = [name for name, _ in parse_qsl(fragment)][1:-1]  # between the explorer and the version
    assert names == explorer.figure.evaluate(
        "figure => [...figure.controls].filter(([, control]) => control.value !== control.start).map(([name]) => name)"
    )
    assert len(names) == explorer.figure.evaluate("figure => figure.controls.size"), "each was moved"


def test_the_month_travels(explorer, anew):
    explorer.move(lost=0.5, month=60)
    assert dict(parse_qsl(explorer.link())) == {
        "explorer": "five-scenarios",
        "version": str(assumptions.SAVED.version),
        "lost": "0.5",
        "month": "60",
    }
    explorer.press("cite")
    assert "Months after the end of 2017: 60" in explorer.message()


def test_a_link_of_old_that_has_no_settings(explorer):
    explorer.settle(
        lambda: explorer.page.evaluate("hash => { location.hash = hash; }", link("five-scenarios", {"lost": 0.5}))
    )
    assert explorer.values() == explorer.defaults() | {"lost": 0.5} and "came with the link" in explorer.message()


UNDONE = {
    "preset": lambda explorer: explorer.one("[data-action=preset][value=pessimist]").click(),
    "dominant": lambda explorer: (
        explorer.one("[data-action=dominant]").focus(),
        explorer.page.keyboard.press("ArrowUp"),
    ),
    "Reset all": lambda explorer: explorer.one("button[type=reset]").click(),
    "file": lambda explorer: load(explorer, file(explorer="five-scenarios", assumptions={"lost": 0.5})),
    "link": lambda explorer: explorer.page.goto(f"{explorer.address}#{link('five-scenarios', {'lost': 0.5})}"),
}


@pytest.mark.parametrize("way", UNDONE)
def test_what_changes_many_values_at_once_can_be_undone(explorer, way):
    by_hand(explorer)
    before, fragment = shown(explorer), explorer.link()
    explorer.settle(lambda: UNDONE[way](explorer))
    assert shown(explorer)["controls"] != before["controls"] and agree(explorer) == []
    if way == "Reset all":
        explorer.settle(
            lambda: explorer.one("button[type=reset]").click()
        )  # pressed twice: the way back is still there
    explorer.settle(lambda: explorer.page.get_by_role("button", name="Undo").click())
    assert shown(explorer) == before and agree(explorer) == [] and explorer.link() == fragment


@pytest.mark.parametrize("how", COMING_BACK)
def test_undo_outlives_a_reload(anew, how):
    """Of a link, and of a reset, which leaves nothing but the way back."""
    explorer = anew("five-scenarios")
    explorer.one("[data-param=killed]").focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    own, held = explorer.values(), "lost"
    explorer.settle(lambda: explorer.one(f"[data-assumption={held}] .assumption-hold").click())
    explorer.settle(
        lambda: explorer.page.evaluate("link => { location.hash = link; }", link("five-scenarios", {"lost": 0.6}))
    )
    for said in ("These assumptions came with the link. Undo", "All is back where the book starts. Undo"):
        COMING_BACK[how](explorer)
        COMING_BACK[how](explorer.again())
        assert explorer.again().message() == said and explorer.values() != own
        explorer.page.get_by_role("button", name="Undo").focus()
        explorer.settle(lambda: explorer.page.keyboard.press("Enter"))
        assert explorer.values() == own and agree(explorer) == []
        assert explorer.figure.evaluate("figure => figure.explorer.fixed.has('lost')"), "what was held is held again"
        COMING_BACK[how](explorer)
        assert explorer.again().message() == "" and explorer.values() == own, "it is undone once"
        explorer.settle(lambda: explorer.one("button[type=reset]").click())


KEPT = "Object.keys(sessionStorage).filter(key => key.startsWith('book-'))"


@every
def test_erased_everywhere_is_erased_here(explorer, anew):
    other = explorer.beside()
    for one in (explorer, other):
        one.press("pin")
        by_hand(one)
    explorer.settle(lambda: explorer.page.evaluate("window.all = book.eraseAll()"))
    assert explorer.page.evaluate("window.all")
    until(other.page, "figure => figure.querySelector('.explorer-pinned').hidden", other.figure)
    until(other.page, f"figure => ({DISAGREES})(figure).length === 0", other.figure)
    for one in (explorer, other):
        assert one.values() == one.defaults() and one.one(".explorer-pinned").inner_text() == "" and one.message() == ""
        assert agree(one) == [] and one.page.evaluate(KEPT) == []
        one.page.reload()
        assert one.again().values() == one.defaults()
    other.page.close()


@every
def test_a_translated_page_still_works(explorer):
    """A browser that translates wraps the words of each button into elements of its own."""
    explorer.figure.evaluate("""figure => { for (const button of figure.querySelectorAll("button, .explorer-load, summary"))
      for (const text of [...button.childNodes].filter(node => node.nodeType === 3 && node.data.trim())) {
        const outer = document.createElement("font"), inner = document.createElement("font");
        inner.textContent = `«${text.data}»`; outer.append(inner); text.replaceWith(outer); } }""")

    def press(words: str, inside: str = "") -> None:
        explorer.page.locator(f"figure {inside} font font", has_text=words).first.click()

    first = explorer.figure.query_selector("[data-assumption] input")
    first.focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    given = explorer.values()
    explorer.one(".stage-tools").evaluate("menu => { menu.open = true; }")
    press("Pin to compare")
    assert explorer.one(".explorer-pinned").is_visible()
    press("Unpin")
    assert not explorer.one(".explorer-pinned").is_visible()
    press("Cite")
    assert f"version {assumptions.SAVED.version}" in explorer.message()
    press("Copy link")
    until(
        explorer.page,
        "figure => figure.querySelector('.explorer-message').textContent.includes('copied')",
        explorer.figure,
    )
    with explorer.page.expect_download():
        press("Save file")
    with explorer.page.expect_file_chooser():
        press("Load file")
    explorer.settle(lambda: press("↺"))
    assert explorer.values() == explorer.defaults()
    first.focus()
    explorer.settle(lambda: explorer.page.keyboard.press("ArrowRight"))
    explorer.settle(lambda: press("Reset all"))
    assert explorer.values() == explorer.defaults()
    explorer.one(".explorer-message button").evaluate(
        "button => { button.innerHTML = '<font><font>Rückgängig</font></font>'; }"
    )
    explorer.settle(lambda: press("Rückgängig"))
    assert explorer.values() == given
    explorer.one(".stage-sentence").evaluate("line => { line.innerHTML = '<font>übersetzt</font>'; }")
    explorer.press("pin")  # tables are written again, the sentence is the same
    explorer.page.evaluate("() => new Promise(done => setTimeout(done, 150))")
    assert explorer.one(".stage-sentence").inner_text() == "übersetzt", "what has not changed is not said again"


STATE = {"version": assumptions.SAVED.version, "changes": {}, "folds": []}
MOVED, FREE = {"inflow_half_life": 3}, {"hold": [], "inflow_half_life": 3}
DAMAGED_STATES = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '{"__proto__": {"version": 1}}',
    *(
        json.dumps({"inflow": state})
        for state in (
            None,
            {"version": assumptions.SAVED.version},
            STATE | {"version": 1, "changes": MOVED},
            STATE | {"version": 7, "changes": MOVED},
            STATE | {"changes": {"inflow_half_life": 3000}},
            STATE | {"changes": {"luck": 3}},
            STATE | {"changes": {"inflow_half_life": "3"}},
            STATE | {"changes": MOVED, "folds": ["toString"]},
            STATE | {"changes": MOVED, "pinned": {"words": "x", "tables": {"arrivals": [["a"]]}}},
            *(
                STATE | {"changes": MOVED, "undo": undo}
                for undo in (
                    None,
                    "x",
                    {"text": 7, "before": FREE},
                    {"text": "x", "before": FREE | {"hold": ["luck"]}},
                    {"text": "x", "before": FREE | {"inflow_half_life": 3000}},
                    {"text": "x", "before": MOVED},
                )
            ),
        )
    ),
]


def test_a_state_is_taken_that_has_no_damage(anew):
    """Else the next test would show nothing."""
    explorer = anew("inflow")
    state = json.dumps({"inflow": STATE | {"changes": MOVED, "undo": {"text": "x", "before": FREE}}})
    explorer.page.add_init_script(
        f"if (location.protocol === 'http:') sessionStorage.setItem(`book-explorer ${{location.pathname}}`, {json.dumps(state)})"
    )
    explorer.open()
    assert explorer.values() == MOVED and explorer.message() == "x Undo"


@pytest.mark.parametrize("damaged", DAMAGED_STATES)
def test_what_a_tab_keeps_is_read_as_strictly_as_a_file(anew, damaged):
    explorer = anew("inflow")
    explorer.page.add_init_script(
        f"if (location.protocol === 'http:') sessionStorage.setItem(`book-explorer ${{location.pathname}}`, {json.dumps(damaged)})"
    )
    explorer.open()
    assert (
        explorer.values() == explorer.defaults()
        and explorer.one(".explorer-pinned").inner_text() == ""
        and agree(explorer) == []
    )
    assert explorer.errors == []


def test_a_browser_that_keeps_nothing(anew):
    explorer = anew()
    explorer.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });"
    )
    explorer.open()
    by_hand(explorer)
    assert agree(explorer) == []
    fragment = explorer.link()
    explorer.page.reload()
    assert explorer.again().values() == explorer.defaults() and agree(explorer) == []
    explorer.settle(lambda: explorer.page.goto(f"{explorer.address}#{fragment}"))
    assert explorer.link() == fragment and explorer.errors == []


# Files


def load(explorer: Explorer, content: bytes) -> str:
    """Give the explorer a file, and return what it says."""
    explorer.one(".explorer-message").evaluate("message => { message.textContent = ''; }")
    explorer.one("input[type=file]").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": content}
    )
    until(explorer.page, "figure => figure.querySelector('.explorer-message').textContent", explorer.figure)
    return explorer.message()


@pytest.mark.parametrize("explorer", ["five-scenarios", "territory"], indirect=True)
def test_a_saved_file_brings_its_assumptions_back(explorer):
    explorer.move(**any_values(random.Random(9), list(explorer.defaults())[1:]))
    given = explorer.values()
    with explorer.page.expect_download() as download:
        explorer.press("save")
    content = download.value.path().read_bytes()
    saved = json.loads(content)
    assert download.value.suggested_filename == f"assumptions-{explorer.id}.json"
    assert saved == {
        "format": "after-the-caliphate/assumptions",
        "version": assumptions.SAVED.version,
        "explorer": explorer.id,
        "assumptions": given,
        "settings": {},
    }
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.settle(lambda: load(explorer, content))
    assert explorer.values() == given and explorer.message() == "Loaded. Undo"


def test_a_file_holds_the_settings_too(explorer):
    explorer.move(lost=0.5, month=60)
    before = shown(explorer)["controls"]
    with explorer.page.expect_download() as download:
        explorer.press("save")
    content = download.value.path().read_bytes()
    assert json.loads(content)["settings"] == {"month": 60}
    assert assumptions.from_json(content.decode()) == explorer.values(), "Python reads it as well"
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.settle(lambda: load(explorer, content))
    assert shown(explorer)["controls"] == before


@pytest.mark.parametrize("explorer", ["five-scenarios"], indirect=True)
def test_file_and_link_of_the_lab_in_python_are_those_of_the_page(explorer, anew):
    lab, other = widgets.ScenarioLab(), widgets.ScenarioLab()
    lab.assumptions = meant(explorer.defaults() | any_values(random.Random(12), list(explorer.defaults())[1:]))
    explorer.settle(lambda: load(explorer, lab.save().encode()))
    assert explorer.message() == "Loaded. Undo"
    assert explorer.values() == pytest.approx(lab.assumptions, abs=1e-12)  # a page writes fifteen digits
    with explorer.page.expect_download() as download:
        explorer.press("save")
    other.load(download.value.path().read_text("utf-8"))
    assert other.assumptions == pytest.approx(meant(lab.assumptions), abs=1e-6)
    assert anew(explorer.id, lab.link()[1:]).values() == pytest.approx(lab.assumptions, abs=1e-12)


def file(**changes) -> bytes:
    whole = {
        "format": "after-the-caliphate/assumptions",
        "version": assumptions.SAVED.version,
        "explorer": "scenario-join",
        "assumptions": {"join_growth": 0.2},
    }
    return json.dumps(whole | changes).encode()


DAMAGED_FILES = {
    "empty": b"",
    "no JSON": b"join_growth = 0.2",
    "a picture": bytes(range(256)),
    "cut": file()[:-20],
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"after-the-caliphate/assumptions"',
    "no format": b'{"assumptions": {"join_growth": 0.2}}',
    "another format": file(format="notebook"),
    "another version": file(version=3),
    "version as text": file(version="3"),
    "version as list": file(version=[2]),
    "no assumptions": file(assumptions=None),
    "assumptions as list": file(assumptions=[0.5]),
    "assumptions as empty list": file(assumptions=[]),
    "assumptions as text": file(assumptions="join_growth"),
    "assumptions as number": file(assumptions=1),
    "unknown id": file(assumptions={"join_growth": 0.2, "luck": 0.5}),
    "script as id": file(assumptions={"<img src=x onerror=alert(1)>": 0.5}),
    "out of range": file(assumptions={"join_growth": 7}),
    "between the steps": file(assumptions={"join_growth": 0.3141}),
    "one of two": file(assumptions={"join_growth": 0.2, "share_join": -1}),
    "huge": file().replace(b"0.2", b"1e999"),
    "NaN": file().replace(b"0.2", b"NaN"),
    "text for a number": file(assumptions={"join_growth": "0.2"}),
    "null for a number": file(assumptions={"join_growth": None}),
    "list for a number": file(assumptions={"join_growth": [0.2]}),
    "true for a number": file(assumptions={"share_join": True}),
    "__proto__": file().replace(b'"join_growth"', b'"__proto__"'),
    "an object as __proto__": file().replace(b'"join_growth": 0.2', b'"__proto__": {"join_growth": 0.2}'),
    "constructor": file(assumptions={"constructor": 1}),
    "toString": file(assumptions={"toString": 1}),
    "a setting": file(assumptions={"month": 12}),
    "an unknown setting": file(settings={"luck": 12}),
    "an assumption as setting": file(settings={"join_growth": 0.2}),
    "a setting that is none": file(settings={"month": 70}),
    "settings as list": file(settings=[1]),
    "settings as null": file(settings=None),
}


@pytest.mark.parametrize("explorer", ["scenario-join"], indirect=True)
def test_damaged_files_give_a_message_and_change_nothing(explorer):
    for what, content in DAMAGED_FILES.items():
        explorer.move(join_growth=0.33, share_join=0.5)
        message = load(explorer, content)
        assert message.startswith("The file could not be used: ") and message.endswith("Nothing was changed."), what
        assert explorer.values() == explorer.defaults() | {"join_growth": 0.33, "share_join": 0.5}, what
        assert explorer.page.evaluate("[{}.join_growth, document.querySelectorAll('figure img').length]") == [
            None,
            0,
        ], what
        assert explorer.errors == [], what
    for content in (file(version="2"), file().decode().encode("utf-16"), "\ufeff".encode() + file()):
        assert load(explorer, content) == "Loaded. Undo" and explorer.values() == explorer.defaults() | {
            "join_growth": 0.2
        }, content
        explorer.move(join_growth=0.33, share_join=0.5)
    assert load(explorer, file()) == "Loaded. Undo" and explorer.values() == explorer.defaults() | {"join_growth": 0.2}


# Citation


def test_a_citation_names_what_was_changed(explorer):
    explorer.press("cite")
    assert "as the book starts with them" in explorer.message()
    explorer.move(lost=0.45, relocate_growth=-0.12, share_stay=0.6)
    explorer.press("cite")
    message = explorer.message()
    assert message.startswith("After the Caliphate, explorer “five-scenarios”, version 2.")
    for words in (
        "Killed or captured afterwards: 45 %",
        "Yearly growth in new theatres: −12 % a year",
        f"{assumptions.get('share_stay').label}: 60 %",
        f"{assumptions.get('share_join').label}: 10 %",
    ):
        assert words in message
    assert assumptions.get("killed").label not in message
    fragment = message.rpartition("#")[2]
    values = dict(parse_qsl(fragment))
    shares = {id: float(values.pop(id)) for id in assumptions.share_ids()}
    assert shares == pytest.approx(dict.fromkeys(assumptions.share_ids(), 0.1) | {"share_stay": 0.6})
    assert values == {"explorer": "five-scenarios", "version": "2", "lost": "0.45", "relocate_growth": "-0.12"}
