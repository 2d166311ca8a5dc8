"""A class's files together: what can be read is pooled, what can't is named; the page and Python come to the same numbers."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, until
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scripts import call
from test_site import Visit

from aftermath import assumptions, classroom, first_edition, forecast, handed_in, model, quiz, report, teams
from explorable.classroom import plenary as page_part
from explorable.command import readable

sys.path.insert(0, str(ROOT / "bench"))
import class_files  # noqa: E402
import classroom as bench  # noqa: E402  (the synthetic class of the bench)

REFUSED = [
    {"killed": 0.7, "returned": 0.6},
    dict.fromkeys(assumptions.share_ids(), 0),
    {"killed": 1.2},
    {"stay_growth": -1},
    {"reengage_half_life": 0},
]
TEXTS = {
    "forecast": forecast.write({"Q01": 0.7}),
    "assumptions": assumptions.to_json({"killed": 0.2}, "five-scenarios"),
}


def some_teams(seed: int, count: int = 5) -> dict[str, dict[str, float]]:
    """Return teams that set their own shares and a few other assumptions, each at a stop of its slider."""
    chance = random.Random(seed)
    return {f"team-{number}": assumptions.from_json(bench.assumptions_file(chance)) for number in range(count)}


# Reading


@pytest.fixture(scope="module")
def five_hundred(tmp_path_factory):
    """A class of 500, of whose files 20 are no good."""
    folder = tmp_path_factory.mktemp("class")
    return folder, bench.write_class(folder, files=500, bad=20)


def test_of_500_files_the_20_damaged_are_named_and_all_others_are_read(five_hundred):
    folder, bad = five_hundred
    found = handed_in.read_folder(folder)
    assert set(found.bad) == bad and len(bad) == 20
    assert found.good == 480
    assert all(reason.endswith((".", ").")) and len(reason) > 20 for reason in found.bad.values())


def test_the_command_writes_one_report_that_names_them_and_asks_nobody(five_hundred, tmp_path, browser):
    folder, bad = five_hundred
    out = tmp_path / "report.html"
    done = subprocess.run(
        [sys.executable, "-m", "aftermath.classroom", str(folder), "--out", str(out)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert {line.split(":")[0].strip() for line in done.stdout.splitlines() if line.startswith("  ")} == bad
    text = out.read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert {row.th.get_text() for row in soup.select("#left-out tbody tr")} == bad
    assert not soup.find_all(["script", "link", "img", "iframe"])
    assert re.findall(r"(?:https?:)?//(?!www\.w3\.org/)[a-z]", re.sub(r"xmlns(:\w+)?=\"[^\"]*\"", "", text)) == []
    assert not any(
        name in text for name in ("student-001", "student-002", "student-003") if f"{name}.json" not in bad
    ), "a file that was read is named"
    for figure in soup.select("figure"):
        assert figure.figcaption.get_text() and len(figure.svg["aria-label"]) > 40
        painted = {part[name] for part in figure.svg.find_all(True) for name in ("fill", "stroke") if part.get(name)}
        assert [colour for colour in painted if not colour.startswith("var(--")] in ([], ["transparent"], ["none"]), (
            "a colour that is the same in the dark"
        )
    context = browser.new_context(viewport={"width": 375, "height": 740}, color_scheme="dark")
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(out.as_uri())
    assert asked == [out.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('svg text')).fill, getComputedStyle(document.body).backgroundColor]"
    )
    assert max(map(int, re.findall(r"\d+", ink)[:3])) > 120 > max(map(int, re.findall(r"\d+", paper)[:3])), (
        "dark ink on a dark page"
    )
    context.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"{", "can't be read as JSON"),
        (b"\xff\xfe\x00", "not text"),
        (b"[" * 100_000, "can't be read as JSON"),
        (b"[1]", "no forecast"),
        (b"null", "no forecast"),
        (b'{"format": ["a"]}', "no forecast"),
        (b'{"format": "after-the-caliphate/hypotheses", "version": 1}', "competing hypotheses"),
        (b'{"format": "x/hypotheses", "version": 1}', "by another book (x)"),
        (TEXTS["forecast"].replace('"version": 1', '"version": 0').encode(), "older edition of the book (version 0"),
        (TEXTS["assumptions"].replace('"version": 2', '"version": 0').encode(), "older edition of the book (version 0"),
        (TEXTS["assumptions"].replace('"version": 2', '"version": 3').encode(), "newer copy"),
        (TEXTS["assumptions"].replace('"version": 2', '"version": "one"').encode(), "version one"),
        (TEXTS["forecast"].replace("0.7", "7").encode(), "outside 0 to 1"),
        (TEXTS["assumptions"].replace("0.2", "2").encode(), "can't be"),
        (TEXTS["assumptions"].replace("0.2", "NaN").encode(), "can't be"),
        (TEXTS["assumptions"].replace("0.2", "true").encode(), "not a number"),
        (TEXTS["assumptions"].replace("0.2", "[0.2]").encode(), "not a number"),
        (TEXTS["assumptions"].replace("killed", "slain").encode(), "no assumption"),
        (TEXTS["assumptions"].replace('"version": 2', '"version": true').encode(), "version True"),
        (TEXTS["assumptions"].replace('"version": 2,', "").encode(), "no version"),
        (TEXTS["assumptions"].replace('"killed": 0.2', "").encode(), "no answer"),
        (forecast.write({}).encode(), "no answer"),
        (quiz.write({}).encode(), "no answer"),
        (TEXTS["forecast"].encode("utf-16")[:-1], "not text"),
        ("\ufeff \n".encode(), "empty"),
        (b"PK\x03\x04" + bytes(40), "unpack"),
        (b"\x1f\x8b\x08" + bytes(40), "unpack"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "a picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "sign in"),
        (rb"{\rtf1\ansi " + TEXTS["forecast"].encode() + b"}", "a text document"),
        (b"https://example.org/what-if.html#killed=0.2", "an address"),
        (b"> " + TEXTS["forecast"].replace("\n", "\n> ").encode(), "can't be read as JSON"),
        (TEXTS["forecast"].replace('"', "\u201c").encode(), "can't be read as JSON"),
        (TEXTS["forecast"].replace("0.7", "0,7").encode(), "can't be read as JSON"),
        ((TEXTS["forecast"] + TEXTS["assumptions"]).encode(), "can't be read as JSON"),
        (TEXTS["forecast"].replace("0.7", '"70 %"').encode(), "not a number"),
        (TEXTS["forecast"].replace('"Q01": 0.7', '"Q01": 0.7, "Q01": 0.1').encode(), "'Q01' twice"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, content, says):
    with pytest.raises(handed_in.HandedError, match=re.escape(says)) as error:
        (tmp_path / "one.json").write_bytes(content)
        raise handed_in.HandedError(handed_in.read_folder(tmp_path).bad["one.json"])
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "value",
    [
        "1e300",
        "-0.0",
        "NaN",
        "Infinity",
        "-Infinity",
        "true",
        "null",
        "9" * 20,
        "9" * 400,
        "9" * 5_000,
        "1e5000",
        "[" * 900 + "]" * 900,
        json.dumps(["a"] * 9_000),
        '"' + "x" * 90_000 + '"',
    ],
    ids=lambda value: value[:9],
)
@pytest.mark.parametrize(
    "form",
    [
        '{"format": "after-the-caliphate/assumptions", "version": 1, "assumptions": {"travelled": %s}}',
        '{"format": "after-the-caliphate/forecast", "version": 1, "answers": {"Q01": %s}}',
        '{"format": "after-the-caliphate/quiz", "version": 1, "answers": {"recruitment-q1": %s}}',
        '{"format": "after-the-caliphate/forecast", "version": %s, "answers": {"Q01": 0.5}}',
        '{"format": "after-the-caliphate/forecast", "version": 1, "kept": [%s], "answers": {"Q01": 0.5}}',
    ],
    ids=["assumptions", "forecast", "quiz", "version", "date"],
)
def test_what_no_page_saves_is_named_in_a_line(form, value):
    with pytest.raises(handed_in.HandedError) as error:
        handed_in.read((form % value).encode())
    assert len(str(error.value)) < 400


@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
@pytest.mark.parametrize("id", assumptions.registry())
def test_the_whole_slider_is_plausible(id):
    for value in assumptions.get(id).slider:
        if id not in assumptions.share_ids():  # of those only the proportions count
            assert assumptions.from_json(assumptions.to_json({id: value}, "five-scenarios")) == {id: value}


def test_files_of_the_first_edition_are_read_and_the_report_says_so(tmp_path):
    old = {
        "format": assumptions.SAVED.format,
        "version": 1,
        "assumptions": dict.fromkeys(first_edition.TODAY.values(), 100),
    }
    (tmp_path / "old.json").write_text(json.dumps(old), encoding="utf-8")
    (tmp_path / "new.json").write_text(TEXTS["assumptions"], encoding="utf-8")
    found = handed_in.read_folder(tmp_path)
    assert (
        found.bad == {}
        and {id: share for id, share in found.teams["old"].items() if share}
        == pytest.approx(dict.fromkeys(first_edition.TODAY, 0.2))
        and list(found.translated) == ["old.json"]
    )
    assert "1 read from the book's first edition" in classroom.summary(found) and "turned into shares" in report.write(
        found
    )


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["format", "version", "answers", "assumptions", "killed", "Q01", "x"]),
                inner | st.sampled_from([1, *handed_in.KINDS]),
                max_size=4,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_file_whatever_stops_the_report(content):
    try:
        kind, values = handed_in.read(content)
    except handed_in.HandedError:
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
    found = handed_in.read_folder(tmp_path, leave=tmp_path / "report.html")
    assert set(found.teams) == {"group b/team", "team"}
    assert set(found.bad) == {"essay.docx", "all.zip"} and "unpack" in found.bad["all.zip"]


def test_the_same_file_twice_and_two_of_one_team_are_pointed_out(tmp_path):
    for name, text in (
        ("a", TEXTS["forecast"]),
        ("b", TEXTS["forecast"]),
        ("c", class_files.with_team("quiz", "Owls")),
    ):
        (tmp_path / f"{name}.json").write_text(text, "utf-8")
    (tmp_path / "d.json").write_text(class_files.with_team("forecast", "Owls"), "utf-8")
    found = handed_in.read_folder(tmp_path)
    assert found.copies == [["a.json", "b.json"]] and "a.json, b.json" in classroom.summary(found)
    assert found.namesakes == {}, "a team may hand in a forecast and a quiz"
    later = class_files.with_team("forecast", "Owls").replace("0.7", "0.75")
    (tmp_path / "e.json").write_text(later, "utf-8")
    found = handed_in.read_folder(tmp_path)
    assert found.namesakes == {"Owls": ["d.json", "e.json"]} and len(found.forecasts) == 4
    assert "Of one team, Owls: d.json, e.json. All are counted" in classroom.summary(found)
    assert "Of one team, Owls: d.json, e.json. All are counted" in report.write(found)


# One table for the report and the pages


def test_the_report_reads_and_names_what_the_table_says(tmp_path):
    files = class_files.all_of_them()
    for one in files:
        (tmp_path / one.name).parent.mkdir(exist_ok=True)
        (tmp_path / one.name).write_bytes(one.content)
    found = handed_in.read_folder(tmp_path)
    shown = {readable(one.name): one for one in files}
    wanted = {name for name, one in shown.items() if one.says or one.holds == "guesses"}
    assert set(found.bad) == wanted and len(wanted) >= 50
    for name, why in found.bad.items():
        assert re.search(shown[name].says or "holds guesses", why), (name, why)
        assert 15 < len(why) < 400 and why.endswith((".", ").")), (name, why)
    for kind, read in (("forecast", found.forecasts), ("assumptions", found.teams), ("quiz", found.quizzes)):
        assert len(read) == sum(one.holds == kind for one in files), kind
    assert found.copies == [] and found.namesakes == {}
    assert max(len(text) for text in report.write(found, each=True).split()) < 10_000


def left_out(page, items: str) -> dict[str, str]:
    """Return what a page says of each file that it leaves out, by the file's name."""
    told = page.locator(items).evaluate_all(
        "items => items.map(item => [[...item.querySelectorAll('bdi')].map(name => name.textContent), item.lastChild.textContent])"
    )
    return {name: why.removeprefix(": ") for names, why in told for name in names}


