"""The build itself: the same twice, and red for a chart that owes its reader something."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from engines import end, free_port, wait_until_ready

from aftermath import theme
from explorable.figures.colours import to_variables
from explorable.figures.figure import problems
from explorable.pages import links, references

KEPT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "_build", ".pytest_cache", ".hypothesis", "__pycache__", "node_modules"
)

LAUNCH = {
    "url": "https://github.com/someone/a-book",
    "colab_url": "https://colab.example",
    "binderhub_url": "https://binder.example",
    "jupyterhub_url": "https://hub.example",
}


def build(folder: Path) -> subprocess.CompletedProcess:
    """Build a copy of the book from nothing, as 'make book' does."""
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder), "-W", "-n", "--keep-going"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


def contents(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file() and path.name not in (".buildinfo", ".buildinfo.bak")
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the book without its site."""
    folder = tmp_path_factory.mktemp("copy") / "book"
    shutil.copytree(ROOT, folder, ignore=KEPT_OUT)
    if (ROOT / "_build" / "live").exists():  # put together once, and not by Sphinx
        shutil.copytree(ROOT / "_build" / "live", folder / "_build" / "live")
    settings = folder / "_config.yml"
    for name, value in LAUNCH.items():  # as a fork would set them
        changed = re.sub(rf'(\b{name}:) ""', rf'\1 "{value}"', settings.read_text("utf-8"))
        assert value in changed, name
        settings.write_text(changed, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_two_clean_builds_give_the_same_files(copy):
    def clean_build() -> dict[str, str]:
        for made in ("html", ".doctrees", ".jupyter_cache"):
            shutil.rmtree(copy / "_build" / made, ignore_errors=True)
        done = build(copy)
        assert done.returncode == 0, done.stderr[-2000:]
        return contents(copy / "_build" / "html")

    first, second = clean_build(), clean_build()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    os.utime(copy / "chapters" / "scores.md")  # as an editor saves it: this page alone is made again
    again = build(copy)
    assert again.returncode == 0, again.stderr[-2000:]
    third = contents(copy / "_build" / "html")
    assert [name for name in {**second, **third} if second.get(name) != third.get(name)] == []


@pytest.mark.slow
def test_addresses_of_the_settings_are_in_every_chapter_s_menu(copy):
    page = BeautifulSoup((copy / "_build" / "html" / "chapters" / "toll.html").read_text("utf-8"), "html.parser")
    links = {link.get_text(): link["href"] for link in page.select("details.launch a")}
    assert links["Open in Colab"] == "https://colab.example/github/someone/a-book/blob/main/chapters/toll.ipynb"
    assert (
        links["Open in Binder"]
        == "https://binder.example/v2/gh/someone/a-book/main?urlpath=lab/tree/chapters/toll.ipynb"
    )
    assert links["Open in JupyterHub"].startswith("https://hub.example/hub/user-redirect/git-pull?repo=https")
    assert "chapters/toll.ipynb" in links["Open in JupyterHub"]
    assert not page.select(".dropdown-launch-buttons"), "the theme's own menu opens by a script alone"


@pytest.mark.full
def test_watch_builds_what_is_saved_and_reloads_the_page(copy, browser):
    port, path = free_port(), copy / "reuse" / "host-it.md"
    text = path.read_text("utf-8")
    running = subprocess.Popen(
        ["make", "watch", f"PORT={port}", f"VENV={sys.prefix}"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/reuse/host-it.html")
        with page.expect_event("load", timeout=300_000):
            path.write_text(text.replace("# Host it", "# Saved a moment ago", 1), encoding="utf-8")
        assert page.locator("article h1").first.inner_text().startswith("Saved a moment ago")
        page.close()
    finally:
        end(running)
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_chart_without_description_fails_the_build(copy):
    path = copy / "chapters" / "toll.ipynb"
    notebook = nbformat.read(path, as_version=4)
    spec = next(
        output["data"][theme.MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if theme.MIME in output.get("data", {})
    )
    del spec["description"]
    nbformat.write(notebook, path)
    done = build(copy)
    assert done.returncode != 0
    assert "chart without description" in done.stdout + done.stderr


@pytest.mark.slow
def test_outputs_of_other_code_fail_each_build(copy):
    """The second build reads no page again; it is not to publish them in silence."""
    path = copy / "chapters" / "scenarios" / "stay.ipynb"
    stored = path.read_text("utf-8")
    notebook = nbformat.read(path, as_version=4)
    [cell for cell in notebook.cells if cell.cell_type == "code"][-1]["source"] += "\nanother = 1"
    nbformat.write(notebook, path)
    for _ in range(2):
        done = build(copy)
        assert done.returncode != 0
        assert "scenarios/stay.ipynb" in done.stderr and "was changed since it was executed" in done.stderr
    path.write_text(stored, encoding="utf-8", newline="\n")


def test_an_unknown_source_is_warned_of_at_its_own_line(tmp_path):
    """What is known of a role is where its paragraph begins, and nothing is wrong there."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\nOne paragraph, [here](bibliography.md#wilner2017)\nand there,\nand [there](bibliography.md#gone2000).\n"
    )
    environment = SimpleNamespace(docname="page", doc2path=lambda name: str(page))
    role = links.Source()
    role.text, role.lineno = "there <gone2000>", 3
    role.inliner = SimpleNamespace(
        document=SimpleNamespace(settings=SimpleNamespace(env=environment)),
        reporter=SimpleNamespace(warning=lambda message, line: f"line {line}: {message}"),
    )
    assert role.run() == ([], ["line 5: references.bib has no entry 'gone2000'"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": None}, "chart without title"),
        ({"description": ""}, "chart without description"),
        ({"usermeta": {}}, "chart without sources"),
        ({"usermeta": {"sources": ["nobody1999"]}}, "unknown source nobody1999"),
    ],
)
def test_what_a_chart_owes_is_named(change, says):
    spec = {"title": "A title", "description": "A description", "usermeta": {"sources": ["wilner2017"]}}
    assert problems(spec, references.entries()) == []
    assert says in "; ".join(problems({**spec, **change}, references.entries()))


def test_every_colour_of_a_chart_becomes_a_role_of_the_theme():
    light = {value for pairs in (theme.COLOUR_PAIRS, theme.INK_PAIRS) for value, _ in pairs.values()}
    written = to_variables(json.dumps(theme.config()))
    assert not [colour for colour in light if colour in written]
    assert len(light) == len(theme.COLOUR_PAIRS) + len(theme.INK_PAIRS), "two roles with one colour"


@pytest.mark.slow
def test_each_benchmark_finds_what_it_uses_of_the_book():
    """Nobody runs them every day: one had lost a function of the tests and nobody saw it."""
    program = "import runpy, sys\nfor path in sys.argv[1:]:\n    runpy.run_path(path, run_name='only imported')"
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, sorted((ROOT / "bench").glob("*.py")))],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
