"""One style sheet for every page, in place of the theme's and the extensions' ten: a page waits for it before it is shown.

It holds the rules that a page or a script of the site can use, half of the bytes; the icon font has the icons that they draw.
"""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx

#: What it is made of, in this order.
PARTS = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
    "copybutton.css",
    "exercise.css",
    "letters.css",
    "colours.css",
    "book.css",
    "stage.css",
    "guess.css",
    "live.css",
)
JOINED = "styles/page.css"  # beside the theme's, whose addresses of fonts then hold
#: No page loads them, and their words are not those of the pages.
UNUSED = ("**/*.map", "scripts/fontawesome.js", "**/fontawesome/**/*.ttf")
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
ICON = re.compile(r'(?:content|--[\w-]+):\s*"\\?([^"]{1,4})"')


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _link, priority=990)  # after all that add files
    app.connect("build-finished", _write, priority=600)  # colours.css is written before


def _link(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Link to the joined style sheet in place of its parts."""
    context["styles"] = f"_static/{JOINED}?v="  # completed when the sheet is there
    context["css_files"] = [
        file
        for file in context["css_files"]
        if not any(Path(str(file.filename)).match(f"_static/{part}") for part in PARTS)
    ]


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    for path in [path for pattern in UNUSED for path in static.glob(pattern)]:
        path.unlink()
    found = [path for part in PARTS for path in sorted(static.glob(part))]  # a book without exercises has fewer
    style = rules_for(
        "".join(_moved(path.read_text("utf-8"), path.parent == static) for path in found), names_used(site)
    )
    (static / JOINED).write_text(style, encoding="utf-8")
    _name_version(site, hashlib.sha256(style.encode()).hexdigest()[:8])
    for font in static.glob("**/fontawesome/**/*.woff2"):
        _keep_icons(font=font, characters=_characters(style))


def _name_version(site: Path, version: str) -> None:
    """Let every page ask for this very style sheet: browsers keep an older one under its own address."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        named = re.sub(rf"({re.escape(JOINED)}\?v=)[0-9a-f]*", rf"\g<1>{version}", text)
        if named != text:
            page.write_text(named, encoding="utf-8")


def _moved(style: str, up: bool) -> str:
    """Return a style sheet as it stands in the joined one; ``up`` says that its own folder is the one above."""
    style = style.replace('@charset "UTF-8";', "")
    return re.sub(r"""url\((["']?)(?!data:|#|/)""", r"url(\1../", style) if up else style


def names_used(site: Path) -> set[str]:
    """Return every name that a page gives to a class, and every word of the scripts, which may give it to one later."""
    classes = {
        names for page in site.rglob("*.html") for names in re.findall(r'class="([^"]+)"', page.read_text("utf-8"))
    }
    scripts = {*site.rglob("_static/**/*.js"), *site.rglob("live/**/*.js")}
    return {name for names in classes for name in names.split()} | {
        word for path in scripts for word in re.findall(r"[A-Za-z_][\w-]*", path.read_text("utf-8"))
    }


def rules_for(style: str, names: set[str]) -> str:
    """Return a style sheet without the rules for classes that occur nowhere: half of the bytes."""
    return "".join(
        _kept(rule, names) for rule in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    )


def _kept(rule, names: set[str]) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
        inside = "".join(
            _kept(one, names)
            for one in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        )
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}" if inside else ""
    if rule.type != "qualified-rule":
        return rule.serialize()
    selectors = [
        tinycss2.serialize(selector).strip() for selector in _selectors(rule.prelude) if _classes(selector) <= names
    ]
    return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""


def _selectors(prelude: list) -> list[list]:
    """Return the selectors of a rule, as tokens; a comma inside brackets belongs to one of them."""
    parts: list[list] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector: list) -> set[str]:
    """Return the classes without which a selector matches nothing; those in :not(), :is() and the like are not."""
    return set(CLASS.findall(tinycss2.serialize([token for token in selector if token.type != "function"])))


def _characters(style: str) -> set[int]:
    """Return the code points that a style sheet draws: icons are written as four hexadecimal digits or as the character itself."""
    return {
        point
        for text in ICON.findall(style)
        for point in ([int(text, 16)] if re.fullmatch(r"[0-9a-f]{4}", text) else map(ord, text))
    }


def _keep_icons(*, font: Path, characters: set[int]) -> None:
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else each table that it leaves out is told
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True, ignore_missing_unicodes=True)
    loaded = subset.load_font(str(font), options)
    there = set(loaded.getBestCmap())
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters & there or {min(there)})  # browsers refuse a font without a glyph
    cutter.subset(loaded)
    subset.save_font(loaded, str(font), options)
