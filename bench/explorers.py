"""How soon does the five-scenario explorer follow the hand? Beside it: the same chart by plain Altair and vega-embed.

    .venv/bin/python bench/explorers.py [rounds]

Two kinds of moves, in a real browser with all charts in view: single ones, at any moment of a frame, over all sliders;
and drags by the mouse without a stop. "First frame": from the slider's input event until the next frame is presented,
which shows the first chart (taken by a task of high priority, queued in the frame: layout and paint are done by then).
"Behind the hand": for each chart, from the oldest move that it does not yet show until it is presented; in a drag the
clock starts with the mouse, as the system saw it. vega-embed's chart is one, so it shows all at once or nothing.
Rounds alternate between the pages, for the machine is rarely alone; the least of all rounds counts.

Each tab by itself, all draws in it, is measured in the same way: there the frame shows the tab's own chart, and only that
chart counts. Milliseconds depend on the machine; the ratios to plain Altair, taken in the same rounds, less so.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
import explorer_pages  # noqa: E402

from aftermath import explorers  # noqa: E402
from explorable import chromium  # noqa: E402
from explorable.publish.serve import Plain  # noqa: E402

SINGLE = 76  # moves a round: four of each slider
DRAGGED = ("lost", "killed", "relocate_growth", "stay_growth")
STEPS = 35  # mouse moves a drag
CHAPTER = ROOT / "_build" / "html" / "chapters" / "what-if.html"
TARGETS = {"first frame, p50": 16.7, "first frame, p95": 33, "behind, most": 100, "processor": None}
OF_A_TAB = {"first frame, p50": None, "first frame, p95": 16.7, "behind, p95": 33}

# In both pages: when an input is seen, when the next frame is presented, when each chart shows what was asked for.
WATCH = """
window.queued = () => scheduler.postTask(() => {}, { priority: "user-blocking" });   // before all that the page itself has queued
window.presented = () => new Promise(requestAnimationFrame).then(queued);
window.sliderOf = id => document.querySelector(`input[data-param="${id}"], .vega-bind input[name="${id}"]`);
window.rest = time => new Promise(done => setTimeout(done, time));
window.watch = () => {
  const figure = document.querySelector("figure.explorer"), seen = { first: [], behind: [] }, inView = figure?.shownPanel ?? 0;
  const asked = figure ? figure.views.map(() => null) : [null];
  const shown = async (panel, frame) => {
    const start = asked[panel];
    asked[panel] = null;
    await frame;
    if (start !== null) seen.behind.push(performance.now() - start);
  };
  let pointer = null;
  addEventListener("pointermove", event => { pointer ??= event.timeStamp; }, true);
  addEventListener("input", async () => {
    const start = performance.now();
    asked.forEach((time, panel) => { if (!window.oneTab || panel === inView) asked[panel] = time ?? pointer ?? start; });
    pointer = null;
    const frame = presented();
    if (!figure) shown(0, frame);
    await frame;
    seen.first.push(performance.now() - start);
  }, true);
  figure?.addEventListener("chart:run", event => shown(event.detail, event.detail === inView ? queued() : presented()));   // the one in view is drawn in a frame, the others between two
  return seen;
};
window.single = async (ids, count) => {
  const seen = watch();
  for (let move = 0; move < count; move++) {
    await rest(150 + 17 * Math.random());
    const slider = sliderOf(ids[move % ids.length]), low = Number(slider.min), high = Number(slider.max);
    slider.value = low + (high - low) * ((0.31 + 0.618 * move) % 1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  await rest(300);
  return seen;
};
"""


def single(page: Page) -> dict[str, list[float]]:
    """Move sliders one after the other, at any moment of a frame."""
    return page.evaluate("([ids, count]) => single(ids, count)", [explorers.all_ids(), SINGLE])


def drags(page: Page) -> dict[str, list[float]]:
    """Drag some sliders from end to end without a stop."""
    page.evaluate("window.seen = watch()")
    for id in DRAGGED:
        page.evaluate("id => sliderOf(id).scrollIntoView({ block: 'center' })", id)
        x, y, width = page.evaluate(
            "id => { const { x, y, width, height } = sliderOf(id).getBoundingClientRect(); return [x, y + height / 2, width]; }",
            id,
        )
        page.mouse.move(x + 10, y)
        page.mouse.down()
        page.mouse.move(x + width - 10, y, steps=STEPS)
        page.mouse.up()
        page.wait_for_timeout(400)
    return page.evaluate("seen")


def measure(open_page: Callable[[], Page]) -> dict[str, dict[str, list[float]]]:
    found = {}
    for name, act in (("single moves", single), ("drags", drags)):
        page = open_page()
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")

        def busy() -> float:
            return (
                1000
                * {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}[
                    "ThreadTime"
                ]
            )

        before = busy()
        found[name] = act(page)
        found[name]["processor"] = [(busy() - before) / len(found[name]["first"])]
        page.close()
    return found


def weight(browser, folder: Path) -> int:
    """Return the bytes, gzipped, of all that the published page of the explorer asks for."""
    files: set[str] = set()
    with explorer_pages.serve(folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("response", lambda response: files.add(response.url.partition("?")[0].removeprefix(address)))
        page.goto(f"{address}/chapters/{CHAPTER.name}")
        for figure in page.locator("figure.chart").all():
            figure.scroll_into_view_if_needed()
            page.wait_for_function("figure => figure.dataset.state", arg=figure.element_handle())
        page.wait_for_load_state("networkidle")
        page.close()
    paths = [folder / unquote(file).lstrip("/") for file in files]
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths if path.is_file())


def row(name: str, seen: dict[str, list[float]]) -> dict[str, float]:
    first, behind = (np.percentile(seen[key], [50, 95, 100]) for key in ("first", "behind"))
    print(
        f"{name:<40}{len(seen['first']):>6}"
        + "".join(f"{time:>9.1f}" for time in (*first, *behind, *seen["processor"]))
    )
    return {
        "first frame, p50": first[0],
        "first frame, p95": first[1],
        "behind, p95": behind[1],
        "behind, most": behind[2],
        "processor": seen["processor"][0],
    }


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = explorer_pages.write(Path(name), {"book": ["five-scenarios"]})
        for renderer in ("svg", "canvas"):
            plain = explorers.five_scenarios().to_html(
                inline=True, embed_options={"renderer": renderer, "actions": False}
            )
            (folder / f"plain-{renderer}.html").write_text(plain, "utf-8")
            browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        with explorer_pages.serve(folder, handler=Plain) as address:  # vega-embed could not run under the book's policy

            def opener(file: str, ready: str, tab: int | None = None):
                def open_page() -> Page:
                    page = browser.new_page(viewport={"width": 1280, "height": 3600})
                    page.add_init_script(WATCH)
                    page.goto(f"{address}/{file}.html")
                    page.wait_for_function(ready)
                    page.evaluate("document.querySelectorAll('.explorer-all').forEach(part => part.open = true)")
                    if tab is not None:
                        page.evaluate(
                            "tab => { window.oneTab = true; document.querySelectorAll('[role=tab]')[tab].click(); }",
                            tab,
                        )
                    page.wait_for_timeout(500)
                    return page

                return open_page

            bound = "document.querySelectorAll('.vega-bind input').length"
            live = "document.querySelector('figure.explorer')?.dataset.state === 'live'"
            tabs = {
                f"tab “{name}”": opener("book", live, number)
                for number, name in enumerate(explorers.five_scenarios().to_dict()["usermeta"]["explorer"]["tabs"])
            }
            pages = {
                "this book": opener("book", live),
                **tabs,
                "plain, SVG": opener("plain-svg", bound),
                "plain, canvas": opener("plain-canvas", bound),
            }
            print(f"{'Milliseconds':<46}{'first frame':>27}{'behind the hand':>27}")
            print(
                f"{'':<40}{'moves':>6}"
                + 2 * "".join(f"{name:>9}" for name in ("p50", "p95", "most"))
                + f"{'processor':>12}"
            )
            found: dict[tuple[str, str], list[dict]] = {}
            for number in range(rounds):
                for what, open_page in pages.items():
                    for kind, seen in measure(open_page).items():
                        found.setdefault((what, kind), []).append(row(f"{number + 1}. {what}: {kind}", seen))
            print("processor: milliseconds a move that the page's main thread computed, whatever else the machine did")
            print(f"load at the end, this run's own included: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            keys = TARGETS | OF_A_TAB
            best = {name: {key: min(one[key] for one in ones) for key in keys} for name, ones in found.items()}
            for kind in ("single moves", "drags"):
                ours = best["this book", kind]
                print(f"\n{f'Least of {rounds} rounds, {kind}':<40}" + "".join(f"{key:>18}" for key in TARGETS))
                charts = [what for what in pages if what not in tabs]
                for what in charts:
                    print(f"{what:<40}" + "".join(f"{best[what, kind][key]:>18.1f}" for key in TARGETS))
                for what in charts[1:]:
                    print(
                        f"{f'{what} : this book':<40}"
                        + "".join(f"{f'{best[what, kind][key] / ours[key]:.1f} : 1':>18}" for key in TARGETS)
                    )
                verdicts = (
                    f"≤ {limit:g}: {'met' if ours[key] <= limit else 'MISSED'}"
                    for key, limit in TARGETS.items()
                    if limit
                )
                print(f"{'target':<40}" + "".join(f"{verdict:>18}" for verdict in verdicts))
                print(f"\n{f'Tab by tab, 4,096 draws, {kind}':<40}" + "".join(f"{key:>18}" for key in OF_A_TAB))
                for what in tabs:
                    here = best[what, kind]
                    print(f"{what:<40}" + "".join(f"{here[key]:>18.1f}" for key in OF_A_TAB))
                    for other in charts[1:]:
                        ratios = (f"{best[other, kind][key] / here[key]:.1f} : 1" for key in OF_A_TAB)
                        print(f"{f'    {other} : this tab':<40}" + "".join(f"{ratio:>18}" for ratio in ratios))
                    verdicts = (
                        "" if limit is None else f"≤ {limit:g}: {'met' if here[key] <= limit else 'MISSED'}"
                        for key, limit in OF_A_TAB.items()
                    )
                    print(f"{'    target':<40}" + "".join(f"{verdict:>18}" for verdict in verdicts))
        if CHAPTER.exists():
            print(
                f"\nThe published page {CHAPTER.name}, all that it asks for, gzipped: {weight(browser, CHAPTER.parent.parent) / 1024:.0f} KiB (target 425)"
            )
        plain = len(gzip.compress((folder / "plain-svg.html").read_bytes(), 9)) / 1024
        book = (
            sum(
                len(gzip.compress(path.read_bytes(), 9))
                for path in folder.iterdir()
                if not path.name.startswith("plain")
            )
            / 1024
        )
        print(
            f"The explorer on a page of its own, gzipped: {book:.0f} KiB; by plain Altair, whole in one file: {plain:.0f} KiB"
        )
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
