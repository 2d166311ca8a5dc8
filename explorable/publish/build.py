"""Build the site: Jupyter Book's command, without its banner.

    python -m explorable.publish.build [--path-output FOLDER]

Warnings and errors are shown as they come, in colour on a terminal only, and fail the build. Where the site stands is
for the caller to say, once: ``make book`` does.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback

import click
from jupyter_book.cli import main as jupyter_book
from sphinx.util import console

OPTIONS = ("-W", "-n", "--keep-going", "--quiet")


def main(arguments: list[str]) -> int:
    """Return 0 if the book was built without a warning."""
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        console.nocolor()
    try:
        with contextlib.redirect_stdout(
            io.StringIO()
        ):  # the banner, and nothing else: Sphinx is quiet, and warns on the other stream
            jupyter_book.main(["build", ".", *OPTIONS, *arguments], standalone_mode=False)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except click.ClickException as problem:
        problem.show()
        status = problem.exit_code
    except RuntimeError as problem:  # Sphinx has said what is wrong; Jupyter Book adds a box around "look above"
        status = 1
        if problem.__cause__ is None:
            traceback.print_exc()
    else:
        return 0
    print("The book was not built as it should be: see what stands above.", file=sys.stderr)
    return status or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
