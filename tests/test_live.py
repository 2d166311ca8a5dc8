"""Live pages in a real browser: every chapter runs, widgets move charts, and whatever fails ends in words and a working page."""

from __future__ import annotations

import functools
import gzip
import math
import os
import re
import tarfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import SITE, notebooks, read_notebook, until

from aftermath import theme
from explorable import chromium
from explorable.figures.dataframes import tidy
from explorable.live import assemble, pages

WORKBENCH = "chapters/scenarios/stay"  # a short chapter
BUTTON = "Make this page live"
PATIENCE = 120_000  # milliseconds; on a busy machine Python takes its time to start
DESK = {"width": 1280, "height": 900}
MADE = assemble.manifest()
pytestmark = [pytest.mark.site, pytest.mark.slow]  # Python starts in the page


@pytest.fixture(scope="module", autouse=True)
def assembled():
    """Without a package registry the book has no live pages; where tests count (CI) it must have them."""
    if not (SITE / "live").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("live Python is not assembled: make book says why")


class Visit:
    """A page that may reach this site and nothing else, and everything it did."""

    def __init__(self, context, site: str, page: str, before: str = "", routes=()):
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.outside, self.errors, self.asked = [], [], []
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route("**/*", lambda route: self._only(route, site))
        for pattern, handler in routes:
            self.page.route(pattern, handler)
        if before:
            self.page.add_init_script(before)
        self.page.goto(f"{site}/{page}.html?view=code,shown")

    def _only(self, route, site: str) -> None:
        self.asked.append(route.request.url)
        if route.request.url.startswith((site, "data:", "blob:")):
            return route.continue_()
        self.outside.append(route.request.url)
        return route.abort()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def status(self) -> str:
        return self.page.locator(".live-status").inner_text()

    def says(self, pattern: str, timeout: int = PATIENCE) -> str:
        """Wait until the bar says what is expected."""
        self.page.wait_for_function(
            "pattern => new RegExp(pattern).test(document.querySelector('.live-status').textContent)",
            arg=pattern,
            timeout=timeout,
        )
        return self.status()

    def idle(self) -> None:
        self.page.wait_for_function("document.documentElement.dataset.live === 'idle' && !bookLive.page.work")

    def live(self) -> Visit:
        self.press(BUTTON)
        self.says("cells ran in|failed|could not")
        return self

    def cell(self, id: str):
        return self.page.locator(f"#cell-{id}")

    def ids(self) -> list[str]:
        return self.page.evaluate("bookLive.page.cells.filter(cell => cell.element).map(cell => cell.id)")

    def write(self, id: str, code: str) -> None:
        """Replace a cell's code as a reader does: Edit, select all, type."""
        cell = self.cell(id)
        if not cell.locator(".live-editor").count():
            cell.get_by_role("button", name="Edit").click()
        box = cell.locator(".live-editor [contenteditable=true], .live-editor textarea")
        box.wait_for()
        box.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def run(self, id: str) -> str:
        """Run a cell; return what stands below it."""
        self.cell(id).get_by_role("button", name=re.compile("^Run")).click()
        self.page.wait_for_function(
            "id => ['ran', 'failed', 'stopped'].includes(document.getElementById(id).dataset.live)", arg=f"cell-{id}"
        )
        self.idle()
        return self.below(id)

    def do(self, id: str, code: str) -> str:
        self.write(id, code)
        return self.run(id)

    def below(self, id: str) -> str:
        return "\n".join(self.cell(id).locator(".live-area").all_inner_texts())

    def drawn(self, id: str, unlike: str = "") -> str:
        """Wait until a cell's widget shows a chart, other than the one before; return its bars' outlines."""
        return self.page.wait_for_function(
            """([id, unlike]) => {
            const chart = [...document.querySelectorAll(`#cell-${id} .live-widget figure.chart[data-state=live]`)].at(-1);
            const bars = chart && !chart.closest('.live-unseen') ? [...chart.querySelectorAll('.mark-rect path')].map(bar => bar.getAttribute('d')).join() : '';
            return bars !== unlike && bars;
        }""",
            arg=[id, unlike],
        ).json_value()

    def notebook(self) -> dict:
        return self.page.evaluate("bookLive.notebook(bookLive.page.published, bookLive.page.cells)")

    def close(self) -> None:
        self.page.close()


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport=DESK, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def visit(context, site):
    """Open a page; all are closed at the end, and must have stayed alone."""
    opened: list[Visit] = []

    def open_(page: str = WORKBENCH, **options) -> Visit:
        opened.append(Visit(context, site, page, **options))
        return opened[-1]

    yield open_
    for each in opened:
        outside = each.outside
        if not each.page.is_closed():
            each.page.evaluate("localStorage.clear()")
        each.close()
        assert outside == []


