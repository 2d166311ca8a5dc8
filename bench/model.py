"""What does the whole model cost in NumPy? A million draws, and how the time grows with draws and with assumptions.

    .venv/bin/python bench/model.py

Prints tables; the plot goes to _build/bench/model.svg and .png.
"""
from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from aftermath import model, theme, uncertainty  # noqa: F401  (importing theme registers it)

OUT = Path(__file__).resolve().parent.parent / "_build" / "bench"
DRAWS = [100, 1_000, 10_000, 100_000, 300_000, 1_000_000]
MANY, TARGET, REPEATS = 1_000_000, 1.5, 5


def seconds(run: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Time something several times, the quickest first: the machine is rarely alone."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)


def whole(count: int) -> None:
    """Draw every assumption, compute every outcome, read off the quantiles of those at large."""
    uncertainty.quantiles(model.outcomes(uncertainty.draws(count), 24)["at_large"])


def some(ids: list[str], count: int) -> None:
    """Draw only some of the assumptions; the others keep their defaults."""
    draw = np.arange(1, count + 1)
    drawn = {
        a.id: uncertainty.spread(point=uncertainty.point(draw=draw, step=uncertainty.step(a.id)), low=a.low, default=a.default, high=a.high)
        for a in uncertainty.drawn() if a.id in ids
    }
    model.outcomes(drawn, 24)


def plot(frame: pd.DataFrame, x: str, title: str, kind: str) -> alt.Chart:
    scale = {"type": kind}
    return (
        alt.Chart(frame, title=title, width=420, height=260)
        .mark_line(point=True)
        .encode(x=alt.X(f"{x}:Q", scale=alt.Scale(**scale)), y=alt.Y("seconds:Q", scale=alt.Scale(**scale)))
    )


def main() -> None:
    times = seconds(lambda: whole(MANY))
    print(f"{MANY:,} draws of the whole model: {times[0]:.2f} s at best, {np.median(times):.2f} s in the middle of {REPEATS} runs; "
          f"target {TARGET} s: {'met' if times[0] <= TARGET else 'MISSED'}\n")

    by_draws = pd.DataFrame({"draws": DRAWS, "seconds": [seconds(lambda: whole(count))[0] for count in DRAWS]})
    by_draws["microseconds a draw"] = 1e6 * by_draws["seconds"] / by_draws["draws"]
    print(by_draws.to_string(index=False, float_format="{:.4g}".format, formatters={"draws": "{:,}".format}), "\n")

    ids = [a.id for a in uncertainty.drawn()]
    counts = [1, *range(3, len(ids) + 1, 4)]
    by_assumptions = pd.DataFrame({"assumptions drawn": counts, "seconds": [seconds(lambda: some(ids[:count], 300_000))[0] for count in counts]})
    print(by_assumptions.to_string(index=False, float_format="{:.4g}".format), f"\nwith 300,000 draws; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

    with alt.theme.enable("book"):
        spec = alt.vconcat(
            plot(by_draws, "draws", "Cost grows with the number of draws, and no faster", "log"),
            plot(by_assumptions, "assumptions drawn", "Each assumption that is drawn adds about the same", "linear"),
        ).to_dict()
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "model.svg").write_text(vl_convert.vegalite_to_svg(spec), "utf-8")
    (OUT / "model.png").write_bytes(vl_convert.vegalite_to_png(spec, scale=2))


if __name__ == "__main__":
    main()
