"""Country outlines for a chapter's maps, cut to a box and made small enough to lie inside a notebook.

The outlines are Natural Earth's, in the form of the npm package world-atlas (``vendor/world-atlas``). A map is drawn so::

    sahel = dict(west=-18, south=5, east=25, north=25)
    land = alt.Chart(maps.outlines(**sahel)).mark_geoshape(fill=theme.LAND, stroke=theme.BORDER, clip=True)
    alt.layer(land, points).project("mercator", fit=maps.box(**sahel))

:func:`outlines` reaches a little beyond the box, ``fit`` shows the box, and ``clip`` cuts at the frame: so land fills
the frame on wide and on narrow pages, and the straight edges where outlines were cut are never seen.
"""
from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import altair as alt
import pandas as pd

ATLAS = Path(__file__).resolve().parent.parent / "vendor" / "world-atlas"
DETAILS = ("110m", "50m")
STEP = 5  # degrees: a longer cut along a parallel would bend, as the shortest way between two points does
WORLD = dict(west=-180, south=-60, east=180, north=84)

Point = tuple[float, float]  # longitude, latitude in degrees
Ring = list[Point]  # the last point is the first
Bounds = tuple[float, float, float, float]  # west, south, east, north


def outlines(
    *, west: float, south: float, east: float, north: float,
    detail: str = "50m", decimals: int = 2, simplify: float | None = None, frames: tuple[float, float] | None = (1, 2.6),
) -> alt.Data:
    """Return the countries in a box (never Antarctica), as GeoJSON features for ``mark_geoshape``.

    Each feature has ``id`` (ISO 3166-1 numeric code, as text) and ``properties.name``.

    detail    "50m" for a region, "110m" for the world
    decimals  places kept of a coordinate: 2 is about a kilometre
    simplify  leave out detail smaller than this many degrees; by default what is smaller than a pixel or so
    frames    the narrowest and the widest frame (width / height) that land must fill when the box is fitted into it:
              a phone's and a wide page's; None cuts at the box
    """
    _check_box(west, south, east, north)
    bounds = _widen(west, south, east, north, frames) if frames else (west, south, east, north)
    if simplify is None:
        simplify = max(east - west, north - south) / 1000
    features = _features(detail, bounds, decimals, simplify)
    if not features:
        raise ValueError(
            f"No country lies in the box west={west}, south={south}, east={east}, north={north}. "
            "Longitudes go from -180 to 180, latitudes from -90 to 90: are the two exchanged?"
        )
    # As one text: as a list, each number would fill a line of the notebook.
    return alt.Data(values=json.dumps(features, separators=(",", ":"), ensure_ascii=False), format=alt.JsonDataFormat(type="json"))


def world(*, decimals: int = 1) -> alt.Data:
    """Return all countries but Antarctica, coarsely, as :func:`outlines` does."""
    return outlines(**WORLD, detail="110m", decimals=decimals, frames=None, simplify=0.25)


def box(*, west: float, south: float, east: float, north: float) -> dict:
    """Return the edge of a box as a GeoJSON feature: what ``project(…, fit=…)`` brings into view."""
    _check_box(west, south, east, north)
    across = [west + (east - west) * part / 8 for part in range(9)]
    upward = [south + (north - south) * part / 8 for part in range(9)]
    points = [[x, y] for y in (south, north) for x in across] + [[x, y] for x in (west, east) for y in upward]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPoint", "coordinates": points}}


def centroids(*, detail: str = "50m") -> pd.DataFrame:
    """Return the middle of each country's largest piece of land: iso_numeric, country, lon, lat.

    ``iso_numeric`` is text ("004") and missing where Natural Earth draws a land that has no ISO code.
    """
    arcs, countries = _atlas(detail)
    rows = []
    for country in countries:
        pieces = [_stitch(polygon[0], arcs.__getitem__) for polygon in country["polygons"]]
        lon, lat = _centroid(max(pieces, key=lambda ring: abs(_area(_flat(ring)))))
        rows.append({"iso_numeric": country["id"], "country": country["name"], "lon": round(lon, 2), "lat": round(lat, 2)})
    return pd.DataFrame(rows).sort_values("country", ignore_index=True)


# From the atlas (TopoJSON) to rings: neighbours share the arcs of their border, so an arc simplified once fits both.

