"""A worksheet for each chapter: what to learn, the questions before the pictures with lines to write on, tables to fill, exercises.

Every build writes it as a page that prints on A4 (``worksheets/recruitment.html`` of the site); ``make pdf`` as PDF. Like the
slides it follows from the chapter: see ``blocks.py``.

Only what paper can answer stands on it: no question or exercise with code in it, no name of a column that the data have. The first
chart of the chapter stands there as a picture, behind the questions that come before it, and so do its formulas. Under an exercise that asks to judge there are
more lines. An exercise is marked as a start or as a stretch. In the instructors' edition the answers follow, on sheets of their own.

Beside it stand two more sheets, for those who need more help or have time left::

    worksheets/recruitment-support.html    the glossary's words that the chapter uses, beginnings of answers, first steps of exercises
    worksheets/recruitment-stretch.html    the harder exercises, some with one question more, and more lines to write on

How answers begin, what to find in a picture, what goes further than an exercise, and what it says on paper: ``teaching/sheets.toml``, see ``paper.py``.

Two pages at most: the questions and the exercises share the room that opening, picture and table leave (:func:`_share`). A page
is laid out by the browser that prints it, so here heights are estimated, in mm, from the sizes of ``static/worksheet.css``, and
what may not be parted goes over to the next page whole.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product, takewhile
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from sphinx.application import Sphinx

from explorable.editions import blocks, paper
from explorable.pages import links
from explorable.templates import fill, macros

# mm of the chapter's first chart, with and without its heading; a larger one fills the foot of its page
PICTURE, CHART = 86, 64
SMALLEST = 6  # points of letters on paper
SMALL, SOURCES = 3.2, 150  # mm of a line of a picture's sources, and its letters
FORMULAS = 11  # mm of a line of formulas
TALLEST, LONGEST = 0.85, 400  # height of a chart by its width; letters of its sources, of which more are counted
LEVELS = {"introductory": "Start here", "advanced": "Stretch"}
VERSIONS = {"": "", "support": "with support", "stretch": "to stretch"}
WORDS = 7  # the most terms that a sheet with support explains
#: How an answer may begin on a sheet with support, and what one may say of a picture, where teaching/sheets.toml has nothing.
STARTER, SEEN, WONDER = "I think that …, because …", ("The picture shows …",), "I wonder why …"
HELPED = 3  # the most questions, and the most exercises, on a sheet with support
FEWER, MORE = 2, 5  # lines to write on, and where one has to judge
WIDER = {FEWER: 3, MORE: 6}  # the most lines that are added where a sheet has room for them
SPARE = 10  # mm of a page that no such line takes: heights are estimates
PREDICTIONS = 16.0  # mm of the heading of a forecast's questions
ASKED, EXERCISES, ROWS = 7, 6, 8  # the most of each
MOST, HIGH = 2, 261  # the most pages, and mm of each, with a little to spare
LINE, RULED, ROW, HEADING, WIDTH = (
    4.6,
    7.0,
    8.5,
    10.5,
    92,
)  # mm of a line of text, of a line to write on, of a row of an exercise's table, of a heading; characters a line


#: What stands below an exercise beside its lines.
More = Callable[[blocks.Block], str]


def nothing(block: blocks.Block) -> str:
    return ""


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _write, priority=790)


def _html() -> Any:
    """Return the macros of ``templates/sheet.html``."""
    return macros("editions/sheet.html")


def path(page: str, version: str = "") -> str:
    """Return where a page's worksheet stands in the site; ``version`` is "support", "stretch" or nothing."""
    return f"worksheets/{page.removeprefix('chapters/')}{version and '-'}{version}.html"


def write(page: str, body: str, *, language: str, project: str) -> list[tuple[str, str]]:
    """Return paths and texts of a page's worksheets: none if it is no chapter."""
    held = blocks.Held()
    found = blocks.read(held.take(body))
    if not blocks.is_chapter(found):
        return []
    paper.reword(found)
    words = _words(found)
    _name_answers(found)
    for block in found:
        for link in block.tag.find_all("a"):
            link.unwrap()
    parts = {"": _parts(found, held), "support": _support(found, held, words), "stretch": _stretch(found)}
    return [
        (path(page, version), held.give(_page(page, version, found[0].title, main, language, project)))
        for version, main in parts.items()
    ]


