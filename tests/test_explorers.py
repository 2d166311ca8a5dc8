"""The explorers in a real browser: they give what Python gives, and nothing that a reader does breaks them."""
from __future__ import annotations

import contextlib
import json
import random
import re
from urllib.parse import parse_qsl, quote

import explorer_pages
import pytest
from conftest import until

from aftermath import assumptions, explorers, model, widgets

pytestmark = pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")

ALL = explorers.all_ids()
PATHS = {label: path for path, label in explorers.path_labels().items()}
WORDS = {words: outcome for outcome, words in explorers.OUTCOMES.items()}

# In the page: find the figure, move controls as a hand does, wait until the last chart and the tables have followed.
SCRIPT = """
window.shown = figure => new Promise((resolve, reject) => {
  figure.addEventListener("chart:drawn", () => setTimeout(resolve, 75), { once: true });
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
window.valuesOf = figure => Object.fromEntries([...figure.querySelectorAll("[data-assumption] input")].map(input => [input.dataset.param, Number(input.value)]));
window.rowsOf = (figure, view) => {
  const table = figure.querySelector(`table[data-view="${view}"]`);
  return [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value)));
};
"""
NOT_NUMBERS = """figure => [...figure.querySelectorAll("svg *")].flatMap(mark => [...mark.attributes].map(attribute => attribute.value))
  .concat([...figure.querySelectorAll("svg text, td, output, .explorer-summary")].map(mark => mark.textContent))
  .filter(text => /NaN|Infinity|undefined|null/.test(text))"""


class Explorer:
    """One explorer, open in a browser that reports every script error."""

    def __init__(self, browser, address: str, id: str, fragment: str = "", page: str = "", **options):
        self.id = id
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        self.page.add_init_script(SCRIPT)
        self.address = f"{address}/{page or id}.html"
        self.open(fragment)

    def open(self, fragment: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto(self.address + (f"#{fragment}" if fragment else ""))
        self.figure = self.page.evaluate_handle("id => explorerOf(id)", self.id)
        self.figure.scroll_into_view_if_needed()
        until(self.page, "figure => figure.dataset.state", self.figure)
        assert self.figure.get_attribute("data-state") == "live", self.figure.inner_text()
        self.figure.evaluate("figure => { figure.querySelectorAll('details').forEach(part => part.open = true); return new Promise(done => setTimeout(done, 150)); }")

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
        self.one(f"[data-action={action}]").click()

    def values(self) -> dict[str, float]:
        return self.figure.evaluate("figure => valuesOf(figure)")

    def rows(self, view: str) -> list[list]:
        return self.figure.evaluate("(figure, view) => rowsOf(figure, view)", view)

    def message(self) -> str:
        return self.one(".explorer-message").inner_text()

    def summary(self) -> str:
        return self.one(".explorer-summary").inner_text()

    def defaults(self) -> dict[str, float]:
        return {id: assumptions.get(id).middle for id in self.values()}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    pages = {id: [id] for id in explorer_pages.EXPLORERS} | {"two": ["scenario-stay", "inflow"]}
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
    shares = {id: value for id, value in given.items() if id in assumptions.SHARES}
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
    assert explorer.values() == set_to
    given = meant(set_to)
    close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(given, month))
    close(
        {(then, PATHS[label]): people for then, label, people in explorer.rows("paths")},
        {(then, path): people for then in range(0, 61, 6) for path, people in model.paths(given, then).items()},
    )
    assert f"{model.outcomes(given, month)['at_large']:,.0f} would be in a war, waiting to be sent, or back in violence" in explorer.summary()
    assert explorer.figure.evaluate(NOT_NUMBERS) == []


def test_what_is_said_beside_the_number_stands_beside_it(explorer):
    assert explorers.SAID_BESIDE in explorer.summary() and "heads, not harm" in explorer.summary()


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
        assert f"{left:,.0f} were left: {where} " in explorer.summary()


@pytest.mark.parametrize("explorer", ["inflow"], indirect=True)
def test_inflow(explorer):
    for half_life in (2.5, 9.37, 24):
        explorer.move(inflow_half_life=half_life)
        close(dict(explorer.rows("arrivals")), {month: model.inflow(inflow_half_life=half_life, month=month) for month in range(31)})


