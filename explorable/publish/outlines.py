"""Country outlines for the book's maps: cut out of vendor/world-atlas, and made small enough to lie inside a notebook.

    python -m explorable.publish.outlines      cut the outlines of every map again ("make maps")

Each file of ``data/maps`` is one map. Its ``view`` (the box that the map shows, in degrees) and its ``detail`` ("50m" for a
region, "110m" for half the world) are written by hand; this command adds the countries, as GeoJSON features. They reach a little
beyond the view, so that land fills the frame of a phone and of a wide page. What draws them needs no shapely.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import shapely

from explorable.book import MACHINE, current_book

ATLAS = MACHINE.parent / "vendor" / "world-atlas"
#: Places kept of a coordinate: 1 is about ten kilometres, 2 about one.
DECIMALS = {"110m": 1, "50m": 2}
#: Pixels, of a map that is a thousand wide: the side of a square as large as the smallest corner that stays. The atlas of half the world has few.
SMALLEST = {"110m": 2.5, "50m": 4}
#: The narrowest and the widest frame (width / height) that land must fill when the view is fitted into it: 320 pixels of a phone, a wide page.
FRAMES = (0.64, 2.2)
#: A longer edge gets points between: the shortest way between two points of the globe would leave the parallel.
EDGE_DEGREES = 5
WRITTEN = ("view", "detail")  # by hand


class MapError(ValueError):
    """A file of data/maps that can't be read as a map. The message names the file and the remedy."""


def countries(detail: str) -> dict[tuple[str, str], shapely.Geometry]:
    """Return the outline of each country but Antarctica, by its name and ISO 3166-1 numeric code (empty where Natural Earth gives none).

    Neighbours share the points of their border. Longitudes count on beyond the date line, past 180.
    """
    atlas = json.loads((ATLAS / f"countries-{detail}.json").read_text("utf-8"))
    scale, offset = (np.array(atlas["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + offset for arc in atlas["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        """Join arcs; ``~n`` is arc n backwards, and each begins where the one before ended."""
        points = np.concatenate(
            [
                (arcs[number] if number >= 0 else arcs[~number][::-1])[bool(place) :]
                for place, number in enumerate(numbers)
            ]
        )
        return np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]])

    def outline(shape: dict) -> shapely.Geometry:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        return shapely.MultiPolygon(
            [shapely.Polygon(ring(outer), [ring(inner) for inner in holes]) for outer, *holes in polygons]
        )

    return {
        (shape["properties"]["name"], shape.get("id", "")): outline(shape)
        for shape in atlas["objects"]["countries"]["geometries"]
        if shape["properties"]["name"] != "Antarctica"
    }


def features(view: dict[str, float], detail: str) -> list[dict]:
    """Return the countries around a view as GeoJSON features with ``id`` (where there is one) and ``properties.name``."""
    bounds = _widened(**view)
    near = {
        country: outline
        for country, outline in countries(detail).items()
        if shapely.box(*outline.bounds).intersects(shapely.box(*bounds))
    }
    pixel = max(view["east"] - view["west"], view["north"] - view["south"]) / 1000
    found = []
    # Simplified together, so that neighbours go on sharing their border.
    for (name, id), outline in zip(near, shapely.coverage_simplify(list(near.values()), SMALLEST[detail] * pixel)):
        # The atlas has a loop on Sudan's border, and cutting may leave another.
        shape = shapely.segmentize(shapely.make_valid(shapely.clip_by_rect(outline, *bounds)), EDGE_DEGREES)
        shape = _largest(shapely.set_precision(shape, 10.0 ** -DECIMALS[detail]), smallest=4 * pixel**2)
        if not shape.is_empty:
            found.append(
                {
                    "type": "Feature",
                    **({"id": id} if id else {}),
                    "properties": {"name": name},
                    "geometry": _written(shape, DECIMALS[detail]),
                }
            )
    return found


def _widened(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    """Return bounds (west, south, east, north) that fill a narrow and a wide frame, and a little more: their edge stays out of sight."""
    narrowest, widest = FRAMES
    stretch = math.cos(math.radians((south + north) / 2))  # how much shorter a degree of longitude is here
    width, height = east - west, (north - south) / stretch
    across = max(0, widest * height - width) / 2 + 0.02 * width
    along = max(0, width / narrowest - height) / 2 * stretch + 0.02 * (north - south)
    return max(-180, west - across), max(-90, south - along), min(180, east + across), min(90, north + along)


def _largest(shape: shapely.Geometry, *, smallest: float) -> shapely.Geometry:
    """Leave out islets of a pixel or two, but never a country's largest piece of land."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    limit = min(smallest, max((part.area for part in parts), default=0))
    return shapely.MultiPolygon([part for part in parts if part.area >= limit])


def _written(shape: shapely.MultiPolygon, decimals: int) -> dict:
    """Return the GeoJSON geometry; rings turn as d3 wants them: it takes a clockwise outer ring for what is inside."""
    turned = shapely.orient_polygons(shape, exterior_cw=True)
    polygons = [
        [
            [[round(x, decimals), round(y, decimals)] for x, y in ring.coords]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in turned.geoms
    ]
    return (
        {"type": "Polygon", "coordinates": polygons[0]}
        if len(polygons) == 1
        else {"type": "MultiPolygon", "coordinates": polygons}
    )


# The files


def text(path: Path) -> str:
    """Return what a file of data/maps should hold: what was written in it by hand, and the countries, each in a line."""
    written = _read(path)
    found = features(written["view"], written["detail"])
    if not found:
        raise MapError(
            f"{path.name}: no country lies in the view {written['view']}. Are longitudes and latitudes exchanged?"
        )
    head = "".join(f"{json.dumps(name)}: {json.dumps(written[name])},\n" for name in WRITTEN)
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in found)
    return f'{{"type": "FeatureCollection",\n{head}"features": [\n{lines}\n]}}\n'


def _read(path: Path) -> dict:
    try:
        written = json.loads(path.read_text("utf-8"))
        view, detail = (written[name] for name in WRITTEN)
        right = (
            -180 <= view["west"] < view["east"] <= 180
            and -90 <= view["south"] < view["north"] <= 90
            and detail in DECIMALS
        )
    except (ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise MapError(
            f'{path.name} is no map. Write {{"view": {{"west": -13, "south": 4, "east": 17, "north": 29.5}}, "detail": "50m"}}: '
            f"west less than east (from -180 to 180), south less than north (from -90 to 90), detail one of {', '.join(DECIMALS)}."
        )
    return written


def main() -> None:
    for path in sorted((current_book().data / "maps").glob("*.json")):
        path.write_text(text(path), encoding="utf-8", newline="\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    try:
        main()
    except MapError as problem:
        sys.exit(str(problem))
