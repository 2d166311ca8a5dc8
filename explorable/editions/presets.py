"""What stands on paper in place of sliders: settings of an explorer, and what the model makes of each.

The settings are those that a reader would try first: the start, every preset that changes something here, and each
assumption at either end of its cited range. The numbers come from the book's module ``model``, never from the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from explorable.book import Part
from explorable.figures import controls
from explorable.templates import macros

assumptions = Part("assumptions")
explorers = Part("explorers")
model = Part("model")
teams = Part("teams")

MONTH = 24  # after the end of 2017, at which the paths are told


def settings(ids: list[str]) -> list[tuple[str, dict[str, float]]]:
    """Return the settings of an explorer with these assumptions: what is set, and all values."""
    start = {id: assumptions.get(id).middle for id in ids}
    rows = [("As the book starts", start)]
    for name, label in controls.presets(ids).items():
        rows.append((f"Preset: {label}", {id: (start | assumptions.preset(name))[id] for id in ids}))
    for this in map(assumptions.get, ids):
        for value in (this.low, this.high):
            if value != this.middle:
                rows.append(
                    (
                        f"{this.label} = {this.written(value)}",
                        teams.moved(start, this.id, value)
                        if set(assumptions.share_ids()) <= set(ids)
                        else start | {this.id: value},
                    )
                )
    return rows


def outcomes(explorer: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return what an explorer's sentence and tables would say under these values: heading → number."""
    if explorer in EXPLORERS:
        return EXPLORERS[explorer](values)
    full = assumptions.check(values)
    if explorer.startswith("scenario-"):
        return _one_path(explorer.removeprefix("scenario-"), full)
    return _all_paths(full)


def _who_is_left(values: Mapping) -> dict[str, float]:
    travelled = values["travelled"]
    return {
        "Still there": model.remaining(**values),
        "Gone home": travelled * values["returned"],
        "Killed": travelled * values["killed"],
    }


def _inflow(values: Mapping) -> dict[str, float]:
    return {f"Arrivals a month, {month} months on": model.inflow(**values, month=month) for month in (6, 12, 24)}


def _territory(values: Mapping) -> dict[str, float]:
    pace, half_life = values["territory_pace"], values["territory_half_life"]
    told = {}
    for month in (24, 48):
        told[f"km² after {month} months, same area lost"] = max(0, model.area_left(territory_pace=pace, month=month))
        told[f"km² after {month} months, same share lost"] = model.area_left_halving(
            territory_half_life=half_life, month=month
        )
    return told


def _one_path(path: str, full: Mapping) -> dict[str, float]:
    then = model.outcomes(full, MONTH)
    told = {explorers.OUTCOMES[name].capitalize(): then[name] for name in explorers.OUTCOMES_OF[path]}
    return {"On this path at month 0": model.people(full)[path]} | told


def _all_paths(full: Mapping) -> dict[str, float]:
    labels = explorers.path_labels()
    told = {labels[path]: people for path, people in model.paths(full, MONTH).items()}
    return told | {"At large, on all paths": model.outcomes(full, MONTH)["at_large"]}


EXPLORERS: dict[str, Callable[[Mapping], dict[str, float]]] = {
    "who-is-left": _who_is_left,
    "inflow": _inflow,
    "territory": _territory,
}


def table(explorer: str, ids: list[str]) -> Markup:
    """Return the table of an explorer's settings and their outcomes, as HTML."""
    rows = [(label, outcomes(explorer, values)) for label, values in settings(ids)]
    numbers = [(label, [f"{round(number):,}" for number in told.values()]) for label, told in rows]
    month = None if explorer in EXPLORERS else MONTH
    return macros("editions/presets.html").table(list(rows[0][1]), numbers, month)
