"""Several teams, each with assumptions of its own: where do they disagree, and does it matter?

``teams`` maps the name of a team to the assumptions of its file (:func:`aftermath.assumptions.from_json`). A team has a say
on what its file names, and on nothing else. A file of the first edition is read, too: its weights become shares.

The plenary page (``explorable/classroom/plenary.py``, ``explorable/classroom/static/plenary.js``) does the same with the same formulas, and is tested against this.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from itertools import pairwise
from statistics import fmean, median

import altair as alt
import numpy as np
import pandas as pd

from aftermath import data, explorers, model, uncertainty
from aftermath.assumptions import OutsideEvidence, get, middles, normalised, share_ids, whole
from aftermath.theme import MUTED, TEXT, colour
from explorable.assumptions import inputs

MONTH = 24  # months after the end of 2017, at which the answers are compared
OUTCOME = "at_large"
POOLED = "all teams, pooled"
MANY = 12  # teams that can be told apart in one chart by a colour and a shape
ANY = "each mark is a team"  # what is said of the marks where there are more
BY_RANK = alt.EncodingSortField(
    "rank", op="min"
)  # in the order of the files; the page replaces the rows, and an order of its own must not stay
Teams = Mapping[str, Mapping[str, float]]


# What each team says


def ids() -> list[str]:
    """Return the assumptions on which the five paths depend, in the registry's order."""
    return [assumption.id for assumption in uncertainty.drawn()]


def views(teams: Teams) -> dict[str, dict[str, float]]:
    """Return, for each assumption that a team names, each team's value.

    A file that names some of the shares is read as the model reads it: the others keep their proportions and make room.
    """
    found: dict[str, dict[str, float]] = {id: {} for id in ids()}
    for team, given in teams.items():
        for id, value in whole(given).items():
            if id in found:
                found[id][team] = value
    return {id: by_team for id, by_team in found.items() if by_team}


def answer(given: Mapping[str, float]) -> float:
    """Return the people at large after :data:`MONTH` months, if these assumptions held."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutsideEvidence)  # teams may leave the evidence: that is for them to discuss
        return float(model.outcomes(given, MONTH)[OUTCOME])


def each(teams: Teams) -> dict[str, float]:
    """Return every team's answer, all computed at once."""
    named = [whole(given) for given in teams.values()]
    full = {id: np.array([given.get(id, middle) for given in named], dtype=float) for id, middle in middles().items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutsideEvidence)
        return dict(zip(teams, model.outcomes(full, MONTH)[OUTCOME].tolist()))


# All together


def pool(teams: Teams) -> dict[str, float]:
    """Return one view made of many: for each assumption the mean of all teams that name it."""
    pooled = {id: fmean(by_team.values()) for id, by_team in views(teams).items()}
    shares = {id: pooled[id] for id in share_ids() if id in pooled}
    return {**pooled, **(normalised(shares) if shares else {})}  # they sum to 1 but for rounding


def answers(teams: Teams) -> dict[str, float]:
    """Return what the teams' answers come to: the least, the middle, the mean, the most, and the answer to the mean assumptions.

    The mean of the answers is not the answer to the mean assumptions, because the model multiplies.
    """
    found = list(each(teams).values())
    return {
        "least": min(found),
        "middle": median(found),
        "mean": fmean(found),
        "most": max(found),
        "pooled": answer(pool(teams)),
    }


def apart(values: Iterable[float]) -> float:
    """Return how far two teams stand apart on average, over all pairs."""
    values = sorted(values)
    count = len(values)
    gaps = sum((high - low) * below * (count - below) for below, (low, high) in enumerate(pairwise(values), start=1))
    return gaps / (count * (count - 1) / 2) if count > 1 else 0.0


def width(id: str) -> float:
    """Return the width of the cited range; all of 0 to 1 for a share."""
    return get(id).high - get(id).low


def moved(pooled: Mapping[str, float], id: str, value: float) -> dict[str, float]:
    """Return the pooled view with one assumption changed. The other shares keep their proportions and make room."""
    return inputs.moved(uncertainty.inputs(), pooled, id, value)


