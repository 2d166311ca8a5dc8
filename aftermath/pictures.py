"""What the sliders can't show yet: the range, what matters and where it flips, as pictures at the start and at each preset.

The numbers come from :mod:`aftermath.uncertainty`, once, when a chapter is executed: these pictures don't follow the sliders, and
whoever shows them says so.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from aftermath import assumptions, data, explorers, uncertainty
from aftermath.theme import MUTED, TEXT, colour, mark

START = "As this book starts: all open"
COUNTED = "In a war, waiting to be sent, or back in violence"


def settings() -> dict[str, dict[str, float]]:
    """Return the start and every preset: what each is called, and what it holds."""
    return {START: {}} | {label: assumptions.preset(name) for name, label in assumptions.presets().items()}


def ranges(month: float = 24) -> alt.LayerChart:
    """Return one line a setting: nine of ten draws, half of them, the middle one, and where the setting itself stands."""
    table = pd.DataFrame(
        [
            {
                "setting": label,
                **uncertainty.range_of("at_large", month, held)
                .rename({f"{level:.0%}": f"q{100 * level:.0f}" for level in uncertainty.LEVELS})
                .round(3),
            }
            for label, held in settings().items()
        ]
    )
    x = alt.X(
        "q5:Q",
        title=f"People after {month:g} months",
        axis=alt.Axis(format=",d", tickCount=6),
        scale=alt.Scale(domainMin=0),
    )
    y = alt.Y("setting:N", title=None, sort=None, axis=alt.Axis(labelLimit=190))
    base = alt.Chart(table)
    start = table.iloc[0]
    tips = [
        alt.Tooltip("setting:N", title="Setting"),
        *(
            alt.Tooltip(f"q{level}:Q", title=f"{level} % of draws at or below", format=",.3r")
            for level in (5, 25, 50, 75, 95)
        ),
        alt.Tooltip("point:Q", title="The setting itself", format=",.3r"),
    ]
    return alt.layer(
        base.mark_rule(color=MUTED, strokeWidth=2).encode(x=x, x2="q95:Q", y=y),
        base.mark_bar(size=12, color=colour("record"), opacity=0.8).encode(
            x=alt.X("q25:Q"), x2="q75:Q", y=y, tooltip=tips
        ),
        base.mark_tick(color=TEXT, thickness=3, size=18).encode(x="q50:Q", y=y),
        base.mark_point(**mark("second", size=90)).encode(x="point:Q", y=y, tooltip=tips),
        height=alt.Step(30),
    ).properties(
        title=f"{COUNTED}: what each setting leaves open",
        usermeta=explorers.sources_of(explorers.all_ids()),
        description=f"One line for the start and for each preset: nine of ten draws on the line, half of them in the bar, the middle one at the tick, and a square where the setting itself stands. "
        f"At the start nine of ten lie between {explorers.rounded(start['q5'])} and {explorers.rounded(start['q95'])} people, and the setting stands at {explorers.rounded(start['point'])}.",
    )


def matters(month: float = 24, outcome: str = "at_large") -> alt.LayerChart:
    """Return the total indices of the groups, side by side for the start and each preset: how much of the spread goes through each."""
    rows = []
    for label, held in settings().items():
        _, groups, together = uncertainty.matters(outcome, month, held)
        rows += [
            {"setting": label, "group": group, "share": total} for group, total in zip(groups["group"], groups["total"])
        ]
        rows += [{"setting": label, "group": "no single one", "share": max(0.0, together)}]
    base = alt.Chart(pd.DataFrame(rows).round(4), height=alt.Step(26)).encode(
        x=alt.X(
            "group:N",
            title=None,
            sort=[*uncertainty.groups(), "no single one"],
            axis=alt.Axis(labelAngle=-40, labelOverlap=False),
        ),
        y=alt.Y("setting:N", title=None, sort=None, axis=alt.Axis(labelLimit=190)),
    )
    # A pale disc behind its number: beside it a phone has no room.
    marks = base.mark_point(filled=True, color=colour("record"), opacity=0.3).encode(
        size=alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 400]), legend=None)
    )
    return alt.layer(
        marks, base.mark_text().encode(text=alt.Text("share:Q", title="Share of the spread", format=".0%"))
    ).properties(
        title="What the spread goes through, group by group",
        usermeta=explorers.sources_of(explorers.all_ids()),
        description="A table of discs, a row for the start and for each preset, a column for each group of assumptions: the larger, the more of the spread goes through the group. "
        "A group that a preset holds has no disc. The last column is what no single assumption explains.",
    )


def turned(threshold: float = 10_000, month: float = 24) -> alt.Chart:
    """Return in how many of 100 draws each assumption alone can turn the answer to "more than the threshold?", at the start."""
    found = uncertainty.turned(uncertainty.more_than(threshold, "at_large", month))
    table = pd.DataFrame(
        {"label": [assumptions.get(id).label for id in found.index], "draws": found.round(1).to_numpy()}
    )
    return (
        alt.Chart(table, height=alt.Step(20))
        .mark_bar(color=colour("record"))
        .encode(
            x=alt.X(
                "draws:Q", title="Draws of 100 in which it alone can turn the answer", scale=alt.Scale(domain=[0, 100])
            ),
            y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=0)),  # no label is cut
            tooltip=[alt.Tooltip("label:N", title="Assumption"), alt.Tooltip("draws:Q", title="Draws of 100")],
        )
        .properties(
            title=f"More than {threshold:,.0f} people after {month:g} months? What can turn the answer alone",
            usermeta=data.sources("aftercaliphate2026model"),
            description=f"One bar for each assumption: in how many of 100 draws moving it alone, over its range, turns the answer. The longest is “{table['label'][0]}” with {table['draws'][0]:.0f}; "
            f"{(table['draws'] == 0).sum()} have none.",
        )
    )
