"""The registry: what a book's model takes for granted, and what a reader may change.

It is read from ``data/assumptions.csv`` and ``data/presets.csv``, and it alone feeds sliders, tables, equations
and tests. Each assumption has a middle, at which it stands while it is open, the range that its source covers, and the
basis it rests on. Values that are given are *held*; all others are *open* (``explorable.assumptions.inputs``).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from numbers import Real
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import pandas as pd

from explorable.saved import Saved, is_number, shown
from explorable.tables import Tables

FARTHEST = 10
ROUNDING = 1e-9  # by how much shares may miss 1
ONE = {"months": "month", "people": "person"}  # units of 1


class OutsideEvidence(UserWarning):
    """A value is possible, but no source cited in this book covers it."""


class Translated(UserWarning):
    """A file or link of an older version was read, and says how it was turned into today's assumptions."""


@dataclass(frozen=True)
class Assumption:
    """One assumption: shares run from 0 to 1, and ``low`` to ``high`` is the range that ``source`` covers."""

    id: str
    label: str
    help: str
    unit: str
    low: float
    middle: float
    high: float
    shape: str  # how the range is drawn: one of explorable.assumptions.inputs.SHAPES, or mixture
    step: float
    basis: str  # document, evidence, later evidence or judgement
    covers: str  # in words: what the range runs from and to
    source: str  # a key of references.bib
    scenario: str  # the path, or else the part of the model, that it belongs to
    said: str = ""  # a clause that says what it assumes, with {} for the value: "{} of the hours are cut"

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
        least, most, _ = self.limits
        least = least if self.unit.startswith("share") or self.low <= 0 else self.low / 2
        beyond = (self.high - self.low) / 4
        steps = round(1 / self.step, 9)  # whole steps only, so that every stop has a clean value
        low = max(np.ceil(round((self.low - beyond) * steps, 6)) / steps, least)
        high = min(np.floor(round((self.high + beyond) * steps, 6)) / steps, most)
        return round(float(low), 6), round(float(high), 6)

    def written(self, value: float) -> str:
        """Return a value as a reader meets it: "15 %", "40,000 people", "1 month", "+21 % a year"."""
        if self.unit.startswith("share"):
            return f"{100 * value:.3g} %"
        if self.unit == "per year":
            return f"{100 * value:+.3g} % a year".replace("-", "−")
        unit = ONE.get(self.unit, self.unit) if value == 1 else self.unit
        return f"{value:,.5g} {unit}" if abs(value) < 10_000 else f"{value:,.0f} {unit}"


class Rules(Protocol):
    """What a book says of its assumptions beyond their table: its module ``rules``."""

    #: For each rule: a formula of the assumptions by id, the most it may come to, and what to say where it comes to more.
    AT_MOST: Any
    #: Older versions of saved files and of links, each with what it meant: ``DEFAULTS``, ``TODAY``, ``PRODUCTS`` and ``translated``.
    OLDER: Any


