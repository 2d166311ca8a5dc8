"""what a browser keeps for the book: a list that is true, and buttons after which nothing is left, in storage, in open pages, after Back."""

from __future__ import annotations

import json
import re
import time

import pytest
from conftest import KEEPS_NOTHING, until
from playwright.sync_api import Error
from test_policy import keys
from test_site import html

from aftermath import assumptions, hypotheses, quiz
from explorable import chromium

QUIZ = quiz.of("strategy")[0]
RATED = hypotheses.write({"E05": {"stay": -2}, "E06": {"join": 1}})
ALL = "New class: erase everything in this browser"


@pytest.fixture()
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.problems = []
    yield context
    assert [problem for problem in context.problems if "denied" not in problem] == []
    context.close()


def opened(context, site: str, page: str, ready: str):
    tab = context.new_page()
    tab.on("pageerror", lambda error: context.problems.append(str(error)))
    tab.goto(f"{site}/{page}.html")
    tab.wait_for_selector(ready, state="visible")
    return tab


def privacy(context, site: str):
    return opened(context, site, "chapters/privacy", ".kept")


def keep(tab, **items: str) -> None:
    """Put something into the browser's storage; ``_`` stands for a hyphen."""
    tab.evaluate(
        "items => Object.entries(items).forEach(([key, text]) => localStorage.setItem(key, text))",
        {name.replace("_", "-"): text for name, text in items.items()},
    )