@pytest.fixture(scope="module")
def bench(browser, site):
    """One live page for many tests; its changes stay in a browser profile of its own."""
    context = browser.new_context(viewport=DESK)
    here = Visit(context, site, WORKBENCH).live()
    yield here
    context.close()
    assert here.outside == []


# Every chapter


def numbers_apart(text: str) -> tuple[list[str], list[float]]:
    """Return a text's words and its numbers."""
    pattern = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
    return re.split(pattern, text), [float(number) for number in re.findall(pattern, text)]


def difference(one, other, where: str = "") -> str:
    """Say where two outputs differ by value, or nothing: numbers may differ by rounding, data sets and views are named by hashes."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys() and all(name.startswith("data-") for name in [*one, *other]):
            return difference(
                *([*sorted(part.values(), key=lambda rows: (len(rows), str(rows)))] for part in (one, other)), where
            )
        missing = sorted(one.keys() ^ other.keys())
        return (
            f"{where}: {missing} in one only"
            if missing
            else next(filter(None, (difference(one[name], other[name], f"{where}.{name}") for name in one)), "")
        )
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} parts, {len(other)} parts"
        return next(
            filter(None, (difference(*parts, f"{where}[{number}]") for number, parts in enumerate(zip(one, other)))), ""
        )
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        equal = math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    elif isinstance(one, str) and isinstance(other, str):
        equal = same_text(one, other) or any(
            one.startswith(made) and other.startswith(made) for made in ("data-", "view_")
        )
    else:
        equal = one == other
    return "" if equal else f"{where}: {str(one)[:200]} was published, {str(other)[:200]} came"


def same_text(one: str, other: str) -> bool:
    (words, numbers), (other_words, other_numbers) = numbers_apart(one), numbers_apart(other)
    return (
        words == other_words and len(numbers) == len(other_numbers) and all(map(math.isclose, numbers, other_numbers))
    )


def shown(outputs: list[dict]) -> list[tuple[str, object]]:
    """Return what a reader sees of a cell's outputs, what was printed in one piece."""
    found: list[tuple[str, object]] = []
    for output in outputs:
        kind, value = _shown(output)
        if found and kind == found[-1][0] == output.get("name"):
            value = found.pop()[1] + value
        found.append((kind, value))
    return found


def _shown(output: dict) -> tuple[str, object]:
    data = output.get("data", {})
    for kind in ("application/vnd.jupyter.widget-view+json", theme.MIME, "text/html", "text/plain"):
        if kind in data:
            value = "".join(data[kind]) if isinstance(data[kind], list) else data[kind]
            if kind == "text/html":
                value = [
                    cell.get_text(strip=True)
                    for cell in BeautifulSoup(tidy(value), "html.parser").find_all(["th", "td", "p"])
                ]
            return kind, value
    return output.get("name", output["output_type"]), "".join(output.get("text", ""))


