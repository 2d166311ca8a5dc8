"""What a colour and a mark mean in a book's charts: one table, from which charts ask by meaning, never by the name of a colour.

A book writes its table once (``Meanings({"record": Meaning("blue", says="…"), …})``); its charts then say
``colour("record")`` or ``scale({"counted": "record", "not counted": "rest"})``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt

from explorable.figures import theme

#: Every colour a meaning may have: name of a role → its light value.
INKS = {name: light for name, (light, _) in {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}.items()}


@dataclass(frozen=True)
class Meaning:
    """One meaning: the role of its colour, its mark, and what it says to a reader.

    ``dash`` is that of its lines and outlines, in pixels (none: solid); ``opacity`` that of its fill, from 0 to 1.
    """

    colour: str
    says: str
    shape: str = "circle"
    dash: tuple[int, ...] = ()
    opacity: float = 1

    def __post_init__(self) -> None:
        if self.colour not in INKS:
            raise ValueError(f"There is no colour {self.colour!r}. The theme has: {', '.join(INKS)}.")


class Meanings(dict[str, Meaning]):
    """The table of a book: name of a meaning → the meaning."""

    def __missing__(self, name: str) -> Meaning:
        raise ValueError(f"No colour of this book means {name!r}. Its meanings are: {', '.join(self)}.")

    def colour(self, name: str) -> str:
        """Return the colour of a meaning, as a notebook holds it."""
        return INKS[self[name].colour]

    def scale(self, labels: Mapping[str, str]) -> alt.Scale:
        """Return the scale that gives each label of a chart the colour of what it means: label → meaning."""
        return alt.Scale(domain=[*labels], range=[self.colour(name) for name in labels.values()])

    def shapes(self, labels: Mapping[str, str]) -> alt.Scale:
        """Return the scale that gives each label the shape of what it means: label → meaning."""
        return alt.Scale(domain=[*labels], range=[self[name].shape for name in labels.values()])

    def style(self) -> str:
        """Return the style sheet by which what a page marks with ``data-means="record"`` finds that meaning's colour, as ``--c``."""
        return "".join(f'[data-means="{name}"]{{--c:var(--book-{meaning.colour})}}\n' for name, meaning in self.items())

    def mark(self, name: str, **more) -> dict:
        """Return how a point or a bar of a meaning is drawn; its text and its lines need :meth:`colour` alone."""
        meaning, colour = self[name], self.colour(name)
        dashed = {"stroke": colour, "strokeDash": [*meaning.dash], "strokeWidth": 1.5} if meaning.dash else {}
        return {
            "shape": meaning.shape,
            "filled": True,
            "color": colour,
            "fillOpacity": meaning.opacity,
            **dashed,
            **more,
        }

    def key(self) -> alt.LayerChart:
        """Return the table as a chart: each meaning with its mark, and what it says."""
        rows = [{"meaning": name, "says": meaning.says, "hollow": bool(meaning.dash)} for name, meaning in self.items()]
        labels = {name: name for name in self}
        base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("says:N", sort=None, axis=None))
        dashes = alt.Scale(domain=[*self], range=[[*meaning.dash] or [1, 0] for meaning in self.values()])
        at = base.encode(
            x=alt.value(8),
            color=alt.Color("meaning:N", title="Name", scale=self.scale(labels), legend=None),
            shape=alt.Shape("meaning:N", title="Name", scale=self.shapes(labels), legend=None),
        )
        full = at.transform_filter("!datum.hollow").mark_point(filled=True, size=130)
        hollow = at.transform_filter("datum.hollow").mark_point(filled=False, size=130, strokeWidth=2)
        hollow = hollow.encode(strokeDash=alt.StrokeDash("meaning:N", scale=dashes, legend=None))
        words = base.mark_text(align="left").encode(x=alt.value(24), text=alt.Text("says:N", title="What it means"))
        return alt.layer(full, hollow, words).properties(height=alt.Step(26))
