"""Exercises and quizzes: each can be answered from its chapter."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, notebooks, pages, read_notebook
from nbclient import NotebookClient

from aftermath import check, quiz
from aftermath.ties import figures_of, figures_shown, numbers, tied, values
from explorable.book import current_book
from explorable.course import exercises, objectives, quizzes, solutions
from explorable.editions import printed

WITH_EXERCISES = [page for page in pages() if exercises.of(page)]
STUDENTS = (
    "This copy has no folder solutions/: it is the students' edition, and what needs a solution is not tested here."
)
WITH_QUIZ = [page for page in pages() if exercises.chapter_of(page) in quiz.chapters()]
#: The chapters with exercises, and the pages of each.
CHAPTERS = {
    chapter: found for chapter, found in current_book().pages_by_chapter().items() if {*found} & {*WITH_EXERCISES}
}
SOURCES = re.compile(r"bibliography\.md#([a-z0-9]+)")


def figures(page: str) -> set[float]:
    """Return the figures that a chapter shows, prints, writes or has in a row of a source that it cites."""
    if not (ROOT / f"{page}.ipynb").exists():
        text = (ROOT / f"{page}.md").read_text("utf-8")
        return values(text).union(*map(figures_of, SOURCES.findall(text)))
    notebook = read_notebook(page)
    text = "\n".join(cell["source"] for cell in notebook.cells)
    return (figures_shown(notebook) | values(text) | {value for _, value, _ in numbers(text)}).union(
        *map(figures_of, SOURCES.findall(text))
    )


def loose(text: str, known: set[float]) -> list[str]:
    return [written for written, value, decimals in numbers(text) if not tied(value, decimals, known)]


def stale(where: str, page: str, texts: Iterable[str], known: set[float]) -> str:
    """Say which figures of some texts the page does not show, in which file they stand and what to do; nothing if there are none."""
    found = [f"{figure} (in “{text.strip()[:90]}”)" for text in texts for figure in loose(text, known)]
    return found and (
        f"{where} tells {'; '.join(found)}, and {page}.ipynb shows no such figure, nor does a row of a source it cites. "
        f"Write what the chapter shows now (after .venv/bin/python -m explorable.publish.notebooks {page}.ipynb), or leave the figure out."
    )


# Exercises


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_of_each_kind(chapter):
    found = sorted((one for page in CHAPTERS[chapter] for one in exercises.of(page)), key=lambda one: one.number)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert len(found) >= 4 and {one.kind for one in found} == set(exercises.KINDS)


@pytest.mark.parametrize("page", WITH_EXERCISES)
def test_a_cell_that_takes_an_answer_follows_its_exercise(page):
    chapter, cells = exercises.chapter_of(page), read_notebook(page).cells if page in notebooks() else []
    checked = {one.id for one in exercises.of(page)} & set(check.exercises())
    asked = set()
    for before, cell in zip(cells, cells[1:]):
        exercise = exercises.parse(chapter, before["source"]) if before["cell_type"] == "markdown" else None
        if exercise and cell["cell_type"] == "code":
            assert re.search(rf'^answer = \.\.\.( +#.*)?\ncheck\("{exercise.id}", answer\)$', cell["source"]), cell[
                "source"
            ]
            asked.add(exercise.id)
    assert asked == checked


def test_every_chapter_of_the_book_has_exercises_and_a_quiz():
    """A chapter is a page of the document's arc or beyond it, or one that promises something; what serves only to look things up has neither."""
    promising = {one.chapter for one in objectives.all_of_them()}
    chapters = [
        page
        for page, part in printed.pages()
        if part in ("The document's arc", "Beyond the document") or exercises.chapter_of(page) in promising
    ]
    assert len(chapters) > 15
    remedy = "CONTRIBUTING.md, A new chapter, says what a chapter owes and where it stands"
    assert [page for page in chapters if page not in WITH_EXERCISES] == [], f"chapters without exercises: {remedy}"
    if current_book().solutions.exists():
        assert set(solutions.pages()) == set(WITH_EXERCISES), f"solutions/<chapter>.md: {remedy}"
    assert [page for page in chapters if page not in WITH_QUIZ] == [], f"teaching/questions/<chapter>.toml: {remedy}"


@pytest.mark.parametrize("with_code", [True, False])
def test_all_chapters_have_the_same_opening(with_code):
    openings = {
        part.strip()
        for page in WITH_EXERCISES
        if (page in notebooks()) == with_code
        for part in exercises.parts(page)
        if part.startswith(exercises.HEADING)
    }
    assert len(openings) == 1


