"""Paper for a lesson, and the page that a class opens on its phones, each made at build from the lesson's plan and the chapters.

    worksheets/lesson-50-before.html   a handout: one A4 page, black on white
    worksheets/start-card-50.html      the plan on one A4 page: the clock, what to say, the class's address and its QR code
    50/index.html                      that address: what the class opens, one button a step
    slides/lesson-50.html              a deck: one slide a step, with its question; the plan's words in the notes

What stands on a handout says ``teaching/handouts.toml``, part by part::

    [[handout]]
    name = "lesson-20"                 # the file's name; several handouts may belong to one plan
    plan = "lesson-20"                 # the page of teaching/ that has the plan
    title = "…"
      [[handout.part]]
      text = "…"                       # a paragraph
      [[handout.part]]
      chart = "chapters/recruitment#per-head-of-whom"    # the first chart of that section, as a picture, with its source
      [[handout.part]]
      table = "chapters/five-scenarios#what-the-five-claim"    # the first table of that section
      [[handout.part]]
      forecast = 5                     # so many questions of the forecast, with a box for each answer
      [[handout.part]]
      ask = "…"                        # a question, with lines to write on
      lines = 3
      [[handout.part]]
      heading = ["", "…"]              # a table to fill in: its heads, and the first cell of each row
      rows = ["…", "…"]
      presets = ["…"]                  # if you like: presets whose shares, one a row, stand before its last column
      [[handout.part]]
      outcomes = 5                     # so many questions of the forecast with what came, and a box for what was said

The chapters are read as they were built, so that a figure on paper is the figure on the page. Without an address in
``_config.yml`` (``html: baseurl``) the start card has a line to write it on, and no QR code.
"""

from __future__ import annotations

import io
import re
import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from sphinx.application import Sphinx

from explorable.book import Part, current_book
from explorable.command import counted
from explorable.course import lesson_plans
from explorable.editions import slides, worksheets
from explorable.templates import fill, macros

FORECAST, SCORES, CARDS = "chapters/forecast", "chapters/scores", "teaching/role-cards"
STORY = "?view=story"  # what pupils open: no code, and guesses still to be made
assumptions = Part("assumptions")
SAID = 1600  # letters of what is to be done that one card has room for, beside all else


class HandoutError(ValueError):
    """A handout asks for something that is not there. The message says which, and what to do about it."""


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write)


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    settings = current_book().settings
    address = (settings.get("html", {}).get("baseurl") or "").rstrip("/")
    for path, text in pages(
        Path(app.outdir), address=address, project=app.config.project, language=app.config.language or "en"
    ):
        file = Path(app.outdir) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def specification() -> list[dict]:
    """Return the handouts of ``teaching/handouts.toml``; none where the book has no such file."""
    path = current_book().teaching / "handouts.toml"
    return tomllib.loads(path.read_text("utf-8")).get("handout", []) if path.exists() else []


def plans() -> dict[str, tuple[int, list[dict]]]:
    """Return the pages of teaching/ with one plan that is named for its length (``lesson-50``), with length and steps."""
    found = {}
    for path in sorted(current_book().teaching.glob("lesson-*.md")):
        [(length, steps)] = lesson_plans.plans(f"teaching/{path.stem}")
        found[path.stem] = (length, steps)
    return found


def pages(site: Path, *, address: str, project: str, language: str) -> list[tuple[str, str]]:
    """Return path and text of every handout, start card and class page of a built site."""
    about = {"language": language, "project": project}
    _article.cache_clear()
    made = [(f"worksheets/{one['name']}.html", _handout(one, site, about)) for one in specification()]
    if (site / f"{CARDS}.html").exists():
        made.append(("worksheets/role-cards.html", _cards(site, about)))
    for plan, (length, steps) in plans().items():
        made.append((f"worksheets/start-card-{length}.html", _start_card(plan, length, steps, address, site, about)))
        made.append((f"slides/{plan}.html", _deck(plan, length, steps, address, site, about)))
        made.append((f"{length}/index.html", _class_page(plan, length, steps, address, site, about)))
    return made


# Handouts