@pytest.mark.parametrize("explorer", ["territory"], indirect=True)
def test_territory(explorer):
    explorer.move(territory_pace=2_345, territory_half_life=17)
    expected = {}
    for month in range(0, 85, 3):
        expected[month, "the same area each month"] = max(0, model.area_left(territory_pace=2_345, month=month))
        expected[month, "the same share each month"] = model.area_left_halving(territory_half_life=17, month=month)
    close({(month, rule): area for month, rule, area in explorer.rows("areas")}, expected)


@pytest.mark.parametrize("explorer", [f"scenario-{path}" for path in model.PATHS], indirect=True)
def test_one_scenario(explorer):
    path, rng = explorer.id.removeprefix("scenario-"), random.Random(2)
    of = {"disengage": ["still_attached", "reengaged", "tried", "converted"], "stay": ["staying"], "join": ["joined"],
          "relocate": ["relocated"], "dispatch": ["waiting", "gone_off", "stopped"]}
    for _ in range(3):
        given = any_values(rng, explorer.defaults())
        explorer.move(**given)
        close(
            {(month, WORDS[words]): people for month, words, people in explorer.rows("path")},
            {(month, name): model.outcomes(given, month)[name] for month in range(0, 61, 3) for name in of[path]},
        )


# What a reader sees beside the sliders


@every
def test_sliders_are_named_and_speak_in_words(explorer):
    rng = random.Random(3)
    given = any_values(rng, explorer.defaults())
    explorer.move(**given)
    assert explorers.NOT_A_FORECAST in explorer.one(".explorer-note").inner_text()
    shares = [id for id in given if id in assumptions.SHARES]
    for id, value in given.items():
        this, row = assumptions.get(id), explorer.one(f"[data-assumption={id}]")
        slider = explorer.page.get_by_role("slider", name=this.label, exact=True)
        assert slider.count() == 1 and slider.get_attribute("data-param") == id
        words = f"{float(f'{100 * value / sum(given[share] for share in shares):.3g}'):g} %" if id in shares and len(shares) > 1 else this.written(value)
        assert slider.get_attribute("aria-valuetext") == row.query_selector("output").inner_text() == words
        reasons = row.query_selector("details").inner_text()
        assert this.help in reasons and f"Basis: {this.basis}" in reasons
        assert row.query_selector("details a").get_attribute("href").endswith(f"#cite-{this.source}")


def test_sliders_of_shares_show_the_shares_that_result(explorer):
    rng = random.Random(4)
    for _ in range(5):
        explorer.move(**any_values(rng, assumptions.SHARES))
        shown = [explorer.one(f"[data-assumption={id}] output").inner_text() for id in assumptions.SHARES]
        assert sum(float(text.removesuffix(" %")) for text in shown) == pytest.approx(100, abs=0.25), shown


def test_no_share_at_all_is_said_and_nothing_is_drawn_wrong(explorer):
    explorer.move(**dict.fromkeys(assumptions.SHARES, 0))
    assert "All five shares are zero" in explorer.summary() and "at least one" in explorer.summary()
    assert explorer.figure.evaluate(NOT_NUMBERS) == []
    assert {people for _, people in explorer.rows("outcomes")} == {0}
    explorer.move(share_join=0.01)
    assert "would be in a war, waiting to be sent, or back in violence" in explorer.summary()


def test_presets_set_their_values(explorer):
    options = explorer.figure.evaluate("figure => [...figure.querySelector('[data-action=preset]').options].map(option => option.value)")
    assert set(options) - {""} == set(assumptions.presets())
    chosen = explorer.one("[data-action=preset]")
    for name in filter(None, options):
        explorer.settle(lambda: chosen.select_option(name))
        expected, values = assumptions.middles() | assumptions.preset(name), explorer.values()
        for id in ALL:  # a slider has stops: the pictures beside it hold a preset's values exactly
            assert values[id] == pytest.approx(expected[id], abs=assumptions.get(id).step / 2 + 1e-9), id
        assert chosen.input_value() == name
        close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes(meant(values), 24))
    explorer.move(lost=0.5)
    assert chosen.input_value() == "", "a moved slider makes it the reader's own"


