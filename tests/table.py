"""Print page × browser × check, with counts, from the last run of the tests, or from several files of results together.

    python tests/table.py [_build/tests.xml …] [--each]

``make test`` and ``make test-all`` write the file; a test notes its page and its browser there (``conftest.py``). The
first table counts the checks of each page in each browser, the second the pages (or turns) of each check; ``--each``
lists every check of every page in every browser.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

RUN = Path(__file__).resolve().parent.parent / "_build" / "tests.xml"
SITE = "(several pages, or the whole site)"


def results(path: Path) -> pd.DataFrame:
    """Return one row for each test that used a browser: page, browser, check, and how it ended."""
    rows = []
    for case in ElementTree.parse(path).iter("testcase"):
        noted = {one.get("name"): one.get("value") for one in case.iter("property")}
        if not noted.get("engine"):
            continue
        ended = next((kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), "passed")
        check = case.get("name").partition("[")[0].removeprefix("test_").replace("_", " ")
        rows.append({"page": noted["page"] or SITE, "browser": noted["engine"], "check": check, "ended": ended})
    return pd.DataFrame(rows, columns=["page", "browser", "check", "ended"])


def in_words(ended: pd.Series) -> str:
    """Say how many passed, and what did not."""
    counts = ended.value_counts()
    return ", ".join(
        str(counts[kind]) if kind == "passed" else f"{counts[kind]} {kind.upper()}"
        for kind in ("passed", "skipped", "failure", "error")
        if kind in counts
    )


def table(found: pd.DataFrame, rows: str) -> str:
    """Cross one column with the browsers; every cell says in counts how the tests ended."""
    crossed = found.pivot_table(
        index=rows,
        columns="browser",
        values="ended",
        aggfunc=in_words,
        fill_value="–",
        sort=False,
        margins=True,
        margins_name="all",
    )
    return crossed.rename_axis(columns=None).to_string()


def main() -> None:
    paths = [Path(one) for one in sys.argv[1:] if not one.startswith("-")] or [RUN]
    for path in paths:
        if not path.exists():
            sys.exit(f"{path} is not there: run 'make test' first.")
    found = pd.concat(map(results, paths), ignore_index=True)
    print(
        f"Checks of each page in each browser that passed\n{table(found, 'page')}\n\nPages or turns of each check that passed\n{table(found, 'check')}"
    )
    if "--each" in sys.argv:
        print("\n" + found.groupby(["page", "browser", "check"], sort=False)["ended"].agg(in_words).to_string())
    print(f"\n{len(found)} checks in a browser: {in_words(found['ended'])} passed")


if __name__ == "__main__":
    main()