def test_a_damaged_head_is_named():
    with pytest.raises(ValueError, match="second line such as"):
        exercises.parse("strategy", "### Exercise 1: A title\n\n*compute · easy · objective 1*\n\nText")
    assert exercises.parse("strategy", "## Summary") is None


# Objectives


@pytest.mark.parametrize("chapter", dict.fromkeys(one.chapter for one in objectives.all_of_them()))
def test_objectives_are_those_of_the_chapter_and_are_taught_there(chapter):
    texts = ["\n".join(exercises.parts(page)) for page in current_book().pages_by_chapter()[chapter]]
    listed = [one for one in objectives.all_of_them() if one.chapter == chapter]
    order = [one.text for one in listed]
    stated = [objectives.stated(text) for text in texts]
    assert sorted(sum(stated, [])) == sorted(order), "each is promised on one page of the chapter"
    assert all(goals == sorted(goals, key=order.index) and goals for goals in stated)
    assert [one.number for one in listed] == list(range(1, len(listed) + 1))
    headings = {name for text in texts for name in re.findall(r"^##+ (.+)$", text, flags=re.MULTILINE)}
    assert {heading for one in listed for heading in one.taught_in} <= headings


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_objective_is_practised_and_asked_for(chapter):
    promised = {one.number for one in objectives.all_of_them() if one.chapter == chapter}
    practised = [one for page in CHAPTERS[chapter] for one in exercises.of(page)]
    assert {number for one in practised for number in one.objectives} == promised
    assert {number for one in quiz.of(chapter) for number in one.objectives} == promised


# Answers


def test_no_answer_stands_in_the_files_of_check():
    stored = (check.TEACHING / "keys.json").read_text("utf-8")
    for id, key in check.keys().items():
        assert all(
            re.fullmatch(r"[0-9a-f]{16}", form) for form in [*key["right"], *key["slips"], *key.get("members", [])]
        ), id
    assert "answer" not in stored


NUMBER = "recruitment-4"  # so many of 100, with one decimal


@pytest.fixture(scope="module")
def right() -> float:
    if not current_book().solutions.exists():
        pytest.skip(STUDENTS)
    chapter, _, number = NUMBER.rpartition("-")
    page = next(page for page in CHAPTERS[chapter] if NUMBER in {one.id for one in exercises.of(page)})
    return solutions.run(page, {int(number): solutions.worked(page)[int(number)]})[int(number)]["answer"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda right: right / 100, "share of one"),
        (lambda right: -right, "sign"),
        (lambda right: right * 10, "decimal point"),
        (lambda right: round(right / 100, 2), "share of one"),
        (lambda right: round(right), "Very near: check your rounding"),
        (lambda right: int(right), "Very near: check your rounding"),
        (lambda right: right + 0.1, "Very near: check your rounding"),
        (lambda right: f"{right / 100}".replace(".", ","), "share of one"),
        (lambda right: "forty-seven", "in digits"),
        (lambda right: f"from {right} to 60", "one number"),
        (lambda right: float("nan"), "divided by 0"),
        (lambda right: pd.NA, "missing"),
        (lambda right: (int(right), 5), "2 values; give one number. Python takes a comma"),
        (lambda right: pd.Series([right, right]), "2 values"),
        (lambda right: [], "empty"),
        (lambda right: {"returned": right}, "dict"),
        (lambda right: f"{right}".encode(), "bytes"),
        (lambda right: True, "bool"),
        (lambda right: complex(right), "complex"),
        (lambda right: len, "call it, with brackets"),
        (lambda right: datetime.date(2017, 1, 1), "a date"),
        (lambda right: ..., "no answer yet"),
        (lambda right: [...], "no answer yet"),
        (lambda right: " … ", "no answer yet"),
        (lambda right: None, "no answer yet"),
        (lambda right: 3.3, check.exercises()[NUMBER]["otherwise"]),
    ],
)
def test_a_wrong_kind_of_number_is_named(right, change, says):
    found = check.verdict(NUMBER, change(right))
    assert not found.right and says in found.text


