"""The reader's forecast in a real browser: it survives, travels, has dates, is erased; and it is scored as Python scores it."""

from __future__ import annotations

import json
import random
from contextlib import contextmanager

import pytest
from conftest import SITE, erase, until

from aftermath import assumptions, data, forecast, hypotheses, quiz
from explorable import chromium

QUESTIONS = data.load("forecast_questions")["id"].to_list()
TEXT = forecast.write({"Q01": 0.7, "Q02": 0.25})
PAGES = {"forecast": "form.forecast", "scores": ".forecast-class"}  # what is hidden until the page's script has come
OPENED_AT, LATER = "2026-11-29T12:00:00", "2026-12-03T12:00:00"
REFUSED = "Object.defineProperty(window, 'localStorage', { configurable: true, get() { throw new DOMException('denied', 'SecurityError'); } });"
FULL = """const set = Storage.prototype.setItem;   // for what the book keeps: the theme does not expect it
Storage.prototype.setItem = function (key, text) { if (key.startsWith("book-")) throw new DOMException("full", "QuotaExceededError"); set.call(this, key, text); };"""


#: A page that a finger has set going scrolls on for a while.
AT_REST = """async () => {
  for (let last, frames = 0; frames < 5; last = scrollY) { await new Promise(requestAnimationFrame); frames = scrollY === last ? frames + 1 : 0; }
}"""


class Reader:
    """One browser, which has never seen the book: its tabs share what it keeps."""

    def __init__(self, browser, site: str, **options):
        self.site, self.problems = site, []
        self.context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **options)

    def tab(self, page: str = "forecast", more: str = ""):
        """Open a page in a new tab."""
        tab = self.context.new_page()
        tab.on("pageerror", lambda error: self.problems.append(str(error)))
        return self.go(tab, page, more)

    def go(self, tab, page: str = "forecast", more: str = ""):
        """Go to a page, or paste an address into the page that is open."""
        tab.goto(f"{self.site}/chapters/{page}.html{more}")
        tab.wait_for_selector(PAGES[page], state="visible")
        return tab

    def done(self) -> None:
        assert self.problems == []
        self.context.close()


@pytest.fixture()
def reader(browser, site):
    reader = Reader(browser, site)
    yield reader
    reader.done()


@pytest.fixture()
def page(reader):
    """The page with the questions."""
    return reader.tab()


@contextmanager
def reading(browser, site, **options):
    reader = Reader(browser, site, **options)
    yield reader
    reader.done()


def slider(page, id: str):
    return page.locator(f"[data-question={id}]")


def press(page, id: str, *keys: str) -> None:
    """Answer as a hand does: to the slider, then the keys."""
    slider(page, id).focus()
    for key in keys:
        page.keyboard.press(key)


def answer(page, answers: dict[str, float]) -> None:
    for id, value in answers.items():
        page.eval_on_selector(
            f"[data-question={id}]",
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }",
            round(100 * value),
        )


def stored(page, key: str = "book-forecast") -> dict:
    return json.loads(page.evaluate("key => localStorage.getItem(key) ?? '{\"answers\": {}}'", key))


def kept(page) -> dict:
    return stored(page)["answers"]


def said(page, id: str) -> str:
    return slider(page, id).get_attribute("aria-valuetext")


def message(page) -> str:
    return page.locator("form.forecast .explorer-message").inner_text()


def arrived(page) -> str:
    return page.locator(".forecast-arrived").inner_text()


def standing(page) -> str:
    return page.locator(".forecast-standing").inner_text()


def result(page) -> str:
    return page.locator(".forecast-result").inner_text()


def load(page, text: str, name: str = "forecast.json") -> None:
    page.eval_on_selector("form.forecast .explorer-message", "line => line.replaceChildren()")
    page.set_input_files("[data-action=load]", {"name": name, "mimeType": "application/json", "buffer": text.encode()})
    until(
        page,
        "() => document.querySelector('.explorer-message').textContent || document.querySelector('.book-question')",
    )


def link(answers: dict[str, float]) -> str:
    return "#" + "&".join(["forecast=1", *(f"{id}={value}" for id, value in answers.items())])


# Answers


def test_the_keyboard_answers_and_a_reload_keeps_it(page):
    assert said(page, "Q01") == "no answer yet"
    press(page, "Q01", "ArrowRight")
    assert "51 %" in said(page, "Q01")
    page.reload()
    assert kept(page) == {"Q01": 0.51} and slider(page, "Q01").input_value() == "51"


def touch(page, x: float, y: float, *, dx: float = 0, dy: float = 0) -> None:
    """A finger that is put down, moves, and is lifted."""
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11) if dx or dy else ():
        client.send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove", "touchPoints": [{"x": x + dx * step / 10, "y": y + dy * step / 10}]},
        )
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def place(page, id: str, share: float) -> tuple[float, float]:
    """Where to put a hand on a slider: ``share`` of the way from its left end."""
    slider(page, id).scroll_into_view_if_needed()
    box = slider(page, id).bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("by", ["mouse", "finger", "Enter", "Space"])