#: Of each kind: the page that puts a class's files together, where it says how many it read, and where it names the others.
POOLED = {
    "assumptions": ("teaching/plenary", ".plenary-about", ".plenary-bad li"),
    "quiz": ("teaching/class-report", ".quiz-pool .explorer-message", ".quiz-pool li"),
    "guesses": ("chapters/guesses", ".guesses-tools .explorer-message", ".guesses-tools li"),
    "forecast": ("chapters/scores", ".class-result", ".class-result li"),
}
HOLDS = {"forecast": "a forecast", "assumptions": "assumptions", "quiz": "answers to quizzes", "guesses": "guesses"}


@pytest.mark.parametrize("kind", POOLED)
def test_each_page_reads_and_names_what_the_table_says(browser, site, kind):
    address, about, named = POOLED[kind]
    files = class_files.all_of_them()
    others = "|".join(f"it holds {words}," for other, words in HOLDS.items() if other != kind)
    with Visit(browser, site, address) as visit:
        visit.page.locator("input[type=file][multiple]").set_input_files(
            [{"name": one.name, "mimeType": "application/json", "buffer": one.content} for one in files]
        )
        until(visit.page, f"() => /read/.test(document.querySelector('{about}').textContent)")
        told = left_out(visit.page, named)
        shown = {one.name.replace("\u202e", " "): one for one in files}
        assert set(told) == {name for name, one in shown.items() if one.says or one.holds not in (None, kind)}
        for name, why in told.items():
            says = "|".join(filter(None, (shown[name].says, others)))
            assert re.search(says, why) and 15 < len(why) < 300 and why.endswith("."), (name, why)
        read, left = sum(one.holds == kind for one in files), len(told)
        assert re.match(rf"{read} \w+ read, {left} left out", visit.page.locator(about).inner_text())
        assert visit.page.locator("main img[src=x], main h1 b, main td > b").count() == 0
        assert visit.errors == [] and visit.outside == []


#: What is said of one alone: not "1 files", "1 are", "1 of 1 forecasts say".
ONE_OF_MANY = re.compile(r"(?<![\d.,])1 (?:of \d+ )?(?!of )(?:\w+s (?:read|were|are|say)|were|are|\w+s[:,.])")


@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
def test_one_file_of_a_kind_is_told_as_one(tmp_path):
    dates = forecast.Dates(
        datetime.fromisoformat("2027-02-10T10:00:01Z"), datetime.fromisoformat("2027-02-10T10:00:00Z"), None
    )
    (tmp_path / "one.json").write_text(forecast.write({"Q01": 0.7}, dates), "utf-8")
    (tmp_path / "bad.json").write_text("{", "utf-8")
    found = handed_in.read_folder(tmp_path)
    told = classroom.summary(found)
    assert told.startswith("1 file read: 1 forecast, 0 sets of assumptions, 0 quizzes.\n1 left out:")
    text = BeautifulSoup(report.write(found, each=True), "html.parser").get_text(" ")
    assert "1 file was read: 1 forecast, 0 sets of assumptions and 0 quizzes. 1 was left out" in text
    assert "1 of 1 forecast says when it was kept" in text and "its score says nothing" in text
    assert ONE_OF_MANY.findall(f"{told} {text}") == []


