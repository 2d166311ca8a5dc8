"""A quiz in a real browser: by keyboard, spoken, kept in this browser only, saved as Python reads it, readable without a script."""

from __future__ import annotations

import json

import pytest
from conftest import KEEPS_NOTHING, erase, held_back, until

from aftermath import quiz

CHAPTER = "strategy"
FIRST = quiz.of(CHAPTER)[0]
WRONG = next(option for option in FIRST.options if not option.right)
RIGHT = next(option for option in FIRST.options if option.right)


@pytest.fixture()
def page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(f"{site}/chapters/{CHAPTER}.html")
    page.wait_for_selector(".quiz-toolbar", state="visible")
    yield page
    assert [problem for problem in page.problems if "denied" not in problem] == []
    context.close()


def choose(page, letter: str, id: str = FIRST.id) -> None:
    page.check(f"[data-question={id}] input[value={letter}]")
    page.click(f"[data-question={id}] [data-action=check]")


def feedback(page, id: str = FIRST.id) -> str:
    return page.locator(f"[data-question={id}] .quiz-feedback").inner_text()


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('book-quiz') ?? '{}'"))


def test_the_keyboard_answers_and_a_reload_keeps_the_first_try(page):
    page.focus(f"[data-question={FIRST.id}] input[value={WRONG.letter}]")
    page.keyboard.press("Space")
    assert feedback(page) == "" and kept(page) == {}, "choosing alone, as arrow keys do, answers nothing"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert feedback(page) == f"Not this one. {WRONG.feedback}"
    choose(page, RIGHT.letter)
    choose(page, WRONG.letter)
    page.reload()
    page.wait_for_selector(".quiz-toolbar", state="visible")
    assert kept(page) == {FIRST.id: [WRONG.letter, RIGHT.letter]}
    assert "1 of 5 answered, 0 right at the first try" in page.locator(".quiz-score").inner_text()


def test_each_question_is_named_and_its_feedback_is_spoken(page):
    for question in quiz.of(CHAPTER):
        group = page.get_by_role("group", name=question.text)
        assert group.get_by_role("radio").count() == len(question.options)
        assert group.get_by_role("status").count() == 1


def answer_to(page, id: str):
    return page.locator(f"form:has([data-question={id}]) .quiz-answers")


def test_an_answer_is_folded_away_until_its_question_was_tried(page):
    for question in quiz.of(CHAPTER):
        assert answer_to(page, question.id).is_hidden()
        choose(page, question.right, question.id)
        right = next(option for option in question.options if option.right)
        assert feedback(page, question.id) == f"Right. {right.feedback}"
        assert answer_to(page, question.id).is_visible()
    page.click("[data-action=again]")
    assert kept(page) == {} and page.locator(".quiz-answers:visible").count() == 0


