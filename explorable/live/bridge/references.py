"""The sources' short forms, as the build wrote them: in a live page this module stands for ``explorable/pages/references.py``."""
from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

SHORT = Path(__file__).with_name("references.json")


@lru_cache(maxsize=1)
def entries() -> dict[str, str]:
    return json.loads(SHORT.read_text(encoding="utf-8"))


def short(key: str) -> str:
    return entries()[key]
