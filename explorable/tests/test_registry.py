"""What a slider is made of: the range that a source covers, and as much beside it as has a meaning."""

from __future__ import annotations

from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from explorable.assumptions.registry import Assumption, Registry

SHARE = Assumption(
    id="killed",
    label="Killed",
    help="",
    unit="share of those who went",
    low=0.2,
    middle=0.3,
    high=0.6,
    shape="split",
    step=0.05,
    basis="evidence",
    covers="",
    source="a",
    scenario="all",
)


@pytest.mark.parametrize(
    ("changed", "ends"),
    [
        ({}, (0.1, 0.7)),  # a quarter of the range more at either end
        ({"low": 0.05, "high": 0.45}, (0, 0.55)),  # no share is below none …
        ({"low": 0.5, "high": 1}, (0.4, 1)),  # … or above all; the ends are whole steps
        ({"unit": "months", "low": 4, "high": 24, "step": 1}, (2, 29)),  # a half-life of none would be the end of all
        ({"unit": "per year", "low": -0.2, "high": 0.2, "step": 0.1}, (-0.3, 0.3)),
    ],
)
def test_a_slider_goes_a_quarter_beyond_what_the_source_covers(changed, ends):
    assert replace(SHARE, **changed).slider == pytest.approx(ends)


def registry(*assumptions: Assumption) -> Registry:
    tables: Any = SimpleNamespace(load=lambda name: pd.DataFrame(map(asdict, assumptions)), package_name="book")
    return Registry(tables, SimpleNamespace(AT_MOST=(), OLDER={}), format="book/assumptions", version=1)


def test_what_rounding_takes_from_the_other_shares_makes_none_of_them_negative():
    stay, go, join = (
        replace(SHARE, id=id, low=0, middle=1 / 3, high=1, shape="mixture") for id in ("stay", "go", "join")
    )
    full = registry(stay, go, join).check({"stay": 0.5, "go": 0.5 + 5e-10})
    assert full["join"] == 0


@pytest.mark.parametrize("value", [0.9, -0.9])
def test_a_saved_value_far_from_all_evidence_is_refused_on_either_side(value):
    grows = registry(replace(SHARE, id="grows", unit="per year", low=-0.02, middle=0, high=0.03))
    with pytest.raises(ValueError, match="far outside"):
        grows.from_json(grows.to_json({"grows": value}, "x"))