def test_a_number_is_read_as_a_pupil_writes_it(right):
    import sympy

    comma = f"{right}".replace(".", ",")
    texts = [f"{right}", comma, f"{right} %", f" {comma}%", f"about {right} of them", f"{right}0"]
    several = [[right], (right,), {right}, [[right]], np.array(right), np.array([right]), pd.Series([right])]
    others = [np.float64(right), Decimal(f"{right}"), sympy.Rational(f"{right}"), [sympy.Float(right)], right + 1e-9]
    for value in [*texts, *several, *others, pd.DataFrame({"a": [right]}), iter([right])]:
        assert check.verdict(NUMBER, value).text.startswith("right. "), repr(value)


@pytest.mark.parametrize(
    ("text", "number"),
    [("4,200", 4200), ("1 234 567", 1234567), ("4\u202f200", 4200), ("4’200 people", 4200), ("4.200", 4.2)]
    + [("4.200,5", 4200.5), ("4,200.5", 4200.5), ("0,475", 0.475), ("−3", -3), ("minus 3", -3), ("2e3", 2000)],
)
def test_thousands_and_decimals_are_told_apart(text, number):
    assert check._read(text) == number


def test_a_comma_that_makes_two_numbers_is_explained(capsys):
    check.check(NUMBER, 47, 5)
    assert "2 values; give one number. Python takes a comma" in " ".join(capsys.readouterr().out.split())
    check.check(NUMBER)
    assert "no answer yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("id", "given", "says"),
    [
        ("strategy-5", " MEDIA. ", "right."),
        ("strategy-5", np.array(["media"]), "right."),
        ("strategy-5", "the media", "right."),
        ("strategy-5", "the column media", "The word is among yours"),
        ("strategy-5", "medja", "check the spelling"),
        ("strategy-5", ["media", "land"], "2 words; give one"),
        ("strategy-5", len, "a function"),
        ("strategy-5", "", "no answer yet"),
        ("strategy-1", ["land", "arrivals", "members", "oil"], "3 of your 4 belong, 2 are missing"),
        ("strategy-1", "land", "1 of your 1 belongs, 4 are missing"),
        ("strategy-1", "Ideas, attack; arrivals and member / land", "right."),
        ("strategy-1", {"land": 1, "arrivals": 2}, "2 of your 2 belong, 3 are missing"),
        ("strategy-1", pd.Series(["ideas", "attacks", "arrivals", "members", "land", "land"]), "right."),
        (
            "strategy-1",
            ["land", "arrivals", "members", "attacks", "ideas", "oil"],
            "5 of your 6 belong, and none is missing",
        ),
        ("strategy-1", ["land", ..., None, ""], "1 of your 1 belongs"),
        ("strategy-1", ["land", 5], "type int"),
        ("leave-1", "deradicalization", check.exercises()["leave-1"]["slips"]["the other"]),
        ("audit-1", "C 999", check.exercises()["audit-1"]["otherwise"]),
    ],
    ids=str,
)
def test_words_are_read_kindly(id, given, says):
    assert says in check.verdict(id, given).text


@pytest.mark.parametrize(
    ("id", "given", "says"),
    [
        ("sahel-analogy-1", ["algeria"], "right."),
        ("sahel-analogy-1", "DZA", "right."),
        ("sahel-analogy-1", "TGO", "not yet."),
        ("territorial-collapse-1", "Tadmur", "right."),
        ("what-if-1", [], "Your list is empty."),
    ],
)
def test_words_are_accepted_as_the_pages_and_maps_have_them(id, given, says):
    assert says in check.verdict(id, given).text


def test_the_labels_that_the_page_shows_stand_for_the_ids():
    from aftermath import assumptions

    labels = [assumptions.get(id).label for id in ("attached", "prosecuted", "prison_spread")]
    assert check.verdict("what-if-1", labels).right
    assert "2 of your 3 belong" in check.verdict("what-if-1", [*labels[:2], assumptions.get("killed").label]).text


def test_an_unknown_exercise_is_answered_with_the_nearest(capsys):
    with pytest.raises(check.CheckError, match="did you mean 'recruitment-3'"):
        check.check("recruitmant-3", 1)
    check.check("strategy-2", ...)
    assert capsys.readouterr().out == "strategy-2: no answer yet. Put yours in place of the dots.\n"