@cache
def _atlas(detail: str) -> tuple[list[Ring], list[dict]]:
    """Return all arcs, and the countries (without Antarctica) as lists of polygons of rings of arc numbers."""
    if detail not in DETAILS:
        raise ValueError(f"There are no outlines of detail {detail!r}: choose one of {', '.join(DETAILS)}.")
    path = ATLAS / f"countries-{detail}.json"
    try:
        atlas = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(
            f"vendor/world-atlas/{path.name} is missing, so no map can be drawn. "
            "Fetch the book's files again, or run 'make vendor'."
        ) from None
    scale, offset = atlas["transform"]["scale"], atlas["transform"]["translate"]
    countries = [{
        "id": shape.get("id"),
        "name": shape["properties"]["name"],
        "polygons": [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"],
    } for shape in atlas["objects"]["countries"]["geometries"] if shape["properties"]["name"] != "Antarctica"]
    return [_decode(arc, scale, offset) for arc in atlas["arcs"]], countries


def _decode(arc: list[list[int]], scale: list[float], offset: list[float]) -> Ring:
    """Undo TopoJSON's whole-number steps."""
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale[0] + offset[0], y * scale[1] + offset[1]))
    return points


def _stitch(numbers: list[int], arc_of: Callable[[int], Ring]) -> Ring:
    """Join arcs to a ring; ``~n`` is arc n backwards. Beyond the date line longitudes count on, past 180."""
    ring: Ring = []
    turns = 0
    for number in numbers:
        arc = arc_of(number) if number >= 0 else arc_of(~number)[::-1]
        for x, y in arc[1:] if ring else arc:
            if ring:
                turns = round((ring[-1][0] - x) / 360)
            ring.append((x + 360 * turns, y))
    return ring


