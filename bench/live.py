"""Measure live Python in the built site: start, slider to chart, memory, bytes by package.

    python bench/live.py [--runs 5]

Click → first live widget, on the page of the scenario lab as it is published: its second cell makes the widget, with pandas,
Altair and ipywidgets. Cold is a new browser profile, warm a new start of the browser with that profile, after a first visit that
lasted ``VISIT`` more: as every reader's will, and Chromium keeps the compiled Python only two seconds after it was last busy with it.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from explorable import chromium  # noqa: E402
from explorable.live import assemble, pages  # noqa: E402
from explorable.publish.serve import serve  # noqa: E402

SITE = ROOT / "_build" / "html"
PAGE = "chapters/scenario-lab"
MOVES = 40
VISIT = 5  # seconds
MEMORY = "memory of the browser, MB"
COLD, WARM, SLIDER = 5.0, 3.8, 80  # targets: seconds, seconds, milliseconds
#: Not part of a run: the way of Jupyter Book's own live code, measured once while this one was chosen. Two cores, Chromium 156, everything from the
#: book's own files, other hosts blocked; click to first ipywidgets slider, then slider to redrawn chart.
THEBE = (
    "thebe-lite 0.5.0, measured once before:          13–18 s cold, 14–16 s warm, slider to chart 63–180 ms, 450 MB",
    "the same with compiled wheels, measured once:      8.2 s cold,   6.3 s warm, slider to chart 65–208 ms, 455 MB",
)


def opened(context, site: str):
    page = context.new_page()
    page.goto(f"{site}/{PAGE}.html")
    page.wait_for_load_state("networkidle")
    return page


def start(page) -> dict[str, float]:
    """Press the button; return seconds until Python is ready and until the widget and its chart are there."""
    return page.evaluate("""async () => {
        const began = performance.now(), passed = () => (performance.now() - began) / 1000, marks = {};
        const button = [...document.querySelectorAll('.live-bar button')].find(({ textContent }) => textContent === 'Make this page live');
        button.click();
        const note = (name, there) => { if (!(name in marks) && there) marks[name] = passed(); };
        while (!('chart' in marks) && passed() < 120) {
            await new Promise(requestAnimationFrame);
            note('python', performance.getEntriesByName('live-ready').length);
            note('widget', document.querySelector('.live-widget .noUi-handle'));
            note('chart', document.querySelector('.live-widget figure.chart[data-state=live]'));
        }
        while (document.documentElement.dataset.live !== 'idle' && passed() < 120) await new Promise(requestAnimationFrame);
        marks['all cells'] = passed();
        return marks;
    }""")


def slide(page) -> list[float]:
    """Move a slider by keys; return the milliseconds from each key to the chart that shows other marks."""
    return page.evaluate(
        """async moves => {
        const handle = document.querySelector('.live-widget .noUi-handle'), widget = handle.closest('.live-widget');
        const marks = () => { const shown = [...widget.querySelectorAll('figure.chart[data-state=live]')].filter(chart => !chart.closest('.live-unseen'));
          return [...shown[shown.length - 1].querySelectorAll('svg .mark-line path, svg .mark-rect path')].map(mark => mark.getAttribute('d')).join(); };
        const times = [];
        handle.focus();
        for (let move = 0; move < moves; move += 1) {
            const before = marks(), began = performance.now();
            handle.dispatchEvent(new KeyboardEvent('keydown', { key: move % 8 < 4 ? 'ArrowRight' : 'ArrowLeft', bubbles: true }));
            while (performance.now() - began < 5000) {
                await new Promise(requestAnimationFrame);
                if (marks() !== before) break;
            }
            times.push(performance.now() - began);
            await new Promise(resolve => setTimeout(resolve, 60));
        }
        return times;
    }""",
        MOVES,
    )


def memory() -> float | None:
    """Return the memory of the browser's processes in MB (proportional share), where Linux tells it."""
    try:
        import psutil
    except ImportError:
        return None
    mine = [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]
    return sum(child.memory_full_info().pss for child in mine) / 1e6


def bytes_by_package() -> None:
    made = assemble.manifest()
    code = "\n".join(
        cell["source"]
        for cell in nbformat.read(ROOT / f"{PAGE}.ipynb", as_version=4).cells
        if cell["cell_type"] == "code"
    )
    files = pages.files_of(pages.packages_of(code, made), made)
    print(f"\n{'what ' + PAGE + ' loads':<50}{'MB':>7}{'gzip':>7}")
    total = [0.0, 0.0]
    for name in sorted(files, key=lambda name: -made["files"][name]["bytes"]):
        content = (assemble.target() / assemble.fingerprint() / name).read_bytes()
        sizes = len(content) / 1e6, len(gzip.compress(content, 6)) / 1e6
        total = [one + other for one, other in zip(total, sizes)]
        if sizes[0] >= 0.05:
            print(f"{name:<50}{sizes[0]:>7.2f}{sizes[1]:>7.2f}")
    print(f"{'all ' + str(len(files)) + ' files':<50}{total[0]:>7.2f}{total[1]:>7.2f}")
    static = [pages.STATIC / name for name in ("live.js", "live.css")]
    print(
        f"before the click: {sum(len(gzip.compress(path.read_bytes(), 9)) for path in static) / 1024:.1f} KiB gzipped more on a page"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    found: dict[str, list[float]] = {}
    moves: list[float] = []
    with serve(SITE) as address, sync_playwright() as playwright:
        for _ in range(runs):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
                for kind in ("cold", "warm"):
                    context = playwright.chromium.launch_persistent_context(
                        profile,
                        executable_path=chromium.path(),
                        args=chromium.FLAGS,
                        viewport={"width": 1280, "height": 900},
                    )
                    page = opened(context, address)
                    for name, seconds in start(page).items():
                        found.setdefault(f"{kind}: click to {name}", []).append(seconds)
                    page.wait_for_timeout(1000 * VISIT)
                    if kind == "warm":
                        moves += slide(page)
                        found.setdefault(MEMORY, []).append(memory() or 0)
                    context.close()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    print(f"{runs} runs; load of the machine {load:.1f}")
    for name, values in found.items():
        unit = "" if "MB" in name else " s"
        print(
            f"{name:<32} median {statistics.median(values):6.2f}{unit}   best {min(values):6.2f}{unit}   worst {max(values):6.2f}{unit}"
        )
    middle = statistics.median(moves)
    print(
        f"slider to chart, {len(moves)} moves      p50 {middle:6.0f} ms   p95 {sorted(moves)[int(0.95 * (len(moves) - 1))]:6.0f} ms"
    )
    print(*THEBE, sep="\n")
    for what, value, limit in (
        ("cold start (s)", statistics.median(found["cold: click to widget"]), COLD),
        ("warm start (s)", statistics.median(found["warm: click to widget"]), WARM),
        ("slider to chart (ms)", middle, SLIDER),
    ):
        print(f"{'met' if value <= limit else 'MISSED'}: {what} {value:.3g}, wanted at most {limit}")
    bytes_by_package()


if __name__ == "__main__":
    main()
