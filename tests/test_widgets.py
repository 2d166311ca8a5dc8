"""The widgets without a browser: what a hand on a slider and a line of code do to the numbers."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import ipywidgets
import pytest
import vl_convert

from aftermath import assumptions, explorers, model, theme, uncertainty, widgets
from explorable.figures.compiling import VEGA_LITE


@pytest.fixture()
def lab():
    return widgets.ScenarioLab()


def test_every_assumption_of_the_paths_has_a_slider_from_the_registry(lab):
    assert set(lab._sliders) == {assumption.id for assumption in uncertainty.drawn()}
    for id, slider in lab._sliders.items():
        this = assumptions.get(id)
        scale = 100 if "share" in this.unit or this.unit == "per year" else 1
        middle = assumptions.middles()[id]
        assert (slider.value, slider.step) == pytest.approx((middle * scale, this.step * scale))
        assert [slider.min, slider.max] == pytest.approx([end * scale for end in this.slider])
        assert this.help in slider.tooltip


def test_moving_a_slider_changes_the_numbers(lab):
    before = lab.outcomes.loc[24, "at_large"]
    lab._sliders["killed"].value = 40
    values = {**assumptions.middles(), "killed": 0.4}
    assert lab.outcomes.loc[24, "at_large"] == pytest.approx(model.outcomes(values, 24)["at_large"], abs=1e-3)
    assert lab.outcomes.loc[24, "at_large"] < before


def test_a_hand_leaves_no_crumbs_of_arithmetic_in_the_file(lab):
    lab._sliders["lost"].value = 100 * (0.1 + 0.2)
    assert lab.assumptions["lost"] == 0.3


def test_where_a_share_is_moved_the_others_make_room_and_keep_their_proportions(lab):
    lab.assumptions = {"share_disengage": 0.4, "share_stay": 0.2}
    before = lab.assumptions
    lab._sliders["share_join"].value = 0
    shares = [lab.assumptions[id] for id in assumptions.share_ids()]
    assert sum(shares) == pytest.approx(1) and lab.assumptions["share_join"] == 0
    for id in ("share_disengage", "share_stay"):
        assert lab.assumptions[id] == pytest.approx(before[id] / (1 - before["share_join"]))
        assert lab._sliders[id].value == pytest.approx(100 * lab.assumptions[id])


def test_the_shares_are_one_group_with_a_bar_that_always_says_100(lab):
    heading = "Which path dominates?"
    controls = lab.children[0].children[0].children
    group = next(
        part
        for part in controls
        if getattr(part, "children", ()) and heading in str(getattr(part.children[0], "value", ""))
    )
    assert lab._bar is group.children[1], "above their sliders"
    assert [row.children[1] for row in group.children[2:]] == [lab._sliders[id] for id in assumptions.share_ids()]
    for id, percent in (("share_join", 50), ("share_stay", 100), ("share_dispatch", 12.5)):
        lab._sliders[id].value = percent
        told = re.search(r'aria-label="([^"]+): together 100 %"', lab._bar.value)[1]
        assert [part.rsplit(" ", 2)[0] for part in told.split(", ")] == [*explorers.path_labels().values()]
        assert sum(float(part.split()[-2]) for part in told.split(", ")) == pytest.approx(100, abs=0.3)
        wide = [float(share) for share in re.findall(r"flex: ([\d.]+) 1 0", lab._bar.value)]
        assert wide == pytest.approx([lab.assumptions[share] for share in assumptions.share_ids()], abs=1e-4)
        assert all(theme.colour(path) in lab._bar.value for path in model.path_ids())
    assert widgets.who_is_left()._bar.value == ""


def test_the_lab_has_the_order_of_the_stage(lab):
    """What the explorer asks first comes first; then the rest under its own headings."""
    asked = [name for _, name in explorers.five_scenarios().to_dict()["usermeta"]["explorer"]["entry"]]
    assert asked[:2] == ["lost", "dominant"]
    assert [*lab._sliders][: 1 + len(assumptions.share_ids())] == ["lost", *assumptions.share_ids()]
    assert [id for id in lab._sliders if id not in ("lost", *assumptions.share_ids())] == [
        id for id in explorers.groups() if id not in ("lost", *assumptions.share_ids())
    ]


def test_the_answer_is_a_number_and_what_it_has_changed_by(lab):
    start = model.outcomes({}, 24)["at_large"]
    assert f"{start:,.0f}</b> people after 24 months, as at the start" in lab._number.value
    lab._sliders["lost"].value = 50
    now = model.outcomes({"lost": 0.5}, 24)["at_large"]
    assert f"{now:,.0f}</b> people after 24 months, {start - now:,.0f} fewer than at the start" in lab._number.value


def test_the_month_has_a_slider_and_number_rule_file_and_link_follow_it(lab):
    before = model.outcomes({}, 24)["at_large"]
    lab._month.value = 36
    now = model.outcomes({}, 36)["at_large"]
    assert f"{now:,.0f}</b> people after 36 months, {before - now:,.0f} fewer than at the start" in lab._number.value
    assert "after 36 months" in lab._sentence.value
    drawn = lab._drawn()
    assert drawn["datasets"]["chosen"] == [{"month": 36}] and "chosen" in str(drawn["layer"])
    assert dict(parse_qsl(lab.link().partition("#")[2]))["month"] == "36"
    saved = lab.save()
    lab.reset()
    assert (lab.month, lab._month.value) == (24, 24) and "month" not in lab.link()
    lab.load(saved)
    assert (lab.month, lab._month.value) == (36, 36)
    lab.month = 1
    assert "people after 1 month," in lab._number.value
    lab.month = 0
    assert "people at the end of 2017," in lab._number.value
    row = lab._row_of_month().children[1]
    assert widgets.NAMED in row._dom_classes and row.children[0].value == "Months after the end of 2017"
    assert widgets.who_is_left()._month is None


@pytest.mark.parametrize("month", [61, -1, 2.5, "36", True])
def test_a_month_that_cannot_be_is_refused_and_nothing_changes(lab, month):
    text = assumptions.to_json({"lost": 0.6}, lab.id, {"month": month})
    with pytest.raises(ValueError, match="month"):
        lab.load(text)
    assert lab.month == 24 and lab.assumptions["lost"] == assumptions.get("lost").middle


def test_values_set_from_code_move_the_sliders_and_are_told(lab):
    told = []
    lab.observe(lambda change: told.append(change["new"]), "outcomes")
    lab.assumptions = {"lost": 0.5}
    assert lab._sliders["lost"].value == 50
    assert lab.assumptions["killed"] == assumptions.get("killed").middle, "the rest stays"
    assert len(told) == 1


def test_presets_reset_and_pin(lab):
    lab.preset("pessimist")
    assert lab.assumptions["attached"] == assumptions.preset("pessimist")["attached"]
    lab.pin()
    lab.reset()
    assert lab.assumptions["attached"] == assumptions.get("attached").middle
    assert lab.pinned.loc[60, "at_large"] > lab.outcomes.loc[60, "at_large"]


def test_a_saved_file_is_loaded_again_and_is_the_page_s_format(lab):
    lab.assumptions = {"lost": 0.6, "share_stay": 0.6}
    saved = lab.save()
    lab.reset()
    lab.load(saved)
    assert (
        lab.assumptions["lost"] == 0.6
        and lab.assumptions["share_stay"] == pytest.approx(0.6)
        and lab.assumptions["share_join"] == pytest.approx(0.4 / (len(assumptions.share_ids()) - 1))
    ), "the others make room"
    assert assumptions.SAVED.format in saved and f'"version": {assumptions.SAVED.version}' in saved


def upload(lab, content: bytes) -> None:
    """Choose a file, as a reader does."""
    chooser = next(part for part in lab.children[1].children if isinstance(part, ipywidgets.FileUpload))
    chooser.value = (
        {
            "name": "assumptions.json",
            "type": "application/json",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": datetime.now(UTC),
        },
    )


def test_a_reader_saves_a_file_and_loads_it_again(lab):
    lab.assumptions = {"lost": 0.6}
    offered = next(part.value for part in lab.children[1].children if isinstance(part, ipywidgets.HTML))
    content = base64.b64decode(re.search(r'href="data:application/json;base64,([^"]+)"', offered)[1])
    assert content.decode() == lab.save()
    lab.reset()
    upload(lab, content)
    assert lab.assumptions["lost"] == 0.6


def test_a_file_that_cannot_be_used_is_told_in_the_lab(lab):
    before = lab.assumptions
    upload(lab, b"\xff not json")
    assert "The file could not be used" in lab._sentence.value and "it is not JSON" in lab._sentence.value
    assert lab.assumptions == before


def test_a_link_names_the_explorer_and_what_differs_from_the_start(lab):
    lab.assumptions = {"lost": 0.6, "share_stay": 0.6}
    page, _, parts = lab.link("what-if.html").partition("#")
    assert page == "what-if.html"
    told = dict(parse_qsl(parts))
    assert (told.pop("explorer"), told.pop("version")) == ("five-scenarios", str(assumptions.SAVED.version))
    room = dict.fromkeys(assumptions.share_ids(), 0.4 / (len(assumptions.share_ids()) - 1))
    assert {id: float(text) for id, text in told.items()} == pytest.approx({**room, "lost": 0.6, "share_stay": 0.6})


@pytest.mark.parametrize(
    ("values", "says"),
    [({"kiled": 0.2}, "kiled"), ({"killed": 2}, "killed"), ({"killed": 0.9, "returned": 0.2}, "killed")],
)
def test_what_cannot_be_is_refused_and_nothing_changes(lab, values, says):
    before = lab.assumptions
    with pytest.raises(ValueError, match=says):
        lab.assumptions = values
    assert lab.assumptions == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "not JSON"),
        ("[]", "no file of assumptions"),
        ('{"format": "other"}', "format"),
        (f'{{"format": "{assumptions.SAVED.format}", "version": 99}}', "version 99"),
        (
            f'{{"format": "{assumptions.SAVED.format}", "version": {assumptions.SAVED.version}, "assumptions": 3}}',
            "no assumptions",
        ),
        (
            f'{{"format": "{assumptions.SAVED.format}", "version": {assumptions.SAVED.version}, "assumptions": {{"killed": 7}}}}',
            "killed",
        ),
    ],
)
def test_a_damaged_file_gets_a_clear_error(lab, text, says):
    with pytest.raises(ValueError, match=says):
        lab.load(text)


def test_who_is_left_adds_up_to_all_who_travelled():
    lab = widgets.who_is_left()
    lab.assumptions = {"travelled": 50_000, "killed": 0.3}
    assert lab.outcomes["people"].sum() == 50_000


def test_one_output_holds_the_widget_and_the_explorer(lab):
    bundle = lab._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle[theme.MIME]["usermeta"] == explorers.five_scenarios().to_dict()["usermeta"]
    assert theme.missing(bundle[theme.MIME]) == []


def test_in_jupyter_too_each_panel_keeps_its_own_colours():
    """There one chart holds all panels; with one scale for all, other panels would borrow the colours of the paths."""

    def scales(part: dict) -> list[dict]:
        return [*part.get("scales", []), *(scale for mark in part.get("marks", []) for scale in scales(mark))]

    vega = vl_convert.vegalite_to_vega(explorers.five_scenarios().to_dict(), vl_version=VEGA_LITE)
    colours = [scale["domain"] for scale in scales(vega) if "color" in scale["name"]]
    paths = set(explorers.path_labels().values())
    assert paths in map(set, colours) and all(set(domain) == paths or not paths & set(domain) for domain in colours)
