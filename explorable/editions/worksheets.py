"""A worksheet for each chapter: what to learn, the questions before the pictures with lines to write on, tables to fill, exercises.

Every build writes it as a page that prints on A4 (``worksheets/recruitment.html`` of the site); ``make pdf`` as PDF. Like the
slides it follows from the chapter: see ``blocks.py``.

Only what paper can answer stands on it: no question or exercise with code in it, no name of a column that the data have. The first
chart of the chapter stands there as a picture, behind the questions that come before it. Under an exercise that asks to judge there are
more lines. An exercise is marked as a start or as a stretch, for those who need more time or have some left. In the instructors'
edition the answers follow, on sheets of their own.

Two pages at most: the questions and the exercises share the room that opening and table leave (:func:`_share`). A page
is laid out by the browser that prints it, so here heights are estimated, in mm, from the sizes of ``static/worksheet.css``.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from itertools import product
from math import ceil
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from explorable.editions import blocks

PICTURE = 95  # mm of the chapter's first chart, with its heading
TALLEST, LONGEST = 0.85, 160  # height of a chart by its width; letters of its sources
LEVELS = {"introductory": "Start here", "advanced": "Stretch"}
LINES, FEWER, MORE = 3, 2, 5  # to write on, below a question; fewer where there are many, more where one has to judge
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
    held = blocks.Held()
    found = blocks.read(held.take(body))
    if not blocks.is_chapter(found):
        return None
    place = path(page)
    for block in found:
        for link in block.tag.find_all("a"):
            link.unwrap()
    static = "../" * place.count("/") + "_static/"
    text = PAGE.format(
        language=language,
        project=escape(project),
        title=found[0].title,
        static=static,
        chapter=posixpath.relpath(f"{page}.html", posixpath.dirname(place)),
        **_parts(found, held),
    )
    return place, held.give(text)


def _parts(found: list[blocks.Block], held: blocks.Held) -> dict[str, str]:
    question = next((block for block in found if block.kind in ("text", "prompt") and "?" in block.text), None)
    goals = next(block for block in found if block.kind == "objectives")
    asked = [block for block in found if block.kind == "prompt" and block.depth > 1 and _on_paper(block)]
    picture = _picture(found, held)
    table = _table(found)
    used = (
        22
        + 3 * HEADING
        + _text(question.text if question else "")
        + sum(_text(goal.get_text()) for goal in goals.tag.find_all("li"))
        + _height_of_table(table)
        + (PICTURE if picture else 0)
    )
    prompts, exercises = _share(
        asked, [block for block in found if block.kind == "exercise" and _on_paper(block)], ROOM - used
    )
    return {
        "question": question.html if question else "",
        "objectives": goals.html,
        "prompts": _prompts(prompts) + picture,
        "table": table,
        "exercises": _exercises(exercises),
        "answers": _answers(found),
    }


def _on_paper(block: blocks.Block) -> bool:
    """Say whether a question can be answered without the notebook: nothing in it is code."""
    return not block.tag.find(["code", "pre"])


def _picture(found: list[blocks.Block], held: blocks.Held) -> str:
    """Return the chapter's first chart that is not too tall for half a page, as a picture with its title and source."""
    for block in found:
        mark = block.kind == "chart" and block.tag.find("template", attrs={"data-seen": True})
        if not mark or "explorer" in block.tag["class"]:
            continue
        width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', held.kept[int(mark["data-held"])]).groups()
        if float(height) <= TALLEST * float(width):
            title, source = block.tag.find("figcaption"), block.tag.select_one(".chart-source, .chart-sources")
            named = source.get_text(" ", strip=True) if source else ""
            told = named if 0 < len(named) <= LONGEST else "Who counted: see the chart in the chapter."
            return (
                f'<div class="sheet-picture"><h2>Then look</h2><figure class="sheet-chart"><figcaption>{title.get_text(" ", strip=True)}</figcaption>'
                f'{mark}<p class="sheet-where">{told}</p></figure></div>'
            )
    return ""


def _answers(found: list[blocks.Block]) -> str:
    """Return the worked solutions, which only the instructors' edition has on its pages."""
    worked = [block for block in found if "solution" in block.tag.get("class", [])]
    return (
        f'<section class="sheet-answers"><h2>Answers, for the teacher</h2>{"".join(block.html for block in worked)}</section>'
        if worked
        else ""
    )


# What fits


def _text(text: str, width: int = WIDTH) -> float:
    """Return the height of a paragraph."""
    return LINE * ceil(len(text) / width)


def _lines_below(block: blocks.Block) -> int:
    return MORE if "exercise-critique" in block.tag.get("class", []) else FEWER


def _question_height(block: blocks.Block) -> float:
    return LINE + _text(block.text) + FEWER * RULED + 1.5


def _exercise_height(block: blocks.Block) -> float:
    return (
        sum(_text(part.get_text()) + 1.5 for part in block.tag.find_all(["p", "li"])) + _lines_below(block) * RULED + 3
    )


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
    items = "".join(f'<li><p class="sheet-where">{block.title}</p>{block.html}{ruled(lines)}</li>' for block in chosen)
    return f"<h2>Before you look</h2><ol>{items}</ol>" if items else ""


def ruled(count: int) -> str:
    """Return so many lines to write on."""
    return f'<div class="sheet-lines" aria-hidden="true">{"<div></div>" * count}</div>'


def _table(found: list[blocks.Block]) -> str:
    """Return the chapter's first small table with empty cells: its rows and columns say what to find."""
    for block in found:
        table = block.tag if block.tag.name == "table" else block.tag.find("table") if block.kind == "table" else None
        if table and _fits(table):
            table = BeautifulSoup(str(table), "html.parser").table
            for cell in table.select("tbody td"):
                cell.string = " "
            for cell in table.find_all("th"):
                cell.string = in_words(cell.get_text())
            join_heads(table)
            return f'<div class="sheet-table"><h2>Fill in: {block.title}</h2>{table}</div>'
    return ""


def in_words(head: str) -> str:
    """Return the name of a column or row as one reads it: first_year is "first year"."""
    return re.sub(r"\bkm2\b", "km²", re.sub(r"\bpercent\b", "%", head.replace("_", " "))).strip()


def join_heads(table: Tag) -> None:
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


def _for_whom(block: blocks.Block) -> str:
    level = next((word for word in LEVELS if f"· {word} ·" in block.text), None)
    return f'<p class="sheet-level">{LEVELS[level]}</p>' if level else ""


def _exercises(chosen: list[blocks.Block]) -> str:
    items = "".join(
        f'<div class="sheet-exercise">{_for_whom(block)}{block.tag.decode_contents()}{ruled(_lines_below(block))}</div>'
        for block in chosen
    )
    return f"<h2>Exercises</h2>{items}" if items else ""


PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: worksheet — {project}</title>
<link rel="icon" href="{static}logo.svg" type="image/svg+xml">
<link rel="stylesheet" href="{static}colours.css">
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
{answers}
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
