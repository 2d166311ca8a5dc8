"""Draws: the same even points for everybody, turned into values of the inputs.

Formulas: inverse distribution functions of the two-piece uniform, the triangular and the uniform distribution (N. L. Johnson,
S. Kotz and N. Balakrishnan, Continuous Univariate Distributions, vol. 2, 1995, ch. 26); every mixture equally likely
(Dirichlet distribution, all parameters 1) by exponentials, each divided by their sum (L. Devroye, Non-Uniform Random Variate
Generation, 1986, ch. V.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from explorable.assumptions import points
from explorable.assumptions.inputs import SHAPES, Inputs, Range, is_held, point

COUNT = 4096
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
METHOD: Final = "linear"  # how quantiles are read off: Hyndman and Fan's type 7, as in NumPy, pandas, R, Excel and Vega
SECOND = (
    points.DIMENSIONS // 2
)  # where the second of a pair of points begins: the first half of the dimensions serves the first


def split(unit, span: Range):
    """Return values of which half lie below the middle and half above, evenly on either side; ``unit`` runs from 0 to 1."""
    turn = 2 * unit - 1
    up, down = (abs(turn) + turn) / 2, (abs(turn) - turn) / 2  # one of them is 0
    return span.middle + up * (span.high - span.middle) - down * (span.middle - span.low)


def triangle(unit, span: Range):
    """Return values that are the likelier the nearer the middle (the triangular distribution, its mode in the middle)."""
    width, left = span.high - span.low, span.middle - span.low
    rising = span.low + (unit * width * left) ** 0.5
    falling = span.high - ((1 - unit) * width * (span.high - span.middle)) ** 0.5
    return np.where(unit * width < left, rising, falling)


def flat(unit, span: Range):
    """Return values of which none between low and high is likelier than another; the middle plays no part."""
    return span.low + unit * (span.high - span.low)


def shaped(unit, span: Range):
    """Return the values of a range that belong to numbers from 0 to 1, by its own shape."""
    if span.shape not in SHAPES:
        raise ValueError(f"There is no shape {span.shape!r}: choose one of {', '.join(SHAPES)}.")
    return {"split": split, "triangle": triangle, "flat": flat}[span.shape](unit, span)


def mixture(units: np.ndarray) -> np.ndarray:
    """Return shares that sum to 1, every mixture equally likely: one row a share, one column a draw."""
    parts = -np.log(1 - units)
    return parts / parts.sum(axis=0)


def from_units(units: np.ndarray, inputs: Inputs, held: Mapping, shape: str | None = None) -> dict[str, np.ndarray]:
    """Return the values of all inputs that belong to points between 0 and 1: one row of ``units`` for each of ``inputs.ids``.

    Held inputs keep their value in every draw. ``shape`` gives all ranges another shape than their own.
    """
    point(inputs, held)  # refuses what is unknown, and half a mixture
    row, count = dict(zip(inputs.ids, units)), units.shape[1]
    values = {}
    for id, span in inputs.ranges.items():
        values[id] = (
            np.full(count, float(held[id])) if id in held else shaped(row[id], span._replace(shape=shape or span.shape))
        )
    for name, parts in inputs.mixtures.items():
        if is_held(inputs, held, name):
            values |= {part: np.full(count, float(held[part])) for part in parts}
        else:
            values |= dict(zip(parts, mixture(np.array([row[part] for part in parts]))))
    return values


def draws(
    inputs: Inputs, held: Mapping | None = None, count: int = COUNT, *, shape: str | None = None, second: bool = False
) -> dict[str, np.ndarray]:
    """Return ``count`` values of every input, always the same ones; ``second`` gives those that make pairs with them.

    Raises ``ValueError`` for more inputs than there are dimensions.
    """
    if len(inputs.ids) > SECOND:
        raise ValueError(
            f"{len(inputs.ids)} inputs, and the table of direction numbers serves {SECOND}: add lines to DIRECTIONS in points.py."
        )
    first = SECOND if second else 0
    return from_units(points.units(count, range(first, first + len(inputs.ids))), inputs, held or {}, shape)


def quantiles(values, levels=LEVELS):
    """Return the values below which the given shares of all values lie (see :data:`METHOD`)."""
    return np.quantile(values, levels, method=METHOD)


def place(values, value: float) -> float:
    """Return the share of draws that lie below a value: where a point stands among them."""
    return float(np.mean(np.asarray(values) < value))