def _page(kind: str, title: str, plan: str, body: Markup, about: dict) -> str:
    """Return a page for paper or phones; ``plan`` is the address of the page of the book to which it belongs."""
    return fill(
        "editions/handout.html",
        kind=kind,
        title=title,
        plan=plan,
        body=body,
        static="../_static",
        **about,
    )


def _handout(one: dict, site: Path, about: dict) -> str:
    body = Markup("").join(_part(part, one["name"], site) for part in one["part"])
    return _page("handout", one["title"], f"../teaching/{one['plan']}.html", body, about)


def _html() -> Any:
    """Return the macros of ``templates/cards.html``."""
    return macros("editions/cards.html")


def _part(part: dict, name: str, site: Path) -> Markup:
    if "chart" in part:
        return _chart(part["chart"], name, site)
    if "table" in part:
        return _table(part["table"], name, site)
    if "forecast" in part:
        return _forecast(part["forecast"], name, site)
    if "outcomes" in part:
        return _outcomes(part["outcomes"], site)
    if "rows" in part:
        return _grid(part["heading"], part["rows"], part.get("presets", []))
    if "ask" in part:
        return _html().asked(part["ask"], worksheets.ruled(part.get("lines", 2)))
    if "text" in part:
        return _html().text(part["text"])
    raise HandoutError(
        f"teaching/handouts.toml, {name}: a part has one of chart, table, forecast, outcomes, rows, ask and text."
    )


@cache
def _article(path: Path) -> BeautifulSoup:
    text = path.read_text("utf-8").partition('<article class="bd-article">')[2].partition("</article>")[0]
    return BeautifulSoup(text, "html.parser")


def _section(where: str, name: str, site: Path) -> Tag:
    page, _, anchor = where.partition("#")
    path = site / f"{page}.html"
    found = _article(path).find(id=anchor) if path.exists() else None
    if found is None:
        raise HandoutError(
            f"teaching/handouts.toml, {name}: there is no section {where}. Name one that the built page has."
        )
    return found if found.name == "section" else found.find_parent("section")


def _chart(where: str, name: str, site: Path) -> Markup:
    figure = _section(where, name, site).select_one("figure.chart")
    picture = figure and figure.select_one("svg.marks")
    if not picture:
        raise HandoutError(f"teaching/handouts.toml, {name}: the section {where} has no chart with a picture.")
    title, source = figure.select_one("figcaption"), figure.select_one(".chart-source")
    return _html().chart(title.get_text(" ", strip=True), Markup(picture), worksheets.sources(source))


def _table(where: str, name: str, site: Path) -> Markup:
    table = _section(where, name, site).select_one("table:not(.chart-data table)")
    if table is None:
        raise HandoutError(f"teaching/handouts.toml, {name}: the section {where} has no table.")
    table = BeautifulSoup(str(table), "html.parser").table
    worksheets.join_heads(table)
    for link in table.find_all("a"):
        link.unwrap()
    return _html().table(Markup(table))


def _forecast(count: int, name: str, site: Path) -> Markup:
    asked = _article(site / f"{FORECAST}.html").select(".forecast-question label")[:count]
    return _html().forecast([Markup(label.decode_contents()) for label in asked])


def _outcomes(count: int, site: Path) -> Markup:
    """Return the first outcomes of the forecast, without their sources."""
    rows = _article(site / f"{SCORES}.html").select("tr[data-question]")[:count]
    return _html().outcomes([(Markup(row.th.decode_contents()), row.td.get_text()) for row in rows])


def _grid(heading: list[str], rows: list[str], presets: list[str]) -> Markup:
    """Return a table to fill in; before its last column stand the shares of some presets, of 100."""
    empty = [""] * len(rows)
    given = [[f"{100 * assumptions.preset(name)[id]:.0f}" for id in assumptions.share_ids()] for name in presets]
    heads = [*heading[:-1], *(assumptions.presets()[name] for name in presets), heading[-1]]
    columns = [*[empty] * (len(heading) - 2), *given, empty]
    return _html().grid(heads, list(zip(rows, zip(*columns, strict=True), strict=True)))


