"""The built site in a real browser: alone, alive, readable without a script and on a phone, light enough."""

from __future__ import annotations

import random
import re
from urllib.parse import unquote, urldefrag, urljoin

import altair as alt
import pytest
from bs4 import BeautifulSoup
from conftest import SITE, pages, until

from explorable.figures.compiling import compiled
from explorable.pages import budgets
from explorable.pages.charts import COMPILER

PHONE, DESK = {"width": 375, "height": 740}, {"width": 1280, "height": 900}


def html(page: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser")


class Visit:
    """A page opened in a browser that may reach this site and nothing else, and everything it did."""

    def __init__(self, browser, site: str, page: str, **options):
        self.context = browser.new_context(**{"viewport": DESK, **options})
        self.page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.bodies: dict[str, bytes] = {}
        self.page.route("**/*", lambda route: self._only(route, site))
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", lambda response: self._keep(response))
        self.page.goto(f"{site}/{page}.html")

    def _only(self, route, site: str) -> None:
        if route.request.url.startswith((site, "data:", "blob:")):
            return route.continue_()
        self.outside.append(route.request.url)
        return route.abort()

    def _keep(self, response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")
        self.bodies[response.url] = b""

    def wake_charts(self) -> None:
        """Scroll each chart into view and wait until it says that it is live or has failed."""
        for chart in self.page.locator("figure.chart").all():
            chart.scroll_into_view_if_needed()
            until(self.page, "chart => chart.dataset.state", chart.element_handle())

    def states(self) -> list[str]:
        return self.page.eval_on_selector_all("figure.chart", "charts => charts.map(chart => chart.dataset.state)")

    def overflow(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.mark.parametrize("page", [*pages(), "search", "genindex"])
def test_page_is_alone_alive_and_fits(browser, site, page):
    """No other host is asked, no error is logged, every chart comes alive, nothing sticks out; then the same on a phone."""
    for viewport in (DESK, PHONE):
        with Visit(browser, site, page, viewport=viewport) as visit:
            visit.wake_charts()
            assert visit.states() == ["live"] * len(visit.states())
            assert visit.outside == []
            assert visit.errors == []
            assert visit.overflow() <= 0, f"sticks out at {viewport['width']} px"


#: The words of a picture that its edge cuts.
CUT = """picture => { const { left, right } = picture.getBoundingClientRect();
  return [...picture.querySelectorAll("text")].filter(text => { const box = text.getBoundingClientRect(); return box.left < left - 1 || box.right > right + 1; })
    .map(text => text.textContent); }"""


@pytest.mark.parametrize("page", pages())
def test_charts_show_their_picture_without_javascript(browser, site, page):
    with Visit(browser, site, page, java_script_enabled=False, viewport=PHONE) as visit:
        for chart in visit.page.locator("figure.chart").all():
            picture = chart.locator("svg[role=img]").first
            assert picture.bounding_box()["height"] > 50
            assert picture.evaluate(CUT) == []
            assert len(picture.get_attribute("aria-label")) > 20
            assert chart.locator("form").count() == 0 or not chart.locator("form").first.is_visible()


@pytest.mark.parametrize("page", pages())
def test_charts_follow_the_theme(browser, site, page):
    """In the dark theme the ink of every chart is light; without a script the page is light, and so are its charts."""
    with Visit(browser, site, page, color_scheme="dark") as visit:
        visit.wake_charts()
        for fill in visit.page.eval_on_selector_all(
            "figure.chart svg text", "texts => texts.slice(0, 40).map(text => getComputedStyle(text).fill)"
        ):
            red, green, blue = map(int, re.findall(r"\d+", fill)[:3])
            assert max(red, green, blue) > 120, f"dark ink on a dark page: {fill}"


def test_what_a_picture_says_keeps_all_its_decimals():
    """Paths are rounded to what can be seen, the words and figures beside them are not."""
    said = alt.Chart(alt.Data(values=[{"said": "0.1234 of all"}])).mark_text().encode(text="said:N").to_json()
    assert ">0.1234 of all<" in compiled(said, COMPILER)[1]


@pytest.mark.parametrize("page", pages())
@pytest.mark.site
def test_figures_are_whole(page):
    """Each chart has its title, its sources as links that lead somewhere, and its data as a table."""
    bibliography = html("chapters/bibliography")
    for figure in html(page).select("figure.chart"):
        assert figure.select_one("figcaption").get_text(strip=True)
        links = figure.select(".chart-source a")
        assert links
        for link in links:
            assert bibliography.find(id=link["href"].partition("#")[2]), link["href"]
        tables = ".explorer-tables table" if "explorer" in figure["class"] else ".chart-data td"
        assert figure.select(tables), "no data table"


@pytest.mark.site
def test_a_window_is_called_by_its_page_and_its_book():
    assert html("index").title.get_text() == "After the Caliphate"
    assert html("chapters/toll").title.get_text() == "The toll — After the Caliphate"


@pytest.mark.site
def test_an_exercise_leads_to_its_objective():
    """A page lists its objectives without their numbers, and a second page of a chapter has not all of them: the number is a link."""
    rows = html("chapters/objectives")
    abouts = [about for page in pages() for about in html(page).select(".exercise-about")]
    assert len(abouts) > 100
    for about in abouts:
        first = re.search(r"objectives? (\d+)", about.get_text())[1]
        row = rows.find(id=about.a["href"].partition("#")[2])
        assert row.th.get_text().startswith(f"{first}. ")


@pytest.mark.parametrize("page", pages())
def test_page_asks_only_for_what_its_budget_counts(browser, site, page):
    """A browser asks for nothing that the budget of the page (explorable/pages/budgets.csv), which the build keeps, leaves out."""
    with Visit(browser, site, page) as visit:
        visit.wake_charts()
        visit.page.wait_for_load_state("networkidle")
        files = {url.partition("?")[0] for url in visit.bodies if url.startswith(site)}
    paths = {SITE / unquote(url.removeprefix(site).lstrip("/")) for url in files}
    assert {path.resolve() for path in paths if path.is_file()} <= budgets.files_of(
        (SITE / f"{page}.html").resolve(), SITE.resolve()
    )


def test_a_page_above_its_budget_is_found(tmp_path):
    """Its text, its style sheet and the picture that the style sheet names are counted together."""
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="a%20b.css?v=1"><script src="https://example.org/x.js"></script>', "utf-8"
    )
    (tmp_path / "a b.css").write_text("body { background: url(noise.png) }", "utf-8")
    (tmp_path / "noise.png").write_bytes(random.Random(1).randbytes(201 * 1024))
    ((page, kind, weight, limit),) = budgets.weights(tmp_path)
    assert (page, kind, limit) == ("index.html", "text", 200) and limit < weight < limit + 2
    assert max(budgets.budgets().values()) <= budgets.MOST


@pytest.mark.site
def test_every_internal_link_and_asset_resolves():
    """Each href and src of the site leads to a file of the site, and each fragment to an element of it."""
    targets: dict[str, set[str]] = {}
    broken = []
    files = [path for path in SITE.rglob("*.html") if "_static" not in path.parts]
    for path in files:
        name = path.relative_to(SITE).as_posix()
        targets[name] = {tag["id"] for tag in BeautifulSoup(path.read_text("utf-8"), "html.parser").find_all(id=True)}
    for path in files:
        name = path.relative_to(SITE).as_posix()
        for tag in BeautifulSoup(path.read_text("utf-8"), "html.parser").find_all(["a", "link", "script", "img"]):
            address = tag.get("href") or tag.get("src")
            if not address or re.match(r"[a-z]+:|//", address):
                continue
            file, fragment = urldefrag(urljoin(f"/{name}", re.sub(r"\?[^#]*", "", address)))
            file = unquote(file).lstrip("/") or "index.html"
            if not (SITE / file).is_file() or (fragment and file in targets and unquote(fragment) not in targets[file]):
                broken.append(f"{name}: {address}")
    assert broken == []


@pytest.mark.site
def test_no_page_names_another_host_for_its_assets():
    for path in SITE.rglob("*.html"):
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        addresses = [tag.get("src") or tag.get("href") for tag in soup.find_all(["script", "img", "iframe", "link"])]
        assert [a for a in addresses if a and re.match(r"(https?:)?//", a)] == [], path.name


def test_search_finds_a_word_of_the_book(browser, site):
    with Visit(browser, site, "index") as visit:
        visit.page.goto(f"{site}/search.html?q=returnee")
        visit.page.wait_for_selector("ul.search li a")
        assert visit.errors == []


def test_a_reader_can_choose_the_theme_and_it_is_kept(browser, site):
    with Visit(browser, site, "chapters/strategy") as visit:
        before = visit.page.evaluate("document.documentElement.dataset.theme")
        for _ in range(3):  # light, dark, as the system says
            visit.page.locator(".theme-switch-button").first.click()
            if visit.page.evaluate("document.documentElement.dataset.theme") != before:
                break
        chosen = visit.page.evaluate("document.documentElement.dataset.theme")
        assert chosen != before
        visit.page.goto(f"{site}/index.html")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == chosen


def test_a_dark_page_is_printed_dark_on_white(browser, site):
    with Visit(browser, site, "chapters/audit", color_scheme="dark") as visit:
        ink = "() => getComputedStyle(document.querySelector('article p')).color.match(/\\d+/g).map(Number)"
        assert min(visit.page.evaluate(ink)) > 150, "light on dark"
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert max(visit.page.evaluate(ink)) < 120
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert min(visit.page.evaluate(ink)) > 150


def test_code_can_be_copied_and_the_notebook_downloaded(browser, site):
    with Visit(browser, site, "chapters/strategy", permissions=["clipboard-read", "clipboard-write"]) as visit:
        cell = visit.page.locator("details.code-fold:visible").first
        cell.locator("summary").click()
        block = cell.locator("div.highlight").first
        block.hover()
        block.locator("button.copybtn").click()
        assert 'data.load("events")' in visit.page.evaluate("navigator.clipboard.readText()")
        visit.page.get_by_role("button", name="Download this page").click()
        with visit.page.expect_download() as download:
            visit.page.locator(".btn-download-source-button").click()
        assert download.value.suggested_filename == "strategy.ipynb"
