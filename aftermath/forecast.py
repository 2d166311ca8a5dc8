"""Scores of forecasts: how far probabilities lay from what happened, and why.

``answers`` maps the ids of questions to probabilities from 0 to 1, ``outcomes`` maps ids to 1 (yes) and 0 (no).
Scored are the questions that both have. The arithmetic is ``+ - *`` and ``/`` alone, as in :mod:`aftermath.model`, so
that the page and Python come to the same figures. A Brier score is a loss: 0 is perfect, "50 %" earns 0.25, 1 is the worst.

The page exports a forecast as ``{"format": "after-the-caliphate/forecast", "version": 1, "answers": {"Q01": 0.7, …}}``, with three
dates beside the answers (:class:`Dates`), such as ``"kept": "2027-02-03T10:15:00+01:00"``. Files of older editions have none.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from aftermath import data
from aftermath.saved import Saved, is_number, shown

BANDS = 5  # of calibration: 0–20 %, 20–40 %, … 80–100 %
SETTLED = {"yes": 1, "no": 0}


class ForecastError(ValueError):
    """A forecast can't be read or scored. The message says which, and what to do about it."""


class Dates(NamedTuple):
    """When a forecast was made, by the clock of the reader's own machine; None for what has not happened."""

    kept: datetime | None = None     # the reader said: this is my forecast
    opened: datetime | None = None   # the outcomes were opened for the first time
    changed: datetime | None = None  # an answer was changed after that

    @property
    def late(self) -> bool:
        """Say if the forecast was kept, or changed, by someone who could have seen what happened."""
        return self.changed is not None or None not in (self.kept, self.opened) and self.kept > self.opened

    def __str__(self) -> str:
        """The dates in words: "kept on 3 February 2027, changed after the outcomes were opened"."""
        words = [f"kept on {day(self.kept)}" if self.kept else "never kept"]
        if self.changed:
            words.append("changed after the outcomes were opened")
        elif self.late:
            words.append("after the outcomes were opened")
        return ", ".join(words)


def day(moment: datetime) -> str:
    """Return a date in words, as it was where the reader sat: "3 February 2027"."""
    return f"{moment.day} {moment:%B} {moment.year}"


SAVED = Saved("forecast", "after-the-caliphate/forecast", 1, "answers", "questions to probabilities", ForecastError)


# The arithmetic


def brier(probability, outcome):
    """Score of one forecast: the squared distance between the probability and what happened (1 or 0)."""
    return (probability - outcome) ** 2


def spread(base_rate):
    """Score of someone who always names the base rate: the part of a score that the questions bring with them."""
    return base_rate * (1 - base_rate)


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


# What happened


def outcomes(questions: pd.DataFrame | None = None) -> dict[str, int]:
    """Return 1 or 0 for each settled question of the book's table (or of another); open ones are left out."""
    questions = data.load("forecast_questions") if questions is None else questions
    return {id: SETTLED[outcome] for id, outcome in zip(questions["id"], questions["outcome"]) if outcome in SETTLED}