def test_without_a_folder_or_without_a_good_file_it_says_so(tmp_path, capsys):
    assert classroom.main([str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    (tmp_path / "bad.json").write_text("{", "utf-8")
    assert classroom.main([str(tmp_path), "--out", str(tmp_path / "report.html")]) == 1
    assert "bad.json" in (tmp_path / "report.html").read_text("utf-8")


def test_names_are_written_as_text(tmp_path):
    (tmp_path / "<img src=x onerror=alert(1)>.json").write_text("{", "utf-8")
    assert "<img" not in report.write(handed_in.read_folder(tmp_path))


def test_the_reports_figures_are_those_of_the_book(five_hundred):
    found = handed_in.read_folder(five_hundred[0])
    text = BeautifulSoup(report.write(found, each=True), "html.parser").get_text(" ")
    pooled = forecast.score(forecast.pool(found.forecasts.values()), forecast.outcomes())
    assert f"has a Brier score of {pooled:.3f}" in text
    both = teams.answers(found.teams)
    assert f"Their mean is {both['mean']:,.0f}; the answer to the mean assumptions is {both['pooled']:,.0f}" in text
    first = next(iter(found.teams))
    assert first in text and f"{model.outcomes(found.teams[first], 24)['at_large']:,.0f} people" in text


def test_the_report_says_when_forecasts_were_kept(tmp_path):
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text)

    made = {
        "early": forecast.Dates(at("2027-02-03T23:30:00-05:00"), at("2027-02-10T10:00:00Z"), None),
        "late": forecast.Dates(at("2027-02-10T10:00:01Z"), at("2027-02-10T10:00:00Z"), None),
        "changed": forecast.Dates(at("2027-02-05T10:00:00Z"), at("2027-02-10T10:00:00Z"), at("2027-02-10T10:05:00Z")),
        "never": forecast.Dates(),
        "old": None,
    }
    for name, dates in made.items():
        (tmp_path / f"{name}.json").write_text(forecast.write({"Q01": 0.7}, dates), "utf-8")
    found = handed_in.read_folder(tmp_path)
    assert found.dates == {name: dates for name, dates in made.items() if dates is not None}
    soup = BeautifulSoup(report.write(found, each=True), "html.parser")
    lines = {
        row.th.get_text(): row.find_all("td")[1].get_text().partition("score ")[2].partition(", ")[2]
        for row in soup.select("#each tbody tr")
    }
    assert lines == {
        "early": "kept on 3 February 2027",
        "late": "kept on 10 February 2027, after the outcomes were opened",
        "never": "never kept",
        "old": "",
        "changed": "kept on 5 February 2027, changed after the outcomes were opened",
    }
    said = soup.select_one("#forecasts .dates").get_text()
    assert (
        "3 of 5 forecasts say when they were kept: the first on 3 February 2027, the last on 10 February 2027" in said
        and "2 of 5 were kept or changed after" in said
    )


def test_assumptions_that_the_five_paths_do_not_use(tmp_path):
    (tmp_path / "a.json").write_text(assumptions.to_json({"inflow_half_life": 5}, "inflow"), "utf-8")
    assert "None of the files names an assumption" in report.write(handed_in.read_folder(tmp_path), each=True)


def test_a_file_without_a_say_on_the_five_paths_moves_no_mean(tmp_path):
    spoken = assumptions.to_json({"lost": 0.6}, "five-scenarios")
    (tmp_path / "a.json").write_text(spoken, "utf-8")
    alone = report._assumptions(handed_in.read_folder(tmp_path).teams)
    (tmp_path / "b.json").write_text(assumptions.to_json({"inflow_half_life": 5}, "inflow"), "utf-8")
    found = handed_in.read_folder(tmp_path)
    assert len(found.teams) == 2 and report._assumptions(found.teams)["mean"] == alone["mean"]
    assert "1 set names no assumption on which the five paths depend" in report.write(found)


def test_the_middle_of_a_class_is_the_median_and_half_of_it_lies_between_the_quartiles():
    """Of the values 1 to 4 half lie between 1.75 and 3.25, whichever way quantiles of few values are told apart elsewhere."""
    spans = report._spans({"a": [4.0, 1.0, 3.0, 2.0]}).iloc[0]
    assert (spans["q25"], spans["q50"], spans["q75"]) == (1.75, 2.5, 3.25) and spans["q05"] == pytest.approx(1.15)


# Sixty files of a class, most of them spoilt in a way of their own


def spoilt(text: str, chance: random.Random) -> bytes:
    """Return a saved file with one to three things done to it that nobody has thought of one by one."""
    content = text.encode()
    for _ in range(chance.randint(1, 3)):
        start, end = sorted(chance.sample(range(len(content) + 1), 2)) if len(content) > 1 else (0, 0)
        part = content[start:end]
        content = chance.choice(
            [
                lambda: content[:start],
                lambda: content[:start] + content[end:],
                lambda: content[:end] + part + content[end:],
                lambda: content[:start] + bytes(chance.randrange(256) for _ in range(4)) + content[start:],
                lambda: re.sub(
                    rb"\d+(\.\d+)?",
                    lambda m: chance.choice([b"-1", b"1e999", b"null", b"[]", b'"x"', m[0] * 40]),
                    content,
                    count=2,
                ),
                lambda: content.decode("utf-8", "replace").encode(
                    chance.choice(["utf-16", "utf-7", "utf-32", "utf-8-sig"])
                ),
                lambda: content.replace(b'"', chance.choice([b"'", "”".encode(), b""]), chance.randint(1, 9)),
                lambda: content + content,
                lambda: b"<html><script>alert(1)</script>" + content,
                lambda: content.swapcase(),
            ]
        )()
    return content


def sixty(seed: int) -> dict[str, bytes]:
    """Return sixty files: twenty as they were saved, a third of each kind, and forty made from them and spoilt."""
    chance = random.Random(seed)
    kinds = (bench.forecast_file, bench.assumptions_file, bench.quiz_file)
    whole = [kinds[number % 3](chance) for number in range(20)]
    files = {f"whole-{number:02}.json": text.encode() for number, text in enumerate(whole)}
    return files | {f"spoilt-{number:02}.json": spoilt(chance.choice(whole), chance) for number in range(40)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_of_sixty_files_each_is_read_or_named_with_a_reason(tmp_path, seed):
    folder, files = tmp_path / "class", sixty(seed)
    folder.mkdir()
    fill(folder, files)
    done = as_teacher(folder, "--out", tmp_path / "report.html", "--each", text=True)
    assert done.returncode == 0 and done.stderr == ""
    soup = BeautifulSoup((tmp_path / "report.html").read_text("utf-8"), "html.parser")
    told = {row.th.get_text(): row.td.get_text() for row in soup.select("#left-out tbody tr")}
    read = {row.th.get_text() for row in soup.select("#each tbody tr")}
    assert {name.removesuffix(".json") for name in files} == read | {name.removesuffix(".json") for name in told}
    assert len(read) + len(told) == 60 and len(told) > 20 and all(f"whole-{number:02}" in read for number in range(20))
    assert all(15 < len(why) < 300 for why in told.values()), told
    assert not soup.find("script")


# As a teacher meets it: the command, a folder of other people's files, a terminal


def as_teacher(*arguments, before: tuple = (), **options) -> subprocess.CompletedProcess:
    """Run the command; whatever happens, it ends by itself, with a sentence and no traceback."""
    given = {"capture_output": True, "env": os.environ | options.pop("env", {}), **options}
    done = subprocess.run([*before, sys.executable, "-m", "aftermath.classroom", *arguments], timeout=300, **given)
    assert b"Traceback" not in (done.stderr or b""), done.stderr.decode()
    return done


def fill(folder: Path, files: dict) -> None:
    for name, content in files.items():
        path = os.path.join(os.fsencode(folder), name if isinstance(name, bytes) else name.encode())
        if callable(content):
            content(path)
        else:
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())


UNIX = pytest.mark.skipif(os.name == "nt", reason="pipes, links and names of bytes are Unix's")
ODD = {  # what may lie in a folder: its name, what it is, and what is said of it (nothing: it is read)
    "good.json": (TEXTS["forecast"], None),
    b"M\xfcller.json": (TEXTS["forecast"].replace("0.7", "0.6"), None),
    "Mïller.json": (TEXTS["assumptions"], None),
    "tab.json.txt": (TEXTS["assumptions"], None),
    "tab.json": (TEXTS["assumptions"].replace("0.2", "0.3"), None),
    "SHOUT.JSON": (TEXTS["forecast"], None),
    "word.json": (TEXTS["forecast"].encode("utf-16"), None),
    "half-word.json": (TEXTS["forecast"].encode("utf-16-le"), None),
    "bom.json": (TEXTS["forecast"].encode("utf-8-sig"), None),
    "link.json": (lambda path: os.symlink("good.json", path), None),
    "sub": (os.mkdir, None),
    "sub/good.json": (TEXTS["forecast"], None),
    "__proto__.json": (TEXTS["assumptions"], None),
    "<img src=x onerror=alert(1)>.json": ("{", "can't be read as JSON"),
    "new\nline.json": ("[]", "no forecast"),
    "exe\u202enosj.json": ("", "empty"),
    b"\xff.json": ("", "empty"),
    "pipe.json": (os.mkfifo if hasattr(os, "mkfifo") else None, "a pipe or a device"),
    "zero.json": (lambda path: os.symlink("/dev/zero", path), "a pipe or a device"),
    "loop.json": (lambda path: os.symlink("loop.json", path), "symbolic links"),
    "gone.json": (lambda path: os.symlink("nowhere", path), "No such file"),
    "self": (lambda path: os.symlink(".", path), "link to a folder"),
    "folder.json": (os.mkdir, "empty folder"),
    "packed.json": (b"PK\x03\x04" + bytes(40), "unpack"),
    "class.zip": (b"PK\x03\x04", "unpack"),
    "old-report.html": ("<!doctype html>", "end in .json"),
    "large.json": (b"[" + b"1," * 600_000 + b"1]", "too large"),
    "deep.json": ("[" * 100_000, "can't be read as JSON"),
    "text.json": (TEXTS["forecast"].replace('"version": 1', '"version": "1"'), None),
    "text": (TEXTS["forecast"].replace("0.7", "0.8"), None),
    "huge.json": (TEXTS["assumptions"].replace('"killed": 0.2', '"travelled": 1e300'), "far outside"),
}


@UNIX
@pytest.mark.slow
@pytest.mark.parametrize(
    "terminal",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "C"],
)
def test_whatever_lies_in_the_folder(tmp_path, terminal):
    folder, out = tmp_path / "class", tmp_path / "report.html"
    folder.mkdir()
    fill(folder, {name: content for name, (content, _) in ODD.items()})
    done = as_teacher(folder, "--out", out, "--each", env=terminal)
    assert done.returncode == 0 and done.stderr == b""
    said = done.stdout.decode()
    names = {
        name: (name if isinstance(name, str) else name.decode("utf-8", "backslashreplace"))
        .replace("\n", "\\n")
        .replace("\u202e", "\\u202e")
        for name in ODD
    }
    expected = {names[name]: says for name, (content, says) in ODD.items() if says}
    soup = BeautifulSoup(out.read_text("utf-8"), "html.parser")
    told = {row.th.get_text(): row.td.get_text() for row in soup.select("#left-out tbody tr")}
    assert set(told) == set(expected)
    assert all(says in told[name] and f"  {name}: {told[name]}" in said for name, says in expected.items())
    read = [row.th.get_text() for row in soup.select("#each tbody tr")]
    assert (
        len(read) == len(set(read)) == sum(1 for content, says in ODD.values() if says is None) - 1
    )  # all but the folder
    assert soup.find("img") is None and {"tab", "tab.json.txt", "sub/good", "M\\xfcller", "Mïller"} <= {*read}


