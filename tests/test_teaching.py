"""The pages for teachers: minutes add up, every page, anchor and control that a plan names is there, and the 50-minute plan can be taught."""

from __future__ import annotations

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from conftest import ROOT, SITE, pages, until
from playwright.sync_api import expect
from test_site import Visit

from aftermath.ties import loose_figures
from explorable.course import exercises
from explorable.course import lesson_plans as teaching

TEACHING = [page for page in pages() if page.startswith("teaching/")]
PLANS = {page: teaching.plans(page) for page in TEACHING if teaching.plans(page)}
LESSONS = {
    "teaching/lesson-20": [20],
    "teaching/lesson-50": [50],
    "teaching/lesson-90": [90],
    "teaching/unit": [90, 90, 90],
}


def source(page: str) -> str:
    return (ROOT / f"{page}.md").read_text("utf-8")


@cache
def built(page: str) -> BeautifulSoup:
    return BeautifulSoup(
        (SITE / f"{page}.html").read_text("utf-8"), "html.parser", parse_only=SoupStrainer(["article", "main"])
    )


@cache
def names_on(page: str) -> tuple[list[str], set[str]]:
    """Return the texts of the controls and headings of a page, and its anchors."""
    controls = built(page).select("button, label, summary, legend, figcaption, .explorer-question, h1, h2, h3")
    return [words(tag.get_text()).rstrip("#") for tag in controls], {tag["id"] for tag in built(page).find_all(id=True)}


def place(step: dict) -> tuple[str, str]:
    """Return the page and the anchor that a step shows."""
    page, _, anchor = step["page"].partition("#")
    return re.sub(r"\.(md|ipynb)$", "", page.lstrip("/")), anchor


def words(text: str) -> str:
    return " ".join(text.split())


# The plans


@pytest.mark.parametrize(("page", "lengths"), LESSONS.items())
def test_each_plan_has_the_length_of_its_name(page, lengths):
    assert [length for length, _ in PLANS[page]] == lengths
    for length, steps in PLANS[page]:
        assert sum(step["minutes"] for step in steps) == length
    assert source(page).count("```{lesson-plan}") == len(lengths), "a plan that the tests do not read"


@pytest.mark.parametrize("page", LESSONS)
@pytest.mark.site
def test_each_plan_says_all_that_a_teacher_needs(page):
    headings = [words(heading.get_text()).rstrip("#") for heading in built(page).select("h2")]
    for needed in ("Aims", "What you need", "Board plan", "If the network is down"):
        assert needed in headings, f"{page} lacks “{needed}”"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("minutes: 8", "minutes: 9"), "add up to 51 minutes, and the plan says 50"),
        (("minutes: 8", "minutes: 7"), "add up to 49 minutes, and the plan says 50"),
        (("minutes: 8", "minutes: eight"), "'eight' minutes"),
        (("minutes: 8", "minutes: 0"), "takes 0 minutes: write a whole number of at least 1"),
        (("  minutes: 8\n", ""), "lacks ['minutes']"),
        (("use: [This is my forecast]", "button: [This is my forecast]"), "unknown parts ['button']"),
        (("- title: Five stories", "-title: Five stories"), "YAML"),
    ],
)
def test_a_plan_that_does_not_hold_together_says_why(change, says):
    text = next(body for _, body in teaching.FENCE.findall(source("teaching/lesson-50")))
    assert change[0] in text
    with pytest.raises(teaching.PlanError, match=re.escape(says)):
        teaching.steps(text.replace(*change, 1), length=50)


@pytest.mark.parametrize("page", PLANS)
@pytest.mark.site
def test_the_built_page_shows_the_clock_of_each_step(page):
    shown = [clock.get_text() for clock in built(page).select(".lesson-clock")]
    assert shown == [
        f"{step['start']}–{step['start'] + step['minutes']} min" for _, steps in PLANS[page] for step in steps
    ]