def test_50_percent_is_given_where_the_handle_stands(browser, site, by):
    with reading(browser, site, **PHONE if by == "finger" else {}) as reader:
        page = reader.tab()
        if by == "mouse":
            page.mouse.click(*place(page, "Q04", 0.5))
        elif by == "finger":
            touch(page, *place(page, "Q04", 0.5))
        else:
            press(page, "Q04", by)
        until(
            page,
            "() => document.querySelector('[data-question=Q04]').getAttribute('aria-valuetext').startsWith('50 %')",
        )
        assert kept(page) == {"Q04": 0.5}
        before = page.evaluate("scrollY")
        press(page, "Q04", "Space", "Enter")
        assert kept(page) == {"Q04": 0.5} and page.evaluate("scrollY") == before


def test_a_click_on_the_words_of_a_question_is_no_answer(page):
    page.mouse.click(*place(page, "Q04", 0.9))
    page.locator("label[for=forecast-Q05]").click()
    assert set(kept(page)) == {"Q04"} and said(page, "Q05") == "no answer yet"


def test_a_finger_that_scrolls_the_page_does_not_answer(browser, site):
    with reading(browser, site, **PHONE) as reader:
        page = reader.tab()
        page.evaluate("document.addEventListener('pointercancel', () => { window.cancelled = true; })")
        x, y = place(page, "Q05", 0.8)
        before = page.evaluate("scrollY")
        touch(page, x, y, dy=-250)
        until(page, "before => window.cancelled && scrollY > before + 50", before)
        assert kept(page) == {} and said(page, "Q05") == "no answer yet" and slider(page, "Q05").input_value() == "50"
        page.evaluate(AT_REST)
        touch(page, *place(page, "Q06", 0.5), dx=80)
        until(page, "() => document.querySelector('[data-question=Q06]').hasAttribute('data-answered')")
        assert list(kept(page)) == ["Q06"] and kept(page)["Q06"] > 0.6


@pytest.mark.parametrize("colours", ["none", "active"])
def test_a_slider_without_an_answer_looks_so(browser, site, colours):
    """At the same place, it is another picture than one that answers 50 %: also where the system chooses the colours."""
    with reading(browser, site, forced_colors=colours) as reader:
        page = reader.tab()
        slider(page, "Q01").scroll_into_view_if_needed()
        open_ = slider(page, "Q01").screenshot()
        press(page, "Q01", "Space")
        slider(page, "Q01").blur()
        assert slider(page, "Q01").input_value() == "50" and slider(page, "Q01").screenshot() != open_
        press(page, "Q01", "Delete")
        slider(page, "Q01").blur()
        assert slider(page, "Q01").screenshot() == open_


def test_no_slider_grows_under_the_hand(page):
    before = slider(page, "Q01").evaluate("one => one.offsetWidth")
    press(page, "Q01", "ArrowRight")
    assert slider(page, "Q01").evaluate("one => one.offsetWidth") == before


@pytest.mark.parametrize("by", ["Delete", "Backspace", "button"])
def test_an_answer_is_taken_back(page, by):
    press(page, "Q01", "ArrowRight")
    press(page, "Q02", "ArrowRight")
    page.click("[data-action=commit]")
    for id in ("Q01", "Q02"):
        if by == "button":
            page.get_by_role("button", name=f"Take back the answer to {id}").click()
            assert page.evaluate("document.activeElement.dataset.question") == id
        else:
            press(page, id, by)
        assert said(page, id) == "no answer yet" and id not in kept(page)
    assert page.evaluate("localStorage.getItem('book-forecast')") is None and standing(page) == ""
    assert not page.get_by_role("button", name="Take back").count()


def test_every_question_has_a_labelled_slider_and_no_outcome(page):
    assert (
        page.eval_on_selector_all("form.forecast [data-question]", "all => all.map(one => one.dataset.question)")
        == QUESTIONS
    )
    assert all(
        page.eval_on_selector_all(
            "form.forecast [data-question]", "all => all.map(one => one.labels[0].textContent.length > 20)"
        )
    )
    text = page.content()
    for resolution in data.load("forecast_questions")[
        "resolution"
    ]:  # how things stand with one question may tell the outcome of another
        assert resolution not in text


@pytest.mark.site
def test_outcomes_are_not_in_the_search_index():
    index = (SITE / "_static" / "search-places.js").read_text("utf-8").lower()
    places = json.loads(index[index.index("{") : index.rindex("}") + 1])["places"]
    scores = " ".join(text for place in places if place[0].startswith("chapters/scores.html") for text in place)
    assert "score" in scores
    for word in ("baghouz", "unresolv", "luqa"):
        assert word not in scores, word


# Before the script has come, after Back, in other tabs