def _page(page: str, version: str, title: Markup, main: Markup, language: str, project: str) -> Markup:
    place = path(page, version)
    folder = posixpath.dirname(place)
    others = [
        (posixpath.relpath(path(page, other), folder), name or "the usual one")
        for other, name in VERSIONS.items()
        if other != version
    ]
    return fill(
        "editions/worksheet.html",
        language=language,
        project=project,
        title=Markup(f"{title}{version and ', '}{VERSIONS[version]}"),
        static="../" * place.count("/") + "_static/",
        chapter=posixpath.relpath(f"{page}.html", folder),
        others=others,
        main=main,
    )


def _exercises_of(found: list[blocks.Block]) -> list[blocks.Block]:
    return [block for block in found if block.kind == "exercise" and on_paper(block)]


def _asked(found: list[blocks.Block]) -> list[blocks.Block]:
    prompts = (block for block in found if block.kind == "prompt" and block.depth > 1 and on_paper(block))
    return [block for block in prompts if not paper.words().needs_a_screen(block.text)]


def _question(found: list[blocks.Block]) -> blocks.Block | None:
    return next((block for block in found if block.kind in ("text", "prompt") and "?" in block.text), None)


def _parts(found: list[blocks.Block], held: blocks.Held) -> Markup:
    """Return what stands on the usual sheet."""
    question, goals = _question(found), next(block for block in found if block.kind == "objectives")
    picture, table, formulas = _picture(found, held), _table(found), _formulas(found)
    opening = (
        _opening_height(question)
        + _height_of_formulas(formulas)
        + HEADING
        + sum(_text(goal.get_text()) for goal in goals.tag.find_all("li"))
    )
    predictions = _predictions(found)
    sheet = _share(
        _asked(found),
        _exercises_of(found),
        before=[opening, _height_of_predictions(predictions)],
        between=[_height_of_picture(picture)] if picture else [],
        after=[_height_of_table(table)],
        known=_exercises_of(found),
    )
    aims = _html().aims(question.html if question else "", goals.html)
    return aims + formulas + predictions + _prompts(sheet) + picture + _exercises(sheet) + table + _answers(found)


def _support(found: list[blocks.Block], held: blocks.Held, words: Markup) -> Markup:
    """Return what stands on the sheet with support: words first, how an answer may begin, and the first step of an exercise."""
    question, picture, formulas = _question(found), _picture(found, held), _formulas(found)
    asked, tasks = _begun(found), _easy(found)
    seen = [*_seen(picture), WONDER] if picture else []
    predictions = _predictions(found)
    sheet = _share(
        asked,
        tasks,
        before=[
            _opening_height(question),
            _height_of_words(words),
            _height_of_formulas(formulas),
            _height_of_predictions(predictions),
            sum(_text(_begin(block)) for block in asked),
        ],
        between=[_height_of_picture(picture) + sum(_text(line) + RULED for line in seen)] if picture else [],
        more=_step,
        known=_exercises_of(found),
    )
    opening = (question.html if question else Markup()) + words + formulas + predictions
    look = _html().find(picture, seen) if picture else Markup()
    return opening + _prompts(sheet, begun=True) + look + _exercises(sheet, more=_step)


def _begun(found: list[blocks.Block]) -> list[blocks.Block]:
    """Return the questions for which the book says how an answer may begin, else the first ones."""
    asked = _asked(found)
    return ([block for block in asked if paper.words().beginning(block.text)] or asked)[:HELPED]


def _begin(block: blocks.Block) -> str:
    return paper.words().beginning(block.text) or STARTER


def _easy(found: list[blocks.Block]) -> list[blocks.Block]:
    """Return the exercises for which the book has a first step, else those that are no stretch; to start with the easiest."""
    order = {"introductory": 0, None: 1}
    tasks = [block for block in _exercises_of(found) if _level(block) in order]
    return sorted([block for block in tasks if _step(block)] or tasks, key=lambda block: order[_level(block)])[:HELPED]


def _step(block: blocks.Block) -> str:
    said = paper.words().step.get(block.tag.get("id", ""), "")
    return f"First step: {said}" if said else ""


def _seen(picture: Markup) -> Sequence[str]:
    """Return what to find in a picture, by its title."""
    title = BeautifulSoup(picture.partition("<svg")[0], "html.parser").find("figcaption")
    return paper.words().look.get(title.get_text(" ", strip=True), SEEN)


def _stretch(found: list[blocks.Block]) -> Markup:
    """Return what stands on the sheet to stretch: what is advanced or goes further, else all that is not there to start with."""
    question, formulas = _question(found), _formulas(found)
    tasks = _exercises_of(found)
    hard = [block for block in tasks if _further(block) or _level(block) == "advanced"]
    hard = hard or [block for block in tasks if _level(block) != "introductory"]
    predictions = _predictions(found)
    before = [_opening_height(question), _height_of_formulas(formulas), _height_of_predictions(predictions)]
    sheet = _share([], hard, before=before, lines=MORE, more=_further, known=tasks)
    return (question.html if question else Markup()) + formulas + predictions + _exercises(sheet, more=_further)


