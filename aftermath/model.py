"""From travellers to five futures: "if … then", never a forecast.

One short function a quantity, and nothing but ``+ - * /`` and ``**`` in it. So the same code takes numbers, NumPy
arrays, pandas Series, Altair parameters and SymPy symbols, and gives a number, an array, a chart's expression or a
formula. Shares run from 0 to 1. People are people: travellers include women and minors, so that no total here is one of
fighters. ``month`` counts from the end of 2017, when the cities were lost.

What each assumption means, its range and its source stand in ``data/assumptions.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping

from aftermath.assumptions import check, path_ids

AT_LARGE = ("reengaged", "staying", "joined", "relocated", "waiting")
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


def on_path(*, survivors, share):
    """People on one of the five paths at month 0. The five shares sum to 1."""
    return survivors * share


# 1 Disengage


def returnees(*, travelled, returned, people):
    """All who came home: those who had by month 0, on whom most of the evidence rests, and those who leave it behind afterwards."""
    return travelled * returned + people


def still_attached(*, returnees, attached):
    """Returnees still tied to the milieu, not violent."""
    return returnees * attached


def reengaged(*, travelled, returned, people, reengage, reengage_half_life, month):
    """Returnees who have taken up violence again by ``month``, counted for good.

    Of those who leave it behind after month 0, half of all who ever do so have in the first half-life. The early returnees came home
    years before month 0: their time has run, and all of theirs who ever do so have.
    """
    return reengage * (travelled * returned + people * (1 - 2 ** (-month / reengage_half_life)))


def tried(*, returnees, prosecuted):
    """Returnees before the courts, at the rate of the one country that counted. They don't reach :func:`at_large`."""
    return returnees * prosecuted


def converted(*, tried, prison_spread):
    """Inmates won over by them: the document's worry about prisons. They don't reach :func:`at_large`."""
    return tried * prison_spread


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


def stopped(*, people, interdicted):
    """People sent abroad who are caught, or give up on the way."""
    return people * interdicted


def waiting(*, people, interdicted, dispatch_half_life, month):
    """People sent abroad, not stopped, who have neither acted nor given up yet. Its fall is not safety: some of them have acted."""
    return people * (1 - interdicted) * 2 ** (-month / dispatch_half_life)


def gone_off(*, people, interdicted, dispatch_half_life, month):
    """People sent abroad, not stopped, who have acted or given up by ``month``."""
    return people * (1 - interdicted) * (1 - 2 ** (-month / dispatch_half_life))


# All together


def at_large(*, reengaged, staying, joined, relocated, waiting):
    """People in a war, waiting to be sent, or back in violence, on all paths.

    The re-engaged are counted for good, though most known cases were soon dead or held. Growth counts newcomers who never travelled.
    """
    return reengaged + staying + joined + relocated + waiting


def people(assumptions: Mapping):
    """People on each path at month 0. ``assumptions`` maps ids to values: they are held, and all others stand at their middle."""
    return _people(check(assumptions))


def outcomes(assumptions: Mapping, month):
    """What becomes of each path ``month`` months on: people by outcome. ``assumptions`` as in :func:`people`.

    The outcomes of those who came home overlap: one person may be attached, tried and violent again. Never add them up.
    """
    a = check(assumptions)
    on = _people(a)
    early = {"travelled": a["travelled"], "returned": a["returned"], "people": on["disengage"]}
    sent = {"people": on["dispatch"], "interdicted": a["interdicted"]}
    home = returnees(**early)
    before_court = tried(returnees=home, prosecuted=a["prosecuted"])
    result = {
        "still_attached": still_attached(returnees=home, attached=a["attached"]),
        "reengaged": reengaged(
            **early, reengage=a["reengage"], reengage_half_life=a["reengage_half_life"], month=month
        ),
        "tried": before_court,
        "converted": converted(tried=before_court, prison_spread=a["prison_spread"]),
        "staying": staying(people=on["stay"], stay_growth=a["stay_growth"], month=month),
        "joined": joined(people=on["join"], join_growth=a["join_growth"], month=month),
        "relocated": relocated(people=on["relocate"], relocate_growth=a["relocate_growth"], month=month),
        "stopped": stopped(**sent),
        "waiting": waiting(**sent, dispatch_half_life=a["dispatch_half_life"], month=month),
        "gone_off": gone_off(**sent, dispatch_half_life=a["dispatch_half_life"], month=month),
    }
    return result | {"at_large": at_large(**{name: result[name] for name in AT_LARGE})}


def paths(assumptions: Mapping, month):
    """People on each path ``month`` months on; at month 0 they are :func:`people`.

    Those who disengage all stay on theirs, and so do those who were sent: stopped, waiting, or gone off.
    """
    then, start = outcomes(assumptions, month), people(assumptions)
    return {
        "disengage": start["disengage"],
        "stay": then["staying"],
        "join": then["joined"],
        "relocate": then["relocated"],
        "dispatch": start["dispatch"],
    }


def _people(a: Mapping):
    alive = survivors(
        remaining=remaining(travelled=a["travelled"], killed=a["killed"], returned=a["returned"]), lost=a["lost"]
    )
    return {path: on_path(survivors=alive, share=a[f"share_{path}"]) for path in path_ids()}


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