@pytest.mark.site
def test_every_page_anchor_and_control_of_a_plan_is_in_the_built_site():
    lost = []
    for plan, found in PLANS.items():
        shown = built(plan).select(".lesson-plan > li")
        for item, step in zip(shown, [step for _, steps in found for step in steps], strict=True):
            if not step.get("page"):
                continue
            page = place(step)[0]
            if page not in pages():
                lost.append(f"{plan}, {step['title']}: {page} is no page")
                continue
            texts, ids = names_on(page)
            anchors = [
                link["href"].partition("#")[2]
                for link in item.select("a[href]")
                if re.split("[?#]", link["href"])[0].endswith(f"{page.rpartition('/')[2]}.html")
            ]
            if not anchors or not any(not anchor or anchor in ids for anchor in anchors):
                lost.append(f"{plan}, {step['title']}: {step['page']} leads nowhere")
            lost += [
                f"{plan}, {step['title']}: {page} has no “{name}”"
                for name in step.get("use", [])
                if not any(text.startswith(name) for text in texts)
            ]
    assert lost == []


@pytest.mark.site
def test_every_chapter_says_what_students_may_believe():
    plain = {
        "claims",
        "glossary",
        "bibliography",
        "status",
        "objectives",
        "accessibility",
        "privacy",
        "licences",
        "how-we-checked",
        "guesses",
        "ten-minutes",
    }
    chapters = {exercises.chapter_of(page) for page in pages() if page.startswith("chapters/")} - plain
    assert set(teaching.misconceptions()) == chapters, "teaching/misconceptions.csv: a row or more for each chapter"
    for rows in teaching.misconceptions().values():
        for row in rows:
            assert all(row[name].strip() for name in ("belief", "because", "answer", "ask")) and row[
                "ask"
            ].rstrip().endswith(("?", ".")), row
    assert len(built("teaching/misconceptions").select(".misconception")) == sum(
        map(len, teaching.misconceptions().values())
    )


def test_figures_in_what_the_chapters_say_are_tied():
    instructions = {1.0, 100.0}
    assert [
        loose
        for rows in teaching.misconceptions().values()
        for row in rows
        for loose in loose_figures(row["answer"], instructions)
    ] == []


@pytest.mark.site
def test_teachers_find_the_way_from_the_first_page():
    assert built("index").select_one('article a[href="teaching/index.html"]')
    links = {link["href"].partition("#")[0] for link in built("teaching/index").select("article a[href]")}
    for page in TEACHING[1:]:
        assert f"{page.removeprefix('teaching/')}.html" in links, f"the first page for teachers does not lead to {page}"


@pytest.mark.site
def test_help_content_note_and_safeguarding_are_where_a_teacher_looks():
    text = words(built("teaching/discussion").get_text())
    for needed in (
        "Content note",
        "Where to find help",
        "Ground rules",
        "Safeguarding",
        "Befrienders Worldwide",
        "0800 011 3764",
    ):
        assert needed in text


def test_roles_are_officials_and_each_card_is_a_sheet(browser, site):
    with Visit(browser, site, "teaching/role-cards") as visit:
        cards = visit.page.locator("#role-cards > section")
        assert cards.count() == 5
        assert all(
            name.startswith("Ministry of")
            for name in visit.page.locator("#role-cards > section > h2").all_inner_texts()
        )
        visit.page.emulate_media(media="print")
        assert (
            visit.page.eval_on_selector_all(
                "#role-cards > section", "all => all.map(one => getComputedStyle(one).breakBefore)"
            )
            == ["page"] * 5
        )
        for height in visit.page.eval_on_selector_all(
            "#role-cards > section", "all => all.map(one => one.offsetHeight)"
        ):
            assert height < 1000, "a card is longer than a sheet"


# The 50-minute plan, walked


