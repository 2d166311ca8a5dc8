"""Colours by role: a notebook holds the light value of each role; a page holds the role, as a variable of its style sheet."""

from __future__ import annotations

import re

from explorable.book import NoBook, Part
from explorable.figures import theme

book_theme = Part("theme")

ROLES = {light: f"var(--book-{name})" for name, (light, _) in {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}.items()}


#: What is not data follows the reader's colours where they are forced; but the grid stays quiet: GrayText is a bright green in some.
FORCED = "--book-text:CanvasText;--book-muted:CanvasText;--book-border:CanvasText;"


def to_variables(text: str) -> str:
    """Replace each colour of the theme by its CSS variable."""
    return re.sub("|".join(map(re.escape, ROLES)), lambda match: ROLES[match[0]], text)


def colours() -> str:
    """Return the style sheet that gives each role its colour in light, dark and print, and each meaning of the book its role."""
    pairs = {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}
    light = "".join(f"--book-{name}:{value};" for name, (value, _) in pairs.items())
    dark = "".join(f"--book-{name}:{value};" for name, (_, value) in pairs.items())
    return (
        f"html{{{light}}}\nhtml[data-theme=dark]{{{dark}}}\n"
        f"@media print{{html,html[data-theme=dark]{{{light}}}}}\n"
        # Forced colours have a ground of their own, light or dark, whatever the book's theme is.
        f"@media (forced-colors:active){{html,html[data-theme=dark]{{{light}{FORCED}}}}}\n"
        f"@media (forced-colors:active) and (prefers-color-scheme:dark){{html,html[data-theme=dark]{{{dark}{FORCED}}}}}\n"
        + _meanings()
    )


def _meanings() -> str:
    try:
        meanings = getattr(book_theme, "MEANINGS", None)
    except NoBook:
        meanings = None
    return meanings.style() if meanings else ""  # a book need not give its colours a meaning