@pytest.mark.slow
def test_an_older_report_stays_until_the_new_one_is_complete(tmp_path):
    """The disk is full after a thousand bytes, as far as the command knows."""
    resource = pytest.importorskip("resource", reason="limits are Unix's")
    fill(tmp_path, {"a.json": TEXTS["forecast"], "report.html": "an older report"})
    done = as_teacher(
        tmp_path,
        "--out",
        tmp_path / "report.html",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode == 2 and b"can't be written" in done.stderr
    assert (tmp_path / "report.html").read_text("utf-8") == "an older report"
    assert sorted(os.listdir(tmp_path)) == ["a.json", "report.html"]


@pytest.mark.slow
def test_the_report_may_lie_in_the_folder_that_is_read(tmp_path):
    fill(tmp_path, {"a.json": TEXTS["forecast"]})
    for _ in range(2):
        done = as_teacher(tmp_path, "--out", tmp_path / "report.html")
        assert done.returncode == 0 and b"left out" not in done.stdout
    assert sorted(os.listdir(tmp_path)) == ["a.json", "report.html"]


def protected(path: bytes) -> None:
    Path(os.fsdecode(path)).write_text("as it was", "utf-8")
    os.chmod(path, 0o444)


@UNIX
@pytest.mark.parametrize(
    ("name", "made", "says"),
    [
        ("there/report.html", None, "no folder"),
        ("folder", os.mkdir, "is a folder"),
        ("a.json", None, "a student saves"),
        ("pipe", getattr(os, "mkfifo", None), "a pipe or a device"),
        ("locked.html", protected, "protected"),
        ("locked/report.html", lambda path: os.mkdir(os.path.dirname(path), 0o555), "Permission denied"),
        ("x" * 300 + ".html", None, "too long"),
        ("b/c.html", lambda path: open(os.path.dirname(path), "w").close(), "no folder"),
    ],
)
def test_a_place_where_no_report_can_stand(tmp_path, name, made, says):
    everybody = (
        ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    )  # root may write where nobody else may
    if everybody and not shutil.which(everybody[0]):
        pytest.skip("root may write everywhere")
    fill(tmp_path, {"a.json": TEXTS["forecast"]} | ({name: made} if made else {}))
    done = as_teacher(tmp_path, "--out", tmp_path / name, before=everybody)
    assert done.returncode == 2 and says in done.stderr.decode() and len(done.stderr.splitlines()) == 1
    assert (tmp_path / "a.json").read_text("utf-8") == TEXTS["forecast"]
    if made is protected:
        assert (tmp_path / name).read_text("utf-8") == "as it was"


@UNIX
@pytest.mark.slow
def test_a_folder_that_can_not_be_opened(tmp_path):
    everybody = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    if everybody and not shutil.which(everybody[0]):
        pytest.skip("root may read everything")
    fill(tmp_path, {"a.json": TEXTS["forecast"], "secret.json": TEXTS["forecast"], "inside": os.mkdir})
    os.chmod(tmp_path / "secret.json", 0)
    os.chmod(tmp_path / "inside", 0)
    done = as_teacher(tmp_path, "--out", tmp_path / "report.html", before=everybody)
    assert done.returncode == 0 and re.findall(
        r"^  (\S+): .*Permission denied", done.stdout.decode(), re.MULTILINE
    ) == ["inside", "secret.json"]
    os.chmod(tmp_path / "inside", 0o700)
    done = as_teacher(tmp_path / "secret.json", before=everybody)
    assert done.returncode == 2 and b"no folder" in done.stderr


@UNIX
@pytest.mark.slow
def test_nobody_reads_what_it_says(tmp_path):
    """As with ``| head``, which stops reading, and with a terminal that was closed."""
    fill(tmp_path, {"a.json": TEXTS["forecast"], "report.html": "older"})
    reading, writing = os.pipe()
    os.close(reading)
    done = as_teacher(
        tmp_path, "--out", tmp_path / "report.html", stdout=writing, stderr=subprocess.PIPE, capture_output=False
    )
    os.close(writing)
    assert (
        done.returncode == 141
        and done.stderr == b""
        and "<!doctype html>" in (tmp_path / "report.html").read_text("utf-8")
    )
    done = as_teacher(tmp_path, "--out", tmp_path / "report.html", preexec_fn=lambda: (os.close(1), os.close(2)))
    assert done.returncode == 0


@UNIX
@pytest.mark.slow
@pytest.mark.parametrize("when", ["numpy", "pandas", "altair"])
def test_ctrl_c_while_it_starts(tmp_path, when):
    fill(tmp_path, {"a.json": TEXTS["forecast"], "report.html": "older"})
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "aftermath.classroom",
        tmp_path,
        "--out",
        tmp_path / "report.html",
    ]
    with (
        tempfile.TemporaryFile() as out,
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=out, text=True) as process,
    ):
        lines = iter(process.stderr.readline, "")
        assert any(re.search(rf"\|\s+{when}\b", line) for line in lines), "it was never loaded"
        process.send_signal(signal.SIGINT)
        rest = [line for line in lines if not line.startswith("import time:")]
    assert process.returncode == 130 and rest == ["Stopped.\n"]
    assert (
        sorted(os.listdir(tmp_path)) == ["a.json", "report.html"]
        and (tmp_path / "report.html").read_text("utf-8") == "older"
    )


