"""How charts of the book look: the machine's theme, under the name by which chapters know it."""

from explorable.figures.theme import (
    BORDER,
    COLOUR_PAIRS,
    COLOURS,
    GRID,
    INK_PAIRS,
    LAND,
    MIME,
    MUTED,
    PAPER,
    TEXT,
    config,
    enable,
    heading,
    missing,
    render,
)

__all__ = [
    "BORDER",
    "COLOUR_PAIRS",
    "COLOURS",
    "GRID",
    "INK_PAIRS",
    "LAND",
    "MIME",
    "MUTED",
    "PAPER",
    "TEXT",
    "config",
    "enable",
    "heading",
    "missing",
    "render",
]
