"""Each number that the book writes is tied to something: an output of its notebook, or a row of the cited source.

A figure in a paragraph counts as tied if a code cell of the notebook shows it (printed, in a table or in a chart's data),
or if a row of any table has it whose source the paragraph cites, or if the cited entry of the bibliography names it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from html import unescape

import pandas as pd
import pytest
from conftest import ROOT, notebooks, pages, read_notebook

from aftermath import data, forecast, theme
from explorable.pages import references

NUMBER = re.compile(r"(?<![\w.#/])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w/])")
SCALE = {"million": 1e6, "thousand": 1e3, "billion": 1e9}
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
#: What is written with digits and is no figure: dates, years, references to parts of the book or of the document.
NO_FIGURE = re.compile(
    rf"\b\d{{1,2}}(?:\s*(?:[–-]|to|and|or)\s*\d{{1,2}})?\s+{MONTH}\b|\b{MONTH}\s+\d{{1,2}}\b(?!,\d)|\b(?:1[89]|20)\d\d(?:s\b|\b(?!,\d))|(?<=\d\d\d\d[–-])\d\d\b"
    r"|\b(?:[Ff]igures?|[Ss]cenarios?|[Cc]hapters?|[Qq]uestions?|[Ss]teps?|[Ee]xercises?|objectives?)\s+\d+(?:(?:,| and| or|–)\s*\d(?![\d.]))*|^\s*\d+\.\s|\*\*Time\*\*.*"
    r"|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|https?://\S+|\bVersion \d[\d.]*",
    flags=re.MULTILINE,
)
#: A block of code on a plain page: no prose.
CODE = re.compile(r"^```\{code-block\}.*?^```$", flags=re.MULTILINE | re.DOTALL)
CITED = re.compile(r"bibliography\.md#([a-z0-9]+)|\{cite:[a-z]+\}`([a-z0-9, ]+)`")


def numbers(text: str) -> list[tuple[str, float, int]]:
    """Return the figures of a text: as written, as a value, and with how many decimals."""
    text = NO_FIGURE.sub(" ", text)
    found = []
    for match in NUMBER.finditer(text):
        word = re.match(r"\s*(million|thousand|billion)", text[match.end() :])
        value = float(match[1].replace(",", "")) * (SCALE[word[1]] if word else 1)
        found.append((match[1] + (f" {word[1]}" if word else ""), value, len(match[1].partition(".")[2])))
    return found


def values(text: str) -> set[float]:
    return {float(token.replace(",", "")) for token in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)}


@cache
def figures_by_table_and_source() -> dict[tuple[str, str], set[float]]:
    """Return the numbers of each table's rows, by the source of the row: read once, for there are many figures to look up."""
    found: dict[tuple[str, str], set[float]] = defaultdict(set)
    for entry in data.package()["resources"]:
        frame = data.load(entry["name"])
        sources = [list(frame.columns).index(column) for column in frame if column.startswith("source")]
        figures = [
            place for place, column in enumerate(frame) if not pd.api.types.is_datetime64_any_dtype(frame[column])
        ]
        for row in frame.itertuples(index=False):
            known = set().union(*(values(str(row[place])) for place in figures if pd.notna(row[place])))
            for source in {row[place] for place in sources if pd.notna(row[place])}:
                found[entry["name"], source] |= known
    frame = data.load("claims")[["claim", "value", "low", "high"]]
    found["claims", "wilner2017"] = set().union(
        *(values(str(value)) for column in frame for value in frame[column].dropna())
    )
    return found


@cache
def figures_of(source: str, without: str = "") -> frozenset[float]:
    """Return every number that stands in a row of this source, in any table (but one), or in its bibliography entry."""
    found = set().union(
        *(known for (table, key), known in figures_by_table_and_source().items() if key == source and table != without)
    )
    entry = references.entries().get(source)
    if entry:
        found |= values(" ".join(entry.fields.get(name, "") for name in ("title", "note")))
    return frozenset(found)


def figures_shown(notebook) -> set[float]:
    """Return every number in the stored outputs of a notebook's code cells, charts' data among them."""
    found: set[float] = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {})
            found |= values(str(output.get("text", "")))
            if theme.MIME in bundle:
                rows = [
                    row
                    for rows in bundle[theme.MIME].get("datasets", {}).values()
                    for row in rows
                    if isinstance(row, dict) and "geometry" not in row
                ]
                found |= values(str([list(row.values()) for row in rows]))
            else:
                found |= values(
                    unescape(re.sub(r"<[^>]+>", " ", str(bundle.get("text/html", bundle.get("text/plain", "")))))
                )
                found |= values(re.sub(r"<[^>]+>", " ", str(bundle.get("text/markdown", ""))))
    return found


def tied(value: float, decimals: int, known: set[float]) -> bool:
    """A figure is known as it stands, rounded, or as a share written in per cent."""
    places = (
        decimals
        if value < 1000
        else -min(3, len(str(int(value))) - len(str(int(value)).rstrip("0")))
        if value >= 10_000
        else 0
    )
    return value in known or any(
        value in (candidate, round(candidate, decimals), round(100 * candidate, decimals), round(candidate, places))
        for candidate in known
    )


def paragraphs(text: str) -> list[str]:
    """Split Markdown into paragraphs, list items and table rows."""
    return [part for part in re.split(r"\n\s*(?:>\s*)?\n|\n(?=\s*(?:[-*] |\d+\. |\|))", text) if part.strip()]


def loose_figures(text: str, shown: set[float]) -> list[str]:
    found = []
    for paragraph in paragraphs(text):
        keys = {key.strip() for pair in CITED.findall(paragraph) for part in pair for key in part.split(",") if key}
        known = shown.union(*(figures_of(key) for key in keys))
        found += [
            f"{written!r} in: {' '.join(paragraph.split())[:110]}"
            for written, value, decimals in numbers(paragraph)
            if not tied(value, decimals, known)
        ]
    return found


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
    "teaching/index": {1.2, 2.1},  # versions of a standard
    "teaching/lesson-50": {30, 50, 60, 100},
    "teaching/lesson-90": {45, 100},
    "teaching/role-cards": {100},
    "teaching/plenary": {100},
    "teaching/unit": {10, 20, 40, 100, 1000},
    "teaching/discussion": {800, 11, 3764},
    "teaching/memo": {1, 2, 3, 4},
    "reuse/make-it-your-own": {0, 1, 2, 3, 4, 5, 20, 24},
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