def test_three_questions_lead_in(explorer):
    entry = explorer.one(".explorer-entry")
    assert [part.inner_text() for part in entry.query_selector_all(".explorer-question")] == [
        "How many are left?", "Which path dominates?", "How long?"]
    assert {part.get_attribute("data-param") for part in entry.query_selector_all("input")} == {"lost", "month"}
    choice = entry.query_selector("select")
    words = "select => select.selectedOptions[0].textContent"
    assert choice.evaluate(words) == "none: five equal shares"
    for path, label in explorers.path_labels().items():
        explorer.settle(lambda: choice.select_option(label=f"mostly: {label}"))
        people = model.people(meant(explorer.values()))
        assert people[path] == max(people.values()) and people[path] > sum(people.values()) / 2
    explorer.move(share_join=0.33)
    assert choice.evaluate(words) == "your own shares"
    explorer.move(**dict.fromkeys(assumptions.SHARES, 0.2))
    assert choice.evaluate(words) == "none: five equal shares"


def test_each_slider_goes_back_and_all_do(explorer):
    given = any_values(random.Random(5), ALL)
    explorer.move(**given, month=50, axis_top=1_000)
    back = "[data-assumption=killed] .assumption-reset"
    explorer.settle(lambda: explorer.one(back).click())
    assert explorer.values() == given | {"killed": assumptions.get("killed").middle}
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    assert explorer.values() == explorer.defaults()
    close({WORDS[words]: people for words, people in explorer.rows("outcomes")}, model.outcomes({}, 24))
    assert explorer.one("[data-param=axis_top]").input_value() == "40000"


def test_pinned_results_stand_beside_the_new_ones(anew):
    explorer = anew()
    explorer.move(stay_growth=0.2, share_join=0.24)
    before, sentence = {view: explorer.rows(view) for view in ("outcomes", "paths")}, explorer.summary()
    explorer.press("pin")
    explorer.move(lost=0.5, share_relocate=0.8)
    assert explorer.one(".explorer-pinned").inner_text() == f"Pinned: {sentence}"
    explorer_after = {view: explorer.rows(view) for view in before}
    for view, rows in explorer_after.items():
        old = {tuple(row[:-1]): row[-1] for row in before[view]}
        heads = explorer.figure.query_selector_all(f"table[data-view={view}] th")
        assert heads[-1].inner_text() == "Pinned" and len(heads) == len(rows[0])
        assert {tuple(row[:-2]): row[-1] for row in rows if row[-1] != ""} == old, f"{view}: none is lost, none has another's"
    close({WORDS[words]: people for words, people, _ in explorer_after["outcomes"]}, model.outcomes(meant(explorer.values()), 24))
    explorer.press("pin")
    explorer.move(lost=0.3)
    assert explorer.rows("outcomes")[0][-1] == explorer_after["outcomes"][0][-2], "pinned anew"
    assert explorer.errors == []


def test_the_sentence_follows_by_itself_politely_and_only_when_it_changes(explorer):
    region = explorer.one(".explorer-summary")
    assert region.get_attribute("role") == "status" and region.get_attribute("aria-live") in (None, "polite")
    region.evaluate("region => { window.spoken = 0; new MutationObserver(changes => window.spoken += 1).observe(region, { childList: true, characterData: true, subtree: true }); }")
    before = explorer.summary()
    explorer.move(lost=0.45)
    assert explorer.summary() != before and explorer.page.evaluate("window.spoken") >= 1
    spoken = explorer.page.evaluate("window.spoken")
    explorer.move(axis_top=5_000)
    assert explorer.page.evaluate("window.spoken") == spoken
    explorer.figure.evaluate("""async figure => {
      const time = performance.now();
      performance.now = () => time;   // as on a machine that does it all in no time
      for (const lost of [0.2, 0.3, 0.4]) await move(figure, { lost });
      delete performance.now;
    }""")
    assert f"{model.outcomes({'lost': 0.4}, 24)['at_large']:,.0f} would be in a war, waiting to be sent, or back in violence" in explorer.summary()


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


SCALES = """figure => figure.views.map(view => Object.keys(view._runtime.scales).filter(name => /(^|_)[xy]$/.test(name))
  .map(name => view.scale(name).domain()).filter(domain => typeof domain[0] === "number"))"""


