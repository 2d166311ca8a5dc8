"""Slides of a chapter, made from the chapter: nothing is written twice, and every build brings them up to date.

What goes where, so that an author decides by writing:

    a heading                          → a new slide
    a question before a picture        → large, on that slide or on its own:  *Predict: …*  or  **Before you look**: …
    a chart                            → a slide, titled with the chart's title; it lives as in the page
    **Look**: …                        → below the chart
    The document said … The record says … (quotations), lists, formulas, tables → on a slide, long ones on up to three;
                                         what announces one (“…:”) stands above it; verdicts of claims are in the notes
    all other prose                    → speaker notes of the slide before it
    each exercise, each question of the quiz → a slide; the answers to the quiz stand in the notes; an exercise about code stays
    in the chapter, and heads of tables have no names of columns
    code and what it prints, longer tables, sources → stay in the chapter
    a code cell with the tag no-slide  → its outputs stay in the chapter, too

A slide with nothing but prose has its section's name above the next slide, where it may be spoken; where a new section follows, it shows
what its first paragraph says. Letters are as large as the slide has room for (``static/slides.js``).
The slides of ``chapters/scenarios/leave`` stand in ``slides/scenarios/leave.html`` of the site.
"""

from __future__ import annotations

import copy
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from sphinx.application import Sphinx

from explorable.book import VENDOR
from explorable.editions import blocks, paper, worksheets
from explorable.templates import fill, macros

FULL = 620  # characters on a slide, beyond which the next one begins
LEAD = 300  # characters of prose that a slide shows which has nothing else
LINE = 60  # characters for which a row of a table counts, however short its cells are
LONGEST = 900  # characters of a list or table that still goes on one slide
MOST = 1700  # characters of a list or table that is shared out among slides
ROWS, COLUMNS = 11, 9
NUMBER = re.compile(r"[\d\s,.%–−+-]*")
SHORT = 12  # characters of a cell that is not parted, such as a date
VERDICTS = re.compile(r'\s*\((?:<a class="claim-link[^>]*>[^<]*</a>(?:[,;]\s*)?)+\)')
KEY = re.compile(r"[a-z]+\d{4}[a-z]*")  # of an entry of the bibliography
REVEAL = VENDOR / "reveal"


def setup(app: Sphinx) -> None:
    app.connect(
        "config-inited",
        lambda app, config: config.html_static_path.extend(
            str(REVEAL / name) for name in ("reveal.js", "reveal.css", "notes.js")
        ),
    )
    app.connect("html-page-context", _write, priority=800)
    app.connect("build-finished", _write_list)


@dataclass
class Slide:
    """One slide. What is text in it is escaped where the slide is written, and what is HTML is ``Markup``."""

    title: str
    section: str = ""  # the heading above, where the title is not it; of two headings one a line
    anchor: str = ""
    kind: str = "text"
    parts: list[Markup] = field(default_factory=list)
    notes: list[Markup] = field(default_factory=list)
    length: int = 0

    def put(self, html: Markup, length: int = 0) -> None:
        self.parts.append(html)
        self.length += length


def _html() -> Any:
    """Return the macros of ``templates/slide.html``."""
    return macros("editions/slide.html")


# From blocks to slides


def slides(found: list[blocks.Block]) -> list[Slide]:
    """Return the slides of a chapter."""
    made: list[Slide] = []
    for before, block in zip([None, *found], found):
        if block.title == "Sources":
            continue
        if block.kind == "heading":
            made.append(Slide(block.title, anchor=block.anchor, kind="title" if block.depth == 1 else "text"))
        elif made:
            verdicts = _lift_verdicts(block)
            _place(made, block, _announcement(before, block))
            made[-1].notes += verdicts
    return _without_empty([_complete(slide) for slide in _joined(made)])


def _joined(made: list[Slide]) -> list[Slide]:
    """Leave out a slide of nothing but prose where the next one goes on with its section: there the prose is spoken."""
    kept: list[Slide] = []
    for slide, following in zip(made, [*made[1:], None]):
        alone = slide.notes and not slide.parts and slide.kind != "title"
        if not alone or following is None or slide.title not in (following.title, following.section):
            kept.append(slide)
            continue
        following.notes[:0] = slide.notes
        following.anchor = following.anchor or slide.anchor
    return kept


def _without_empty(made: list[Slide]) -> list[Slide]:
    """Leave out a slide of nothing but its heading; the next one carries that above its own."""
    kept: list[Slide] = []
    for slide, following in zip(made, [*made[1:], None]):
        if slide.parts or slide.kind == "title" or following is None:
            kept.append(slide)
        elif following.section in ("", following.title, slide.title):
            following.section = slide.title
        else:
            following.section = Markup("\n").join([slide.title, following.section])
    return kept


