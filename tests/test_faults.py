"""What may go wrong between a host and a reader, one at a time: the text stays readable, charts stay pictures with a word why, the rest works."""

from __future__ import annotations

import re

import pytest
from conftest import SITE, held_back, until
from test_site import Visit

PAGE = "chapters/what-if"  # its chart is an explorer
PARTS = {
    "the chart program": "vega-runtime.js",
    "the charts' script": "charts.js",
    "the explorers' script": "explorers.js",
    "the page's script": "page.js",
    "the theme's script": "pydata-sphinx-theme.js",
    "the styles": "page.css",
}
STATES = (
    "figures => figures.map(figure => ({ state: figure.dataset.state ?? 'picture', words: [...figure.querySelectorAll('.chart-failed')].map(line => line.textContent),"
    " pictures: [...figure.querySelectorAll('.chart-view svg')].filter(one => one.getBoundingClientRect().height > 50).length,"
    " controls: [...figure.querySelectorAll('form.chart-controls')].filter(form => form.checkVisibility({ visibilityProperty: true })).length }))"
)


class Faulty(Visit):
    """A visit during which some files come differently; ``change`` gets a file's text and returns what comes, or nothing for 'not found'."""

    def __init__(self, browser, site: str, page: str, changes: dict, script: str = "", **options):
        self.changes, self.script, self.came = changes, script, set()
        super().__init__(browser, site, page, **options)

    def _only(self, route, site: str) -> None:
        if self.script:
            self.page.add_init_script(self.script)
            self.script = ""
        for name, change in self.changes.items():
            if re.search(rf"/{re.escape(name)}(\?|$)", route.request.url):
                self.came.add(name)
                text = change(route.fetch().text())
                return (
                    route.fulfill(status=404, body="")
                    if text is None
                    else route.fulfill(body=text, content_type="text/html" if name.endswith("html") else None)
                )
        return super()._only(route, site)

    def __exit__(self, *problem) -> None:
        super().__exit__(*problem)
        assert problem[0] or self.came == {*self.changes}, f"the page asked only for {self.came}: this fault never came"

    def figures(self) -> list[dict]:
        return self.page.eval_on_selector_all("figure.chart", STATES)

    def woken(self) -> list[dict]:
        """Scroll through the page; each chart then is live, has failed, or can't begin."""
        for chart in self.page.locator("figure.chart").all():
            chart.scroll_into_view_if_needed()
            until(self.page, "chart => chart.dataset.state || !window.bookCharts", chart.element_handle())
        return self.figures()


def readable(visit: Visit) -> bool:
    """The article stands there, whole and visible."""
    words = visit.page.locator("article.bd-article").inner_text()
    box = visit.page.locator("article.bd-article h1").bounding_box()
    return len(words) > 2_000 and box["width"] > 100 and box["height"] > 10