@every
def test_axes_stay_while_sliders_move(explorer):
    before = explorer.figure.evaluate(SCALES)
    assert all(before), "each chart has an axis of numbers"
    for seed in range(3):
        explorer.move(**any_values(random.Random(seed), explorer.defaults()))
        assert explorer.figure.evaluate(SCALES) == before
    if explorer.one("[data-param=axis_top]"):
        explorer.move(axis_top=1_000)
        assert explorer.figure.evaluate(SCALES) != before, "the top is the reader's to choose"


# By keyboard


@pytest.mark.parametrize("explorer", ["five-scenarios", "scenario-disengage"], indirect=True)
def test_tab_reaches_every_control_in_order(explorer):
    everything = """figure => [...figure.querySelectorAll("input, select, button, summary, a, [tabindex]")]
      .filter(part => !part.closest("noscript") && part.checkVisibility({ visibilityProperty: true }))"""
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
    return "&".join([f"explorer={id}", f"version={version}", *(f"{name}={value:g}" for name, value in values.items())])


@pytest.mark.parametrize("explorer", ["five-scenarios", "who-is-left", "territory", "scenario-disengage"], indirect=True)
def test_a_link_brings_its_assumptions(explorer, anew):
    given = explorer.defaults() | any_values(random.Random(6), list(explorer.defaults())[1:])
    explorer.move(**given)
    explorer.press("share")
    until(explorer.page, "() => location.hash")
    fragment = explorer.page.evaluate("location.hash.slice(1)")
    explorer.page.evaluate("history.replaceState(null, '', location.pathname)")
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
    explorer = anew("inflow", permissions=["clipboard-read", "clipboard-write"])
    explorer.move(inflow_half_life=9.5)
    explorer.press("share")
    until(explorer.page, "figure => figure.querySelector('.explorer-message').textContent", explorer.figure)
    assert "copied" in explorer.message()
    assert explorer.page.evaluate("navigator.clipboard.readText()") == f"{explorer.address}#explorer=inflow&version={assumptions.SAVED.version}&inflow_half_life=9.5"
    assert explorer.errors == []


def test_a_link_is_for_one_explorer_and_leads_to_it(anew):
    explorer = anew("inflow", link("inflow", {"inflow_half_life": 12}), page="two")
    assert explorer.values() == {"inflow_half_life": 12}
    explorer.page.evaluate("window.scrollTo(0, 0)")
    explorer.open(link("inflow", {"inflow_half_life": 3}))
    other = explorer.page.evaluate("[valuesOf(explorerOf('scenario-stay')), explorerOf('scenario-stay').querySelector('.explorer-message').textContent]")
    assert other == [{"share_stay": 0.2, "stay_growth": -0.2}, ""], "the other explorer takes no notice"
    explorer.page.goto("about:blank")
    explorer.page.goto(explorer.address + "#" + link("inflow", {"inflow_half_life": 3}))
    until(explorer.page, "() => explorerOf('inflow').getBoundingClientRect().top < innerHeight / 2")
    assert explorer.errors == []


JUNK = ["NaN", "Infinity", "-Infinity", "1e308", "1e999", "-0.1", "", "null", "undefined", "0.155", "0.1.2", "½", "1,5", "12abc",
        "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "javascript:alert(1)", "%E0%A4%A", "%zz", "%00", "'\"><svg onload=alert(1)>"]
NAMES = ["__proto__", "<img src=x onerror=alert(1)>", "constructor", "toString", "hasOwnProperty", "summary", "month", "<b>x</b>", "", "weight", "KILLED", "version", "explorer"]


def damage(rng: random.Random, whole: str) -> str:
    """Spoil a link the way that copying, mail programs and mischief do."""
    parts, at = whole.split("&"), rng.randrange(len(whole))
    one = rng.randrange(2, len(parts))
    kinds = {
        "cut": lambda: whole[:at],
        "cut in front": lambda: whole[at:],
        "a letter changed": lambda: whole[:at] + rng.choice("abcxyz019.-=&%#<é ") + whole[at + 1:],
        "a piece lost": lambda: whole[:at] + whole[at + rng.randint(1, 9):],
        "a part lost": lambda: "&".join(parts[:one] + parts[one + 1:]),
        "another value": lambda: "&".join([*parts[:one], parts[one].split("=")[0] + "=" + rng.choice(JUNK), *parts[one + 1:]]),
        "another name": lambda: "&".join([*parts, f"{rng.choice(NAMES)}={rng.choice([*JUNK, '0.2', '1'])}"]),
        "twice": lambda: "&".join([*parts, parts[one].split("=")[0] + "=0.2"]),
        "another version": lambda: whole.replace("version=2", f"version={rng.choice(['0', '3', '', '2.0', ' 2', 'two'])}"),
        "another explorer": lambda: whole.replace("explorer=", f"explorer={rng.choice(['x', '<i>', '%', 'five-'])}"),
        "percent signs": lambda: quote(whole, safe=rng.choice(["=", "&", "=&", ""])),
        "nonsense": lambda: "".join(rng.choice("explorer=&%#/<>\"'\\;:é0 ") for _ in range(rng.randint(1, 60))),
    }
    return kinds[rng.choice(list(kinds))]()


def spelled(fragment: str, id: str) -> dict | None:
    """Return the assumptions that a link spells out, whole and within reach of the sliders; otherwise nothing."""
    parts = parse_qsl(fragment, keep_blank_values=True)
    names = [name for name, _ in parts]
    if len(set(names)) < len(names) or dict(parts).get("explorer") != id or dict(parts).get("version") != str(assumptions.SAVED.version):
        return None
    values = {}
    for name, text in parts:
        if name in ("explorer", "version"):
            continue
        if name not in ALL or not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text, re.ASCII):
            return None
        this, value = assumptions.get(name), float(text)
        low, high = this.slider
        if not low <= value <= high or abs((value - low) / this.step - round((value - low) / this.step)) > 1e-6:
            return None
        values[name] = value
    return values