@pytest.mark.parametrize("how", ["a first visit", "a reload", "the way back"])
def test_a_hand_that_is_faster_than_the_script_loses_nothing(reader, how):
    """While forecast.js is on its way no slider is there that would take an answer and forget it; what was kept by then stands."""
    held, page = [], reader.tab()
    if how != "a first visit":
        press(page, "Q01", "End")
    if how == "the way back":
        page.goto(f"{reader.site}/index.html")
    page.route("**/forecast.js*", lambda route: held.append(route))
    if how == "a first visit":
        page.goto("about:blank")
        page.goto(f"{reader.site}/chapters/forecast.html", wait_until="commit")
    elif how == "a reload":
        page.reload(wait_until="commit")
    else:
        page.go_back(wait_until="commit")
    until(page, "() => document.querySelector('[data-question=Q01]')")
    while not held:
        page.wait_for_timeout(10)
    assert not slider(page, "Q01").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.mouse.click(500, 400)
    if how != "a first visit":  # another tab answers meanwhile
        page.evaluate("localStorage.setItem('book-forecast', JSON.stringify({ answers: { Q01: 0.3 } }))")
    held[0].continue_()
    page.wait_for_selector("form.forecast", state="visible")
    page.wait_for_load_state()
    before = {} if how == "a first visit" else {"Q01": 0.3}
    assert kept(page) == before and slider(page, "Q01").input_value() == ("30" if before else "50")
    press(page, "Q01", "ArrowRight")
    assert kept(page) == {"Q01": 0.31 if before else 0.51}


@pytest.mark.parametrize("page_", ["forecast", "scores"])
def test_back_shows_what_is_kept_now(reader, page_):
    """Some browsers put a slider back where it stood, after the script has put it where it belongs."""
    page = reader.tab()
    press(page, "Q01", "End")
    page.click("[data-action=commit]")
    reader.go(page, page_)
    page.goto(f"{reader.site}/index.html")
    other = reader.tab()
    press(other, "Q01", "Home")
    other.click("[data-action=commit]")
    page.go_back()
    page.wait_for_selector(PAGES[page_], state="visible")
    page.wait_for_load_state()
    if page_ == "forecast":
        assert slider(page, "Q01").input_value() == "0" and said(page, "Q01").startswith("0 %")
    else:
        assert "1.000" in result(page)


@pytest.fixture()
def remembering(browser):
    """Chromium as readers have it (the one without a window can't do it): a page that is left waits, as it is, for the way back."""
    another = browser.browser_type.launch(
        executable_path=chromium.path(), args=chromium.FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield another
    another.close()


def test_a_page_that_comes_back_as_it_was_left_hears_what_it_missed(remembering, site):
    with reading(remembering, site) as reader:
        for page_ in PAGES:
            page = reader.tab(page_)
            page.evaluate("addEventListener('pageshow', ({ persisted }) => { window.cameBack = persisted; })")
            page.goto(f"{site}/chapters/glossary.html")
            other = reader.tab()
            press(other, "Q01", "End")
            other.click("[data-action=commit]")
            page.evaluate("setTimeout(() => history.back())")
            page.wait_for_url(f"**/{page_}.html", wait_until="commit")
            until(page, "() => window.cameBack")
            until(
                page,
                "page => page === 'forecast' ? document.querySelector('[data-question=Q01]').value === '100' : document.querySelector('.forecast-result td')",
                page_,
            )
            erase(other)


def test_two_tabs_keep_the_answers_of_both_and_show_them_at_once(reader):
    first, second, scores = reader.tab(), reader.tab(), reader.tab("scores")
    press(first, "Q01", "ArrowRight")
    press(second, "Q02", "ArrowRight")
    press(first, "Q03", "ArrowRight")
    assert kept(first) == {"Q01": 0.51, "Q02": 0.51, "Q03": 0.51}
    for tab in (first, second):
        until(
            tab,
            "() => ['Q01', 'Q02', 'Q03'].every(id => document.querySelector(`[data-question=${id}]`).value === '51')",
        )
    first.click("[data-action=commit]")
    until(scores, "() => document.querySelector('.forecast-result td')")
    assert "over 3 settled questions" in result(scores)
    press(second, "Q02", "Delete")
    until(scores, "() => document.querySelector('.forecast-result').textContent.includes('over 2 settled questions')")
    until(
        first, "() => document.querySelector('[data-question=Q02]').getAttribute('aria-valuetext') === 'no answer yet'"
    )
    erase(second)
    until(
        first, "() => document.querySelector('[data-question=Q01]').getAttribute('aria-valuetext') === 'no answer yet'"
    )
    until(
        scores, "() => document.querySelector('.forecast-result').textContent.includes('There is no forecast of yours')"
    )
    assert set(scores.locator(".forecast-said").all_inner_texts()) == {""}


# Files and links


def test_a_saved_file_is_what_python_reads_and_comes_back(page):
    answer(page, {"Q01": 0.9, "Q05": 0.03})
    with page.expect_download() as download:
        page.click("[data-action=save]")
    text = download.value.path().read_text("utf-8")
    assert forecast.parse(text) == {"Q01": 0.9, "Q05": 0.03}
    erase(page)
    load(page, text)
    assert kept(page) == {"Q01": 0.9, "Q05": 0.03}


@pytest.mark.parametrize("action", ["save", "link", "commit"])
def test_a_forecast_without_an_answer_goes_nowhere(page, action):
    page.click(f"[data-action={action}]")
    assert message(page) == "Answer at least one question first."
    assert page.evaluate("localStorage.length && localStorage.getItem('book-forecast')") in (0, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "damaged"),
        ("[]", "no forecast"),
        ("null", "no forecast"),
        (TEXT.replace('"version": 1', '"version": 2'), "version 2"),
        (TEXT.replace("0.7", "1.7"), "Q01"),
        (TEXT.replace("0.7", '"<b>"'), "Q01"),
        (TEXT.replace("Q01", "Q99"), "Q99"),
        (TEXT.replace("Q01", "__proto__"), "__proto__"),
        (forecast.write({}), "no answers"),
        (TEXT.replace("0.7", "1e300"), "Q01"),
        (TEXT.replace('"Q02"', '"Q01"'), "twice"),
    ],
)
def test_a_damaged_file_gets_a_message_and_nothing_is_lost(page, text, says):
    answer(page, {"Q03": 0.4})
    load(page, text)
    assert says in message(page) and "as they were" in message(page)
    assert kept(page) == {"Q03": 0.4}