def _further(block: blocks.Block) -> str:
    said = paper.words().stretch.get(block.tag.get("id", ""), "")
    return f"Further: {said}" if said else ""


def _words(found: list[blocks.Block]) -> Markup:
    """Return the glossary's terms to which a chapter links, each with the first sentence on it."""
    used = dict.fromkeys(
        link["href"].rpartition("#term-")[2] for block in found for link in block.tag.select("a[href*='#term-']")
    )
    definitions = links.definitions()
    known = [(links.terms()[term], definitions[term]) for term in used if term in definitions][:WORDS]
    return _html().words(known) if known else Markup()


def on_paper(block: blocks.Block) -> bool:
    """Say whether a question can be answered without the notebook: nothing in it is code."""
    return not block.tag.find(["code", "pre"])


def _picture(found: list[blocks.Block], held: blocks.Held) -> Markup:
    """Return the chapter's first chart that is not too tall for half a page, as a picture with its title and source."""
    for block in found:
        mark = block.kind == "chart" and block.tag.find("template", attrs={"data-seen": True})
        if not mark or "explorer" in block.tag["class"]:
            continue
        drawn = held.kept[int(mark["data-held"])]
        width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn).groups()
        if float(height) <= TALLEST * float(width):
            title, source = block.tag.find("figcaption"), block.tag.select_one(".chart-source, .chart-sources")
            told = sources(source, most=LONGEST) or "Who counted: see the chart in the chapter."
            return _html().picture(
                title.get_text(" ", strip=True), Markup(mark), told, _is_larger(drawn, float(height))
            )
    return Markup()


def _is_larger(drawn: str, height: float) -> bool:
    """Say whether a picture's smallest letters would be too small on paper at its usual height; ``height`` in its own units."""
    letters = min(map(float, re.findall(r'font-size(?:="|:\s*)([\d.]+)px', drawn)), default=height)
    return letters / height * CHART / 25.4 * 72 < SMALLEST


def sources(line: Tag | None, *, most: int = 0) -> str:
    """Return a chart's sources in a line of text, or how many there are if they have more than ``most`` letters; nothing where it has none."""
    if line is None:
        return ""
    folded = line.find("p") if line.name == "details" else None
    said = re.sub(r"\s+([;,.])", r"\1", (folded or line).get_text(" ", strip=True)).rstrip(".") + "."
    if most and len(said) > most:
        return f"{said.count('; ') + 1} sources, named under the chart in the chapter."
    return f"Sources: {said}" if folded else said


def _formulas(found: list[blocks.Block]) -> Markup:
    """Return the page's formulas as it has them, up to the first derivative: from there on the page works out answers.

    A page with one formula says it in its exercise.
    """
    shown = (block for block in found if "math" in block.tag.get("class", []))
    told = [Markup(block.tag.decode_contents()) for block in takewhile(lambda one: "∂" not in one.text, shown)]
    return _html().formulas(told) if len(told) > 1 else Markup()


def _predictions(found: list[blocks.Block]) -> Markup:
    """Return the first group of questions of a page's forecast, with a box for each answer: its exercises speak of them."""
    group = next((block.tag.fieldset for block in found if "forecast" in block.tag.get("class", [])), None)
    asked = group.select(".forecast-question label") if group else []
    return _html().predictions([Markup(label.decode_contents()) for label in asked]) if asked else Markup()


def _worked(found: list[blocks.Block]) -> list[blocks.Block]:
    return [block for block in found if "solution" in block.tag.get("class", [])]


def _name_answers(found: list[blocks.Block]) -> None:
    """Give each worked solution the number and the name of the exercise to which its title links."""
    for block in _worked(found):
        title = block.tag.find(class_="admonition-title")
        number = title.a["href"].rpartition("-")[2]
        title.string = re.sub(r"^.*?\((.*)\)\s*$", rf"Exercise {number}: \1", " ".join(title.get_text().split()))


def _answers(found: list[blocks.Block]) -> Markup:
    """Return the worked solutions, which only the instructors' edition has on its pages."""
    worked = _worked(found)
    return _html().answers([block.html for block in worked]) if worked else Markup()


# What fits


