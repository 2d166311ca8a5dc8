"""Guess, then see: what tells the answer is covered until the reader has answered, by hand, by keyboard, for a screen reader, and never where it must not be."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from conftest import DRAWN, KEEPS_NOTHING, ROOT, notebooks, until

from explorable.book import open_book
from explorable.course import guesses

open_book(ROOT)
ALL = [guess for page in guesses.pages() for guess in guesses.of(page)]
#: The first guess of each kind.
FIRST = {kind: next(guess for guess in ALL if guess.about["kind"] == kind) for kind in guesses.KINDS}
CHOICE, LINE, SHARES = (FIRST[kind] for kind in ("choice", "line", "shares"))
LAND = next(guess for guess in ALL if guess.id == "territorial-collapse-land")
NUMBER = next(guess for guess in ALL if "axis" in guess.about)
#: Chapters whose first thing to do is a form of their own.
FORMS = {
    "chapters/forecast": ".forecast-question",
    "chapters/scores": ".score-try",
    "chapters/competing-hypotheses": ".hypotheses-row:not([hidden])",
}
WRONG = next(letter for letter in "ab" if letter != CHOICE.about["right"])


# What the book's files say


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"kind": "sum", "right": "1", "told": "x"}, "write one of number, choice, line"),
        ({"kind": "number", "right": "1"}, "'told' is missing"),
        (
            {"kind": "number", "right": "gone", "told": "x", "min": 0, "max": 1, "step": 1, "unit": ""},
            "'gone' can't be computed: NameError",
        ),
        (
            {"kind": "number", "right": "7", "told": "x", "min": 0, "max": 1, "step": 1, "unit": ""},
            "7 is right, and lies outside min and max",
        ),
        (
            {"kind": "choice", "right": "'c'", "told": "x", "options": ["a", "b"]},
            "'c' is right, and is none of the options: a, b",
        ),
        (
            {
                "kind": "line",
                "right": "[1]",
                "told": "x",
                "steps": "[1, 2]",
                "min": 0,
                "max": 1,
                "unit": "",
                "given": 1,
            },
            "2 steps, 1 values, 1 given",
        ),
        (
            {"kind": "shares", "right": "[40, 60]", "told": "x", "options": ["a", "b"], "means": ["record", "enemy"]},
            "no colour of this book means 'enemy': give one for each, of disengage",
        ),
        (
            {"kind": "shares", "right": "[40, 60]", "told": "x", "options": ["a", "b"], "means": ["record"]},
            "means has 1 for 2 options: give one for each",
        ),
    ],
)
def test_a_guess_that_cannot_be_asked_names_file_and_remedy(entry, says):
    with pytest.raises(guesses.GuessError, match="^some.toml, guess x: ") as problem:
        guesses.Question(entry, where="some.toml, guess x", chart={}).about()
    assert says in str(problem.value)


def test_the_steps_of_a_line_stand_as_far_apart_as_they_are():
    dates = list(pd.to_datetime(["2015-01-01", "2016-01-01", "2019-01-01"]))
    assert guesses.along(dates) == (["Jan 2015", "Jan 2016", "Jan 2019"], [0, 0.2498, 1])
    assert guesses.along([2013, 2015, 2023]) == (["2013", "2015", "2023"], [0, 0.2, 1])
    assert guesses.along(["low", "middle", "high"]) == (["low", "middle", "high"], [0, 0.5, 1])


def test_what_is_right_follows_the_chart():
    entry = {
        "kind": "number",
        "right": "rows.share.max()",
        "told": "it is {right}",
        "min": 0,
        "max": 100,
        "step": 1,
        "unit": "%",
    }
    for share in (30, 60):
        chart = {"datasets": {"data": [{"share": share}, {"share": 1}]}}
        about = guesses.Question(entry, where="here", chart=chart).about()
        assert about["right"] == share and about["told"] == f"it is {share}"


def test_what_is_right_is_computed_and_never_typed():
    for page in guesses.pages():
        for name, entry in guesses._asked(guesses.chapter_of(page)).items():
            assert {"rows", "tables", "params", "data", "model", "hypotheses"} & set(
                re.findall(r"[a-z]+", entry["right"])
            ), f"{page}, {name}"


def test_the_chapters_ask_for_many_guesses_and_each_with_a_picture_begins_with_one():
    assert len(ALL) >= 24
    with_charts = [
        page
        for page in notebooks()
        if any(chart and "explorer" not in chart.get("usermeta", {}) for _, chart in guesses._cells(page))
    ]
    silent = set(with_charts) - set(guesses.pages())
    assert silent <= {"chapters/data-guide"}, silent


# On the page


@pytest.fixture()
def context(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.problems = []
    yield context
    assert [problem for problem in context.problems if "denied" not in problem] == []
    context.close()


def opened(context, site: str, guess, more: str = ""):
    page = context.new_page()
    page.on("pageerror", lambda error: context.problems.append(str(error)))
    page.goto(f"{site}/{guess.page}.html{more}")
    page.wait_for_selector(place(guess, ".guess-form"), state="visible")
    return page


def place(guess, inner: str = "") -> str:
    return f"#guess-{guess.id} {inner}".strip()


def cover(guess, inner: str = "") -> str:
    return f"[data-answers='{guess.id}'] {inner}".strip()


def said(page, guess) -> str:
    return page.locator(place(guess, "> .guess-said")).inner_text()


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('book-guesses') ?? '{}'"))


def is_covered(page, guess) -> bool:
    """Say whether neither eye nor screen reader finds the picture, its title, its table, or any words around them."""
    region = page.locator(cover(guess))
    seen = [part for part in region.locator("figcaption, svg, summary, p").all() if part.is_visible()]
    heard = [
        line for line in region.aria_snapshot().splitlines() if line.strip() and "Covered until you guess" not in line
    ]
    return not seen and not heard


def test_a_click_on_a_choice_uncovers_and_is_kept(context, site):
    page = opened(context, site, CHOICE)
    until(page, DRAWN)
    before = page.locator(cover(CHOICE)).bounding_box()["height"]
    assert is_covered(page, CHOICE) and said(page, CHOICE) == ""
    page.click(place(CHOICE, f".guess-option[value={WRONG}]"))
    assert not is_covered(page, CHOICE)
    assert said(page, CHOICE) == f"You said {CHOICE.about['options']['ab'.index(WRONG)]}; {CHOICE.about['told']}."
    assert abs(page.locator(cover(CHOICE)).bounding_box()["height"] - before) < 2, "the place keeps its size"
    page.reload()
    page.wait_for_selector(place(CHOICE, "> .guess-said"), state="visible")
    assert not is_covered(page, CHOICE) and kept(page) == {CHOICE.id: WRONG}
    page.get_by_role("button", name="Guess again").first.click()
    assert is_covered(page, CHOICE) and kept(page) == {}


def test_the_keyboard_chooses_and_what_is_said_has_the_focus(context, site):
    page = opened(context, site, CHOICE)
    page.focus(place(CHOICE, f".guess-option[value={CHOICE.about['right']}]"))
    page.keyboard.press("Enter")
    assert said(page, CHOICE) == f"Yes: {CHOICE.about['told']}."
    assert page.evaluate("document.activeElement.className") == "guess-said"


def test_a_covered_place_is_not_reached_by_tab(context, site):
    page = opened(context, site, CHOICE)
    page.focus(place(CHOICE, ".guess-waive >> nth=-1"))
    page.keyboard.press("Tab")
    assert not page.evaluate("region => document.querySelector(region).contains(document.activeElement)", cover(CHOICE))


def test_a_slider_takes_a_number_by_keyboard_and_its_mark_stays_in_the_chart(context, site):
    page = opened(context, site, NUMBER)
    page.click(place(NUMBER, "[data-action=commit]"))
    assert "Move the handle first" in page.locator(place(NUMBER)).inner_text() and is_covered(page, NUMBER)
    slider = page.locator(place(NUMBER, "input[type=range]"))
    assert slider.get_attribute("aria-valuetext") == "no guess yet"
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    value = NUMBER.about["min"] + NUMBER.about["step"]
    assert slider.get_attribute("aria-valuetext") == f"{value} {NUMBER.about['unit']}"
    page.keyboard.press("Enter")
    assert said(page, NUMBER) == f"You said {value} {NUMBER.about['unit']}; {NUMBER.about['told']}."
    assert kept(page) == {NUMBER.id: value} and not is_covered(page, NUMBER)
    page.locator(cover(NUMBER, "figure.chart")).scroll_into_view_if_needed()
    page.wait_for_selector(cover(NUMBER, ".guess-in-chart"))
    assert page.locator(cover(NUMBER, ".guess-in-chart")).inner_text() == f"you: {value} {NUMBER.about['unit']}"


def test_a_click_on_the_handle_itself_is_an_answer(context, site):
    page = opened(context, site, NUMBER)
    slider = page.locator(place(NUMBER, "input[type=range]"))
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.click(place(NUMBER, "[data-action=commit]"))
    assert kept(page) == {NUMBER.id: (NUMBER.about["min"] + NUMBER.about["max"]) / 2}


def stroke(page, guess, *, begins: float) -> None:
    """Draw with the mouse from half the height of the pad, at a share of its width, to its upper right corner."""
    pad = page.locator(place(guess, ".guess-pad svg"))
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + begins * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.99 * box["width"], box["y"] + 12)
    page.mouse.up()


def test_a_hand_draws_the_line(context, site):
    page = opened(context, site, LINE)
    stroke(page, LINE, begins=0.55)
    page.click(place(LINE, "[data-action=commit]"))
    drawn = kept(page)[LINE.id]
    assert drawn[: LINE.about["given"]] == LINE.about["right"][: LINE.about["given"]], (
        "what is known is not the reader's to change"
    )
    assert drawn[-1] > 0.9 * LINE.about["max"] and drawn[-1] > drawn[LINE.about["given"]]
    assert said(page, LINE).startswith("You said") and not is_covered(page, LINE)
    assert page.locator(place(LINE, ".guess-after .guess-drawn")).count() == 1, "the guess stays, dashed"


def test_a_straight_stroke_is_a_straight_line_in_time(context, site):
    """The six dates of the land are two to seven months apart, and stand so."""
    page = opened(context, site, LAND)
    pad = page.locator(place(LAND, ".guess-pad svg"))
    pad.scroll_into_view_if_needed()
    box, dot = pad.bounding_box(), page.locator(place(LAND, ".guess-known-dot")).bounding_box()
    start = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    end = box["x"] + box["width"] - 36, box["y"] + box["height"] - 26  # the end of both axes
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=40)
    page.mouse.up()
    page.click(place(LAND, "[data-action=commit]"))
    first, at = LAND.about["right"][0], LAND.about["at"]
    assert kept(page)[LAND.id] == pytest.approx([first * (1 - share) for share in at], abs=0.04 * LAND.about["max"])


def test_sliders_set_the_line_step_by_step(context, site):
    page = opened(context, site, LINE)
    page.focus(place(LINE, ".guess-steps summary"))
    page.keyboard.press("Enter")
    sliders = page.locator(place(LINE, ".guess-steps input"))
    assert sliders.count() == len(LINE.about["right"]) - LINE.about["given"]
    sliders.last.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert kept(page)[LINE.id][-1] == LINE.about["min"] and not is_covered(page, LINE)


def centre(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_shares_always_make_100(context, site):
    page = opened(context, site, SHARES)
    dividers, fields = (page.locator(place(SHARES, f"input[type={kind}]")) for kind in ("range", "number"))
    said_now = lambda: [float(field.input_value()) for field in fields.all()]  # noqa: E731
    assert len(said_now()) == len(SHARES.about["options"]) and sum(said_now()) == pytest.approx(100, abs=0.3)
    page.get_by_role("button", name="This is my guess").and_(page.locator(place(SHARES, "button"))).click()
    assert "Move a divider or type a share first" in page.locator(place(SHARES)).inner_text(), "as it has no handle"
    for number, key in ((0, "End"), (0, "PageDown"), (3, "Home"), (4, "ArrowRight"), (1, "End"), (1, "Home")):
        dividers.nth(number).focus()
        page.keyboard.press(key)
        assert sum(said_now()) == pytest.approx(100, abs=0.3), (number, key)
    fields.nth(5).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("47")
    assert said_now()[5] == 47 and sum(said_now()) == pytest.approx(100, abs=0.3)
    page.mouse.move(*centre(dividers.nth(4)))
    page.mouse.down()
    page.mouse.move(
        page.locator(place(SHARES, ".shares-bar")).bounding_box()["x"] + 2, centre(dividers.nth(4))[1], steps=4
    )
    page.mouse.up()
    assert said_now()[5] > 47, "dragged to the left, the last part grows"
    page.locator(place(SHARES, "input[type=number]")).first.focus()
    page.keyboard.press("Enter")
    assert sum(kept(page)[SHARES.id]) == 100 and SHARES.about["told"] in said(page, SHARES)
    assert page.locator(".guesses-worst").inner_text().startswith("You were off most here")


def away_and_back(page) -> None:
    page.goto("about:blank")
    page.go_back()


@pytest.mark.parametrize("come_back", [lambda page: page.reload(), away_and_back], ids=["reload", "Back"])
def test_a_guess_that_is_begun_and_not_given_stays_with_the_tab(context, site, come_back):
    page = opened(context, site, NUMBER)
    slider = place(NUMBER, "input[type=range]")
    page.focus(slider)
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    come_back(page)
    value = NUMBER.about["min"] + NUMBER.about["step"]
    page.wait_for_selector(place(NUMBER, "[data-answered]"))
    assert page.locator(slider).get_attribute("aria-valuetext") == f"{value} {NUMBER.about['unit']}"
    assert is_covered(page, NUMBER) and kept(page) == {}, "it is not given"
    page.click(place(NUMBER, "[data-action=commit]"))
    assert kept(page) == {NUMBER.id: value}
    page.get_by_role("button", name="Guess again").click()
    come_back(page)
    page.wait_for_selector(place(NUMBER, ".guess-form"), state="visible")
    assert page.locator(place(NUMBER, "[data-answered]")).count() == 0, "what was given is not begun any more"


def test_a_line_and_shares_that_are_begun_stay_too_until_they_are_erased(context, site):
    page = opened(context, site, LINE)
    stroke(page, LINE, begins=0.9)
    dots = page.locator(place(LINE, ".guess-drawn-dot"))
    drawn = dots.count()
    assert 0 < drawn < len(LINE.about["right"]) - LINE.about["given"], "a part of the line"
    page.goto(f"{site}/{SHARES.page}.html")
    page.locator(place(SHARES, ".shares-divider")).first.focus()
    page.keyboard.press("End")
    first = lambda: page.locator(place(SHARES, "input[type=number]")).first.input_value()  # noqa: E731
    said_first = first()
    page.reload()
    page.wait_for_selector(place(SHARES, ".shares-bar"))
    assert first() == said_first != f"{100 / len(SHARES.about['options']):.3g}"
    page.go_back()
    page.wait_for_selector(place(LINE, ".guess-drawn-dot"))
    assert dots.count() == drawn
    page.click(place(LINE, "[data-action=commit]"))
    assert len(kept(page)[LINE.id]) == len(LINE.about["right"]), "it can be given as it came back"
    page.goto(f"{site}/chapters/guesses.html")
    page.get_by_role("button", name="Erase my guesses").click()
    page.get_by_role("button", name="Yes, erase").click()
    assert (
        page.evaluate(
            "[...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(key => key.startsWith('book-guess'))"
        )
        == []
    )
    page.goto(f"{site}/{SHARES.page}.html")
    page.wait_for_selector(place(SHARES, ".shares-bar"))
    assert first() != said_first


def test_just_show_me_shows_one_and_show_everything_all(context, site):
    page = opened(context, site, CHOICE)
    of_page = [guess for guess in ALL if guess.page == CHOICE.page]
    page.locator(place(of_page[1])).get_by_role("button", name="Just show me").click()
    assert [is_covered(page, guess) for guess in of_page] == [guess != of_page[1] for guess in of_page]
    assert page.get_by_role("button", name="Show everything on this page").count() == 1
    page.get_by_role("button", name="Show everything on this page").click()
    assert not any(is_covered(page, guess) for guess in of_page) and "view=shown" in page.url
    assert kept(page) == {guess.id: None for guess in of_page}


def test_a_link_shows_everything_and_keeps_nothing(context, site):
    page = opened(context, site, CHOICE, "?view=code&view=shown")
    assert not any(is_covered(page, guess) for guess in ALL if guess.page == CHOICE.page) and kept(page) == {}
    page.locator(place(CHOICE)).get_by_role("button", name="Cover it, and guess").click()
    assert is_covered(page, CHOICE) and page.url.endswith("?view=code")


def test_who_comes_by_a_link_into_it_finds_it_open(context, site):
    page = opened(context, site, CHOICE)
    inside = page.locator(cover(CHOICE, "figure.chart")).get_attribute("id")
    page.evaluate("id => { location.hash = id; }", inside)
    until(page, "region => document.querySelector(region).dataset.state === 'open'", cover(CHOICE))
    other = opened(context, site, CHOICE, f"#{inside}")
    second = [guess for guess in ALL if guess.page == CHOICE.page][1]
    assert not is_covered(other, CHOICE) and is_covered(other, second), "the others stay covered"


@pytest.mark.parametrize("fragment", ["#%E0%A4%A", "#%", "#guess=1&x", "#no-such-place"])
def test_an_address_that_names_nothing_of_the_page_changes_nothing(context, site, fragment):
    page = opened(context, site, CHOICE, fragment)
    assert all(is_covered(page, guess) for guess in ALL if guess.page == CHOICE.page)


def test_two_tabs_have_the_same_guesses(context, site):
    one, two = (opened(context, site, CHOICE) for _ in range(2))
    second = [guess for guess in ALL if guess.page == CHOICE.page][1]
    one.click(place(CHOICE, f".guess-option[value={WRONG}]"))
    until(two, "region => document.querySelector(region).dataset.state === 'open'", cover(CHOICE))
    two.locator(place(second)).get_by_role("button", name="Just show me").click()
    until(one, "region => document.querySelector(region).dataset.state === 'open'", cover(second))
    assert kept(one) == {CHOICE.id: WRONG, second.id: None} and said(one, CHOICE) == said(two, CHOICE)


def test_nothing_is_covered_without_a_script_on_paper_or_where_the_script_does_not_come(browser, context, site):
    without = browser.new_context(java_script_enabled=False)
    page = without.new_page()
    page.goto(f"{site}/{CHOICE.page}.html")
    assert (
        page.locator(cover(CHOICE, "figcaption")).is_visible() and page.get_by_text(CHOICE.question[:40]).is_visible()
    )
    assert page.locator(place(CHOICE, ".guess-form")).is_hidden()
    without.close()
    page = opened(context, site, CHOICE)
    page.emulate_media(media="print")
    assert (
        page.locator(cover(CHOICE, "figcaption")).is_visible()
        and page.locator(place(CHOICE, ".guess-form")).is_hidden()
    )
    broken = context.new_page()
    broken.route("**/guess.js*", lambda route: route.abort())
    broken.goto(f"{site}/{CHOICE.page}.html")
    until(
        broken,
        "selector => getComputedStyle(document.querySelector(selector)).visibility === 'visible'",
        cover(CHOICE, "figcaption"),
    )


def test_nothing_is_seen_before_the_script_has_come(context, site):
    page = context.new_page()
    held = []
    page.route("**/guess.js*", lambda route: held.append(route))
    page.goto(f"{site}/{CHOICE.page}.html", wait_until="commit")
    page.wait_for_selector(cover(CHOICE, "figcaption"), state="attached")
    assert (
        page.evaluate(
            "selector => getComputedStyle(document.querySelector(selector)).visibility", cover(CHOICE, "figcaption")
        )
        == "hidden"
    )


def test_a_browser_that_keeps_nothing_shows_all_the_same_and_says_so(context, site):
    context.add_init_script(KEEPS_NOTHING)
    page = opened(context, site, CHOICE)
    page.click(place(CHOICE, f".guess-option[value={WRONG}]"))
    assert not is_covered(page, CHOICE) and "keeps nothing" in page.locator(place(CHOICE)).inner_text()


@pytest.mark.parametrize("damaged", ['{"%s": "z"}', '{"%s": {"a": 1}}', '{"%s": 7}', "[1]"])
def test_what_a_browser_kept_damaged_leaves_it_covered(context, site, damaged):
    page = opened(context, site, CHOICE)
    page.evaluate("text => localStorage.setItem('book-guesses', text)", damaged.replace("%s", CHOICE.id))
    page.reload()
    page.wait_for_selector(place(CHOICE, ".guess-form"), state="visible")
    assert is_covered(page, CHOICE)


# The page of all guesses


def overview(context, site):
    page = context.new_page()
    page.on("pageerror", lambda error: context.problems.append(str(error)))
    page.goto(f"{site}/chapters/guesses.html")
    page.wait_for_selector(".guesses-tools", state="visible")
    return page


def test_one_page_shows_all_guesses_and_how_far_off(context, site):
    page = opened(context, site, CHOICE)
    page.click(place(CHOICE, f".guess-option[value={WRONG}]"))
    page.evaluate(
        "([id, value]) => { const all = JSON.parse(localStorage.getItem('book-guesses')); all[id] = value; localStorage.setItem('book-guesses', JSON.stringify(all)); }",
        [NUMBER.id, NUMBER.about["max"]],
    )
    page = overview(context, site)
    assert page.locator("[data-guess-of]").count() == len(ALL)
    assert f"You made 2 guesses of {len(ALL)}." in page.locator(".guesses-summary").inner_text()
    assert NUMBER.question in page.locator(".guesses-summary").inner_text(), "the one that was off most is named"
    assert NUMBER.about["told"] in page.locator(f"[data-guess-of='{NUMBER.id}']").inner_text()
    page.click(f"[data-guess-of='{CHOICE.id}'] a")
    page.wait_for_selector(place(CHOICE, "> .guess-said"), state="visible")


def test_a_class_puts_its_files_together(context, site, tmp_path):
    page = opened(context, site, CHOICE)
    page.click(place(CHOICE, f".guess-option[value={WRONG}]"))
    page = overview(context, site)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my guesses").click()
    first = json.loads(download.value.path().read_text("utf-8"))
    files = []
    for name, answers in (
        ("one", first["answers"]),
        ("two", {CHOICE.id: CHOICE.about["right"], NUMBER.id: NUMBER.about["min"]}),
        ("bad", {CHOICE.id: "z"}),
    ):
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps({**first, "answers": answers}), "utf-8")
    page.set_input_files("[data-action=class]", files)
    until(
        page, "() => document.querySelector('.guesses-tools .explorer-message').textContent.startsWith('2 files read')"
    )
    assert "bad.json: its answer to" in page.locator(".guesses-tools").inner_text()
    told = page.locator(f"[data-guess-of='{CHOICE.id}']").inner_text()
    assert "The class:" in told and f"{CHOICE.about['options']['abcdefgh'.index(CHOICE.about['right'])]} 1" in told
    page.get_by_role("button", name="Erase my guesses").click()
    page.get_by_role("button", name="Leave it as it is").click()
    assert kept(page) == {CHOICE.id: WRONG}
    page.get_by_role("button", name="Erase my guesses").click()
    page.get_by_role("button", name="Yes, erase").click()
    until(page, "() => localStorage.getItem('book-guesses') === null")


@pytest.mark.parametrize("chosen", ["Keep mine", "Take this", "Keep both"])
def test_a_file_of_guesses_asks_before_it_replaces_any(context, site, chosen):
    mine, theirs = {CHOICE.id: WRONG}, {NUMBER.id: NUMBER.about["min"]}
    page = overview(context, site)
    about = json.loads(page.get_attribute(".guesses", "data-guesses"))

    def load(answers: dict) -> None:
        text = json.dumps({"format": about["format"], "version": about["version"], "answers": answers})
        page.set_input_files(
            "[data-action=load]", {"name": "g.json", "mimeType": "application/json", "buffer": text.encode()}
        )

    load(mine)
    until(page, "() => localStorage.getItem('book-guesses') !== null")
    assert kept(page) == mine, "into an empty browser they are taken at once"
    load({CHOICE.id: "z"})
    page.get_by_text("The file could not be used: its answer to").wait_for()
    load(theirs)
    page.get_by_role("button", name=chosen).click()
    page.get_by_role("button", name=chosen).wait_for(state="detached")
    assert kept(page) == (theirs if chosen == "Take this" else mine)
    if chosen == "Keep both":
        page.get_by_role("button", name="Swap the two").click()
        assert kept(page) == theirs


# The first screen


@pytest.mark.parametrize(
    "page_", [*FORMS, *(page for page in notebooks() if page not in ("chapters/data-guide", "chapters/equations"))]
)
def test_the_first_screen_has_the_question_and_the_first_thing_to_do(context, site, page_):
    page = context.new_page()
    page.goto(f"{site}/{page_}.html")
    first = FORMS.get(page_, ".guess, figure.chart")
    page.wait_for_selector(first, state="visible")
    tops = [
        page.locator(one).first.evaluate("part => part.getBoundingClientRect().top + scrollY")
        for one in (first, FORMS.get(page_, "figure.chart"))
    ]
    assert tops[1] <= 768, f"the first picture begins {tops[1] / 768:.2f} screens down"


def test_the_ten_minutes_are_short(context, site):
    page = context.new_page()
    page.goto(f"{site}/chapters/ten-minutes.html?view=shown")
    page.wait_for_selector(".guess-form", state="visible")
    prose = page.evaluate(
        "() => [...document.querySelectorAll('article :is(h1, h2, p, li)')].filter(part => part.checkVisibility() && !part.closest('figure, details, form, .live-bar')).map(part => part.innerText).join(' ')"
    )
    assert len(prose.split()) <= 600
    assert (
        page.locator(".guess, figure.explorer").count()
        + page.locator("figure.chart:not(.explorer) form.chart-controls").count()
        >= 5
    ), "five things to do"