class Registry:
    """The assumptions of the book whose tables are given. ``format`` names the files that its page and Python share, ``version`` is
    that of their content. Nothing is read before it is asked for."""

    def __init__(self, tables: Tables, rules: Rules, *, format: str, version: int):
        self._tables, self.rules = tables, rules
        #: The file that the page and Python both save and load.
        self.saved = Saved(
            "file of assumptions", format, version, "assumptions", "ids to numbers", ValueError, tuple(rules.OLDER)
        )

    @cached_property
    def _assumptions(self) -> Mapping[str, Assumption]:
        rows = self._tables.load("assumptions").to_dict("records")
        return MappingProxyType({row["id"]: Assumption(**row) for row in rows})

    def registry(self) -> Mapping[str, Assumption]:
        """Return all assumptions by id, in the order of the table."""
        return self._assumptions

    @cached_property
    def _share_ids(self) -> tuple[str, ...]:
        return tuple(id for id, assumption in self.registry().items() if assumption.shape == "mixture")

    def share_ids(self) -> tuple[str, ...]:
        """Return the ids of the shares of the one mixture: they sum to 1, and are held or open together."""
        return self._share_ids

    def get(self, id: str) -> Assumption:
        """Return one assumption."""
        if id not in self.registry():
            near = get_close_matches(id, self.registry(), n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"The assumptions are: {', '.join(self.registry())}."
            raise ValueError(f"There is no assumption {shown(id)}. {hint}")
        return self.registry()[id]

    def middles(self) -> dict[str, float]:
        """Return the middle of every assumption; those of the shares are divided by their sum."""
        middle = {id: assumption.middle for id, assumption in self.registry().items()}
        total = sum(middle[id] for id in self.share_ids())
        return {id: value / total if id in self.share_ids() else value for id, value in middle.items()}

    def presets(self) -> dict[str, str]:
        """Return the names of the presets with their labels."""
        table = self._tables.load("presets")
        return dict(zip(table["preset"], table["label"]))

    def preset(self, name: str) -> dict[str, float]:
        """Return what a preset holds; what it does not name stays open."""
        if name not in self.presets():
            raise ValueError(f"There is no preset {name!r}. The presets are: {', '.join(self.presets())}.")
        table = self._tables.load("presets").query("preset == @name")
        return self.whole(dict(zip(table["assumption"], table["value"])))

    def check(self, assumptions: Mapping) -> dict:
        """Return a full set of assumptions: those given, all others at their middle.

        Where some shares of the mixture are given, the others keep their proportions and make room. Raises ``ValueError`` for what
        can't be: an unknown id, a share above 1, shares that don't sum to 1, what a rule of the book forbids. Warns
        (:class:`OutsideEvidence`) of a value that its source does not cover. Arrays are checked as a whole; symbols and Altair
        expressions have no value yet and pass.
        """
        for id, value in assumptions.items():
            _check_value(self.get(id), value)
        full = self.middles() | self.whole(assumptions)
        for amount, most, says in self.rules.AT_MOST:
            found = amount(full)
            if _is_number(found) and np.max(found) > most + 1e-9:
                raise ValueError(says.format(np.max(found)))
        total = sum(full[id] for id in self.share_ids())
        if self.share_ids() and _is_number(total) and np.max(abs(total - 1)) > ROUNDING:
            worst = float(np.ravel(total)[np.argmax(np.abs(np.ravel(total) - 1))])
            raise ValueError(
                f"{', '.join(self.share_ids())} sum to {worst:.4g}, and should sum to 1. Divide each by their sum, or leave one out: the others make room."
            )
        for id, value in assumptions.items():
            _warn_outside(self.get(id), value, self._tables.package_name)
        return full

    def whole(self, assumptions: Mapping) -> dict:
        """Return assumptions with all shares of the mixture, where some are given: the others keep the proportions of the middles and make room."""
        given = [id for id in self.share_ids() if id in assumptions]
        others = [id for id in self.share_ids() if id not in assumptions]
        if not given or not others:
            return dict(assumptions)
        room = 1 - sum(assumptions[id] for id in given)
        if _is_number(room) and np.min(room) < -ROUNDING:
            raise ValueError(
                f"{', '.join(given)} sum to {float(1 - np.min(room)):.4g}, and may sum to at most 1: nothing is left for the other shares."
            )
        if _is_number(room):
            room = np.maximum(room, 0)  # what rounding leaves below it
        middle = sum(self.get(id).middle for id in others)
        return {**assumptions, **{id: room * (self.get(id).middle / middle) for id in others}}

    # The file that the page and Python share

    def to_json(self, assumptions: Mapping, explorer: str, settings: Mapping | None = None) -> str:
        """Return assumptions as the text of the file that the page's explorer saves and loads; ``settings`` are what is no assumption, such as a month."""
        more = {"explorer": explorer} | ({"settings": dict(settings)} if settings else {})
        return self.saved.write({id: float(value) for id, value in assumptions.items()}, **more)

    def from_json(self, text: str, name: str = "This file") -> dict[str, float]:
        """Return the assumptions of such a file, of this version or an older one.

        Warns (:class:`Translated`) of an older version, and how it was turned into today's assumptions. Raises ``ValueError`` if
        it is no such file, has another version, holds what :func:`check` refuses, or a value that is farther out than any page lets it
        be: more than :data:`FARTHEST` times the larger end of the range that the evidence covers.
        """
        version, values = self.saved.parse_any(text, name=name)
        if version in self.rules.OLDER:
            values = self._older(version, values, name)
        for id, value in values.items():
            _check_saved(self.get(id), value)
        values = self._from_sliders(values)
        self.check(values)
        return values

    def older(self) -> dict[int, dict]:
        """Return what the page must know to read links and files of older versions: for each version what the book's rules say of it."""
        return {
            version: {"defaults": old.DEFAULTS, "today": old.TODAY, "products": old.PRODUCTS}
            for version, old in self.rules.OLDER.items()
        }

    def from_link(
        self, parts: Mapping[str, str], ids: Iterable[str] | None = None, name: str = "This link"
    ) -> dict[str, float]:
        """Return the assumptions that a link to an explorer holds: ``parts`` are what stands after its ``#``, ``ids`` what the explorer has (by default all).

        A link of an older version leaves out what was not moved, and means the defaults of its time: what differs from today's middles
        is held. Raises ``ValueError`` and warns like :func:`from_json`.
        """
        known = (*self.rules.OLDER, self.saved.version)
        version = next((version for version in known if parts.get("version") == str(version)), None)
        if version is None:
            raise ValueError(
                f"{name} has version {parts.get('version')!r}; this book reads {', '.join(map(str, known))}."
            )
        values = {id: _number(id, value, name) for id, value in parts.items() if id not in ("explorer", "version")}
        if version in self.rules.OLDER:
            old = self.rules.OLDER[version]
            meant = [old.TODAY.get(id, id) for id in (ids or self.registry())]
            values = self._older(version, {id: old.DEFAULTS[id] for id in meant if id in old.DEFAULTS} | values, name)
            values = {id: value for id, value in values.items() if not self._at_middle(id, values)}
        values = self._from_sliders(values)
        self.check(values)
        return values

    def _from_sliders(self, values: Mapping) -> dict:
        """Return what was saved with shares that sum to 1: the page's five sliders count by their proportions, and one that is left out stands at its middle."""
        if not set(self.share_ids()) & set(values):
            return dict(values)
        numbers = {id: values.get(id, self.get(id).middle) for id in self.share_ids()}
        for id, number in numbers.items():
            _check_value(self.get(id), number)
        return {**values, **normalised(numbers)}

    def _older(self, version: int, values: Mapping, name: str) -> dict[str, float]:
        """Return assumptions of an older version as today's, and warn how that was done."""
        old = self.rules.OLDER[version]
        for id, value in values.items():
            if id not in old.DEFAULTS:
                raise ValueError(f"{name} has version {version}, which knew no assumption {id!r}.")
            if isinstance(value, bool) or not isinstance(value, Real) or not np.isfinite(value):
                raise ValueError(f"{name}: {id} = {shown(value)} is not a number.")
        translated, told = old.translated(values)
        if set(self.share_ids()) & set(translated):
            translated = {
                id: translated.get(id, 0.0) for id in (*self.share_ids(), *translated)
            }  # on a path that it did not know is nobody
        warnings.warn(
            f"{name} has version {version}. {told}", Translated, stacklevel=_callers(self._tables.package_name)
        )
        return translated

    def _at_middle(self, id: str, values: Mapping[str, float]) -> bool:
        """Whether a value says no more than today's start does; shares do so together or not at all."""
        ids = [share for share in self.share_ids() if share in values] if id in self.share_ids() else [id]
        return all(abs(values[one] - self.middles()[one]) <= ROUNDING for one in ids)

    def sources(self, ids: Iterable[str], *more: pd.DataFrame | str) -> dict[str, list[str]]:
        """Return the sources of assumptions, and of tables or keys besides, for a chart's ``usermeta``."""
        return self._tables.sources(*dict.fromkeys(self.get(id).source for id in ids), *more)


def normalised(numbers: Mapping) -> dict:
    """Return shares that sum to 1 from numbers of which only the proportions count. Raises ``ValueError`` where they sum to nothing."""
    total = sum(numbers.values())
    if _is_number(total) and np.min(total) <= 0:
        raise ValueError(f"{', '.join(numbers)} sum to 0: give at least one of them more than nothing.")
    return {id: number / total for id, number in numbers.items()}


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


def _warn_outside(assumption: Assumption, value: object, package: str) -> None:
    """Warn of what has a meaning, but no source."""
    rounding = 1e-9 * (assumption.high - assumption.low)
    for number in dict.fromkeys(_ends(value)) if _is_number(value) else ():
        if not assumption.low - rounding <= number <= assumption.high + rounding:
            warnings.warn(
                f"{assumption.id} = {number:g} lies outside {assumption.low:g} to {assumption.high:g} "
                f"({assumption.unit}). That range is {assumption.covers} [{assumption.source}]. "
                "The model goes on, but no source stands behind it.",
                OutsideEvidence,
                stacklevel=_callers(package),
            )


def _ends(value) -> tuple[float, float]:
    if isinstance(value, Real):  # no array for one number: a moving slider asks for all assumptions
        return float(value), float(value)
    numbers = np.asarray(value, dtype=float)
    return float(numbers.min()), float(numbers.max())


def _callers(package: str) -> int:
    """How far up the stack the reader's own line is: the first frame outside this package and the book's own, which calls it."""
    level, packages = 1, (__name__.partition(".")[0], package)
    while sys._getframe(level).f_globals.get("__name__", "").partition(".")[0] in packages:
        level += 1
    return level


def _check_saved(assumption: Assumption, value: Any) -> None:
    """Refuse what no page saves: one such value among a class's would make every mean of theirs meaningless."""
    if not is_number(value):
        raise ValueError(
            f"{assumption.id} = {shown(value)} is not a number as a page writes one. {assumption.limits[2]}"
        )
    most = FARTHEST * max(abs(assumption.low), abs(assumption.high))
    if np.isfinite(value) and abs(value) > most:
        raise ValueError(
            f"{assumption.id} = {value:g} is far outside {assumption.low:g} to {assumption.high:g} ({assumption.unit}), which the evidence covers: "
            f"more than {FARTHEST} times its end. Correct it, or ask for the file again."
        )


def _number(id: str, value: str, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {id} = {value!r} is not a number.") from None