@pytest.mark.parametrize(
    "page", [page for page in notebooks() if any(cell["cell_type"] == "code" for cell in read_notebook(page).cells)]
)
def test_chapter_runs_live_and_gives_what_was_published(visit, page):
    here = visit(page).live()
    assert "cells ran in" in here.status(), here.status()
    assert here.errors == []
    loaded = {url.rpartition("/")[2] for url in here.asked if url.endswith(".pack")}
    code = "\n".join(cell["source"] for cell in read_notebook(page).cells if cell["cell_type"] == "code")
    assert loaded == {Path(MADE["packages"][name]["file"]).name for name in pages.packages_of(code, MADE)}, (
        "what the page imports, and nothing else"
    )
    here.page.wait_for_function("!document.querySelector('.live-unseen')")
    assert not here.page.locator(".live-error").count()
    assert set(
        here.page.eval_on_selector_all("figure.chart", "charts => charts.map(chart => chart.dataset.state ?? 'live')")
    ) <= {"live"}
    made = {cell["id"]: cell for cell in here.notebook()["cells"]}
    for cell in read_notebook(page).cells:
        if cell["cell_type"] != "code":
            continue
        for (kind, value), (live_kind, live_value) in zip(
            shown(cell["outputs"]), shown(made[cell["id"]]["outputs"]), strict=True
        ):
            if "widget" in live_kind:  # what was published in its place is a chart, or nothing
                continue
            assert kind == live_kind, (cell["id"], live_value)
            assert difference(value, live_value, cell["id"]) == ""


# Before it is asked, and how it starts


def test_nothing_is_loaded_before_it_is_asked(visit):
    here = visit()
    here.page.wait_for_load_state("networkidle")
    ours = [url for url in here.asked if "live" in url.rpartition("/")[2] or "/live/" in url]
    assert [url.rpartition("/")[2].partition("?")[0] for url in ours] == ["live.js"]
    assert (
        sum(len(gzip.compress((pages.STATIC / name).read_bytes(), 9)) for name in ("live.css", "live.js")) <= 25 * 1024
    )


def test_packages_that_a_page_does_not_import_are_left_out():
    assert {"ipywidgets", "sympy", "altair"}.isdisjoint(pages.packages_of("import pandas", MADE))
    assert {"ipywidgets", "altair"} <= set(pages.packages_of("from aftermath import widgets", MADE))


def test_progress_is_counted_and_loading_can_be_cancelled(visit):
    here = visit(routes=[("**/pandas-*.pack", lambda route: None)])  # never answered
    here.press(BUTTON)
    here.page.wait_for_function(
        "/^\\d+\\.\\d of \\d+\\.\\d MB$/.test(document.querySelector('.live-note').textContent)"
    )
    assert here.page.locator("progress.live-progress").is_visible()
    here.press("Cancel")
    here.says("Cancelled. The page is as it was")
    assert here.page.get_by_role("button", name=BUTTON).is_visible()
    assert not here.page.locator(".live-tools").count()


SLOW = "Object.defineProperty(navigator, 'connection', {value: %s})"


@pytest.mark.parametrize("connection", ["{saveData: true}", "{type: 'cellular'}", "{effectiveType: '3g'}"])
def test_a_costly_connection_is_asked_first(visit, connection):
    here = visit(before=SLOW % connection)
    here.press(BUTTON)
    assert re.search(r"slow or metered. Python needs about \d+ MB", here.status())
    assert not [url for url in here.asked if "/live/" in url]
    here.press("Not now")
    assert here.page.get_by_role("button", name=BUTTON).is_visible()


def abort(route):
    route.abort()


def refuse(route):
    route.fulfill(status=404, body="not here")


def damage(route):
    route.fulfill(status=200, body=b"PK\x03\x04 not a pack", content_type="application/octet-stream")


@pytest.mark.parametrize(
    "pattern, handler, words",
    [
        ("**/live/session.js*", abort, "session.js could not be fetched"),  # the network is gone before the start
        ("**/manifest.json", abort, "manifest.json could not be fetched"),
        ("**/pandas-*.pack", abort, "pandas-.* could not be fetched: the connection failed"),  # and during it
        ("**/pyodide.asm.wasm", refuse, "pyodide.asm.wasm could not be fetched .404"),
        ("**/pyodide.asm.wasm", damage, "pyodide.asm.wasm is damaged"),
        ("**/altair-*.pack", damage, "altair-.* the file is damaged"),
        ("**/book-*.zip", refuse, "book-.* could not be fetched .404"),
        ("**/_sources/**", refuse, "notebook could not be fetched .404"),
    ],
)
def test_a_failing_start_is_told_and_leaves_the_page_as_it_was(visit, pattern, handler, words):
    here = visit(routes=[(pattern, handler)])
    before = here.page.locator(".bd-article").inner_text().replace(here.page.locator(".live-bar").inner_text(), "")
    here.press(BUTTON)
    assert re.search(words, here.says("Python could not be started"))
    assert here.page.get_by_role("button", name=BUTTON).is_visible()
    after = here.page.locator(".bd-article").inner_text().replace(here.page.locator(".live-bar").inner_text(), "")
    assert after == before


