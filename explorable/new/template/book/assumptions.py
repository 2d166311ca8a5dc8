"""What the model takes for granted: read from ``data/assumptions.csv`` and ``data/presets.csv``."""

from __future__ import annotations

from book import data, rules
from explorable.assumptions.registry import OutsideEvidence, Registry

__all__ = ["OutsideEvidence", "check", "get", "middles", "preset", "presets", "registry", "share_ids", "sources"]

REGISTRY = Registry(data.TABLES, rules, format="{{slug}}/assumptions", version=1)
SAVED, share_ids = REGISTRY.saved, REGISTRY.share_ids
registry, get, middles, sources = REGISTRY.registry, REGISTRY.get, REGISTRY.middles, REGISTRY.sources
presets, preset, check, whole = REGISTRY.presets, REGISTRY.preset, REGISTRY.check, REGISTRY.whole
to_json, from_json, from_link, older = REGISTRY.to_json, REGISTRY.from_json, REGISTRY.from_link, REGISTRY.older
