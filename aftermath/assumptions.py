"""The registry of this book: what the model takes for granted, and what a reader may change.

It is read from ``data/assumptions.csv`` and ``data/presets.csv``, and it alone feeds sliders, tables, equations
and tests. How it is read and checked stands in ``explorable/assumptions/registry.py``; what can't be together in ``rules.py``.
"""

from __future__ import annotations

from aftermath import data, rules
from explorable.assumptions.registry import FARTHEST, Assumption, OutsideEvidence, Registry, Translated, normalised

__all__ = [
    "FARTHEST",
    "SAVED",
    "Assumption",
    "OutsideEvidence",
    "Translated",
    "check",
    "from_json",
    "from_link",
    "get",
    "middles",
    "normalised",
    "older",
    "path_ids",
    "preset",
    "presets",
    "registry",
    "share_ids",
    "to_json",
    "whole",
]

REGISTRY = Registry(data.TABLES, rules, format="after-the-caliphate/assumptions", version=2)
SAVED, share_ids = REGISTRY.saved, REGISTRY.share_ids
registry, get, middles, sources = REGISTRY.registry, REGISTRY.get, REGISTRY.middles, REGISTRY.sources
presets, preset, check, whole = REGISTRY.presets, REGISTRY.preset, REGISTRY.check, REGISTRY.whole
to_json, from_json, from_link, older = REGISTRY.to_json, REGISTRY.from_json, REGISTRY.from_link, REGISTRY.older


def path_ids() -> tuple[str, ...]:
    """Return the ids of the five paths, in the document's order: each has a share of its own in the table."""
    return tuple(id.removeprefix("share_") for id in share_ids())