def stored(tab) -> set[str]:
    return set(tab.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"))


def rows(tab) -> list[str]:
    return [" ".join(text.split()) for text in tab.locator(".kept-list li > span").all_text_contents()]


def says(tab) -> str:
    return tab.locator(".kept .explorer-message").inner_text()


def new_class(tab, answer: str = "Erase everything") -> None:
    tab.get_by_role("button", name=ALL).click()
    tab.get_by_role("group", name=re.compile("Erase all that this book keeps")).get_by_role(
        "button", name=answer
    ).click()
    assert tab.locator(".book-question").count() == 0


# The list


def test_the_list_says_what_is_kept_in_words_and_how_much(context, site):
    tab = privacy(context, site)
    keep(
        tab,
        book_quiz='{"strategy-q1":["a"]}',
        book_view="story",
        another_site="stays",
        book_forecast=json.dumps({"answers": {"Q01": 0.5}, "committed": "2026-11-29T12:00:00.000Z"}),
    )
    tab.evaluate(
        "localStorage.setItem('book-live http://elsewhere/chapters/strategy', '{}'); sessionStorage.setItem('book-quiz-chosen', '{}')"
    )
    tab.reload()
    found = rows(tab)
    assert {row.split(" book-")[0] for row in found if " book-" in row} == {
        "your answers to quizzes",
        "whether code is shown",
        "your forecast, when you kept it, and when you opened its outcomes",
        "what you changed in the code of a page (/chapters/strategy)",
        "what you chose in quizzes",
    }
    assert "your answers to quizzes book-quiz, 30 bytes" in found
    assert next(row for row in found if "forecast" in row).endswith("bytes, since 29 November 2026")
    assert next(row for row in found if "book-quiz-chosen" in row).endswith("until you close this tab")
    assert not any("another" in row for row in found)


@pytest.mark.site
def test_every_name_that_a_script_uses_has_words():
    words = json.loads(html("chapters/privacy").select_one("[data-kept]")["data-kept"])
    assert keys() == set(words) and all(len(text) > 5 for text in words.values())


def test_the_list_follows_what_other_tabs_do(context, site):
    tab, other = privacy(context, site), opened(context, site, "chapters/strategy", ".quiz-toolbar")
    assert not any("book-quiz" in row for row in rows(tab))
    other.check(f"[data-question={QUIZ.id}] input[value={QUIZ.right}]")
    other.click(f"[data-question={QUIZ.id}] [data-action=check]")
    until(tab, "() => document.querySelector('.kept-list').textContent.includes('book-quiz')")


def test_without_a_script_the_table_says_how(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/chapters/privacy.html")
    line = page.locator(".kept + noscript p")
    assert line.is_visible() and "The table below says where each name is erased" in line.inner_text()
    assert page.get_by_role("button", name=ALL).count() == 0
    assert page.get_by_text("Erase my ratings").first.is_visible()
    context.close()


# One name


def test_one_name_is_erased_and_the_others_stay(context, site):
    tab, other = privacy(context, site), opened(context, site, "chapters/competing-hypotheses", "form.hypotheses")
    other.locator("#E01-stay input[value='2']").click()
    keep(tab, book_quiz='{"strategy-q1":["a"]}')
    tab.reload()
    erase = tab.get_by_role("button", name="Erase: your matrix of hypotheses")
    erase.focus()
    tab.keyboard.press("Enter")
    assert says(tab) == "Erased: your matrix of hypotheses."
    assert (
        "book-quiz" in stored(tab)
        and "book-hypotheses" not in stored(tab)
        and not any("book-hypotheses" in row for row in rows(tab))
    )
    assert tab.evaluate("document.activeElement.closest('.kept') !== null"), "the keyboard's place on the page is lost"
    until(other, "() => document.querySelector('#E01-stay :checked').value === ''")


# All


def test_it_asks_once_and_leaves_all_as_it_is_if_that_is_the_answer(context, site):
    tab = privacy(context, site)
    keep(tab, book_quiz='{"strategy-q1":["a"]}')
    new_class(tab, "Leave it as it is")
    assert "book-quiz" in stored(tab) and says(tab) == "Nothing was erased."


def test_a_new_class_finds_nothing(context, site):
    tab = privacy(context, site)
    keep(tab, book_quiz='{"strategy-q1":["a"]}', book_hypotheses=RATED, another_site="stays", mode="dark", theme="dark")
    tab.evaluate("sessionStorage.setItem('book-of-this-tab', '{}')")
    tab.reload()
    tab.evaluate("localStorage.setItem('sphinx_highlight_terms', 'returnee')")  # as a search in another tab leaves them
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    new_class(tab)
    assert stored(tab) == {"another-site"} and rows(tab) == []
    assert (
        says(tab).startswith("Erased: ")
        and "your answers to quizzes" in says(tab)
        and says(tab).endswith("Nothing of this book is left in this browser.")
    )
    assert tab.evaluate("document.documentElement.dataset.theme") == "light", "the last class's theme"
    new_class(tab)
    assert says(tab) == "There was nothing to erase. Nothing of this book is left in this browser."


def test_what_the_browser_does_not_let_go_of_is_said(context, site):
    tab = privacy(context, site)
    keep(tab, book_quiz='{"strategy-q1":["a"]}', book_hypotheses=RATED)
    tab.evaluate(
        "() => { const remove = Storage.prototype.removeItem; Storage.prototype.removeItem = function (key) { if (key !== 'book-quiz') remove.call(this, key); }; }"
    )
    tab.evaluate("() => { dispatchEvent(new Event('storage')); }")
    new_class(tab)
    assert (
        "does not let go of the rest: your answers to quizzes." in says(tab)
        and "Erased: " in says(tab)
        and "your matrix of hypotheses" in says(tab)
    )
    assert "Nothing of this book is left" not in says(tab)
    tab.get_by_role("button", name="Erase: your answers to quizzes").click()
    assert says(tab).startswith("This browser does not let go of it")


def answered(tab) -> None:
    tab.locator(f"[data-question={QUIZ.id}] input[value={QUIZ.right}]").click()
    tab.click(f"[data-question={QUIZ.id}] [data-action=check]")


def rated(tab) -> None:
    tab.focus("#E01-stay :checked")
    tab.keyboard.press("ArrowRight")


def moved(tab) -> None:
    tab.focus("form.forecast input[type=range]")
    tab.keyboard.press("ArrowRight")


def explored(tab) -> None:
    tab.focus("figure.explorer .assumption input")
    tab.keyboard.press("ArrowRight")


def files_chosen(tab) -> None:
    tab.set_input_files(
        "[data-action=teams]",
        [
            {
                "name": "team.json",
                "mimeType": "application/json",
                "buffer": assumptions.to_json({"killed": 0.3}, "five-scenarios").encode(),
            }
        ],
    )
    tab.wait_for_selector(".plenary-result table")


#: Pages with something of the reader's: where, when it is ready, what the reader does, and what holds when it is as new.
OPEN = {
    "quiz": (
        "chapters/strategy",
        ".quiz-toolbar",
        answered,
        "() => document.querySelector('.quiz-score').textContent.includes('none answered') && !document.querySelector('.quiz input:checked')",
    ),
    "matrix": (
        "chapters/competing-hypotheses",
        "form.hypotheses",
        rated,
        "() => [...document.querySelectorAll('form.hypotheses :checked[type=radio]')].every(choice => choice.value === '') && [...document.querySelectorAll('.hypotheses-overview td[title]')].every(cell => cell.title === 'not rated')",
    ),
    "code": (
        "chapters/strategy",
        ".view-switch:enabled",
        lambda tab: tab.click(".view-switch"),
        "() => document.documentElement.dataset.view === 'story' && !document.querySelector('details.code-fold[open]')",
    ),
    "guess": (
        "chapters/strategy",
        ".guess-form",
        lambda tab: tab.locator(".guess").first.get_by_role("button", name="Just show me").click(),
        "() => [...document.querySelectorAll('.guess')].every(guess => guess.dataset.state === 'asked')",
    ),
    "plenary": (
        "teaching/plenary",
        ".plenary-choose",
        files_chosen,
        "() => document.querySelector('.plenary-about') && !document.querySelector('.plenary-result table')",
    ),
    "forecast": (
        "chapters/forecast",
        "form.forecast",
        moved,
        "() => [...document.querySelectorAll('form.forecast output')].every(output => output.textContent.includes('no answer'))",
    ),
    "explorer": (
        "chapters/scenarios/join",
        "figure.explorer[data-state=live] .assumption input",
        explored,
        "() => [...document.querySelectorAll('figure.explorer .assumption input')].every(input => input.value === input.defaultValue)",
    ),
}


def wake(context, site: str, page: str, ready: str):
    tab = context.new_page()
    tab.goto(f"{site}/{page}.html")
    if "explorer" in ready:
        tab.locator("figure.explorer").scroll_into_view_if_needed()
    tab.wait_for_selector(ready, state="visible")
    return tab


KEEPS = pytest.mark.parametrize("keeps", [True, False], ids=["kept", "refused"])


def begun(context, site: str, kind: str, keeps: bool):
    """Open a page and let the reader do something on it, in a browser that keeps or refuses."""
    if not keeps:
        context.add_init_script(KEEPS_NOTHING)
    page, ready, act, is_new = OPEN[kind]
    tab = wake(context, site, page, ready)
    until(tab, is_new)
    act(tab)
    assert not tab.evaluate(f"({is_new})()")
    return tab


def soon(tab, holds: str, seconds: float) -> None:
    """Wait until it holds, also if the page is loaded anew meanwhile: a question asked of the old page is asked again of the new one."""
    end = time.monotonic() + seconds
    while True:
        try:
            return until(tab, holds, seconds=seconds)
        except Error as problem:
            if "navigation" not in str(problem) or time.monotonic() > end:
                raise


@KEEPS
@pytest.mark.parametrize("kind", OPEN)
def test_an_open_page_is_as_new(context, site, kind, keeps):
    """In another tab, at once; also where only the page itself remembered."""
    tab = begun(context, site, kind, keeps)
    new_class(privacy(context, site))
    soon(tab, OPEN[kind][-1], seconds=30)


@pytest.fixture(scope="module")
def returning(browser):
    """A browser that puts a page away as it is, and shows it again on Back; the one without windows can't."""
    features = "--enable-features=BackForwardCacheMemoryControls:memory_threshold_for_back_forward_cache_in_mb/0"
    browser = browser.browser_type.launch(
        executable_path=chromium.path(),
        args=[*chromium.FLAGS, "--headless=new", features],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@KEEPS
@pytest.mark.parametrize("kind", ["quiz", "matrix", "code", "guess", "forecast"])
def test_a_page_to_which_one_goes_back_is_as_new(returning, site, kind, keeps):
    context = returning.new_context()
    tab = begun(context, site, kind, keeps)
    tab.evaluate("window.wasHere = true")
    tab.goto(f"{site}/chapters/privacy.html")
    tab.wait_for_selector(".kept", state="visible")
    tab.go_back(wait_until="commit")
    until(tab, f"() => document.readyState === 'complete' && location.pathname.includes('{OPEN[kind][0]}')")
    put_away = tab.evaluate("window.wasHere === true")
    assert put_away and not tab.evaluate(f"({OPEN[kind][-1]})()"), (
        "the page was not put away as it was: this test would prove nothing"
    )
    tab.go_forward(wait_until="commit")
    until(tab, "() => document.querySelector('.kept')?.checkVisibility()")
    new_class(tab)
    tab.go_back(wait_until="commit")
    until(tab, f"() => document.readyState === 'complete' && location.pathname.includes('{OPEN[kind][0]}')")
    until(tab, OPEN[kind][-1])
    context.close()
