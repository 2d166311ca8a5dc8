"""The reader's forecast in a real browser: it survives, travels, is erased; and it is scored as Python scores it."""
from __future__ import annotations

import json
import random

import pytest
from conftest import SITE, until

from aftermath import data, forecast

QUESTIONS = data.load("forecast_questions")["id"].to_list()
TEXT = forecast.write({"Q01": 0.7, "Q02": 0.25})


@pytest.fixture()
def page(browser, site):
    """The page with the questions, in a browser that has never seen it."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(f"{site}/chapters/forecast.html")
    page.wait_for_selector("form.forecast", state="visible")
    yield page
    assert page.problems == []
    context.close()


def answer(page, answers: dict[str, float]) -> None:
    for id, value in answers.items():
        page.eval_on_selector(f"[data-question={id}]", "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }", round(100 * value))


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('book-forecast') ?? '{\"answers\": {}}'"))["answers"]


def message(page) -> str:
    return page.locator("form.forecast .explorer-message").inner_text()


def load(page, text: str, name: str = "forecast.json") -> None:
    page.set_input_files("[data-action=load]", {"name": name, "mimeType": "application/json", "buffer": text.encode()})
    until(page, "() => document.querySelector('.explorer-message').textContent")


def test_the_keyboard_answers_and_a_reload_keeps_it(page):
    slider = page.locator("[data-question=Q01]")
    assert slider.get_attribute("aria-valuetext") == "no answer yet"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert "51 %" in slider.get_attribute("aria-valuetext")
    page.reload()
    assert kept(page) == {"Q01": 0.51} and page.locator("[data-question=Q01]").input_value() == "51"


def test_every_question_has_a_labelled_slider_and_no_outcome(page):
    assert page.eval_on_selector_all("form.forecast [data-question]", "all => all.map(one => one.dataset.question)") == QUESTIONS
    assert all(page.eval_on_selector_all("form.forecast [data-question]", "all => all.map(one => one.labels[0].textContent.length > 20)"))
    text = page.content()
    for resolution in data.load("forecast_questions")["resolution"]:
        assert resolution not in text


@pytest.mark.site
def test_outcomes_are_not_in_the_search_index():
    index = (SITE / "searchindex.js").read_text("utf-8").lower()
    pages = json.loads(index[index.index("{"):index.rindex("}") + 1])["docnames"]
    number = pages.index("chapters/scores")
    terms = json.loads(index[index.index("{"):index.rindex("}") + 1])["terms"]
    for word in ("baghouz", "unresolv", "luqa"):
        where = terms.get(word, [])
        assert number not in (where if isinstance(where, list) else [where]), word


def test_a_saved_file_is_what_python_reads_and_comes_back(page):
    answer(page, {"Q01": 0.9, "Q05": 0.03})
    with page.expect_download() as download:
        page.click("[data-action=save]")
    text = download.value.path().read_text("utf-8")
    assert forecast.parse(text) == {"Q01": 0.9, "Q05": 0.03}
    page.click("[data-action=erase]")
    load(page, text)
    assert kept(page) == {"Q01": 0.9, "Q05": 0.03}


@pytest.mark.parametrize(("text", "says"), [
    ("{", "damaged"), ("[]", "no forecast"), (TEXT.replace('"version": 1', '"version": 2'), "version 2"), (TEXT.replace("0.7", "1.7"), "Q01"),
    (TEXT.replace("0.7", '"<b>"'), "Q01"), (TEXT.replace("Q01", "Q99"), "Q99"), (TEXT.replace("Q01", "__proto__"), "__proto__"),
])
def test_a_damaged_file_gets_a_message_and_nothing_is_lost(page, text, says):
    answer(page, {"Q03": 0.4})
    load(page, text)
    assert says in message(page) and "as they were" in message(page)
    assert kept(page) == {"Q03": 0.4}


def test_a_link_carries_the_answers_and_a_damaged_one_does_no_harm(page, site):
    answer(page, {"Q02": 0.2, "Q09": 0.05})
    page.click("[data-action=link]")
    until(page, "() => location.hash")
    link = page.url
    page.click("[data-action=erase]")
    page.goto("about:blank")
    page.goto(link)
    assert kept(page) == {"Q02": 0.2, "Q09": 0.05}
    for damaged in (link.replace("0.2", "2"), link + "&Q77=0.1", link.replace("forecast=1", "forecast=9"), link.replace("0.05", "%3Cscript%3E")):
        page.goto("about:blank")
        page.goto(damaged)
        assert "could not be used" in message(page)
        assert kept(page) == {"Q02": 0.2, "Q09": 0.05}


def test_one_button_erases_everything(page):
    answer(page, {"Q01": 0.1})
    page.click("[data-action=erase]")
    assert page.evaluate("localStorage.getItem('book-forecast')") is None
    assert page.locator("[data-question=Q01]").get_attribute("aria-valuetext") == "no answer yet"


def test_outcomes_stay_folded_until_there_is_a_forecast(page, site):
    page.goto(f"{site}/chapters/scores.html")
    assert not page.locator(".forecast-outcomes").get_attribute("open")
    assert page.locator(".forecast-result p").inner_text() == "There is no forecast of yours in this browser. First write your forecast. Then come back: the outcomes are folded away below."


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_python(page, site, seed):
    chance = random.Random(seed)
    answers = {id: round(chance.random(), 2) for id in chance.sample(QUESTIONS, chance.randint(3, len(QUESTIONS)))}
    outcomes = forecast.outcomes()
    answer(page, answers)
    page.click("[data-action=commit]")
    page.goto(f"{site}/chapters/scores.html")
    shown = page.eval_on_selector_all(".forecast-result td[data-value]", "cells => cells.map(cell => [cell.parentElement.cells[0].textContent, Number(cell.dataset.value)])")
    parts = forecast.decomposition(answers, outcomes)
    found = {name.partition(":")[0].split()[0].lower(): value for name, value in shown}
    for name in ("reliability", "resolution", "uncertainty", "within"):
        assert found[name] == pytest.approx(parts[name], abs=1e-12)
    table = forecast.compare({"Your forecast": answers}, outcomes)
    assert [(name, pytest.approx(value, abs=1e-12)) for name, value in shown[:len(table)]] == list(zip(table["forecaster"], table["brier"])) or \
        {name: pytest.approx(value, abs=1e-12) for name, value in shown[:len(table)]} == dict(zip(table["forecaster"], table["brier"]))


def test_a_class_is_pooled_and_bad_files_are_named(page, site):
    good = [{"Q01": 0.5 + 0.1 * number, "Q02": 0.1 * number} for number in range(4)]
    files = [{"name": f"student-{number}.json", "mimeType": "application/json", "buffer": forecast.write(answers).encode()} for number, answers in enumerate(good)]
    files.append({"name": "broken.json", "mimeType": "application/json", "buffer": b"{"})
    page.goto(f"{site}/chapters/scores.html")
    page.set_input_files("[data-action=class]", files)
    page.wait_for_selector(".class-result table")
    text = page.locator(".class-result").inner_text()
    assert "4 forecasts read, 1 left out" in text and "broken.json" in text
    pooled = forecast.score(forecast.pool(good), forecast.outcomes())
    values = page.eval_on_selector_all(".class-result td[data-value]", "cells => cells.map(cell => Number(cell.dataset.value))")
    assert any(value == pytest.approx(pooled, abs=1e-12) for value in values)