def test_check_answers_in_a_jupyter_kernel(right):
    """Outside the book's pages: a kernel of its own, the chapter's import, a wrong answer and the right one."""
    answers = [round(right) + 20, right]
    cells = [
        nbformat.v4.new_code_cell(
            f'from aftermath.check import check\nanswer = {float(answer)!r}\ncheck("{NUMBER}", answer)'
        )
        for answer in answers
    ]
    notebook = NotebookClient(nbformat.v4.new_notebook(cells=cells)).execute()
    refused, accepted = (" ".join(cell.outputs[0]["text"].split()) for cell in notebook.cells)
    assert refused.startswith(f"{NUMBER}: not yet.") and accepted.startswith(f"{NUMBER}: right.")


# Quizzes


@pytest.mark.parametrize("chapter", dict.fromkeys(map(exercises.chapter_of, WITH_QUIZ)))
def test_quiz_questions_are_fair(chapter):
    asked, found = (
        quiz.of(chapter),
        {page.rpartition("/")[2]: page for page in current_book().pages_by_chapter()[chapter]},
    )
    assert 3 <= len(asked) <= 6
    assert len({question.right for question in asked}) > 1, "the right option always stands in the same place"
    assert {question.page for question in asked} == set(found), "each page of a chapter has a part of its quiz"
    for question in asked:
        page = found[question.page]
        known = figures(page)
        assert 3 <= len(question.options) <= 5
        texts = [option.text for option in question.options]
        assert len(set(texts)) == len(texts) and len({option.feedback for option in question.options}) == len(texts)
        right = next(option for option in question.options if option.right)
        others = [option for option in question.options if not option.right]
        assert len(right.text) <= 2 * max(len(option.text) for option in others), (
            f"{question.id}: the longest option is the right one, by far"
        )
        # a wrong option may hold a wrong figure; everything else has to be the chapter's
        known_here = known | values(question.text)
        told = [question.text, right.text, right.feedback, *(option.feedback for option in others)]
        where = f"teaching/questions/{chapter}.toml, question {question.id},"
        for texts, figures_known in (([question.text], known), (told, known_here)):
            assert not (says := stale(where, page, texts, figures_known)), says


def test_a_stale_figure_is_told_with_its_file_and_a_remedy():
    says = stale(
        "teaching/questions/what-if.toml, question q3,", "chapters/what-if", ["About 12,345 people.", "None."], {1.0}
    )
    assert says.startswith("teaching/questions/what-if.toml, question q3, tells 12,345 (in “About 12,345 people.”)")
    assert "explorable.publish.notebooks chapters/what-if.ipynb)" in says
    assert not stale("", "chapters/what-if", ["About 12,345 people."], {12345.0})


def in_order(question, option, place: int) -> bool:
    """Say whether an option is the one at a place, counted from the shortest."""
    return sorted(question.options, key=lambda one: len(one.text))[place % len(question.options)] == option


def shared(question, option) -> int:
    """Return how many long words an option has in common with its question."""
    return len(set(re.findall(r"\w{4,}", question.text.lower())) & set(re.findall(r"\w{4,}", option.text.lower())))


def holds(words: str, text: str) -> int:
    return sum(word in words.split() for word in re.findall(r"\w+", text.lower()))


CAREFUL = "may might could some often usually mostly partly likely little can perhaps about nearly almost hardly many few probably sometimes depends"
SWEEPING = (
    "never always only all every none nobody nothing everybody everything must cannot no any exactly certainly entirely"
)
#: What somebody may go by who has not read the chapter: the option with the largest number is taken.
SHORT_CUTS = {
    "the shortest": lambda question, option: -len(option.text),
    "the second shortest": lambda question, option: in_order(question, option, 1),
    "the second longest": lambda question, option: in_order(question, option, -2),
    "the longest": lambda question, option: len(option.text),
    "the most careful": lambda question, option: holds(CAREFUL, option.text),
    "the least sweeping": lambda question, option: -holds(SWEEPING, option.text),
    "the most careful and least sweeping": lambda question, option: (
        holds(CAREFUL, option.text) - holds(SWEEPING, option.text)
    ),
    "the most digits": lambda question, option: len(re.findall(r"\d", option.text)),
    "most in common with the question": shared,
    "least in common with the question": lambda question, option: -shared(question, option),
    "the most parts": lambda question, option: len(re.findall(r"[,;:]", option.text)),
    **{
        f"the place {'abcd'[place]} of a question bank": lambda question, option, place=place: (
            quizzes.mixed(question)[place:][:1] == [option]
        )
        for place in range(4)
    },
}


