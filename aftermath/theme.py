"""How charts of the book look: the machine's theme, under the name by which chapters know it, and what colours mean here."""

from __future__ import annotations

import altair as alt

from explorable.figures.labels import beside, line_ends, rule
from explorable.figures.meanings import Meaning, Meanings
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
    REST,
    TEXT,
    config,
    enable,
    heading,
    missing,
    render,
)

__all__ = [
    "BORDER",
    "COLOURS",
    "COLOUR_PAIRS",
    "DOCUMENT",
    "GRID",
    "INK_PAIRS",
    "LAND",
    "MEANINGS",
    "MIME",
    "MUTED",
    "PAPER",
    "REST",
    "TEXT",
    "beside",
    "colour",
    "config",
    "document_rule",
    "enable",
    "heading",
    "line_ends",
    "mark",
    "missing",
    "render",
    "scale",
    "shapes",
]

#: The one table of meanings. The five paths have the names that the model and the data give them.
MEANINGS = Meanings(
    {
        "disengage": Meaning("green", "A path: they leave and go home", "square"),
        "stay": Meaning("orange", "A path: they stay and fight on", "triangle-up"),
        "join": Meaning("purple", "A path: they join other groups", "cross"),
        "relocate": Meaning("gold", "A path: they move on to other wars", "triangle-down"),
        "dispatch": Meaning("red", "A path: they are sent to attack; and who attacked", "triangle-right"),
        "document": Meaning("text", "What the document says", "diamond"),
        "record": Meaning("blue", "The record; or the one that the title speaks of"),
        "second": Meaning("teal", "A second count beside it", "square"),
        "third": Meaning("grey", "A third count, or what has no name", "triangle-up"),
        "rest": Meaning("rest", "The rest"),
        "doubtful": Meaning("grey", "Doubtful: hollow, with a dotted edge", dash=(2, 2), opacity=0.15),
        "guess": Meaning("text", "Your own guess: dashed", dash=(6, 4), opacity=0),
    }
)
colour, scale, shapes, mark = MEANINGS.colour, MEANINGS.scale, MEANINGS.shapes, MEANINGS.mark

#: What stands at the rule on each axis of time that spans the month in which the document was written.
DOCUMENT = "January 2017: the document"


def document_rule(
    kind: str = "temporal", *, at: float | None = None, axis: str = "x", align: str = "center"
) -> alt.LayerChart:
    """Return the rule at January 2017, one layer of a chart over time.

    ``kind`` is the type of its axis: temporal; quantitative (years, where the rule stands between the totals of 2016 and 2017, or
    another unit, where ``at`` says in it when January 2017 is); ordinal (years, where it stands before 2017).
    """
    places = {"temporal": alt.DateTime(year=2017, month=1), "quantitative": 2016.5, "ordinal": 2017}
    place = places[kind] if at is None else at
    return rule(place, DOCUMENT, kind=kind, axis=axis, align=align, colour=colour("document"))
