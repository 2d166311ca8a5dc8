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
    matrices, calls, expected = [filled(seed) for seed in range(10)], [], []
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


def rate(page, ratings: dict[str, dict[str, int]]) -> None:
    for item, row in ratings.items():
        for id, rating in row.items():
            page.select_option(f"#{item}-{id}", str(rating))


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
    choice = page.locator("#E01-stay")
    choice.focus()
    page.keyboard.press("ArrowDown")
    assert choice.input_value() == "2"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "E01-join"
    page.keyboard.type("0")
    assert page.locator("#E01-join").input_value() == "0"
    page.reload()
    assert kept(page) == {"E01": {"stay": 2, "join": 0}} and page.locator("#E01-stay").input_value() == "2"
    page.select_option("#E01-stay", "")
    assert kept(page) == {"E01": {"join": 0}}


def test_every_cell_has_a_name_with_its_row_and_column(page):
    labels = hypotheses.hypotheses()
    for item in ITEMS:
        row = page.get_by_role("group").filter(has=page.locator("legend", has_text=item)).first
        assert [select.get_attribute("id") for select in row.get_by_role("combobox").all()] == [
            f"{item}-{id}" for id in IDS
        ]
    for id, label in labels.items():
        assert page.get_by_role("combobox", name=f"{label} for E07", exact=True).get_attribute("id") == f"E07-{id}"
    assert page.locator("#E07-stay option").all_inner_texts() == ["not rated", *hypotheses.RATINGS.values()]


def test_the_result_is_told_in_a_polite_region(page):
    region = page.locator(".hypotheses-summary")
    assert region.get_attribute("aria-live") == "polite" and region.get_attribute("role") == "status"
    assert "Rate one item" in summary(page)
    rate(page, {"E01": dict.fromkeys(IDS, 0)})
    assert "1 of 15 items" in summary(page) and "as much speaks against each" in summary(page)
    rate(page, {"E01": {"stay": -2, "none": -1, "join": -2}})
    assert (
        "Least speaks against “Go home”, “Move on” and “Sent abroad” (0), most against “Stay and rebuild” and “Join others” (2)."
        in summary(page)
    )


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
    assert kept(page) == {"E01": ROW, "E15": {"join": 2}} and page.locator("#E15-join").input_value() == "2"


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_damaged_file_gets_a_message_and_nothing_is_lost(page, text, says):
    rate(page, {"E03": {"stay": -1}})
    load(page, text)
    assert says in message(page) and "as they were" in message(page)
    assert kept(page) == {"E03": {"stay": -1}} and page.locator("#E03-stay").input_value() == "-1"


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
    assert page.locator("#E02-stay").input_value() == "1"
    page.locator("#E03-stay").select_option("0")
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
    assert page.locator("#E01-stay").input_value() == "" and "Rate one item" in summary(page)


def test_two_tabs_have_the_same_ratings_and_an_erasure_reaches_both(page):
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("form.hypotheses", state="visible")
    rate(page, {"E01": {"stay": 1}})
    rate(other, {"E01": {"join": -2}, "E02": {"none": 0}})
    until(
        page,
        "() => document.getElementById('E01-join').value === '-2' && document.getElementById('E02-none').value === '0'",
    )
    assert (
        kept(page) == {"E01": {"stay": 1, "join": -2}, "E02": {"none": 0}}
        and other.locator("#E01-stay").input_value() == "1"
    )
    erase(page)
    until(other, "() => [...document.querySelectorAll('form.hypotheses select')].every(select => select.value === '')")
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
    assert page.locator("#E01-stay").input_value() == "-1" and page.locator("#E03-stay").input_value() == ""


def test_both_are_kept_swapped_and_one_forgotten(page):
    asked(page, "Keep both")
    assert kept(page) == MINE and beside(page)["ratings"] == THEIRS
    page.reload()
    line = page.locator(".book-beside")
    assert "another matrix, with 7 ratings of 2 items" in line.inner_text()
    line.get_by_role("button", name="Swap the two").click()
    assert kept(page) == THEIRS and beside(page)["ratings"] == MINE
    assert (
        page.locator("#E01-stay").input_value() == "-1"
        and "1 rating of 1 item" in line.inner_text()
        and "Swapped" in message(page)
    )
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
    assert (
        page.locator("#E01-stay").input_value() == "" and "Rate one item" in summary(page) and "Erased" in message(page)
    )


def test_on_a_desk_the_choices_stand_in_columns(page):
    lefts = [[round(page.locator(f"#{item}-{id}").bounding_box()["x"]) for id in IDS] for item in ("E01", "E08")]
    assert lefts[0] == lefts[1] == sorted(set(lefts[0]))


def test_on_a_phone_the_choices_stand_below_one_another(phone):
    boxes = [phone.locator(f"#E01-{id}").bounding_box() for id in IDS]
    assert len({round(box["x"]) for box in boxes}) == 1
    assert all(lower["y"] >= upper["y"] + upper["height"] for upper, lower in zip(boxes, boxes[1:]))
    assert all(box["height"] >= 24 and box["width"] >= 120 for box in boxes)
    rate(phone, {"E01": ROW})
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