def test_a_link_is_copied_and_the_address_stays(page):
    answer(page, {"Q02": 0.2, "Q09": 0.05})
    before = page.url
    page.click("[data-action=link]")
    until(page, "() => document.querySelector('.explorer-message').textContent.includes('copied')")
    assert page.evaluate("navigator.clipboard.readText()") == before + link({"Q02": 0.2, "Q09": 0.05})
    assert page.url == before


def test_a_link_is_taken_into_an_empty_page_once_and_can_be_undone(reader):
    page = reader.tab(more=link({"Q02": 0.2, "Q09": 0.05}) + "&fbclid=IwAR0")
    assert kept(page) == {"Q02": 0.2, "Q09": 0.05} and "2 answers came with the link" in arrived(page)
    assert "#" not in page.url
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("localStorage.getItem('book-forecast')") is None and said(page, "Q02") == "no answer yet"
    page.reload()
    assert kept(page) == {}


def test_a_damaged_link_does_no_harm(reader):
    good, page = link({"Q02": 0.2, "Q09": 0.05}), reader.tab()
    answer(page, {"Q01": 0.4})
    for damaged, says in (
        (good.replace("0.2", "2"), "Q02"),
        (good + "&Q77=0.1", "Q77"),
        (good.replace("forecast=1", "forecast=9"), "version 9"),
        (good.replace("0.05", "%3Cscript%3E"), "no number"),
        (good.replace("0.05", ""), "cut short"),
        ("#forecast=1", "no answers"),
    ):
        page.goto("about:blank")
        reader.go(page, more=damaged)
        assert "could not be used" in arrived(page) and says in arrived(page)
        assert kept(page) == {"Q01": 0.4}


def test_the_answers_given_since_a_link_was_copied_stay(reader):
    """After a reload, on the way back, and when the same link is opened again."""
    page = reader.tab()
    answer(page, dict.fromkeys(QUESTIONS, 0.3))
    page.click("[data-action=link]")
    until(page, "() => document.querySelector('.explorer-message').textContent.includes('copied')")
    address = page.evaluate("navigator.clipboard.readText()")
    for id in QUESTIONS[:5]:
        press(page, id, "End")
    page.click("[data-action=commit]")
    now = stored(page)
    page.reload()
    page.wait_for_selector("form.forecast", state="visible")
    assert stored(page) == now
    reader.go(page, "scores")
    assert "Your forecast: a mean Brier score" in result(page)
    page.go_back()
    page.wait_for_selector("form.forecast", state="visible")
    assert (
        stored(page)["answers"] == now["answers"] and stored(page)["committed"] and stored(page)["kept"] == now["kept"]
    )
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(".book-question")
    assert stored(page)["answers"] == now["answers"] and stored(page)["committed"]


MINE, THEIRS = {"Q01": 0.8, "Q02": 0.8}, {"Q01": 0.1}


@pytest.mark.parametrize("how", ["a link", "a link pasted into the open page", "a file"])
@pytest.mark.parametrize("choice", ["Keep mine", "Take this", "Keep both"])
def test_a_forecast_that_comes_asks_before_it_replaces_another(reader, how, choice):
    page = reader.tab()
    answer(page, MINE)
    page.click("[data-action=commit]")
    before = stored(page)
    if how == "a file":
        load(page, forecast.write(THEIRS))
    elif how == "a link":
        page.goto("about:blank")
        reader.go(page, more=link(THEIRS))
    else:
        page.evaluate("window.isStillOpen = true")
        reader.go(page, more=link(THEIRS))
        assert page.evaluate("window.isStillOpen")
    page.wait_for_selector(".book-question")
    if how != "a file":  # the question is there till it is answered
        page.reload()
        page.wait_for_selector(".book-question")
    assert stored(page) == before
    page.get_by_role("button", name=choice).focus()
    page.keyboard.press("Enter")
    assert not page.locator(".book-question").count() and "#" not in page.url
    beside = stored(page, "book-forecast-other")["answers"]
    if choice == "Take this":
        assert (
            kept(page) == THEIRS
            and said(page, "Q02") == "no answer yet"
            and not stored(page)["committed"]
            and beside == {}
        )
    else:
        assert stored(page) == before and beside == (THEIRS if choice == "Keep both" else {})
    if choice != "Keep mine":
        page.get_by_role("button", name="Undo").click()
        assert stored(page) == before and stored(page, "book-forecast-other")["answers"] == {}


