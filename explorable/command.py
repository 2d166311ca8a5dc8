"""What every command of the book (``python -m …``) does alike: it prints whatever it is given, and ends in a sentence.

Names of files, terminals and pipes come from outside. A name may hold bytes that are no text, line breaks, or marks that
turn the line round; a terminal may know no letter but ASCII; what reads the output may stop reading. Only the standard
library is needed here, so that a command can still say which package is missing.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

INTERRUPTED, UNREAD = 130, 141  # exit codes, as shells count them: ended by Ctrl+C, ended since nobody reads on
BYTES = re.compile(
    "[\udc80-\udcff]+"
)  # how Python keeps those bytes of a name that the system's encoding does not know
JOINERS = "\u200c\u200d"  # invisible, but Persian and other scripts are not written without them


class Refused(ValueError):
    """What was asked for can't be done. The message says why, and what to do about it."""


def run(main: Callable[..., int | None], *given) -> NoReturn:
    """Run a command's ``main(*given)`` and end with its exit code; Ctrl+C or a closed pipe ends it without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # there may be none, as under pythonw
            stream.reconfigure(errors="backslashreplace")
    try:
        code = main(*given) or 0
        if sys.stdout:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # Python flushes once more when it ends, and would complain
        code = UNREAD
    except ImportError as problem:
        print(
            f"This Python ({readable(sys.executable)}) can't load {problem.name!r}. In the book's folder run 'make setup', "
            "then use .venv/bin/python (on Windows .venv\\Scripts\\python).",
            file=sys.stderr,
        )
        code = 2
    sys.exit(code)


def readable(text: str | os.PathLike) -> str:
    """Return text from outside, such as a file's name, as it can be shown anywhere: bytes that are no text, line breaks and
    marks of direction are written as escapes, all letters stay."""
    text = BYTES.sub(
        lambda found: found[0].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), os.fspath(text)
    )
    return "".join(map(_escaped, text))


def _escaped(sign: str) -> str:
    if sign.isprintable() or sign in JOINERS or unicodedata.category(sign) == "Zs":  # Zs: spaces of all scripts
        return sign
    return sign.encode("unicode_escape").decode()


def counted(number: int, one: str, many: str = "") -> str:
    """Return how many of a thing there are: ``1 file``, ``2 files``, ``1 quiz``, ``1,200 quizzes`` (``many`` where an s is not enough)."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def reason(problem: OSError) -> str:
    """Return in a few words why the system refused."""
    return problem.strerror or str(problem)


def replace(path: str | Path, text: str) -> None:
    """Write a text file whole or not at all: an older one of its name stays until the new one is complete. May raise OSError."""
    path = Path(os.path.realpath(path))
    room = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(room, "x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        room.replace(path)
    except BaseException:
        if os.path.lexists(room):
            room.unlink()
        raise