def _simplify(line: Ring, tolerance: float) -> Ring:
    """Leave out points that lie within ``tolerance`` degrees of the line without them (Douglas and Peucker)."""
    if tolerance <= 0 or len(line) < 3:
        return line
    keep, parts = {0, len(line) - 1}, [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        distances = [_distance(line[i], line[first], line[last]) for i in range(first + 1, last)]
        if distances and max(distances) > tolerance:
            middle = first + 1 + distances.index(max(distances))
            keep.add(middle)
            parts += [(first, middle), (middle, last)]
    return [line[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    along = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy) if (dx or dy) else 0
    along = min(1, max(0, along))
    return math.hypot(px - ax - along * dx, py - ay - along * dy)


# From rings to features in a box

def _features(detail: str, bounds: Bounds, decimals: int, simplify: float) -> list[dict]:
    arcs, countries = _atlas(detail)
    simplified = lru_cache(maxsize=None)(lambda number: _simplify(arcs[number], simplify))
    features = []
    for country in countries:
        near = [polygon for polygon in country["polygons"] if _may_touch(polygon[0], arcs, bounds)]
        polygons = [piece for polygon in near
                    for piece in _cut([_stitch(ring, simplified) for ring in polygon], bounds, decimals)]
        if not polygons:
            continue
        # Leave out islets of a pixel or two, but never a country's largest piece.
        smallest = min(4 * simplify**2, max(abs(_area(rings[0])) for rings in polygons))
        polygons = [[_wrap(ring) for ring in rings] for rings in polygons if abs(_area(rings[0])) >= smallest]
        one = len(polygons) == 1
        features.append({
            "type": "Feature",
            **({"id": country["id"]} if country["id"] else {}),
            "properties": {"name": country["name"]},
            "geometry": {"type": "Polygon" if one else "MultiPolygon", "coordinates": polygons[0] if one else polygons},
        })
    return features


def _may_touch(numbers: list[int], arcs: list[Ring], bounds: Bounds) -> bool:
    """Say whether the arcs' bounding box meets the bounds: a quick no for most of the world."""
    west, south, east, north = bounds
    points = [point for number in numbers for point in arcs[number if number >= 0 else ~number]]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) < east and max(xs) > west and min(ys) < north and max(ys) > south


def _cut(polygon: list[Ring], bounds: Bounds, decimals: int) -> list[list[Ring]]:
    """Return the pieces of a polygon inside the bounds, rounded: one, or two where it lies across the date line."""
    west, south, east, north = bounds
    turns = (-360, 0, 360)
    if east - west == 360:  # the whole way round: nothing to cut at the sides
        turns, bounds = (0,), (-math.inf, south, math.inf, north)
    pieces = []
    for turn in turns:
        turned = [[(x + turn, y) for x, y in ring] for ring in polygon]
        rings = [_round(_clip(ring, bounds), decimals) for ring in turned]
        # A ring that rounding has emptied or turned round would, on the sphere, stand for all the rest of the world.
        kept = [len(ring) >= 4 and _area(ring) * _area(whole) > 0 for ring, whole in zip(rings, turned)]
        if kept[0]:
            pieces.append([ring for ring, keep in zip(rings, kept) if keep])
    return pieces


def _clip(ring: Ring, bounds: Bounds) -> Ring:
    """Cut a ring at each of four sides in turn (Sutherland and Hodgman); the direction of the ring stays."""
    west, south, east, north = bounds
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    if min(xs) >= west and max(xs) <= east and min(ys) >= south and max(ys) <= north:
        return ring
    if max(xs) <= west or min(xs) >= east or max(ys) <= south or min(ys) >= north:
        return []
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        kept: Ring = []
        for start, end in zip(ring, ring[1:]):
            in_start, in_end = sign * (start[axis] - limit) >= 0, sign * (end[axis] - limit) >= 0
            if in_start != in_end:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
                kept.append((limit, other) if axis == 0 else (other, limit))
            if in_end:
                kept.append(end)
        ring = kept + kept[:1]
    return _bend(ring, south, north)


def _bend(ring: Ring, south: float, north: float) -> Ring:
    """Add points to long cuts along the southern and northern side, so that they follow the parallel."""
    bent = ring[:1]
    for start, end in zip(ring, ring[1:]):
        if start[1] == end[1] and start[1] in (south, north):
            pieces = math.ceil(abs(end[0] - start[0]) / STEP)
            bent += [(start[0] + (end[0] - start[0]) * piece / pieces, start[1]) for piece in range(1, pieces)]
        bent.append(end)
    return bent


def _round(ring: Ring, decimals: int) -> Ring:
    """Round the points and leave out those that fall on the one before; whole numbers lose their '.0'."""
    points: Ring = []
    for pair in ring:
        x, y = (int(value) if value == int(value) else value for value in (round(value, decimals) for value in pair))
        if not points or (x, y) != points[-1]:
            points.append((x, y))
    return points


def _wrap(ring: Ring) -> Ring:
    """Bring longitudes that count on past the date line back between -180 and 180."""
    return [(x - 360 * round(x / 360) if abs(x) > 180 else x, y) for x, y in ring]


def _widen(west: float, south: float, east: float, north: float, frames: tuple[float, float]) -> Bounds:
    """Return bounds that fill a narrow and a wide frame around the box, and a little more: their edge stays out of sight."""
    narrowest, widest = frames
    stretch = math.cos(math.radians((south + north) / 2))  # how much shorter a degree of longitude is here
    width, height = east - west, (north - south) / stretch
    across = max(0, widest * height - width) / 2 + 0.02 * width
    along = max(0, width / narrowest - height) / 2 * stretch + 0.02 * (north - south)
    return max(-180, west - across), max(-90, south - along), min(180, east + across), min(90, north + along)


def _check_box(west: float, south: float, east: float, north: float) -> None:
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(
            f"west={west}, south={south}, east={east}, north={north} is no box: west must be less than east "
            "(both from -180 to 180), south less than north (both from -90 to 90)."
        )


# Areas. On (longitude, sine of latitude) equal areas of the globe are equal areas of the plane.

def _flat(ring: Ring) -> Ring:
    return [(math.radians(x), math.sin(math.radians(y))) for x, y in ring]


def _area(ring) -> float:
    """Return the signed area of a ring in the plane: negative for a clockwise one, as outer rings are here."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:])) / 2


def _centroid(ring: Ring) -> tuple[float, float]:
    flat = _flat(ring)
    x0, y0 = flat[0]  # measured from a point of the ring, small countries lose no digits
    flat = [(x - x0, y - y0) for x, y in flat]
    area, sx, sy = _area(flat), 0.0, 0.0
    for (ax, ay), (bx, by) in zip(flat, flat[1:]):
        cross = ax * by - bx * ay
        sx, sy = sx + (ax + bx) * cross, sy + (ay + by) * cross
    lon = math.degrees(x0 + sx / (6 * area))
    return lon - 360 * round(lon / 360), math.degrees(math.asin(y0 + sy / (6 * area)))
