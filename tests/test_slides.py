"""Slides of each chapter: complete, in the author's order, driven by keyboard from a folder of files, readable without a script."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SITE, pages, until

from explorable.editions import blocks, slides

#: In a page: what on the slide in view reaches beyond the window or what holds it, must be scrolled, lies under the arrows, or has
#: letters too small for the last row: 20 pixels on this screen, in charts 20 on one of 720 lines.
FAULTS = """() => {
  const slide = bookSlides.getCurrentSlide(), faults = [], larger = slide.getBoundingClientRect().width / slide.offsetWidth;
  const shown = part => part.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !part.closest("aside.notes, .visually-hidden, script, style, title, desc");
  const beyond = (box, part) => {
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) return true;
    for (let around = part; around !== slide.parentElement; around = around.parentElement) {
      const edge = around.getBoundingClientRect();
      if (getComputedStyle(around).overflow !== "visible" && (box.left < edge.left - 2 || box.right > edge.right + 2 || box.bottom > edge.bottom + 3)) return true;
    }
  };
  const arrows = [...document.querySelectorAll(".reveal > .controls button.enabled")].map(arrow => arrow.getBoundingClientRect());
  const walk = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let text; (text = walk.nextNode());) {
    const part = text.parentElement, words = text.data.trim().slice(0, 30);
    if (!words || !shown(part)) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width < 2) continue;
    const drawn = part.closest("svg") && part.getScreenCTM(), size = parseFloat(getComputedStyle(part).fontSize) * (drawn ? Math.hypot(drawn.b, drawn.d) : larger * part.currentCSSZoom);
    const least = part.closest(".slide-panels svg") ? (MANY_ROWS.includes(slide.querySelector("h2").textContent) ? 14 : 20) * innerHeight / 720 : 20;
    if (size < (part.closest(".explorer svg") ? 19 : least - 0.2)) faults.push(`${size.toFixed(1)} pixels: ${words}`);
    if (beyond(box, part)) faults.push(`cut: ${words}`);
    if (arrows.some(arrow => box.left < arrow.right && arrow.left < box.right && box.top < arrow.bottom && arrow.top < box.bottom)) faults.push(`under the arrows: ${words}`);
  }
  for (const part of slide.querySelectorAll("*")) {
    const { overflowX, overflowY } = getComputedStyle(part);
    if (!shown(part)) continue;
    if (/auto|scroll/.test(overflowY) && part.scrollHeight > part.clientHeight + 1 || /auto|scroll/.test(overflowX) && part.scrollWidth > part.clientWidth + 1) faults.push(`to be scrolled: ${part.className}`);
    if (part.matches("button, input, select, summary") && beyond(part.getBoundingClientRect(), part.parentElement)) faults.push(`cut: ${part.tagName} ${part.id}`);
  }
  return faults.slice(0, 6);
}"""
#: Charts of so many rows, each with its name, that letters of 20 pixels would not fit below one another: theirs are 14 at the least.
MANY_ROWS = ["What ISIS held, town by town, and the end of 2016"]
#: In a deck: the faults of all slides without a chart, by number, and the numbers of those with one.
WALK = """() => {
  const slides = [...document.querySelectorAll(".slides > section")], charts = slides.flatMap((slide, number) => slide.querySelector("figure.chart") ? [number] : []);
  const walked = slides.flatMap((slide, number) => charts.includes(number) ? [] : (bookSlides.slide(number), [[number, find()]]));
  return [walked, charts];
}"""
DESK, PHONE = {"width": 1280, "height": 720}, {"width": 375, "height": 740}


def soup(path: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text(" ").replace("#", "").split())


def source(page: str) -> str:
    return next(path for path in (ROOT / f"{page}.ipynb", ROOT / f"{page}.md") if path.exists()).read_text("utf-8")


CHAPTERS = [page for page in pages() if "**You will be able to**" in source(page) and "## Summary" in source(page)]


@pytest.fixture(scope="module")
def open_slides(browser):
    """Open slides from the disk, in a browser that may read files and ask nobody else."""
    opened = []

    def open_(name: str, *, query: str = "", **options):
        context = browser.new_context(**{"viewport": DESK, **options})
        opened.append(context)
        page = context.new_page()
        page.outside, page.problems = [], []
        context.on(
            "request",
            lambda request: (
                page.outside.append(request.url)
                if not request.url.startswith(("file:", "data:", "blob:", "about:"))
                else None
            ),
        )
        page.on(
            "console",
            lambda message: page.problems.append(message.text) if message.type in ("warning", "error") else None,
        )
        page.on("pageerror", lambda problem: page.problems.append(str(problem)))
        page.goto((SITE / "slides" / f"{name}.html").as_uri() + query)
        if options.get("java_script_enabled", True) and not query:
            until(page, "() => window.bookSlides?.isReady()")
        return page

    yield open_
    for context in opened:
        context.close()


def test_there_are_chapters():
    assert len(CHAPTERS) > 15


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.site
def test_slides_hold_what_the_chapter_shows(page):
    """Every heading, chart, summary line, and every question of the chapter stands on a slide; nearly every slide has notes."""
    chapter, deck = soup(f"{page}.html").find("article"), soup(slides.path(page))
    titles = {words(tag) for tag in deck.select("h1, h2, .slide-section")}
    for made in chapter.select(".cell_output"):
        if not made.select("figure.chart"):
            made.decompose()  # what a cell writes is no heading of the author's
    for form in chapter.select(".forecast-class, section[hidden]"):
        form.decompose()  # nor what a form writes that takes a class's files, or a reader's ratings
    assert {words(tag) for tag in chapter.select("h1, h2, h3")} - {"Sources"} <= titles
    assert [tag["id"] for tag in deck.select("figure.chart")] == [tag["id"] for tag in chapter.select("figure.chart")]
    summary = chapter.find(id="summary")
    for line in summary.select("li"):
        assert words(line) in words(deck.find(class_="slides"))
    shown = " ".join(words(tag) for tag in deck.select(".slide-body"))
    assert all(
        words(tag.find_parent("p")) in shown
        for tag in chapter.select("p > strong:first-child")
        if tag.get_text() == "Look"
    )
    sections = deck.select(".slides > section")
    assert sum(bool(section.find(class_="notes")) for section in sections) > 0.5 * len(sections)


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.site
def test_each_chapter_links_to_its_slides(page):
    assert soup(f"{page}.html").select_one(
        ".for-teaching a[href$='slides/" + slides.path(page).removeprefix("slides/") + "']"
    )
    assert soup("slides/index.html").select_one(f"a[href='{slides.path(page).removeprefix('slides/')}']")


@pytest.mark.site
def test_the_list_leads_to_slides_and_worksheets_of_each_chapter():
    links = [tag["href"].partition("?")[0] for tag in soup("slides/index.html").select("li a[href]")]
    assert len(links) == 5 * len(CHAPTERS)  # slides, the same to read, and three worksheets
    assert [link for link in links if link == "index.html" or not (SITE / "slides" / link).exists()] == []


def test_no_answer_stands_beside_its_question():
    found = blocks.read(
        "<h1>A</h1><p>What?</p><h2>B</h2><p>Long prose.</p><p><em>Predict: how many of a hundred?</em></p>"
        "<table><tr><td>41</td></tr></table><p>It was so.</p><blockquote><p>The record says 41.</p></blockquote>"
    )
    made = slides.slides(found)
    assert [slide.kind for slide in made] == ["title", "prompt", "text"]
    assert "41" not in "".join(made[1].parts) and "41" in "".join(made[2].parts)
    assert "Long prose." in "".join(made[1].notes) and "It was so." in "".join(made[2].notes)


def test_a_tag_keeps_a_cell_off_the_slides():
    cell = '<div class="cell {}"><div class="cell_output"><table><tr><td>41</td></tr></table></div></div>'
    shown = [
        slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{cell.format(tag)}"))[-1].parts for tag in ("", "tag_no-slide")
    ]
    assert shown[0] and not shown[1]


def test_an_exercise_about_code_and_names_of_columns_stay_in_the_chapter():
    found = blocks.read(
        '<h1>A</h1><h2>B</h2><div class="exercise"><p class="admonition-title">One</p><p>Add up <code>parts</code>.</p></div>'
        '<div class="exercise"><p class="admonition-title">Two</p><p>Add up the parts.</p></div><p role="status"></p>'
        "<table><thead><tr><th>Of people<br><code>of_people</code></th></tr></thead><tbody><tr><td>41</td></tr></tbody></table>"
    )
    made = slides.slides(found)
    assert [slide.title for slide in made if slide.kind == "exercise"] == ["Two"]
    assert "of_people" not in made[-1].parts[-1] and "Of people" in made[-1].parts[-1]


@pytest.mark.site
def test_no_slide_is_empty_and_none_shows_code_or_what_code_printed():
    for path in sorted((SITE / "slides").rglob("*.html")):
        for slide in BeautifulSoup(path.read_text("utf-8"), "html.parser").select(".slides > section"):
            body, where = slide.select_one(".slide-body"), f"{path.name}, {slide['id']}"
            assert slide["class"] == ["is-title"] or body.get_text(strip=True) or body.find("svg"), where
            assert not body.select("pre, .output.stream, .output.text_plain"), where
            if path.stem != "data-guide":  # which is about the tables and how a program reads them
                assert not body.find("code"), where


def test_prose_alone_gets_a_slide_only_where_no_slide_of_its_section_follows():
    chart = '<figure class="chart"><figcaption>Fewer came</figcaption></figure>'
    prose = "<p>Dates are hard to compare. A band is not. " + "A very long sentence follows. " * 20 + "</p>"
    made = slides.slides(
        blocks.read(f'<h1>A</h1><section id="b"><h2>B</h2>{prose}{chart}</section><h2>C</h2>{prose}<h2>D</h2>{prose}')
    )
    assert [(slide.section, slide.title) for slide in made[1:]] == [("B", "Fewer came"), ("", "C"), ("", "D")]
    exercise = '<div class="exercise"><p class="admonition-title">One</p><p>Add up.</p></div>'
    last = slides.slides(
        blocks.read(f"<h1>A</h1><h2>Check yourself</h2><h3>Exercises</h3><p>Recall asks.</p>{exercise}")
    )[-1]
    assert slides.section(last, 2, set()).count('class="slide-section"') == 2, "no heading is lost, and none is alone"
    assert made[1].notes and "Dates" in made[1].notes[0] and "Dates" not in "".join(made[1].parts)
    shown = BeautifulSoup("".join(made[2].parts), "html.parser").get_text()
    assert shown.startswith("Dates are hard to compare. A band is not.") and len(shown) < 320 and shown.endswith(".")


def test_tables_with_many_rows_stand_on_slides_of_their_own():
    table = f"<table>{'<tr><td>1</td></tr>' * 6}</table>"
    made = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{table}{table}"))
    assert [len(slide.parts) for slide in made] == [0, 1, 1]


def test_what_to_look_at_stands_under_its_chart_and_a_second_hint_does_not_squeeze_it():
    chart = '<figure class="chart"><figcaption>Fewer came</figcaption></figure>'
    looks = [f"<p><strong>Look</strong> at the {way} side first.</p>" for way in ("left", "right")]
    made = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{chart}{''.join(looks)}"))
    chart_slide = next(slide for slide in made if slide.kind == "chart")
    assert "left" in "".join(chart_slide.parts) and "right" not in "".join(chart_slide.parts)
    assert "right" in "".join(made[-1].parts), "it has a slide of its own"


def test_a_class_judges_before_it_reads_a_verdict_and_reads_what_announces_a_list():
    claim = '<a class="claim-link verdict-supported" href="claims.html#c1">C1 ✓ supported</a>'
    quote = f"<blockquote><p><strong>The document said</strong> so ({claim}, {claim}) (<a href='#w'>W 2017</a>).</p></blockquote>"
    prose = "<p>Chance is the smaller problem. Two weaknesses stay:</p>"
    made = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{quote}<h2>C</h2>{prose}<ul><li>one</li><li>two</li></ul>"))
    said, told = "".join(made[1].parts), "".join(made[1].notes)
    assert "so (<a" in said and "supported" not in said and told.count("C1 ✓ supported") == 2
    assert "".join(made[2].parts).startswith('<p class="slide-announcement">Two weaknesses stay:</p><ul>')


def test_a_long_table_is_shared_out_with_its_heads_and_no_column_is_empty():
    rows = "".join(f"<tr><td>{n}</td><td>{'words ' * 15}</td><td></td></tr>" for n in range(12))
    table = "<table><thead><tr><th>N</th><th>What</th><th>Source</th></tr></thead><tbody>{}</tbody></table>"
    made = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{table.format(rows)}"))[1:]
    shown = [BeautifulSoup("".join(slide.parts), "html.parser") for slide in made]
    assert [len(part.select("tbody tr")) for part in shown] == [6, 6]
    assert [part.thead.get_text(" ", strip=True) for part in shown] == ["N What"] * 2
    longer = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{table.format(rows * 2)}<p>It stays in the chapter.</p>"))
    assert "<table" not in "".join(longer[-1].parts)


def test_a_guess_offers_its_choices_and_a_formula_that_code_prints_is_shown():
    guess = (
        '<div class="guess"><p><strong>Guess</strong>: Which of these two stood highest?</p><form class="guess-form" hidden>'
        '<span class="chart-button guess-option">land</span><span class="chart-button guess-option">attacks</span></form></div>'
    )
    formula = '<div class="cell"><div class="cell_output"><div class="output text_latex math"><math><mi>x</mi></math></div></div></div>'
    made = slides.slides(blocks.read(f"<h1>A</h1><h2>B</h2>{guess}<h2>C</h2>{formula}"))
    assert "land · attacks" in "".join(made[1].parts) and "<math>" in "".join(made[2].parts)


@pytest.mark.site
def test_on_a_wall_nothing_is_cut_or_scrolled_or_too_small_for_the_last_row(open_slides):
    """Every slide of every deck, of chapters and of plans, on the screen of a small projector."""
    find = FAULTS.replace("MANY_ROWS", json.dumps(MANY_ROWS))
    wrong = []
    for path in sorted((SITE / "slides").rglob("*.html")):
        if path.name == "index.html":
            continue
        name = path.relative_to(SITE / "slides").with_suffix("").as_posix()
        page = open_slides(name, viewport={"width": 1366, "height": 768})
        walked, charts = page.evaluate(WALK.replace("find()", f"({find})()"))
        for number in charts:
            page.evaluate("number => bookSlides.slide(number)", number)
            try:  # till its chart has found its size
                until(
                    page,
                    f"() => bookSlides.getCurrentSlide().querySelector('figure.chart').dataset.state && !({find})().length",
                    seconds=8,
                )
            except Exception:
                walked.append((number, page.evaluate(find)))
        wrong += [(name, number + 1, faults) for number, faults in walked if faults]
        page.context.close()
    assert wrong == []


def test_a_whole_chapter_by_keyboard(open_slides):
    """Arrow keys go through every slide; nothing is cut off, charts live, no other host is asked, nothing goes wrong."""
    page = open_slides("recruitment")
    seen = []
    for _ in range(page.evaluate("bookSlides.getTotalSlides()")):
        until(
            page,
            "() => [...bookSlides.getCurrentSlide().querySelectorAll('figure.chart')].every(chart => chart.dataset.state)",
        )
        seen.append(
            page.evaluate("""() => {
            const slide = bookSlides.getCurrentSlide(), body = slide.querySelector(".slide-body");
            return {id: slide.id, charts: [...slide.querySelectorAll("figure.chart")].map(chart => chart.dataset.state),
                    cut: Math.max(body.scrollHeight - body.clientHeight, body.scrollWidth - body.clientWidth)};
        }""")
        )
        page.keyboard.press("ArrowRight")
    assert (
        len({slide["id"] for slide in seen})
        == len(seen)
        == len(soup("slides/recruitment.html").select(".slides > section"))
    )
    assert {state for slide in seen for state in slide["charts"]} == {"live"}
    assert [slide for slide in seen if slide["cut"] > 1] == []
    page.keyboard.press("Home")
    assert page.evaluate("bookSlides.getIndices().h") == 0
    assert page.outside == [] and page.problems == []


def test_an_explorer_moves_by_keyboard_and_gives_the_keys_back(open_slides):
    page = open_slides("what-if")
    number = page.evaluate(
        "[...document.querySelectorAll('.slides > section')].findIndex(slide => slide.querySelector('figure.explorer'))"
    )
    page.evaluate("number => bookSlides.slide(number)", number)
    until(page, "() => bookSlides.getCurrentSlide().querySelector('figure.explorer').dataset.state === 'live'")
    before = page.locator("section.present .stage-answer").text_content()
    page.locator("section.present .explorer-entry input").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    until(page, "before => document.querySelector('section.present .stage-answer').textContent !== before", before)
    assert page.evaluate("bookSlides.getIndices().h") == number
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("bookSlides.getIndices().h") == number + 1
    assert page.problems == []


#: On the slide in view: how much of its width and height the stage takes, what of the chart is cut, and text under 20 pixels on the screen.
FILLED = """() => {
  const slide = bookSlides.getCurrentSlide(), figure = slide.querySelector("figure.explorer"), frame = slide.getBoundingClientRect(), stage = figure.getBoundingClientRect();
  const larger = frame.width / slide.offsetWidth, room = figure.querySelector(".chart-panel:not(.is-behind) .chart-view"), edge = room.getBoundingClientRect().bottom;
  const texts = [...figure.querySelectorAll(".chart-panel:not(.is-behind) svg text, .stage-answer p, .stage-tabs button, .chart-panel:not(.is-behind) .chart-panel-title, .stage-controls :is(label, output, button, legend, p, span, i)")];
  const shown = texts.filter(text => text.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !text.closest(".visually-hidden") && text.textContent.trim() && text.getBoundingClientRect().width > 1);
  const size = text => larger * parseFloat(getComputedStyle(text).fontSize) * text.currentCSSZoom;
  return { wide: stage.width / frame.width, high: stage.height / frame.height,
    cut: [...room.querySelectorAll("svg text")].filter(text => text.getBoundingClientRect().bottom > edge + 1).map(text => text.textContent),
    small: shown.filter(text => size(text) < 19.9).map(text => [text.className.baseVal ?? text.className, text.textContent.slice(0, 20), size(text)]) };
}"""


@pytest.mark.site
def test_every_stage_fills_its_slide_in_letters_that_the_last_row_can_read(open_slides):
    """Each explorer of each deck, with all that it folds away unfolded, on the screen of a small projector."""
    wrong = []
    for path in sorted((SITE / "slides").rglob("*.html")):
        if 'class="chart explorer' not in path.read_text("utf-8"):
            continue
        name = path.relative_to(SITE / "slides").with_suffix("").as_posix()
        page = open_slides(name, viewport={"width": 1366, "height": 768})
        for number in page.evaluate(
            "[...document.querySelectorAll('.slides > section')].flatMap((slide, n) => slide.querySelector('figure.explorer') ? [n] : [])"
        ):
            page.evaluate("number => bookSlides.slide(number)", number)
            until(page, "() => bookSlides.getCurrentSlide().querySelector('figure.explorer').explorer")
            page.evaluate(
                "document.querySelectorAll('section.present .explorer-all').forEach(fold => { fold.open = true; })"
            )
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found = page.evaluate(FILLED)
            if not (found["wide"] > 0.9 and found["high"] > 0.7 and found["cut"] == [] and found["small"] == []):
                wrong.append((name, number, found))
        page.context.close()
    assert wrong == []


#: On the slide in view: nothing of the explorer's chart is cut, or must be scrolled to.
WHOLE = """() => {
  const room = bookSlides.getCurrentSlide().querySelector("figure.explorer .chart-panel:not(.is-behind) .chart-view"), edge = room.getBoundingClientRect().bottom + 1;
  return !room.classList.contains("scrolls") && [...room.querySelectorAll("svg text")].every(text => text.getBoundingClientRect().bottom <= edge);
}"""


@pytest.mark.site
def test_on_a_slide_no_row_of_an_explorer_is_cut_and_what_was_done_takes_no_room_of_the_chart(open_slides):
    page = open_slides("what-if", viewport={"width": 1920, "height": 1080})
    page.evaluate("bookSlides.slide(1)")
    until(page, "() => bookSlides.getCurrentSlide().querySelector('figure.explorer')?.explorer")
    figure = page.locator("section.present figure.explorer")
    tabs = figure.locator("[role=tab]").all()
    assert len(tabs) == 6
    for tab in tabs:
        tab.click()
        until(page, WHOLE)
    figure.get_by_role("button", name="Sahel analogy").click()
    figure.get_by_role("button", name="Undo").wait_for()
    until(page, WHOLE)
    message, controls, chart = (
        figure.locator(part).bounding_box() for part in (".explorer-message", ".stage-controls", ".stage-chart")
    )
    assert message["y"] >= controls["y"] + controls["height"] - 1 and message["x"] + message["width"] <= chart["x"]
    assert message["y"] + message["height"] <= chart["y"] + chart["height"] + 1


def test_the_speaker_has_a_window_with_notes(open_slides):
    page = open_slides("toll")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    window = popup.value
    until(window, "() => document.querySelector('.speaker-controls-notes .value')?.textContent.includes('Time')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    notes = words(soup("slides/toll.html").select(".slides > section")[2].find(class_="notes"))
    until(
        window,
        "text => document.querySelector('.speaker-controls-notes .value').textContent.replace(/\\s+/g, ' ').includes(text)",
        notes[:60],
    )
    assert page.outside == []


def test_slides_follow_the_readers_theme(open_slides):
    light, dark = (
        open_slides("toll", color_scheme=scheme).evaluate(
            "getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor"
        )
        for scheme in ("light", "dark")
    )
    assert light == "rgb(255, 255, 255)" and dark != light


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"viewport": PHONE, "query": "?view=read"}])
def test_slides_can_be_read_without_presenting(open_slides, options):
    page = open_slides("recruitment", **options)
    for name in ("section .slide-body", "aside.notes", "figure.chart svg"):
        assert page.locator(name).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