def test_damaged_links_never_break_the_page(explorer):
    """200 of them: exactly the values that are spelled out, or a message and the defaults; nothing else, nothing injected."""
    rng, good = random.Random(7), 0
    elements = explorer.page.evaluate("document.querySelectorAll('*:not(svg *):not(td):not(tr)').length")
    for _ in range(200):
        whole = link("five-scenarios", any_values(rng, rng.sample(ALL, rng.randint(1, 19))))
        fragment = damage(rng, whole)
        found = explorer.figure.evaluate("""async (figure, fragment) => {
          const lost = figure.querySelector("[data-param=lost]");
          history.replaceState(null, "", location.pathname);
          lost.value = 0.42; lost.dispatchEvent(new Event("input", { bubbles: true }));
          figure.querySelector(".explorer-message").textContent = "";
          const changed = new Promise(resolve => addEventListener("hashchange", resolve, { once: true }));
          location.hash = fragment;
          if (location.hash) await changed;
          const message = figure.querySelector(".explorer-message");
          return [valuesOf(figure), message.textContent, message.children.length, location.hash.length > 1];
        }""", fragment)
        values, message, injected, asked = found
        expected = spelled(fragment.lstrip("#") if fragment.startswith("#") else fragment, explorer.id)
        if not asked:
            assert values["lost"] == 0.42 and message == "", "an empty fragment asks for nothing"
        elif expected is not None:
            good += 1
            assert values == explorer.defaults() | expected and "came with the link" in message, fragment
        else:
            assert values == explorer.defaults(), fragment
            assert message.startswith("The link could not be used: ") and message.endswith("The starting assumptions are shown."), fragment
        assert injected == 0 and explorer.errors == [], fragment
    assert 10 <= good <= 100, "some of the damage leaves a whole link; most does not"
    explorer.page.evaluate("history.replaceState(null, '', location.pathname)")
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    assert explorer.page.evaluate("document.querySelectorAll('*:not(svg *):not(td):not(tr)').length") == elements, "nothing was injected"
    assert explorer.figure.evaluate(NOT_NUMBERS) == []


def test_damaged_links_never_break_a_page_as_it_opens(anew):
    explorer = anew("scenario-disengage")
    rng = random.Random(8)
    ids = list(explorer.defaults())
    for _ in range(10):
        fragment = damage(rng, link(explorer.id, any_values(rng, ids)))
        if not fragment.strip():
            continue
        explorer.open(fragment.lstrip("#"))
        expected = spelled(fragment.lstrip("#"), explorer.id)
        if expected is None or set(expected) - set(ids):
            assert explorer.values() == explorer.defaults() and "could not be used" in explorer.message(), fragment
        else:
            assert explorer.values() == explorer.defaults() | expected, fragment
        assert explorer.errors == [], fragment


