"""The book without a host: pages opened from the disk, and the archive to carry away."""

from __future__ import annotations

import hashlib
import zipfile

import pytest
from conftest import SITE, pages, until
from test_site import DESK

from explorable.editions import archive as package


class Stick:
    """Pages opened by file:// in a fresh browser profile, and every error they report."""

    def __init__(self, browser, folder=SITE):
        self.context, self.folder, self.errors = browser.new_context(viewport=DESK), folder, []
        self.page = self.context.new_page()
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, page: str, more: str = ""):
        self.page.goto("about:blank")
        self.page.goto((self.folder / f"{page}.html").as_uri() + more)
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.fixture(scope="module")
def stick(browser):
    with Stick(browser) as stick:
        yield stick


@pytest.mark.parametrize("page", [*pages(), "search", "genindex"])
def test_a_page_opens_from_the_disk(stick, page):
    """Under its own policy, without an error; its first and its last chart come alive."""
    stick.errors.clear()
    opened = stick.open(page)
    charts = opened.locator("figure.chart").all()
    for chart in charts[:1] + charts[1:][-1:]:
        chart.scroll_into_view_if_needed()
        until(opened, "chart => chart.dataset.state", chart.element_handle())
        assert chart.get_attribute("data-state") == "live"
    assert stick.errors == []


def test_an_explorer_moves_from_the_disk(stick):
    page = stick.open("chapters/scenarios/stay")
    figure = page.locator("figure.explorer").first
    figure.scroll_into_view_if_needed()
    until(page, "() => document.querySelector('figure.explorer .stage-answer')?.textContent")
    before = figure.locator(".stage-answer").inner_text()
    figure.locator("input[type=range]").first.press("End")
    until(page, "before => document.querySelector('.stage-answer').textContent !== before", before)


def test_a_forecast_travels_by_link(stick, tmp_path):
    """A browser may keep nothing between files: the link and the file hold the answers."""
    page = stick.open("chapters/forecast")
    page.locator("input[type=range]").first.press("End")
    page.get_by_role("button", name="Copy link").click()
    until(
        page, "() => document.querySelector('.explorer-message .book-copy')?.value.includes('#forecast=')"
    )  # the clipboard is closed to it
    link = page.locator(".explorer-message .book-copy").input_value().partition("#")[2]
    page.evaluate("localStorage.clear()")
    page = stick.open("chapters/forecast", f"#{link}")
    assert "came with the link" in page.locator(".forecast-arrived").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save file").click()
    download.value.save_as(tmp_path / "forecast.json")
    page = stick.open("chapters/scores")
    page.locator("input[data-action=class]").set_input_files(tmp_path / "forecast.json")
    until(page, "() => document.querySelector('.class-result').textContent.includes('1 forecast read')")


def test_search_works_from_the_disk(stick):
    page = stick.open("search", "?q=returnee")
    page.wait_for_selector("ul.search li a")


@pytest.mark.site
def test_the_archive_is_the_site_and_is_the_same_twice(tmp_path):
    first, second = (package.write(tmp_path / folder) for folder in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    checksum, name = first.with_name(f"{first.name}.sha256").read_text("utf-8").split()
    assert name == first.name and checksum == hashlib.sha256(first.read_bytes()).hexdigest()
    with zipfile.ZipFile(first) as archive:
        packed = {entry.removeprefix(f"{package.name()}/"): archive.read(entry) for entry in archive.namelist()}
    there = {
        file.relative_to(SITE).as_posix(): file.read_bytes()
        for file in SITE.rglob("*")
        if file.is_file() and file.name not in package.LEFT_OUT
    }
    assert packed == there
