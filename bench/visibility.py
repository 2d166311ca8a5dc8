"""What does a reader see while a hand is on a control? Of every explorer, for each slider, divider and typed share, at four sizes of window.

    .venv/bin/python bench/visibility.py [explorer …]

Each control is brought into view as a browser does for a key, with all folds open. A line says how many controls an explorer has and, in percent,
the least that is seen of a control itself, of the answer, of the chart, and of the month's rule in it (–: it has none).
Then the matrix of competing hypotheses on its built page: each button of each item, with the answer and the whole matrix.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
import explorer_pages  # noqa: E402
import test_hypotheses  # noqa: E402

from explorable import chromium  # noqa: E402
from explorable.publish.serve import serve  # noqa: E402

SITE, MATRIX = ROOT / "_build" / "html", "competing-hypotheses"

PARTS = ("itself", "answer", "chart", "rule")
LIVE = "document.querySelector('figure.explorer')?.explorer"
WIDE = "width => document.querySelector('figure.explorer').classList.contains('wide') === width > 1000"


def main(names: list[str]) -> int:
    missed = 0
    print(f"{'explorer':<20}{'window':>12}{'controls':>10}" + "".join(f"{part:>9}" for part in PARTS))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        explorer_pages.write(Path(folder), {name: [name] for name in names if name != MATRIX})
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        with explorer_pages.serve(Path(folder)) as address:
            for name in [name for name in names if name != MATRIX]:
                for (width, height), share in explorer_pages.SIZES.items():
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.goto(f"{address}/{name}.html")
                    page.evaluate(explorer_pages.AROUND)
                    page.locator("figure.explorer").scroll_into_view_if_needed()
                    page.wait_for_function(LIVE)
                    page.wait_for_function(WIDE, arg=width)
                    seen = page.evaluate(explorer_pages.SEEN)
                    page.close()
                    least = {
                        part: min((one[part] for one in seen if one[part] is not None), default=None) for part in PARTS
                    }
                    due = {"itself": 0.99, "answer": 0.99, "chart": share, "rule": share}
                    good = all(least[part] is None or least[part] >= due[part] for part in PARTS)
                    missed += not good
                    said = "".join(
                        f"{'–' if least[part] is None else f'{100 * least[part]:.0f} %':>9}" for part in PARTS
                    )
                    size = f"{width}×{height}"
                    print(f"{name:<20}{size:>12}{len(seen):>10}{said}  {'met' if good else 'MISSED'}", flush=True)
        if MATRIX in names and SITE.is_dir():
            missed += matrix(browser)
        browser.close()
    return int(missed > 0)


def matrix(browser) -> int:
    """Say of the matrix of competing hypotheses what is seen while a hand is on a button; return in how many windows something is not."""
    missed = 0
    with serve(SITE) as address:
        for width, height in explorer_pages.SIZES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{address}/chapters/{MATRIX}.html")
            page.wait_for_selector("form.hypotheses", state="visible")
            wrong = []
            for item in range(page.locator("[data-evidence]").count()):
                page.get_by_label("Item of evidence").select_option(index=item)
                wrong += page.evaluate(test_hypotheses.SEEN)
            page.close()
            missed += bool(wrong)
            size, said = f"{width}×{height}", "met" if not wrong else f"MISSED: {wrong[:3]}"
            print(f"{MATRIX:<20} {size:>11}  each button, the answer and the matrix: {said}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [*explorer_pages.STAGES, MATRIX]))
