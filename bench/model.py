"""What does the analysis cost in NumPy, and how far are its fixed draws and indices from the truth?

    .venv/bin/python bench/model.py [sets]

Prints, for the start, each preset and 100 (or ``sets``) random sets of held assumptions, the error of each quantile of those at large as so
many times that of as many random draws; the and times.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
import reference  # noqa: E402

from aftermath import assumptions, model, uncertainty  # noqa: E402

MANY, TARGET, REPEATS, MONTHS = 1_000_000, 1.5, 5, (0, 24, 60)


def seconds(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """Time something several times and return the quickest of processor time: the machine is rarely alone."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def error_of_draws(sets: int) -> None:
    """Print each case: its five quantiles, at each month."""
    everything = []
    for month in MONTHS:
        found = reference.errors(lambda held: uncertainty.draws(uncertainty.COUNT, held), sets=sets, month=month)
        table = pd.DataFrame(found, index=[f"{level:.0%}" for level in reference.LEVELS]).T
        print(
            f"\nMonth {month}: error of each quantile against a million random draws, in errors of {uncertainty.COUNT:,} random ones\n"
        )
        print(table.to_string(float_format="{:.2f}".format))
        print(
            f"\nMonth {month}: median {np.nanmedian(table):.3f}, mean {np.nanmean(table):.3f}, largest {np.nanmax(table):.2f}; start {np.nanmedian(table.loc['start']):.3f}, "
            f"presets {np.nanmedian(table.loc[list(assumptions.presets())]):.3f}, held sets {np.nanmedian(table.filter(like='held ', axis=0)):.3f}"
        )
        everything.append(table.to_numpy())
    median = np.nanmedian(np.concatenate(everything))
    print(f"\nAll months together: median {median:.3f}; target 0.5: {'met' if median <= 0.5 else 'MISSED'}")


def times() -> None:
    whole = seconds(lambda: uncertainty.quantiles(reference.at_large(uncertainty.draws(MANY), 24)), 1)
    print(
        f"\n{MANY:,} draws, their outcome and its quantiles: {whole:.2f} s; target {TARGET} s: {'met' if whole <= TARGET else 'MISSED'}"
    )
    question = uncertainty.more_than(10_000)
    for name, run in {
        "the range at one month, 4,096 draws": uncertainty.range_of,
        "the range at six months": lambda: uncertainty.fan("at_large", range(0, 61, 12)),
        "indices, 1,024 pairs": uncertainty.matters,
        "indices, 256 pairs": lambda: uncertainty.matters(pairs=256),
        "in how many draws one alone turns the answer": lambda: uncertainty.turned(question),
        "what each fact is worth": lambda: uncertainty.worth(question),
        "one answer": lambda: model.outcomes({}, 24),
    }.items():
        print(f"{1000 * seconds(run):8.1f} ms  {name}")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def main() -> None:
    warnings.simplefilter("ignore", assumptions.OutsideEvidence)
    error_of_draws(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    times()


if __name__ == "__main__":
    main()
