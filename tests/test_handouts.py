"""Paper, downloads and the class's page: each sheet is one page, each bank is complete, each link of a lesson leads on."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as XML
import zipfile
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import DRAWN, ROOT, SITE, pages, until
from playwright.sync_api import Error, Locator
from pypdf import PdfReader

from aftermath import explorers, quiz
from explorable.course import banks, lesson_plans
from explorable.editions import downloads, handouts, printed

PHONE = {"width": 360, "height": 740}
SCREENS = {
    "phone": {"viewport": {"width": 375, "height": 812}, "has_touch": True},
    "wall": {"viewport": {"width": 1366, "height": 768}},
    "old wall": {"viewport": {"width": 1024, "height": 768}},
}
PLANS = ["lesson-20", "lesson-50", "lesson-90"]
#: What a step may speak of, and what of it stands whole in the window where its link leads. A step that speaks of nothing
#: else has its section's heading there.
SHOWN = {
    r"\bslider": "figure.explorer .stage-answer, figure.explorer .stage-chart",
    r"\bset the (three questions|five shares)": "figure.explorer .stage-answer, figure.explorer .stage-chart",
    r"\bbegins with a question": ".guess",
    r"\btable\b|\bthe five scenarios": ":target table",
    r"\bfirst five questions": ".forecast-question",
    r"\bChoose all files": ".plenary-choose",
}
ADDRESS = "https://example.org/a/book"
LONG_ADDRESS = "https://a-school-with-a-name.example.org/after-the-caliphate"


def made(address: str = "") -> dict[str, BeautifulSoup]:
    pages = handouts.pages(SITE._of_a_marked_test(), address=address, project="A book", language="en")
    return {path: BeautifulSoup(text, "html.parser") for path, text in pages}


def title_of(page: str) -> str:
    return re.search(r'<h1>([^<]*)<a class="headerlink"|$', (SITE / f"{page}.html").read_text("utf-8"))[1] or ""


# Plans


@pytest.mark.parametrize("plan", PLANS)
def test_each_step_that_shows_a_page_says_what_to_do_without_a_screen(plan):
    [(_, steps)] = lesson_plans.plans(f"teaching/{plan}")
    assert [step["title"] for step in steps if step.get("page") and not step.get("paper")] == []


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_names_the_reading_before_class(plan):
    text = (
        (ROOT / "teaching" / f"{plan}.md").read_text("utf-8").partition("## Before you begin")[2].partition("\n## ")[0]
    )
    assert re.search(r"\bread", text)


def test_the_cards_and_handouts_name_the_paths_as_the_pages_do():
    paths = list(explorers.path_labels().values())
    cards = (ROOT / "teaching" / "role-cards.md").read_text("utf-8")
    assert all(cards.count(f"| {path} | | |") == 5 for path in paths)
    for one in handouts.specification():
        for part in one["part"]:
            if "rows" in part:
                assert part["rows"][: len(paths)] == paths


# Paper


@pytest.mark.site
def test_every_sheet_of_paper_is_one_page(browser, tmp_path):
    """Printed as a teacher prints it, with the address that a school would have."""
    pages = dict(handouts.pages(SITE._of_a_marked_test(), address=LONG_ADDRESS, project="A book", language="en"))
    counts = {}
    (tmp_path / "_static").mkdir()
    for name in ("colours.css", "worksheet.css"):
        (tmp_path / "_static" / name).write_bytes((SITE / "_static" / name).read_bytes())
    (tmp_path / "worksheets").mkdir()
    for path, text in pages.items():
        if path.startswith("worksheets/"):
            (tmp_path / path).write_text(text, encoding="utf-8")
            printed.pdf(browser, tmp_path / path, tmp_path / "sheet.pdf")
            counts[path] = len(PdfReader(tmp_path / "sheet.pdf").pages)
    assert counts.pop("worksheets/role-cards.html") == 5
    assert len(counts) == 7 and set(counts.values()) == {1}, counts


@pytest.mark.site
def test_a_start_card_has_the_class_s_address_and_its_code_or_room_to_write_it():
    card = made(ADDRESS)["worksheets/start-card-50.html"]
    assert (
        card.select_one(".sheet-code svg path")
        and card.select_one(".sheet-address").get_text() == "example.org/a/book/50"
    )
    assert card.select_one(".sheet-code")["aria-label"] == f"QR code of {ADDRESS}/50/"
    bare = made()["worksheets/start-card-50.html"]
    assert not bare.select(".sheet-code") and bare.select(".sheet-where-to .sheet-lines")
    titles = {"the front page", *(title_of(page) for page in pages())}
    for name, sheet in made().items():
        for screen in sheet.select(".sheet-screen"):
            assert re.split("; use |, “", screen.get_text().partition(": ")[2])[0] in titles, (name, screen.get_text())
    assert "Befrienders" in card.get_text() and "0–3" in card.get_text() and "<a" not in card.get_text()
    named = {name.get_text() for name in card.select("em")}
    assert {"New class", "Before you teach this"} <= named, (
        "a name of several words can't be told from the sentence around it"
    )
    assert "*" not in card.get_text()


@pytest.mark.site
def test_the_sheets_of_the_50_minutes_carry_what_has_to_be_known_without_a_screen():
    """The presets' shares, of 100 each, beside the pair's own; and what came of each question that the first sheet asks."""
    before, after = (made()[f"worksheets/lesson-50-{name}.html"] for name in ("before", "after"))
    rows = [[cell.get_text() for cell in row.select("td")] for row in before.select(".sheet-grid tbody tr")]
    columns = list(zip(*rows, strict=True))
    assert len(columns) == 5 and [any(column) for column in columns] == [False, True, True, True, False]
    assert all(sum(map(int, column)) == 100 for column in columns[1:4])
    asked = [row.td.get_text() for row in before.select(".sheet-forecast tbody tr")]
    told = [[cell.get_text() for cell in row.select("td")] for row in after.select(".sheet-outcomes tbody tr")]
    assert (
        [row[0] for row in told] == asked
        and {row[1] for row in told} <= {"yes", "no"}
        and not any(row[2] for row in told)
    )


def test_a_handout_that_asks_for_what_is_not_there_says_so(tmp_path):
    (tmp_path / "page.html").write_text(
        '<article class="bd-article"><section id="here"><p>x</p></section></article>', "utf-8"
    )
    for part, says in (
        ({"chart": "page#gone"}, "there is no section page#gone"),
        ({"chart": "page#here"}, "no chart"),
        ({"table": "page#here"}, "no table"),
        ({"picture": "page#here"}, "a part has one of"),
    ):
        with pytest.raises(handouts.HandoutError, match=says):
            handouts._part(part, "sheet", tmp_path)


# The class's page


@pytest.mark.site
@pytest.mark.parametrize("length", [20, 50, 90])
def test_the_class_s_page_is_for_thumbs_and_each_step_opens_the_story(browser, site, length):
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}/{length}/index.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    links = page.locator(".class-steps a")
    assert links.count() >= 2
    for link in links.all():
        assert link.bounding_box()["height"] >= 44
    addresses = links.evaluate_all("all => all.map(link => link.href)")
    for address in addresses:
        assert "/chapters/" not in address or "?view=story" in address
        page.goto(address)
        anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
        assert not anchor or page.evaluate("id => !!document.getElementById(id)", anchor), address
    context.close()


#: The first of what has a name, and whether it is whole between the bar at the window's head and its foot.
WHOLE = """names => names.split(", ").every(name => {
    const parts = [...document.querySelectorAll(name)].filter(one => one.offsetWidth), bar = document.querySelector(".bd-header-article");
    if (!parts.length) return false;
    const { top, bottom, left, right } = parts[0].getBoundingClientRect();
    return top >= bar.getBoundingClientRect().bottom - 1 && bottom <= innerHeight && left >= 0 && right <= innerWidth; })"""


@pytest.mark.site
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("screen", ["phone", "wall", pytest.param("old wall", marks=pytest.mark.full)])
def test_what_a_step_speaks_of_is_whole_in_the_window_where_its_link_leads(browser, site, plan, screen):
    """Followed by hand: on a phone from the class's page, at the wall from the plan. A chart that the fold cuts is not seen."""
    [(length, steps)] = lesson_plans.plans(f"teaching/{plan}")
    shown = [step for step in steps if step.get("page")]
    links = "main .class-steps a" if screen == "phone" else ".lesson-plan em:text-is('On the screen') + a"
    if screen == "phone":
        shown = [step for step in shown if step["page"].startswith(("/chapters/", "/index"))]
    start = f"{site}/{length}/index.html" if screen == "phone" else f"{site}/teaching/{plan}.html"
    context = browser.new_context(**SCREENS[screen])
    page, missing = context.new_page(), []
    for number, step in enumerate(shown):
        page.goto(start)
        assert page.locator(links).count() == len(shown)
        link = page.locator(links).nth(number)
        leads = link.evaluate("link => link.href")
        (Locator.tap if screen == "phone" else Locator.click)(link)
        page.wait_for_url(leads)
        until(page, DRAWN)
        names = [what for words, what in SHOWN.items() if re.search(words, step["do"])] or [":target :is(h1,h2,h3)"]
        try:
            until(page, WHOLE, ", ".join(names), seconds=10)
        except Error:
            missing.append((step["title"], page.evaluate("[location.hash, scrollY]")))
    context.close()
    assert missing == []


