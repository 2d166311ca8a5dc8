"""The files of vendor/: unchanged, described, and the chart program does what the charts ask of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import altair as alt
import pytest
import vl_convert

from aftermath import maps

VENDOR = Path(__file__).resolve().parent.parent / "vendor"
RUNTIME = VENDOR / "vega" / "vega-runtime.js"
SUMS = dict(reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
PROJECTIONS = ("mercator", "equirectangular", "naturalEarth1", "equalEarth")


# The files


@pytest.mark.parametrize("name", SUMS)
def test_file_is_the_one_the_list_names(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


@pytest.mark.parametrize("name", SUMS)
def test_readme_tells_each_file(name):
    content = (VENDOR / name).read_bytes()
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}` | `{SUMS[name]}` |" in readme
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}`"))
    size, packed = (int(cell.strip().replace(",", "")) for cell in row.split("|")[3:5])
    assert size == len(content)
    assert packed == pytest.approx(len(gzip.compress(content, 9)), rel=0.02)  # zlib differs a little between builds


def test_no_file_is_left_out_of_the_list():
    made = {
        "vega-runtime.js",
        "LICENSES.txt",
        "LICENSE",
        "LICENSE.txt",
        "countries-110m.json",
        "countries-50m.json",
        "reveal.js",
        "reveal.css",
        "notes.js",
        "minisearch.js",
        *(path.name for path in VENDOR.glob("fonts/*")),
    }
    assert {
        name for name in SUMS if name.startswith(("reveal/", "vega/", "world-atlas/", "minisearch/", "fonts/"))
    } == {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.name in made}


def test_versions_are_exact_and_locked():
    wanted = json.loads((VENDOR / "vega" / "package.json").read_text(encoding="utf-8"))
    lock_text = (VENDOR / "vega" / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(lock_text)["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name}: {version} is not one version"
        assert locked[f"node_modules/{name}"]["version"] == version
    assert "://" not in lock_text and "resolved" not in lock_text, "the lock file names a registry"
    assert all(entry.get("integrity") for path, entry in locked.items() if path), "a package has no checksum"
    doubled = [path for path in locked if path.count("node_modules/vega-") + path.count("node_modules/d3-") > 1]
    assert not doubled, "two versions of one package would be bundled"


def test_script_holds_no_address_and_no_windows_line_ends():
    content = RUNTIME.read_bytes()
    assert b"\r" not in content and b"sourceMappingURL" not in content
    assert {address.split("/")[2] for address in re.findall(r"https?://[^\"'\s)]+", content.decode("utf-8"))} == {
        "www.w3.org"
    }  # names of XML


# The chart program, in a browser


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.asked, page.problems = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console", lambda message: page.problems.append(message.text) if message.type in ("warning", "error") else None
    )
    page.set_content("<!doctype html><title>charts</title><div id=room></div>")
    page.add_script_tag(content=RUNTIME.read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.fixture(autouse=True)
def nothing_asked_nothing_broken(request):
    yield
    if "page" in request.fixturenames:
        page = request.getfixturevalue("page")
        problems, page.problems = page.problems, []
        assert not problems
        assert not [address for address in page.asked if not address.startswith(("data:", "about:", "blob:"))]


def draw(page, chart: alt.Chart | alt.LayerChart, *, renderer: str = "svg") -> None:
    """Compile a chart as the build does and draw it with the book's program; the view stays as ``window.view``."""
    vega = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version="6.4")
    page.evaluate(
        """async ([specification, renderer]) => {
            const container = document.getElementById("room");
            container.replaceChildren();
            window.view = new bookVega.View(bookVega.parse(specification), {renderer, container, hover: true, logLevel: bookVega.Warn});
            await view.runAsync();
        }""",
        [vega, renderer],
    )


def paths(page, selector: str) -> list[str]:
    return page.eval_on_selector_all(f"#room svg {selector}", "found => found.map(path => path.getAttribute('d'))")


ROWS = [
    {"month": "2015-01", "kind": "a", "n": 3},
    {"month": "2015-02", "kind": "b", "n": 5},
    {"month": "2015-03", "kind": "a", "n": 4},
]


def bars() -> alt.Chart:
    return (
        alt.Chart(alt.Data(values=ROWS), width=300, height=200)
        .mark_bar()
        .encode(x="month:O", y="n:Q", color=alt.Color("kind:N"), tooltip=["month:O", "n:Q"])
    )


def test_program_is_the_version_of_the_static_pictures(page):
    assert page.evaluate("bookVega.version") == vl_convert.get_vega_version()
    assert (
        page.evaluate("Object.keys(bookVega).sort().join()")
        == "Handler,View,Warn,changeset,expressionInterpreter,loader,parse,version"
    )