def _cards(site: Path, about: dict) -> str:
    """Return the role cards as sheets of their own: the parts of their page, without links."""
    cards = []
    for section in _article(site / f"{CARDS}.html").select("section section"):
        card = BeautifulSoup(str(section), "html.parser").section
        for link in card.find_all("a"):
            link.decompose() if "headerlink" in link.get("class", []) else link.unwrap()
        cards.append(Markup(card.decode_contents()))
    return _page("role-cards", "Role cards", f"../{CARDS}.html", _html().roles(cards), about)


# The start card and the class's page


def qr_code(text: str) -> Markup:
    """Return a QR code as SVG in the page's own colour, with the text as its name."""
    import segno

    room = io.BytesIO()
    segno.make(text, error="m").save(room, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=True)
    return _html().qr_code(text, Markup(room.getvalue().decode()))


def _bare(address: str) -> str:
    """Return an address as one types it."""
    return re.sub("^https?://", "", address).rstrip("/")


def addresses(plan: str, site: Path) -> list[str]:
    """Return where each step's page is, as the built plan links to it: from a folder beside ``teaching/``; empty where it has none."""
    found = []
    for item in _article(site / "teaching" / f"{plan}.html").select(".lesson-plan > li"):
        screen = next((mark for mark in item.find_all("em") if mark.get_text() == "On the screen"), None)
        link = screen.find_next("a")["href"] if screen else ""
        found.append(re.sub(r"\?[^#]*", STORY if "chapters/" in link else "", link))
    return found