def half(text: str) -> str:
    return text[: len(text) // 2]


def missing(text: str) -> None:
    return None


@pytest.mark.parametrize("fault", [missing, half])
@pytest.mark.parametrize("part", PARTS)
def test_a_file_that_is_missing_or_cut_short(browser, site, part, fault):
    with Faulty(browser, site, PAGE, {PARTS[part]: fault}) as visit:
        figures = visit.woken()
        assert readable(visit)
        assert all(figure["pictures"] for figure in figures)
        for figure, is_explorer in zip(figures, (True, False)):
            if part in ("the chart program", "the charts' script"):
                assert figure["state"] != "live" and len(figure["words"]) == 1 and not figure["controls"], figure
            elif part == "the explorers' script" and is_explorer:
                assert figure["state"] == "live" and len(figure["words"]) == 1 and not figure["controls"], figure
            else:
                assert figure["state"] == "live" and figure["words"] == [], figure


#: What waits for a script of its own: the page, the script, and the part of the page.
WAITING = {
    "quiz": ("chapters/strategy", "quiz.js", ".quiz-toolbar"),
    "matrix": ("chapters/competing-hypotheses", "hypotheses.js", "form.hypotheses"),
    "plenary": ("teaching/plenary", "plenary.js", ".plenary-choose"),
    "list of what is kept": ("chapters/privacy", "kept.js", ".kept"),
    "ledger": ("chapters/claims", "claims.js", ".claims-filter"),
    "forecast": ("chapters/forecast", "forecast.js", "form.forecast"),
}
LINE = ".chart-failed:has-text('This part of the page does not work here')"


@pytest.mark.parametrize("fault", [missing, half])
@pytest.mark.parametrize("part", WAITING)
def test_a_part_whose_script_did_not_come_says_so_until_it_comes(browser, site, part, fault):
    page, script, waiting = WAITING[part]
    with Faulty(browser, site, page, {script: fault}) as visit:
        line = visit.page.locator(f"{waiting} + {LINE}")
        assert visit.page.locator(waiting).is_hidden() and line.is_visible() and visit.page.locator(LINE).count() == 1
        visit.changes[script] = str  # as it is
        visit.page.evaluate(
            """name => new Promise((resolve, reject) => {
          const old = document.querySelector(`script[src*="/${name}"]`), script = document.createElement("script");
          Object.assign(script, { src: `${old.src}&again`, onload: resolve, onerror: reject });
          document.head.append(script);
        })""",
            script,
        )
        visit.page.wait_for_selector(waiting, state="visible")
        until(
            visit.page,
            "() => !document.querySelector('article').textContent.includes('This part of the page does not work here')",
        )


def test_without_the_library_every_part_says_that_it_does_not_work(browser, site):
    with Faulty(browser, site, "chapters/competing-hypotheses", {"library.js": missing}) as visit:
        assert readable(visit) and visit.page.locator(f"form.hypotheses + {LINE}").is_visible()


def test_a_word_after_printing_that_none_announced_leaves_the_theme(browser, site):
    with Visit(browser, site, "index", color_scheme="dark") as visit:
        for said in (["afterprint"], ["beforeprint", "beforeprint", "afterprint"], ["afterprint", "afterprint"]):
            visit.page.evaluate("said => said.forEach(kind => dispatchEvent(new Event(kind)))", said)
            assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark", said


def test_an_error_in_one_chart_is_that_chart_s_alone(browser, site):
    """The first chart of the page asks for what does not exist; the others come alive."""

    def spoil(text: str) -> str:
        return text.replace('"type":"rect"', '"type":"nonsense"', 1)

    with Faulty(browser, site, "chapters/scenario-lab", {"scenario-lab.html": spoil}) as visit:
        first, *others = visit.woken()
        assert readable(visit)
        assert first["state"] == "failed" and first["pictures"] and len(first["words"]) == 1
        assert others and all(figure["state"] == "live" and not figure["words"] for figure in others)


def test_an_old_program_from_a_cache_is_noticed(browser, site):
    """A chart program that is another than the page expects makes pictures with a word, not charts that are wrong."""
    with Faulty(
        browser, site, PAGE, {"vega-runtime.js": lambda text: 'window.bookVega = { version: "5.0.0" };'}
    ) as visit:
        for figure in visit.woken():
            assert figure["state"] == "failed" and figure["pictures"] and len(figure["words"]) == 1


@pytest.mark.site
def test_a_new_page_asks_for_its_own_scripts():
    """Each script and style that a page asks for carries the checksum of what it is, so that no cache gives it an older one."""
    page = (SITE / f"{PAGE}.html").read_text("utf-8")
    own = re.findall(
        r'(?:src|href|data-runtime)="([^"]*(?:page|charts|explorers|vega-runtime)\.(?:js|css)[^"]*)"', page
    )
    names = {re.fullmatch(r".*?([\w-]+\.(?:js|css))\?v=[0-9a-f]{8}", address)[1] for address in own}
    assert names == {"page.css", "page.js", "charts.js", "explorers.js", "vega-runtime.js"}


BLOCKED = "Object.defineProperty(window, 'localStorage', { configurable: true, get() { throw new DOMException('denied', 'SecurityError'); } });"


@pytest.mark.parametrize(
    "page", ["index", PAGE, "chapters/forecast", "chapters/competing-hypotheses", "chapters/scores"]
)
def test_a_browser_that_keeps_nothing(browser, site, page):
    """Everything works but memory; where memory is missed, the page says so."""
    with Visit(browser, site, "index") as visit:
        visit.page.add_init_script(BLOCKED)
        visit.page.goto(f"{site}/{page}.html")
        visit.wake_charts()
        assert visit.states() == ["live"] * len(visit.states())
        before = visit.page.evaluate("document.documentElement.dataset.theme")
        for _ in range(3):
            visit.page.locator(".theme-switch-button").first.click()
            if visit.page.evaluate("document.documentElement.dataset.theme") != before:
                break
        assert visit.page.evaluate("document.documentElement.dataset.theme") != before
        button = visit.page.locator(".view-switch")
        if button.count():
            button.click()
            assert button.inner_text() == "Hide code"
        slider = visit.page.locator("form.forecast input[type=range]")
        if slider.count():
            slider.first.press("ArrowRight")
            assert "keeps nothing" in visit.page.locator(".explorer-message").first.inner_text()
        assert [error for error in visit.errors if "localStorage" not in error and "denied" not in error] == []


def test_a_slow_network(browser, site):
    """While the chart program is on its way the text and the pictures are there; when it comes, the charts come alive."""
    waiting, comes = [], []
    with Faulty(browser, site, "index", {}) as visit:
        visit.page.route("**/vega-runtime.js*", lambda route: route.continue_() if comes else waiting.append(route))
        visit.page.goto(f"{site}/{PAGE}.html", wait_until="domcontentloaded")
        visit.page.locator("figure.chart").first.scroll_into_view_if_needed()
        until(visit.page, "() => document.querySelector('script[src*=vega-runtime]')")
        assert readable(visit)
        first = visit.figures()[0]
        assert first["state"] == "picture" and first["pictures"] and not first["words"] and not first["controls"]
        while not waiting:
            visit.page.wait_for_timeout(10)
        comes.append(True)
        for route in waiting:  # one may be of the page before
            route.continue_()
        visit.wake_charts()
        assert set(visit.states()) == {"live"} and visit.errors == []


#: How far down a page stands, when it has stood there for ten frames.
STANDS = """new Promise(done => {
  let last, still = 0;
  const look = () => {
    still = scrollY === last ? still + 1 : 0;
    last = scrollY;
    if (still === 10) done(last); else requestAnimationFrame(look);
  };
  look();
})"""
#: What a reader moves, and what it then says; sorted, as a quiz shows its options in an order of the browser's own.
CONTROLS = "article :is(input:not([type=file]), select, textarea, button)"
SAID = f"""() => [...document.querySelectorAll('{CONTROLS}')].filter(one => one.dataset.param || one.name || one.dataset.question).map(one => [one.id, one.name, one.value, one.checked].join()).sort()"""
HELD = {
    **{part: WAITING[part] for part in ("quiz", "matrix", "plenary", "forecast")},
    "explorer": (PAGE, "explorers.js", "figure.explorer form.chart-controls"),
    "chart": ("chapters/territorial-collapse", "charts.js", "figure.chart:not(.explorer) form.chart-controls"),
}


@pytest.mark.parametrize("part", HELD)
def test_a_hand_that_is_faster_than_a_script_loses_nothing(browser, site, part):
    """While the script of a part is on its way, each control that can be seen is moved; what it then says stays when the script has come,
    and after a reload."""
    address, script, ready = HELD[part]
    with Visit(browser, site, "index") as visit:
        page = visit.page
        come = held_back(page, script)
        page.goto(f"{site}/{address}.html", wait_until="commit")
        page.wait_for_selector("footer", state="attached")
        for chart in page.locator("figure.chart").all():
            chart.scroll_into_view_if_needed()
        for control in page.locator(CONTROLS).all():
            if control.is_visible() and control.is_enabled():
                control.focus()
                page.keyboard.press("Space" if control.get_attribute("type") == "radio" else "ArrowRight")
        before = page.evaluate(SAID)
        come()
        page.wait_for_load_state()
        visit.wake_charts()
        page.locator(ready).first.wait_for(state="visible")
        assert [one for one in before if one not in page.evaluate(SAID)] == [], (
            "a script may bring more, and loses none"
        )
        page.reload()
        visit.wake_charts()
        page.locator(ready).first.wait_for(state="visible")
        assert [one for one in before if one not in page.evaluate(SAID)] == [] and visit.errors == []


BEGIN = {
    "by key": lambda page: page.keyboard.press("PageDown"),
    "by wheel": lambda page: page.mouse.wheel(0, 300),
    "in a control": lambda page: page.locator(".quiz input").first.click(),
}


@pytest.mark.parametrize("how", BEGIN)
def test_who_has_begun_before_all_has_come_is_left_where_they_are(browser, site, how):
    """The address names a place; the browser goes there when the last script has come, and by then the reader is elsewhere."""
    with Visit(browser, site, "index") as visit:
        page, place = visit.page, "#summary"
        come = held_back(page, "quiz.js")
        page.goto(f"{site}/chapters/strategy.html{place}", wait_until="commit")
        page.wait_for_selector(".quiz input")
        page.mouse.move(600, 400)
        BEGIN[how](page)
        until(page, "() => scrollY > 100")
        before = page.evaluate(STANDS)
        page.evaluate("window.held = document.activeElement")
        come()
        page.wait_for_load_state()
        after = page.evaluate(STANDS)
        assert after == before and page.evaluate("[document.activeElement === held, location.hash]") == [True, place]


def test_who_waits_is_led_to_the_place_that_the_address_names(browser, site):
    with Visit(browser, site, "index") as visit:
        come = held_back(visit.page, "quiz.js")
        visit.page.goto(f"{site}/chapters/strategy.html#summary", wait_until="commit")
        visit.page.wait_for_selector(".quiz input")
        come()
        until(
            visit.page,
            "() => { const { top } = document.getElementById('summary').getBoundingClientRect(); return top >= 0 && top < 200; }",
        )
