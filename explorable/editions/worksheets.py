"""A worksheet for each chapter: what to learn, the questions before the pictures with lines to write on, tables to fill, exercises.

Every build writes it as a page that prints on A4 (``worksheets/recruitment.html`` of the site); ``make pdf`` as PDF. Like the
slides it follows from the chapter: see ``blocks.py``.

Two pages at most: the questions and the exercises share the room that opening and table leave (:func:`_share`). A page
is laid out by the browser that prints it, so here heights are estimated, in mm, from the sizes of ``static/worksheet.css``.
"""

from __future__ import annotations

import posixpath
from html import escape
from itertools import product
from math import ceil
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from explorable.editions import blocks

LINES, FEWER = 3, 2  # to write on, below a question; fewer where there are many
ASKED, EXERCISES, ROWS = 7, 6, 8  # the most of each
ROOM = 2 * 267 - 30  # mm of two pages, less what stays empty where an item goes over to the second
LINE, RULED, HEADING, WIDTH = (
    4.6,
    7.0,
    10.5,
    92,
)  # mm of a line of text, of a line to write on, of a heading; characters a line


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _write, priority=790)


def path(page: str) -> str:
    """Return where a page's worksheet stands in the site."""
    return f"worksheets/{page.removeprefix('chapters/')}.html"


def write(page: str, body: str, *, language: str, project: str) -> tuple[str, str] | None:
    """Return the path and the text of a page's worksheet, or nothing if it is no chapter."""
    found = blocks.read(blocks.Held().take(body))
    if not blocks.is_chapter(found):
        return None
    place = path(page)
    for block in found:
        for link in block.tag.find_all("a"):
            link.unwrap()
    static = "../" * place.count("/") + "_static/"
    return place, PAGE.format(
        language=language,
        project=escape(project),
        title=found[0].title,
        static=static,
        chapter=posixpath.relpath(f"{page}.html", posixpath.dirname(place)),
        **_parts(found),
    )


def _parts(found: list[blocks.Block]) -> dict[str, str]:
    question = next((block for block in found if block.kind in ("text", "prompt") and "?" in block.text), None)
    goals = next(block for block in found if block.kind == "objectives")
    asked = [block for block in found if block.kind == "prompt" and block.depth > 1]
    table = _table(found)
    used = (
        22
        + 3 * HEADING
        + _text(question.text if question else "")
        + sum(_text(goal.get_text()) for goal in goals.tag.find_all("li"))
        + _height_of_table(table)
    )
    prompts, exercises = _share(asked, [block for block in found if block.kind == "exercise"], ROOM - used)
    return {
        "question": question.html if question else "",
        "objectives": goals.html,
        "prompts": _prompts(prompts),
        "table": table,
        "exercises": _exercises(exercises),
    }


# What fits


def _text(text: str, width: int = WIDTH) -> float:
    """Return the height of a paragraph."""
    return LINE * ceil(len(text) / width)


def _question_height(block: blocks.Block) -> float:
    return LINE + _text(block.text) + FEWER * RULED + 1.5


def _exercise_height(block: blocks.Block) -> float:
    return sum(_text(part.get_text()) + 1.5 for part in block.tag.find_all(["p", "li"])) + FEWER * RULED + 3


def _height_of_table(table: str) -> float:
    rows = BeautifulSoup(table, "html.parser").find_all("tr")
    return (
        HEADING
        + sum(
            3 + _text(max((cell.get_text() for cell in row.find_all(["th", "td"])), key=len), width=36) for row in rows
        )
        if rows
        else 0
    )


def _share(
    asked: list[blocks.Block], exercises: list[blocks.Block], room: float
) -> tuple[list[blocks.Block], list[blocks.Block]]:
    """Return as many questions and exercises as fit, as many of one as of the other if there are as many."""
    counts = product(range(min(ASKED, len(asked)), -1, -1), range(min(EXERCISES, len(exercises)), -1, -1))
    for some, more in sorted(counts, key=lambda pair: (-min(pair), -sum(pair))):
        questions, tasks = _evenly(asked, some), _evenly(exercises, more)
        if sum(map(_question_height, questions)) + sum(map(_exercise_height, tasks)) <= room:
            return questions, tasks
    return [], []


def _evenly(found: list[blocks.Block], count: int) -> list[blocks.Block]:
    """Return so many of a list, from its first to its last."""
    return [found[round(number * (len(found) - 1) / max(count - 1, 1))] for number in range(count)]


# What it says


def _prompts(chosen: list[blocks.Block]) -> str:
    """Return questions before the pictures, each with lines."""
    lines = LINES if len(chosen) <= 3 else FEWER
    items = "".join(f'<li><p class="sheet-where">{block.title}</p>{block.html}{_lines(lines)}</li>' for block in chosen)
    return f"<h2>Before you look</h2><ol>{items}</ol>" if items else ""


def _lines(count: int) -> str:
    return f'<div class="sheet-lines" aria-hidden="true">{"<div></div>" * count}</div>'


def _table(found: list[blocks.Block]) -> str:
    """Return the chapter's first small table with empty cells: its rows and columns say what to find."""
    for block in found:
        table = block.tag if block.tag.name == "table" else block.tag.find("table") if block.kind == "table" else None
        if table and _fits(table):
            table = BeautifulSoup(str(table), "html.parser").table
            for cell in table.select("tbody td"):
                cell.string = " "
            _join_heads(table)
            return f'<div class="sheet-table"><h2>Fill in: {block.title}</h2>{table}</div>'
    return ""


def _join_heads(table: Tag) -> None:
    """Put the name of the rows, which pandas writes on a line of its own, above them."""
    rows = [row.find_all(["th", "td"]) for row in table.select("thead tr")]
    if (
        len(rows) == 2
        and not rows[0][0].get_text().strip()
        and not any(cell.get_text().strip() for cell in rows[1][1:])
    ):
        rows[0][0].name, rows[0][0].string = "th", rows[1][0].get_text()
        rows[1][0].parent.decompose()


def _fits(table: Tag) -> bool:
    rows = table.select("tbody tr")
    return 2 <= len(rows) <= ROWS and all(row.find("th") for row in rows) and 1 <= len(rows[0].find_all("td")) <= 4


def _exercises(chosen: list[blocks.Block]) -> str:
    items = "".join(
        f'<div class="sheet-exercise">{block.tag.decode_contents()}{_lines(FEWER)}</div>' for block in chosen
    )
    return f"<h2>Exercises</h2>{items}" if items else ""


PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: worksheet — {project}</title>
<link rel="icon" href="{static}logo.svg" type="image/svg+xml">
<link rel="stylesheet" href="{static}worksheet.css">
</head>
<body>
<main>
<p class="sheet-head"><a href="{chapter}">{project}</a><span>Name: <span class="sheet-name"></span> Date: <span class="sheet-date"></span></span></p>
<h1>{title}</h1>
{question}
<h2>By the end you will be able to</h2>
{objectives}
{prompts}
{exercises}
{table}
</main>
</body>
</html>
"""


def _write(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Write a chapter's worksheet when its page is written."""
    if app.builder.name != "html" or doctree is None:
        return
    made = write(page, context["body"], language=app.config.language or "en", project=app.config.project)
    if made:
        file = Path(app.outdir) / made[0]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made[1], encoding="utf-8")
