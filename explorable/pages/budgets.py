"""How heavy may a page be? ``budgets.csv`` says it for each kind of page; a page above its budget fails the build.

Counted, gzipped: the page itself, every style sheet, script and picture that it names, the fonts that a style sheet
names, and, where there is a chart, its runtime and the page's expressions. Live Python is not: it is fetched when a reader asks for it.
A test compares the list with what a browser asks for (tests/test_site.py).

    python -m explorable.pages.budgets          prints the weights of the built site
"""

from __future__ import annotations

import csv
import gzip
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util import logging

from explorable import command
from explorable.book import current_book

HERE = Path(__file__).resolve().parent
MOST = 450  # KiB that no page may weigh before live Python is asked for, whatever its kind
RUNTIME = "_static/vega-runtime.js"
ASKING = re.compile(r"<(?:script|img|link)\b[^>]*>")
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    app.add_config_value("budgets", True, "")  # whether pages are weighed
    app.connect("build-finished", _check, priority=900)  # after page.py has made the assets smaller


def _check(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html" or not app.config.budgets:
        return
    for page, kind, weight, limit in weights(Path(app.outdir)):
        if weight > limit:
            logger.warning(
                "%s weighs %.0f KiB gzipped; the budget of its kind (%s) is %d KiB: lighten it, or change explorable/pages/budgets.csv and say why",
                page,
                weight,
                kind,
                limit,
            )


@lru_cache(maxsize=1)
def budgets() -> dict[str, int]:
    """Return the kinds of pages and what each may weigh, in KiB."""
    rows = list(csv.DictReader((HERE / "budgets.csv").read_text("utf-8").splitlines()))
    found = {row["kind"]: int(row["kib"]) for row in rows}
    for number, (kind, limit) in enumerate(found.items(), start=2):
        if limit > MOST:
            raise ValueError(
                f"budgets.csv, row {number}: {kind} may weigh {limit} KiB, but no page more than {MOST}: lower it."
            )
    return found


def kind_of(text: str) -> str:
    """Return the kind of a page by its HTML."""
    if "search-places.js" in text:
        return "search"
    if 'class="chart explorer"' in text:
        return "explorer"
    if '"projections":' in text:
        return "map"
    return "chart" if '<figure class="chart' in text else "text"


def files_of(page: Path, site: Path) -> set[Path]:
    """Return all files that a page makes a browser ask for, itself included."""
    text = page.read_text("utf-8")
    soup = BeautifulSoup(
        "".join(f"{tag}</script>" for tag in ASKING.findall(text)), "html.parser"
    )  # all tags would take seconds
    named = [tag.get("src") for tag in soup.find_all(["script", "img"])]
    named += [tag.get("href") for tag in soup.find_all("link", rel=["stylesheet", "icon", "preload", "modulepreload"])]
    files = {page, *(_beside(page, address) for address in named if address)}
    if kind_of(text) not in ("text", "search"):
        pages = [tag["data-page"] for tag in soup.find_all("script", attrs={"data-page": True})]
        # fetched by charts.js
        files |= {site / RUNTIME, *(site / "_static" / "expressions" / f"{name}.js" for name in pages)}
    return {file for file in _with_imports(files) if file.is_file()}


def _with_imports(files: set[Path]) -> set[Path]:
    """Return files with all that their style sheets name, and what the style sheets among those name again."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += [_beside(file, address) for address in _named(file)] if file.suffix == ".css" else []
    return found


def _named(style: Path) -> list[str]:
    """Return the addresses of the fonts, pictures and further style sheets that a style sheet names."""
    text = style.read_text("utf-8") if style.is_file() else ""
    pairs = re.findall(
        r"""url\(["']?([^)"']+\.(?:woff2?|png|svg|css)[^)"']*)["']?\)|@import\s+["']([^"']+)["']""", text
    )
    return [url or imported for url, imported in pairs if not (url or imported).startswith("data:")]


def _beside(file: Path, address: str) -> Path:
    return (file.parent / unquote(urlsplit(address).path)).resolve()


@lru_cache(maxsize=512)
def gzipped(file: Path) -> float:
    """Return the weight of a file in KiB as a server sends it; fonts and pictures are compressed already, if at all."""
    return len(gzip.compress(file.read_bytes(), 9)) / 1024


def weights(site: Path) -> list[tuple[str, str, float, int]]:
    """Return each page with its kind, its weight and its budget in KiB, the heaviest first."""
    gzipped.cache_clear()
    found = []
    for page in sorted(site.resolve().rglob("*.html")):
        if "_static" in page.parts or "_sources" in page.parts:
            continue
        kind = kind_of(page.read_text("utf-8"))
        weight = sum(map(gzipped, files_of(page, site.resolve())))
        found.append((page.relative_to(site.resolve()).as_posix(), kind, weight, budgets()[kind]))
    return sorted(found, key=lambda row: -row[2])


def main() -> None:
    print(f"{'page':<44}{'kind':<10}{'KiB':>6}{'budget':>8}")
    for page, kind, weight, limit in weights(current_book().site):
        print(f"{page:<44}{kind:<10}{weight:>6.0f}{limit:>8}{'   TOO HEAVY' if weight > limit else ''}")


if __name__ == "__main__":
    command.run(main)