def test_the_same_link_again_says_that_its_answers_are_here(reader):
    page = reader.tab(more=link(THEIRS))
    reader.go(page, more=link(THEIRS))
    assert "same answers" in arrived(page) and not page.locator(".book-question").count()
    press(page, "Q01", "End")
    reader.go(page, more=link(THEIRS))
    page.get_by_role("button", name="Keep both").click()
    reader.go(page, more=link(THEIRS))
    assert "beside yours already" in arrived(page) and kept(page) == {"Q01": 1}


def test_a_second_forecast_is_kept_scored_swapped_and_forgotten(reader):
    page, outcomes = reader.tab(), forecast.outcomes()
    answer(page, MINE)
    page.click("[data-action=commit]")
    reader.go(page, more=link(THEIRS))
    page.get_by_role("button", name="Keep both").click()
    page.reload()
    second = page.locator(".forecast-second")
    assert second.inner_text().startswith("A second forecast, from the link, is kept beside yours.")
    reader.go(page, "scores")
    shown = dict(
        page.eval_on_selector_all(
            ".forecast-result .book-table:last-child td[data-value]",
            "cells => cells.map(cell => [cell.parentElement.cells[0].textContent, Number(cell.dataset.value)])",
        )
    )
    common = {"Q01": outcomes["Q01"]}
    assert shown == {
        "Your forecast": pytest.approx(forecast.score(MINE, common)),
        "The second forecast": pytest.approx(forecast.score(THEIRS, common)),
    }
    page.locator(".forecast-outcomes summary").click()
    assert "you said 80 %; the second forecast 10 %" in page.locator("tr[data-question=Q01]").inner_text()
    reader.go(page)
    page.get_by_role("button", name="Swap the two").click()
    assert (
        kept(page) == THEIRS
        and stored(page, "book-forecast-other")["answers"] == MINE
        and stored(page, "book-forecast-other")["kept"]
    )
    assert "the one that you had before" in second.inner_text()
    page.get_by_role("button", name="Swap the two").click()
    assert kept(page) == MINE and stored(page)["committed"]
    page.get_by_role("button", name="Forget it").click()
    assert (
        page.evaluate("localStorage.getItem('book-forecast-other')") is None
        and not second.is_visible()
        and kept(page) == MINE
    )


def test_one_button_erases_everything_when_that_is_meant(reader):
    page = reader.tab(more=link(THEIRS))
    press(page, "Q02", "End")
    load(page, TEXT)
    page.get_by_role("button", name="Keep both").click()
    before = stored(page), stored(page, "book-forecast-other")
    button = page.locator("form.forecast [data-action=erase]")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Leave it as it is").click()
    assert (stored(page), stored(page, "book-forecast-other")) == before
    assert button.evaluate("button => button === document.activeElement")
    erase(page)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('book-'))") == []
    assert (
        said(page, "Q01") == "no answer yet"
        and not page.locator(".forecast-second").is_visible()
        and "Nothing of your forecast is left" in message(page)
    )


def test_the_words_of_a_button_may_be_translated(page):
    """A browser that translates a page wraps the words of its buttons."""
    answer(page, {"Q01": 0.4})
    page.evaluate("""() => document.querySelectorAll("form.forecast button").forEach(button => {
      const words = document.createElement("font");
      words.append(document.createElement("font"));
      words.firstChild.append(...button.childNodes);
      button.append(words);
    })""")
    page.locator("[data-action=commit] font font").click()
    assert stored(page)["committed"]
    page.locator("[data-back=Q01] font font").click()
    assert kept(page) == {}


# Dates


def test_a_forecast_has_a_date_and_says_when_an_answer_was_changed(browser, site):
    with reading(browser, site, timezone_id="Europe/Berlin") as reader:
        page = reader.tab()
        page.clock.set_fixed_time(f"{OPENED_AT}+01:00")
        press(page, "Q01", "End")
        assert standing(page) == ""
        page.click("[data-action=commit]")
        assert standing(page) == "Kept on 29 November 2026." and stored(page)["kept"] == "2026-11-29T12:00:00+01:00"
        press(page, "Q02", "Home")
        assert (
            "Kept on 29 November 2026, and changed since: keep it again" in standing(page)
            and not stored(page)["committed"]
        )
        assert saved(page)["kept"] is None  # the answers as they stand were not kept
        page.clock.set_fixed_time(f"{LATER}+01:00")
        page.click("[data-action=commit]")
        assert standing(page) == "Kept on 3 December 2026."
        assert saved(page) == {
            "format": forecast.SAVED.format,
            "version": 1,
            "kept": "2026-12-03T12:00:00+01:00",
            "opened": None,
            "changed": None,
            "answers": {"Q01": 1, "Q02": 0},
        }


