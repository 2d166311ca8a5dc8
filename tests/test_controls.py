"""The controls of every chart of the book, explorers and others: what a reader sets is what chart, words and link say, after a reload and Back, too."""

from __future__ import annotations

import pytest
from conftest import ROOT, notebooks, until
from test_explorers import DISAGREES, KEPT, SCRIPT, by_keys, link
from test_site import Visit

#: Pages with a chart that a reader can set.
CONTROLLED = [page for page in notebooks() if '"bind"' in (ROOT / f"{page}.ipynb").read_text("utf-8")]
EXPLORED = [
    "chapters/what-if",
    "chapters/scenario-lab",
    "chapters/scenarios/join",
    "chapters/how-many-were-left",
    "chapters/when-would-it-end",
]
FIGURES = "figure.chart:has(form.chart-controls)"
VALUES = "figure => [...figure.querySelectorAll('[data-param]')].map(control => /radio|checkbox/.test(control.type) ? control.checked : control.value)"


class Controlled(Visit):
    """A page whose charts are alive, and whose controls are moved with keys."""

    def __init__(self, browser, site: str, page: str, fragment: str = "", **options):
        super().__init__(browser, site, page, **options)
        self.page.add_init_script(SCRIPT)
        self.address = f"{site}/{page}.html?view=shown"  # no hand can reach a control under a cover
        self.page.goto("about:blank")
        self.page.goto(self.address + fragment)
        self.woken()

    def woken(self) -> list:
        self.wake_charts()
        assert set(self.states()) == {"live"}
        figures = self.page.query_selector_all(FIGURES)
        for figure in figures:
            self.rest(figure)
        return figures

    def rest(self, figure) -> None:
        self.settle(
            figure, lambda: figure.evaluate("figure => figure.controls.get([...figure.controls.keys()][0]).tell()")
        )

    def settle(self, figure, act) -> None:
        figure.evaluate("figure => { window.settled = shown(figure); }")
        act()
        self.page.evaluate("window.settled")

    def move(self, figure) -> None:
        figure.evaluate("figure => figure.querySelectorAll('.explorer-all').forEach(fold => { fold.open = true; })")
        controls = figure.query_selector_all("[data-param]:not([type=radio]), [type=radio]:checked")
        for control in controls:
            by_keys(self.page, control, 2)
        self.rest(figure)

    def all(self) -> list[list]:
        return [figure.evaluate(VALUES) for figure in self.page.query_selector_all(FIGURES)]

    def agrees(self) -> list[str]:
        return [wrong for figure in self.page.query_selector_all(FIGURES) for wrong in figure.evaluate(DISAGREES)]


@pytest.mark.parametrize("page", CONTROLLED)
def test_what_a_reader_sets_stays_with_the_tab(browser, site, page):
    with Controlled(browser, site, page) as visit:
        start = visit.all()
        assert start, "the page has a chart with controls"
        for figure in visit.woken():
            visit.move(figure)
        moved = visit.all()
        assert all(one != other for one, other in zip(start, moved)) and visit.agrees() == []
        visit.page.reload()
        visit.woken()
        assert visit.all() == moved and visit.agrees() == []
        visit.page.goto("about:blank")
        visit.page.go_back()
        visit.woken()
        assert visit.all() == moved and visit.agrees() == []
        for figure in visit.woken():
            visit.settle(figure, lambda figure=figure: figure.query_selector("button[type=reset]").click())
        assert visit.all() == start and visit.agrees() == []
        visit.page.reload()
        visit.woken()
        assert visit.all() == start and visit.agrees() == []
        assert visit.errors == []


@pytest.mark.parametrize("page", CONTROLLED)
def test_erased_is_erased_in_every_chart(browser, site, page):
    with Controlled(browser, site, page) as visit:
        start = visit.all()
        for figure in visit.woken():
            visit.move(figure)
        assert visit.all() != start
        assert visit.page.evaluate("book.eraseAll()")
        visit.woken()
        assert visit.all() == start and visit.agrees() == [] and visit.page.evaluate(KEPT) == []


@pytest.mark.parametrize("page", EXPLORED)
def test_a_link_is_taken_once_and_another_address_changes_nothing(browser, site, page):
    with Controlled(browser, site, page) as visit:
        start = visit.all()
        id, control, value = visit.page.evaluate("""() => {
          const figure = document.querySelector("figure.explorer"), [[name, control]] = [...figure.controls].filter(([, control]) => control.isNumber);
          return [JSON.parse(figure.dataset.explorer).id, name, Number(control.first.max)];
        }""")
        visit.page.goto("about:blank")
        visit.page.goto(f"{visit.address}#{link(id, {control: value})}&fbclid=x.")
        visit.woken()
        came = visit.all()
        message = visit.page.locator("figure.explorer .explorer-message").first
        assert came != start and visit.agrees() == [] and "came with the link" in message.inner_text()
        assert visit.page.url == visit.address
        visit.page.goto(f"{visit.address}#no-such-anchor")
        visit.page.reload()
        visit.woken()
        assert visit.all() == came and visit.page.url.endswith("#no-such-anchor")
        assert "came with the link" in message.inner_text(), "what can be undone can still be undone after a reload"


def test_slides_keep_their_numbers_and_their_explorers(browser, site):
    """The address of a slide is no link to an explorer; what its sliders say stays with the tab there, too, and apart from the chapter."""
    with Controlled(browser, site, "chapters/what-if") as visit:
        visit.page.goto(f"{site}/slides/what-if.html")
        until(visit.page, "() => window.bookSlides?.isReady()")
        number = visit.page.evaluate(
            "[...document.querySelectorAll('.slides > section')].findIndex(slide => slide.querySelector('figure.explorer'))"
        )
        visit.page.goto(f"{site}/slides/what-if.html#/{number}")
        alive = "() => document.querySelector('figure.explorer').explorer && document.querySelector('figure.explorer').dataset.state === 'live'"
        until(visit.page, alive)
        figure = visit.page.query_selector("figure.explorer")
        slider = figure.query_selector("[data-param=lost]")
        visit.settle(figure, lambda: by_keys(visit.page, slider, 3))
        given, slide = slider.input_value(), "[window.bookSlides.getIndices().h, location.hash.startsWith('#/')]"
        assert given == "0.33" and visit.page.evaluate(slide) == [number, True]
        visit.page.reload()
        until(visit.page, alive)
        figure = visit.page.query_selector("figure.explorer")
        assert figure.query_selector("[data-param=lost]").input_value() == given
        assert figure.query_selector(".explorer-message").inner_text() == "" and visit.page.evaluate(slide) == [
            number,
            True,
        ]
        visit.page.goto(visit.address)
        visit.woken()
        assert visit.page.locator("[data-param=lost]").first.input_value() == "0.3"
        assert visit.errors == []
