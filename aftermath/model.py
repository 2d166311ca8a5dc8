"""From travellers to five futures: "if … then", never a forecast.

One short function a quantity, and nothing but ``+ - * /`` and ``**`` in it. So the same code takes numbers, NumPy
arrays, pandas Series, Altair parameters and SymPy symbols, and gives a number, an array, a chart's expression or a
formula. Shares run from 0 to 1. People are people: travellers include women and minors. ``month`` counts from the
end of 2017, when the cities were lost.

What each assumption means, its range and its source stand in ``data/assumptions.csv``.
"""
from __future__ import annotations

from collections.abc import Mapping

from aftermath.assumptions import WEIGHTS, check

PATHS = tuple(id.removeprefix("weight_") for id in WEIGHTS)
AT_LARGE = ("reengaged", "staying", "joined", "relocated", "dispatched")
INFLOW_START = 1500  # people a month in mid-2015 (wilner2017)
AREA_START = 90800  # km² in January 2015 (ihs2017quarter)


# Who is left


def remaining(*, travelled, killed, returned):
    """People still in Syria and Iraq when the cities fell: those who travelled, less the dead and the returned."""
    return travelled * (1 - killed - returned)


def survivors(*, remaining, lost):
    """People who were left and were neither killed nor captured afterwards: those who choose among five paths."""
    return remaining * (1 - lost)


# Where they go


def shares(*, weight_disengage, weight_stay, weight_join, weight_relocate, weight_dispatch):
    """Share of the survivors on each path: its weight over the sum of the five. They add up to 1."""
    total = weight_disengage + weight_stay + weight_join + weight_relocate + weight_dispatch
    return {
        "disengage": weight_disengage / total,
        "stay": weight_stay / total,
        "join": weight_join / total,
        "relocate": weight_relocate / total,
        "dispatch": weight_dispatch / total,
    }


# 1 Disengage


def still_attached(*, people, attached):
    """Returnees still tied to the milieu, not violent."""
    return people * attached


def reengaged(*, people, attached, reengage, reengage_half_life, month):
    """Returnees who have taken up violence again by ``month``: half of all who ever do, in the first half-life."""
    return people * attached * reengage * (1 - 2 ** (-month / reengage_half_life))


def tried(*, people, prosecuted):
    """Returnees convicted: cases for the courts. They don't reach :func:`at_large`."""
    return people * prosecuted


def converted(*, people, prosecuted, prison_spread):
    """Inmates won over by them: the document's worry about prisons. They don't reach :func:`at_large`."""
    return people * prosecuted * prison_spread


# 2 Stay, 3 join, 4 relocate


def staying(*, people, stay_growth, month):
    """People in the insurgency in Syria and Iraq: those who stayed, grown or shrunk year by year."""
    return people * (1 + stay_growth) ** (month / 12)


def joined(*, people, join_growth, month):
    """People who joined other armed groups there, grown or shrunk year by year."""
    return people * (1 + join_growth) ** (month / 12)


def relocated(*, people, relocate_growth, month):
    """People in another country's war, grown or shrunk year by year."""
    return people * (1 + relocate_growth) ** (month / 12)


# 5 Dispatch


def dispatched(*, people, interdicted, dispatch_half_life, month):
    """People sent abroad who have neither acted nor given up yet. Its fall is not safety: some of them have acted."""
    return people * (1 - interdicted) * 2 ** (-month / dispatch_half_life)


# All together


def at_large(*, reengaged, staying, joined, relocated, dispatched):
    """People in violence or sent to it, on all paths."""
    return reengaged + staying + joined + relocated + dispatched


def people(assumptions: Mapping):
    """People on each path at month 0. ``assumptions`` maps ids to values; what it lacks keeps its default."""
    return _people(check(assumptions))


def outcomes(assumptions: Mapping, month):
    """What becomes of each path ``month`` months on: people by outcome. ``assumptions`` as in :func:`people`."""
    a = check(assumptions)
    on = _people(a)
    result = {
        "still_attached": still_attached(people=on["disengage"], attached=a["attached"]),
        "reengaged": reengaged(
            people=on["disengage"],
            attached=a["attached"],
            reengage=a["reengage"],
            reengage_half_life=a["reengage_half_life"],
            month=month,
        ),
        "tried": tried(people=on["disengage"], prosecuted=a["prosecuted"]),
        "converted": converted(
            people=on["disengage"], prosecuted=a["prosecuted"], prison_spread=a["prison_spread"]
        ),
        "staying": staying(people=on["stay"], stay_growth=a["stay_growth"], month=month),
        "joined": joined(people=on["join"], join_growth=a["join_growth"], month=month),
        "relocated": relocated(people=on["relocate"], relocate_growth=a["relocate_growth"], month=month),
        "dispatched": dispatched(
            people=on["dispatch"],
            interdicted=a["interdicted"],
            dispatch_half_life=a["dispatch_half_life"],
            month=month,
        ),
    }
    return result | {"at_large": at_large(**{name: result[name] for name in AT_LARGE})}


def paths(assumptions: Mapping, month):
    """People on each path ``month`` months on; those who disengage all stay on theirs, tied to the milieu or not."""
    then = outcomes(assumptions, month)
    return {
        "disengage": people(assumptions)["disengage"],
        "stay": then["staying"],
        "join": then["joined"],
        "relocate": then["relocated"],
        "dispatch": then["dispatched"],
    }


def _people(a: Mapping):
    alive = survivors(
        remaining=remaining(travelled=a["travelled"], killed=a["killed"], returned=a["returned"]), lost=a["lost"]
    )
    split = shares(**{f"weight_{path}": a[f"weight_{path}"] for path in PATHS})
    return {path: alive * share for path, share in split.items()}


# Inflow and territory, by the same means


def inflow(*, inflow_half_life, month):
    """People arriving in a month, ``month`` months after mid-2015: half as many after each half-life."""
    return INFLOW_START * 2 ** (-month / inflow_half_life)


def area_left(*, territory_pace, month):
    """Area held in km², ``month`` months after January 2015, if ISIS always loses the same area.

    A straight line does not stop at zero: cut it off there, ``max(area, 0)`` or ``area.clip(lower=0)``.
    """
    return AREA_START - territory_pace * month


def area_left_halving(*, territory_half_life, month):
    """Area held in km², ``month`` months after January 2015, if ISIS always loses the same share."""
    return AREA_START * 2 ** (-month / territory_half_life)