def saved(page) -> dict:
    with page.expect_download() as download:
        page.click("[data-action=save]")
    text = download.value.path().read_text("utf-8")
    forecast.parse(text)
    return json.loads(text)


@pytest.mark.parametrize("seen", ["the score", "the outcomes"])
def test_an_answer_that_is_changed_after_the_outcomes_were_opened_says_so(reader, seen):
    page = reader.tab()
    press(page, "Q01", "ArrowRight")
    if seen == "the score":
        page.click("[data-action=commit]")
    reader.go(page, "scores")
    assert bool(stored(page).get("opened")) == (seen == "the score")
    page.locator(".forecast-outcomes summary").focus()
    page.keyboard.press("Enter")
    until(page, "() => JSON.parse(localStorage.getItem('book-forecast')).opened")
    opened = stored(page)["opened"]
    assert "outcomes were opened" not in result(page)
    reader.go(page)
    assert "outcomes were opened" not in standing(page)
    press(page, "Q01", "ArrowRight")
    page.click("[data-action=commit]")
    assert "Changed after the outcomes were opened" in standing(page)
    file = saved(page)
    assert file["changed"] and file["kept"] and file["opened"] == opened == stored(page)["opened"]
    reader.go(page, "scores")
    assert "Changed after the outcomes were opened" in result(page)
    reader.go(page)
    erase(page)
    load(page, json.dumps(file))
    assert "Changed after the outcomes were opened" in standing(page) and saved(page) == file


def test_a_look_at_the_outcomes_before_the_first_answer_is_noted(reader):
    page = reader.tab("scores")
    page.locator(".forecast-outcomes summary").click()
    until(page, "() => localStorage.getItem('book-forecast')")
    reader.go(page)
    press(page, "Q01", "Space")
    assert "Changed after the outcomes were opened" in standing(page)


def test_a_day_is_that_of_the_clock_which_wrote_it(browser, site):
    text = json.dumps({**json.loads(TEXT), "kept": "2026-11-29T23:30:00-08:00"})
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        with reading(browser, site, timezone_id=zone) as reader:
            page = reader.tab()
            load(page, text)
            assert standing(page) == "Kept on 29 November 2026."


def test_what_an_older_edition_kept_is_read(reader):
    page = reader.tab()
    page.evaluate("""localStorage.setItem("book-forecast", '{"answers":{"Q01":0.7},"committed":true}')""")
    reader.go(page, "scores")
    assert "Your forecast: a mean Brier score" in result(page)
    reader.go(page)
    assert said(page, "Q01").startswith("70 %") and standing(page) == "Kept in this browser."


def test_answers_that_are_not_yet_a_forecast_are_not_scored(reader):
    page = reader.tab()
    press(page, "Q01", "End")
    reader.go(page, "scores")
    assert "You have answered 1 question, and not yet said that this is your forecast" in result(page)
    assert not stored(page).get("opened")


def test_whoever_answers_the_first_questions_on_a_phone_has_the_button_and_its_word_in_view(browser, site):
    """As a class does that answers five of many: without going past the others."""
    shown = """selector => { const { top, bottom, height } = document.querySelector(selector).getBoundingClientRect();
        return height > 0 && top >= 0 && bottom <= innerHeight; }"""
    with reading(browser, site, viewport={"width": 375, "height": 740}, has_touch=True) as reader:
        page = reader.tab()
        assert not page.evaluate(shown, "[data-action=commit]")
        slider(page, "Q05").scroll_into_view_if_needed()
        slider(page, "Q05").press("ArrowRight")
        until(page, shown, "[data-action=commit]")
        page.tap("[data-action=commit]")
        assert "is kept in this browser" in message(page)
        for part in (
            "form.forecast .explorer-message",
            "[data-question=Q05]",
        ):  # and the class is still at its fifth question
            assert page.evaluate(shown, part), part


def test_committing_leads_to_the_score(page):
    press(page, "Q01", "End")
    page.click("[data-action=commit]")
    page.locator(".explorer-message a").click()
    page.wait_for_selector(".forecast-result td")


# A browser that keeps nothing, or what is damaged


