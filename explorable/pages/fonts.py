"""The letters of the book: two open typefaces, cut to what its pages use, and stand-ins that take the same room.

A page has them from the site itself. Until they have come, and where they never do, a typeface of the reader's machine
stands in, made as wide and as high as they are, so that nothing moves.
"""

from __future__ import annotations

import io
import logging
import re
from html import unescape
from pathlib import Path
from typing import NamedTuple

from sphinx.application import Sphinx

from explorable.book import VENDOR
from explorable.figures.theme import TEXT_FACE

FONTS = VENDOR / "fonts"
FOLDER, SHEET = "letters", "letters.css"
HEAD_FACE = "Book Head"


class Face(NamedTuple):
    """One file of a typeface, and the styles and weights that it serves."""

    family: str
    style: str
    weight: str
    file: str


FACES = (
    Face(TEXT_FACE, "normal", "400", "source-sans-3-latin-400-normal"),
    Face(TEXT_FACE, "italic", "400", "source-sans-3-latin-400-italic"),
    Face(TEXT_FACE, "normal", "600 900", "source-sans-3-latin-600-normal"),
    Face(HEAD_FACE, "normal", "400 900", "source-serif-4-latin-600-normal"),
)
#: What stands in: its names on readers' machines, its width in per cent (Source Sans beside Arial, Source Serif beside Times:
#: the mean of English letters), and the height above and below the line in ems of the typeface that it stands for.
STAND_INS = {
    TEXT_FACE: (("Arial", "Liberation Sans"), 96.5, 1.024, 0.4),
    HEAD_FACE: (
        ("Times New Roman Bold", "Liberation Serif Bold", "Times New Roman", "Liberation Serif"),
        115,
        1.036,
        0.335,
    ),
}
ALWAYS = set(range(0x20, 0x7F)) | set(map(ord, "“”‘’–—−·×…€£°²³½"))  # what a script may write later


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write, priority=590)  # before styles.py joins the style sheets


def sheet() -> str:
    """Return the style sheet that names the typefaces and their stand-ins."""
    own = "".join(
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};font-weight:{face.weight};font-display:optional;'
        f'src:url("{FOLDER}/{face.file}.woff2") format("woff2")}}\n'
        for face in FACES
    )
    stand_ins = "".join(
        f'@font-face{{font-family:"{family} Stand-in";src:{",".join(f"local({name!r})" for name in names)};'
        f"size-adjust:{width}%;ascent-override:{100 * above / width * 100:.1f}%;descent-override:{100 * below / width * 100:.1f}%;line-gap-override:0%}}\n"
        for family, (names, width, above, below) in STAND_INS.items()
    )
    return own + stand_ins


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.format != "html":
        return
    site = Path(app.outdir)
    folder = site / "_static" / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = letters(site)
    for face in FACES:
        (folder / f"{face.file}.woff2").write_bytes(cut(FONTS / f"{face.file}.woff2", wanted))
    (site / "_static" / SHEET).write_text(sheet(), encoding="utf-8")


def letters(site: Path) -> set[int]:
    """Return the code points of all that the pages of a site say."""
    texts = (path.read_text("utf-8") for path in site.rglob("*.html") if "_sources" not in path.parts)
    return ALWAYS | {
        ord(letter)
        for text in texts
        for letter in set(unescape(re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL)))
    }


def cut(font: Path, wanted: set[int]) -> bytes:
    """Return a font with no more letters than these, with their kerning and their figures of one width."""
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else each table that it leaves out is told
    options = subset.Options(
        flavor="woff2", layout_features=["kern", "liga", "tnum", "lnum", "locl", "mark"], notdef_outline=True
    )
    loaded = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted & set(loaded.getBestCmap()))
    cutter.subset(loaded)
    made = io.BytesIO()
    subset.save_font(loaded, made, options)
    return made.getvalue()
