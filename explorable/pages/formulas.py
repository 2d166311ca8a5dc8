"""Python functions written as functions of the page: called with names instead of numbers, they write themselves."""

from __future__ import annotations

import re
from pathlib import Path

import altair as alt
from sphinx.application import Sphinx

from explorable.book import Part

explorers = Part("explorers")


def script(formula) -> str:
    """Return a formula of Vega's as JavaScript."""
    return re.sub(r"\b(pow|abs)\(", r"Math.\1(", explorers.text(formula))


def written(function, *names: str) -> str:
    """Return a function of these arguments as a member of a JavaScript object."""
    return f"{function.__name__}: ({', '.join(names)}) => {script(function(*(alt.param(name=name) for name in names)))}"


def write(app: Sphinx, name: str, content: str) -> None:
    """Write a script beside the book's other scripts, where pages are written as HTML."""
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(content, encoding="utf-8")
