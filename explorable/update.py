"""Put a newer wheel of the machine into a book that carries one, and say what changed.

    python -m explorable.update WHEEL

Run in the book's folder. The book's own files stay as they are, but for ``requirements.txt``: where it is still the lock of the old
wheel, that of the new one takes its place.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from explorable import command
from explorable.book import NoBook, current_book
from explorable.new import wheel

LOCK = "new/template/requirements.txt"


class NoUpdate(command.Refused):
    """The wheel of a book can't be renewed. The message says why, and what to do."""


def update(root: Path, path: Path) -> str:
    """Replace the wheel of the book at ``root``; return what to tell its author."""
    new, old = wheel.read(path), _own(root)
    if _number(new.version) <= _number(old.version):
        raise NoUpdate(f"The book has {wheel.NAME} {old.version}, and {path.name} is {new.version}: nothing to renew.")
    target = old.path.with_name(f"{wheel.NAME}-{new.version}-py3-none-any.whl")
    target.write_bytes(path.read_bytes())
    old.path.unlink()
    return "\n".join(
        [
            f"{wheel.NAME} {old.version} → {new.version}: vendor/{target.name}",
            *([renewed] if (renewed := _renew_lock(root, old, new)) else []),
            "",
            changes(new.text("CHANGELOG.md"), after=old.version) or "Its changelog names no change.",
            "",
            "Next: make test",
        ]
    )


def changes(changelog: str, *, after: str) -> str:
    """Return the sections of a changelog on versions above one."""
    sections = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)[1:]
    return "".join(one for one in sections if _number(one.split()[1]) > _number(after)).strip()


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _own(root: Path) -> wheel.Wheel:
    found = sorted((root / "vendor").glob(f"{wheel.NAME}-*.whl"))
    if len(found) != 1:
        raise NoUpdate(
            f"vendor/ of this book holds {len(found)} wheels of {wheel.NAME}, not one. Leave the one it uses."
        )
    return wheel.read(found[0])


def _renew_lock(root: Path, old: wheel.Wheel, new: wheel.Wheel) -> str:
    """Renew the book's lock where it is the machine's own; return what to say of it."""
    own = root / "requirements.txt"
    if old.text(LOCK) == new.text(LOCK):
        return ""
    if own.exists() and own.read_text("utf-8") != old.text(LOCK):
        return "requirements.txt is your own, and the machine's packages have moved: run 'make lock'."
    command.replace(own, new.text(LOCK))
    return "requirements.txt: the versions that the new machine was tested with."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m explorable.update", description="Renew the machine of a book.")
    parser.add_argument("wheel", type=Path, metavar="WHEEL", help=f"the file {wheel.NAME}-X.Y.Z-py3-none-any.whl")
    given = parser.parse_args(arguments)
    try:
        print(update(current_book().root, given.wheel))
    except (command.Refused, NoBook, OSError) as problem:
        print(f"Nothing was changed. {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    command.run(main)