def disagreement(teams: Teams) -> pd.DataFrame:
    """Return one row an assumption, the most disputed first.

    ``lowest`` to ``highest`` is where the teams stand, ``apart`` how far two of them lie apart on average, as a share of the
    range that the evidence covers. ``moves`` is by how many people the answer to the pooled view changes when this
    assumption alone goes from the teams' lowest value to their highest: what their disagreement is worth.
    """
    pooled, rows = pool(teams), []
    for id, by_team in views(teams).items():
        low_team, high_team = min(by_team, key=by_team.get), max(by_team, key=by_team.get)
        low, high = by_team[low_team], by_team[high_team]
        rows.append(
            {
                "assumption": id,
                "label": get(id).label,
                "teams": len(by_team),
                "lowest": low,
                "lowest_team": low_team,
                "middle": median(by_team.values()),
                "mean": pooled[id],
                "highest": high,
                "highest_team": high_team,
                "apart": apart(by_team.values()) / width(id),
                "moves": answer(moved(pooled, id, high)) - answer(moved(pooled, id, low)) if high > low else 0.0,
            }
        )
    return pd.DataFrame(rows).sort_values("apart", ascending=False, kind="stable", ignore_index=True)


def written(id: str, value: float) -> str:
    """Return a value in words."""
    return get(id).written(value)


# Pictures: the plenary page and the report of aftermath/report.py show the same


def shares_chart(teams: Teams) -> alt.Chart:
    """Return the five shares of each team, and those of all together."""
    labels = explorers.path_labels()
    return (
        alt.Chart(alt.InlineData(values=_share_rows(teams, labels), name="shares"), height=alt.Step(26))
        .mark_bar()
        .encode(
            x=alt.X(
                "share:Q",
                title="Share of the survivors",
                axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1], nice=False),
            ),
            y=alt.Y("team:N", title=None, sort=BY_RANK, axis=alt.Axis(labelLimit=300, labelOverlap=False)),
            order=alt.Order("order:Q"),
            color=alt.Color(
                "path:N",
                title=None,
                sort=[*labels.values()],
                scale=alt.Scale(domain=[*labels.values()], range=explorers.path_colours()),
            ),
            tooltip=[
                alt.Tooltip("team:N", title="Team"),
                alt.Tooltip("path:N", title="Path"),
                alt.Tooltip("share:Q", title="Share", format=".0%"),
            ],
        )
        .properties(
            title="Where they go: the five shares of each team",
            usermeta=data.sources("aftercaliphate2026model"),
            description="Stacked bars, one for each team and one for all together: the shares of the five paths, which add up to 100 %.",
        )
    )


def _share_rows(teams: Teams, labels: Mapping[str, str]) -> list[dict]:
    """Return a row for each team that names shares, and each path; last those of all together, if there is such a team."""
    views_of = views(teams)
    by_team = {team: _of(team, views_of) for team in views_of.get(share_ids()[0], {})}
    if by_team:
        by_team[POOLED] = pool(teams)
    rows = []
    for rank, (team, view) in enumerate(by_team.items()):
        for order, (path, label) in enumerate(labels.items()):
            rows.append({"team": team, "rank": rank, "path": label, "order": order, "share": view[f"share_{path}"]})
    return rows


