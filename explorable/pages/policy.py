"""The site's Content-Security-Policy: what a browser may load and run for a page of the book. It stands here and nowhere else.

    python -m explorable.pages.policy      prints the headers that a host should send

Every page carries the policy of its kind in a ``<meta>`` element, for hosts that send no headers and for pages opened from
the disk; ``make serve`` and the tests send it as a header, too. No page may load anything from anywhere but the site, and
none runs a script that stands in its text, but for the few lines of ``templates/early.js``, known by their hash.

What a policy cannot do without:

- ``'wasm-unsafe-eval'``, where live Python runs: Pyodide is WebAssembly. The charts that a reader makes there are new, so that
  Vega must turn their expressions into functions in the page (``'unsafe-eval'``); those of the book come with theirs written
  out (expressions.py). The editor and pandas bring styles of their own.
- styles in attributes: the shaded range of a slider is one. They can neither load nor run anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from explorable import command

INLINE = Path(__file__).resolve().parent / "templates" / "early.js"
#: What scripts may do beyond being loaded from the site: by what a page holds.
CHARTS = ()
LIVE = ("'wasm-unsafe-eval'", "'unsafe-eval'")
LIVE_STYLES = ("'unsafe-inline'",)
DIRECTIVES = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "style-src-attr": ("'unsafe-inline'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "worker-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
}
#: Only a header can say that no other site may show the book in a frame.
FRAMES = {"frame-ancestors": ("'self'",)}


def inline_script() -> str:
    """Return the one script that stands in every page, as the template writes it."""
    return INLINE.read_text("utf-8").removesuffix("\n")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _written(directives: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(" ".join((name, *values)) for name, values in directives.items())


def of_page(*, charts: bool, live: bool) -> str:
    """Return the policy of a page that holds charts, or live Python, or neither, for its ``<meta>`` element."""
    more = dict.fromkeys((*(CHARTS if charts else ()), *(LIVE if live else ())))
    scripts = (*DIRECTIVES["script-src"], _hash(inline_script()), *more)
    styles = (*DIRECTIVES["style-src"], *(LIVE_STYLES if live else ()))
    return _written({**DIRECTIVES, "script-src": scripts, "style-src": styles})


def headers() -> dict[str, str]:
    """Return the headers that a host should send with every file: the policy of the page that needs most, and what goes with it."""
    return {
        "Content-Security-Policy": f"{of_page(charts=True, live=True)}; {_written(FRAMES)}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def main() -> None:
    print("\n".join(f"{name}: {value}" for name, value in headers().items()))


if __name__ == "__main__":
    command.run(main)
