"""Which fact would you buy? By how much knowing one input would lower the expected score of a yes-or-no question.

The score is Brier's (G. W. Brier, Monthly Weather Review 78, 1950): the squared distance between a probability and what happened.
Whoever knows nothing more than the draws says ``p``, the share of draws that answer yes, and expects ``p * (1 - p)``; whoever knew
everything would expect 0. Whoever knew one input would say ``q``, the share of yes among the draws with that value, and expects less by
the mean of ``(q - p) ** 2`` (A. H. Murphy, Journal of Applied Meteorology 12, 1973: the resolution). ``q`` is read off bins of the draws.

Bins that mean nothing differ, too. If the answers were shuffled, the mean of ``(q - p) ** 2`` over ``b`` bins of ``n`` draws would be
``p * (1 - p) * (b - 1) / (n - 1)`` on average (sampling without replacement: W. G. Cochran, Sampling Techniques, 1977, ch. 2): that
much noise is taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from explorable.assumptions.draws import COUNT, draws
from explorable.assumptions.inputs import Inputs, open_ids
from explorable.assumptions.sensitivity import NOTHING_OPEN, Settled

BINS = 16
AS_GOOD_AS_SETTLED = 0.05
SETTLED = "{} draw answers yes: the question is settled by what is held, and no fact would change it."
ALL_YES, ALL_NO = SETTLED.format("Every"), SETTLED.format("No")


class Worth(NamedTuple):
    """What knowing one input is worth: a share of all that could be known, and the range that ``q`` then takes."""

    share: float
    least: float
    most: float


class Value(NamedTuple):
    """``yes`` is the share of draws that answer yes, ``score`` what is expected without knowing more, ``worth`` by id."""

    yes: float
    score: float
    worth: dict[str, Worth]

    @property
    def as_good_as_settled(self) -> bool:
        """Whether under 5 or above 95 of 100 draws answer yes: then no fact is worth much."""
        return not AS_GOOD_AS_SETTLED <= self.yes <= 1 - AS_GOOD_AS_SETTLED


def value(
    question: Callable[[Mapping], object],
    inputs: Inputs,
    held: Mapping | None = None,
    count: int = COUNT,
    bins: int = BINS,
) -> Value:
    """Return what knowing each open input would be worth to someone who asks a yes-or-no question.

    ``question`` gives an array of truth values, one for each draw. Raises ``Settled`` where nothing is open, or all draws answer alike.
    """
    held = held or {}
    if not open_ids(inputs, held):
        raise Settled(NOTHING_OPEN)
    drawn = draws(inputs, held, count)
    answers = np.broadcast_to(question(drawn), count).astype(float)
    yes = float(answers.mean())
    if yes in (0, 1):
        raise Settled(ALL_YES if yes else ALL_NO)
    score = yes * (1 - yes)
    noise = score * (bins - 1) / (count - 1)
    return Value(yes, score, {id: _worth(drawn[id], answers, yes, score, noise, bins) for id in open_ids(inputs, held)})


def _worth(values: np.ndarray, answers: np.ndarray, yes: float, score: float, noise: float, bins: int) -> Worth:
    parts = np.array_split(answers[np.argsort(values, kind="stable")], bins)
    known = np.array([part.mean() for part in parts])
    lower = sum(len(part) * (q - yes) ** 2 for part, q in zip(parts, known)) / len(answers) - noise
    return Worth(max(0.0, lower / score), float(known.min()), float(known.max()))