def _height_of_words(words: Markup) -> float:
    items = BeautifulSoup(words, "html.parser").find_all("dd")
    return HEADING + sum(1 + _text(item.get_text(), width=75) for item in items)


def _height_of_formulas(formulas: Markup) -> float:
    text = BeautifulSoup(formulas, "html.parser").get_text("", strip=True)
    return HEADING + FORMULAS * ceil(len(text) / WIDTH) if formulas else 0


def _height_of_predictions(predictions: Markup) -> float:
    rows = BeautifulSoup(predictions, "html.parser").select("tbody tr")
    return PREDICTIONS + sum(2.2 + _text(row.get_text(), width=88) for row in rows) if rows else 0


def _height_of_picture(picture: Markup) -> float:
    told = BeautifulSoup(picture.rpartition("</figcaption>")[2], "html.parser").get_text().strip()
    return PICTURE + SMALL * (ceil(len(told) / SOURCES) - 1) if told else PICTURE


def _text(text: str, width: int = WIDTH) -> float:
    """Return the height of a paragraph."""
    return LINE * ceil(len(text) / width)


def _lines_below(block: blocks.Block) -> int:
    return MORE if "exercise-critique" in block.tag.get("class", []) else FEWER


def _question_height(block: blocks.Block, lines: int) -> float:
    return LINE + _text(block.text) + lines * RULED + 1.5


def _exercise_height(block: blocks.Block, lines: int, *, more: More = nothing) -> float:
    words = sum(
        _text(part.get_text()) + 1.5 for part in block.tag.find_all(["p", "li"]) if not part.find_parent("table")
    )
    words += ROW * len(block.tag.find_all("tr"))
    words += _text(more(block)) + 1.5 if more(block) else 0
    return words + lines * RULED + 3 + (LINE if _level(block) else 0)


def _opening_height(question: blocks.Block | None) -> float:
    return 22 + _text(question.text if question else "")


def _height_of_table(table: Markup) -> float:
    rows = BeautifulSoup(table, "html.parser").find_all("tr")
    return (
        HEADING
        + sum(
            3 + _text(max((cell.get_text() for cell in row.find_all(["th", "td"])), key=len), width=36) for row in rows
        )
        if rows
        else 0
    )


class Sheet(NamedTuple):
    """The questions and the exercises that fit on a sheet, each with the lines below it."""

    asked: list[tuple[blocks.Block, int]]
    exercises: list[tuple[blocks.Block, int]]


def _share(
    asked: list[blocks.Block],
    exercises: list[blocks.Block],
    *,
    before: Sequence[float],
    between: Sequence[float] = (),
    after: Sequence[float] = (),
    lines: int = 0,
    more: More = nothing,
    known: Sequence[blocks.Block] = (),
) -> Sheet:
    """Return as many questions and exercises as fit, as many of one as of the other if there are as many, and the lines for which there is room.

    ``before`` the questions, ``between`` them and the exercises, and ``after`` these stand parts of so many mm. ``more`` gives
    what stands below an exercise beside its lines. An exercise that goes on from another of those that are ``known`` brings it along.
    """

    def made(some: int, others: int, wider: tuple[int, int] = (0, 0)) -> Sheet:
        tasks = _with_needed(_evenly(exercises, others), known)
        below = [lines or _lines_below(task) for task in tasks]
        return Sheet(
            [(one, FEWER + min(wider[0], WIDER[FEWER])) for one in _evenly(asked, some)],
            [(task, base + min(wider[1], WIDER[base])) for task, base in zip(tasks, below, strict=True)],
        )

    def pages(sheet: Sheet, high: float = HIGH) -> int:
        questions = _headed(_question_height(one, lines) for one, lines in sheet.asked)
        tasks = _headed(_exercise_height(task, lines, more=more) for task, lines in sheet.exercises)
        return _pages([*before, *questions, *between, *tasks, *after], high)

    counts = product(range(min(ASKED, len(asked)), -1, -1), range(min(EXERCISES, len(exercises)), -1, -1))
    ordered = sorted(counts, key=lambda pair: (-min(pair), -sum(pair)))
    found = next((pair for pair in ordered if pages(made(*pair)) <= MOST), (0, 0))
    wider, most = (
        (0, 0),
        pages(made(*found), HIGH + 2 * SPARE),
    )  # what barely needs a second page may fit on the first, and gets none
    for step in range(2 * max(WIDER.values())):
        wished = (wider[0] + step % 2, wider[1] + 1 - step % 2)  # an exercise first, then a question, in turn
        if pages(made(*found, wished), HIGH - SPARE) <= most:
            wider = wished
    return made(*found, wider)