@pytest.mark.site
def test_no_worksheet_is_wider_than_a_phone(browser, site):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    wide = []
    for path in sorted((SITE / "worksheets").rglob("*.html")):
        page.goto(f"{site}/{path.relative_to(SITE._of_a_marked_test()).as_posix()}")
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(path.name)
    context.close()
    assert wide == []


# Question banks


def test_moodle_xml_holds_every_question_with_the_words_on_its_options():
    root = XML.fromstring(banks.moodle(quiz.questions().values(), title="A/B"))
    asked = root.findall("question[@type='multichoice']")
    assert [one.findtext("name/text") for one in asked] == list(quiz.questions())
    assert len(root.findall("question[@type='category']")) == len(quiz.chapters())
    for one, question in zip(asked, quiz.questions().values()):
        answers = one.findall("answer")
        assert [answer.get("fraction") for answer in answers] == [
            "100" if option.right else "0" for option in question.options
        ]
        assert [answer.findtext("text") for answer in answers] == [
            f"<p>{escape(option.text)}</p>" for option in question.options
        ]
        assert [answer.findtext("feedback/text") for answer in answers] == [
            f"<p>{escape(option.feedback)}</p>" for option in question.options
        ]
        assert one.findtext("shuffleanswers") == "true"


def test_gift_can_be_read_again_as_it_was_written():
    """By a reader of our own, after the format's description: marks of its own are escaped, nothing is lost."""
    text = banks.gift(quiz.questions().values(), title="A")
    found = {}
    for block in text.split("\n\n"):
        if match := re.fullmatch(r"::([\w-]+)::(.*?) (?<!\\){\n(.*)}", block.strip(), flags=re.DOTALL):
            options = [
                re.fullmatch(r"\t([=~])((?:\\.|[^\\#])*)#(.*)", line).groups()
                for line in match[3].strip("\n").split("\n")
            ]
            found[match[1]] = [(mark == "=", plain(said), plain(word)) for mark, said, word in options]
    assert found == {
        id: [(option.right, option.text, option.feedback) for option in question.options]
        for id, question in quiz.questions().items()
    }


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def test_the_qti_package_lists_every_item_and_each_item_names_its_right_choice():
    with zipfile.ZipFile(io.BytesIO(banks.qti(quiz.questions().values(), title="A"))) as package:
        manifest = XML.fromstring(package.read("imsmanifest.xml"))
        listed = [one.get("href") for one in manifest.iter(f"{{{banks.PACKAGE}}}resource")]
        assert listed == [f"items/{id}.xml" for id in quiz.questions()]
        assert set(package.namelist()) == {"imsmanifest.xml", *listed}
        for id, question in quiz.questions().items():
            item = XML.fromstring(package.read(f"items/{id}.xml"))
            assert (
                item.findtext(f".//{{{banks.NAMESPACE}}}correctResponse/{{{banks.NAMESPACE}}}value") == question.right
            )
            assert len(item.findall(f".//{{{banks.NAMESPACE}}}simpleChoice")) == len(question.options)


