"""Worked solutions: each is what its page asks for, ``check()`` knows it, and none reaches a student."""

from __future__ import annotations

import re
import string
import zipfile
from functools import cache
from numbers import Real

import nbformat
import pytest
from conftest import SITE
from test_exercises import CHAPTERS, STUDENTS, WITH_EXERCISES, figures, stale

from aftermath import check
from aftermath.ties import values
from explorable.book import current_book
from explorable.course import exercises, leaks, solutions
from explorable.editions import printed

pytestmark = pytest.mark.skipif(not current_book().solutions.exists(), reason=STUDENTS)


@cache
def run(page: str) -> dict[str, dict]:
    """What the code of each solution of a page sets, by the id of its exercise."""
    chapter = exercises.chapter_of(page)
    return {f"{chapter}-{number}": own for number, own in solutions.run(page, solutions.worked(page)).items()}


@pytest.fixture(params=WITH_EXERCISES)
def answers(request) -> list[tuple[str, dict, dict]]:
    """The checked exercises of a page: id, what is said about it, what its solution sets."""
    own = run(request.param)
    return [(id, check.exercises()[id], own[id]) for id in own if id in check.exercises()]


# What check() knows


def test_each_checked_exercise_stands_on_a_page_and_has_a_key():
    asked = {one.id for page in WITH_EXERCISES for one in exercises.of(page)}
    assert set(check.exercises()) <= asked and set(check.keys()) == set(check.exercises()), "run: make keys"


def test_the_keys_are_those_of_the_solutions(answers):
    for id, exercise, own in answers:
        assert check.key(id, exercise, own["answer"], own["slips"]) == check.keys()[id], "run: make keys"


def test_each_solution_passes_and_each_listed_wrong_answer_gets_its_hint(answers):
    for id, exercise, own in answers:
        answer = own["answer"]
        forms = answer if exercise["type"] == "word" and isinstance(answer, list) else [answer]
        assert all(check.verdict(id, form).right for form in forms), id
        assert set(own["slips"]) == set(exercise["slips"]), id
        for slip, value in own["slips"].items():
            found = check.verdict(id, value)
            assert (found.right, found.slip) == (False, slip), (id, slip, value)
            assert exercise["slips"][slip] in found.text


def test_an_answer_that_was_rounded_on_the_way_is_right(answers):
    """Whoever rounds a step before the last misses by one or so; whoever misses by more has not."""
    for id, exercise, own in answers:
        around, step = exercise.get("tolerance", 0), 10.0 ** -exercise.get("decimals", 0)
        for away in range(-around, around + 1) if around else ():
            found = check.verdict(id, own["answer"] + away * step)
            assert found.right and ("rounding" in found.text) == (away != 0), (id, away, found.text)
        for away in (-around - 1, around + 1) if around else ():
            assert not check.verdict(id, own["answer"] + away * step).right, (id, away)


def test_no_hint_holds_the_answer(answers):
    for id, exercise, own in answers:
        answer = own["answer"]
        for hint in [exercise["otherwise"], *exercise["slips"].values()]:
            if exercise["type"] == "number":
                told = [
                    value
                    for value in values(hint)
                    if check.written(id, value, exercise)[0] in check.keys()[id]["right"]
                ]
                assert not told, (id, hint)
            elif exercise["type"] == "word":
                forms = answer if isinstance(answer, list) else [answer]
                assert not [form for form in forms if form.casefold() in hint.casefold()], (id, hint)


def test_a_near_miss_is_told_to_check_its_rounding(answers):
    """One step beyond what passes is near where the answer has many steps, and another mistake where it has few."""
    for id, exercise, own in answers:
        if exercise["type"] == "number":
            step = 10.0 ** -exercise.get("decimals", 0)
            found = check.verdict(id, own["answer"] + (exercise.get("tolerance", 0) + 1) * step)
            assert not found.right, id
            told = found.slip or "Very near: check your rounding" in found.text
            assert told or abs(own["answer"]) / step < 200, (id, found.text)
            assert "Very near" not in check.verdict(id, own["answer"] * 1.2 + 2 * step).text, id


def test_the_book_asks_for_answers_with_and_without_leave_to_round():
    """Else the two tests above try nothing."""
    numbers = [exercise for exercise in check.exercises().values() if exercise["type"] == "number"]
    assert len(numbers) > 10 and 0 < sum(bool(exercise.get("tolerance")) for exercise in numbers) < len(numbers)


# Solutions and the two editions


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_solutions_are_complete_and_their_figures_tied(page):
    names = run(page)
    chapter = exercises.chapter_of(page)
    found = solutions.of(chapter)
    assert set(found.worked) == {one.number for page in CHAPTERS[chapter] for one in exercises.of(page)}
    assert "**Timing**" in found.teachers and "## Misconceptions" in found.teachers
    timing = found.teachers.partition("**Timing**:")[2].partition("\n")[0]
    assert not re.search(r"\d+ (?:minutes of|for)\b", timing), "how long the chapter takes is computed"
    lesson = re.search(r"lesson of (\d+) minutes.*?exercises? ([\d, and]+)", timing)
    if lesson:
        chosen = [solutions.minutes(found.worked[int(number)]) for number in re.findall(r"\d+", lesson[2])]
        assert sum(chosen) <= int(lesson[1]), timing
    known = figures(page)
    for number, text in solutions.worked(page).items():
        own = names.get(f"{chapter}-{number}", {})
        computed = {
            float(value)
            for value in [*own.values(), *own.get("slips", {}).values()]
            if isinstance(value, Real) and not isinstance(value, bool)
        }
        prose = re.sub(r"^\*\d+ minutes\.\*", "", solutions.CODE.sub("", text))
        where = f"solutions/{chapter}.md, exercise {number},"
        assert not (says := stale(where, page, [prose], known | computed)), says