def test_a_python_without_the_book_s_packages(tmp_path):
    done = subprocess.run(
        [sys.executable, "-S", "-m", "aftermath.classroom", tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2 and "make setup" in done.stderr and len(done.stderr.splitlines()) == 1


# Teams


def test_apart_is_the_mean_over_all_pairs():
    values = [0.1, 0.4, 0.4, 0.9]
    pairs = [abs(one - other) for index, one in enumerate(values) for other in values[index + 1 :]]
    assert teams.apart(values) == pytest.approx(sum(pairs) / len(pairs))
    assert teams.apart([0.3]) == 0


def test_the_scale_of_old_weights_is_no_disagreement():
    """Files of the first edition, one with 20 points for each path and one with 100."""
    read = []
    for points in (20, 100):
        text = json.dumps(
            {
                "format": assumptions.SAVED.format,
                "version": 1,
                "assumptions": dict.fromkeys(first_edition.TODAY.values(), points),
            }
        )
        with pytest.warns(assumptions.Translated):
            read.append(assumptions.from_json(text))
    assert teams.disagreement(dict(zip("ab", read)))["apart"].max() == 0
    pooled = teams.pool(dict(zip("ab", read)))
    assert {id: share for id, share in pooled.items() if share} == pytest.approx(
        dict.fromkeys(first_edition.TODAY, 0.2)
    )


def test_a_team_has_a_say_only_on_what_its_file_names():
    table = teams.disagreement({"a": {"killed": 0.2}, "b": {"killed": 0.4, "lost": 0.5}}).set_index("assumption")
    assert (
        set(table.index) == {"killed", "lost"}
        and table.loc["lost", "teams"] == 1
        and table.loc["killed", "middle"] == pytest.approx(0.3)
    )


def test_what_a_disagreement_is_worth_is_what_the_model_says():
    table = teams.disagreement({"a": {"lost": 0.2}, "b": {"lost": 0.6}}).set_index("assumption")
    expected = model.outcomes({"lost": 0.6}, 24)["at_large"] - model.outcomes({"lost": 0.2}, 24)["at_large"]
    assert table.loc["lost", "moves"] == pytest.approx(expected)


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_moving_one_share_keeps_the_proportions_of_the_others(value):
    pooled = teams.pool({"a": {id: number / 15 for number, id in enumerate(assumptions.share_ids(), start=1)}})
    new = teams.moved(pooled, assumptions.share_ids()[0], value)
    assert sum(new.values()) == pytest.approx(1) and new[assumptions.share_ids()[0]] == value
    assert new[assumptions.share_ids()[1]] * pooled[assumptions.share_ids()[2]] == pytest.approx(
        new[assumptions.share_ids()[2]] * pooled[assumptions.share_ids()[1]]
    )


# The plenary page: the same numbers, first without a page


def scripted(calls: list[list], folder) -> list[dict]:
    return call("bookTeams", page_part.formulas(), "plenary-arithmetic.js", calls, folder)


def in_parts(seed: int) -> dict[str, dict[str, float]]:
    """Return one to nine teams, some of which name a part of the assumptions."""
    chance = random.Random(seed)
    some = some_teams(seed, count=chance.randint(1, 9))
    if not seed % 2:
        some = {
            name: {id: value for id, value in given.items() if chance.random() < 0.7} or given
            for name, given in some.items()
        }
    return {
        name: assumptions.from_json(assumptions.to_json(given, "five-scenarios")) for name, given in some.items()
    }  # as a team's file is read


def test_the_script_computes_what_python_computes(tmp_path):
    many = [in_parts(seed) for seed in range(12)]
    found = iter(scripted([[name, some] for some in many for name in ("pool", "answers", "disagreement")], tmp_path))
    for some in many:
        assert next(found)["value"] == pytest.approx(teams.pool(some), rel=1e-12)
        assert next(found)["value"] == pytest.approx(teams.answers(some), rel=1e-12)
        names = {"lowestTeam": "lowest_team", "highestTeam": "highest_team"}
        rows = [{names.get(name, name): value for name, value in row.items()} for row in next(found)["value"]]
        expected = {row["assumption"]: row for row in teams.disagreement(some).to_dict("records")}
        assert {row["assumption"]: row for row in rows} == {
            id: {
                name: value if isinstance(value, str) else pytest.approx(value, rel=1e-9, abs=1e-9)
                for name, value in row.items()
            }
            for id, row in expected.items()
        }


def test_the_script_reads_what_python_reads_and_refuses_what_it_refuses(tmp_path):
    good = [assumptions.to_json(given, "five-scenarios") for seed in range(8) for given in in_parts(seed).values()]
    bad = {
        **{
            json.dumps(
                {
                    "format": assumptions.SAVED.format,
                    "version": assumptions.SAVED.version,
                    "explorer": "five-scenarios",
                    "assumptions": problem,
                }
            ): ""
            for problem in REFUSED
        },
        good[0][:80]: "damaged",
        TEXTS["forecast"]: "no file of assumptions",
        good[0].replace('"killed"', '"returned"'): "twice",
        good[0].replace('"version": 2', '"version": 0'): "older edition",
        good[0].replace('"killed"', '"slain"'): "slain",
    }
    for text in bad:
        with pytest.raises(ValueError):
            assumptions.from_json(text)
    found = scripted([["parse", text] for text in [*good, *bad]], tmp_path)
    assert [one.get("value") for one in found[: len(good)]] == [assumptions.from_json(text) for text in good]
    assert all(says in one["error"] for one, says in zip(found[len(good) :], bad.values())), found[len(good) :]


def test_the_script_leaves_out_what_has_no_say_or_no_sense(tmp_path):
    """Python's model would take these: a slip of the finger would draw every chart flat, and a team without a say would be counted."""
    files = {
        "travelled = 1e+300 is implausible: the sources run from 30,000 people to 52,800 people": {"travelled": 1e300},
        "share_stay = 5000 can’t be": {"share_stay": 5000},
        "none of the assumptions": {},
        "depend on": {"inflow_half_life": 4},
    }
    found = scripted([["parse", assumptions.to_json(given, "five-scenarios")] for given in files.values()], tmp_path)
    assert all(says in one["error"] for one, says in zip(found, files)), found


def test_the_script_takes_a_value_as_far_from_the_evidence_as_the_book_allows_and_none_beyond(tmp_path):
    this = assumptions.get("travelled")
    farthest = round(this.high + page_part.FAR * (this.high - this.low))
    texts = [assumptions.to_json({this.id: value}, "five-scenarios") for value in (farthest, farthest + 1)]
    taken, refused = scripted([["parse", text] for text in texts], tmp_path)
    assert taken["value"] == {this.id: farthest} and "is implausible" in refused["error"]


# … then on it


@pytest.fixture
def anew(browser, site):
    """The plenary page of a class that nobody has read before, and that leaves nothing behind."""
    with Visit(browser, site, "teaching/plenary") as visit:
        visit.page.wait_for_selector(".plenary-choose", state="visible")
        yield visit
        assert visit.outside == [] and visit.errors == []


@pytest.fixture(scope="module")
def visit(browser, site):
    with Visit(browser, site, "teaching/plenary") as visit:
        visit.page.wait_for_selector(".plenary-choose", state="visible")
        yield visit
        assert visit.outside == [] and visit.errors == []


def choose(page, files: dict[str, str]) -> None:
    handed(page, {name: text.encode() for name, text in files.items()})


def handed(page, files: dict[str, bytes]) -> None:
    page.evaluate("() => { document.querySelector('.plenary-about').textContent = ''; }")
    page.set_input_files(
        "[data-action=teams]",
        [{"name": name, "mimeType": "application/json", "buffer": content} for name, content in files.items()],
    )
    until(page, "() => document.querySelector('.plenary-about').textContent")
    if page.locator("[data-action=reveal]").is_visible():
        page.click("[data-action=reveal]")


@pytest.mark.parametrize("seed", range(8))
def test_the_page_computes_what_python_computes(visit, seed):
    some = in_parts(seed)
    found = visit.page.evaluate(
        """teams => ({ pool: bookTeams.pool(teams), answers: bookTeams.answers(teams), rows: bookTeams.disagreement(teams) })""",
        some,
    )
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
    choose(
        page,
        {
            **files,
            "half.json": files["team-0.json"][:80],
            "old.json": files["team-1.json"].replace('"version": 2', '"version": 0'),
            "forecast.json": TEXTS["forecast"],
        },
    )
    assert page.locator(".plenary-about").inner_text() == "5 teams read, 3 left out."
    bad = page.locator(".plenary-bad li").all_inner_texts()
    assert [text.partition(":")[0] for text in bad] == ["forecast.json", "half.json", "old.json"]
    assert "holds a forecast" in bad[0] and "damaged" in bad[1] and "version 0" in bad[2]
    shown = page.eval_on_selector_all(
        ".plenary-result table",
        "tables => tables.map(table => [...table.tBodies[0].rows].map(row => [row.cells[0].textContent, [...row.cells].slice(1).map(cell => Number(cell.dataset.value))]))",
    )
    table = teams.disagreement(some)
    assert [(label, pytest.approx(values, rel=1e-9, abs=1e-9)) for label, values in shown[0]] == [
        (row.label, [row.lowest, row.middle, row.highest, row.apart, row.moves]) for row in table.itertuples()
    ]
    assert {name: values[0] for name, values in shown[1]}["the mean of the answers"] == pytest.approx(
        teams.answers(some)["mean"]
    )
    assert table.iloc[0].label in page.locator(".plenary-sentence").inner_text()


def test_the_charts_follow_the_files(visit):
    page, some = visit.page, some_teams(4, count=3)
    visit.wake_charts()
    assert visit.states() == ["live"] * 3
    choose(page, {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()})
    until(
        page,
        "() => [...document.querySelectorAll('figure.chart')].every(figure => figure.textContent.includes('team-2') && !figure.querySelector('svg').textContent.includes('Optimist'))",
    )
    rows = page.evaluate(
        "document.querySelectorAll('figure.chart')[2].views[0].data('answers').map(row => [row.team, row.people])"
    )
    assert dict(rows) == pytest.approx(teams.each(some))
    assert not page.locator(".plenary .chart-data").first.is_visible(), (
        "a table of the presets beside charts of the class"
    )


def test_where_the_teams_disagree_waits_until_somebody_asks(browser, site):
    """The class guesses first; the charts that it sees meanwhile are the teams', also those that nobody has scrolled to."""
    some = some_teams(5, count=5)
    files = {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()}
    with Visit(browser, site, "teaching/plenary", viewport={"width": 1024, "height": 768}) as visit:
        page = visit.page
        page.wait_for_selector(".plenary-choose", state="visible")
        page.set_input_files(
            "[data-action=teams]",
            [{"name": name, "mimeType": "application/json", "buffer": text.encode()} for name, text in files.items()],
        )
        until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('5 teams')")
        shares, disputes, answers = page.locator(".plenary figure.chart").all()
        for hidden in (page.locator(".plenary-sentence"), disputes, page.locator(".plenary-result")):
            assert not hidden.is_visible()
        drawn = "figure => figure.textContent.includes('team-4') && !figure.querySelector('svg').textContent.includes('Optimist')"
        until(page, drawn, answers.element_handle())
        assert page.evaluate("scrollY") == 0
        page.get_by_role("button", name="Show where they disagree").click()
        until(
            page,
            "figure => figure.querySelector('svg')?.textContent.includes('team-4') || figure.views",
            disputes.element_handle(),
        )
        assert teams.disagreement(some).iloc[0].label in page.locator(".plenary-sentence").inner_text()
        assert page.evaluate("document.activeElement.className") == "plenary-sentence"
        assert [text for text in page.locator(".plenary svg text").all_text_contents() if text.endswith("…")] == []
        assert visit.errors == []


def test_links_do_what_files_do_and_a_team_is_called_as_it_calls_itself(browser, site):
    """From the page where a team works: a name, a link copied, a file saved; both read side by side in the plenary."""
    with Visit(browser, site, "chapters/what-if", accept_downloads=True) as visit:
        page = visit.page
        figure = page.locator("figure.explorer").first
        figure.scroll_into_view_if_needed()
        until(page, "figure => figure.explorer", figure.element_handle())
        figure.get_by_text("Keep, compare, share").click()
        figure.get_by_label("Team or nickname").fill("Team 3")
        figure.locator(".explorer-entry [data-param=lost]").fill("0.5")
        with page.expect_download() as download:
            figure.get_by_role("button", name="Save file").click()
        assert download.value.suggested_filename == "Team-3-assumptions-five-scenarios.json"
        text = download.value.path().read_text("utf-8")
        link = page.evaluate("figure => book.signedLink(figure.explorer.link())", figure.element_handle())
        assert json.loads(text)["team"] == "Team 3" and link.endswith("&team=Team+3")
        assert assumptions.from_json(text)["lost"] == 0.5
        page.goto(f"{site}/teaching/plenary.html")
        page.wait_for_selector(".plenary-choose", state="visible")
        page.click(".plenary-paste summary")
        page.fill(".plenary-paste textarea", f"{link}\nInterior: {link}\nno link at all")
        page.click("[data-action=paste]")
        until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('2 teams read, 1 left out')")
        assert "Line 3" in page.locator(".plenary-bad").inner_text()
        given = page.evaluate("link => bookTeams.parse(bookTeams.fromLink(link).text)", link)
        saved = assumptions.from_json(text)
        assert {id: given[id] for id in saved} == pytest.approx(saved)
        page.click("[data-action=reveal]")
        heads = page.locator(".plenary-result tbody th").all_inner_texts()
        assert "Team 3" in heads and "Interior" in heads
        page.goto(link)
        figure = page.locator("figure.explorer").first
        until(page, "figure => figure.explorer", figure.element_handle())
        assert visit.errors == []


def test_a_class_s_quizzes_are_pooled_in_the_page(browser, site):
    asked = quiz.of("strategy")
    wrong = next(option for option in asked[0].options if not option.right)
    texts = [quiz.write({asked[0].id: [wrong.letter], asked[1].id: [asked[1].right]}) for _ in range(3)]
    files = {**{f"team-{number}.json": text for number, text in enumerate(texts)}, "forecast.json": TEXTS["forecast"]}
    with Visit(browser, site, "teaching/class-report") as visit:
        visit.page.set_input_files(
            "[data-action=quizzes]",
            [{"name": name, "mimeType": "application/json", "buffer": text.encode()} for name, text in files.items()],
        )
        until(visit.page, "() => document.querySelector('.quiz-pooled table')")
        questions, goals = visit.page.locator(".quiz-pooled table").all()
        first = questions.locator("tbody tr").first.inner_text()
        assert asked[0].text in first and "0 of 3" in first and wrong.text in first and wrong.feedback in first
        assert "3 of 3" in questions.locator("tbody tr").last.inner_text() and goals.locator("tbody tr").count() >= 2
        assert "forecast.json" in visit.page.locator(".quiz-pool .plenary-bad").inner_text()
        assert visit.errors == []


@pytest.mark.parametrize("problem", REFUSED)
def test_the_page_refuses_what_python_refuses(visit, problem):
    text = json.dumps(
        {
            "format": assumptions.SAVED.format,
            "version": assumptions.SAVED.version,
            "explorer": "five-scenarios",
            "assumptions": problem,
        }
    )
    with pytest.raises(ValueError):
        assumptions.from_json(text)
    choose(visit.page, {"odd.json": text})
    assert "1 left out" in visit.page.locator(".plenary-about").inner_text()


PLAIN = assumptions.to_json({"killed": 0.3}, "five-scenarios")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mark", PLAIN.encode("utf-8-sig")),
        ("utf-16", PLAIN.encode("utf-16")),
        ("big-end", PLAIN.encode("utf-16-be")),
        ("version-as-text", PLAIN.replace('"version": 2', '"version": "2"').encode()),
    ],
)
def test_a_file_is_read_however_an_editor_saved_it(visit, name, content):
    handed(visit.page, {f"{name}.json.txt": content})
    assert visit.page.locator(".plenary-about").inner_text().startswith("1 team read.")
    assert visit.page.locator(".plenary-result tbody th").filter(has_text=re.compile(f"^{name}$")).count() == 1


