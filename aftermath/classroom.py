"""A class's files together: one report from all that the students saved.

    python -m aftermath.classroom FOLDER --out report.html

What is read, and what is left out, stands in ``aftermath/handed_in.py``. The report is one HTML file that asks nobody for
anything (``aftermath/report.py``). An older report stays until the new one is complete.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorable import command
from explorable.command import readable, reason

if TYPE_CHECKING:  # they load pandas, and the command has something to say before that
    from aftermath.handed_in import Class


def main(arguments: list[str] | None = None) -> int:
    """Write the report; say on the console what was read and what was not. 0: done; 1: nothing readable; 2: nothing done."""
    parser = argparse.ArgumentParser(
        prog="python -m aftermath.classroom", description="One report from the files that a class saved."
    )
    parser.add_argument("folder", help="where the files lie; folders inside it are read too")
    parser.add_argument("--out", default="class-report.html", metavar="FILE", help="the report (default: %(default)s)")
    parser.add_argument(
        "--each",
        action="store_true",
        help="add one line for each file, with its score; leave it out for a report that is shown to the class",
    )
    asked = parser.parse_args(arguments)
    out = Path(asked.out)
    try:
        _check_place(out)
        from aftermath import handed_in  # not before: it loads pandas, and the report the plotting library

        found = handed_in.read_folder(asked.folder, leave=out)
        from aftermath import report

        command.replace(out, report.write(found, each=asked.each))
    except OSError as problem:
        print(f"The report {readable(out)} can't be written: {reason(problem)}.", file=sys.stderr)
        return 2
    except command.Refused as problem:
        print(problem, file=sys.stderr)
        return 2
    print(summary(found))
    print(f"The report is {readable(os.path.realpath(out))}")
    return 0 if found.good else 1


def _check_place(out: Path) -> None:
    """Refuse a place where no report can stand, before the class is read; raises :class:`explorable.command.Refused`."""
    place = Path(os.path.realpath(out))
    if os.path.isdir(place):
        raise command.Refused(f"{readable(out)} is a folder. Name a file in it: --out {readable(out / 'report.html')}")
    if place.suffix.lower() == ".json":
        raise command.Refused(
            f"{readable(out)} has the name of a file that a student saves. Give the report another: --out {readable(out.with_suffix('.html'))}"
        )
    if not os.path.isdir(place.parent):
        raise command.Refused(
            f"There is no folder {readable(out.parent)} for the report. Make it, or name another with --out."
        )
    if os.path.exists(place) and not os.path.isfile(place):
        raise command.Refused(f"{readable(out)} is no file but a pipe or a device. Name a file with --out.")
    if os.path.exists(place) and not os.access(place, os.W_OK):
        raise command.Refused(
            f"{readable(out)} is protected against writing. Name another file with --out, or take the protection away."
        )


def summary(found: Class) -> str:
    """Return in words what was read, and each file that was not, with the reason."""
    from aftermath import handed_in

    lines = [f"{command.counted(found.good, 'file')} read: {', '.join(handed_in.kinds(found))}."]
    if found.bad:
        lines += [f"{len(found.bad)} left out:", *(f"  {name}: {why}" for name, why in found.bad.items())]
    if found.translated:
        lines += [f"{len(found.translated)} read from the book's first edition; its weights were turned into shares."]
    lines += [handed_in.alike(names) for names in found.copies]
    return "\n".join(lines + [handed_in.again(team, names) for team, names in found.namesakes.items()])


if __name__ == "__main__":
    # The plotting library loads jsonschema, which compiles a grammar of web addresses, if there is one, that no chart uses.
    # It would take longer than everything else here; without it jsonschema goes on.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    command.run(main)
