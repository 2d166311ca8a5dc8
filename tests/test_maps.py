"""Outlines for maps: small, inside their box, wound as d3 wants them; centroids where they should be."""
from __future__ import annotations

import gzip
import json
import math

import altair as alt
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermath import maps, theme

SAHEL = dict(west=-18, south=5, east=25, north=25)
LEVANT = dict(west=34, south=29, east=50, north=38)


def features(data: alt.Data) -> list[dict]:
    return json.loads(data.to_dict()["values"])


def polygons(feature: dict) -> list:
    shape = feature["geometry"]
    return [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]


def points(found: list[dict]) -> list[tuple[float, float]]:
    return [tuple(point) for feature in found for polygon in polygons(feature) for ring in polygon for point in ring]


def packed(data: alt.Data) -> int:
    return len(gzip.compress(data.to_dict()["values"].encode(), 9))


def turned(ring: list) -> list[float]:
    """Longitudes that count on past the date line."""
    longitudes = [ring[0][0]]
    for x, _ in ring[1:]:
        longitudes.append(x + 360 * round((longitudes[-1] - x) / 360))
    return longitudes


# Small

@pytest.mark.parametrize("data, limit", [
    (maps.outlines(**SAHEL), 12_000), (maps.outlines(**LEVANT), 12_000), (maps.world(), 25_000),
], ids=["Sahel", "Levant", "world"])
def test_outlines_are_small(data, limit):
    assert packed(data) <= limit


def test_outlines_are_one_line_of_a_notebook_and_the_same_every_time():
    chart = alt.Chart(maps.outlines(**LEVANT)).mark_geoshape()
    assert len(json.dumps(chart.to_dict(), indent=1).splitlines()) < 100
    assert chart.to_json() == alt.Chart(maps.outlines(**LEVANT)).mark_geoshape().to_json()


def test_coordinates_are_rounded_and_none_is_repeated():
    for decimals in (1, 2):
        found = features(maps.outlines(**LEVANT, decimals=decimals))
        assert all(value == round(value, decimals) for point in points(found) for value in point)
        for feature in found:
            for ring in (ring for polygon in polygons(feature) for ring in polygon):
                assert all(start != end for start, end in zip(ring, ring[1:]))


# Inside the box, and right

def test_countries_of_the_box():
    names = {feature["properties"]["name"] for feature in features(maps.outlines(**LEVANT, frames=None))}
    assert {"Iraq", "Syria", "Jordan", "Lebanon", "Kuwait", "Turkey", "Iran"} <= names
    assert not names & {"Libya", "Greece", "Afghanistan", "Russia"}
    assert {feature["properties"]["name"]: feature.get("id") for feature in features(maps.outlines(**LEVANT))}["Iraq"] == "368"


def test_cut_at_the_box_or_wide_enough_for_every_frame():
    xs, ys = zip(*points(features(maps.outlines(**LEVANT, frames=None))))
    assert (min(xs), min(ys), max(xs), max(ys)) == (34, 29, 50, 38)
    west, south, east, north = maps._widen(**LEVANT, frames=(1, 2.6))
    shorter = math.cos(math.radians(33.5))
    assert (east - west) * shorter >= 2.6 * 9 and (north - south) >= 16 * shorter


def test_cut_country_keeps_its_area():
    """Boxes side by side share Iraq out without loss."""
    def area(country, **box):
        found = features(maps.outlines(**box, frames=None, decimals=3, simplify=0))
        return -sum(maps._area(ring) for feature in found if feature["properties"]["name"] == country
                    for polygon in polygons(feature) for ring in polygon)

    whole = area("Iraq", **LEVANT)
    parts = area("Iraq", west=34, south=29, east=43, north=38) + area("Iraq", west=43, south=29, east=50, north=38)
    assert parts == pytest.approx(whole, rel=1e-4)


@pytest.mark.parametrize("data", [maps.world(), maps.outlines(**SAHEL), maps.outlines(**LEVANT, decimals=1),
                                  maps.outlines(west=92, south=-11, east=142, north=22)])
def test_rings_are_closed_and_clockwise(data):
    """d3 takes a ring the wrong way round for everything outside it: one such country would fill the map."""
    for feature in features(data):
        for polygon in polygons(feature):
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1] and len(ring) >= 4
                area = maps._area(list(zip(turned(ring), (y for _, y in ring))))
                assert area < 0 if number == 0 else area > 0, feature["properties"]["name"]


@settings(max_examples=40, deadline=None)
@given(st.integers(-180, 170), st.integers(-55, 70), st.integers(4, 60), st.integers(4, 30))
def test_any_box(west, south, across, along):
    east, north = min(180, west + across), min(85, south + along)
    try:
        found = features(maps.outlines(west=west, south=south, east=east, north=north, frames=None, detail="110m"))
    except ValueError as problem:
        assert "No country lies in the box" in str(problem)
        return
    for x, y in points(found):
        assert west <= x <= east and south <= y <= north
    for feature in found:
        assert all(maps._area(polygon[0]) < 0 for polygon in polygons(feature))


