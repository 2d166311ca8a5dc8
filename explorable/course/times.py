"""How long a page takes: counted in the built page, never typed.

    20 minutes to read · 60 with the exercises          under the title of each page with exercises
    {minutes}`chapters/forecast, chapters/recruitment`  in any text: what these pages take to read, added up
    {minutes}`chapters/audit#two-waves`                 the same of one section, by the anchor of its heading

The rule: 220 words a minute of what is seen without opening anything, 30 seconds a chart, a minute for each guess, two for
each explorer, half a one for each question of the forecast; code, tables, the words inside a chart and what is folded are
not counted. "With the exercises" adds half a minute for each question of a quiz and, for
each exercise, the minutes of its level, which are the medians of the times that the worked solutions state (a test compares).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

from explorable.command import counted
from explorable.templates import fill

WORDS_A_MINUTE = 220
MINUTES_A_CHART, MINUTES_A_QUESTION = 0.5, 0.5
#: Of what the hand does while one reads, by where it stands.
MINUTES_BY_HAND = {"[data-guess]": 1, "figure.explorer": 2, "form.forecast [data-question]": 0.5}
#: Of an exercise, by its level.
MINUTES = {"introductory": 4, "intermediate": 8, "advanced": 12}
SHORTER_THAN_HOURS = 100  # minutes; more is told in hours
ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
HEAVY = re.compile(r"<svg\b.*?</svg>|<script\b.*?</script>", re.DOTALL)
UNREAD = "figure, table, details, pre, form, noscript, button, .about-code, .headerlink, .live-bar, .solution, .for-the-teacher, .chapter-times, .chapter-pages, .for-teaching"
WORK = ".exercise, form.quiz"
PLACE = re.compile(r'(<span class="minutes" data-minutes="([^"]*)">)[^<]*(</span>)')


class Times(NamedTuple):
    """Minutes of a page or a section of it: to read, and with its exercises and its quiz."""

    reading: float
    working: float


def of_page(text: str, section: str = "") -> Times:
    """Return the times of a built page (its HTML), or of the section with this anchor; ``KeyError`` if there is none."""
    found = ARTICLE.search(text)
    soup = BeautifulSoup(HEAVY.sub("", found[1] if found else text), "html.parser")
    part = soup.find(id=section) if section else soup
    if part is None:
        raise KeyError(section)
    charts = len(part.select("figure.chart:not(.explorer)"))
    hand = sum(minutes * len(part.select(what)) for what, minutes in MINUTES_BY_HAND.items())
    levels = [word for about in part.select(".exercise-about") for word in about.get_text().split() if word in MINUTES]
    questions = len(part.select(".quiz-question"))
    for tag in part.select(WORK):
        tag.decompose()
    reading = _words(part) / WORDS_A_MINUTE + charts * MINUTES_A_CHART + hand
    return Times(reading, reading + questions * MINUTES_A_QUESTION + sum(MINUTES[level] for level in levels))


def _words(part: Tag) -> int:
    for tag in part.select(UNREAD):
        if not tag.decomposed:
            tag.decompose()
    return len(part.get_text(" ").split())


def told(minutes: float) -> str:
    """Return minutes as a reader is told them: no less than one, the longer the rounder."""
    if minutes >= SHORTER_THAN_HOURS:
        return f"{minutes / 60:.0f} hours"
    whole = max(1, round(minutes)) if minutes < 20 else 5 * round(minutes / 5)
    return counted(whole, "minute")


def setup(app: Sphinx) -> None:
    app.add_role("minutes", _role)
    app.connect("doctree-resolved", _head)
    app.connect("doctree-resolved", _fold_objectives)
    app.connect("build-finished", _fill, priority=550)  # before styles.py looks at what the pages say


def _role(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [_place(text.replace(" ", ""))], []


def _place(what: str) -> nodes.raw:
    return nodes.raw("", f'<span class="minutes" data-minutes="{what}"></span>', format="html")


def _head(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the times under the title of a page with exercises; a time that its text states goes."""
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if _begins(paragraph, "Time"):
            paragraph.parent.remove(paragraph)
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is None or not any("exercise" in node.get("classes", []) for node in doctree.findall(nodes.Element)):
        return
    head = nodes.paragraph(
        "", "", nodes.strong("", "Time"), nodes.Text(": "), _place(f"{page}?"), classes=["chapter-times"]
    )
    title.parent.insert(title.parent.index(title) + 1, head)


def _fold_objectives(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for paragraph in list(doctree.findall(nodes.paragraph)):
        place = paragraph.parent.index(paragraph)
        goals = paragraph.parent[place + 1] if place + 1 < len(paragraph.parent) else None
        if _begins(paragraph, "You will be able to") and isinstance(goals, nodes.bullet_list):
            fold = str(fill("pages/fold.html", kind="objectives-fold", summary=paragraph.astext()))
            paragraph.parent.insert(place + 2, nodes.raw("", "</details>", format="html"))
            paragraph.parent[place] = nodes.raw("", fold, format="html")


def _begins(paragraph: nodes.paragraph, words: str) -> bool:
    first = next((part for part in paragraph.children if part.astext()), None)
    return isinstance(first, nodes.strong) and first.astext().rstrip(":") == words


def _fill(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    site, known = Path(app.outdir), {}

    def times(place: str) -> Times:
        if place not in known:
            page, _, section = place.partition("#")
            known[place] = of_page((site / f"{page}.html").read_text("utf-8"), section)
        return known[place]

    def said(match: re.Match) -> str:
        places = match[2].rstrip("?").split(",")
        text = (
            _both(times(places[0])) if match[2].endswith("?") else told(sum(times(place).reading for place in places))
        )
        return f"{match[1]}{text}{match[3]}"

    for path in _pages(site):
        text = path.read_text("utf-8")
        try:
            filled = PLACE.sub(said, text)
        except (KeyError, OSError) as missing:
            raise ValueError(
                f"{path.name}: the role minutes names {missing}, which the built book does not have."
            ) from None
        if filled != text:
            path.write_text(filled, encoding="utf-8")


def _pages(site: Path) -> Iterable[Path]:
    return (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)


def _both(times: Times) -> str:
    return f"{told(times.reading)} to read · {told(times.working).removesuffix(' minutes')} with the exercises"
