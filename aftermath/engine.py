"""What the page's engine is made of: this book's model, its assumptions with all that is said of them, presets and labels."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from aftermath import assumptions, data, explorers, model, uncertainty
from explorable.assumptions import engine

TIME = "month"
YEAR_ENDS = tuple(range(0, explorers.MONTHS + 1, 12))
#: Formulas that the page also calls one by one.
FORMULAS = (model.remaining, model.survivors, model.inflow, model.area_left, model.area_left_halving)


def script() -> str:
    """Return the script that makes the page's engine."""
    drawn = [a.id for a in uncertainty.drawn()]
    words = {id: _words(a) for id, a in assumptions.registry().items()}
    return engine.script(
        inputs=uncertainty.inputs(),
        programs={
            "people": lambda values: model.people(_without_time(values)),
            "outcomes": lambda values: model.outcomes(_without_time(values), values[TIME]),
            "paths": lambda values: model.paths(_without_time(values), values[TIME]),
        },
        time=TIME,
        groups=uncertainty.groups(),
        words={id: words[id] for id in drawn},
        about={
            "version": assumptions.SAVED.version,
            "others": [{"id": id, **about} for id, about in words.items() if id not in drawn],
            "presets": [_preset(name, label) for name, label in assumptions.presets().items()],
            "outcomeLabels": explorers.OUTCOMES,
            "outcomesOf": explorers.OUTCOMES_OF,
            "pathLabels": explorers.path_labels(),
            "saidBeside": explorers.SAID_BESIDE,
            "yearEnds": YEAR_ENDS,
        },
        formulas=[(formula, list(inspect.signature(formula).parameters)) for formula in FORMULAS],
    )


def _without_time(values: Mapping) -> dict:
    return {id: value for id, value in values.items() if id != TIME}


def _words(a: assumptions.Assumption) -> dict:
    """Return what a page shows of an assumption; a limit beyond all numbers is none."""
    limits = [float(limit) if np.isfinite(limit) else None for limit in a.limits[:2]]
    groups = {id: name for name, ids in uncertainty.groups().items() for id in ids}
    about = {"slider": a.slider, "limits": limits, "heading": explorers.groups().get(a.id), "group": groups.get(a.id)}
    return {name: value for name, value in asdict(a).items() if name != "id"} | about


def _preset(name: str, label: str) -> dict:
    rows = data.load("presets").query("preset == @name").set_index("assumption")
    return {
        "id": name,
        "label": label,
        "values": assumptions.preset(name),
        "reasons": rows["reason"].to_dict(),
        "sources": rows["source"].to_dict(),
    }