def _with_needed(tasks: list[blocks.Block], known: Sequence[blocks.Block]) -> list[blocks.Block]:
    """Return exercises with those that they speak of by their numbers, in the order in which they are known."""
    titles = {number[1]: block for block in known if (number := re.match(r"Exercise (\d+)", block.text))}
    spoken = {number for task in tasks for number in re.findall(r"\bexercise (\d+)", task.text)}
    chosen = {id(block.tag) for block in [*tasks, *(titles[number] for number in spoken if number in titles)]}
    return tasks if len(chosen) == len(tasks) else [block for block in known if id(block.tag) in chosen]


def _headed(heights: Iterable[float]) -> list[float]:
    """Return the heights of parts of which the first has a heading that stays with it."""
    first, *more = list(heights) or [0]
    return [first + HEADING, *more] if first else []


def _pages(heights: Iterable[float], high: float = HIGH) -> int:
    """Return how many pages of so many mm are filled by parts of so many mm, none of which may be parted."""
    pages, used = 1, 0.0
    for height in heights:
        if used and used + height > high:
            pages, used = pages + 1, 0.0
        used += height
    return pages


def _evenly(found: list[blocks.Block], count: int) -> list[blocks.Block]:
    """Return so many of a list, from its first to its last."""
    return [found[round(number * (len(found) - 1) / max(count - 1, 1))] for number in range(count)]


# What it says


def _prompts(sheet: Sheet, *, begun: bool = False) -> Markup:
    """Return questions before the pictures, each with lines, and with the beginning of an answer if it shall be ``begun``."""
    asked = [
        {
            "section": re.sub(r"^\d+\. ", "", block.title),
            "question": block.html,
            "begins": _begin(block) if begun else "",
            "lines": lines,
        }
        for block, lines in sheet.asked
    ]
    return _html().prompts(asked) if asked else Markup()


def ruled(count: int) -> Markup:
    """Return so many lines to write on."""
    return _html().ruled(count)


def _table(found: list[blocks.Block]) -> Markup:
    """Return the chapter's first small table with empty cells: its rows and columns say what to find."""
    for block in found:
        table = block.tag if block.tag.name == "table" else block.tag.find("table") if block.kind == "table" else None
        if table and _fits(table):
            table = BeautifulSoup(str(table), "html.parser").table
            for cell in table.select("tbody td"):
                cell.string = " "
            for name in table.select("th code"):
                name.decompose()
            for cell in table.find_all("th"):
                cell.string = in_words(cell.get_text())
            join_heads(table)
            return _html().table(block.title, Markup(table))
    return Markup()


def in_words(head: str) -> str:
    """Return the name of a column or row as one reads it: first_year is "first year"."""
    return re.sub(r"\bkm2\b", "km²", re.sub(r"\bpercent\b", "%", head.replace("_", " "))).strip()


def join_heads(table: Tag) -> None:
    """Put the names of the rows, which pandas writes on a line of its own, above them."""
    rows = [row.find_all(["th", "td"]) for row in table.select("thead tr")]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return
    names = [cell.get_text().strip() for cell in rows[1]]
    named = names.index("") if "" in names else len(names)
    if 0 < named < len(names) and not any(names[named:]):
        for cell, name in zip(rows[0], names[:named]):
            cell.name, cell.string = "th", name
        rows[1][0].parent.decompose()


def _fits(table: Tag) -> bool:
    rows = table.select("tbody tr")
    if all(row.th and re.fullmatch(r"\d{1,3}[a-z]?", row.th.get_text(strip=True)) for row in rows):
        return False  # the numbers of a ledger's lines say nothing on paper
    return 2 <= len(rows) <= ROWS and all(row.find("th") for row in rows) and 1 <= len(rows[0].find_all("td")) <= 4


def _level(block: blocks.Block) -> str | None:
    return next((word for word in LEVELS if f"· {word} ·" in block.text), None)


def _exercises(sheet: Sheet, *, more: More = nothing) -> Markup:
    tasks = [
        {
            "level": LEVELS.get(_level(block) or ""),
            "task": Markup(block.tag.decode_contents()),
            "more": more(block),
            "lines": lines,
        }
        for block, lines in sheet.exercises
    ]
    return _html().exercises(tasks) if tasks else Markup()


def _write(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Write a chapter's worksheet when its page is written."""
    if app.builder.name != "html" or doctree is None:
        return
    for place, text in write(page, context["body"], language=app.config.language or "en", project=app.config.project):
        file = Path(app.outdir) / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