@pytest.mark.parametrize("short_cut", SHORT_CUTS)
def test_who_has_not_read_does_not_find_the_right_options(short_cut):
    """By no such rule more than two of five are right over the whole book; the longest is right in at most a third, the shortest no oftener than by chance."""
    found, asked = 0.0, list(quiz.questions().values())
    for question in asked:
        signs = {option.letter: SHORT_CUTS[short_cut](question, option) for option in question.options}
        best = [letter for letter, sign in signs.items() if sign == max(signs.values())]
        found += (question.right in best) / len(best)
    chance = sum(1 / len(question.options) for question in asked)
    most = {"the longest": len(asked) / 3, "the shortest": chance}.get(short_cut, 0.4 * len(asked))
    assert found <= most, (
        f"{short_cut} is right in {found:.0f} of {len(asked)} questions; by chance {chance:.0f} would be"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda entry: entry.pop("question"), "'question' is missing"),
        (lambda entry: entry["option"][0].update(right=True), "exactly one"),
        (lambda entry: entry["option"][1].pop("feedback"), "option b: 'feedback' is missing"),
    ],
)
def test_a_damaged_question_is_named(change, says):
    entry = {
        "question": "?",
        "objectives": [1],
        "option": [{"text": "a", "feedback": "a"}, {"text": "b", "feedback": "b", "right": True}],
    }
    quiz._question(entry, "strategy", 1)
    change(entry)
    with pytest.raises(quiz.QuizError, match=f"strategy.toml, quiz question 1.*{says}"):
        quiz._question(entry, "strategy", 1)


GOOD = {"strategy-q1": ["a", "b"], "recruitment-q2": ["d"]}


def test_a_file_of_answers_comes_back_and_is_scored():
    text = quiz.write(GOOD)
    assert quiz.parse(text) == GOOD
    assert quiz.score(GOOD) == {"strategy-q1": False, "recruitment-q2": True}


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[:-9], "damaged"),
        (lambda text: "[]", "no set of quiz answers"),
        (lambda text: text.replace('"version": 1', '"version": 7'), "version 7"),
        (lambda text: text.replace("strategy-q1", "strategy-q99"), "no quiz question"),
        (lambda text: text.replace('"b"', '"z"'), "options a to d"),
        (lambda text: text.replace('"b"', '"a"'), "each once"),
        (lambda text: text.replace('"b"', "{}"), "list of letters"),
    ],
)
def test_a_damaged_file_of_answers_is_named(damage, says):
    with pytest.raises(quiz.QuizError, match=f"class.json.*{says}"):
        quiz.parse(damage(quiz.write(GOOD)), name="class.json")


def test_a_quiz_stands_before_the_exercises_or_the_summary():
    assert quizzes.before(exercises.HEADING, "strategy", "## Exercises\n\n…").startswith(
        "## Check yourself\n\n```{quiz} strategy"
    )
    assert quizzes.before(exercises.HEADING, "strategy", "## Summary") == "## Summary"
    assert re.search(
        r"Text\n\n## Check yourself\n.*## Summary",
        quizzes.place("strategy", "# T\n\nText\n\n## Summary\n"),
        flags=re.DOTALL,
    )
    assert quizzes.place("no-such-chapter", "# T\n") == "# T\n"


@pytest.mark.parametrize("page", WITH_QUIZ)
def test_questions_stand_a_few_screens_apart_where_their_sections_end(page):
    """Each before a heading, none after the exercises begin; hardly any is left for the end, and not all in one place."""
    parts = exercises.parts(page)
    placed = quizzes.places(page, parts)
    first = next(
        (number for number, text in enumerate(parts) if re.match(r"## (Exercises|Summary|Sources)", text)), len(parts)
    )
    assert placed and all(parts[number].startswith("##") and number <= first for number in placed)
    met = [one for questions in placed.values() for one in questions]
    sections = sum(text.startswith("## ") for text in parts[:first])
    assert len(met) == len(quizzes.of(page)) and len(placed) >= min(2, len(met), sections)
    assert sorted(quizzes.order(page, placed)) == sorted(quizzes.of(page))


def test_a_question_whose_heading_is_not_there_is_named(monkeypatch):
    asked = quiz.of("strategy")[0]._replace(after="Gone")
    monkeypatch.setattr(quizzes, "of", lambda page: [asked])
    with pytest.raises(ValueError, match=r"strategy.toml, strategy-q1: chapters/strategy has no heading 'Gone'"):
        quizzes.places("chapters/strategy", ["# S", "## One", "## Two"])
