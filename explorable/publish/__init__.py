"""Commands around the book: serve, pack, execute notebooks; and where a chapter can be run."""

from __future__ import annotations


def setup(app) -> None:
    from explorable.publish import launch, notebooks

    for part in (launch, notebooks):
        part.setup(app)
