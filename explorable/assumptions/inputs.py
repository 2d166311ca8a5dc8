"""What a model takes for granted: numbers within ranges, and mixtures whose shares sum to 1; each held or open.

An input is *held* where the reader gives a value, else it is *open*: drawn over its range. ``held`` maps ids to values. A
mixture is held or open as one. One rule gives every answer that is a single point (:func:`point`): held inputs at their value,
open ones at their middle, the shares of an open mixture all equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SHAPES = ("split", "triangle", "flat")


class Range(NamedTuple):
    """A number known to lie from ``low`` to ``high``; ``middle`` is its single best value, ``shape`` one of :data:`SHAPES`."""

    low: float
    middle: float
    high: float
    shape: str = "split"


class Inputs(NamedTuple):
    """All inputs of a model: ``ranges`` by id, ``mixtures`` by name, each with the ids of its shares.

    The order is part of it: the place of an input decides which of the fixed points it is drawn by, held or not, so that
    holding one leaves the draws of all others as they were.
    """

    ranges: Mapping[str, Range]
    mixtures: Mapping[str, tuple[str, ...]] = {}

    @property
    def ids(self) -> list[str]:
        """All ids: of the ranges, then of the mixtures' shares."""
        return [*self.ranges, *(part for parts in self.mixtures.values() for part in parts)]

    def mixture_of(self, id: str) -> str | None:
        """Return the name of the mixture to which a share belongs; nothing for a number with a range of its own."""
        return next((name for name, parts in self.mixtures.items() if id in parts), None)


def is_held(inputs: Inputs, held: Mapping, id: str) -> bool:
    """Whether an input, or a mixture by its name, is held.

    Raises ``ValueError`` where some shares of a mixture are given and others are not.
    """
    if id in inputs.ranges:
        return id in held
    name = id if id in inputs.mixtures else inputs.mixture_of(id)
    if name is None:
        raise ValueError(f"There is no input {id!r}. There are: {', '.join(inputs.ids)}.")
    given = [part in held for part in inputs.mixtures[name]]
    if any(given) and not all(given):
        raise ValueError(
            f"The shares of {name} are held or open as one: give all of {', '.join(inputs.mixtures[name])}, or none."
        )
    return all(given)


def open_ids(inputs: Inputs, held: Mapping) -> list[str]:
    """Return the ids that are open, in order; of an open mixture all shares."""
    return [id for id in inputs.ids if not is_held(inputs, held, id)]


def open_units(inputs: Inputs, held: Mapping) -> list[str]:
    """Return what is open and independent of the rest: ids of ranges, names of mixtures."""
    return [unit for unit in (*inputs.ranges, *inputs.mixtures) if not is_held(inputs, held, unit)]


def point(inputs: Inputs, held: Mapping) -> dict[str, float]:
    """Return every input at its one value: the held where they are held, the open at their middle, open mixtures at equal shares."""
    unknown = [id for id in held if id not in inputs.ids]
    if unknown:
        raise ValueError(f"There is no input {unknown[0]!r}. There are: {', '.join(inputs.ids)}.")
    values = {id: span.middle for id, span in inputs.ranges.items()}
    values |= {part: 1 / len(parts) for parts in inputs.mixtures.values() for part in parts}
    for name in inputs.mixtures:
        is_held(inputs, held, name)  # refuses half a mixture
    return {id: held.get(id, value) for id, value in values.items()}


def moved(inputs: Inputs, values: Mapping, id: str, value) -> dict:
    """Return ``values`` with one input changed; the other shares of its mixture keep their proportions and make room.

    Where the share was all there was, the others have no proportions, and divide what is left equally. ``values`` and ``value`` may be arrays.
    """
    name = inputs.mixture_of(id)
    if name is None:
        return {**values, id: value}
    others = [part for part in inputs.mixtures[name] if part != id]
    rest = sum(values[part] for part in others)
    none = rest < 1e-12  # nothing but rounding: a truth value or an array of them, which arithmetic takes as 0 and 1
    room = (1 - value) / (rest + none)
    return {**values, **{part: (values[part] + none / len(others)) * room for part in others}, id: value}


def ends(inputs: Inputs, id: str, most: float = 0.95) -> tuple[float, float]:
    """Return from where to where one input may be moved: its range, or for a share the middle of what an open mixture gives it.

    A share is drawn below its first end in ``1 - most`` of all mixtures, and above its second in as many. With ``n`` shares and
    every mixture equally likely, a share is above ``x`` in ``(1 - x) ** (n - 1)`` of them (the Beta distribution with 1 and
    ``n - 1``). At 0 and 1 themselves no mixture lies.
    """
    name = inputs.mixture_of(id)
    if name is None:
        return inputs.ranges[id].low, inputs.ranges[id].high
    power = 1 / (len(inputs.mixtures[name]) - 1)
    return 1 - most**power, 1 - (1 - most) ** power
