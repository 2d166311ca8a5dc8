"""A class's files together: what can be read is pooled, what can't is named; the page and Python come to the same numbers."""
from __future__ import annotations

import json
import random
import re
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, until
from hypothesis import given, settings
from hypothesis import strategies as st
from test_site import Visit

from aftermath import assumptions, classroom, forecast, model, report, teams

sys.path.insert(0, str(ROOT / "bench"))
import classroom as bench  # noqa: E402  (the synthetic class of the bench)

TEXTS = {"forecast": forecast.write({"Q01": 0.7}), "assumptions": assumptions.to_json({"killed": 0.2}, "five-scenarios")}


def some_teams(seed: int, count: int = 5) -> dict[str, dict[str, float]]:
    """Return teams that set their own weights and a few other assumptions, each at a stop of its slider."""
    chance = random.Random(seed)
    return {f"team-{number}": json.loads(bench.assumptions_file(chance))["assumptions"] for number in range(count)}


# Reading

@pytest.fixture(scope="module")
def five_hundred(tmp_path_factory):
    """A class of 500, of whose files 20 are no good."""
    folder = tmp_path_factory.mktemp("class")
    return folder, bench.write_class(folder, files=500, bad=20)


def test_of_500_files_the_20_damaged_are_named_and_all_others_are_read(five_hundred):
    folder, bad = five_hundred
    found = classroom.read_folder(folder)
    assert set(found.bad) == bad and len(bad) == 20
    assert found.good == 480
    assert all(reason.endswith((".", ").")) and len(reason) > 20 for reason in found.bad.values())


def test_the_command_writes_one_report_that_names_them_and_asks_nobody(five_hundred, tmp_path, browser):
    folder, bad = five_hundred
    out = tmp_path / "report.html"
    done = subprocess.run([sys.executable, "-m", "aftermath.classroom", str(folder), "--out", str(out)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert {line.split(":")[0].strip() for line in done.stdout.splitlines() if line.startswith("  ")} == bad
    text = out.read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert {row.th.get_text() for row in soup.select("#left-out tbody tr")} == bad
    assert not soup.find_all(["script", "link", "img", "iframe"])
    assert re.findall(r"(?:https?:)?//(?!www\.w3\.org/)[a-z]", re.sub(r"xmlns(:\w+)?=\"[^\"]*\"", "", text)) == []
    assert not any(name in text for name in ("student-001", "student-002", "student-003") if f"{name}.json" not in bad), "a file that was read is named"
    for figure in soup.select("figure"):
        assert figure.figcaption.get_text() and len(figure.svg["aria-label"]) > 40
        painted = {part[name] for part in figure.svg.find_all(True) for name in ("fill", "stroke") if part.get(name)}
        assert [colour for colour in painted if not colour.startswith("var(--")] in ([], ["transparent"], ["none"]), "a colour that is the same in the dark"
    context = browser.new_context(viewport={"width": 375, "height": 740}, color_scheme="dark")
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(out.as_uri())
    assert asked == [out.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    ink, paper = page.evaluate("[getComputedStyle(document.querySelector('svg text')).fill, getComputedStyle(document.body).backgroundColor]")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) > 120 > max(map(int, re.findall(r"\d+", paper)[:3])), "dark ink on a dark page"
    context.close()


@pytest.mark.parametrize(("content", "says"), [
    (b"", "empty"), (b"{", "can't be read as JSON"), (b"\xff\xfe\x00", "not text"), (b"[" * 100_000, "can't be read as JSON"), (b"[1]", "no forecast"), (b"null", "no forecast"),
    (b'{"format": ["a"]}', "no forecast"), (b'{"format": "after-the-caliphate/hypotheses", "version": 1}', "competing hypotheses"),
    (TEXTS["forecast"].replace('"version": 1', '"version": 0').encode(), "older edition of the book (version 0"),
    (TEXTS["assumptions"].replace('"version": 1', '"version": 0').encode(), "older edition of the book (version 0"),
    (TEXTS["assumptions"].replace('"version": 1', '"version": 2').encode(), "newer copy"),
    (TEXTS["assumptions"].replace('"version": 1', '"version": "one"').encode(), "version one"),
    (TEXTS["forecast"].replace("0.7", "7").encode(), "outside 0 to 1"), (TEXTS["assumptions"].replace("0.2", "2").encode(), "can't be"),
    (TEXTS["assumptions"].replace("0.2", "NaN").encode(), "can't be"), (TEXTS["assumptions"].replace("0.2", "true").encode(), "not a number"),
    (TEXTS["assumptions"].replace("0.2", "[0.2]").encode(), "not a number"), (TEXTS["assumptions"].replace("killed", "slain").encode(), "no assumption"),
])
def test_what_is_wrong_with_a_file_is_said(content, says):
    with pytest.raises(classroom.HandedError, match=re.escape(says)):
        classroom.read(content)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["format", "version", "answers", "assumptions", "killed", "Q01", "x"]), inner | st.sampled_from([1, *classroom.KINDS]), max_size=4)).map(lambda value: json.dumps(value).encode()))