def test_bars(page):
    draw(page, bars())
    assert len(paths(page, ".mark-rect.role-mark path")) == len(ROWS)


def test_same_picture_as_at_build(page):
    draw(page, bars())
    static = vl_convert.vegalite_to_svg(bars().to_dict(), vl_version="6.4")
    for drawn in paths(page, ".mark-rect.role-mark path"):
        assert f'd="{drawn}"' in static


def test_time_axis_and_line(page):
    draw(
        page,
        alt.Chart(alt.Data(values=ROWS), width=300, height=200)
        .mark_line()
        .encode(x=alt.X("month:T", axis=alt.Axis(format="%d %B %Y")), y="n:Q"),
    )
    assert "01 February 2015" in page.text_content("#room svg")
    assert len(paths(page, ".mark-line path")) == 1


def test_canvas(page):
    draw(page, bars(), renderer="canvas")
    assert page.evaluate("document.querySelector('#room canvas').width") > 300


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_map_with_threshold_scale(page, projection):
    countries = [feature.get("id") for feature in json.loads(maps.outlines("origins").to_dict()["values"])]
    values = [{"code": code, "value": number % 100} for number, code in enumerate(countries) if code]
    lookup = alt.LookupData(alt.Data(values=values), "code", ["value"])
    shade = alt.Color(
        "value:Q", scale=alt.Scale(type="threshold", domain=[25, 75], range=["#111111", "#222222", "#333333"])
    )
    land = alt.Chart(maps.outlines("origins")).mark_geoshape().encode(color=shade).transform_lookup("id", lookup)
    lines = alt.Chart(alt.graticule()).mark_geoshape(filled=False)
    points = (
        alt.Chart(alt.Data(values=[{"lon": 44.4, "lat": 33.3}]))
        .mark_point()
        .encode(longitude="lon:Q", latitude="lat:Q")
    )
    draw(page, alt.layer(lines, land, points).project(projection).properties(width=500, height=300))
    shapes = page.eval_on_selector_all(
        "#room svg .mark-shape path",
        "found => found.map(path => [path.getAttribute('fill'), path.getAttribute('d') ?? ''])",
    )
    assert {"#111111", "#222222", "#333333"} <= {fill for fill, _ in shapes}
    assert sum("Z" in outline for _, outline in shapes) > len(countries) - 5
    x, y = map(
        float,
        re.search(
            r"translate\(([-\d.]+),\s*([-\d.]+)\)", page.get_attribute("#room svg .mark-symbol path", "transform")
        ).groups(),
    )
    assert 250 < x < 500 and 0 < y < 200  # Baghdad: east of Greenwich, in the northern half


def test_map_of_a_region_follows_the_width(page):
    land = alt.Chart(maps.outlines("iraq-and-syria"), width=700, height=300).mark_geoshape(clip=True)
    draw(page, land.project("mercator", fit=maps.fit("iraq-and-syria")))
    before = paths(page, ".mark-shape path")
    page.evaluate("view.width(320).runAsync()")
    after = paths(page, ".mark-shape path")
    assert len(after) == len(before) > 5 and after != before
    assert page.locator("#room svg .mark-shape[clip-path]").count() == 1


def test_unknown_projection_is_told(page):
    draw(page, alt.Chart(maps.outlines("origins"), width=300, height=200).mark_geoshape().project("albers"))
    assert any("Unrecognized projection type" in problem for problem in page.problems)
    page.problems.clear()


def test_slider_moves_what_it_should(page):
    share = alt.param(name="share", value=50, bind=alt.binding_range(min=0, max=100, step=1, name="Share"))
    chart = (
        alt.Chart(alt.Data(values=ROWS), width=300, height=200)
        .mark_bar()
        .add_params(share)
        .transform_calculate(part=alt.datum.n * share / 100)
        .encode(x="month:O", y=alt.Y("part:Q", scale=alt.Scale(domain=[0, 5])))
    )
    draw(page, chart)
    before = paths(page, ".mark-rect.role-mark path")
    page.evaluate("view.signal('share', 100).runAsync()")
    heights = [float(re.search(r"v([\d.]+)h", path)[1]) for path in paths(page, ".mark-rect.role-mark path")]
    assert before != paths(page, ".mark-rect.role-mark path")
    assert heights == pytest.approx([row["n"] / 5 * 200 for row in ROWS], abs=0.01)


def test_click_on_the_legend_picks(page):
    picked = alt.selection_point(fields=["kind"], bind="legend")
    draw(page, bars().add_params(picked).encode(opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(0.2))))
    page.locator("#room svg .role-legend-symbol path").first.click()
    faded = page.eval_on_selector_all(
        "#room svg .mark-rect.role-mark path", "found => found.map(bar => bar.getAttribute('opacity'))"
    )
    assert faded.count("0.2") == 1