def test_files_that_are_none_are_named_and_one_handed_in_twice_is_pointed_out(visit):
    good = PLAIN
    slip = assumptions.to_json({"travelled": 1e300}, "five-scenarios")
    handed(
        visit.page,
        {
            "a.json": good.encode(),
            "b.json": good.encode(),
            "__proto__.json": good.replace("0.3", "0.4").encode(),
            "empty.json": b"",
            "picture.json": b"\xff\xd8\xff\xe0\x81",
            "slip.json": slip.encode(),
            "twice.json": good.replace('"killed": 0.3', '"killed": 0.3, "killed": 0.4').encode(),
            "nothing.json": assumptions.to_json({}, "five-scenarios").encode(),
        },
    )
    assert visit.page.locator(".plenary-about").inner_text() == "3 teams read, 5 left out."
    said = visit.page.locator(".plenary-bad li").all_inner_texts()
    wanted = [
        "empty.json: it is empty",
        "nothing.json: it sets none of the assumptions",
        "picture.json: it is a picture",
        "slip.json: travelled = 1e+300 is implausible",
        "twice.json: it has “killed” twice",
        "The same, word for word: “a.json”, “b.json”. All are counted",
    ]
    assert len(said) == len(wanted) and all(line.startswith(start) for line, start in zip(said, wanted)), said
    assert visit.page.locator(".plenary-result tbody th").filter(has_text="__proto__").count() == 1


