"""How charts of the book look: the machine's theme, under the name by which chapters know it."""

from explorable.figures.theme import COLOURS, enable, heading, missing

__all__ = ["COLOURS", "enable", "heading", "missing"]
