"""How fast does each kind of page load on a slow phone? Lighthouse's mobile run: a slow network and a processor slowed four times.

    .venv/bin/python bench/lighthouse.py [rounds] [page …]

The machine is rarely alone and Lighthouse multiplies what it measures, so the best of all rounds counts; the load is
printed beside it. Blocking time: how long scripts kept the page from answering. Shift: how far things moved about.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]
import audit  # noqa: E402

SITE = ROOT / "_build" / "html"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TARGETS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100, "blocking": 150, "shift": 0.01}
SHOWN = {
    "first-contentful-paint": "first",
    "largest-contentful-paint": "largest",
    "total-blocking-time": "blocking",
    "cumulative-layout-shift": "shift",
}


def figures(report: dict) -> dict[str, float]:
    """Return the scores and, in milliseconds, the times of a report."""
    return {
        **audit.scores(report),
        **{name: report["audits"][id]["numericValue"] for id, name in SHOWN.items()},
        "KiB": report["audits"]["total-byte-weight"]["numericValue"] / 1024,
    }


def best(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the best of all rounds: the highest scores, the shortest times."""
    return {name: (max if name in CATEGORIES else min)(one[name] for one in rounds) for name in rounds[0]}


def met(found: dict[str, float]) -> bool:
    return all(found[name] >= least if name in CATEGORIES else found[name] <= least for name, least in TARGETS.items())


def measure(address: str, rounds: int) -> dict[str, float]:
    return best([figures(audit.lighthouse(address, *CATEGORIES)) for _ in range(rounds)])


def head(what: str) -> str:
    return f"{what:<34}{'speed':>6}{'access':>7}{'practice':>9}{'search':>7}{'first':>8}{'largest':>8}{'blocking':>9}{'shift':>7}{'KiB':>6}"


def line(what: str, found: dict[str, float]) -> str:
    scores = "".join(f"{found[name]:>{width}.0f}" for name, width in zip(CATEGORIES, (6, 7, 9, 7)))
    return f"{what:<34}{scores}{found['first']:>8.0f}{found['largest']:>8.0f}{found['blocking']:>9.0f}{found['shift']:>7.3f}{found['KiB']:>6.0f}"


def main(rounds: int, pages: list[str]) -> None:
    print(head(f"Best of {rounds} rounds; milliseconds"))
    missed = 0
    with audit.host(SITE) as address:
        for kind, page in audit.KINDS.items():
            if pages and page not in pages:
                continue
            found = measure(f"{address}/{page}", rounds)
            missed += not met(found)
            print(line(kind, found) + ("" if met(found) else "   MISSED"), flush=True)
    print(
        f"targets: speed ≥ {TARGETS['performance']}, the other scores 100, blocking ≤ {TARGETS['blocking']} ms, shift ≤ {TARGETS['shift']}: "
        f"{'met by every kind' if not missed else f'MISSED by {missed}'}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one.isdigit()]
    main(int(given[0]) if given else 3, [one for one in sys.argv[1:] if not one.isdigit()])