def test_each_question_stands_where_its_section_ends_and_the_end_says_which_are_open(page):
    """The section that teaches it comes before it, the next one after it; a link leads to each that waits, and the keyboard goes on there."""
    under = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll("article h2, article h3, [data-question]")].reduce(
      ([pairs, heading], part) => part.dataset.question ? [[...pairs, [part.dataset.question, heading]], heading] : [pairs, part.firstChild.textContent], [[], ""])[0])""")
    assert under[FIRST.id] == "Thirteen years on one page"
    assert len(set(under.values())) >= 4 and "Check yourself" not in under.values()
    open_ = page.locator(".quiz-open")
    assert open_.inner_text() == "Still open: question 1, question 2, question 3, question 4, question 5."
    order = page.eval_on_selector_all("[data-question]", "parts => parts.map(part => part.dataset.question)")
    choose(page, quiz.questions()[order[1]].right, order[1])
    assert open_.inner_text() == "Still open: question 1, question 3, question 4, question 5."
    assert score(page).startswith("1 of 5 answered")
    page.get_by_role("link", name="question 3").focus()
    page.keyboard.press("Enter")
    until(
        page, "id => document.getElementById(`question-${id}`).getBoundingClientRect().top < innerHeight / 2", order[2]
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-question]')?.dataset.question") == order[2]


def test_a_saved_file_is_what_python_reads_and_one_button_erases(page):
    choose(page, WRONG.letter)
    with page.expect_download() as download:
        page.click(".quiz [data-action=save]")
    assert quiz.parse(download.value.path().read_text("utf-8")) == {FIRST.id: [WRONG.letter]}
    erase(page)
    assert page.evaluate("localStorage.getItem('book-quiz')") is None and feedback(page) == ""


def test_what_a_browser_kept_damaged_does_no_harm(page):
    page.evaluate(
        "localStorage.setItem('book-quiz', JSON.stringify({'strategy-q1': ['z'], 'strategy-q2': 'a', 'gone-q9': ['a'], 'strategy-q3': ['b']}))"
    )
    page.reload()
    page.wait_for_selector(".quiz-toolbar", state="visible")
    assert "1 of 5 answered" in page.locator(".quiz-score").inner_text()


def option(page, letter: str, id: str = FIRST.id):
    return page.locator(f"[data-question={id}] input[value={letter}]")


def score(page) -> str:
    return page.locator(".quiz-score").inner_text()


def test_what_is_chosen_before_the_script_has_come_is_not_lost(page):
    come = held_back(page, "quiz.js")
    page.reload(wait_until="commit")
    option(page, WRONG.letter).click()
    assert page.locator(".quiz-toolbar").is_hidden() and page.locator("[data-action=check]").first.is_hidden()
    come()
    page.wait_for_selector(".quiz-toolbar", state="visible")
    assert option(page, WRONG.letter).is_checked() and feedback(page) == "" and kept(page) == {}
    page.click(f"[data-question={FIRST.id}] [data-action=check]")
    assert kept(page) == {FIRST.id: [WRONG.letter]}


def test_what_is_chosen_and_not_yet_checked_is_there_after_a_reload(page):
    choose(page, WRONG.letter)
    option(page, RIGHT.letter).click()
    page.reload()
    page.wait_for_selector(".quiz-toolbar", state="visible")
    assert option(page, RIGHT.letter).is_checked() and kept(page) == {FIRST.id: [WRONG.letter]}
    assert feedback(page) == f"Not this one. {WRONG.feedback}"


def test_a_browser_that_keeps_nothing_counts_and_saves_all_answers(page):
    page.add_init_script(KEEPS_NOTHING)
    page.reload()
    page.wait_for_selector(".quiz-toolbar", state="visible")
    three = quiz.of(CHAPTER)[:3]
    for question in three:
        choose(page, question.right, question.id)
        assert "keeps nothing" in page.locator(".quiz .explorer-message").inner_text()
        assert "keeps nothing" in feedback(page, question.id), "and where the hand is"
    assert score(page) == "3 of 5 answered, 3 right at the first try."
    assert "kept in this browser" not in page.locator(".quiz-toolbar").inner_text()
    with page.expect_download() as download:
        page.click(".quiz [data-action=save]")
    assert quiz.parse(download.value.path().read_text("utf-8")) == {question.id: [question.right] for question in three}
    erase(page)
    assert (
        score(page) == "5 questions, none answered yet." and not option(page, three[0].right, three[0].id).is_checked()
    )


def test_an_answer_that_found_no_room_is_no_success_and_is_kept_as_soon_as_there_is_some(page):
    page.evaluate(
        "() => { window.room = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    choose(page, WRONG.letter)
    assert (
        "keeps nothing" in page.locator(".quiz .explorer-message").inner_text()
        and "kept in this browser" not in page.locator(".quiz-toolbar").inner_text()
    )
    page.evaluate("() => { Storage.prototype.setItem = window.room; }")
    second = quiz.of(CHAPTER)[1]
    choose(page, second.right, second.id)
    assert kept(page) == {FIRST.id: [WRONG.letter], second.id: [second.right]}
    assert (
        "kept in this browser" in page.locator(".quiz-toolbar").inner_text()
        and page.locator(".quiz .explorer-message").inner_text() == ""
    )


def test_two_tabs_have_the_same_answers_and_an_erasure_reaches_both(page):
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".quiz-toolbar", state="visible")
    choose(page, WRONG.letter)
    second = quiz.of(CHAPTER)[1]
    choose(other, second.right, second.id)
    for tab in (page, other):
        until(tab, "() => document.querySelector('.quiz-score').textContent.startsWith('2 of 5 answered, 1 right')")
        assert feedback(tab) == f"Not this one. {WRONG.feedback}"
    assert kept(page) == {FIRST.id: [WRONG.letter], second.id: [second.right]}
    erase(other)
    until(page, "() => document.querySelector('.quiz-score').textContent.includes('none answered')")
    assert kept(page) == {} and feedback(page) == "" and page.locator("form.quiz input:checked").count() == 0


def test_nothing_is_saved_where_nothing_was_answered(page):
    page.click(".quiz [data-action=save]")
    assert "nothing to save" in page.locator(".quiz .explorer-message").inner_text()


def test_without_a_script_questions_and_folded_answers_can_be_read(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/chapters/{CHAPTER}.html")
    assert page.get_by_text(FIRST.text).first.is_visible()
    assert page.locator("[data-action=check]").first.is_hidden()
    answer_to(page, FIRST.id).locator("summary").click()
    assert page.get_by_text(RIGHT.feedback).is_visible()
    for link in page.locator(".quiz-open a").all():
        assert page.locator(link.get_attribute("href")).is_visible()
    context.close()


SHOWN = """() => [...document.querySelectorAll("[data-question]")].sort((one, other) => one.dataset.question < other.dataset.question ? -1 : 1)
  .map(question => [...question.querySelectorAll(".quiz-option input")].map(input => input.value).join(""))"""


def test_options_stand_in_an_order_of_each_browser_s_own_and_stay_there(browser, site):
    orders = set()
    for _ in range(6):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site}/chapters/{CHAPTER}.html")
        page.wait_for_selector(".quiz-toolbar", state="visible")
        choose(page, WRONG.letter)
        shown = page.evaluate(SHOWN)
        assert [sorted(letters) for letters in shown] == [
            [option.letter for option in question.options] for question in quiz.of(CHAPTER)
        ]
        page.reload()
        page.wait_for_selector(".quiz-toolbar", state="visible")
        assert page.evaluate(SHOWN) == shown and feedback(page) == f"Not this one. {WRONG.feedback}"
        orders.add(tuple(shown))
        context.close()
    assert len(orders) > 3


def test_what_was_answered_is_told_by_objective_with_the_section_to_read_again(page):
    assert page.locator(".quiz-goals li").count() == 0
    choose(page, WRONG.letter)
    line = page.locator(".quiz-goals li").first
    assert "0 of 1 right at the first try" in line.inner_text() and "Read again" in line.inner_text()
    line.locator("a").click()
    assert page.evaluate("document.getElementById(location.hash.slice(1)).matches('section, h2, h3')")