def test_after_a_failed_start_a_second_try_can_work(visit):
    """The second time by the menu of all places where the chapter can be run."""
    tries = []
    here = visit(
        routes=[
            (
                "**/numpy-*.pack",
                lambda route: route.abort() if not tries.append(1) and len(tries) == 1 else route.continue_(),
            )
        ]
    )
    here.press(BUTTON)
    here.says("could not be started")
    here.page.get_by_text("Run this chapter", exact=True).click()
    here.press("Run it here")
    assert here.page.evaluate("document.activeElement.closest('.live-bar') !== null"), (
        "the focus goes where the progress is told"
    )
    assert "cells ran in" in here.says("cells ran in|failed|could not")


# Running and editing


def test_edit_run_and_done(bench):
    first = bench.ids()[0]
    assert "2 + 3 is 5" in bench.do(first, "print('2 + 3 is', 2 + 3)")
    bench.cell(first).get_by_role("button", name="Done").click()
    assert bench.cell(first).locator(".live-own").inner_text() == "print('2 + 3 is', 2 + 3)"


#: Every printable sign of ASCII, and letters, marks and signs of other keyboards.
PRINTABLE = "".join(map(chr, range(32, 127))) + "éßñøπжاה中€£§“”–…🙂"


@pytest.mark.parametrize("editor", ["the editor", "the browser's own text box"])
def test_every_sign_can_be_typed_in_a_cell(visit, editor):
    here = visit(routes=[] if editor == "the editor" else [("**/editor.js", abort)]).live()
    first = here.ids()[0]
    here.write(first, "")
    for sign in PRINTABLE:
        here.page.keyboard.press(
            "Space" if sign == " " else sign
        ) if sign.isascii() else here.page.keyboard.insert_text(sign)
    assert here.page.evaluate("id => bookLive.page.find(id).code", first) == PRINTABLE
    assert (
        unquote(here.page.url).endswith(f"{WORKBENCH}.html?view=code,shown")
        and here.page.locator("input:focus").count() == 0
    )
    here.page.keyboard.press("Control+a")
    here.page.keyboard.type("print(10 / 4, 7 // 2)")
    here.page.keyboard.press("Control+Enter")
    until(here.page, "id => document.querySelector(`#cell-${id} .live-area`).innerText.includes('2.5 3')", first)


@pytest.mark.parametrize("keys", ["Control+Enter", "Shift+Enter"])
def test_keys_run_the_cell(bench, keys):
    first, second = bench.ids()[:2]
    bench.write(first, f"print('by {keys}')")
    bench.page.keyboard.press(keys)
    bench.page.wait_for_function(
        "([id, text]) => document.querySelector(`#cell-${id} .live-area`).innerText.includes(text)",
        arg=[first, f"by {keys}"],
    )
    if keys == "Shift+Enter":
        assert bench.page.evaluate("document.activeElement.closest('.cell').id") == f"cell-{second}"


def test_the_editor_indents_and_colours(bench):
    first = bench.ids()[0]
    bench.write(first, "def twice(x):")
    bench.page.keyboard.press("Enter")
    bench.page.keyboard.insert_text("return 2 * x")
    assert bench.page.evaluate("id => bookLive.page.find(id).code", first) == "def twice(x):\n    return 2 * x"
    assert bench.cell(first).locator(".live-editor .k, .live-editor .nf").count() >= 2


def test_an_error_points_at_the_line_and_keeps_the_rest(bench):
    first = bench.ids()[0]
    below = bench.do(first, "a = 1\nb = a / 0\nc = 2")
    assert "Line 2 of this cell: ZeroDivisionError: division by zero" in below
    assert bench.cell(first).locator(".live-line").inner_text() == "Line 2: b = a / 0"
    assert "failed (ZeroDivisionError" in bench.status()
    bench.cell(first).get_by_text("The whole traceback").click()
    assert "line 2, in <module>" in bench.below(first)


