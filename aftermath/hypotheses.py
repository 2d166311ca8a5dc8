"""Competing hypotheses, after Heuer: what speaks against each, and which evidence tells them apart.

A rating says how well one item of evidence fits one hypothesis: 2 very consistent, 1 consistent, 0 neither,
-1 inconsistent, -2 very inconsistent. ``ratings`` maps the ids of evidence to ratings by the ids of hypotheses. What
looks good is not added up: evidence that fits a hypothesis may fit its rivals as well. Only what speaks against one counts.

The page exports a matrix as ``{"format": "after-the-caliphate/hypotheses", "version": 1, "ratings": {"E01": {"stay": -1, …}}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import pandas as pd

from aftermath import data
from explorable.saved import Saved, is_number, shown

NONE = {"none": "None of these"}
RATINGS = {2: "++ very consistent", 1: "+ consistent", 0: "0 neither", -1: "− inconsistent", -2: "−− very inconsistent"}


class HypothesesError(ValueError):
    """A matrix can't be read or compared. The message says which, and what to do about it."""


SAVED = Saved(
    "matrix", "after-the-caliphate/hypotheses", 1, "ratings", "evidence to ratings by hypothesis", HypothesesError
)


# The arithmetic


def against(rating):
    """How much one rating speaks against a hypothesis: 1 for inconsistent, 2 for very inconsistent, else nothing."""
    return (abs(rating) - rating) / 2


def apart(rating, other):
    """How many steps two ratings lie apart."""
    return abs(rating - other)


def inconsistency(ratings: Iterable[float]) -> float:
    """Return how much speaks against one hypothesis, given its ratings over the evidence: 0 if nothing does."""
    return sum((against(rating) for rating in ratings), 0.0)


def diagnosticity(ratings: Iterable[float]) -> float:
    """Return how well one item of evidence tells hypotheses apart, given its ratings: the mean distance of two of them.

    0 if it fits all alike, and so decides nothing. Heuer names the idea and gives no formula; this one is the book's.
    """
    distances = [apart(*pair) for pair in combinations(list(ratings), 2)]
    if not distances:
        raise HypothesesError("Evidence can tell hypotheses apart only if it is rated for two of them or more.")
    return sum(distances) / len(distances)


# A matrix


def hypotheses() -> dict[str, str]:
    """Return the short labels of the hypotheses by id: the five scenarios, and that it is none of them."""
    scenarios = data.load("scenarios")
    return dict(zip(scenarios["id"], scenarios["short"])) | NONE


def complete(ratings: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Return the evidence that is rated for every hypothesis. Only this is compared: a gap would count as a point in favour."""
    return {id: ratings[id] for id in sorted(ratings) if set(ratings[id]) == set(hypotheses())}


def compare(ratings: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """Return one row a hypothesis, the one with least against it first."""
    rows = _complete(ratings)
    table = [
        {"hypothesis": id, "label": label, "inconsistency": inconsistency(row[id] for row in rows.values())}
        for id, label in hypotheses().items()
    ]
    return pd.DataFrame(table).sort_values("inconsistency", kind="stable").reset_index(drop=True)


def least(ratings: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the hypotheses with least against them: one, or several that are equal."""
    table = compare(ratings)
    return table.loc[table["inconsistency"] == table["inconsistency"].min(), "hypothesis"].to_list()


def pivotal(ratings: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the evidence without which other hypotheses would have least against them: the items to check first."""
    rows = _complete(ratings)
    others = ({id: row for id, row in rows.items() if id != left_out} for left_out in rows)
    return [left_out for left_out, rest in zip(rows, others) if rest and least(rest) != least(rows)]


def _complete(ratings: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    rows = complete(ratings)
    if not rows:
        raise HypothesesError("No evidence is rated for every hypothesis yet: finish at least one item.")
    return rows


# Files


def write(ratings: Mapping[str, Mapping[str, int]]) -> str:
    """Return a matrix as the text of a file, as the page saves it."""
    text = SAVED.write({id: dict(row) for id, row in sorted(ratings.items())})
    parse(text)
    return text


def read(path: str | Path) -> dict[str, dict[str, int]]:
    """Return the ratings of one saved file; :class:`HypothesesError` says what is wrong with it."""
    return parse(SAVED.read(path), name=Path(path).name)


def parse(text: str, name: str = "This matrix") -> dict[str, dict[str, int]]:
    """Return the ratings in the text of a saved file."""
    evidence = set(data.load("hypothesis_evidence")["id"])
    return {id: _row(id, row, name, evidence) for id, row in SAVED.parse(text, name=name).items()}


def _row(id: str, row, name: str, evidence: set[str]) -> dict[str, int]:
    if id not in evidence:
        raise HypothesesError(
            f"{name} rates {shown(id)}, which is no evidence of this book ({min(evidence)} to {max(evidence)})."
        )
    if not isinstance(row, dict):
        raise HypothesesError(f"{name}, {id}: there should be ratings by hypothesis.")
    for hypothesis, rating in row.items():
        if hypothesis not in hypotheses():
            raise HypothesesError(
                f"{name}, {id}: {shown(hypothesis)} is no hypothesis of this book ({', '.join(hypotheses())})."
            )
        if not is_number(rating) or rating not in RATINGS:
            raise HypothesesError(
                f"{name}, {id}, {hypothesis}: {shown(rating)} is no rating. Write a whole number from -2 to 2."
            )
    return {hypothesis: int(rating) for hypothesis, rating in row.items()}
