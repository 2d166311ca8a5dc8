"""Competing hypotheses: the arithmetic, its evidence, and the matrix in a real browser, which comes to what Python comes to."""

from __future__ import annotations

import json
import math
import random

import pandas as pd
import pytest
from conftest import KEEPS_NOTHING, SITE, erase, until
from hypothesis import given
from hypothesis import strategies as st
from test_scripts import call

from aftermath import data, hypotheses
from aftermath.ties import figures_of, numbers, tied
from explorable.course import hypotheses as page_part

EVIDENCE = data.load("hypothesis_evidence")
ITEMS, IDS = EVIDENCE["id"].to_list(), list(hypotheses.hypotheses())
RATINGS = st.integers(min_value=-2, max_value=2)
ROW = {"disengage": 2, "stay": -1, "join": -2, "relocate": 0, "dispatch": 1, "none": -1}
TEXT = hypotheses.write({"E01": ROW, "E02": {"stay": 1}})


def filled(seed: int) -> dict[str, dict[str, int]]:
    """Return a matrix with gaps, and with two complete rows or more."""
    chance = random.Random(seed)
    items = chance.sample(ITEMS, chance.randint(4, len(ITEMS)))
    return {
        item: {
            id: chance.randint(-2, 2)
            for id in (IDS if item in items[:2] or chance.random() < 0.7 else chance.sample(IDS, 3))
        }
        for item in items
    }


# The arithmetic


def test_what_fits_adds_nothing_and_what_does_not_adds_one_or_two():
    assert [hypotheses.against(rating) for rating in (2, 1, 0, -1, -2)] == [0, 0, 0, 1, 2]
    assert hypotheses.inconsistency([2, 2, 1, -1, -2, 0]) == 3
    assert hypotheses.inconsistency([]) == 0


def test_diagnosticity_by_hand():
    assert hypotheses.diagnosticity([2, -2]) == 4
    assert hypotheses.diagnosticity([1, 0, -1]) == pytest.approx(4 / 3)
    assert hypotheses.diagnosticity([2, 2, 2, -2, -2, -2]) == pytest.approx(2.4)
    with pytest.raises(hypotheses.HypothesesError, match="two"):
        hypotheses.diagnosticity([1])


@given(st.lists(RATINGS, min_size=2, max_size=8), st.randoms())
def test_diagnosticity_is_nought_exactly_when_all_fit_alike(ratings, chance):
    value = hypotheses.diagnosticity(ratings)
    assert (value == 0) == (len(set(ratings)) == 1) and 0 <= value <= 4
    shuffled = chance.sample(ratings, len(ratings))
    assert hypotheses.diagnosticity(shuffled) == value == hypotheses.diagnosticity([-rating for rating in ratings])


@given(st.lists(RATINGS, max_size=12), RATINGS)
def test_evidence_never_takes_back_what_speaks_against(ratings, more):
    assert hypotheses.inconsistency([*ratings, more]) >= hypotheses.inconsistency(ratings) >= 0


def test_only_complete_items_are_compared():
    ratings = {"E01": ROW, "E02": {id: -2 for id in IDS if id != "stay"}}
    table = hypotheses.compare(ratings)
    assert dict(zip(table["hypothesis"], table["inconsistency"])) == {id: max(0, -rating) for id, rating in ROW.items()}
    assert table["inconsistency"].is_monotonic_increasing
    assert hypotheses.least(ratings) == ["disengage", "relocate", "dispatch"]
    with pytest.raises(hypotheses.HypothesesError, match="every hypothesis"):
        hypotheses.compare({"E02": ratings["E02"]})


def test_the_item_on_which_the_answer_hangs_is_found():
    level = dict.fromkeys(IDS, 0)
    ratings = {"E01": level | dict.fromkeys(IDS[1:], -1), "E02": level, "E03": level | {"disengage": 1}}
    assert hypotheses.least(ratings) == ["disengage"] and hypotheses.pivotal(ratings) == ["E01"]
    assert hypotheses.pivotal({"E01": level}) == []


# Files


def test_a_file_comes_back():
    for seed in range(5):
        assert hypotheses.parse(hypotheses.write(filled(seed))) == filled(seed)


