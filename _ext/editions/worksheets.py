"""A worksheet for each chapter: what to learn, the questions before the pictures with lines to write on, tables to fill, exercises.

Every build writes it as a page that prints on A4 (``worksheets/recruitment.html`` of the site); ``make pdf`` as PDF. Like the
slides it follows from the chapter: see ``blocks.py``.

Two pages at most: the questions and the exercises share the room that there is.
"""
from __future__ import annotations

import posixpath
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from _ext.editions import blocks

LINES, FEWER = 3, 2  # to write on, below a question; fewer where there are many
ASKED, EXERCISES, ROWS = 7, 6, 8  # of each that two pages hold
FULL = 2600  # characters of exercises; beyond, only their titles are printed


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
    return place, PAGE.format(language=language, project=escape(project), title=found[0].title, static=static,
                              chapter=posixpath.relpath(f"{page}.html", posixpath.dirname(place)), **_parts(found))


def _parts(found: list[blocks.Block]) -> dict[str, str]:
    question = next((block for block in found if block.kind in ("text", "prompt") and "?" in block.text), None)
    goals = next(block for block in found if block.kind == "objectives")
    return {"question": question.html if question else "", "objectives": goals.html, "prompts": _prompts(found), "table": _table(found), "exercises": _exercises(found)}


def _prompts(found: list[blocks.Block]) -> str:
    """Return the questions before the pictures, each with lines; evenly chosen if there are too many."""
    asked = [block for block in found if block.kind == "prompt" and block.depth > 1]
    chosen = asked if len(asked) <= ASKED else [asked[number * len(asked) // ASKED] for number in range(ASKED)]
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
    rows = table.select("thead tr")
    if len(rows) == 2 and not rows[0].th.get_text().strip() and not any(cell.get_text().strip() for cell in rows[1].find_all("th")[1:]):
        rows[0].th.string = rows[1].th.get_text()
        rows[1].decompose()


def _fits(table: Tag) -> bool:
    rows = table.select("tbody tr")
    return 2 <= len(rows) <= ROWS and all(row.find("th") for row in rows) and 1 <= len(rows[0].find_all("td")) <= 4


def _exercises(found: list[blocks.Block]) -> str:
    exercises = [block for block in found if block.kind == "exercise"][:EXERCISES]
    short = sum(len(block.text) for block in exercises) > FULL
    items = "".join(_exercise(block, short=short and number > 2) for number, block in enumerate(exercises))
    return f"<h2>Exercises</h2>{items}" if items else ""


def _exercise(block: blocks.Block, *, short: bool) -> str:
    title = block.tag.find(class_="admonition-title")
    if short and title:
        return f'<div class="sheet-exercise"><h3>{title.decode_contents()}</h3><p class="sheet-where">The text stands in the chapter.</p>{_lines(FEWER)}</div>'
    text = block.tag.decode_contents()
    return f'<div class="sheet-exercise">{text}{_lines(FEWER)}</div>'


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
{table}
{exercises}
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
