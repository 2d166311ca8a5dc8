"""The registry: what the model takes for granted, and what a reader may change.

It is read from ``data/assumptions.csv`` and ``data/presets.csv``, and it alone feeds sliders, tables, equations
and tests. Each assumption has a default, the range that its source covers, and the basis it rests on.
"""
from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from numbers import Real
from types import MappingProxyType

import numpy as np
import pandas as pd

from aftermath import data, rules
from aftermath.saved import Saved, is_number, shown

SAVED = Saved("file of assumptions", "after-the-caliphate/assumptions", 1, "assumptions", "ids to numbers", ValueError)  # page and Python both save and load it
FARTHEST = 10


class OutsideEvidence(UserWarning):
    """A value is possible, but no source cited in this book covers it."""


@dataclass(frozen=True)
class Assumption:
    """One assumption: shares run from 0 to 1, and ``low`` to ``high`` is the range that ``source`` covers."""

    id: str
    label: str
    help: str
    unit: str
    low: float
    default: float
    high: float
    step: float
    basis: str  # document, evidence, later evidence or judgement
    covers: str  # in words: what the range runs from and to
    source: str  # a key of references.bib
    scenario: str  # the path, or else the part of the model, that it belongs to

    @property
    def limits(self) -> tuple[float, float, str]:
        """Values beyond which the model has no meaning, and what to do about it."""
        if self.unit.startswith("share"):
            return 0, 1, "A share lies between 0 and 1: write 15 % as 0.15."
        if self.unit == "months":
            return np.nextafter(0, 1), np.inf, "Give more than 0 months."
        if self.unit == "per year":
            return np.nextafter(-1, 0), np.inf, "Give more than −1: nothing can lose more than all of itself."
        return 0, np.inf, f"Give 0 {self.unit} or more."

    @property
    def slider(self) -> tuple[float, float]:
        """Ends of a slider: the cited range with a quarter more on either side, as far as the model has a meaning.

        What can't be negative ends at half the cited low: a half-life or a pace of nothing would be the end of all.
        """
        if self.unit == "points":
            return self.low, self.high
        least, most, _ = self.limits
        least = least if self.unit.startswith("share") or self.low <= 0 else self.low / 2
        beyond = (self.high - self.low) / 4
        steps = round(1 / self.step, 9)  # whole steps only, so that every stop has a clean value
        low = max(np.ceil(round((self.low - beyond) * steps, 6)) / steps, least)
        high = min(np.floor(round((self.high + beyond) * steps, 6)) / steps, most)
        return round(float(low), 6), round(float(high), 6)

    def written(self, value: float) -> str:
        """Return a value as a reader meets it: "15 %", "40,000 people", "4 months", "+21 % a year", "20 points"."""
        if self.unit.startswith("share"):
            return f"{100 * value:.3g} %"
        if self.unit == "per year":
            return f"{100 * value:+.3g} % a year".replace("-", "−")
        return f"{value:,.5g} {self.unit}" if abs(value) < 10_000 else f"{value:,.0f} {self.unit}"


@lru_cache(maxsize=1)
def registry() -> Mapping[str, Assumption]:
    """Return all assumptions by id, in the order of the table."""
    rows = data.load("assumptions").to_dict("records")
    return MappingProxyType({row["id"]: Assumption(**row) for row in rows})


#: The ids of the weights: what is counted in points. Only their proportions count.
WEIGHTS = tuple(id for id, assumption in registry().items() if assumption.unit == "points")


