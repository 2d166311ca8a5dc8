"""Scores of forecasts: how far probabilities lay from what happened, and why.

``answers`` maps the ids of questions to probabilities from 0 to 1, ``outcomes`` maps ids to 1 (yes) and 0 (no).
Scored are the questions that both have. The arithmetic is ``+ - *`` and ``/``, and a logarithm for the one score that is named
after it, so that the page and Python come to the same figures. A Brier score is a loss: 0 is perfect, "50 %" earns 0.25, 1 is the
worst. A log score is one, too: 0 is perfect, "50 %" earns 0.69.

Sources: G. W. Brier, Monthly Weather Review 78 (1950); I. J. Good, Journal of the Royal Statistical Society B 14 (1952), for the
logarithm; A. H. Murphy, Journal of Applied Meteorology 12 (1973), for the parts; E. B. Wilson, Journal of the American Statistical
Association 22 (1927), for the interval of a share.

The page exports a forecast as ``{"format": "after-the-caliphate/forecast", "version": 1, "answers": {"Q01": 0.7, …}}``, with three
dates beside the answers (:class:`Dates`), such as ``"kept": "2027-02-03T10:15:00+01:00"``. Files of older editions have none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aftermath import data
from explorable.saved import Saved, is_number, shown

BANDS = 5  # of calibration: 0–20 %, 20–40 %, … 80–100 %
#: The chapter that explains how a question came out, and its title, by the scenario of the question.
CHAPTERS = {
    "disengage": ("scenarios/leave", "Leave the fight and go home"),
    "stay": ("scenarios/stay", "Stay and rebuild"),
    "join": ("scenarios/join", "Join other groups in the region"),
    "relocate": ("scenarios/relocate", "Move to neighbouring theatres"),
    "dispatch": ("scenarios/dispatch", "Be sent abroad for attacks"),
    "flow": ("how-many-were-left", "How many were left?"),
    None: ("hindsight", "Hindsight: what came"),
}
SETTLED = {"yes": 1, "no": 0}
LEAST = 0.005  # a probability of 0 or 1 is taken for half a step of the page's slider: else one mistake would cost infinitely much
NINETY = 1.6449  # standard deviations on either side that hold 90 of 100
COIN = "All 50 %"
BEFORE = "Base rate of questions settled before"


class ForecastError(ValueError):
    """A forecast can't be read or scored. The message says which, and what to do about it."""


class Dates(NamedTuple):
    """When a forecast was made, by the clock of the reader's own machine; None for what has not happened."""

    kept: datetime | None = None  # the reader said: this is my forecast
    opened: datetime | None = None  # the outcomes were opened for the first time
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


def log_score(probability: float, outcome: int) -> float:
    """Score of one forecast: the negative logarithm of the probability that was given to what happened."""
    given = probability if outcome else 1 - probability
    return -log(min(max(given, LEAST), 1 - LEAST))


def skill(score, reference):
    """By how much of it a score is better than another one: 1 is perfect, 0 no better, below 0 worse."""
    return 1 - score / reference


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


# What happened


def outcomes(questions: pd.DataFrame | None = None) -> dict[str, int]:
    """Return 1 or 0 for each settled question of the book's table (or of another); open ones are left out."""
    questions = data.load("forecast_questions") if questions is None else questions
    return {id: SETTLED[outcome] for id, outcome in zip(questions["id"], questions["outcome"]) if outcome in SETTLED}


def days(questions: pd.DataFrame | None = None) -> dict[str, pd.Timestamp]:
    """Return the day on which each question is settled."""
    questions = data.load("forecast_questions") if questions is None else questions
    return dict(zip(questions["id"], questions["resolves_by"]))


def today() -> date:
    """Return the date: that of the build, where the environment fixes one, so that two builds agree."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(fixed), UTC).date() if fixed else date.today()


def status(outcome: str, resolves_by: date, on: date | None = None) -> str:
    """Return how a question stands on a day: settled, open (its day is to come), due (its day has come, and nobody has settled it here yet) or unresolved."""
    if outcome in SETTLED:
        return "settled"
    if outcome == "unresolved":
        return "unresolved"
    return "open" if pd.Timestamp(on or today()) <= pd.Timestamp(resolves_by) else "due"


def statuses(on: date | None = None) -> dict[str, str]:
    """Return how each of the book's questions stands on a day, by default today."""
    questions = data.load("forecast_questions")
    return {row.id: status(row.outcome, row.resolves_by, on) for row in questions.itertuples()}