def test_of_sixty_files_the_page_reads_what_python_reads_and_names_all_others(browser, site):
    files = sixty(0)
    good = {name for name, content in files.items() if is_team(content)}
    with Visit(browser, site, "teaching/plenary") as visit:
        visit.page.wait_for_selector(".plenary-choose", state="visible")
        handed(visit.page, files)
        left = left_out(visit.page, ".plenary-bad li")
        assert set(left) == set(files) - good, (good & set(left), set(files) - good - set(left))
        assert (
            f"{len(good)} teams read, {60 - len(good)} left out." == visit.page.locator(".plenary-about").inner_text()
        )
        assert all(15 < len(why) < 300 for why in left.values()), left
        assert visit.errors == [] and visit.outside == []


def is_team(content: bytes) -> bool:
    """Say whether Python reads this as a set of assumptions."""
    try:
        return handed_in.read(content)[0] == "assumptions"
    except handed_in.HandedError:
        return False


LINK = "https://example.org/chapters/what-if.html#explorer=five-scenarios&lost=0.45&share_stay=0.6&version=2"
WATCHED = f"https://safe.example/?url={quote(LINK, safe='')}&data=05%7C02"


@pytest.mark.parametrize(
    ("pasted", "teams"),
    [
        (f"{LINK}.", [""]),
        (f"Interior: {LINK}", ["Interior"]),
        (f"Interior\n{LINK}\nForeign:\n{LINK}&team=Owls", ["Interior", "Foreign"]),
        (f"{LINK}&team=%C3%89t%C3%A9+3", ["Été 3"]),
        (f"Interior {LINK} and Foreign <{LINK}>; thanks", ["Interior", "and Foreign"]),
        (f"[Interior]({LINK})", ["Interior"]),
        (f"[30/11/2026, 09:12] Anna: {LINK}", ["Anna"]),
        (f"#1 العربية – {LINK}", ["1 العربية"]),
        (f"> Interior: {LINK[:70]}\n> {LINK[70:]}", ["Interior"]),
        *((f"{LINK[:at]}\n{LINK[at:]}\n\nForeign: {LINK}", ["", "Foreign"]) for at in range(36, len(LINK) - 1)),
        (f"{LINK.replace('#', '?utm_source=mail#')}&utm_medium=mail&fbclid=5", [""]),
        (LINK.replace("&", "&amp;"), [""]),
        (f"Interior: {WATCHED}", ["Interior"]),
        (LINK[LINK.index("#") :], [""]),
    ],
)
def test_a_link_is_read_as_people_and_mail_programs_pass_it_on(tmp_path, pasted, teams):
    [found] = scripted([["linksIn", pasted]], tmp_path)
    links = found["value"]
    read = [one["value"] for one in scripted([["fromLink", one["link"]] for one in links], tmp_path)]
    assert [one["team"] or of["team"] for one, of in zip(links, read)] == teams
    for one in read:
        given = json.loads(one["text"])["assumptions"]
        assert (given["lost"], given["share_stay"]) == (0.45, 0.6), pasted