def scored(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> list[str]:
    """Return the ids that can be scored, in order; :class:`ForecastError` if there is none."""
    ids = sorted(set(answers) & set(outcomes))
    if not ids:
        raise ForecastError("No question is both answered and settled: answer at least one of the questions that have an outcome.")
    return ids


def base_rate(outcomes: Mapping[str, int]) -> float:
    """Return the share of questions that came out yes. Nobody knows it before the end."""
    return mean(outcomes.values())


# Scores


def score(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> float:
    """Return the mean Brier score over the questions that are answered and settled."""
    return mean(brier(answers[id], outcomes[id]) for id in scored(answers, outcomes))


def band(probability: float, bands: int = BANDS) -> int:
    """Return the number of the band that a probability falls into; the upper end of all belongs to the last."""
    return min(int(probability * bands + 1e-9), bands - 1)


def calibration(answers: Mapping[str, float], outcomes: Mapping[str, int], bands: int = BANDS) -> pd.DataFrame:
    """Return, for each band of probability that was used, what was said on average and how often it came true."""
    groups = _groups(answers, outcomes, bands)
    return pd.DataFrame(
        [{"low": number / bands, "high": (number + 1) / bands, "questions": len(ids),
          "said": mean(answers[id] for id in ids), "came_true": mean(outcomes[id] for id in ids)}
         for number, ids in sorted(groups.items())]
    )


def decomposition(answers: Mapping[str, float], outcomes: Mapping[str, int], bands: int | None = BANDS) -> dict[str, float]:
    """Split the mean score after Murphy: ``brier = reliability - resolution + uncertainty + within``.

    reliability: how far each band's probabilities lie from how often they came true (small is good);
    resolution: how far the bands' outcomes lie apart from the base rate (large is good);
    uncertainty: what the questions bring with them, the same for every forecaster;
    within: what putting unequal probabilities into one band leaves over. Nought with ``bands=None``, when
    only equal probabilities are put together.
    """
    ids = scored(answers, outcomes)
    rate = mean(outcomes[id] for id in ids)
    parts = {"brier": score(answers, outcomes), "reliability": 0.0, "resolution": 0.0, "uncertainty": spread(rate), "within": 0.0}
    for _, group in sorted(_groups(answers, outcomes, bands).items()):
        said, came = mean(answers[id] for id in group), mean(outcomes[id] for id in group)
        parts["reliability"] += len(group) * (said - came) ** 2 / len(ids)
        parts["resolution"] += len(group) * (came - rate) ** 2 / len(ids)
        for id in group:
            apart = answers[id] - said
            parts["within"] += (apart ** 2 - 2 * apart * (outcomes[id] - came)) / len(ids)
    return parts


def _groups(answers: Mapping[str, float], outcomes: Mapping[str, int], bands: int | None) -> dict[float, list[str]]:
    groups: dict[float, list[str]] = {}
    for id in scored(answers, outcomes):
        groups.setdefault(answers[id] if bands is None else band(answers[id], bands), []).append(id)
    return groups


# Against whom


def rivals(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return what three simple forecasters would have said to the same questions.

    "All 50 %" knows nothing. The base rate knows how many came out yes, which nobody could. The base rate of the
    other questions leaves out the one being asked, which is as near as one can come to having looked at similar cases.
    """
    ids = scored(answers, outcomes)
    total = sum(outcomes[id] for id in ids)
    simple = {"All 50 %": dict.fromkeys(ids, 0.5), "Base rate, known afterwards": dict.fromkeys(ids, total / len(ids))}
    if len(ids) > 1:
        simple["Base rate of the other questions"] = {id: (total - outcomes[id]) / (len(ids) - 1) for id in ids}
    return simple


def compare(forecasts: Mapping[str, Mapping[str, float]], outcomes: Mapping[str, int]) -> pd.DataFrame:
    """Return one row a forecaster, the best first: named forecasts and the simple rivals, on the same questions.

    Only questions that all named forecasts answer are scored: otherwise whoever leaves out the hard ones would win.
    """
    if not forecasts:
        raise ForecastError("There is no forecast to compare: give at least one.")
    common = {id: outcomes[id] for id in outcomes if all(id in answers for answers in forecasts.values())}
    if not common:
        raise ForecastError("No settled question is answered by all of these forecasts: compare fewer of them.")
    everyone = {**forecasts, **rivals(next(iter(forecasts.values())), common)}
    rows = [{"forecaster": name, "questions": len(common), "brier": score(answers, common)} for name, answers in everyone.items()]
    return pd.DataFrame(rows).sort_values("brier", kind="stable").reset_index(drop=True)


# Many forecasts


def pool(forecasts: Iterable[Mapping[str, float]], how: str = "mean") -> dict[str, float]:
    """Return one forecast made of many: for each question the mean (or median) of all who answered it."""
    if how not in ("mean", "median"):
        raise ForecastError(f"Forecasts are pooled by mean or median, not by {how!r}.")
    given: dict[str, list[float]] = {}
    for answers in forecasts:
        for id, probability in answers.items():
            given.setdefault(id, []).append(probability)
    if not given:
        raise ForecastError("There is nothing to pool: no forecast has an answer.")
    return {id: mean(values) if how == "mean" else _median(values) for id, values in sorted(given.items())}


def _median(values: list[float]) -> float:
    values, half = sorted(values), len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


# Files


def write(answers: Mapping[str, float], dates: Dates | None = None) -> str:
    """Return a forecast as the text of a file, as the page saves it."""
    told = {} if dates is None else {name: moment and moment.isoformat() for name, moment in dates._asdict().items()}
    text = SAVED.write(dict(sorted(answers.items())), **told)
    parse(text)
    return text


def read(path: str | Path) -> dict[str, float]:
    """Return the answers of one saved file; :class:`ForecastError` says what is wrong with it."""
    return parse(SAVED.read(path), name=Path(path).name)


def read_all(paths: Iterable[str | Path]) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Read many files, as a class hands them in: the forecasts by file name, and what is wrong with the others."""
    good, bad = {}, {}
    for path in map(Path, paths):
        name = path.name if path.name not in good and path.name not in bad else str(path)
        try:
            good[name] = read(path)
        except ForecastError as problem:
            bad[name] = str(problem)
    return good, bad


def parse(text: str, name: str = "This forecast") -> dict[str, float]:
    """Return the answers in the text of a saved file."""
    content = SAVED.content(text, name=name)
    _dates(content, name)
    return {id: _probability(id, value, name, _questions()) for id, value in content[SAVED.key].items()}


def dates(text: str, name: str = "This forecast") -> Dates | None:
    """Return the dates in the text of a saved file, or None if it was saved by an edition that kept none."""
    return _dates(SAVED.content(text, name=name), name)


def _dates(content: dict, name: str) -> Dates | None:
    told = {key: content[key] for key in Dates._fields if key in content}
    return Dates(**{key: value if value is None else _moment(key, value, name) for key, value in told.items()}) if told else None


def _moment(key: str, value, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ForecastError(f'{name}, {key}: {shown(value)} is no date and time with its time zone, such as "2027-02-03T10:15:00+01:00". '
                            "Save the forecast again, or take the date out.")
    return moment


@lru_cache(maxsize=1)
def _questions() -> frozenset[str]:
    """Return the ids of the book's questions: looked up once, since a class hands in hundreds of files."""
    return frozenset(data.load("forecast_questions")["id"])


def _probability(id: str, value, name: str, known: frozenset[str]) -> float:
    if id not in known:
        raise ForecastError(f"{name} answers {shown(id)}, which is no question of this book ({min(known)} to {max(known)}).")
    if not is_number(value):
        raise ForecastError(f"{name}, {id}: {shown(value)} is not a number as a page writes one. Write a probability such as 0.7.")
    if not 0 <= value <= 1:  # also catches NaN
        raise ForecastError(f"{name}, {id}: {shown(value)} lies outside 0 to 1. Write 70 % as 0.7.")
    return float(value)
