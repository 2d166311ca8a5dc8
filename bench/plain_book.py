"""This book beside a plain Jupyter Book of the same chapters: bytes, requests, Lighthouse, a slider's answer, build time.

    .venv/bin/python bench/plain_book.py [rounds]

The plain book has the same texts, code and charts and Jupyter Book's own settings: no extension of this book, and charts as
Altair's default renderer stores them. It is built in a temporary folder. Its pages ask other hosts for scripts (MathJax,
require.js, Vega …). Here no other host can be reached: what is asked for is counted, but weighs nothing and costs no time,
except for Vega's three scripts, in whose place one bundle of the same stands beside the pages. So the plain book is
shown lighter and faster than its readers have it.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import altair as alt
import nbformat
import numpy as np
import vl_convert
import yaml
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE)]
import audit  # noqa: E402
import explorers as sliders  # noqa: E402
import lighthouse  # noqa: E402
import scale  # noqa: E402
from conftest import until  # noqa: E402

from aftermath import explorers, theme  # noqa: E402
from explorable import chromium  # noqa: E402
from explorable.figures.compiling import VEGA_LITE  # noqa: E402

PAGES = {
    "front page": "index",
    "charts": "chapters/strategy",
    "map": "chapters/sahel-analogy",
    "formulas": "chapters/equations",
    "explorer": "chapters/what-if",
}
MOVES = 57  # three of each slider
BUNDLE = "vega-of-another-host.js"
#: What Altair's pages ask for; the first two are inside the bundle, which is given for the third.
SCRIPTS = {
    "https://cdn.jsdelivr.net/npm/vega@6?noext": "empty.js",
    f"https://cdn.jsdelivr.net/npm/vega-lite@{alt.SCHEMA_VERSION.removeprefix('v')}?noext": "empty.js",
    "https://cdn.jsdelivr.net/npm/vega-embed@7?noext": BUNDLE,
}
SETTINGS = {
    "title": "After the Caliphate",
    "author": "The authors of After the Caliphate",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "off"},
    "bibtex_bibfiles": ["references.bib"],
    "parse": {"myst_enable_extensions": ["colon_fence", "deflist", "dollarmath"]},
}


# The plain book


def make_plain(folder: Path) -> None:
    """Turn a copy of the book into a plain one: other settings, charts as Altair's default renderer gives them."""
    (folder / "_config.yml").write_text(yaml.safe_dump(SETTINGS), "utf-8")
    references = folder / "references.bib"
    references.write_text(
        references.read_text("utf-8").replace("@report{", "@misc{"), "utf-8"
    )  # a kind that Jupyter Book's own style does not know
    alt.renderers.enable("default")
    for path in folder.glob("chapters/**/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for output in [output for cell in notebook.cells for output in cell.get("outputs", [])]:
            if theme.MIME in output.get("data", {}):
                output["data"] = {**_as_default(output["data"].pop(theme.MIME)), "text/plain": "alt.Chart(...)"}
        nbformat.write(notebook, path)


def _as_default(spec: dict) -> dict:
    bundle = alt.renderers.get()(spec)
    return bundle[0] if isinstance(bundle, tuple) else bundle


def give_vega(site: Path) -> None:
    """Put Vega's scripts beside the pages, at which the pages then look; nothing else of them is changed."""
    (site / "empty.js").write_text("", "utf-8")
    (site / BUNDLE).write_text(
        f"(() => {{{vl_convert.javascript_bundle(vl_version=VEGA_LITE)}}})();", "utf-8"
    )  # each chart of a page asks for it anew
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for address, file in SCRIPTS.items():
            text = text.replace(address, f"/{file}?{address.split('/')[-1].split('@')[0]}")
        page.write_text(text, "utf-8")


def build_both(work: Path) -> tuple[dict[str, Path], dict[str, float]]:
    """Build this book and the plain one from the same files; return their sites and how many seconds each took."""
    sites, took = {}, {}
    for name in ("this book", "plain"):
        with scale.book(1) as folder:
            if name == "plain":
                make_plain(folder)
            took[name] = scale.build(folder)
            sites[name] = Path(shutil.copytree(folder / "_build" / "html", work / name.replace(" ", "-")))
    give_vega(sites["plain"])
    return sites, took


# What is measured


def visit(browser: Browser, site: Path, address: str, page: str) -> dict[str, float]:
    """Open a page, look at all of it, and count what it asks for."""
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.route(
        "**/*",
        lambda route: route.continue_() if route.request.url.startswith((address, "data:", "blob:")) else route.abort(),
    )
    tab.goto(f"{address}/{page}.html")
    for chart in tab.locator("figure.chart, .vega-embed").all():
        chart.scroll_into_view_if_needed()
    tab.wait_for_load_state("networkidle")
    context.close()
    asked = [url for url in dict.fromkeys(asked) if url.startswith("http")]
    files = {
        site / unquote(url.removeprefix(address).partition("?")[0]).lstrip("/")
        for url in asked
        if url.startswith(address)
    }
    weight = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files if file.is_file()) / 1024
    elsewhere = [
        url for url in asked if not url.startswith(address) or Path(url.partition("?")[0]).name in {*SCRIPTS.values()}
    ]
    return {"KiB": weight, "requests": len(asked), "to other hosts": len(elsewhere)}


def answer(browser: Browser, address: str, page: str) -> list[float]:
    """Return how long each of some moves of the sliders took until the next frame was shown, in milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 3600})
    tab = context.new_page()
    tab.route(
        "**/*",
        lambda route: route.continue_() if route.request.url.startswith((address, "data:", "blob:")) else route.abort(),
    )
    tab.add_init_script(sliders.WATCH)
    tab.goto(f"{address}/{page}.html")
    tab.evaluate("document.querySelector('figure.explorer, .vega-embed, [id^=altair-viz]')?.scrollIntoView()")
    until(
        tab,
        "id => sliderOf(id) && (!document.querySelector('figure.explorer') || document.querySelector('figure.explorer').dataset.state === 'live')",
        explorers.all_ids()[0],
    )
    tab.evaluate("document.querySelectorAll('.explorer-all').forEach(part => part.open = true)")
    found = tab.evaluate("([ids, count]) => single(ids, count)", [explorers.all_ids(), MOVES])["first"]
    context.close()
    return found


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        sites, took = build_both(Path(name))
        print(f"Build from nothing: this book {took['this book']:.1f} s, plain {took['plain']:.1f} s\n", flush=True)
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        moves: dict[str, list[float]] = {}
        print(
            lighthouse.head("Lighthouse, best of " + str(rounds))
            + f"{'sent KiB':>10}{'requests':>10}{'to other hosts':>16}"
        )
        for kind, page in PAGES.items():
            for what, site in sites.items():
                with audit.host(site) as address:
                    seen = visit(browser, site, address, page)
                    scores = lighthouse.measure(f"{address}/{page}.html", rounds)
                    if kind == "explorer":
                        moves[what] = answer(browser, address, page)
                print(
                    lighthouse.line(f"{kind}: {what}", scores)
                    + f"{seen['KiB']:>10.0f}{seen['requests']:>10.0f}{seen['to other hosts']:>16.0f}",
                    flush=True,
                )
        browser.close()
    print("\nThe explorer's sliders, from the input event to the next frame, milliseconds")
    for what, times in moves.items():
        print(
            f"{what:<12}p50 {np.percentile(times, 50):>7.1f}   p95 {np.percentile(times, 95):>7.1f}   of {len(times)} moves"
        )
    print(
        f"the plain book's scripts from other hosts weigh nothing here, except Vega's; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
