"""Hold the book against what it rests on, once more.

    python -m aftermath.recheck tables FOLDER   the tables against public copies that lie in a folder
    python -m aftermath.recheck figures         every number in the prose that nothing ties to an output or a source
    python -m aftermath.recheck sources         how many sources are primary, second-hand, agency copies, or without an address

Nothing is fetched. The copies that are compared, where their licence allows it, and where to get them, stand in COPIES.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat

from aftermath import data, ties
from aftermath.root import ROOT
from explorable.pages import references, retold

#: File names of public copies: of what, under which licence.
COPIES = {
    "organizedviolencecy_v25_1.csv": "UCDP Country-Year Dataset on Organized Violence 25.1 (CC BY 4.0; ucdp.uu.se/downloads)",
    "nesser_cym.csv": "JPED by country and month (no licence: compare only; github.com/Hegghammer/plots, folder data)",
    "icsr.csv": "ICSR's counts of 2013 and 2015 (CC BY 3.0; github.com/lukesonnet/foreign_fighters, folder data)",
}
#: Names that UCDP writes otherwise.
UCDP_NAMES = {"Côte d'Ivoire": "Ivory Coast", "Yemen": "Yemen (North Yemen)", "DR Congo": "DR Congo (Zaire)"}
SECOND_HAND = "second-hand: retells what another has published"
AGENCIES = {"AFP", "Associated Press", "Reuters", "IANS", "dpa", "EFE", "ANSA", "Belga"}


# Tables


def compare(folder: Path) -> Iterator[str]:
    """Yield a line for each copy: what was compared and how much differs, or that the copy is not there."""
    for name, what in COPIES.items():
        path = folder / name
        if not path.exists():
            yield f"{name}: not in {folder}, so nothing was compared. It is {what}."
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        yield from {"organizedviolencecy_v25_1.csv": _ucdp, "nesser_cym.csv": _jped, "icsr.csv": _icsr}[name](rows)


def _said(what: str, compared: int, differing: list[str]) -> str:
    if not differing:
        return f"{what}: all {compared} figures are equal."
    return f"{what}: {len(differing)} of {compared} figures differ: {'; '.join(differing[:10])}."


def _ucdp(rows: list[dict]) -> Iterator[str]:
    copy = {(row["country_cy"], int(row["year_cy"])): row for row in rows}
    ends = {"best": "", "low": "_low", "high": "_high"}
    for table, figure, group, columns in (
        (
            "theatres",
            "deaths",
            "series",
            {
                "all organised violence": "cumulative_total_deaths_in_orgvio_{}_cy",
                "one-sided, non-state": "os_nsgroup_killings_{}_cy",
            },
        ),
        (
            "violence_by_side",
            "civilians_killed",
            "side",
            {"governments": "os_any_govt_killings_{}_cy", "groups": "os_nsgroup_killings_{}_cy"},
        ),
    ):
        differing, compared = [], 0
        for row in data.load(table).to_dict("records"):
            theirs = copy[UCDP_NAMES.get(row["country"], row["country"]), row["year"]]
            for end, suffix in ends.items():
                compared += 1
                if int(theirs[columns[row[group]].format(end)]) != row[figure + suffix]:
                    differing.append(f"{row['country']} {row['year']}, {row[group]}, {end}")
        yield _said(f"UCDP 25.1 and {table}.csv", compared, differing)


def _jped(rows: list[dict]) -> Iterator[str]:
    sums: Counter = Counter()
    for row in rows:
        year, month = row["year_month"].split("m")
        for kind in ("launched", "foiled"):
            sums[f"{year}-{int(month):02}", kind] += int(row[kind])
    ours = data.load("plots_by_month")
    differing = [
        f"{row['month']:%Y-%m}, {kind}"
        for row in ours.to_dict("records")
        for kind in ("launched", "foiled")
        if sums[f"{row['month']:%Y-%m}", kind] != row[kind]
    ]
    yield _said("JPED and plots_by_month.csv", 2 * len(ours), differing)


def _icsr(rows: list[dict]) -> Iterator[str]:
    theirs = {}
    for row in rows:
        ends = sorted(float(row[end]) for end in ("icsr.low", "icsr.high") if row[end] not in ("", "NA"))
        theirs[row["countrycode"], row["icsr.date"][:4]] = (ends[0], ends[-1]) if ends else None
    years = {"ICSR 2013": "2013", "ICSR 2015": "2015"}
    ours = data.load("recruits").query("level == 'country' and estimate in @years")
    differing, compared = [], 0
    for row in ours.to_dict("records"):
        known = theirs.get((row["iso3"], years[row["estimate"]]))
        if known is None:
            continue
        compared += 2
        low, high = (row["central"] if row[end] != row[end] else row[end] for end in ("low", "high"))
        if (low, high) != known:
            differing.append(
                f"{row['country']} {years[row['estimate']]}: {low:g} to {high:g}, there {known[0]:g} to {known[1]:g}"
            )
    yield _said("ICSR and recruits.csv", compared, differing)


# Figures


def loose(root: Path = ROOT) -> Iterator[str]:
    """Yield each number in the prose of a notebook that no output shows and no cited source has, with its page."""
    for path in sorted(root.glob("chapters/**/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        shown = ties.figures_shown(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                yield from (f"{path.stem}: {figure}" for figure in ties.loose_figures(cell["source"], shown))


# Sources


def kind(key: str) -> str:
    """Return what kind of source an entry is, by its fields alone.

    Second-hand is whoever retells what another has published and nobody here has read; the field ``passeson`` says what.
    Whoever counted, heard somebody speak, was handed a statement or prints the very words is not.
    """
    entry = references.entries()[key]
    fields, author = entry.fields, " ".join(str(person) for person in entry.persons.get("author", []))
    address = fields.get("url", "") or fields.get("doi", "")
    if "passeson" in fields:
        return SECOND_HAND
    if author.strip("{}") in AGENCIES and fields.get("howpublished"):
        return "an agency's report, in another paper's copy"
    if not address:
        return "no address"
    if re.fullmatch(r"https?://[^/]+/?", address):
        return "a bare home page for an address"
    return "at its own address"


def kinds() -> Counter:
    """Return how many sources there are of each kind."""
    return Counter(kind(key) for key in references.entries())


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["tables"] and len(arguments) == 2:
        lines = list(compare(Path(arguments[1])))
    elif arguments == ["figures"]:
        lines = list(loose()) or ["Every number in the prose is tied to an output or to a cited source."]
    elif arguments == ["sources"]:
        lines = [f"{count:>4}  {what}" for what, count in kinds().most_common()] + [f"{kinds().total():>4}  in all"]
        rows = retold.rows_at_second_hand()
        lines.append(
            f"Of {rows.all:,} rows of tables that name a source, {rows.resting.total()} rest on second-hand ones alone."
        )
    else:
        print(__doc__)
        return 2
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
