"""The printed edition: complete, tagged, numbered; nothing on paper that would have to move; worksheets of two pages at most."""

from __future__ import annotations

import io
import json
import re
from math import hypot
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import SITE
from test_sheets import own_exercises

from aftermath import assumptions, model
from explorable.course.exercises import KINDS
from explorable.editions import blocks, presets, printed, worksheets

PAPER = 643  # CSS pixels between the margins of a page


def words(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip()


def page_of(name: str) -> BeautifulSoup:
    """Return a built page without its pictures, which are long to read."""
    return BeautifulSoup(blocks.Held().take(printed.body(name)), "html.parser")


@pytest.fixture(scope="module")
def composed() -> str:
    return printed.compose()


@pytest.fixture(scope="module")
def soup(composed) -> BeautifulSoup:
    return BeautifulSoup(
        re.sub(r"<svg.*?</svg>|<style>.*?</style>", "<svg></svg>", composed, flags=re.DOTALL), "html.parser"
    )


@pytest.fixture(scope="module")
def book(browser, composed, tmp_path_factory):
    """The whole book as PDF, printed once for all tests."""
    from pypdf import PdfReader

    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("print")
        patch.setattr(printed, "folder", lambda: folder)
        patch.setattr(printed, "compose", lambda **_: composed)
        yield PdfReader(printed.make_book(browser))


def test_book_is_tagged_and_says_its_language_and_title(book):
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "en"
    assert book.metadata.title == "After the Caliphate"


def test_outline_names_every_page_of_the_site(book):
    titles = [page_of(page).h1.get_text().replace("#", "").strip() for page, _ in printed.pages()]
    found = [words(entry.title) for part in [book.outline] for entry in part if not isinstance(entry, list)]
    assert [title for title in titles if words(title) not in found] == []


@pytest.mark.full  # to cut and write them takes as long as a page of charts
def test_each_chapter_s_own_file_has_its_title_bookmarks_and_language(book):
    from pypdf import PdfReader

    cut = {name: PdfReader(io.BytesIO(text)) for name, text in printed.chapters(book.stream).items()}
    assert sum(len(one.pages) for one in cut.values()) <= len(book.pages)
    assert [name for name, one in cut.items() if one.trailer["/Root"].get("/Lang") != "en" or not one.outline] == []
    assert cut["03-strategy.pdf"].metadata.title == "Strategy: degrade and destroy — After the Caliphate"


@pytest.mark.full  # to read every page takes longer than to print them
def test_no_page_is_blank_and_no_summary_is_missing(book):
    texts = [words(page.extract_text()) for page in book.pages]
    assert [number for number, text in enumerate(texts, 1) if len(text) < 40] == []
    everything = re.sub(r"\s+", "", "".join(texts))
    missing = []
    for page, _ in printed.pages():
        for line in page_of(page).select("#summary > ul > li"):
            start = re.sub(r"\s+", "", words(line.get_text()))[:40]  # a line may go on over a page's number
            missing += [f"{page}: {start}"] if start not in everything else []
    assert missing == []


def test_contents_tell_the_pages(book):
    """The number beside a title in the contents is that of the page with the title."""
    numbers = printed.page_numbers(book.stream)
    contents = words(" ".join(book.pages[number].extract_text() for number in range(1, 8)))
    for anchor, title in {"recruitment": "Recruitment", "toll": "The toll", "hindsight": "Hindsight what came"}.items():
        assert title in words(book.pages[numbers[anchor] - 1].extract_text())
        assert f"{title} {numbers[anchor]}" in contents


@pytest.mark.site
def test_nothing_on_paper_would_have_to_move(soup):
    assert soup.select("input, button, select, form, canvas, script, noscript, iframe") == []
    explorers = [
        json.loads(tag["data-explorer"])["id"]
        for page, _ in printed.pages()
        for tag in page_of(page).select("[data-explorer]")
    ]
    assert len(explorers) >= 8
    for id in explorers:
        figures = [tag for tag in soup.select("[data-explorer]") if json.loads(tag["data-explorer"])["id"] == id]
        assert all(tag.find_next_sibling("div", class_="chart-settings").select("table.presets") for tag in figures), id


def test_printed_settings_are_what_the_model_says():
    ids = ["travelled", "killed", "returned"]
    table = BeautifulSoup(presets.table("who-is-left", ids), "html.parser")
    rows = {
        row.th.get_text(): [int(cell.get_text().replace(",", "")) for cell in row.find_all("td")]
        for row in table.select("tbody tr")
    }
    start = assumptions.middles()
    assert rows["As the book starts"][0] == round(model.remaining(**{id: start[id] for id in ids}))
    dutch = start | assumptions.preset("dutch-cohort-2024")
    assert rows["Preset: Dutch cohort by 2024"][0] == round(model.remaining(**{id: dutch[id] for id in ids}))
    ends = [label for label in rows if label.startswith(assumptions.get("killed").label)]
    assert ends == [f"{assumptions.get('killed').label} = {share} %" for share in (14, 45)]
    assert rows[ends[1]][0] < rows["As the book starts"][0] < rows[ends[0]][0]


@pytest.mark.parametrize("explorer", ["five-scenarios", *(f"scenario-{path}" for path in model.path_ids())])
def test_printed_paths_are_what_the_model_says(explorer):
    values = assumptions.middles() | assumptions.preset("pessimist")
    told = presets.outcomes(explorer, values)
    then = model.outcomes(values, presets.MONTH)
    assert set(told.values()) <= {
        *then.values(),
        *model.paths(values, presets.MONTH).values(),
        *model.people(values).values(),
    }


@pytest.mark.site
def test_links_lead_somewhere_on_paper(soup):
    targets = {tag["id"] for tag in soup.find_all(id=True)}
    links = [tag["href"] for tag in soup.find_all("a", href=True)]
    assert [link for link in links if link.startswith("#") and link[1:] not in targets] == []
    assert [link for link in links if not re.match(r"#|https?://|mailto:|tel:", link)] == []
    for tag in soup.find_all("a", href=re.compile("^https?:")):
        number = tag.find_next_sibling("sup", class_="note")
        assert number or tag["href"].split("//")[1].strip("/") in tag.get_text(), (
            f"the address of {tag.get_text()!r} cannot be read on paper"
        )
    assert [tag["id"] for tag in soup.find_all(id=True)] == list(
        dict.fromkeys(tag["id"] for tag in soup.find_all(id=True))
    )


def test_nothing_sticks_out_of_the_page(browser, composed, tmp_path):
    """No table, picture or line of code is wider than the paper."""
    source = tmp_path / "book.html"
    source.write_text(composed, encoding="utf-8")
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.emulate_media(media="print", color_scheme="light")
    page.goto(source.as_uri())
    wide = page.evaluate(
        """width => [...document.querySelectorAll("table, svg, pre, figure, div.math, td, .citation")]
        .filter(part => part.getBoundingClientRect().right > width + 1 || part.scrollWidth > part.clientWidth + 2 && part.tagName === "PRE")
        .map(part => `${part.closest("section.chapter")?.id}: ${part.tagName} ${part.textContent.slice(0, 60)}`)""",
        PAPER,
    )
    page.close()
    assert wide == []


def points(page) -> list[float]:
    """Return the sizes of a printed page's letters, in points."""
    found: list[float] = []

    def look(text: str, now: list[float], line: list[float], _font, size: float) -> None:
        across = (line[0] * now[0] + line[1] * now[2], line[0] * now[1] + line[1] * now[3])
        found.extend([size * hypot(*across)] if text.strip() else [])

    page.extract_text(visitor_text=look)
    return found


def test_worksheets_fit_on_two_pages_and_come_out_the_same_twice(browser, tmp_path):
    from pypdf import PdfReader

    sheets = sorted((SITE / "worksheets").rglob("*.html"))
    assert len(sheets) > 15
    long, sheets_of_cards = [], 5  # a role on each
    small: dict[str, float] = {}
    for source in sheets:
        printed.pdf(browser, source, tmp_path / "sheet.pdf")
        most = sheets_of_cards if source.stem == "role-cards" else 2
        paper = PdfReader(tmp_path / "sheet.pdf")
        long += [source.stem] if len(paper.pages) > most else []
        small[source.stem] = min(size for page in paper.pages for size in points(page))
    assert long == []
    assert {name: size for name, size in small.items() if size < 6} == {}, "letters too small to read"
    made: list[bytes] = []
    for _ in range(2):
        printed.pdf(browser, sheets[0], tmp_path / "sheet.pdf")
        printed.finish(tmp_path / "sheet.pdf", title="A sheet", author="A teacher")
        made.append((tmp_path / "sheet.pdf").read_bytes())
    assert made[0] == made[1]


@pytest.mark.site
def test_worksheets_ask_and_give_no_answer():
    sheets = [
        BeautifulSoup(Path(SITE / "worksheets" / f"{name}.html").read_text("utf-8"), "html.parser")
        for name in ("recruitment", "how-many-were-left")  # two pages of one question
    ]
    for path in (SITE / "worksheets").rglob("*.html"):
        exercises = BeautifulSoup(path.read_text("utf-8"), "html.parser").select(".sheet-exercise")
        kinds = {exercise.em.get_text().split()[0] for exercise in exercises}
        usual = not path.stem.endswith(("-support", "-stretch"))
        assert not exercises or len(kinds) >= 1 + usual and kinds <= {*KINDS}, path.stem
        assert not any(exercise.find(["code", "pre"]) for exercise in exercises), "paper runs no code"
    assert all(len(sheet.select("ol > li .sheet-lines")) >= 3 for sheet in sheets)
    assert sum(len(sheet.select(".sheet-exercise")) for sheet in sheets) >= 5
    assert not any(cell.get_text().strip() for sheet in sheets for cell in sheet.select(".sheet-table tbody td"))


@pytest.mark.site
def test_each_chapter_has_a_sheet_with_support_and_one_to_stretch():
    folder = Path(SITE / "worksheets")
    usual = [path for path in folder.rglob("*.html") if path.with_stem(f"{path.stem}-support").exists()]
    assert len(usual) > 15
    explained = 0
    for path in usual:
        support, stretch = (
            BeautifulSoup(path.with_stem(f"{path.stem}-{version}").read_text("utf-8"), "html.parser")
            for version in ("support", "stretch")
        )
        levels = [
            {word for word in ("introductory", "advanced") if f"· {word} ·" in " ".join(own_exercises(sheet))}
            for sheet in (support, stretch)
        ]
        assert "advanced" not in levels[0] and "introductory" not in levels[1], path.stem
        assert support.select(".sheet-exercise, ol > li") and stretch.select(".sheet-exercise"), path.stem
        explained += bool(support.select("dl.sheet-terms dt"))
        links = [link["href"] for link in support.select(".sheet-others a")]
        assert links == [f"{path.name}", f"{path.stem}-stretch.html"]
    assert explained > 15


@pytest.mark.site
def test_a_sheet_holds_what_its_exercises_speak_of_and_names_who_counted():
    """An exercise that goes on from another, or from the forecast's questions, stands beside them; a picture has its sources."""
    lost = []
    for path in Path(SITE / "worksheets").rglob("*.html"):
        sheet = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        tasks = [words(task.get_text(" ")) for task in sheet.select(".sheet-exercise")]
        there = {number for task in tasks for number in re.findall(r"\bExercise (\d+)", task)}
        spoken = {number for task in tasks for number in re.findall(r"\bexercise (\d+)", task)}
        lost += [f"{path.stem}: exercise {number}" for number in spoken - there]
        if any(re.search(r"\b(answers|questions?|list|table) above\b", task) for task in tasks) and not sheet.select(
            ".sheet-predictions td"
        ):
            lost.append(f"{path.stem}: what stands above")
        lost += [
            f"{path.stem}: {line.get_text()}"
            for line in sheet.select("figure .sheet-where")
            if not re.search(r"\d{4}|n\.d\.|\d+ sources", line.get_text())
        ]
        lost += [
            f"{path.stem}: {line.get_text()}"
            for line in sheet.select("ol .sheet-where")
            if re.match(r"\d", line.get_text())
        ]
    assert lost == []


def test_room_that_is_left_on_a_sheet_goes_to_lines_and_takes_no_page_more():
    task = BeautifulSoup('<div class="exercise exercise-critique"><p>Judge.</p></div>', "html.parser").div
    block = blocks.Block("exercise", task, "", "", 2)
    for taken, lines in (
        (0, worksheets.MORE + worksheets.WIDER[worksheets.MORE]),
        (worksheets.HIGH - 65, worksheets.MORE),
    ):
        sheet = worksheets._share([], [block], before=[taken])
        assert [count for _, count in sheet.exercises] == [lines]


@pytest.mark.site
def test_heads_on_worksheets_are_words():
    for path in Path(SITE / "worksheets").rglob("*.html"):
        for head in BeautifulSoup(path.read_text("utf-8"), "html.parser").select("th"):
            text = head.get_text()
            assert "_" not in text and not head.find("code") and text != "Id", (path.stem, text)
            assert not re.search(r"(\w{3,})\1", text.lower()), (
                path.stem,
                text,
            )  # the head and the column's name in one


def test_answers_stand_behind_the_usual_sheet_where_the_page_has_them():
    """As the instructors' edition has them; a sheet that is copied for students has none."""
    exercise = '<div class="exercise admonition"><p class="admonition-title">Exercise 1: One</p><p>How many?</p></div>'
    solution = '<div class="solution admonition"><p class="admonition-title">Solution to <a href="#a-1">Exercise</a> (One)</p><p>41.</p></div>'
    page = "<h1>A</h1><p>What?</p><p><strong>You will be able to</strong></p><ul><li>count</li></ul>{}<h2>Summary</h2><p>So.</p>"
    for shown, answers in ((exercise, []), (exercise + solution, ["Exercise 1: One"])):
        made = worksheets.write("chapters/a", page.format(shown), language="en", project="A book")
        sheets = [BeautifulSoup(text, "html.parser") for _, text in made]
        assert [title.get_text() for title in sheets[0].select(".sheet-answers .admonition-title")] == answers
        assert not any(sheet.select(".sheet-answers") or "41" in sheet.get_text() for sheet in sheets[1:])


def test_what_may_not_be_parted_goes_over_to_the_next_page_whole():
    half = worksheets.HIGH / 2
    assert [worksheets._pages(heights) for heights in ([half, half], [half + 1] * 2, [1, 2 * half, 1])] == [1, 2, 3]