def test_a_link_to_a_place_of_the_page_is_no_damaged_link(explorer):
    explorer.move(lost=0.5)
    explorer.page.evaluate("figure => { figure.querySelector('.explorer-message').textContent = ''; location.hash = 'elsewhere'; }", explorer.figure)
    explorer.page.wait_for_timeout(50)
    assert explorer.values()["lost"] == 0.5 and explorer.message() == ""
    explorer.page.evaluate("history.replaceState(null, '', location.pathname)")


# Files


def load(explorer: Explorer, content: bytes) -> str:
    """Give the explorer a file, and return what it says."""
    explorer.one(".explorer-message").evaluate("message => { message.textContent = ''; }")
    explorer.one("input[type=file]").set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": content})
    until(explorer.page, "figure => figure.querySelector('.explorer-message').textContent", explorer.figure)
    return explorer.message()


@pytest.mark.parametrize("explorer", ["five-scenarios", "territory"], indirect=True)
def test_a_saved_file_brings_its_assumptions_back(explorer):
    given = explorer.defaults() | any_values(random.Random(9), list(explorer.defaults())[1:])
    explorer.move(**given)
    with explorer.page.expect_download() as download:
        explorer.press("save")
    content = download.value.path().read_bytes()
    saved = json.loads(content)
    assert download.value.suggested_filename == f"assumptions-{explorer.id}.json"
    assert saved == {"format": "after-the-caliphate/assumptions", "version": assumptions.SAVED.version, "explorer": explorer.id, "assumptions": given}
    explorer.settle(lambda: explorer.one("button[type=reset]").click())
    explorer.settle(lambda: load(explorer, content))
    assert explorer.values() == given and explorer.message() == "Loaded."


@pytest.mark.parametrize("explorer", ["five-scenarios"], indirect=True)
def test_file_and_link_of_the_lab_in_python_are_those_of_the_page(explorer, anew):
    lab, other = widgets.ScenarioLab(), widgets.ScenarioLab()
    lab.assumptions = explorer.defaults() | any_values(random.Random(12), list(explorer.defaults())[1:])
    explorer.settle(lambda: load(explorer, lab.save().encode()))
    assert explorer.message() == "Loaded."
    assert explorer.values() == lab.assumptions
    with explorer.page.expect_download() as download:
        explorer.press("save")
    other.load(download.value.path().read_text("utf-8"))
    assert other.assumptions == pytest.approx(meant(lab.assumptions), abs=1e-6)
    assert anew(explorer.id, lab.link()[1:]).values() == lab.assumptions


def file(**changes) -> bytes:
    whole = {"format": "after-the-caliphate/assumptions", "version": assumptions.SAVED.version, "explorer": "scenario-join", "assumptions": {"join_growth": 0.2}}
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
    "version as text": file(version="2"),
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
}


@pytest.mark.parametrize("explorer", ["scenario-join"], indirect=True)
def test_damaged_files_give_a_message_and_the_defaults(explorer):
    for what, content in DAMAGED_FILES.items():
        explorer.move(join_growth=0.33, share_join=0.5)
        message = load(explorer, content)
        assert message.startswith("The file could not be used: ") and message.endswith("The starting assumptions are shown."), what
        assert explorer.values() == explorer.defaults(), what
        assert explorer.page.evaluate("[{}.join_growth, document.querySelectorAll('figure img').length]") == [None, 0], what
        assert explorer.errors == [], what
    assert load(explorer, file()) == "Loaded." and explorer.values() == explorer.defaults() | {"join_growth": 0.2}


# Citation


def test_a_citation_names_what_was_changed(explorer):
    explorer.press("cite")
    assert "as the book starts with them" in explorer.message()
    explorer.move(lost=0.45, relocate_growth=-0.12, share_stay=0.6)
    explorer.press("cite")
    message = explorer.message()
    assert message.startswith("After the Caliphate, explorer “five-scenarios”, version 2.")
    for words in ("Killed or captured afterwards: 45 %", "Yearly growth in new theatres: −12 % a year", f"{assumptions.get('share_stay').label}: 42.9 %"):
        assert words in message
    assert assumptions.get("killed").label not in message
    fragment = message.rpartition("#")[2]
    assert dict(parse_qsl(fragment)) == {"explorer": "five-scenarios", "version": "2", "lost": "0.45", "relocate_growth": "-0.12", "share_stay": "0.6"}