@pytest.mark.parametrize("page_", PAGES)
@pytest.mark.parametrize(
    "damage",
    [
        '{"answers":null}',
        '{"answers":null,"committed":true}',
        '"text"',
        "[]",
        "7",
        "null",
        "{",
        '{"answers":[0.5]}',
        '{"answers":{"Q01":"0.5","Q02":2,"Q99":0.5,"__proto__":1}}',
        '{"answers":{"Q01":NaN}}',
        '{"answers":{},"committed":"yes","kept":7,"opened":{},"changed":"soon"}',
    ],
)
def test_damaged_storage_never_stops_a_page(reader, page_, damage):
    page = reader.tab()
    page.evaluate(
        "damage => { localStorage.setItem('book-forecast', damage); localStorage.setItem('book-forecast-other', damage); }",
        damage,
    )
    reader.go(page, page_)
    assert not page.locator(".chart-failed").count()
    if page_ == "scores":
        assert "There is no forecast of yours" in result(page)
    else:
        assert (
            said(page, "Q01") == "no answer yet"
            and standing(page) == ""
            and not page.locator(".forecast-second").is_visible()
        )
        press(page, "Q01", "ArrowRight")
        assert kept(page) == {"Q01": 0.51}


def test_what_is_sound_of_damaged_storage_is_kept(reader):
    page = reader.tab()
    page.evaluate(
        """localStorage.setItem("book-forecast", '{"answers":{"Q01":"x","Q02":0.2},"committed":true,"kept":"2026-11-29"}')"""
    )
    page.reload()
    press(page, "Q03", "ArrowRight")
    assert kept(page) == {"Q02": 0.2, "Q03": 0.51}


@pytest.mark.parametrize("fault", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_is_kept_no_line_says_so(reader, fault):
    reader.context.add_init_script(fault)
    page = reader.tab()
    press(page, "Q01", "ArrowRight")
    press(page, "Q02", "ArrowRight")
    assert "keeps nothing" in message(page) and said(page, "Q01").startswith("51 %")
    page.click("[data-action=commit]")
    assert "keeps nothing" in message(page)
    assert "ept" not in message(page).replace("keeps nothing", "") and standing(page).startswith("Your forecast of ")
    file = saved(page)
    assert file["answers"] == {"Q01": 0.51, "Q02": 0.51} and file["kept"]
    reader.go(page, more=link(THEIRS))
    page.get_by_role("button", name="Keep both").click()
    assert "is held beside yours as long as this page is open" in page.locator(
        ".forecast-second"
    ).inner_text() and "keeps nothing" in arrived(page)
    page.get_by_role("button", name="Swap the two").click()
    assert said(page, "Q01").startswith("10 %")
    reader.go(page, "scores")
    assert "This browser keeps nothing between pages" in result(page) and "There is no forecast" not in result(page)


# Scores


def test_outcomes_stay_folded_until_there_is_a_forecast(page, site):
    page.goto(f"{site}/chapters/scores.html")
    assert not page.locator(".forecast-outcomes").get_attribute("open")
    assert (
        page.locator(".forecast-result p").inner_text()
        == "There is no forecast of yours in this browser. First write your forecast. Then come back: the outcomes are folded away below."
    )


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_python(page, site, seed):
    chance = random.Random(seed)
    answers = {id: round(chance.random(), 2) for id in chance.sample(QUESTIONS, chance.randint(3, len(QUESTIONS)))}
    outcomes = forecast.outcomes()
    answer(page, answers)
    page.click("[data-action=commit]")
    page.goto(f"{site}/chapters/scores.html")
    shown = page.eval_on_selector_all(
        ".forecast-result td[data-value]",
        "cells => cells.map(cell => [cell.parentElement.cells[0].textContent, Number(cell.dataset.value)])",
    )
    parts = forecast.decomposition(answers, outcomes)
    found = {name.partition(":")[0].split()[0].lower(): value for name, value in shown}
    for name in ("reliability", "resolution", "uncertainty", "within"):
        assert found[name] == pytest.approx(parts[name], abs=1e-12)
    table = forecast.compare({"Your forecast": answers}, outcomes)
    scores = shown[: 2 * len(table)]  # of each forecaster the Brier score and the log score
    assert {name: pytest.approx(value, abs=1e-12) for name, value in scores[::2]} == dict(
        zip(table["forecaster"], table["brier"])
    )
    assert {name: pytest.approx(value, abs=1e-12) for name, value in scores[1::2]} == dict(
        zip(table["forecaster"], table["log"])
    )
    said = page.locator(".forecast-result").inner_text()
    luck = forecast.luck(answers[id] for id in forecast.scored(answers, outcomes))
    assert f"from {luck.low:.3f} to {luck.high:.3f} in 90 of 100 runs" in said


def hand_in(page, files: dict[str, bytes]) -> str:
    """Choose a class's files; return what the page says of them."""
    page.eval_on_selector(".class-result", "place => place.replaceChildren()")
    page.set_input_files(
        "[data-action=class]",
        [{"name": name, "mimeType": "application/json", "buffer": content} for name, content in files.items()],
    )
    until(page, "() => document.querySelector('.class-result').textContent")
    return page.locator(".class-result").inner_text()


def test_a_class_is_pooled_and_bad_files_are_named(reader):
    good = [{"Q01": 0.5 + 0.1 * number, "Q02": 0.1 * number} for number in range(4)]
    page = reader.tab("scores")
    text = hand_in(
        page,
        {
            **{f"student-{number}.json": forecast.write(answers).encode() for number, answers in enumerate(good)},
            "broken.json": b"{",
        },
    )
    assert "4 forecasts read, 1 left out" in text and "broken.json" in text
    pooled = forecast.score(forecast.pool(good), forecast.outcomes())
    values = page.eval_on_selector_all(
        ".class-result td[data-value]", "cells => cells.map(cell => Number(cell.dataset.value))"
    )
    assert any(value == pytest.approx(pooled, abs=1e-12) for value in values)


WRONG = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n", "it is empty"),
    "half": (TEXT.encode()[:60], "damaged"),
    "picture": (b"\x89PNG\r\n\x1a\n\xff\xd8", "a picture"),
    "bytes": (b"\x81\xff\xd8", "not text"),
    "packed": (b"PK\x03\x04....", "unpack it"),
    "huge": (b" " * 1_000_001, "far too large"),
    "list": (b"[" * 100_000, "damaged"),
    "other": (b'{"format": ["a"]}', "no forecast of this book"),
    "team": (assumptions.to_json({"killed": 0.2}, "five-scenarios").encode(), "it holds assumptions"),
    "quiz": (quiz.SAVED.write({}).encode(), "it holds answers to quizzes"),
    "matrix": (hypotheses.SAVED.write({}).encode(), "it holds a matrix"),
    "none": (forecast.write({}).encode(), "it has no answers"),
    "old": (TEXT.replace('"version": 1', '"version": 0').encode(), "older edition"),
    "without": (TEXT.replace('"version": 1', '"edition": 1').encode(), "no version"),
    "large": (TEXT.replace("0.7", "1e300").encode(), "Q01 is not a probability"),
    "negative": (TEXT.replace("0.7", "-0.0").encode(), "Q01 is not a probability"),
    "true": (TEXT.replace("0.7", "true").encode(), "Q01 is not a probability"),
    "twice": (TEXT.replace('"Q02"', '"Q01"').encode(), "twice"),
    "date": (json.dumps({**json.loads(TEXT), "kept": "soon"}).encode(), "no date"),
}