def test_the_instructors_edition_has_every_solution_and_the_students_none():
    page = WITH_EXERCISES[0]
    chapter, texts = exercises.chapter_of(page), exercises.parts(page)
    student = "\n".join(exercises.cells(page, texts, lambda exercise: ""))
    instructor = "\n".join(exercises.cells(page, texts, lambda exercise: solutions._following(None, chapter, exercise)))
    assert "{solution}" not in student and "For the teacher" not in student
    blocks = re.findall(r"\{solution\} (\S+)", instructor)
    assert blocks == [one.id for one in exercises.of(page)]
    assert instructor.index("For the teacher") < instructor.index("{exercise}") < instructor.index("{solution}")


# Leaks


@pytest.fixture(scope="session")
def sought() -> list[leaks.Solution]:
    return leaks.known()


@pytest.mark.slow
def test_every_solution_can_be_recognised(sought):
    assert {one.id for one in sought if not one.id.endswith("teachers")} == {
        one.id for page in WITH_EXERCISES for one in exercises.of(page)
    }
    assert [one.id for one in sought if len(one.runs) < 3] == []


def test_a_solution_is_found_to_its_last_word_and_where_a_text_ends_with_it(tmp_path):
    """A solution of no more words than are compared at once, and a page of which it is the end."""
    solution = " ".join(string.ascii_lowercase[: leaks.RUN])
    sought = [leaks.Solution("chapter-1", frozenset(leaks.runs(solution)))]
    (tmp_path / "page.md").write_text(f"Before it {solution}", encoding="utf-8")
    assert [leak.words for leak in leaks.find([tmp_path], sought)] == [solution]
    (tmp_path / "page.md").write_text(f"Before it {solution[:-2]}", encoding="utf-8")
    assert leaks.find([tmp_path], sought) == []


@pytest.mark.site
@pytest.mark.slow
def test_nothing_that_is_published_holds_a_solution(sought):
    """The whole site, and the book and worksheets as PDF if "make pdf" has made them."""
    assert leaks.find(leaks.made(), sought) == []


SOLUTION = "strategy-4"


def _page(text: str, planted: str) -> str:
    return text.replace("</body>", "<p>" + re.sub(r"(\w+)", r"<span>\1</span>", planted) + "</p></body>")


def _notebook(text: str, planted: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells[-1]["source"] += "\n" + planted
    return nbformat.writes(notebook)


PLANTED = {
    "chapters/strategy.html": _page,
    "slides/strategy.html": _page,
    "worksheets/strategy.html": _page,
    "_sources/chapters/strategy.ipynb": _notebook,
    "_downloads/strategy.ipynb": _notebook,
    "_sources/chapters/scores.md": lambda text, planted: text + planted,
    "_static/charts.js": lambda text, planted: f"{text}/* {planted} */",
    "_static/search-places.js": lambda text, planted: f"{text}/* {planted} */",
}


@pytest.mark.parametrize(("name", "plant"), PLANTED.items(), ids=list(PLANTED))
@pytest.mark.site
@pytest.mark.slow
def test_a_planted_solution_is_found(tmp_path, sought, name, plant):
    """A file of the built site is clean; the same file with the text of a solution in it is not."""
    source = SITE / name.replace("_downloads/", "_sources/chapters/")  # nothing stands there today
    copy = tmp_path / "html" / name
    copy.parent.mkdir(parents=True)
    text = source.read_text("utf-8")
    copy.write_text(text, encoding="utf-8")
    assert leaks.find([tmp_path / "html"], sought) == []
    copy.write_text(plant(text, solutions.of("strategy").worked[4]), encoding="utf-8")
    found = {leak.solution for leak in leaks.find([tmp_path / "html"], sought)}
    assert found == {SOLUTION}


@pytest.mark.slow
def test_a_solution_planted_in_an_archive_is_found(tmp_path, sought):
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("inner/strategy.py", solutions.of("strategy").worked[4])
    assert [leak.solution for leak in leaks.find([tmp_path], sought)] == [SOLUTION]


def test_a_solution_planted_in_a_pdf_is_found(browser, tmp_path, sought):
    """Printed on the spot from a worksheet, as "make pdf" does it."""
    sheet = (SITE / "worksheets" / "strategy.html").read_text("utf-8")
    found = []
    for text in (sheet, sheet.replace("</main>", f"<p>{solutions.of('strategy').worked[4]}</p></main>")):
        (tmp_path / "sheet.html").write_text(text, encoding="utf-8")
        printed.pdf(browser, tmp_path / "sheet.html", tmp_path / "sheet.pdf")
        found.append({leak.solution for leak in leaks.find([tmp_path / "sheet.pdf"], sought)})
    assert found == [set(), {SOLUTION}]