class Class50:
    """One pair of students with one browser, which may reach the site and nothing else."""

    def __init__(self, visit, site: str):
        self.visit, self.page, self.site, self.seen = visit, visit.page, site, set()

    def open(self, step: dict) -> None:
        page, anchor = place(step)
        self.page.goto(f"{self.site}/{page}.html")
        self.seen.add(page)

    def this_is_what_it_is_about(self):
        assert self.page.get_by_role("heading", name="Content note").is_visible()

    def forecast_before_you_know(self):
        for number in range(1, 6):
            slider = self.page.locator(f"[data-question=Q0{number}]")
            slider.wait_for(state="visible")  # it is there when the page's script has come
            slider.focus()
            self.page.keyboard.press("ArrowRight")
            assert slider.get_attribute("aria-valuetext") == "51 %: 51 of 100 such cases"
        self.page.get_by_role("button", name="This is my forecast").click()
        assert "is kept in this browser" in self.page.locator("form.forecast .explorer-message").inner_text()

    def five_stories(self):
        table = self.page.locator("#what-the-five-claim table").first
        assert table.locator("tbody tr").count() == 5

    def explorer(self):
        figure = self.page.locator("figure.explorer").first
        figure.scroll_into_view_if_needed()
        until(self.page, "figure => figure.explorer", figure.element_handle())
        return figure

    def predict_then_move(self):
        figure = self.explorer()
        assert (
            figure.locator(".explorer-note").is_visible()
            and figure.locator(".explorer-entry .explorer-question").count() == 3
        )

    def what_follows_from_what_you_assume(self):
        figure = self.explorer()
        before = figure.locator(".stage-answer").text_content()
        choice = figure.get_by_label("All at once")
        choice.select_option(
            label=next(text for text in choice.locator("option").all_inner_texts() if text.startswith("mostly"))
        )
        figure.locator(".explorer-entry [data-param=lost]").fill("0.5")
        until(
            self.page,
            "([figure, before]) => figure.querySelector('.stage-answer').textContent !== before",
            [figure.element_handle(), before],
        )
        figure.get_by_text("Keep, compare, share").click()
        figure.get_by_role("button", name="Pin to compare").click()
        assert "Pinned" in figure.locator(".explorer-pinned").inner_text()
        figure.get_by_role("button", name="Pessimist").click()
        with self.page.expect_download() as download:
            figure.get_by_role("button", name="Save file").click()
        assert download.value.suggested_filename.endswith(".json")
        figure.get_by_role("button", name="Reset all").click()
        until(
            self.page,
            "([figure, before]) => figure.querySelector('.stage-answer').textContent === before",
            [figure.element_handle(), before],
        )

    def what_came(self):
        guess = self.page.locator(".guess").first
        guess.locator("input[type=range]").focus()
        self.page.keyboard.press("ArrowLeft")
        guess.get_by_role("button", name="This is my guess").click()
        figure = self.page.locator(
            "figure.chart", has=self.page.locator("figcaption", has_text="Dutch travellers by June 2024")
        )
        figure.scroll_into_view_if_needed()
        until(self.page, "figure => figure.dataset.state", figure.element_handle())
        assert figure.get_attribute("data-state") == "live"

    def how_good_was_your_forecast(self):
        expect(self.page.locator(".forecast-result")).to_contain_text("Your forecast: a mean Brier score")
        folded = self.page.get_by_text("The outcomes. Open them when your forecast is written.")
        folded.click()
        assert "you said 51 %" in self.page.locator("tr[data-question=Q01]").inner_text()


WALK = {
    "What this is about, and how we speak": Class50.this_is_what_it_is_about,
    "Everyone opens the page": None,  # on the projector, and the class's page: tests/test_handouts.py
    "Forecast before you know": Class50.forecast_before_you_know,
    "Five stories": Class50.five_stories,
    "Predict, then move": Class50.predict_then_move,
    "What follows from what you assume": Class50.what_follows_from_what_you_assume,
    "What came": Class50.what_came,
    "How good was your forecast?": Class50.how_good_was_your_forecast,
    "One sentence to take home": None,  # paper
}