def test_the_common_cartridge_has_a_quiz_for_each_chapter_and_a_word_on_each_option():
    asked = list(quiz.questions().values())
    with zipfile.ZipFile(io.BytesIO(banks.cartridge(asked, title="A & B"))) as package:
        manifest = XML.fromstring(package.read("imsmanifest.xml"))
        # a Moodle of any age knows a cartridge by its name space among the first 500 characters
        assert f'xmlns="{banks.CARTRIDGE_PACKAGE}"' in package.read("imsmanifest.xml")[:500].decode()
        names = {"cc": banks.CARTRIDGE_PACKAGE, "q": banks.CARTRIDGE_QUIZ}
        files = [one.get("href") for one in manifest.findall(".//cc:resource/cc:file", names)]
        assert set(package.namelist()) == {"imsmanifest.xml", *files}
        leads = [one.get("identifierref") for one in manifest.findall(".//cc:item/cc:item", names)]
        assert leads == [one.get("identifier") for one in manifest.iter(f"{{{banks.CARTRIDGE_PACKAGE}}}resource")]
        items = [item for file in files for item in XML.fromstring(package.read(file)).findall(".//q:item", names)]
    assert [item.get("ident") for item in items] == [question.id for question in asked]
    for item, question in zip(items, asked):
        right = [
            one for one in item.findall(".//q:respcondition", names) if one.findtext("q:setvar", None, names) == "100"
        ]
        assert [one.findtext(".//q:varequal", None, names) for one in right] == [question.right]
        said = {
            one.get("ident"): one.findtext(".//q:mattext", None, names) for one in item.findall("q:itemfeedback", names)
        }
        for option in question.options:
            shown = item.find(f".//q:respcondition[@title='{option.letter}']/q:displayfeedback", names)
            assert said[shown.get("linkrefid")] == option.feedback
        labels = [one.findtext(".//q:mattext", None, names) for one in item.findall(".//q:response_label", names)]
        assert labels == [option.text for option in question.options]


