"""What matters: total indices over all open inputs, one input at a time, and where an answer flips.

``answer`` is the model: it takes a mapping of ids to arrays (or numbers) and gives an array (or a number).

Formulas: total indices after M. J. W. Jansen, Computer Physics Communications 117 (1999), first-order ones and the pairs of points
after A. Saltelli et al., Computer Physics Communications 181 (2010), their table 2. A share's index changes its draw while the others keep their
proportions: with every mixture equally likely, a share and the proportions of the others are independent (neutrality of the
Dirichlet distribution: R. J. Connor and J. E. Mosimann, Journal of the American Statistical Association 64, 1969), so that the
index is one of independent inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from explorable.assumptions.draws import draws
from explorable.assumptions.inputs import Inputs, ends, is_held, moved, open_ids, open_units, point

PAIRS, PAIRS_MOVING = 1024, 256  # while the hand rests, and while it moves
GRID = 16  # steps over a range in which one input is moved in every draw
FINE = 200  # steps over a range in which one input is moved from where the reader stands
FIRST = 512  # points that serve where one input is moved in every draw

Answer = Callable[[Mapping], Any]


class Settled(ValueError):
    """There is nothing to rank: nothing is open, or what is open does not reach the answer. The message says which."""


NOTHING_OPEN = "Nothing is open: every assumption is held, so there is one answer and no range, and nothing to rank."
NOTHING_MOVES = "No open assumption reaches this answer: it is the same in every draw, so there is nothing to rank."


class Index(NamedTuple):
    """How much of the variance of an answer goes through one input or group: alone, and with all its interplay."""

    first: float
    total: float
    error: float  # standard error of ``total``, as if the points were random: they are more even, so it is rather too large


class Indices(NamedTuple):
    """``single`` by id, ``groups`` by name; ``together`` is the share of the variance that no input explains alone."""

    single: dict[str, Index]
    groups: dict[str, Index]
    together: float


def indices(
    answer: Answer,
    inputs: Inputs,
    held: Mapping | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    pairs: int = PAIRS,
) -> Indices:
    """Return first-order and total indices of every open id, and of ``groups`` (name → ids); held ids are left out of a group.

    A group has an index of its own and is no sum of its members'. Of an open mixture a group takes all shares or none. Raises :class:`Settled` where nothing is open or nothing moves.
    """
    held = held or {}
    if not open_ids(inputs, held):
        raise Settled(NOTHING_OPEN)
    one, other = (draws(inputs, held, pairs, second=second) for second in (False, True))
    at_one, at_other = np.broadcast_to(answer(one), pairs), np.broadcast_to(answer(other), pairs)
    variance, middle = float(np.var(np.concatenate([at_one, at_other]))), float(np.mean([at_one, at_other]))
    if not variance > 1e-18 * middle**2:
        raise Settled(NOTHING_MOVES)

    def index(changed: Mapping) -> Index:
        at_changed = answer(changed)
        half = (at_one - at_changed) ** 2 / (2 * variance)
        first = float(np.mean((at_other - middle) * (at_changed - at_one))) / variance
        return Index(first, float(np.mean(half)), float(np.std(half)) / pairs**0.5)

    def whole(units: Sequence[str]) -> Index:
        taken = {id: other[id] for unit in units for id in inputs.mixtures.get(unit, (unit,))}
        return index({**one, **taken})

    free = open_units(inputs, held)
    singly = {unit: whole([unit]) for unit in free}
    single = {
        id: singly[id] if id in singly else index(moved(inputs, one, id, other[id])) for id in open_ids(inputs, held)
    }
    grouped = {name: whole(found) for name, ids in (groups or {}).items() if (found := _units(inputs, held, ids))}
    return Indices(single, grouped, 1 - sum(found.first for found in singly.values()))


def _units(inputs: Inputs, held: Mapping, ids: Sequence[str]) -> list[str]:
    """The open and independent units that a list of ids names."""
    units = list(dict.fromkeys(inputs.mixture_of(id) or id for id in ids))
    for unit in units:
        missing = set(inputs.mixtures.get(unit, ())) - set(ids)
        if missing:
            raise ValueError(f"A group takes all shares of {unit} or none: {', '.join(sorted(missing))} is missing.")
    return [unit for unit in units if not is_held(inputs, held, unit)]


def alike(values: Mapping[str, float], errors: Mapping[str, float]) -> dict[str, int]:
    """Return a rank for each id, the largest value first; those within their error of the first of a rank share it."""
    ranks: dict[str, int] = {}
    first, rank = None, 0
    for place, id in enumerate(sorted(values, key=lambda id: -values[id]), start=1):
        if first is None or values[first] - values[id] > (errors[first] ** 2 + errors[id] ** 2) ** 0.5:
            first, rank = id, place
        ranks[id] = rank
    return ranks


# One at a time


class Swing(NamedTuple):
    """An input moved from ``low`` to ``high`` from where the reader stands, and the answer at either end."""

    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        """By how much the answer at one end differs from that at the other."""
        return abs(self.at_high - self.at_low)


def tornado(answer: Answer, inputs: Inputs, held: Mapping | None = None) -> dict[str, Swing]:
    """Move each input over its own range, all others where the reader stands; the one that moves the answer most comes first."""
    base, swings = point(inputs, held or {}), {}
    for id in inputs.ids:
        low, high = ends(inputs, id)
        swings[id] = Swing(low, high, *(float(answer(moved(inputs, base, id, value))) for value in (low, high)))
    return dict(sorted(swings.items(), key=lambda pair: -pair[1].size))


# Where it flips


class Flip(NamedTuple):
    """The answer is ``below`` for values just under ``value``, and ``above`` from there on."""

    value: float
    below: object
    above: object


def flips(question: Answer, inputs: Inputs, id: str, held: Mapping | None = None, grid: int = FINE) -> list[Flip]:
    """Return all values of one input, within its range, at which the answer to a question changes, from where the reader stands.

    None, one or several. Two changes closer together than a step of the grid can escape it.
    """
    base = point(inputs, held or {})
    values = np.linspace(*ends(inputs, id), grid + 1).tolist()

    def answer(value: float) -> object:
        return question(moved(inputs, base, id, value))

    return [flip for low, high in zip(values, values[1:]) for flip in _between(low, high, answer)]


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


def turned(
    question: Answer, inputs: Inputs, held: Mapping | None = None, count: int = FIRST, grid: int = GRID
) -> dict[str, float]:
    """Return, for each open id, the share of draws in which moving it alone, over its range, changes the answer.

    ``question`` gives an array with one answer for each draw.
    """
    held = held or {}
    drawn = draws(inputs, held, count)

    def changes(id: str) -> float:
        answers = np.array(
            [
                np.broadcast_to(question(moved(inputs, drawn, id, value)), count)
                for value in np.linspace(*ends(inputs, id), grid + 1)
            ]
        )
        return float((answers != answers[0]).any(axis=0).mean())

    return {id: changes(id) for id in open_ids(inputs, held)}
