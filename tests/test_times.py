"""How long a page takes: counted in the built page by one rule, and true."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from conftest import SITE, pages

from explorable.course import exercises, solutions, times

WITH_EXERCISES = [page for page in pages() if exercises.of(page)]
PAGE = '<article class="bd-article"><section id="a"><h1>One two</h1><p>{}</p>{}</section></article>'


def minutes(*, words: int = 0, more: str = "", section: str = "") -> times.Times:
    return times.of_page(PAGE.format("word " * words, more), section)


def test_220_words_take_a_minute_and_a_chart_half_a_one():
    assert minutes(words=438).reading == pytest.approx(2)
    assert minutes(words=218, more='<figure class="chart"><figcaption>' + "title " * 99 + "</figcaption></figure>") == (
        1.5,
        1.5,
    )


@pytest.mark.parametrize(
    "unread",
    [
        '<details class="code-fold"><summary>Python, 9 lines</summary><pre>{}</pre></details>',
        "<table><tr><td>{}</td></tr></table>",
        '<p class="about-code">{}</p>',
        "<noscript>{}</noscript>",
        "<script>{}</script>",
    ],
)
def test_what_is_not_read_takes_no_time(unread):
    assert minutes(words=218, more=unread.format("word " * 500)).reading == pytest.approx(1)


def test_exercises_and_questions_come_on_top():
    work = (
        "".join(
            f'<div class="exercise"><p class="exercise-about"><em>compute · {level} · objective 1</em></p><p>{"word " * 300}</p></div>'
            for level in times.MINUTES
        )
        + '<form class="quiz"><fieldset class="quiz-question"></fieldset><fieldset class="quiz-question"></fieldset></form>'
    )
    assert minutes(words=218, more=work) == pytest.approx((1, 1 + sum(times.MINUTES.values()) + 1))


def test_a_guess_an_explorer_and_a_forecast_take_their_time():
    """Five things to try are no three minutes, although they have few words."""
    guess, explorer = '<div class="guess" data-guess="{}"></div>', '<figure class="chart explorer"></figure>'
    forecast = '<form class="forecast">' + '<input data-question="Q01">' * 4 + "</form>"
    assert minutes(words=218, more=guess + explorer + forecast).reading == pytest.approx(1 + 1 + 2 + 2)


def test_a_section_has_its_own_time_and_one_that_is_not_there_is_named():
    assert minutes(words=218, section="a").reading == pytest.approx(1)
    with pytest.raises(KeyError, match="gone"):
        minutes(section="gone")


def test_minutes_are_told_the_rounder_the_longer():
    assert [times.told(one) for one in (0.2, 9.4, 31, 58, 190)] == [
        "1 minute",
        "9 minutes",
        "30 minutes",
        "60 minutes",
        "3 hours",
    ]


@pytest.mark.skipif(bool(solutions.absent()), reason=solutions.absent())
@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_the_rule_for_exercises_is_true_to_the_worked_solutions(page):
    """A chapter's exercises take by the rule what their solutions state, a quarter more or less."""
    stated = sum(int(re.match(r"\*(\d+)", text)[1]) for text in solutions.worked(page).values())
    assert sum(times.MINUTES[one.level] for one in exercises.of(page)) == pytest.approx(stated, rel=0.25)


@pytest.mark.site
@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_each_chapter_says_its_two_times_and_no_other(page):
    text = (SITE / f"{page}.html").read_text("utf-8")
    said = BeautifulSoup(text, "html.parser").select(".chapter-times")
    reading, working = times.of_page(text)
    assert [one.get_text() for one in said] == [
        f"Time: {times.told(reading)} to read · {times.told(working).removesuffix(' minutes')} with the exercises"
    ]
    assert working > reading > 1
    assert not re.search(r"<strong>Time</strong>: (?:about )?\d", text), "a time is typed"


@pytest.mark.site
def test_every_place_for_a_time_is_filled():
    empty = [
        path.name
        for path in SITE.rglob("*.html")
        if re.search(r'data-minutes="[^"]*"></span>', path.read_text("utf-8"))
    ]
    assert empty == []