def get(id: str) -> Assumption:
    """Return one assumption."""
    if id not in registry():
        near = get_close_matches(id, registry(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"The assumptions are: {', '.join(registry())}."
        raise ValueError(f"There is no assumption {shown(id)}. {hint}")
    return registry()[id]


def defaults() -> dict[str, float]:
    """Return the default of every assumption."""
    return {id: assumption.default for id, assumption in registry().items()}


def presets() -> dict[str, str]:
    """Return the names of the presets with their labels."""
    table = data.load("presets")
    return dict(zip(table["preset"], table["label"]))


def preset(name: str) -> dict[str, float]:
    """Return every assumption as a preset sets it; what it does not name keeps its default."""
    if name not in presets():
        raise ValueError(f"There is no preset {name!r}. The presets are: {', '.join(presets())}.")
    table = data.load("presets").query("preset == @name")
    return defaults() | dict(zip(table["assumption"], table["value"]))


def check(assumptions: Mapping) -> dict:
    """Return a full set of assumptions: those given, and the default of all others.

    Raises ``ValueError`` for what can't be: an unknown id, a share above 1, weights that add up to nothing, what a rule
    of :mod:`aftermath.rules` forbids. Warns (:class:`OutsideEvidence`) of a value that its source does not
    cover. Arrays are checked as a whole; symbols and Altair expressions have no value yet and pass.
    """
    for id, value in assumptions.items():
        _check_value(get(id), value)
    full = defaults() | dict(assumptions)
    for amount, most, says in rules.AT_MOST:
        found = amount(full)
        if _is_number(found) and np.max(found) > most + 1e-9:
            raise ValueError(says.format(np.max(found)))
    weight = sum(full[id] for id in WEIGHTS)
    if WEIGHTS and _is_number(weight) and np.min(weight) <= 0:
        raise ValueError(f"{', '.join(WEIGHTS)} add up to 0: nobody goes anywhere. Give at least one of them points.")
    for id, value in assumptions.items():
        _warn_outside(get(id), value)
    return full


def _is_number(value: object) -> bool:
    return isinstance(value, (Real, np.ndarray, pd.Series))


def _check_value(assumption: Assumption, value: object) -> None:
    """Refuse what has no meaning."""
    id, (least, most, remedy) = assumption.id, assumption.limits
    if value is None or isinstance(value, (str, bool, list, tuple, dict)):  # what a file may hold, and no array
        raise ValueError(f"{id} = {value!r} is not a number. {remedy}")
    if _is_number(value):
        for number in _ends(value):
            if not (np.isfinite(number) and least <= number <= most):
                raise ValueError(f"{id} = {number:g} can't be. {remedy}")


def _warn_outside(assumption: Assumption, value: object) -> None:
    """Warn of what has a meaning, but no source."""
    rounding = 1e-9 * (assumption.high - assumption.low)
    for number in dict.fromkeys(_ends(value)) if _is_number(value) else ():
        if not assumption.low - rounding <= number <= assumption.high + rounding:
            warnings.warn(
                f"{assumption.id} = {number:g} lies outside {assumption.low:g} to {assumption.high:g} "
                f"({assumption.unit}). That range is {assumption.covers} [{assumption.source}]. "
                "The model goes on, but no source stands behind it.",
                OutsideEvidence,
                stacklevel=_callers(),
            )


def _ends(value) -> tuple[float, float]:
    if isinstance(value, Real):  # no array for one number: a moving slider asks for all assumptions
        return float(value), float(value)
    numbers = np.asarray(value, dtype=float)
    return float(numbers.min()), float(numbers.max())


def _callers() -> int:
    """How far up the stack the reader's own line is: the first frame outside this package."""
    level = 1
    while sys._getframe(level).f_globals.get("__name__", "").startswith("aftermath."):
        level += 1
    return level


# The file that the page and Python share


def to_json(assumptions: Mapping, explorer: str) -> str:
    """Return assumptions as the text of the file that the page's explorer saves and loads."""
    return SAVED.write({id: float(value) for id, value in assumptions.items()}, explorer=explorer)


def from_json(text: str, name: str = "This file") -> dict[str, float]:
    """Return the assumptions of such a file.

    Raises ``ValueError`` if it is not one, has another version, holds what :func:`check` refuses, or a value that is
    farther out than any page lets it be: more than :data:`FARTHEST` times the larger end of the range that the evidence covers.
    """
    values = SAVED.parse(text, name=name)
    for id, value in values.items():
        _check_saved(get(id), value)
    check(values)
    return values


def _check_saved(assumption: Assumption, value: object) -> None:
    """Refuse what no page saves: one such value among a class's would make every mean of theirs meaningless."""
    if not is_number(value):
        raise ValueError(f"{assumption.id} = {shown(value)} is not a number as a page writes one. {assumption.limits[2]}")
    most = FARTHEST * max(abs(assumption.low), abs(assumption.high))
    if np.isfinite(value) and abs(value) > most:
        raise ValueError(f"{assumption.id} = {value:g} is far outside {assumption.low:g} to {assumption.high:g} ({assumption.unit}), which the evidence covers: "
                         f"more than {FARTHEST} times its end. Correct it, or ask for the file again.")