def test_a_class_hears_of_each_file_what_is_wrong_with_it(reader):
    text = hand_in(
        reader.tab("scores"),
        {**{f"{name}.json": content for name, (content, _) in WRONG.items()}, "good.json": TEXT.encode()},
    )
    assert f"1 forecast read, {len(WRONG)} left out" in text
    lines = (line.partition(": ") for line in text.splitlines() if ".json: " in line)
    told = {name: why for names, _, why in lines for name in names.split(", ")}
    assert {name: reason for name, (_, reason) in WRONG.items() if reason not in told[f"{name}.json"]} == {}


def test_a_class_may_hand_in_what_editors_make_of_a_file(reader):
    page = reader.tab("scores")
    text = hand_in(
        page,
        {
            "utf-16.json": TEXT.encode("utf-16"),
            "big.json": TEXT.encode("utf-16-be"),
            "little.json": TEXT.encode("utf-16-le"),
            "mark.json": TEXT.encode("utf-8-sig"),
            "text.json": TEXT.replace('"version": 1', '"version": "1"').encode(),
            "forecast.json.txt": TEXT.encode(),
        },
    )
    assert "6 forecasts read." in text and "left out" not in text


def test_a_class_hears_of_files_that_are_the_same_or_were_changed_late(reader):
    late = json.dumps(
        {**json.loads(TEXT), "opened": "2026-11-29T12:00:00+01:00", "changed": "2026-11-29T12:30:00+01:00"}
    ).encode()
    text = hand_in(reader.tab("scores"), {"a.json": TEXT.encode(), "b.json": TEXT.encode(), "late.json": late})
    assert "The same, word for word: “a.json”, “b.json”. All are counted" in text
    assert "Changed after the outcomes were opened: “late.json”" in text


def test_a_class_without_one_forecast_says_so(reader):
    page = reader.tab("scores")
    assert hand_in(page, {"none.json": forecast.write({}).encode()}).startswith("0 forecasts read, 1 left out.")
    assert (
        "nothing to score" in hand_in(page, {"open.json": forecast.write({"Q16": 0.5}).encode()})
        and "NaN" not in page.content()
    )


def test_one_answer_can_be_tried_on_the_page_of_scores(reader):
    """Whoever has no forecast yet has something to do on the first screen, and sees what Python reckons."""
    tab = reader.tab("scores")
    tab.set_viewport_size({"width": 1366, "height": 768})
    slider = tab.get_by_label("You said “yes” with")
    assert tab.locator(".score-try").bounding_box()["y"] < 768
    slider.focus()
    slider.press("End")
    for said in (1, 0.95):
        costs = [f"{forecast.brier(said, outcome):.2f}" for outcome in (1, 0)]
        assert tab.locator(".score-costs b").all_inner_texts() == costs
        assert f"{said * forecast.brier(said, 1) + (1 - said) * forecast.brier(said, 0):.2f}" in tab.inner_text(
            ".score-try-says"
        )
        assert slider.get_attribute("aria-valuetext").split() == [f"{100 * said:.0f}", "%"]
        slider.press("ArrowLeft")