def test_a_missing_file_is_an_error_in_words(bench):
    first = bench.ids()[0]
    assert "FileNotFoundError" in bench.do(first, "open('no-such-file.csv')")
    assert "There is no table 'nothing'" in bench.do(first, "from aftermath import data\ndata.load('nothing')")


def test_html_of_outputs_runs_no_script(bench):
    first = bench.ids()[0]
    below = bench.do(
        first,
        "from IPython.display import HTML\nHTML('<b>bold</b><img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script>')",
    )
    assert below.strip() == "bold" and not bench.page.evaluate("window.hurt")


def test_a_chart_made_here_looks_as_the_printed_ones(bench):
    first = bench.ids()[0]
    bench.do(
        first,
        "import altair as alt\nfrom aftermath import data, theme\ntheme.enable()\nscenarios = data.load('scenarios')\n"
        "alt.Chart(alt.Data(values=[{'a': 1, 'b': 2}]), title='Only a trial', description='One point at 1, 2.', usermeta=data.sources('wilner2017'))"
        ".mark_point().encode(x=alt.X('a:Q', title='Across'), y='b:Q')",
    )
    figure = bench.cell(first).locator("figure.chart")
    assert figure.get_attribute("data-state") == "live"
    assert figure.locator("figcaption").inner_text() == "Only a trial"
    assert figure.locator("svg[aria-label], [aria-label='One point at 1, 2.']").count()
    assert figure.locator(".chart-source a").get_attribute("href").endswith("bibliography.html#cite-wilner2017")
    assert (
        "Across" in figure.locator(".chart-data").inner_text()
        or figure.locator(".chart-data th").first.text_content() == "Across"
    )


LAB = "from aftermath import widgets\nlab = widgets.who_is_left()\nlab"


def test_a_widget_moved_by_mouse_and_by_keys_changes_the_chart(bench):
    """The page imports no ipywidgets: they are fetched when the cell asks for them."""
    first = bench.ids()[0]
    bench.do(first, LAB)
    handle = bench.cell(first).locator(".noUi-handle").first
    pictures = [bench.drawn(first)]
    assert handle.get_attribute("aria-label") == "People who travelled", "a slider has the name that stands above it"
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    bench.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    bench.page.mouse.down()
    bench.page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=5)
    bench.page.mouse.up()
    pictures.append(bench.drawn(first, unlike=pictures[-1]))
    handle.focus()
    bench.page.keyboard.press("ArrowRight")
    pictures.append(bench.drawn(first, unlike=pictures[-1]))
    assert len(set(pictures)) == 3


CONTROLS = """import ipywidgets as w
seen = w.Output()
def note(change):
    with seen:
        print(change['owner'].__class__.__name__, change['new'])
parts = [w.Dropdown(options=['a', 'b'], description='Choose'), w.Checkbox(description='Tick'), w.ToggleButton(description='Toggle')]
for part in parts:
    part.observe(note, 'value')
button = w.Button(description='Press')
button.on_click(lambda _: print('pressed'))
file = w.FileUpload()
file.observe(lambda change: print('file', bytes(change['new'][0]['content'])), 'value')
one, two = w.IntSlider(value=1), w.IntSlider()
link = w.jslink((one, 'value'), (two, 'value'))
tabs = w.Tab([w.VBox([*parts, button, file, seen]), w.HTML('<b>Second</b> tab'), w.VBox([one, two])], titles=['One', 'Two', 'Three'])
tabs"""


def test_the_usual_widgets_work(bench):
    first = bench.ids()[0]
    bench.do(first, CONTROLS)
    cell = bench.cell(first)
    cell.locator("select").select_option("b")
    cell.get_by_label("Tick").check()
    cell.get_by_role("button", name="Toggle").click()
    cell.get_by_role("button", name="Press").click()
    with bench.page.expect_file_chooser() as chooser:
        cell.get_by_role("button", name="Upload").click()
    chooser.value.set_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"some text"})
    for text in ("file b'some text'", "Dropdown b", "Checkbox True", "ToggleButton True", "pressed"):
        cell.get_by_text(text).first.wait_for()
    cell.get_by_text("Two", exact=True).click()
    cell.locator("b", has_text="Second").wait_for()