def _start_card(plan: str, length: int, steps: list[dict], address: str, site: Path, about: dict) -> str:
    short = f"{address}/{length}/" if address else ""
    where = _html().address(qr_code(short), _bare(short)) if short else _html().no_address(length, worksheets.ruled(1))
    shown = [
        {
            "start": step["start"],
            "end": step["start"] + step["minutes"],
            "title": step["title"],
            "do": _say(step["do"], most=SAID // len(steps)),
            "screen": screen,
            "use": step.get("use", []),
            "paper": _capital(_plain(step.get("paper", ""))),
        }
        for step, screen in zip(steps, _screens(plan, site), strict=True)
    ]
    body = _html().start_card(_notes(plan), where, shown, _words(plan))
    return _page("start-card", f"Start card: {length} minutes", f"../teaching/{plan}.html", body, about)


def _say(text: str, *, most: int) -> Markup:
    """Return the first sentences of what is to be done, as many as have room on the card: the plan has all of them."""
    first, *more = re.split(r"(?:(?<=[.?!])|(?<=[.?!]\*))\s+(?=[*A-Z])", " ".join(str(text).split()))
    for sentence in more:
        if len(first) + len(sentence) > most:
            break
        first += f" {sentence}"
    return _plain(first)


def _screens(plan: str, site: Path) -> list[str]:
    """Return which page is on the screen at each step, by its title, and where on it; nothing where none is."""
    found = []
    for item in _article(site / "teaching" / f"{plan}.html").select(".lesson-plan > li"):
        mark = next((mark for mark in item.find_all("em") if mark.get_text() == "On the screen"), None)
        link = mark and mark.find_next("a")
        found.append(_screen(link["href"], " ".join(link.get_text().split()), site) if link else "")
    return found


def _screen(address: str, said: str, site: Path) -> str:
    path = (site / "teaching" / re.split("[?#]", address)[0]).resolve()
    head = _article(path).h1
    title = " ".join("".join(head.find_all(string=True, recursive=False)).split())
    if path == (site / "index.html").resolve():
        title = "the front page"
    return title if said == title else f"{title}, “{said}”"


def _plain(text: str) -> Markup:
    """Return Markdown as the words of it, without links. What is pressed, and a page's title inside a sentence, stays in italics."""
    text = re.sub(r"(?<=[a-z,] )\[([A-Z][^\]]*)\]\([^)]*\)", r"*\1*", " ".join(str(text).split()))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>", r"\1", text)
    text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", re.sub(r"\*\*|`", "", escape(text, quote=False)))
    return Markup(text.replace("*", ""))


def _capital(text: Markup) -> Markup:
    return text[:1].upper() + text[1:]


def _notes(plan: str) -> list[Markup]:
    """Return the lines of the plan's list "Before you begin", which the start card repeats."""
    text = (current_book().teaching / f"{plan}.md").read_text("utf-8")
    part = text.partition("\n## Before you begin\n")[2].partition("\n## ")[0]
    return [_plain(item) for item in _items(part)]


def _items(text: str) -> list[str]:
    return re.findall(r"^- (.+(?:\n  .+)*)", text, flags=re.MULTILINE)


def _words(plan: str) -> dict[str, Markup]:
    """Return what has to be said first, who helps, and what to do without a network: as the pages for teachers have it."""
    path = current_book().teaching / "discussion.md"
    text = path.read_text("utf-8") if path.exists() else ""
    quote = " ".join(
        re.findall(r"^> (.+)", text.partition("\n## Content note\n")[2].partition("\n## ")[0], flags=re.MULTILINE)
    )
    help = _items(text.partition("\n## Where to find help\n")[2].partition("\n## ")[0])
    network = (current_book().teaching / f"{plan}.md").read_text("utf-8").partition("\n## If the network is down\n")[2]
    parts = {
        "Say first": quote,
        "Where to find help": " ".join(help),
        "If the network is down": network.strip().partition("\n\n")[0],
    }
    return {name: _plain(said) for name, said in parts.items()}


def _class_page(plan: str, length: int, steps: list[dict], address: str, site: Path, about: dict) -> str:
    short = f"{address}/{length}/" if address else ""
    shown = [
        (step["title"], link)
        for step, link in zip(steps, addresses(plan, site), strict=True)
        if link.startswith(("../chapters/", "../index"))
    ]
    code = _html().address(qr_code(short), _bare(short)) if short else ""
    body = _html().class_page(code, shown)
    return _page("class-page", f"The lesson of {length} minutes", f"../teaching/{plan}.html", body, about)


def _deck(plan: str, length: int, steps: list[dict], address: str, site: Path, about: dict) -> str:
    """Return the slides of a plan: for the class, the title, the clock and the lines of each step; for the teacher, the notes."""
    title, question = _opening(plan)
    code = _code(length, address)
    made = [slides.Slide(title, kind="title", parts=[_html().question(_plain(question)), code])]
    for step, link in zip(steps, addresses(plan, site), strict=True):
        said = " ".join(str(step["do"]).split())
        lines = step.get("wall") or [said.partition(".")[0] + "."]
        there = link if link.startswith("../") else f"../teaching/{link}"
        parts = [
            _html().clock(counted(step["minutes"], "minute")),
            _html().wall([_plain(line) for line in lines]),
            code if "address" in said else "",
            _html().link(there) if link else "",
        ]
        made.append(
            slides.Slide(
                step["title"],
                kind="step",
                parts=parts,
                notes=[_html().text(_plain(said))],
            )
        )
    return fill(
        "editions/slides.html",
        language=about["language"],
        project=about["project"],
        title=title,
        static="../_static/",
        page=f"teaching/{plan}",
        fills=False,
        chapter=f"../teaching/{plan}.html",
        slides=Markup("\n".join(slides.section(slide, number, set()) for number, slide in enumerate(made, 1))),
    )


def _opening(plan: str) -> tuple[str, str]:
    """Return a plan's title and the question below it."""
    text = (current_book().teaching / f"{plan}.md").read_text("utf-8")
    title, _, rest = text.removeprefix("# ").partition("\n")
    return title, rest.partition("\n## ")[0].strip()


def _code(length: int, address: str) -> Markup:
    """Return the class's address with its QR code; without an address, how it is put together."""
    short = f"{address}/{length}/" if address else ""
    return _html().code(qr_code(short), _bare(short)) if short else _html().no_code(length)


def printed(site: Path) -> list[Path]:
    """Return the handouts and start cards of a built site, in their order."""
    names = [f"start-card-{length}" for length, _ in plans().values()] + [one["name"] for one in specification()]
    return [site / "worksheets" / f"{name}.html" for name in names]