def test_no_file_whatever_stops_the_report(content):
    try:
        kind, values = classroom.read(content)
    except classroom.HandedError:
        return
    assert kind in {"forecast", "assumptions", "quiz"} and isinstance(values, dict)


def test_other_things_in_the_folder(tmp_path):
    inside = tmp_path / "group b"
    inside.mkdir()
    (inside / "team.json").write_text(TEXTS["assumptions"], "utf-8-sig")  # as some editors save it
    (tmp_path / "team.json").write_text(TEXTS["assumptions"], "utf-8")
    for name in (".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"\x00")
    (tmp_path / "essay.docx").write_bytes(b"PK")
    (tmp_path / "all.zip").write_bytes(b"PK")
    (tmp_path / "report.html").write_text("an earlier report", "utf-8")
    found = classroom.read_folder(tmp_path, leave=tmp_path / "report.html")
    assert set(found.teams) == {"group b/team", "team"}
    assert set(found.bad) == {"essay.docx", "all.zip"} and "unpack" in found.bad["all.zip"]


def test_the_same_file_twice_is_pointed_out(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(TEXTS["forecast"], "utf-8")
    found = classroom.read_folder(tmp_path)
    assert found.copies == [["a.json", "b.json"]] and "a.json, b.json" in classroom.summary(found)


def test_without_a_folder_or_without_a_good_file_it_says_so(tmp_path, capsys):
    assert classroom.main([str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    (tmp_path / "bad.json").write_text("{", "utf-8")
    assert classroom.main([str(tmp_path), "--out", str(tmp_path / "report.html")]) == 1
    assert "bad.json" in (tmp_path / "report.html").read_text("utf-8")


def test_names_are_written_as_text(tmp_path):
    (tmp_path / "<img src=x onerror=alert(1)>.json").write_text("{", "utf-8")
    assert "<img" not in report.write(classroom.read_folder(tmp_path))


def test_the_reports_figures_are_those_of_the_book(five_hundred):
    found = classroom.read_folder(five_hundred[0])
    text = BeautifulSoup(report.write(found, each=True), "html.parser").get_text(" ")
    pooled = forecast.score(forecast.pool(found.forecasts.values()), forecast.outcomes())
    assert f"has a Brier score of {pooled:.3f}" in text
    both = teams.answers(found.teams)
    assert f"Their mean is {both['mean']:,.0f}; the answer to the mean assumptions is {both['pooled']:,.0f}" in text
    first = next(iter(found.teams))
    assert first in text and f"{model.outcomes(found.teams[first], 24)['at_large']:,.0f} people" in text


# Teams

def test_apart_is_the_mean_over_all_pairs():
    values = [0.1, 0.4, 0.4, 0.9]
    pairs = [abs(one - other) for index, one in enumerate(values) for other in values[index + 1:]]
    assert teams.apart(values) == pytest.approx(sum(pairs) / len(pairs))
    assert teams.apart([0.3]) == 0


def test_only_the_proportions_of_weights_count():
    one = dict.fromkeys(assumptions.WEIGHTS, 20.0)
    other = dict.fromkeys(assumptions.WEIGHTS, 100.0)
    assert teams.disagreement({"a": one, "b": other})["apart"].max() == 0
    assert teams.pool({"a": one, "b": other}) == pytest.approx(dict.fromkeys(assumptions.WEIGHTS, 1 / len(assumptions.WEIGHTS)))


def test_a_team_has_a_say_only_on_what_its_file_names():
    table = teams.disagreement({"a": {"killed": 0.2}, "b": {"killed": 0.4, "lost": 0.5}}).set_index("assumption")
    assert set(table.index) == {"killed", "lost"} and table.loc["lost", "teams"] == 1 and table.loc["killed", "middle"] == pytest.approx(0.3)


def test_what_a_disagreement_is_worth_is_what_the_model_says():
    table = teams.disagreement({"a": {"lost": 0.2}, "b": {"lost": 0.6}}).set_index("assumption")
    expected = model.outcomes({"lost": 0.6}, 24)["at_large"] - model.outcomes({"lost": 0.2}, 24)["at_large"]
    assert table.loc["lost", "moves"] == pytest.approx(expected)


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_moving_one_weight_keeps_the_proportions_of_the_others(value):
    pooled = teams.pool({"a": {id: 10.0 * number for number, id in enumerate(assumptions.WEIGHTS, start=1)}})
    new = teams.moved(pooled, assumptions.WEIGHTS[0], value)
    assert sum(new.values()) == pytest.approx(1) and new[assumptions.WEIGHTS[0]] == value
    assert new[assumptions.WEIGHTS[1]] * pooled[assumptions.WEIGHTS[2]] == pytest.approx(new[assumptions.WEIGHTS[2]] * pooled[assumptions.WEIGHTS[1]])


# The plenary page: the same numbers

@pytest.fixture(scope="module")
def visit(browser, site):
    with Visit(browser, site, "teaching/plenary") as visit:
        visit.page.wait_for_selector(".plenary-choose", state="visible")
        yield visit
        assert visit.outside == [] and visit.errors == []


def choose(page, files: dict[str, str]) -> None:
    page.evaluate("document.querySelector('.plenary-about').textContent = ''")
    page.set_input_files("[data-action=teams]", [{"name": name, "mimeType": "application/json", "buffer": text.encode()} for name, text in files.items()])
    until(page, "() => document.querySelector('.plenary-about').textContent")


@pytest.mark.parametrize("seed", range(8))
def test_the_page_computes_what_python_computes(visit, seed):
    chance = random.Random(seed)
    some = some_teams(seed, count=chance.randint(1, 9))
    if seed % 2:  # some files name a part of the assumptions
        some = {name: {id: value for id, value in given.items() if chance.random() < 0.7} or given for name, given in some.items()}
    found = visit.page.evaluate("""teams => ({ pool: bookTeams.pool(teams), answers: bookTeams.answers(teams), rows: bookTeams.disagreement(teams) })""", some)
    assert found["pool"] == pytest.approx(teams.pool(some), rel=1e-12)
    assert found["answers"] == pytest.approx(teams.answers(some), rel=1e-12)
    table = teams.disagreement(some).set_index("assumption")
    assert len(found["rows"]) == len(table)
    for row in found["rows"]:
        expected = table.loc[row["assumption"]]
        for name in ("lowest", "middle", "mean", "highest", "apart", "moves"):
            assert row[name] == pytest.approx(expected[name], rel=1e-9, abs=1e-9), (row["assumption"], name)
        assert (row["lowestTeam"], row["highestTeam"]) == (expected["lowest_team"], expected["highest_team"])


def test_the_page_shows_the_teams_and_names_damaged_files(visit):
    page, some = visit.page, some_teams(3)
    files = {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()}
    choose(page, {**files, "half.json": files["team-0.json"][:80], "old.json": files["team-1.json"].replace('"version": 1', '"version": 0'), "forecast.json": TEXTS["forecast"]})
    assert page.locator(".plenary-about").inner_text() == "5 teams read, 3 left out."
    bad = page.locator(".plenary-bad li").all_inner_texts()
    assert [text.partition(":")[0] for text in bad] == ["half.json", "old.json", "forecast.json"]
    assert "damaged" in bad[0] and "version 0" in bad[1] and "not a file of assumptions" in bad[2]
    shown = page.eval_on_selector_all(".plenary-result table", "tables => tables.map(table => [...table.tBodies[0].rows].map(row => [row.cells[0].textContent, [...row.cells].slice(1).map(cell => Number(cell.dataset.value))]))")
    table = teams.disagreement(some)
    assert [(label, pytest.approx(values, rel=1e-9, abs=1e-9)) for label, values in shown[0]] == \
        [(row.label, [row.lowest, row.middle, row.highest, row.apart, row.moves]) for row in table.itertuples()]
    assert {name: values[0] for name, values in shown[1]}["the mean of the answers"] == pytest.approx(teams.answers(some)["mean"])
    assert table.iloc[0].label in page.locator(".plenary-sentence").inner_text()


def test_the_charts_follow_the_files(visit):
    page, some = visit.page, some_teams(4, count=3)
    visit.wake_charts()
    assert visit.states() == ["live"] * 3
    choose(page, {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()})
    until(page, "() => [...document.querySelectorAll('figure.chart')].every(figure => figure.textContent.includes('team-2') && !figure.querySelector('svg').textContent.includes('Optimist'))")
    rows = page.evaluate("document.querySelectorAll('figure.chart')[2].views[0].data('answers').map(row => [row.team, row.people])")
    assert dict(rows) == pytest.approx(teams.each(some))
    assert not page.locator(".plenary .chart-data").first.is_visible(), "a table of the presets beside charts of the class"


@pytest.mark.parametrize("problem", [{"killed": 0.7, "returned": 0.6}, dict.fromkeys(assumptions.WEIGHTS, 0), {"killed": 1.2}, {"stay_growth": -1}, {"reengage_half_life": 0}])
def test_the_page_refuses_what_python_refuses(visit, problem):
    text = json.dumps({"format": assumptions.SAVED.format, "version": 1, "explorer": "five-scenarios", "assumptions": problem})
    with pytest.raises(ValueError):
        assumptions.from_json(text)
    choose(visit.page, {"odd.json": text})
    assert "1 left out" in visit.page.locator(".plenary-about").inner_text()


def test_the_pooled_view_opens_in_the_explorer(visit, browser, site):
    page, some = visit.page, some_teams(5)
    choose(page, {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()})
    with Visit(browser, site, "index") as other:
        other.page.goto(page.evaluate("document.querySelector('.plenary-open').href"))
        until(other.page, "() => document.querySelector('figure.explorer')?.explorer")
        assert "came with the link" in other.page.locator(".explorer-message").first.inner_text()
        pooled = teams.pool(some)
        assert float(other.page.locator("[data-param=killed]").first.input_value()) == pytest.approx(pooled["killed"], abs=assumptions.get("killed").step)


def test_without_a_script_the_page_still_says_what_to_do(browser, site):
    with Visit(browser, site, "teaching/plenary", java_script_enabled=False) as visit:
        assert not visit.page.locator(".plenary-choose").is_visible()
        assert visit.page.locator("figure.chart svg[role=img]").count() == 3
        assert visit.page.get_by_text("Draw a grid on the board").is_visible()


def test_the_plenary_script_loads_on_its_page_only(site):
    from conftest import SITE

    loading = [path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "plenary.js" in path.read_text("utf-8")]
    assert loading == ["teaching/plenary.html"]
