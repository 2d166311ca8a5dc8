"""Which numbers the book writes, and what each is tied to: an output of its notebook, or a row of the cited source.

A figure in a paragraph counts as tied if a code cell of the notebook shows it (printed, in a table or in a chart's data),
or if a row of any table has it whose source the paragraph cites, or if the cited entry of the bibliography names it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from html import unescape

import pandas as pd

from aftermath import data, theme
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