def _tidy(tag: Tag) -> None:
    """Make a table fit for a wall: one row of heads, words to the left, numbers to the right, no date in two lines, no column that says nothing there."""
    for table in [tag] if tag.name == "table" else tag.find_all("table"):
        worksheets.join_heads(table)
        for code in table.select("th code"):
            code.decompose()
        for cell in table.find_all("td"):
            if NUMBER.fullmatch(cell.get_text()):
                cell["class"] = [*cell.get("class", []), "number"]
        for cell in table.find_all(["td", "th"]):
            if len(cell.get_text(strip=True)) <= SHORT:
                cell["class"] = [*cell.get("class", []), "short"]
        _leave_out_columns(table)


def _leave_out_columns(table: Tag) -> None:
    """Leave out the columns of a table that have nothing below their heads, or keys of the bibliography, which stand in the chapter."""
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr")]
    if table.select("[rowspan], [colspan]") or len(set(map(len, rows))) != 1:
        return
    for head, *cells in zip(*rows):
        said = [cell for cell in cells if cell.get_text(strip=True)]
        if not said or all(cell.a and KEY.fullmatch(cell.get_text(strip=True)) for cell in said):
            for cell in (head, *cells):
                cell.decompose()


def _lift_verdicts(block: blocks.Block) -> list[Markup]:
    """Take the verdicts of claims out of a block, for the notes: a class judges before it reads them."""
    links = [Markup(link) for link in block.tag.select("a.claim-link")]
    if not links or block.kind not in STANDING:
        return []
    block.tag = BeautifulSoup(VERDICTS.sub("", str(block.tag)), "html.parser")
    return [_html().verdicts(links)]


def _announcement(before: blocks.Block | None, block: blocks.Block) -> str:
    """Return the sentence of the prose before a block that announces it, or nothing."""
    if not (before and before.kind == "text" and block.kind in STANDING and before.text.endswith(":")):
        return ""
    return "" if before.tag.find(["math", "code"]) else _sentences(before.html)[-1]