def test_sympy_is_there_for_who_imports_it(bench):
    first = bench.ids()[0]
    assert "x**2" in bench.do(first, "import sympy\nx = sympy.symbols('x')\nprint(sympy.integrate(2 * x, x))")


def test_a_package_that_is_not_there_is_an_error_in_words(bench):
    assert "No module named 'seaborn'" in bench.do(bench.ids()[0], "import seaborn")


#: What outputs say beside their pictures: a picture has fewer labels than the chart that takes its place near the reader.
OUTPUTS = """() => [...document.querySelectorAll(".cell_output")].map(output => {
  const pictures = output.querySelectorAll("svg");
  pictures.forEach(picture => picture.style.display = "none");
  const said = output.innerText;
  pictures.forEach(picture => picture.style.display = "");
  return said;
})"""


def test_a_failing_cell_leaves_later_ones_as_printed(visit):
    here = visit()
    printed = here.page.evaluate(OUTPUTS)
    third = [
        cell
        for cell in read_notebook(WORKBENCH).cells
        if cell["cell_type"] == "code" and "remove-cell" not in cell.metadata.get("tags", ())
    ][2]
    key = here.page.evaluate(
        "(script => `book-live ${new URL('..', script.src).href}${script.dataset.page}`)(document.querySelector('script[data-packages]'))"
    )
    edits = {third["id"]: {"code": "stop here", "original": third["source"]}}
    here.page.evaluate("([key, edits]) => localStorage.setItem(key, JSON.stringify(edits))", [key, edits])
    here.live()
    assert "Cell 3 failed (SyntaxError" in here.status() and "show what was printed" in here.status()
    assert here.page.locator("[data-printed]").last.inner_text() == printed[-1]
    here.press("Reset page")
    here.press("Take them back")
    here.says("as it was published")
    assert here.page.evaluate(OUTPUTS) == printed


def test_an_endless_loop_can_be_stopped_and_python_starts_again(bench):
    first, second = bench.ids()[:2]
    bench.write(first, "value = 1\nwhile True:\n    pass")
    bench.cell(first).get_by_role("button", name=re.compile("^Run")).click()
    bench.says("Running cell 1")
    bench.press("Stop")
    bench.says("Stopped. Python has forgotten")
    assert bench.cell(first).locator(".live-state").inner_text() == "Stopped: Python has forgotten all values"
    bench.write(first, "value = 7")
    bench.write(second, "print('value is', value)")
    assert "value is 7" in bench.run(second)  # the cells above ran, too


@pytest.mark.parametrize("viewport", [DESK, {"width": 375, "height": 812}], ids=["laptop", "phone"])
@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_a_runaway_cell_far_down_is_stopped_from_where_it_is(visit, viewport, how):
    here = visit()
    here.page.set_viewport_size(viewport)
    here.live()
    last = here.ids()[-1]
    here.write(last, "while True:\n    pass")
    here.cell(last).get_by_role("button", name=re.compile("^Run")).click()
    until(
        here.page, "id => document.querySelector(`#cell-${id} .live-state`).textContent.startsWith('Running for')", last
    )
    stop, bar = here.cell(last).get_by_role("button", name=re.compile("^Stop")), here.page.locator(".live-bar")
    scrolled = here.page.evaluate("scrollY")
    assert scrolled > 3 * viewport["height"]
    for shown in (stop, bar.get_by_role("button", name="Stop", exact=True), bar.locator(".live-status")):
        box = shown.bounding_box()
        assert 0 <= box["y"] and box["y"] + box["height"] <= viewport["height"], shown
    if how == "mouse":
        stop.click()
    else:
        here.cell(last).get_by_role("button", name=re.compile("^Run")).focus()
        here.page.keyboard.press("Tab")
        assert here.page.evaluate("document.activeElement.textContent") == "Stop"
        here.page.keyboard.press("Enter")
    here.says("Stopped")
    assert "Stopped" in here.cell(last).locator(".live-state").inner_text()


