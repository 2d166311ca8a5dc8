"""How many visits a library will have: "if … then", never a forecast.

One short function a quantity, and nothing but ``+ - * /`` and ``**`` in it. So the same code takes numbers, NumPy
arrays, Altair parameters and SymPy symbols. What each assumption means, its range and its source stand in
``data/assumptions.csv``; ``years`` counts from now.
"""

from __future__ import annotations

from collections.abc import Mapping

from book.assumptions import check


def visits(*, visits_now, hours_cut, growth, years):
    """Visits a year, ``years`` from now: today's, less those of the hours cut, grown or shrunk year by year."""
    return visits_now * (1 - hours_cut) * (1 + growth) ** years


def outcomes(assumptions: Mapping, years):
    """What follows ``years`` from now. ``assumptions`` maps ids to values; what it lacks stands at its middle."""
    a = check(assumptions)
    return {"visits": visits(visits_now=a["visits_now"], hours_cut=a["hours_cut"], growth=a["growth"], years=years)}
