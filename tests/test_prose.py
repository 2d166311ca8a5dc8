"""Each number that the book writes is tied to something: an output of its notebook, or a row of the cited source."""

from __future__ import annotations

import re
import statistics

import pytest
from conftest import ROOT, SITE, notebooks, pages, read_notebook

from aftermath import forecast, theme
from aftermath.ties import CODE, figures_of, figures_shown, loose_figures, numbers, tied
from explorable.course import grades
from explorable.pages import references


@pytest.mark.parametrize("page", notebooks())
def test_figures_in_prose_are_tied(page):
    notebook = read_notebook(page)
    shown = figures_shown(notebook)
    loose = [
        problem
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for problem in loose_figures(cell["source"], shown)
    ]
    assert not loose, "\n".join(["no output and no cited row has:", *loose])


@pytest.mark.parametrize("page", notebooks())
def test_figures_in_titles_and_descriptions_of_charts_are_tied(page):
    notebook = read_notebook(page)
    shown = figures_shown(notebook)
    loose = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            spec = output.get("data", {}).get(theme.MIME)
            if spec:
                known = shown.union(*(figures_of(key) for key in spec["usermeta"]["sources"]))
                title = spec["title"] if isinstance(spec["title"], str) else " ".join(map(str, spec["title"].values()))
                loose += [
                    f"{cell['id']}: {written!r}"
                    for written, value, decimals in numbers(f"{title} {spec['description']}")
                    if not tied(value, decimals, known)
                ]
    assert not loose, "\n".join(loose)


#: Figures of plain pages that are no findings: how to use the page, a telephone number, an example worked out.
INSTRUCTIONS = {
    "reuse/host-it": {124, 151, 11, 12, 77, 230, 300, 30, 9, 1, 90, 6, 10_000, 3000, 50, 60, 200},
    "index": {10, 800, 11, 3764},
    "chapters/forecast": {0, 50, 100},
    "teaching/index": {
        1.1,
        2.1,
        3,
        4.1,
        4.2,
        1.0,
        7.27,
        20,
        50,
        90,
    },  # versions of standards and programs; what the plans are called
    "teaching/schools": {
        20,
        50,
        90,
        15,
        16,
        17,
        4,
        12,
        1.2,
        0,
        800,
        5,
        696,
        1,
        877,
        687,
        7141,
        1800,
        875,
        204,
        911,
        943,
        43,
        11,
        3764,
        9,
    },
    "teaching/lesson-50": {30, 50, 60, 100},
    "teaching/lesson-90": {45, 100},
    "teaching/role-cards": {100},
    "teaching/plenary": {100},
    "teaching/unit": {10, 20, 40, 100, 1000},
    "teaching/discussion": {800, 11, 3764},
    "teaching/memo": {
        0,
        1,
        2,
        3,
        4,
        5,
        9,
        11,
        12,
        14,
        15,
        17,
        18,
        20,
        40,
        100,
        48,
    },  # points; two memos are written to be marked
    "reuse/make-it-your-own": {0, 1, 2, 3, 4, 5, 20, 24},
    "chapters/glossary": {1, 50, forecast.brier(0.5, 1)},  # the ends and the middle of a scale
    # What was counted once and can't change any more, the number of a version and the bars of a question.
    "chapters/how-we-checked": {103, 94, 26.1, 20, 50},
    "chapters/licences": {4.0},  # the number of a licence
    "chapters/accessibility": {2.2, 200, 400, 1, 3, 4.5, 1280, 360, 2009, 320, 24},  # what the guidelines ask for
    "reuse/jupyter-book-2": {1, 2, 2.1, 20, 1.11},
    "chapters/scores": {0, 1, 2, 10, 20, 70, 0.3, forecast.brier(0.7, 1), forecast.brier(0.5, 1)},
}


#: How long a step of a lesson takes, how many students there are and how long a text is to be: no figures either.
ARRANGEMENTS = re.compile(
    r"\bminutes: \d+|\{lesson-plan\} \d+|\b\d+(?:[ -]| to \d+ )(?:minutes?|words|students|points)\b|\b[Ww]eek \d\b|^\| \d \|",
    flags=re.MULTILINE,
)


@pytest.mark.parametrize("page", [page for page in pages() if page not in notebooks() and page != "chapters/status"])
def test_figures_in_plain_pages_are_tied(page):
    text = CODE.sub("", (ROOT / f"{page}.md").read_text("utf-8"))
    if page.startswith("teaching/"):
        text = ARRANGEMENTS.sub(" ", text)
    assert loose_figures(text, {round(value, 9) for value in INSTRUCTIONS.get(page, set())} | {0.0}) == []


@pytest.mark.parametrize("page", notebooks())
def test_every_citation_has_an_entry(page):
    keys = {
        key
        for cell in read_notebook(page).cells
        for key in re.findall(r"bibliography\.md#([a-z0-9-]+)", cell["source"])
    }
    assert keys <= set(references.entries()), keys - set(references.entries())
    assert keys, "a chapter without a citation"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 10 June 2014 some 1,500 people", [1500.0]),
        ("Figure 1, scenario 3 and 24.3 % of 40,000", [24.3, 40000.0]),
        ("2.5 million people", [2_500_000.0]),
        ("from 2015 to 2016", []),
    ],
)
def test_what_counts_as_a_figure(text, expected):
    assert [value for _, value, _ in numbers(text)] == expected


def test_a_wrong_figure_is_caught():
    right = "By early 2017, 40,000 had come ([Wilner 2017](bibliography.md#wilner2017))."
    assert loose_figures(right, set()) == []
    assert loose_figures(right.replace("40,000", "41,234"), set())
    assert loose_figures("By early 2017, 40,000 had come.", set())


def test_the_pages_are_plain_to_read(site):
    """Flesch and Kincaid's grade, in years of school: a middle page for a pupil of fourteen, and no page beyond one of sixteen."""
    pages = {
        page: grades.grade(said)
        for page, said in grades.of_book(SITE).items()
        if page != "chapters/bibliography" and sum(sentence.words for sentence in said) >= 100
    }
    assert statistics.median(pages.values()) <= 9
    assert {page: round(found, 1) for page, found in pages.items() if found > 11} == {}


@pytest.mark.parametrize(
    ("text", "words", "syllables"),
    [
        ("He said “a very long word, internationalisation” and left.", 5, 5),
        ("Then Abu Bakr al-Baghdadi spoke.", 6, 3 + 3 * grades.PLAIN),
        ("We count 31,500 of them.", 5, 4 + grades.PLAIN),
        ("An insurgency is a war.", 5, 4 + grades.PLAIN),
    ],
)
def test_what_is_quoted_named_or_explained_is_not_counted_as_hard(text, words, syllables):
    [sentence] = grades.sentences(f"<p>{text}</p>", frozenset({"insurgency"}))
    assert (sentence.words, sentence.syllables) == (words, syllables)
