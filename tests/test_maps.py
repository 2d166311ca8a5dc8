"""The maps' outlines: as the command cuts them, small, around their view, wound as d3 wants them."""

from __future__ import annotations

import gzip
import json
import math

import altair as alt
import pytest
import shapely
import vl_convert
from conftest import ROOT

from aftermath import maps, theme
from explorable.figures import compiling
from explorable.publish import outlines

MAPS = ROOT / "data" / "maps"
NAMES = sorted(path.stem for path in MAPS.glob("*.json"))


def features(name: str) -> list[dict]:
    return json.loads(maps.outlines(name).to_dict()["values"])


def shapes(name: str) -> dict[str, shapely.Geometry]:
    return {feature["properties"]["name"]: shapely.geometry.shape(feature["geometry"]) for feature in features(name)}


def rings(feature: dict) -> list[list[list]]:
    """Return a feature's polygons as lists of rings, the outer one first."""
    shape = feature["geometry"]
    return [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]


# The files


@pytest.mark.parametrize("name", NAMES)
def test_a_map_is_what_the_command_makes_of_its_view(name):
    path = MAPS / f"{name}.json"
    assert path.read_text("utf-8") == outlines.text(path), "run: make maps"


@pytest.mark.parametrize("name", NAMES)
def test_outlines_are_small_and_one_line_of_a_notebook(name):
    chart = alt.Chart(maps.outlines(name)).mark_geoshape().to_dict()
    assert len(gzip.compress(json.dumps(chart).encode(), 9)) <= 22_000
    assert len(json.dumps(chart["data"], indent=1).splitlines()) < 20


@pytest.mark.parametrize("name", NAMES)
def test_coordinates_are_rounded_and_none_is_repeated(name):
    decimals = outlines.DECIMALS[json.loads((MAPS / f"{name}.json").read_text("utf-8"))["detail"]]
    for ring in (ring for feature in features(name) for polygon in rings(feature) for ring in polygon):
        assert all(value == round(value, decimals) for point in ring for value in point)
        assert all(start != end for start, end in zip(ring, ring[1:]))


# What is on them


def test_countries_of_a_view():
    found = {feature["properties"]["name"]: feature.get("id") for feature in features("iraq-and-syria")}
    assert {"Iraq", "Syria", "Jordan", "Turkey", "Iran"} <= set(found) and found["Iraq"] == "368"
    assert not {"Libya", "Greece", "Afghanistan", "Russia"} & set(found)
    assert "Antarctica" not in {name for name, _ in outlines.countries("50m")}


@pytest.mark.parametrize("name", NAMES)
def test_no_country_is_lost_and_each_keeps_its_land(name):
    """Cut out, simplified and rounded, a country's edge lies less than a pixel beside the atlas's, on the average."""
    detail, view = json.loads((MAPS / f"{name}.json").read_text("utf-8"))["detail"], maps.box(name)
    frame = shapely.box(view["west"], view["south"], view["east"], view["north"])
    pixel = max(view["east"] - view["west"], view["north"] - view["south"]) / 1000
    drawn = shapes(name)
    for (country, _), outline in outlines.countries(detail).items():
        wanted = shapely.make_valid(outline).intersection(frame)
        if wanted.area > (20 * pixel) ** 2:
            shown = shapely.make_valid(drawn[country]).intersection(frame)
            assert wanted.symmetric_difference(shown).area <= 0.6 * pixel * wanted.length, country


@pytest.mark.parametrize("name", NAMES)
def test_neighbours_share_their_border(name):
    """No gap and no overlap. (At 1:110 million Sudan's own outline has a loop in the atlas.)"""
    drawn = shapes(name)
    apart = shapely.coverage_invalid_edges([*drawn.values()])
    assert {country for country, edges in zip(drawn, apart) if not edges.is_empty} <= {
        "Sudan",
        "S. Sudan",
        "Central African Rep.",
        "Ethiopia",
    }


