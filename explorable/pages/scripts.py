"""Scripts that the build writes, and which a page loads."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx


def write(app: Sphinx, name: str, content: str) -> None:
    """Write a file beside the book's scripts, where pages are written as HTML."""
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(content, encoding="utf-8")


def load(app: Sphinx, *names: str) -> None:
    """Load scripts on the page that is being written, in this order; none keeps it from being shown."""
    for name in names:
        app.add_js_file(name, loading_method="defer")