def _of(team: str, by_assumption: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {id: by_team[team] for id, by_team in by_assumption.items() if team in by_team}


def positions(teams: Teams) -> list[dict]:
    """Return where each team stands on each assumption, 0 and 1 being the ends of the range that the evidence covers."""
    apart_by, rows = disagreement(teams).set_index("assumption")["apart"], []
    for id, by_team in views(teams).items():
        low = get(id).low
        rows += [
            {
                "label": get(id).label,
                "team": team,
                "mark": team if len(teams) <= MANY else ANY,
                "rank": rank,
                "place": (value - low) / width(id),
                "words": written(id, value),
                "apart": float(apart_by[id]),
            }
            for rank, (team, value) in enumerate(by_team.items())
        ]
    return rows


def positions_chart(teams: Teams) -> alt.LayerChart:
    """Return one line an assumption, the most disputed on top, with a mark for each team."""
    ends = "datum.value == 0 ? 'low end of its range' : datum.value == 1 ? 'high end' : ''"
    band = (
        alt.Chart(alt.InlineData(values=[{"from": 0, "to": 1}], name="band"))
        .mark_rect(fill=MUTED, fillOpacity=0.12, stroke=MUTED)
        .encode(x="from:Q", x2="to:Q")
    )
    rows = alt.InlineData(values=positions(teams), name="places")
    y = alt.Y(
        "label:N",
        title=None,
        sort=alt.EncodingSortField("apart", op="max", order="descending"),
        axis=alt.Axis(labelLimit=330, grid=True),
    )
    x = alt.X(
        "place:Q",
        title=None,
        axis=alt.Axis(values=[0, 1], labelExpr=ends, labelOverlap=False),
        scale=alt.Scale(nice=False, padding=8),
    )
    disputed = alt.Chart(rows).transform_filter("datum.apart > 0")
    line = disputed.mark_rule(color=MUTED).encode(x=alt.X("min(place):Q"), x2="max(place):Q", y=y)
    marks = disputed.mark_point(filled=True, size=70).encode(
        x=x,
        y=y,
        yOffset=alt.YOffset("team:N", sort=BY_RANK),
        color=alt.Color("mark:N", title=None, sort=BY_RANK),
        shape=alt.Shape("mark:N", title=None, sort=BY_RANK),
        tooltip=[
            alt.Tooltip("team:N", title="Team"),
            alt.Tooltip("label:N", title="Assumption"),
            alt.Tooltip("words:N", title="Value"),
        ],
    )
    return alt.layer(band, line, marks, height=alt.Step(34, **{"for": "position"})).properties(
        title="Where they disagree: the most disputed assumption on top",
        usermeta=data.sources("aftercaliphate2026model"),
        description="One line for each assumption, with a mark for each team, from the low to the high end of the range that the evidence covers. "
        "Shares run from 0 to 100 %. The assumption on which two teams stand farthest apart on average is on top.",
    )


def answers_chart(teams: Teams) -> alt.LayerChart:
    """Return each team's answer beside the mean of the answers and the answer to the mean assumptions."""
    rows = [{"team": team, "rank": rank, "people": people} for rank, (team, people) in enumerate(each(teams).items())]
    both = answers(teams)
    lines = [
        {"what": "mean of the answers", "people": both["mean"]},
        {"what": "answer to the mean assumptions", "people": both["pooled"]},
    ]
    x = alt.X(
        "people:Q",
        title=f"In a war, waiting, or violent again after {MONTH} months",
        axis=alt.Axis(format=",d", tickCount=6),
        scale=alt.Scale(domainMin=0),
    )
    bars = (
        alt.Chart(alt.InlineData(values=rows, name="answers"), height=alt.Step(26))
        .mark_bar(color=colour("record"))
        .encode(
            x=x,
            y=alt.Y("team:N", title=None, sort=BY_RANK, axis=alt.Axis(labelLimit=300, labelOverlap=False)),
            tooltip=[alt.Tooltip("team:N", title="Team"), alt.Tooltip("people:Q", title="People", format=",.0f")],
        )
    )
    rules = (
        alt.Chart(alt.InlineData(values=lines, name="pooled"))
        .mark_rule(color=TEXT, strokeWidth=2.5)
        .encode(
            x=alt.X("people:Q"),
            strokeDash=alt.StrokeDash("what:N", title=None, sort=None),
            tooltip=[alt.Tooltip("what:N", title="Line"), alt.Tooltip("people:Q", title="People", format=",.0f")],
        )
    )
    return alt.layer(bars, rules).properties(
        title="What follows: each team’s answer, and two ways to pool them",
        usermeta=data.sources("aftercaliphate2026model"),
        description=f"A bar for each team: people in a war, waiting to be sent, or back in violence after {MONTH} months, if its assumptions held. "
        "One line marks the mean of the answers, another the answer to the mean assumptions.",
    )
