"""How a figure names its sources."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from markupsafe import Markup


class Cited(NamedTuple):
    """The short form of each source by its key ("Davies et al. 2025"), and the page's relative address of the list of references."""

    sources: Mapping[str, str]
    bibliography: str

    def link(self, key: str) -> Markup:
        """Return the short form as a link to its entry. ``KeyError`` if there is no such source."""
        return Markup(f'<a href="{self.bibliography}#cite-{key}">{escape(self.sources[key])}</a>')
