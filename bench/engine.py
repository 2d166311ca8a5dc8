"""What does the page's engine cost in node, beside the same questions in NumPy on the same machine?

    .venv/bin/python bench/engine.py

Prints milliseconds, and how many times NumPy's time that is; and the weight of the engine's script.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
from model import seconds  # noqa: E402

from aftermath import assumptions, model, uncertainty  # noqa: E402
from explorable.pages import expressions  # noqa: E402
from explorable.stage import engine  # noqa: E402

FRAME, KIB = 1000 / 60, 1024


def in_node(script: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "engine.js")
        path.write_text(script, "utf-8")
        told = subprocess.run(
            [expressions.node(), str(ROOT / "bench" / "engine.mjs"), str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(told.stdout)


def in_numpy() -> dict[str, float]:
    """Milliseconds of what NumPy can be asked for in the same way."""
    question, values = uncertainty.more_than(10_000), uncertainty.draws()
    runs = {
        "4,096 evaluations of the whole model, nothing kept": lambda: model.outcomes(values, 24),
        "the range at one month": uncertainty.range_of,
        "the range at the six year-ends": lambda: uncertainty.fan("at_large", range(0, 61, 12)),
        "tornado": uncertainty.tornado,
        "indices, 1,024 pairs": uncertainty.matters,
        "indices, 256 pairs": lambda: uncertainty.matters(pairs=256),
        "in how many draws one alone turns the answer": lambda: uncertainty.turned(question),
        "what each fact is worth": lambda: uncertainty.worth(question),
    }
    return {name: 1000 * seconds(run) for name, run in runs.items()}


def main() -> None:
    warnings.simplefilter("ignore", assumptions.OutsideEvidence)
    script = engine.script()
    numpy = in_numpy()
    for name, milliseconds in in_node(script).items():
        ratio = f"{milliseconds / numpy[name]:6.2f} × NumPy" if name in numpy else ""
        met = "met" if milliseconds <= FRAME else "MISSED"
        print(f"{milliseconds:8.2f} ms  {name:52} {ratio:16} target: within a frame: {met}")
    print(f"engine.js: {len(gzip.compress(script.encode())) / KIB:.1f} KiB gzipped, {len(script) / KIB:.1f} as it is")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
