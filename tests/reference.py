"""Independent references for the model's analysis: its formulas written again, plain random draws, no line of the package's own.

Ranges are read from ``data/assumptions.csv`` with the csv module; nothing is imported from ``aftermath`` or ``explorable``.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
PATHS = ("disengage", "stay", "join", "relocate", "dispatch")


@lru_cache(maxsize=1)
def ranges() -> dict[str, tuple[float, float, float]]:
    """Low, middle and high of each assumption that is drawn over a range."""
    with (ROOT / "data" / "assumptions.csv").open(encoding="utf-8") as file:
        return {
            row["id"]: (float(row["low"]), float(row["middle"]), float(row["high"]))
            for row in csv.DictReader(file)
            if row["shape"] == "split" and row["scenario"] not in ("inflow", "territory")
        }


def presets() -> dict[str, dict[str, float]]:
    """What each preset holds."""
    found: dict[str, dict[str, float]] = {}
    with (ROOT / "data" / "presets.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["preset"], {})[row["assumption"]] = float(row["value"])
    return found


def held_sets(count: int, seed: int = 17) -> list[dict[str, float]]:
    """Random sets of held assumptions: each held half the time, anywhere in its range; the mixture held half the time."""
    rng, sets = np.random.default_rng(seed), []
    for _ in range(count):
        held = {id: low + rng.random() * (high - low) for id, (low, _, high) in ranges().items() if rng.random() < 0.5}
        if rng.random() < 0.5:
            held |= dict(zip((f"share_{path}" for path in PATHS), rng.dirichlet([1] * 5).tolist()))
        sets.append(held)
    return sets


def cases(sets: int) -> dict[str, dict[str, float]]:
    """The start, every preset, and random sets of held assumptions."""
    return {"start": {}} | presets() | {f"held {number}": held for number, held in enumerate(held_sets(sets), start=1)}


def at_large(v: dict, month: float):
    """The number at large, written a second time."""
    alive = v["travelled"] * (1 - v["killed"] - v["returned"]) * (1 - v["lost"])
    again = v["reengage"] * (
        v["travelled"] * v["returned"] + alive * v["share_disengage"] * (1 - np.exp2(-month / v["reengage_half_life"]))
    )
    years = month / 12
    grown = sum(
        alive * v[f"share_{path}"] * np.power(1 + v[f"{path}_growth"], years) for path in ("stay", "join", "relocate")
    )
    return (
        again + grown + alive * v["share_dispatch"] * (1 - v["interdicted"]) * np.exp2(-month / v["dispatch_half_life"])
    )


def random_draws(count: int, held: dict, rng: np.random.Generator) -> dict:
    """Values drawn by chance: a coin says below or above the middle; mixtures by NumPy's own Dirichlet."""
    values = {}
    for id, (low, middle, high) in ranges().items():
        below = rng.random(count) < 0.5
        values[id] = (
            held[id]
            if id in held
            else np.where(below, rng.uniform(low, middle, count), rng.uniform(middle, high, count))
        )
    parts = rng.dirichlet([1] * 5, count).T
    return values | {id: held.get(id, part) for id, part in zip((f"share_{path}" for path in PATHS), parts)}


def quantiles(values, count: int = 1) -> np.ndarray:
    return np.quantile(np.broadcast_to(values, count) if np.ndim(values) == 0 else values, LEVELS)


def errors(
    drawn, sets: int = 100, many: int = 1_000_000, few: int = 4096, rounds: int = 30, month: float = 24, seed: int = 1
) -> dict[str, np.ndarray]:
    """Compare draws with ``many`` random ones: for each case the error of each quantile, as so many times that of ``few`` random draws; NaN where no open
    assumption reaches the answer.

    ``drawn`` takes what is held and gives the package's own draws. The error of random draws is the mean of ``rounds`` of them.
    """
    rng, found = np.random.default_rng(seed), {}
    free, fewer = random_draws(many, {}, rng), [random_draws(few, {}, rng) for _ in range(rounds)]
    for name, held in cases(sets).items():
        truth = quantiles(at_large(free | held, month), many)
        chance = np.mean([abs(quantiles(at_large(values | held, month), few) - truth) for values in fewer], axis=0)
        wrong = abs(quantiles(at_large(drawn(held), month), few) - truth)
        found[name] = np.where(
            chance > 1e-9 * truth, wrong / np.maximum(chance, 1e-300), np.nan
        )  # nothing open reaches it: no error to compare
    return found