def test_a_failure_is_told_where_it_happened_and_stays_told(bench):
    first = bench.ids()[0]
    bench.do(first, "undefined_name")
    assert (
        "Failed: NameError: name 'undefined_name' is not defined"
        in bench.cell(first).locator(".live-state").inner_text()
    )
    with bench.page.expect_download():
        bench.press("Download notebook")
    assert "failed (NameError" in bench.status() and "Downloaded" in bench.page.locator(".live-note").inner_text()
    bench.do(first, "print('mended')")


def test_code_is_left_alone_by_a_browser_that_translates(bench):
    first = bench.ids()[0]
    bench.write(first, "print('let')")
    assert bench.page.evaluate(
        "[...document.querySelectorAll('.cell_input pre, .live-editor')].every(code => code.closest('.notranslate, [translate=no]'))"
    )
    bench.cell(first).get_by_role("button", name="Done").click()
    assert bench.page.evaluate("[...document.querySelectorAll('.live-own')].every(code => code.translate === false)")


def test_an_endless_callback_can_be_stopped(bench):
    first = bench.ids()[0]
    bench.do(
        first,
        "import ipywidgets\ndef hang(_):\n    while True: pass\nbutton = ipywidgets.Button(description='Hang')\nbutton.on_click(hang)\nbutton",
    )
    bench.cell(first).get_by_role("button", name="Hang").click()
    bench.says("still running")
    bench.press("Stop")
    bench.says("Stopped")


def test_after_a_crash_python_starts_again(bench):
    first = bench.ids()[0]
    bench.write(
        first,
        'import js\njs.postMessage(js.JSON.parse(\'{"type": "failed", "reason": "out of memory"}\'))\nwhile True: pass',
    )
    bench.cell(first).get_by_role("button", name=re.compile("^Run")).click()
    bench.says("Python has ended: out of memory")
    assert "again" in bench.do(first, "print('again')")


def test_a_cut_network_after_the_start_hurts_only_what_needs_it(visit):
    here = visit(routes=[("**/editor.js", abort), ("**/sympy-*.pack", abort)]).live()
    first = here.ids()[0]
    assert "still 4" in here.do(first, "print('still', 2 + 2)")  # in the browser's own text box
    assert here.cell(first).locator("textarea").count()
    assert "sympy" in here.do(first, "import sympy") and "could not be" in here.below(first)
    assert "on" in here.do(first, "print('on')")


# Edits and the notebook


def test_edits_of_two_tabs_are_kept_until_reset(visit):
    one, two = visit().live(), visit().live()
    first, second = one.ids()[:2]
    one.write(first, "print('from one')")
    two.write(second, "print('from two')")
    assert "from one" in one.run(first) and "from two" in two.run(second)
    one.page.reload()
    assert "Your changes to this page’s code are kept" in one.status()
    one.live()
    assert "from one" in one.below(first) and "from two" in one.below(second)
    one.press("Reset page")
    assert "Take back your changes to 2 cells" in one.page.locator(".book-question").inner_text()
    one.press("Keep them")
    assert "from one" in one.below(first)
    one.press("Reset page")
    one.press("Take them back")
    one.says("Your changes are taken back")
    one.press("Undo")
    one.says("kept again")
    one.live()
    assert "from one" in one.below(first)
    one.press("Reset page")
    one.press("Take them back")
    one.says("Your changes are taken back")
    one.page.reload()
    assert one.status() == ""


def test_another_tab_s_changes_are_shown_but_not_over_what_is_being_edited(visit):
    one, two = visit().live(), visit().live()
    first, second = one.ids()[:2]
    one.write(first, "print('mine')")
    two.write(second, "print('theirs')")
    two.write(first, "print('theirs, too')")
    one.says("Cell 1 was changed in another tab")
    until(one.page, "id => document.querySelector(`#cell-${id} .live-own`)?.textContent.includes('theirs')", second)
    assert "mine" in one.cell(first).locator(".live-editor").inner_text()
    assert "mine" in one.run(first) and "theirs" in one.run(second)