def test_of_a_link_that_was_cut_no_value_is_taken(tmp_path):
    cut = [LINK[:end] for end in range(LINK.index("five") + 4, len(LINK))]
    assert all("error" in one for one in scripted([["fromLink", link] for link in cut], tmp_path))
    [found] = scripted([["linksIn", f"Hello\nhere is ours\n{LINK}\n\nthe Owls"]], tmp_path)
    assert [(one["where"], "link" in one) for one in found["value"]] == [
        ("Line 1", False),
        ("Line 3", True),
        ("Line 5", False),
    ], "a line without a link is named"


def test_files_and_links_make_one_class_and_files_may_be_dropped(anew):
    """As a teacher does whose pupils hand in either: a folder held over the page, then the links of the chat."""
    page = anew.page
    texts = {f"team-{number}.json": assumptions.to_json({"lost": number / 20}, "five-scenarios") for number in (2, 10)}
    page.evaluate(
        """texts => {
          const data = new DataTransfer();
          for (const [name, text] of Object.entries(texts)) data.items.add(new File([text], name));
          const send = (kind, to) => { const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }); to.dispatchEvent(event); return event.defaultPrevented; };
          window.over = [send("dragover", document.querySelector("article p")), document.body.matches("[data-over]"), send("drop", document.querySelector("article p"))];
        }""",
        {**texts, ".DS_Store": "x", "essay.docx": "x"},
    )
    until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('2 teams')")
    assert page.evaluate("over") == [True, True, True] and page.locator("body[data-over]").count() == 0
    assert page.locator(".plenary-bad li").all_inner_texts() == [
        "essay.docx: it is no file that this book saves: those end in .json. Take it out, or ask for the saved file."
    ]
    page.click(".plenary-paste summary")
    page.fill(".plenary-paste textarea", f"Owls: {LINK}\n{LINK[:-3]}")
    page.click("[data-action=paste]")
    until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('3 teams')")
    assert page.locator(".plenary-about").inner_text() == "3 teams read (2 files and 1 link), 2 left out."
    page.click("[data-action=reveal]")
    answers = page.locator(".plenary-result table").last.locator("tbody th").all_inner_texts()
    assert answers[:3] == ["team-2", "team-10", "Owls"]
    handed(
        page, {"long" * 40 + ".json": PLAIN.encode(), "one.json": class_files.with_team("assumptions", "Owls").encode()}
    )
    assert page.locator(".plenary-about").inner_text().startswith("3 teams read (2 files and 1 link)")
    assert "Of one team, “Owls”" in page.locator(".plenary-bad").inner_text()
    assert [text for text in page.locator(".plenary-result tbody th").all_inner_texts() if len(text) > 60] == []


def test_of_sixty_teams_each_is_named_and_every_chart_fits_a_printed_page(anew):
    page, some = anew.page, some_teams(9, count=60)
    anew.wake_charts()
    choose(page, {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()})
    page.emulate_media(media="print")
    until(page, "() => document.querySelector('.plenary figure.chart svg').textContent.includes('team-59')")
    shares, disputes, answers = page.locator(".plenary figure.chart").all()
    for chart in (shares, answers):
        until(page, "figure => figure.querySelector('svg').textContent.includes('team-59')", chart.element_handle())
        names = [text for text in chart.locator("svg text").all_text_contents() if re.fullmatch(r"team-\d+", text)]
        assert sorted(names) == sorted(some)
        until(
            page, "figure => figure.getBoundingClientRect().height < 1046", chart.element_handle()
        )  # A4 within its margins, at 96 dots an inch
    legend = disputes.locator("svg .role-legend-label text").all_text_contents()
    assert legend == [teams.ANY], "sixty colours and shapes tell nobody apart"


def test_a_class_stays_with_the_tab_until_a_new_class_comes(browser, site):
    """A reload, or the way to the pooled view and back, in the middle of a lesson; then the next class sits down."""
    with Visit(browser, site, "teaching/plenary") as visit:
        page, some = visit.page, some_teams(6, count=3)
        handed(
            page,
            {f"{name}.json": assumptions.to_json(given, "five-scenarios").encode() for name, given in some.items()},
        )
        said = page.locator(".plenary-sentence").inner_text()
        page.reload()
        until(page, "() => document.querySelector('.plenary-about').textContent.startsWith('3 teams read')")
        assert "read before in this tab" in page.locator(".plenary-about").inner_text()
        assert not page.locator(".plenary-sentence").is_visible(), "the answer waits behind its button again"
        page.click(".plenary-open")
        until(page, "() => document.querySelector('figure.explorer')?.explorer")
        page.go_back()
        until(page, "() => document.querySelector('.plenary-about')?.textContent.startsWith('3 teams read')")
        if page.locator("[data-action=reveal]").is_visible():
            page.click("[data-action=reveal]")
        assert page.locator(".plenary-sentence").inner_text() == said
        other = page.context.new_page()
        other.goto(f"{site}/chapters/privacy.html")
        other.get_by_role("button", name="New class").click()
        with page.expect_navigation():
            other.get_by_role("button", name="Erase everything", exact=True).click()
        until(page, "() => document.querySelector('.plenary-about')?.textContent.startsWith('Until you choose')")
        assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('book-'))") == []
        assert page.locator(".plenary-bad li").count() == 0 and visit.errors == []


def test_the_files_chosen_last_are_the_ones_shown(visit):
    """A reader who chooses again does not wait; slower files that were chosen before must not take the place of the new ones."""
    one = PLAIN.encode()
    visit.page.evaluate(
        "() => { const read = File.prototype.arrayBuffer; File.prototype.arrayBuffer = async function () { if (this.name.startsWith('slow')) await new Promise(done => { window.letGo = done; }); return read.call(this); }; }"
    )
    visit.page.set_input_files(
        "[data-action=teams]", [{"name": "slow.json", "mimeType": "application/json", "buffer": one}]
    )
    until(visit.page, "() => window.letGo")
    handed(visit.page, {"quick.json": one})
    visit.page.evaluate(
        "() => { window.letGo(); return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); }"
    )
    assert visit.page.locator(".plenary-result tbody th").filter(has_text="quick").count() == 1


def test_the_pooled_view_opens_in_the_explorer(visit, browser, site):
    page, some = visit.page, some_teams(5)
    choose(page, {f"{name}.json": assumptions.to_json(given, "five-scenarios") for name, given in some.items()})
    with Visit(browser, site, "index") as other:
        other.page.goto(page.evaluate("document.querySelector('.plenary-open').href"))
        until(other.page, "() => document.querySelector('figure.explorer')?.explorer")
        assert "came with the link" in other.page.locator(".explorer-message").first.inner_text()
        pooled = teams.pool(some)
        assert float(other.page.locator("[data-param=killed]").first.input_value()) == pytest.approx(
            pooled["killed"], abs=assumptions.get("killed").step
        )


def test_without_a_script_the_page_still_says_what_to_do(browser, site):
    with Visit(browser, site, "teaching/plenary", java_script_enabled=False) as visit:
        assert not visit.page.locator(".plenary-choose").is_visible()
        assert visit.page.locator("figure.chart svg[role=img]").count() == 3
        assert visit.page.get_by_text("Draw a grid on the board").is_visible()


def test_the_plenary_script_loads_on_its_page_only(site):
    from conftest import SITE

    loading = [
        path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "plenary.js" in path.read_text("utf-8")
    ]
    assert loading == ["teaching/plenary.html"]
