"""How sure is an answer? Draws over all ranges, one assumption at a time, and the values at which it flips.

Every assumption is drawn half below its default, half above: uniform from low to default and from default to high.
So the median of each input is its default. The median of an outcome is not the outcome of the medians.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from aftermath import model
from aftermath.assumptions import WEIGHTS, Assumption, check, get, registry

METHOD = "linear"  # how quantiles are read off: Hyndman and Fan's type 7, as in NumPy, pandas, R, Excel and Vega
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

# One prime an assumption, in the registry's order: the fractions of their square roots step through 0 to 1 evenly.
# These primes were chosen so that no two assumptions move together (|r| below 0.09 in 256 draws) and that few draws
# find what many find: 256 of them miss the quantiles of a million by about a third of what 256 random draws do.
PRIMES = (167, 463, 827, 337, 823, 293, 331, 13, 3, 461, 311, 937, 79, 853, 53, 599, 103, 23, 37, 11, 61, 191,
          163, 523, 67, 17, 47, 307)  # these six wait for assumptions to come, and were chosen like the others


class Flip(NamedTuple):
    """The answer is ``below`` for values just under ``value``, and ``above`` from there on."""

    value: float
    below: object
    above: object


def step(id: str) -> float:
    """By how much an assumption's point moves from draw to draw."""
    number = list(registry()).index(id)
    if number >= len(PRIMES):
        raise ValueError(f"{id} is assumption {number + 1} and there are {len(PRIMES)} primes to draw by: add one to PRIMES in {__file__}.")
    return PRIMES[number] ** 0.5 % 1


def point(*, draw, step):
    """A number from 0 to 1: the ``draw``-th of a sequence that fills the span evenly (an additive recurrence).

    No chance is in it, so every reader and every page gets the same draws.
    """
    return (0.5 + draw * step) % 1


def spread(*, point, low, default, high):
    """Turn a point from 0 to 1 into a value: the lower half covers low to default, the upper half default to high."""
    turn = 2 * point - 1
    up, down = (abs(turn) + turn) / 2, (abs(turn) - turn) / 2  # one of them is 0
    return default + up * (high - default) - down * (default - low)


def drawn() -> list[Assumption]:
    """Return the assumptions that :func:`model.outcomes` depends on: all but those of inflow and territory."""
    return [assumption for assumption in registry().values() if assumption.scenario not in ("inflow", "territory")]


def draws(count: int, assumptions: Mapping | None = None) -> dict[str, np.ndarray]:
    """Return ``count`` values of every assumption, around those given (around the defaults, if none are)."""
    around, draw = check(assumptions or {}), np.arange(1, count + 1)
    return {
        a.id: spread(
            point=point(draw=draw, step=step(a.id)),
            low=min(a.low, around[a.id]),
            default=around[a.id],
            high=max(a.high, around[a.id]),
        )
        for a in drawn()
    }


def ensemble(count: int, month: float, assumptions: Mapping | None = None) -> pd.DataFrame:
    """Return the outcomes of ``count`` draws, one row a draw."""
    return pd.DataFrame(model.outcomes(draws(count, assumptions), month))


def quantiles(values, levels=LEVELS):
    """Return the values below which the given shares of all values lie (see :data:`METHOD`)."""
    return np.quantile(values, levels, method=METHOD)


def fan(outcome: str, months, count: int = 512, assumptions: Mapping | None = None) -> pd.DataFrame:
    """Return the quantiles of one outcome, one row a month, one column a level."""
    inputs = draws(count, assumptions)
    rows = [quantiles(model.outcomes(inputs, month)[outcome]) for month in months]
    names = [f"{level:.0%}" for level in LEVELS]
    return pd.DataFrame(rows, columns=names).assign(month=list(months))[["month", *names]]


def tornado(outcome: str = "at_large", month: float = 24, assumptions: Mapping | None = None) -> pd.DataFrame:
    """Move each assumption over its own range, all others as given; the one that moves the outcome most comes first.

    ``from_low`` and ``from_high`` are the outcome at either end. An assumption that does not reach it has swing 0.
    """
    base = check(assumptions or {})
    table = pd.DataFrame([{"assumption": a.id, "label": a.label, **_ends(a, base)} for a in drawn()])
    for end in ("low", "high"):
        table[f"from_{end}"] = [
            model.outcomes(base | {id: value}, month)[outcome] for id, value in zip(table["assumption"], table[end])
        ]
    table["swing"] = (table["from_high"] - table["from_low"]).abs()
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def largest_path(month: float = 0) -> Callable[[Mapping], str]:
    """Ask which path has most people after ``month`` months. At a tie it is the first, in the document's order."""

    def question(assumptions: Mapping) -> str:
        people = model.paths(assumptions, month)
        return max(people, key=people.get)

    return question


def more_than(people: float, outcome: str = "at_large", month: float = 24) -> Callable[[Mapping], bool]:
    """Ask whether an outcome is above so many people after ``month`` months."""
    return lambda assumptions: bool(model.outcomes(assumptions, month)[outcome] > people)


def flips(
    id: str, question: Callable[[Mapping], object], assumptions: Mapping | None = None, grid: int = 200
) -> list[Flip]:
    """Return all values of one assumption, within its range, at which the answer to a question changes.

    None, one or several. Two changes closer together than a step of the grid can escape it.
    """
    base, assumption = check(assumptions or {}), get(id)
    values = np.linspace(*_ends(assumption, base).values(), grid + 1).tolist()

    def answer(value: float) -> object:
        return question(base | {id: value})

    return [flip for low, high in zip(values, values[1:]) for flip in _between(low, high, answer)]


def _ends(assumption: Assumption, base: Mapping) -> dict[str, float]:
    """The range of an assumption. The only path with any weight keeps some: else nobody goes anywhere."""
    alone = assumption.id in WEIGHTS and not any(base[id] for id in WEIGHTS if id != assumption.id)
    return {"low": assumption.step if alone else assumption.low, "high": assumption.high}


def _between(low: float, high: float, answer: Callable[[float], object]) -> Iterator[Flip]:
    """Close in on each change of the answer from ``low`` to ``high``, by halving."""
    while answer(low) != answer(high):
        below, above = low, high
        while below < (middle := (below + above) / 2) < above:
            if answer(middle) == answer(low):
                below = middle
            else:
                above = middle
        yield Flip(above, answer(low), answer(above))
        low = above