def test_what_is_erased_is_erased_on_a_live_page(visit):
    one, two = visit().live(), visit()
    first = one.ids()[0]
    original = one.page.evaluate("id => bookLive.page.find(id).original", first)
    one.write(first, "print('to be erased')")
    two.page.evaluate("book.eraseAll()")
    one.says("were erased")
    assert one.page.evaluate("id => bookLive.page.find(id).code", first) == original
    assert one.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('book-'))") == []


@pytest.mark.parametrize(
    "damage",
    [
        "null",
        "[]",
        '{"x": 1}',
        '{"CELL": "text"}',
        '{"CELL": {"code": 7, "original": ""}}',
        '{"CELL": {"code": "x"}}',
        '{"gone": {"code": "x = 1", "original": ""}}',
    ],
)
def test_damaged_changes_are_left_out(visit, damage):
    here = visit()
    first = next(
        cell["id"]
        for cell in read_notebook(WORKBENCH).cells
        if cell["cell_type"] == "code" and "remove-cell" not in cell.metadata.get("tags", ())
    )
    key = here.page.evaluate(
        "(script => `book-live ${new URL('..', script.src).href}${script.dataset.page}`)(document.querySelector('script[data-packages]'))"
    )
    here.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, damage.replace("CELL", first)])
    here.live()
    assert "cells ran in" in here.status()
    assert here.page.evaluate("bookLive.page.cells.every(cell => cell.code === cell.original)")


def test_full_storage_is_told_and_the_code_still_runs(bench):
    first = bench.ids()[0]
    bench.page.evaluate(
        "() => { window.room = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    bench.write(first, "print('kept nowhere')")
    assert "no room to keep your changes" in bench.status()
    assert "kept nowhere" in bench.run(first)
    bench.page.evaluate("() => { Storage.prototype.setItem = window.room; }")


def test_the_page_is_exported_as_a_notebook(bench, tmp_path):
    first = bench.ids()[0]
    bench.do(first, "print('exported')")
    with bench.page.expect_download() as download:
        bench.press("Download notebook")
    assert download.value.suggested_filename == Path(WORKBENCH).name + ".ipynb"
    download.value.save_as(tmp_path / "mine.ipynb")
    notebook = nbformat.read(tmp_path / "mine.ipynb", as_version=4)
    nbformat.validate(notebook)
    cell = next(cell for cell in notebook.cells if cell["id"] == first)
    assert cell["source"] == "print('exported')" and cell["outputs"][0]["text"] == "exported\n"
    assert sum(bool(cell.get("outputs")) for cell in notebook.cells) > 3
    assert "book-figure" not in (tmp_path / "mine.ipynb").read_text("utf-8")


# Where it is hosted


def test_under_a_path_and_over_plain_http(browser):
    """A folder of another site, and an address that a browser does not count as secure."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = browser.browser_type.launch(
        executable_path=chromium.path(windowless=True),
        args=[*chromium.FLAGS, "--host-resolver-rules=MAP book.test 127.0.0.1"],
    )
    try:
        here = Visit(own.new_context(viewport=DESK), f"http://book.test:{server.server_port}/{SITE.name}", WORKBENCH)
        assert not here.page.evaluate("isSecureContext")
        here.live()
        assert "cells ran in" in here.status() and here.outside == []
    finally:
        own.close()
        server.shutdown()


def test_the_files_are_those_of_the_manifest():
    made = assemble.manifest()
    folder = SITE / "live" / assemble.fingerprint()
    for name, known in made["files"].items():
        assert assemble.integrity(folder / name) == known["integrity"], name


def test_the_packages_tell_nothing_of_the_folder_they_were_made_in():
    """Else two builds of the same sources differ, and a checksum of one does not hold for the other."""
    for pack in (SITE / "live").rglob("*.pack"):
        with tarfile.open(pack) as archive:
            records = [
                entry.name
                for entry in archive
                if entry.name.endswith("/RECORD") and b"../bin/" in archive.extractfile(entry).read()
            ]
        assert records == [], f"{pack.name}: the checksums of commands, which name that folder"