def _shared(block: blocks.Block) -> list[tuple[Markup, int]]:
    """Return a block in the parts that can stand on a slide, with their sizes: one, if it fits whole; none, if it is too long."""
    if block.kind == "table":
        _tidy(block.tag)
    size = _size(block)
    if _fits(block, size):
        return [(block.html, size)]
    lines = block.tag.select("tbody > tr" if block.kind == "table" else ":scope > li")
    wide = max((len(line.find_all(["td", "th"])) for line in lines), default=0)
    if block.kind not in ("table", "list") or size > MOST or wide > COLUMNS or block.tag.select("[rowspan]"):
        return []
    ends = list(accumulate(_line(line) for line in lines))
    several = -(-ends[-1] // FULL)
    groups = [
        [number for number, end in enumerate(ends) if (end - _line(lines[number]) / 2) * several // ends[-1] == place]
        for place in range(several)
    ]
    return [(_part(block.tag, group), sum(_line(lines[number]) for number in group)) for group in groups if group]


def _line(tag: Tag) -> int:
    return max(LINE, len(tag.get_text(strip=True)))


def _part(tag: Tag, kept: list[int]) -> Markup:
    """Return a table or list with only these of its lines; a numbered list goes on counting."""
    part = copy.copy(tag)
    for number, line in enumerate(part.select("tbody > tr") or part.select(":scope > li")):
        if number not in kept:
            line.decompose()
    if part.name == "ol":
        part["start"] = kept[0] + 1
    return Markup(part)


def _place(made: list[Slide], block: blocks.Block, announced: str) -> None:
    """Put a block on the present slide, on one of its own, or into the notes."""
    now, size = made[-1], _size(block)
    if _belongs_to(now, block):
        now.put(_html().box("question" if now.kind == "title" else "look", block.html), size)
    elif block.kind in OWN_SLIDES:
        made += OWN_SLIDES[block.kind](block)
    elif block.kind in ("prompt", "look"):
        follows = block.kind == "look" and now.parts and now.parts[-1].rstrip().endswith(("</table>", "</table></div>"))
        room = _room(made, block, size, full=FULL if follows else FULL // 2)
        room.put(_html().box("prompt", block.html), size)
        room.kind = "prompt" if room.kind == "text" else room.kind
    elif block.kind in STANDING and (parts := _shared(block)):
        (first, length), *others = parts
        below = FULL // 3 if block.kind == "formula" else 0  # a table of its symbols
        room = _room(made, block, len(announced) + length + below)
        if announced:
            room.put(_html().announcement(announced), len(announced))
        room.put(first, length)
        made += [Slide(block.title, parts=[html], length=size) for html, size in others]
    elif block.kind in ("text", "contract", "quote", "list") and block.text:
        now.notes.append(block.html)  # what a script fills has nothing to say yet


def _size(block: blocks.Block) -> int:
    """Return how much room a block takes, in characters."""
    lines = len(block.tag.find_all("tr")) if block.kind == "table" else 0
    return max(len(block.text), LINE * lines)


def _belongs_to(now: Slide, block: blocks.Block) -> bool:
    """Say whether a block is the question below the title, or what to look at in a chart."""
    if now.kind == "title":
        return block.kind in ("text", "prompt") and not now.parts
    return now.kind == "chart" and block.kind == "look" and not now.length


def _fits(block: blocks.Block, size: int) -> bool:
    """Say whether a block can stand on a slide at all."""
    if block.kind == "table":
        rows = block.tag.find_all("tr")
        return (
            len(rows) <= ROWS + 1
            and max((len(row.find_all(["td", "th"])) for row in rows), default=0) <= COLUMNS
            and size <= LONGEST
        )
    return size <= (2 * LONGEST if block.kind == "quote" else LONGEST)


def _room(made: list[Slide], block: blocks.Block, size: int, full: int = FULL) -> Slide:
    """Return the slide that takes a block: the present one if there is room, else one that goes on with its section.

    No answer stands beside its question; a list that a question announces does.
    """
    now = made[-1]
    announced = block.kind == "list" and now.parts and now.parts[-1].endswith(":</p></div>")
    if announced:
        return now
    if now.kind in ("title", "chart", "objectives", "prompt", "exercise", "quiz") or (
        now.parts and now.length + size > full
    ):
        made.append(Slide(block.title))
    return made[-1]


def _of_chart(block: blocks.Block) -> Slide:
    figure = block.tag
    caption = figure.find("figcaption")
    title = Markup(caption.extract().decode_contents()) if caption else block.title
    for tag in figure.select("details.chart-data:not(.explorer-tables), .stage-tools"):
        tag.decompose()
    if "explorer" not in figure["class"]:  # an explorer's stage has its own two columns
        _split(figure)
    picture = figure.find("template", attrs={"data-seen": True})
    notes = [_html().seen(picture["data-seen"])] if picture and picture["data-seen"] else []
    return Slide(title, section=block.title, kind="chart", parts=[Markup(figure)], notes=notes)


def _of_exercise(block: blocks.Block) -> Slide:
    title = block.tag.find(class_="admonition-title")
    for part in block.tag.find_all("section"):  # reveal.js takes a section for a slide
        part.name = "div"
    about = [Markup(tag.extract()) for tag in block.tag.select(".exercise-about")]
    return Slide(
        Markup(title.extract().decode_contents()) if title else block.title,
        section=block.title,
        kind="exercise",
        parts=[Markup(block.tag.decode_contents())],
        notes=[*about, _html().ask()],
    )


def _of_quiz(block: blocks.Block) -> list[Slide]:
    """Return a slide for each question of a quiz: nothing to press, for hands or paper; what to say to each option is in the notes."""
    made = []
    answers = {tag["data-answer"]: tag for tag in block.tag.select("[data-answer]")}
    for question in block.tag.select("[data-question]"):
        options = [Markup(option.span.decode_contents()) for option in question.select(".quiz-option")]
        asked = _html().quiz(Markup(question.legend.decode_contents()), options)
        answer = answers[question["data-question"]].ul
        made.append(Slide(block.title, kind="quiz", parts=[asked], notes=[Markup(answer)]))
    return made


#: Blocks that stand on a slide among others.
STANDING = ("quote", "list", "table", "formula")

#: Blocks that get slides of their own.
OWN_SLIDES: dict[str, Callable[[blocks.Block], list[Slide]]] = {
    "chart": lambda block: [_of_chart(block)],
    "objectives": lambda block: [
        Slide("You will be able to", section=block.title, kind="objectives", parts=[block.html])
    ],
    "exercise": lambda block: [_of_exercise(block)] if worksheets.on_paper(block) else [],
    "quiz": _of_quiz,
}


def _split(figure: Tag) -> None:
    """Put a figure's panels into one box and its controls into another, so that they can stand side by side."""
    panels, controls = [], []
    for child in [child for child in figure.children if isinstance(child, Tag)]:
        if "chart-panel" in child.get("class", []):
            panels.append(Markup(child.extract()))
        elif "chart-source" not in child.get("class", []):
            controls.append(Markup(child.extract()))
    figure.insert(0, BeautifulSoup(_html().columns(panels, controls), "html.parser"))


def _complete(slide: Slide) -> Slide:
    """Give a slide of nothing but prose its first sentences, and a question a word to whoever asks it."""
    if not slide.parts and slide.notes:
        first, *more = _sentences(slide.notes[0])
        for sentence in more:
            if len(first) + len(sentence) > LEAD:
                break
            first += f" {sentence}"
        slide.put(_html().lead(first))
    if slide.kind == "prompt" and not slide.notes:
        slide.notes.append(_html().ask())
    return slide


def _sentences(html: str) -> list[str]:
    words = " ".join(BeautifulSoup(html, "html.parser").get_text().split())
    return re.split(r"(?<=[.?!:])\s+(?=[A-Z“\"])", words)


# The page


def write(page: str, body: str, *, language: str, project: str) -> tuple[str, str] | None:
    """Return the path and the text of a page's slides, or nothing if it is no chapter."""
    held = blocks.Held()
    found = blocks.read(held.take(body))
    if not blocks.is_chapter(found):
        return None
    place, chapter = path(page), f"{page}.html"
    static = "../" * place.count("/") + "_static/"
    paper.reword(found)
    for block in found:
        blocks.relink(block.tag, page=chapter, place=place)
    used: set[str] = set()
    sections = "\n".join(section(slide, number, used) for number, slide in enumerate(slides(found), 1))
    return place, fill(
        "editions/slides.html",
        language=language,
        project=project,
        title=Markup(found[0].title),
        static=static,
        page=page,
        fills="&quot;fills&quot;: [&quot;" in body,  # then the engine fills its charts (explorable/stage)
        slides=Markup(held.give(sections)),
        chapter=posixpath.relpath(chapter, posixpath.dirname(place)),
    )


def path(page: str) -> str:
    """Return where a page's slides stand in the site."""
    return f"slides/{page.removeprefix('chapters/')}.html"


def section(slide: Slide, number: int, used: set[str]) -> Markup:
    """Return a slide's HTML, under a name that is not in ``used``, and add the name there."""
    name = slide.anchor if slide.anchor and slide.anchor not in used else f"slide-{number}"
    used.add(name)
    return _html().section(slide, name, "h1" if slide.kind == "title" else "h2")


def _write(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Write a chapter's slides when its page is written, and link them from it."""
    if app.builder.name != "html" or doctree is None:
        return
    made = write(page, context["body"], language=app.config.language or "en", project=app.config.project)
    if made:
        place, text = made
        file = Path(app.outdir) / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        to_slides, to_sheet = (
            posixpath.relpath(other, posixpath.dirname(f"{page}.html")) for other in (place, worksheets.path(page))
        )
        context["body"] += f"\n{_html().from_chapter(to_slides, to_sheet)}\n"


def _write_list(app: Sphinx, problem: Exception | None) -> None:
    """Write the list of all slides, in the order of the table of contents."""
    folder = Path(app.outdir) / "slides"
    if problem or app.builder.name != "html" or not folder.exists():
        return
    pages = [
        page for page in _order(app.env) if page != app.config.root_doc and (Path(app.outdir) / path(page)).exists()
    ]  # slides/index is this list
    for stale in set(folder.rglob("*.html")) - {Path(app.outdir) / path(page) for page in pages}:
        stale.unlink()
    items = "\n".join(_entry(page, app.env.titles[page].astext()) for page in pages)
    (folder / "index.html").write_text(
        fill(
            "editions/slides-list.html",
            language=app.config.language or "en",
            project=app.config.project,
            items=Markup(items),
        ),
        encoding="utf-8",
    )


def _entry(page: str, title: str) -> Markup:
    """Return a chapter's line in the list: its slides, to show and to read, and its worksheets. Who hears the links alone hears the chapter."""
    slides = posixpath.relpath(path(page), "slides")
    more = {"to read or print": f"{slides}?view=read"}
    more |= {
        name or "worksheet": posixpath.relpath(worksheets.path(page, version), "slides")
        for version, name in worksheets.VERSIONS.items()
    }
    return _html().in_list(slides, title, more)


def _order(env) -> list[str]:
    def below(page: str):
        yield page
        for other in env.toctree_includes.get(page, []):
            yield from below(other)

    return list(below(env.config.root_doc))
