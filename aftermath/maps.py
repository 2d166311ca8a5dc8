"""Country outlines for a chapter's maps: Natural Earth's, cut out beforehand, one file of ``data/maps`` a map. One is drawn so::

    land = alt.Chart(maps.outlines("west-africa")).mark_geoshape(fill=theme.LAND, stroke=theme.BORDER, clip=True)
    alt.layer(land, points).project("mercator", fit=maps.fit("west-africa"))

The outlines reach a little beyond the view, ``fit`` shows the view, and ``clip`` cuts at the frame: so land fills the frame on wide
and on narrow pages, and the straight edges where outlines were cut are never seen. ``explorable/publish/outlines.py`` says how a map is added.
"""

from __future__ import annotations

import json
from functools import cache

import altair as alt

from aftermath.data import DATA
from explorable.figures import theme

#: Where a map writes the names of its countries: clear of towns and of marks. Name → longitude, latitude.
NAMES = {
    "iraq-and-syria": {
        "Syria": (38.2, 33.7), "Iraq": (42.4, 32.7), "Turkey": (39.4, 37.55), "Iran": (45.1, 35.9), "Jordan": (37.9, 32.75),
    },
    "west-africa": {
        "Mali": (-3, 21.5), "Algeria": (3, 26.5), "Niger": (10, 18.5), "Burkina Faso": (-3, 10.6), "Côte d'Ivoire": (-5.6, 7),
        "Nigeria": (8, 9.5), "Mauritania": (-9.5, 19.5), "Togo": (1, 7.3), "Chad": (15.6, 17.5),
    },
    "named-countries": {
        "Algeria": (5, 30), "Sudan": (30, 16), "Iraq": (43.5, 33), "Iran": (55, 33), "Ethiopia": (40, 8.3), "Nigeria": (7.5, 9), "Chad": (18.5, 18),
        "Pakistan": (69, 28),
    },
    "origins": {},
}  # fmt: skip


def outlines(name: str) -> alt.Data:
    """Return a map's countries (never Antarctica), as GeoJSON features for ``mark_geoshape``.

    Each feature has ``properties.name`` and, where there is one, ``id``: the ISO 3166-1 numeric code, as text.
    """
    # As one text: as a list, each number would fill a line of the notebook.
    values = json.dumps(_read(name)["features"], separators=(",", ":"), ensure_ascii=False)
    return alt.Data(values=values, format=alt.JsonDataFormat(type="json"))


def box(name: str) -> dict[str, float]:
    """Return what a map shows: west, south, east and north, in degrees."""
    return dict(_read(name)["view"])


def fit(name: str) -> dict:
    """Return two corners of a map's view as a GeoJSON feature: what ``project("mercator", fit=…)`` brings into view."""
    view = _read(name)["view"]
    corners = [[view["west"], view["south"]], [view["east"], view["north"]]]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPoint", "coordinates": corners}}


def names(name: str) -> alt.Chart:
    """Return the names of a map's countries as a quiet layer, one word a country."""
    rows = [{"name": country, "lon": lon, "lat": lat} for country, (lon, lat) in NAMES.get(name, {}).items()]
    words = alt.Chart(alt.InlineData(values=rows)).mark_text(color=theme.MUTED, fontSize=11)
    return words.encode(longitude="lon:Q", latitude="lat:Q", text=alt.Text("name:N", title="Country on the map"))


@cache
def _read(name: str) -> dict:
    files = {path.stem: path for path in (DATA / "maps").glob("*.json")}
    if name not in files:
        raise ValueError(f"There is no map {name!r} in data/maps. The maps are: {', '.join(sorted(files)) or 'none'}.")
    return json.loads(files[name].read_text(encoding="utf-8"))
