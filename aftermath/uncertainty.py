"""How sure is an answer? This book's model over fixed even draws: its range, what matters, where it flips, what to know.

What is true of any model stands in ``explorable.assumptions``; here are this model's inputs, and tables in place of mappings.
``held`` maps ids to values that are held. All others are open, and drawn over their ranges.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from aftermath import model
from aftermath.assumptions import Assumption, OutsideEvidence, check, get, registry, share_ids, whole
from explorable.assumptions import draws as drawing
from explorable.assumptions import sensitivity, value_of_information
from explorable.assumptions.draws import COUNT, LEVELS, METHOD, place, quantiles
from explorable.assumptions.inputs import Inputs, Range
from explorable.assumptions.sensitivity import Flip, Settled, alike

__all__ = [
    "COUNT",
    "LEVELS",
    "METHOD",
    "Flip",
    "Settled",
    "alike",
    "draws",
    "drawn",
    "ensemble",
    "fan",
    "flips",
    "groups",
    "inputs",
    "largest_path",
    "matters",
    "more_than",
    "place",
    "quantiles",
    "range_of",
    "tornado",
    "turned",
    "worth",
]

MIXTURE = "which path"


def drawn() -> list[Assumption]:
    """Return the assumptions that :func:`model.outcomes` depends on: all but those of inflow and territory."""
    return [assumption for assumption in registry().values() if assumption.scenario not in ("inflow", "territory")]


@lru_cache(maxsize=1)
def inputs() -> Inputs:
    """Return them as the analysis knows them: ranges, and the one mixture."""
    ranges = {a.id: Range(a.low, a.middle, a.high, a.shape) for a in drawn() if a.id not in share_ids()}
    return Inputs(ranges, {MIXTURE: share_ids()} if share_ids() else {})


def groups() -> dict[str, list[str]]:
    """Return the groups of which each has an index: who is left, which path, how it grows, returnees and stopping."""
    home = [a.id for a in drawn() if a.scenario in ("disengage", "dispatch") and a.id not in share_ids()]
    return {
        "who is left": [a.id for a in drawn() if a.scenario == "all"],
        MIXTURE: list(share_ids()),
        "how it grows": [
            a.id for a in drawn() if a.scenario in ("stay", "join", "relocate") and a.id not in share_ids()
        ],
        "returnees and stopping": home,
    }


def _held(held: Mapping | None) -> dict:
    """Return what is held and drawn, checked, with all shares where some are given. What is held need not be within the evidence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutsideEvidence)  # the answer itself warns
        check(held or {})
    return {id: value for id, value in whole(held or {}).items() if id in inputs().ids}


def _outcome(outcome: str, month: float) -> Callable[[Mapping], np.ndarray]:
    """Return one outcome as a function of full assumptions."""

    def answer(values: Mapping) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OutsideEvidence)
            return model.outcomes(values, month)[outcome]

    return answer


def draws(count: int = COUNT, held: Mapping | None = None, shape: str | None = None) -> dict[str, np.ndarray]:
    """Return ``count`` values of every assumption: the held at their value, the open over their range, the same ones for everybody.

    ``shape`` draws all ranges by another shape than their own: split, triangle or flat.
    """
    return drawing.draws(inputs(), _held(held), count, shape=shape)