def contradictions(answers: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the pairs of questions of which a yes to the first is a yes to the second, and the second was given less."""
    implied = data.load("forecast_questions").dropna(subset=["implies"])
    return [
        (id, other)
        for id, other in zip(implied["id"], implied["implies"])
        if id in answers and other in answers and answers[other] < answers[id]
    ]


def scored(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> list[str]:
    """Return the ids that can be scored, in order; :class:`ForecastError` if there is none."""
    ids = sorted(set(answers) & set(outcomes))
    if not ids:
        raise ForecastError(
            "No question is both answered and settled: answer at least one of the questions that have an outcome."
        )
    return ids


def base_rate(outcomes: Mapping[str, int]) -> float:
    """Return the share of questions that came out yes. Nobody knows it before the end."""
    return mean(outcomes.values())


# Scores


def score(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> float:
    """Return the mean Brier score over the questions that are answered and settled."""
    return mean(brier(answers[id], outcomes[id]) for id in scored(answers, outcomes))


def log_mean(answers: Mapping[str, float], outcomes: Mapping[str, int]) -> float:
    """Return the mean log score over the questions that are answered and settled."""
    return mean(log_score(answers[id], outcomes[id]) for id in scored(answers, outcomes))


class Luck(NamedTuple):
    """What a forecaster whose probabilities were right would score on so many questions: by luck alone from ``low`` to ``high`` in 90 of 100 runs."""

    mean: float
    sd: float
    low: float
    high: float
    beaten: float  # share of runs in which a coin ("50 %" to everything) scores better


def luck(probabilities: Iterable[float], grid: int = 10_000) -> Luck:
    """Return how the mean Brier score of these probabilities would scatter if each were right and none depended on another.

    All ways in which the questions can come out are added up, their scores rounded to a ``grid``-th. Raises :class:`ForecastError`
    for no probability.
    """
    probabilities = list(probabilities)
    if not probabilities:
        raise ForecastError("There is no probability: give at least one.")
    chances = np.ones(1)
    for p in probabilities:
        yes, no = round(grid * brier(p, 1)), round(grid * brier(p, 0))
        longer = np.zeros(len(chances) + max(yes, no))
        longer[yes : yes + len(chances)] += p * chances
        longer[no : no + len(chances)] += (1 - p) * chances
        chances = longer
    scores, below = np.arange(len(chances)) / grid / len(probabilities), np.cumsum(chances)
    centre = float(scores @ chances)
    low, high = (float(scores[np.searchsorted(below, share - 1e-12)]) for share in (0.05, 0.95))
    return Luck(
        centre,
        float(((scores - centre) ** 2 @ chances) ** 0.5),
        low,
        high,
        float(chances[scores > spread(0.5) + 1e-9].sum()),
    )


def share_interval(yes: int, of: int) -> tuple[float, float]:
    """Return between what a share may well lie of which so many of so many were counted (Wilson, 90 of 100)."""
    middle, width = (
        yes / of + NINETY**2 / (2 * of),
        NINETY * (yes / of * (1 - yes / of) / of + NINETY**2 / (4 * of**2)) ** 0.5,
    )
    whole = 1 + NINETY**2 / of
    return max(0.0, (middle - width) / whole), min(1.0, (middle + width) / whole)


def band(probability: float, bands: int = BANDS) -> int:
    """Return the number of the band that a probability falls into; the upper end of all belongs to the last."""
    return min(int(probability * bands + 1e-9), bands - 1)


def calibration(answers: Mapping[Any, float], outcomes: Mapping[Any, int], bands: int = BANDS) -> pd.DataFrame:
    """Return, for each band of probability that was used, what was said on average and how often it came true.

    ``yes`` of ``questions`` came true; the true share may well lie from ``least`` to ``most`` (:func:`share_interval`).
    """
    rows = []
    for number, ids in sorted(_groups(answers, outcomes, bands).items()):
        yes = sum(outcomes[id] for id in ids)
        least, most = share_interval(yes, len(ids))
        rows.append(
            {
                "low": number / bands,
                "high": (number + 1) / bands,
                "questions": len(ids),
                "yes": yes,
                "said": mean(answers[id] for id in ids),
                "came_true": yes / len(ids),
                "least": least,
                "most": most,
            }
        )
    return pd.DataFrame(rows)


def decomposition(
    answers: Mapping[str, float], outcomes: Mapping[str, int], bands: int | None = BANDS
) -> dict[str, float]:
    """Split the mean score after Murphy: ``brier = reliability - resolution + uncertainty + within``.

    reliability: how far each band's probabilities lie from how often they came true (small is good);
    resolution: how far the bands' outcomes lie apart from the base rate (large is good);
    uncertainty: what the questions bring with them, the same for every forecaster;
    within: what putting unequal probabilities into one band leaves over. 0 with ``bands=None``, when
    only equal probabilities are put together.
    """
    ids = scored(answers, outcomes)
    rate = mean(outcomes[id] for id in ids)
    parts = {
        "brier": score(answers, outcomes),
        "reliability": 0.0,
        "resolution": 0.0,
        "uncertainty": spread(rate),
        "within": 0.0,
    }
    for _, group in sorted(_groups(answers, outcomes, bands).items()):
        said, came = mean(answers[id] for id in group), mean(outcomes[id] for id in group)
        parts["reliability"] += len(group) * (said - came) ** 2 / len(ids)
        parts["resolution"] += len(group) * (came - rate) ** 2 / len(ids)
        for id in group:
            apart = answers[id] - said
            parts["within"] += (apart**2 - 2 * apart * (outcomes[id] - came)) / len(ids)
    return parts


def _groups(answers: Mapping[str, float], outcomes: Mapping[str, int], bands: int | None) -> dict[float, list[str]]:
    groups: dict[float, list[str]] = {}
    for id in scored(answers, outcomes):
        groups.setdefault(answers[id] if bands is None else band(answers[id], bands), []).append(id)
    return groups


# Against whom


def rivals(
    ids: Iterable[str], outcomes: Mapping[str, int], on: Mapping[str, Any] | None = None
) -> dict[str, dict[str, float]]:
    """Return what two simple forecasters would have said to these questions, neither of whom knows how any of them came out.

    "All 50 %" knows nothing. The other knows the questions that were settled on an earlier day, and names their share of yes, shrunk
    towards a half: one yes and one no more than were counted (Laplace's rule). ``on`` gives the day of each (by default the book's).
    """
    on, ids = days() if on is None else on, list(ids)

    def rate(id: str) -> float:
        earlier = [outcome for other, outcome in outcomes.items() if on[other] < on[id]]
        return (sum(earlier) + 1) / (len(earlier) + 2)

    return {COIN: dict.fromkeys(ids, 0.5), BEFORE: {id: rate(id) for id in ids}}


def compare(
    forecasts: Mapping[str, Mapping[str, float]], outcomes: Mapping[str, int], on: Mapping[str, object] | None = None
) -> pd.DataFrame:
    """Return one row a forecaster, the best first: named forecasts and the simple rivals, on the same questions.

    Only questions that all named forecasts answer are scored: otherwise whoever leaves out the hard ones would win. ``skill`` is
    against the coin.
    """
    if not forecasts:
        raise ForecastError("There is no forecast to compare: give at least one.")
    common = {id: outcomes[id] for id in outcomes if all(id in answers for answers in forecasts.values())}
    if not common:
        raise ForecastError("No settled question is answered by all of these forecasts: compare fewer of them.")
    everyone = {**forecasts, **rivals(common, outcomes, on)}
    rows = [
        {
            "forecaster": name,
            "questions": len(common),
            "brier": score(answers, common),
            "log": log_mean(answers, common),
            "skill": skill(score(answers, common), spread(0.5)),
        }
        for name, answers in everyone.items()
    ]
    return pd.DataFrame(rows).sort_values("brier", kind="stable").reset_index(drop=True)


def beside(one: Mapping[str, float], other: Mapping[str, float], outcomes: Mapping[str, int]) -> tuple[float, float]:
    """Return the mean Brier scores of two forecasts on the questions that both answer; :class:`ForecastError` if there is none."""
    common = {id: outcome for id, outcome in outcomes.items() if id in one and id in other}
    return score(one, common), score(other, common)


# Many forecasts


def pool(forecasts: Iterable[Mapping[str, float]], how: str = "mean") -> dict[str, float]:
    """Return one forecast made of many: for each question the mean (or median) of all who answered it.

    On questions that all of them answer, the mean scores no worse than they do on average. Where each answers others, nothing of the
    kind holds: compare only on the same questions (:func:`beside`).
    """
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
    return (
        Dates(**{key: value if value is None else _moment(key, value, name) for key, value in told.items()})
        if told
        else None
    )


def _moment(key: str, value, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ForecastError(
            f'{name}, {key}: {shown(value)} is no date and time with its time zone, such as "2027-02-03T10:15:00+01:00". '
            "Save the forecast again, or take the date out."
        )
    return moment


@lru_cache(maxsize=1)
def _questions() -> frozenset[str]:
    """Return the ids of the book's questions: looked up once, since a class hands in hundreds of files."""
    return frozenset(data.load("forecast_questions")["id"])


def _probability(id: str, value, name: str, known: frozenset[str]) -> float:
    if id not in known:
        raise ForecastError(
            f"{name} answers {shown(id)}, which is no question of this book ({min(known)} to {max(known)})."
        )
    if not is_number(value):
        raise ForecastError(
            f"{name}, {id}: {shown(value)} is not a number as a page writes one. Write a probability such as 0.7."
        )
    if not 0 <= value <= 1:  # also catches NaN
        raise ForecastError(f"{name}, {id}: {shown(value)} lies outside 0 to 1. Write 70 % as 0.7.")
    return float(value)