# Downloads


@pytest.mark.site
def test_the_teachers_page_lists_what_is_there_and_names_what_is_not():
    page = BeautifulSoup((SITE / "teaching" / "index.html").read_text("utf-8"), "html.parser")
    rows = page.select("table.downloads tbody tr")
    assert len(rows) == len(downloads.offers())
    for row, offer in zip(rows, downloads.offers()):
        there = (SITE / downloads.FOLDER / offer.name).exists()
        assert there or not offer.built, offer.name
        assert bool(row.select_one("a[href]")) == there
        assert re.search(r"\d (kB|MB)", row.get_text()) if there else "make teachers" in row.get_text()


def test_the_site_in_one_file_links_no_download_that_it_does_not_hold(tmp_path):
    site = tmp_path / "site"
    (site / "teaching").mkdir(parents=True)
    (site / "teaching" / "index.html").write_text(downloads.BEGIN + downloads.END, "utf-8")
    (site / downloads.FOLDER).mkdir()
    for offer in downloads.offers():
        (site / downloads.FOLDER / offer.name).write_bytes(b"as an earlier run left it")
    downloads.write_site(site, tmp_path)
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as made:
        held = {Path(name).name for name in made.namelist() if f"/{downloads.FOLDER}/" in name}
        page = next(name for name in made.namelist() if name.endswith("teaching/index.html"))
        links = BeautifulSoup(made.read(page).decode(), "html.parser").select("a[download]")
    assert {link.get_text() for link in links} == held
    assert held == {offer.name for offer in downloads.offers()} - set(downloads.alone())
    whole = BeautifulSoup((site / "teaching" / "index.html").read_text("utf-8"), "html.parser")
    assert len(whole.select("a[download]")) == len(downloads.offers())


@pytest.mark.site
def test_the_form_of_the_forecast_is_a_table_that_a_spreadsheet_opens():
    content = (SITE / downloads.FOLDER / downloads.FORM).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    page = BeautifulSoup((SITE / "chapters" / "forecast.html").read_text("utf-8"), "html.parser")
    assert len(rows) == len(page.select(".forecast-question")) and all(row["text"].endswith("?") for row in rows)
    assert {row["probability_percent"] for row in rows} == {""}


# The slides of a plan


@pytest.mark.site
@pytest.mark.parametrize("plan", PLANS)
def test_each_slide_of_a_plan_speaks_to_the_class_and_tells_the_teacher_the_rest(plan):
    [(length, steps)] = lesson_plans.plans(f"teaching/{plan}")
    deck = made(ADDRESS)[f"slides/{plan}.html"].select(".slides > section")
    assert len(deck) == 1 + len(steps) and deck[0].select_one(".slide-code svg")
    for slide, step in zip(deck[1:], steps):
        lines = [line.get_text() for line in slide.select(".slide-wall p")]
        assert lines == step["wall"] and all(line[0].isupper() or line[0] == "“" for line in lines)
        assert f"{step['minutes']} minutes" in slide.get_text() and slide.select_one("aside.notes").get_text()
        assert bool(slide.select(".slide-code")) == ("address" in step["do"]), step["title"]