@pytest.mark.parametrize(
    "screen", [{"width": 1280, "height": 900}, {"width": 375, "height": 740}], ids=["projector", "phone"]
)
def test_the_50_minute_plan_can_be_taught_from_the_pages_alone(browser, site, screen):
    """Each step in its order, in one browser without any account: its page opens, its controls are there and do what the plan says."""
    [(_, steps)] = PLANS["teaching/lesson-50"]
    assert [step["title"] for step in steps] == list(WALK), "the plan has changed: walk its steps anew"
    with Visit(browser, site, "teaching/lesson-50", viewport=screen, accept_downloads=True) as visit:
        lesson = Class50(visit, site)
        for step in steps:
            if step.get("page"):
                visit.page.goto(f"{site}/teaching/lesson-50.html")
                link = visit.page.locator(".lesson-plan > li", has_text=step["title"]).locator("a[href*='.html']").last
                link.click()
                lesson.seen.add(place(step)[0])
                visit.page.wait_for_load_state()
                anchor = visit.page.evaluate("decodeURIComponent(location.hash.slice(1))")
                until(visit.page, "id => !id || document.getElementById(id)", anchor)
                for name in step.get("use", []):
                    assert visit.page.get_by_text(name).first.count(), name
                WALK[step["title"]](lesson)
        assert visit.outside == [] and visit.errors == []
        assert len(lesson.seen) == 5, "the plan says: five pages to open beforehand"


@pytest.mark.parametrize(
    "screen", [{"width": 1280, "height": 720}, {"width": 375, "height": 812}], ids=["wall", "phone"]
)
def test_the_20_minute_plan_from_the_class_s_page(browser, site, screen):
    """The class answers, the picture opens, and the list follows one country; then the section is read."""
    with Visit(browser, site, "20/index", viewport=screen) as visit:
        page = visit.page
        page.get_by_role("link", name="Three rankings").click()
        guess = page.locator(".guess").first
        figure = page.locator("figure.chart").first
        guess.get_by_role("button", name="Belgium").click()
        until(page, "figure => figure.dataset.state === 'live'", figure.element_handle())
        seen = "([figure, said]) => [said.getBoundingClientRect().top > 0, figure.querySelector('.chart-view').getBoundingClientRect().bottom <= innerHeight]"
        sentence = guess.locator(".guess-said").element_handle()
        assert page.evaluate(seen, [figure.element_handle(), sentence]) == [True, True], (
            "the answer's picture is out of view"
        )
        pale = "figure => [...figure.querySelectorAll('svg .mark-line path')].filter(line => getComputedStyle(line).strokeOpacity < .5 || getComputedStyle(line).opacity < .5).length"
        figure.get_by_label("Country", exact=True).select_option(label="Belgium")
        until(page, f"figure => ({pale})(figure) === 7", figure.element_handle())
        page.goto(f"{site}/20/index.html")
        page.get_by_role("link", name="What the last ranking can").click()
        assert "cannot" in page.locator("#what-the-last-ranking-can-say-and-what-it-can-t").inner_text()
        assert visit.outside == [] and visit.errors == []


def test_the_90_minute_plan_from_phones_to_the_plenary(browser, site, tmp_path):
    """Five teams on phones, from the class's page: each sets a share and saves; the plenary names them, and waits with its answer."""
    files, ministries = [], ["Interior", "Justice", "Foreign Affairs", "Families", "Finance"]
    for number, ministry in enumerate(ministries):
        with Visit(browser, site, "90/index", viewport={"width": 375, "height": 812}, accept_downloads=True) as visit:
            visit.page.get_by_role("link", name="Set the assumptions").click()
            figure = visit.page.locator("figure.explorer").first
            until(visit.page, "figure => figure.explorer", figure.element_handle())
            figure.get_by_role("spinbutton", name="Sent abroad").click()
            visit.page.keyboard.press("Control+a")
            visit.page.keyboard.type(str(21 + 3 * number))
            figure.get_by_text("Keep, compare, share").click()
            figure.get_by_label("Team or nickname").fill(ministry)
            with visit.page.expect_download() as download:
                figure.get_by_role("button", name="Save file").click()
            files.append(tmp_path / download.value.suggested_filename)
            download.value.save_as(files[-1])
            assert visit.errors == []
    with Visit(browser, site, "teaching/plenary") as visit:
        page = visit.page
        page.wait_for_selector(".plenary-choose", state="visible")
        page.set_input_files("[data-action=teams]", files)
        until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('5 teams read')")
        assert "The teams stand farthest apart" not in page.locator("article").inner_text()
        page.click("[data-action=reveal]")
        assert "farthest apart on “Share: are sent abroad" in page.locator(".plenary-sentence").inner_text()
        heads = page.locator(".plenary-result tbody th").all_inner_texts()
        assert set(ministries) <= set(heads) and visit.errors == []