def ensemble(month: float, held: Mapping | None = None, count: int = COUNT, shape: str | None = None) -> pd.DataFrame:
    """Return the outcomes of ``count`` draws, one row a draw."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutsideEvidence)
        return pd.DataFrame(
            {
                name: np.broadcast_to(values, count)
                for name, values in model.outcomes(draws(count, held, shape), month).items()
            }
        )


def range_of(
    outcome: str = "at_large", month: float = 24, held: Mapping | None = None, shape: str | None = None
) -> pd.Series:
    """Return the quantiles of one outcome by name ("5%" …), the outcome where the reader stands (``point``), and its ``place`` among the draws."""
    values = ensemble(month, held, shape=shape)[outcome]
    point = float(_outcome(outcome, month)(_held(held)))
    return pd.Series(
        {f"{level:.0%}": value for level, value in zip(LEVELS, quantiles(values))}
        | {"point": point, "place": place(values, point)}
    )


def fan(outcome: str, months, held: Mapping | None = None, shape: str | None = None) -> pd.DataFrame:
    """Return the quantiles of one outcome, one row a month, one column a level."""
    drawn_once, names = draws(COUNT, held, shape), [f"{level:.0%}" for level in LEVELS]
    rows = [quantiles(np.broadcast_to(_outcome(outcome, month)(drawn_once), COUNT)) for month in months]
    return pd.DataFrame(rows, columns=names).assign(month=list(months))[["month", *names]]


# What matters


def _labelled(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"assumption": row["assumption"], "label": get(row["assumption"]).label, **row} for row in rows]
    )


def tornado(outcome: str = "at_large", month: float = 24, held: Mapping | None = None) -> pd.DataFrame:
    """Move each assumption over its own range, all others where the reader stands; the one that moves the outcome most comes first.

    A share is moved with the others keeping their proportions, over what nine of ten mixtures give it. ``from_low`` and
    ``from_high`` are the outcome at either end. An assumption that does not reach it has swing 0.
    """
    swings = sensitivity.tornado(_outcome(outcome, month), inputs(), _held(held))
    return _labelled(
        [
            {
                "assumption": id,
                "low": swing.low,
                "high": swing.high,
                "from_low": swing.at_low,
                "from_high": swing.at_high,
                "swing": swing.size,
            }
            for id, swing in swings.items()
        ]
    )


def matters(
    outcome: str = "at_large", month: float = 24, held: Mapping | None = None, pairs: int = sensitivity.PAIRS
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Return total indices of the open assumptions, of the groups, and the share that no assumption explains alone.

    The tables have ``first`` and ``total`` (shares of the variance), ``error`` and ``rank``: those within their error of one another
    are alike and share a rank. Raises :class:`Settled` where nothing is open or nothing moves.
    """
    found = sensitivity.indices(_outcome(outcome, month), inputs(), _held(held), groups(), pairs)
    ranks = alike(
        {id: index.total for id, index in found.single.items()}, {id: index.error for id, index in found.single.items()}
    )
    single = _labelled([{"assumption": id, **index._asdict(), "rank": ranks[id]} for id, index in found.single.items()])
    grouped = pd.DataFrame([{"group": name, **index._asdict()} for name, index in found.groups.items()])
    return (
        single.sort_values(["rank", "total"], ascending=[True, False], kind="stable", ignore_index=True),
        grouped,
        found.together,
    )


# Questions, and where their answer flips


def largest_path(month: float = 0) -> Callable[[Mapping], object]:
    """Ask which path has most people after ``month`` months: of numbers or of arrays. At a tie it is the first, in the document's order."""

    def question(assumptions: Mapping) -> object:
        people = model.paths(assumptions, month)
        found = np.array([*people])[np.argmax(np.broadcast_arrays(*people.values()), axis=0)]
        return found if np.ndim(found) else str(found)

    return question


def more_than(people: float, outcome: str = "at_large", month: float = 24) -> Callable[[Mapping], Any]:
    """Ask whether an outcome is above so many people after ``month`` months: of numbers or of arrays."""
    answer = _outcome(outcome, month)
    return lambda assumptions: answer(assumptions) > people


def flips(
    id: str, question: Callable[[Mapping], object], held: Mapping | None = None, grid: int = sensitivity.FINE
) -> list[Flip]:
    """Return all values of one assumption, within its range, at which the answer changes, from where the reader stands.

    None, one or several. Two changes closer together than a step of the grid can escape it.
    """
    get(id)
    return sensitivity.flips(question, inputs(), id, _held(held), grid)


def turned(question: Callable[[Mapping], np.ndarray], held: Mapping | None = None) -> pd.Series:
    """Return, for each open assumption, in how many of 100 draws moving it alone turns the answer (the first 512 points)."""
    found = sensitivity.turned(question, inputs(), _held(held))
    return pd.Series({id: 100 * share for id, share in found.items()}, dtype=float).sort_values(
        ascending=False, kind="stable"
    )


def worth(
    question: Callable[[Mapping], np.ndarray], held: Mapping | None = None
) -> tuple[pd.DataFrame, value_of_information.Value]:
    """Return what knowing each open assumption is worth to someone who asks a yes-or-no question, the most worth first, and the whole value.

    ``share`` is by how much it lowers the expected Brier score, as a share of what knowing everything would; ``least`` and ``most`` are
    between what the share of yes then lies. Raises :class:`Settled` where nothing is open, or all draws answer alike.
    """
    value = value_of_information.value(question, inputs(), _held(held))
    table = _labelled([{"assumption": id, **one._asdict()} for id, one in value.worth.items()])
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True), value
