"""Sheets of paper with the book's own words: how an answer may begin, a first step, and exercises that need no notebook."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import SITE
from test_exercises import figures, stale, values

from explorable.book import current_book
from explorable.course import exercises, solutions
from explorable.editions import blocks, paper, worksheets


@lru_cache(maxsize=1)
def chapters() -> dict[str, list[blocks.Block]]:
    """The blocks of each chapter's built page."""
    found = {}
    for path in Path(SITE / "chapters").rglob("*.html"):
        article = path.read_text("utf-8").partition('<article class="bd-article">')[2].partition("</article>")[0]
        read = blocks.read(blocks.Held().take(article))
        if blocks.is_chapter(read):
            found[path.stem] = read
    return found


def shown(kind: str) -> list[blocks.Block]:
    return [block for found in chapters().values() for block in found if block.kind == kind]


def own_exercises(sheet: BeautifulSoup) -> list[str]:
    """Return the texts of a sheet's exercises, but for those that stand there since another one speaks of them."""
    texts = [" ".join(task.get_text(" ").split()) for task in sheet.select(".sheet-exercise")]
    spoken = {f"Exercise {number}:" for text in texts for number in re.findall(r"\bexercise (\d+)", text)}
    return [text for text in texts if not any(name in text for name in spoken)]


@pytest.mark.site
def test_nothing_in_the_file_is_of_a_question_a_chart_or_an_exercise_that_is_gone():
    said = paper.words()
    questions = [block.text for block in shown("prompt")]
    titles = {
        block.tag.find("figcaption").get_text(" ", strip=True)
        for block in shown("chart")
        if block.tag.find("figcaption")
    }
    names = {block.tag["id"] for block in shown("exercise")}
    lost = [words for words in [*said.begin, *said.screen["questions"]] if not any(words in text for text in questions)]
    lost += [title for title in said.look if title not in titles]
    lost += [name for name in [*said.step, *said.stretch, *said.paper, *said.screen["exercises"]] if name not in names]
    assert lost == [], "teaching/sheets.toml: correct these keys, or take their lines out"


@pytest.mark.site
def test_every_sheet_with_support_helps_with_each_of_its_questions_pictures_and_exercises():
    for path in Path(SITE / "worksheets").rglob("*-support.html"):
        sheet = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        begun = [line.get_text() for line in sheet.select("ol .sheet-begun")]
        assert len(begun) == len(sheet.select("main > ol > li")) and worksheets.STARTER not in begun, path.stem
        seen = [line.get_text().strip() for line in sheet.select(".sheet-picture li")]
        assert not seen or (len(seen) >= 2 and worksheets.SEEN[0] not in seen), path.stem
        steps = sheet.select(".sheet-exercise > .sheet-begun")
        assert steps and len(steps) == len(sheet.select(".sheet-exercise")), path.stem


@pytest.mark.site
def test_no_sheet_asks_what_only_a_screen_can_ask():
    for path in Path(SITE / "worksheets").rglob("*.html"):
        for asked in BeautifulSoup(path.read_text("utf-8"), "html.parser").select("main > ol > li"):
            assert not paper.words().needs_a_screen(" ".join(asked.get_text(" ").split())), path.stem


def test_an_exercise_that_needs_its_page_says_so_on_paper():
    named, other = ("hindsight-1", "hindsight-2")
    assert named in paper.words().screen["exercises"] and other not in paper.words().screen["exercises"]
    for name in (named, other):
        html = f'<div id="{name}"><p><em>recall · introductory · objective 1</em></p><p>Of which scenario?</p></div>'
        block = blocks.Block("exercise", BeautifulSoup(html, "html.parser").div, "Exercises", "exercises", 2)
        paper.reword([block])
        assert (paper.WITH_THE_PAGE in block.tag.get_text()) == (name == named)


def test_figures_of_exercises_on_paper_are_those_of_their_chapters():
    pages = {
        one.id: page
        for found in current_book().pages_by_chapter().values()
        for page in found
        for one in exercises.of(page)
    }
    for name, text in paper.words().paper.items():
        where = f"teaching/sheets.toml, [paper], {name},"
        original = next(one.text for one in exercises.of(pages[name]) if one.id == name)
        known = figures(pages[name]) | values(original)
        assert not (says := stale(where, pages[name], [text], known)), says


def test_an_exercise_is_reworded_for_paper_and_keeps_its_kind(monkeypatch):
    page = '<div class="exercise" id="a-1"><p class="admonition-title">Exercise 1: A</p><section><p><em>recall · introductory</em></p><p>Run <code>f</code>.</p></section></div>'
    for said, text in (
        ({"a-1": "Count.\n\nBy hand."}, ["recall · introductory", "Count.", "By hand."]),
        ({}, ["recall · introductory", "Run f."]),
    ):
        monkeypatch.setattr(paper, "words", lambda said=said: paper.Words({}, {}, {}, {}, said, {}))
        found = blocks.read(page)
        paper.reword(found)
        assert [part.get_text() for part in found[0].tag.select("section p")] == text
        assert worksheets.on_paper(found[0]) == bool(said)


@pytest.mark.parametrize(
    "text, says",
    [
        ("[begin", "can't be read as TOML"),
        ("[begins]\na = 'b'", r"unknown parts \['begins'\]"),
        ("[look]\na = 'b'", r"\[look\], 'a': write a list"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(text, says):
    with pytest.raises(paper.SheetError, match=says):
        paper.read(text)


@pytest.mark.skipif(
    not current_book().solutions.exists(), reason="This copy of the book has no solutions: it is the students' edition."
)
def test_each_harder_question_has_its_answer_among_the_solutions():
    lacking = []
    for name in paper.words().stretch:
        chapter, number = name.rsplit("-", 1)
        if "**On the sheet to stretch**" not in solutions.of(chapter).worked[int(number)]:
            lacking.append(name)
    assert paper.words().stretch and lacking == []


@pytest.mark.site
def test_a_sheet_to_stretch_asks_what_is_advanced_or_goes_further():
    for path in Path(SITE / "worksheets").rglob("*-stretch.html"):
        for exercise in own_exercises(BeautifulSoup(path.read_text("utf-8"), "html.parser")):
            assert "· advanced ·" in exercise or "Further: " in exercise, (path.stem, exercise[:40])


def test_a_chapter_s_formulas_stand_on_its_sheets_up_to_the_first_derivative():
    """What follows the first derivative is worked out on the page: on paper it would be the answer."""
    formula = '<div class="math"><math><mi>{}</mi></math></div>'
    page = "<h1>A</h1><p>What?</p><p><strong>You will be able to</strong></p><ul><li>count</li></ul>{}<h2>Summary</h2><p>So.</p>"
    shown = "".join(map(formula.format, ("left", "right", "∂left", "month")))
    for _, text in worksheets.write("chapters/a", page.format(shown), language="en", project="A book"):
        assert [one.get_text() for one in BeautifulSoup(text, "html.parser").select(".sheet-formulas math")] == [
            "left",
            "right",
        ]
    for _, text in worksheets.write("chapters/a", page.format(formula.format("left")), language="en", project="A book"):
        assert "The formulas" not in text
