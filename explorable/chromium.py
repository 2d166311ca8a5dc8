"""The Chromium that prints, measures and is tested: the machine's own, or the one that the variable CHROMIUM names."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWLESS = "chromium-headless-shell"  # Debian's Chromium that makes no window of its own: the site tests take three quarters of the time
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def path(*, windowless: bool = False) -> str:
    """Return where it is; ``windowless`` prefers the one without a window."""
    names = filter(None, (os.environ.get("CHROMIUM"), WINDOWLESS if windowless else "", *NAMES))
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise SystemExit("No Chromium was found: sh tests/browser.sh installs it, or says how.")
    return found