BROKEN = [
    ("{", "damaged"),
    ("[]", "no matrix"),
    ("null", "no matrix"),
    (TEXT.replace('"version": 1', '"version": 2'), "version 2"),
    (TEXT.replace("hypotheses", "forecast"), "no matrix"),
    (TEXT.replace("E01", "E99"), "E99"),
    (TEXT.replace("E01", "__proto__"), "__proto__"),
    (TEXT.replace("dispatch", "constructor"), "constructor"),
    (TEXT.replace(": -2", ": -3"), "E01"),
    (TEXT.replace(": -2", ": 1.5"), "E01"),
    (TEXT.replace(": -2", ': "<b>"'), "E01"),
    (TEXT.replace(": -2", ": true"), "E01"),
    (TEXT.replace(": -2", ": [1]"), "E01"),
    (json.dumps({**json.loads(TEXT), "ratings": []}), "no ratings"),
    (json.dumps({**json.loads(TEXT), "ratings": {"E01": 1}}), "E01"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_broken_file_gets_a_clear_error(text, says):
    with pytest.raises(hypotheses.HypothesesError, match=says):
        hypotheses.parse(text)


def test_a_file_that_is_none_is_named(tmp_path):
    path = tmp_path / "mine.json"
    with pytest.raises(hypotheses.HypothesesError, match="mine.json can't be opened"):
        hypotheses.read(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(hypotheses.HypothesesError, match="mine.json is not a text file"):
        hypotheses.read(path)
    path.write_text(TEXT, encoding="utf-8")
    assert hypotheses.read(path)["E01"] == ROW


# The page's arithmetic, without a page


def scripted(calls: list[list], folder) -> list[dict]:
    return call("bookHypotheses", page_part.formulas(), "hypotheses-arithmetic.js", calls, folder)


def test_the_script_computes_what_python_computes(tmp_path):
    matrices, calls, expected = (
        [filled(seed) for seed in range(10)] + [{"E03": ROW}],
        [],
        [],
    )  # the last: one item alone
    for ratings in matrices:
        rows = hypotheses.complete(ratings)
        calls += [
            ["complete", ratings, IDS],
            ["least", ratings, list(rows), IDS],
            ["pivotal", ratings, list(rows), IDS],
            ["rows", {f"{item}-{id}": rating for item in ratings for id, rating in ratings[item].items()}],
        ]
        expected += [list(rows), hypotheses.least(ratings), hypotheses.pivotal(ratings), ratings]
        for row in ratings.values():
            calls += [["inconsistency", list(row.values())], ["diagnosticity", list(row.values())]]
            expected += [
                hypotheses.inconsistency(row.values()),
                pytest.approx(hypotheses.diagnosticity(row.values()), abs=1e-12),
            ]
    assert [found["value"] for found in scripted(calls, tmp_path)] == expected
    assert any(hypotheses.pivotal(ratings) for ratings in matrices), "no case in which one item decides"


def test_the_script_reads_what_python_reads_and_refuses_what_it_refuses(tmp_path):
    good = [hypotheses.write(filled(seed)) for seed in range(20)]
    twice = TEXT.replace('"E02"', '"E01"')
    with pytest.raises(hypotheses.HypothesesError, match="twice"):
        hypotheses.parse(twice)
    found = scripted([["parse", text, ITEMS, IDS] for text in [*good, *(text for text, _ in BROKEN), twice]], tmp_path)
    assert [one.get("value") for one in found[: len(good)]] == [hypotheses.parse(text) for text in good]
    assert all(
        says in one["error"] for one, says in zip(found[len(good) :], [*(says for _, says in BROKEN), "twice"])
    ), found[len(good) :]


# The evidence


def test_the_hypotheses_are_the_five_scenarios_and_none_of_them():
    assert IDS == [*data.load("scenarios")["id"], "none"]


def test_all_evidence_is_older_than_february_2017_and_in_the_order_of_time():
    assert 12 <= len(EVIDENCE) <= 16
    assert (EVIDENCE["date"] < pd.Timestamp("2017-02-01")).all() and EVIDENCE["date"].is_monotonic_increasing
    assert ITEMS == [f"E{number:02}" for number in range(1, len(ITEMS) + 1)]


@pytest.mark.parametrize("item", EVIDENCE.to_dict("records"), ids=ITEMS)
def test_every_figure_of_the_evidence_is_in_another_table(item):
    known = set().union(
        *(
            figures_of(item[name], without="hypothesis_evidence")
            for name in ("source", "source_2")
            if isinstance(item[name], str)
        )
    )
    assert [
        written
        for written, value, decimals in numbers(item["evidence"].replace("of 100", "of a hundred"))
        if not tied(value, decimals, known)
    ] == []


# The page


@pytest.fixture()
def page(browser, site):
    """The page with the matrix, in a browser that has never seen it."""
    yield from _open(browser, site, viewport={"width": 1280, "height": 900})


@pytest.fixture()
def phone(browser, site):
    yield from _open(browser, site, viewport={"width": 375, "height": 740}, has_touch=True)


def _open(browser, site, **options):
    context = browser.new_context(**options)
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and page.problems.append(message.text))
    page.goto(f"{site}/{page_part.PAGE}.html")
    page.wait_for_selector("form.hypotheses", state="visible")
    yield page
    assert [problem for problem in page.problems if "denied" not in problem] == []
    context.close()


def show(page, item: str) -> None:
    page.get_by_label("Item of evidence").select_option(index=ITEMS.index(item))


def radio(page, cell: str, rating):
    """Return one of the six buttons of a cell; "" is the one that takes a rating back."""
    show(page, cell.split("-")[0])
    return page.locator(f"#{cell} input[value='{rating}']")


def shown(page, cell: str) -> str:
    """Return what a cell says: the value of the button that is pressed."""
    show(page, cell.split("-")[0])
    return page.locator(f"#{cell} input:checked").get_attribute("value")


def rate(page, ratings: dict[str, dict[str, int]]) -> None:
    for item, row in ratings.items():
        for id, rating in row.items():
            radio(page, f"{item}-{id}", rating).click()


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('book-hypotheses') ?? '{\"ratings\": {}}'"))["ratings"]


def message(page) -> str:
    return page.locator("form.hypotheses .explorer-message").inner_text()


def summary(page) -> str:
    return page.locator(".hypotheses-summary").inner_text()


def load(page, text: str, name: str = "hypotheses.json") -> None:
    page.set_input_files("[data-action=load]", {"name": name, "mimeType": "application/json", "buffer": text.encode()})
    until(page, "() => document.querySelector('.explorer-message').textContent")


def table(page, number: int) -> list[list]:
    """Return the rows of a table of the result: each cell's value if it has one, else its text."""
    return (
        page.locator(".hypotheses-tables table")
        .nth(number)
        .evaluate(
            "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => 'value' in cell.dataset ? Number(cell.dataset.value) : cell.textContent))"
        )
    )


def test_the_keyboard_rates_and_a_reload_keeps_it(page):
    page.get_by_label("Item of evidence").focus()
    page.keyboard.press("Tab")  # Next
    for _ in range(3):  # the source, then the row of "go home", then that of "stay"
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "E01-stay"
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert shown(page, "E01-stay") == "-1"
    page.locator("#E01-stay :checked").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "E01-join"
    page.keyboard.press("ArrowRight")
    page.reload()
    ratings = kept(page)["E01"]
    assert ratings["stay"] == -1 and set(ratings) == {"stay", "join"} and shown(page, "E01-stay") == "-1"
    radio(page, "E01-stay", "").click()
    assert set(kept(page)["E01"]) == {"join"} and shown(page, "E01-stay") == ""


def test_one_item_is_shown_at_a_time_and_the_first_that_lacks_a_rating_at_first(page):
    visible = "[...document.querySelectorAll('.hypotheses-row')].filter(row => row.checkVisibility()).map(row => row.dataset.evidence)"
    assert page.evaluate(visible) == ["E01"] and page.get_by_role("button", name="Previous").is_disabled()
    page.get_by_role("button", name="Next").click()
    assert page.evaluate(visible) == ["E02"]
    page.locator(".hypotheses-overview tbody tr").nth(3).locator("td").nth(6).click()
    assert page.evaluate(visible) == ["E07"], "a cell of the matrix leads to its item"
    rate(page, {"E01": ROW, "E02": ROW})
    page.reload()
    assert page.evaluate(visible) == ["E03"]


def test_every_cell_has_a_name_with_its_row_and_column(page):
    for item in ITEMS:
        show(page, item)
        row = page.get_by_role("group").filter(has=page.locator("legend", has_text=item)).first
        assert [group.get_attribute("id") for group in row.get_by_role("group").all()] == [f"{item}-{id}" for id in IDS]
    for id, label in hypotheses.hypotheses().items():
        show(page, "E07")
        group = page.get_by_role("group", name=f"{label} for E07", exact=True)
        assert group.get_attribute("id") == f"E07-{id}"
        words = [text.split(" ", 1)[1] for text in hypotheses.RATINGS.values()]
        for name in [*words, "not rated"]:
            assert group.get_by_role("radio", name=name, exact=True).count() == 1


def test_the_matrix_in_view_says_what_is_rated(page):
    ratings = {"E01": ROW, "E02": {"stay": 1}}
    rate(page, ratings)
    for row, id in zip(page.locator(".hypotheses-overview tbody tr").all(), IDS):
        cells = row.locator("td").all_inner_texts()
        assert cells[:2] == [
            hypotheses.RATINGS[ratings[item][id]].split(" ")[0] if id in ratings[item] else ""
            for item in ("E01", "E02")
        ]
        assert cells[-1] == f"{hypotheses.against(ROW[id]):g}"


#: For each button of an item, brought into view: what is wrong.
SEEN = """async () => {
  const wrong = [], bar = document.querySelector(".bd-header-article").getBoundingClientRect().bottom, buttons = [...document.querySelectorAll(".hypotheses-choice input")];
  const within = box => box.height > 0 && box.top >= bar - 1 && box.bottom <= innerHeight + 1;
  for (const button of buttons) {
    for (let before; before !== button.getBoundingClientRect().top;) {   // till a page that was made wider or narrower has come to rest
      button.scrollIntoView({ block: "nearest", behavior: "instant" });
      before = button.getBoundingClientRect().top;
      await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    const box = button.getBoundingClientRect(), [answer, matrix] = ["summary", "overview"].map(name => document.querySelector(`.hypotheses-${name}`).getBoundingClientRect());
    const above = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!button.closest("label").contains(above)) wrong.push([button.name, button.value, "itself", box.top, above?.outerHTML.slice(0, 80)]);
    if (!within(answer)) wrong.push([button.name, "answer", answer.top]);
    if (!within(matrix)) wrong.push([button.name, "matrix", matrix.bottom]);
    if (Math.min(box.width, box.height) < 24) wrong.push([button.name, "small", box.width, box.height]);
  }
  return buttons.length === 36 ? wrong : ["not six times six buttons"];
}"""


def test_whoever_rates_sees_the_answer_and_the_matrix(page):
    page.emulate_media(
        reduced_motion="reduce"
    )  # else the list of pages still slides away when the window has become narrow
    rate(page, {"E03": ROW})
    for width, height in ((1366, 768), (1920, 1080), (375, 812), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        for item in ("E01", "E08"):
            show(page, item)
            assert page.evaluate(SEEN) == [], (width, height, item)


def test_the_result_is_told_in_a_polite_region(page):
    region = page.locator(".hypotheses-summary")
    assert region.get_attribute("aria-live") == "polite" and region.get_attribute("role") == "status"
    assert "Rate one item" in summary(page)
    rate(page, {"E01": dict.fromkeys(IDS, 0)})
    assert summary(page) == "1 of 15 items is rated for every hypothesis. So far nothing speaks against any."
    rate(page, {"E01": {"stay": -2, "none": -1, "join": -2}})
    assert (
        "Least speaks against “Go home”, “Move on” and “Sent abroad” (0), most against “Stay and rebuild” and “Join others” (2)."
        in summary(page)
    )
    rate(page, {"E01": dict.fromkeys(IDS, -1)})
    assert "as much speaks against each: 1." in summary(page)


@pytest.mark.parametrize("seed", range(6))
def test_the_page_comes_to_what_python_comes_to(page, seed):
    ratings = filled(seed)
    load(page, hypotheses.write(ratings))
    expected, rows = hypotheses.compare(ratings), hypotheses.complete(ratings)
    shown = table(page, 0)
    assert [row[0] for row in shown] == expected["label"].to_list()
    assert [row[1] for row in shown] == pytest.approx(expected["inconsistency"].to_list(), abs=1e-12)
    assert [int(row[2]) + 2 * int(row[3]) for row in shown] == expected["inconsistency"].to_list()
    matrix = {row[0]: row for row in table(page, 1)}
    assert list(matrix) == ITEMS
    for item in ITEMS:
        marks = [text.split(" ")[0] for text in matrix[item][2:]]
        assert marks == [
            hypotheses.RATINGS[ratings[item][id]].split(" ")[0] if id in ratings.get(item, {}) else "" for id in IDS
        ]
        if item in rows:
            assert matrix[item][1] == pytest.approx(hypotheses.diagnosticity(rows[item].values()), abs=1e-12)
        else:
            assert matrix[item][1] == ""
    check = page.locator(".hypotheses-tables > p").inner_text()
    pivotal = hypotheses.pivotal(ratings)
    assert all(item in check for item in pivotal) and ("No single item" in check) == (not pivotal)
    assert f"{len(rows)} of {len(ITEMS)} items" in summary(page)


def test_the_formulas_of_the_page_are_those_of_python(page):
    for one in hypotheses.RATINGS:
        assert page.evaluate("rating => bookHypotheses.against(rating)", one) == hypotheses.against(one)
        for other in hypotheses.RATINGS:
            assert page.evaluate(
                "([one, other]) => bookHypotheses.apart(one, other)", [one, other]
            ) == hypotheses.apart(one, other)
    chance = random.Random(7)
    for _ in range(40):
        ratings = [chance.uniform(-2, 2) for _ in range(chance.randint(2, 9))]
        assert math.isclose(
            page.evaluate("all => bookHypotheses.diagnosticity(all)", ratings),
            hypotheses.diagnosticity(ratings),
            abs_tol=1e-12,
        )
        assert math.isclose(
            page.evaluate("all => bookHypotheses.inconsistency(all)", ratings),
            hypotheses.inconsistency(ratings),
            abs_tol=1e-12,
        )


def test_a_saved_file_is_what_python_reads_and_comes_back(page):
    rate(page, {"E01": ROW, "E15": {"join": 2}})
    with page.expect_download() as download:
        page.click("[data-action=save]")
    text = download.value.path().read_text("utf-8")
    assert hypotheses.parse(text) == {"E01": ROW, "E15": {"join": 2}}
    erase(page)
    load(page, text)
    assert kept(page) == {"E01": ROW, "E15": {"join": 2}} and shown(page, "E15-join") == "2"


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_damaged_file_gets_a_message_and_nothing_is_lost(page, text, says):
    rate(page, {"E03": {"stay": -1}})
    load(page, text)
    assert says in message(page) and "as they were" in message(page)
    assert kept(page) == {"E03": {"stay": -1}} and shown(page, "E03-stay") == "-1"


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "null",
        "[]",
        TEXT.replace('"version": 1', '"version": 2'),
        TEXT.replace("E01", "E99").replace("E02", "E98"),
        hypotheses.SAVED.write({"E01": {"stay": 1.5, "join": "0", "none": True, "x": 1}, "E99": ROW}),
    ],
)
def test_damage_in_the_browsers_memory_does_no_harm(page, damage):
    page.evaluate("text => localStorage.setItem('book-hypotheses', text)", damage)
    page.reload()
    page.wait_for_selector("form.hypotheses", state="visible")
    assert "Rate one item" in summary(page)
    rate(page, {"E01": {"stay": 1}})
    assert kept(page) == {"E01": {"stay": 1}}


def test_what_is_sound_in_a_damaged_memory_is_kept(page):
    page.evaluate("text => localStorage.setItem('book-hypotheses', text)", TEXT.replace("E01", "E99"))
    page.reload()
    page.wait_for_selector("form.hypotheses", state="visible")
    assert shown(page, "E02-stay") == "1"
    rate(page, {"E03": {"stay": 0}})
    assert kept(page) == {"E02": {"stay": 1}, "E03": {"stay": 0}}


def test_a_browser_that_keeps_nothing_rates_and_saves(page):
    page.add_init_script(KEEPS_NOTHING)
    page.reload()
    page.wait_for_selector("form.hypotheses", state="visible")
    rate(page, {"E01": ROW})
    assert "1 of 15" in summary(page) and "keeps nothing" in message(page)
    with page.expect_download() as download:
        page.click("[data-action=save]")
    assert hypotheses.parse(download.value.path().read_text("utf-8")) == {"E01": ROW}
    erase(page)
    assert shown(page, "E01-stay") == "" and "Rate one item" in summary(page)


def test_two_tabs_have_the_same_ratings_and_an_erasure_reaches_both(page):
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("form.hypotheses", state="visible")
    rate(page, {"E01": {"stay": 1}})
    rate(other, {"E01": {"join": -2}, "E02": {"none": 0}})
    until(page, "() => document.querySelector('#E01-join :checked').value === '-2'")
    assert shown(page, "E02-none") == "0"
    assert kept(page) == {"E01": {"stay": 1, "join": -2}, "E02": {"none": 0}} and shown(other, "E01-stay") == "1"
    erase(page)
    until(
        other, "() => [...document.querySelectorAll('.hypotheses-choice :checked')].every(({ value }) => value === '')"
    )
    assert kept(other) == {}


MINE, THEIRS = {"E03": {"stay": -1}}, {"E01": ROW, "E02": {"stay": 1}}


def beside(page) -> dict | None:
    return json.loads(page.evaluate("localStorage.getItem('book-hypotheses-other')") or "null")


def asked(page, answer: str) -> None:
    """Load another matrix over ratings of one's own, and answer the question."""
    rate(page, MINE)
    page.set_input_files(
        "[data-action=load]", {"name": "theirs.json", "mimeType": "application/json", "buffer": TEXT.encode()}
    )
    question = page.get_by_role(
        "group", name="The file holds 7 ratings of 2 items, and you have 1 rating of 1 item here."
    )
    question.wait_for()
    assert kept(page) == MINE, "nothing is replaced before the answer"
    question.get_by_role("button", name=answer, exact=True).click()
    assert page.locator(".book-question").count() == 0


def test_a_file_over_kept_ratings_asks_and_leaves_mine(page):
    asked(page, "Keep mine")
    assert kept(page) == MINE and beside(page) is None and page.locator(".book-beside").is_hidden()


def test_a_file_over_kept_ratings_asks_and_is_taken(page):
    asked(page, "Take this")
    assert kept(page) == THEIRS and beside(page) is None and message(page) == "7 ratings of 2 items came with the file."
    assert shown(page, "E01-stay") == "-1" and shown(page, "E03-stay") == ""


def test_both_are_kept_swapped_and_one_forgotten(page):
    asked(page, "Keep both")
    assert kept(page) == MINE and beside(page)["ratings"] == THEIRS
    page.reload()
    line = page.locator(".book-beside")
    assert "another matrix, with 7 ratings of 2 items" in line.inner_text()
    line.get_by_role("button", name="Swap the two").click()
    assert kept(page) == THEIRS and beside(page)["ratings"] == MINE
    assert shown(page, "E01-stay") == "-1" and "1 rating of 1 item" in line.inner_text() and "Swapped" in message(page)
    line.get_by_role("button", name="Forget it").click()
    assert kept(page) == THEIRS and beside(page) is None and line.is_hidden() and "forgotten" in message(page)


def test_erasing_takes_the_other_matrix_too(page):
    asked(page, "Keep both")
    erase(page)
    assert kept(page) == {} and beside(page) is None and page.locator(".book-beside").is_hidden()


def test_a_file_with_what_is_here_already_asks_nothing(page):
    rate(page, THEIRS)
    load(page, TEXT)
    assert "holds what is here already" in message(page) and page.locator(".book-question").count() == 0


def test_an_empty_matrix_is_neither_saved_nor_loaded(page):
    page.click("[data-action=save]")
    assert "nothing to save" in message(page)
    rate(page, MINE)
    load(page, hypotheses.SAVED.write({"E01": {}}))
    assert "no rating" in message(page) and kept(page) == MINE


def test_one_button_erases_everything(page):
    rate(page, {"E01": ROW})
    erase(page)
    assert page.evaluate("localStorage.getItem('book-hypotheses')") is None
    assert shown(page, "E01-stay") == "" and "Rate one item" in summary(page) and "Erased" in message(page)


def test_on_a_desk_item_and_matrix_stand_side_by_side(page):
    page.set_viewport_size({"width": 1366, "height": 768})
    items, view = (page.locator(f".hypotheses-{name}").bounding_box() for name in ("items", "view"))
    assert items["x"] + items["width"] <= view["x"] and items["width"] > 300


def test_on_a_phone_the_matrix_stands_above_and_takes_less_than_half(phone):
    rate(phone, {"E01": ROW})
    view = phone.locator(".hypotheses-view").bounding_box()
    assert view["height"] < 0.45 * 740 and view["y"] < phone.locator(".hypotheses-items").bounding_box()["y"]
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert "1 of 15" in summary(phone)


def test_without_javascript_there_is_a_table_to_print_and_no_dead_control(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/{page_part.PAGE}.html")
    assert page.locator(".hypotheses-print tbody tr").count() == len(ITEMS)
    assert page.locator(".hypotheses-print thead th").count() == 1 + len(IDS)
    assert not any(
        control.is_visible()
        for control in page.locator("form.hypotheses select, form.hypotheses button, form.hypotheses input").all()
    )
    assert not page.locator(".hypotheses-result").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()


@pytest.mark.site
def test_the_scripts_are_loaded_where_they_are_needed_only():
    assert "hypotheses.js" in (SITE / f"{page_part.PAGE}.html").read_text("utf-8")
    assert "hypotheses.js" not in (SITE / "chapters" / "forecast.html").read_text("utf-8")