@pytest.mark.parametrize("shape", [0.64, 2.2])  # a phone's, a wide page's: width / height
@pytest.mark.parametrize("name", NAMES)
def test_land_fills_narrow_and_wide_frames(name, shape):
    """A frame shows more than the view; there, too, no outline may be cut inside it."""
    view = maps.box(name)
    shorter = math.cos(math.radians((view["south"] + view["north"]) / 2))  # a degree of longitude than one of latitude
    width, height = (view["east"] - view["west"]) * shorter, view["north"] - view["south"]
    across, upward = max(width, shape * height) / shorter / 2, max(height, width / shape) / 2
    x, y = (view["west"] + view["east"]) / 2, (view["south"] + view["north"]) / 2
    frame = shapely.box(x - across, y - upward, x + across, y + upward)
    wanted, drawn = (
        shapely.unary_union([shapely.make_valid(one) for one in found]).intersection(frame).area
        for found in (outlines.countries("110m").values(), shapes(name).values())
    )
    assert drawn == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_rings_are_closed_and_clockwise(name):
    """d3 takes a ring the wrong way round for everything outside it: one such country would fill the map."""
    for feature in features(name):
        for polygon in rings(feature):
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1] and len(ring) >= 4
                assert shapely.LinearRing(ring).is_ccw == (number > 0), feature["properties"]["name"]


# Drawn


@pytest.mark.parametrize("version", ["5.20", "6.4"])  # what JupyterLab draws, and what the site is built with
@pytest.mark.parametrize("name", NAMES)
def test_map_is_drawn(version, name):
    land = alt.Chart(maps.outlines(name), width=400, height=300).mark_geoshape(
        fill=theme.LAND, stroke=theme.BORDER, clip=True
    )
    svg = vl_convert.vegalite_to_svg(land.project("mercator", fit=maps.fit(name)).to_dict(), vl_version=version)
    assert svg.count('Z"') >= len(features(name)) / 2  # the others lie outside this frame
    assert "clip-path" in svg and "NaN" not in svg


def test_lookup_by_code():
    values = alt.Data(values=[{"code": "368", "n": 7}])
    chart = (
        alt.Chart(maps.outlines("iraq-and-syria"), width=300, height=300)
        .mark_geoshape()
        .transform_lookup("id", alt.LookupData(values, "code", ["n"]))
        .encode(color=alt.condition("datum.n == 7", alt.value("#123456"), alt.value("#ffffff")))
    )
    assert vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4").count('fill="#123456"') == 1


# Wrong input


def test_an_unknown_map_is_told_with_those_that_there_are():
    for make in (maps.outlines, maps.box, maps.fit):
        with pytest.raises(ValueError, match="no map 'atlantis'.*iraq-and-syria"):
            make("atlantis")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{}",
        '{"view": {"west": 0}, "detail": "50m"}',
        '{"view": {"west": 50, "south": 29, "east": 34, "north": 38}, "detail": "50m"}',
        '{"view": {"west": -200, "south": 0, "east": 0, "north": 10}, "detail": "50m"}',
        '{"view": {"west": 34, "south": 29, "east": 50, "north": 38}, "detail": "10m"}',
    ],
)
def test_a_view_that_is_none_names_the_file_and_shows_one_that_is(tmp_path, written):
    path = tmp_path / "levant.json"
    path.write_text(written)
    with pytest.raises(
        outlines.MapError, match='levant.json is no map.*"detail": "50m".*west less than east.*110m, 50m'
    ):
        outlines.text(path)


def test_an_empty_sea(tmp_path):
    path = tmp_path / "sea.json"
    path.write_text('{"view": {"west": -35, "south": -35, "east": -30, "north": -33}, "detail": "50m"}')
    with pytest.raises(outlines.MapError, match="sea.json: no country lies in the view.*exchanged"):
        outlines.text(path)


def test_a_picture_holds_no_outline_that_lies_outside_its_frame():
    near, far = "M10,10L20,10L20,20Z", "M10,900L20,900L20,910Z"
    frame = '<svg><clipPath id="clip1"><rect x="0" y="0" width="560" height="400"/></clipPath><g class="mark-shape">'
    picture = frame + '<path transform="translate(0,0)" d="{}"/><path d="{}" fill="red"></path></g></svg>'
    made = compiling.in_frame(picture.format(near + far, far))
    assert made == f'{frame}<path transform="translate(0,0)" d="{near}"/></g></svg>'
    other = picture.replace("mark-shape", "mark-area").format(near + far, far)
    assert compiling.in_frame(other) == other, "what is no map is left alone"
