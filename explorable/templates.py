"""HTML from templates: each room has its own in ``templates/``, and what is put into one is escaped unless it is HTML already.

A template that begins with ``{# in one line #}`` is laid out for whoever reads it: its line breaks, and what indents a line, are not in
the page.
"""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from explorable.book import MACHINE


class _OneLine(Extension):
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"\n\s*", "", source) if source.startswith("{# in one line #}") else source


@lru_cache(maxsize=8)
def _environment(folder: Path | None = None) -> Environment:
    rooms = {room.parent.name: FileSystemLoader(room) for room in MACHINE.glob("*/templates")}
    made = Environment(
        loader=FileSystemLoader(folder) if folder else PrefixLoader(rooms),
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        extensions=[_OneLine],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["attribute"] = attribute
    return made


def _escaped(value: object) -> Markup:
    """Escape as all other HTML of the machine does, quotation marks by the same names."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value)))


def attribute(value: object) -> Markup:
    """Return what a script reads of an element, as JSON in an attribute between double quotes."""
    return Markup(html.escape(json.dumps(value)))


def macros(template: str) -> Any:
    """Return a template's macros as functions of one object: each returns HTML, of values that are escaped as :func:`fill` does."""
    return _environment().get_template(template).module


def fill(template: str, **values) -> Markup:
    """Return a template's HTML, such as ``editions/slides.html``. Values are escaped, but for those that are ``Markup``."""
    return Markup(_environment().get_template(template).render(values))


def fill_own(template: Path, **values) -> Markup:
    """Return the HTML of a template of the book's own package, likewise."""
    return Markup(_environment(template.parent).get_template(template.name).render(values))