def test_a_ring_that_rounding_turns_round_is_left_out():
    thin = [(0, 0), (10, 1.4), (20, 2.6), (0, 0)]
    assert maps._cut([thin], (-50, -50, 50, 50), 1) == [[thin]]
    assert maps._cut([thin], (-50, -50, 50, 50), 0) == []


def test_neighbours_share_their_border():
    """Simplified or not, Iraq's and Syria's outlines have the same points between them: no gap, no overlap."""
    found = {feature["properties"]["name"]: set(points([feature])) for feature in features(maps.outlines(**LEVANT))}
    assert len(found["Iraq"] & found["Syria"]) > 5


def test_the_date_line_does_not_tear_the_world():
    russia = next(feature for feature in features(maps.world()) if feature["properties"]["name"] == "Russia")
    assert all(-180 <= x <= 180 for x, _ in points([russia]))
    for polygon in polygons(russia):
        assert max(turned(polygon[0])) - min(turned(polygon[0])) < 180
    east = features(maps.outlines(west=160, south=60, east=180, north=75, frames=None))
    west = features(maps.outlines(west=-180, south=60, east=-160, north=75, frames=None))
    for found in (east, west):
        assert "Russia" in {feature["properties"]["name"] for feature in found}


def test_no_antarctica():
    assert "Antarctica" not in {feature["properties"]["name"] for feature in features(maps.world())}
    assert len(features(maps.world())) > 170


# Drawn

@pytest.mark.parametrize("version", ["5.20", "6.4"])  # what JupyterLab draws, and what the site is built with
@pytest.mark.parametrize("projection", ["mercator", "equirectangular", "naturalEarth1", "equalEarth"])
def test_map_is_drawn(version, projection):
    land = alt.Chart(maps.outlines(**LEVANT), width=400, height=300).mark_geoshape(fill=theme.LAND, stroke=theme.BORDER, clip=True)
    svg = vl_convert.vegalite_to_svg(land.project(projection, fit=maps.box(**LEVANT)).to_dict(), vl_version=version)
    assert svg.count("Z\"") >= len(features(maps.outlines(**LEVANT))) - 3  # some lie outside the frame
    assert "clip-path" in svg and "NaN" not in svg


def test_lookup_by_code():
    values = alt.Data(values=[{"code": "368", "n": 7}])
    chart = alt.Chart(maps.outlines(**LEVANT), width=300, height=300).mark_geoshape().transform_lookup(
        "id", alt.LookupData(values, "code", ["n"])).encode(color=alt.condition("datum.n == 7", alt.value("#123456"), alt.value("#ffffff")))
    assert vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4").count('fill="#123456"') == 1


# Centroids

def test_centroids():
    middle = maps.centroids().set_index("country")
    assert list(middle.columns) == ["iso_numeric", "lon", "lat"] and len(middle) > 230
    assert middle.loc["Iraq", "iso_numeric"] == "368"
    assert middle.iso_numeric.dropna().str.fullmatch(r"\d{3}").all()
    expected = {"Iraq": (43.8, 33.0), "Mali": (-3.6, 17.3), "France": (2.5, 46.5), "Russia": (97.8, 59.5),
                "Fiji": (178, -17.8), "Afghanistan": (66.0, 33.9)}
    for name, (lon, lat) in expected.items():
        assert middle.loc[name, ["lon", "lat"]].tolist() == pytest.approx([lon, lat], abs=0.5)
    assert middle.lon.between(-180, 180).all() and middle.lat.between(-90, 90).all()


# Wrong input

@pytest.mark.parametrize("box", [
    dict(west=50, south=29, east=34, north=38), dict(west=34, south=38, east=50, north=29),
    dict(west=-200, south=0, east=0, north=10), dict(west=0, south=0, east=10, north=math.nan),
])
def test_no_box(box):
    for make in (maps.outlines, maps.box):
        with pytest.raises(ValueError, match="west must be less than east"):
            make(**box)


def test_empty_sea():
    with pytest.raises(ValueError, match="No country lies in the box.*exchanged"):
        maps.outlines(west=-35, south=-30, east=-30, north=-25, frames=None)


def test_unknown_detail():
    with pytest.raises(ValueError, match="choose one of 110m, 50m"):
        maps.outlines(**LEVANT, detail="10m")


def test_missing_file_names_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(maps, "ATLAS", tmp_path)
    maps._atlas.cache_clear()
    with pytest.raises(FileNotFoundError, match="make vendor"):
        maps.world()
    maps._atlas.cache_clear()
