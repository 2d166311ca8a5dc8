"""What the tests share: the chapters, the built site behind a local address, one browser for each worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorable.book import open_book
from explorable.publish.serve import serve

ROOT = Path(__file__).resolve().parent.parent
open_book(ROOT)  # wherever pytest was started
from explorable.testing import browser, notebooks, pages, read_notebook, until  # noqa: E402

__all__ = ["ROOT", "SITE", "browser", "notebooks", "pages", "read_notebook", "until"]

#: Which tests the quick loop leaves out. A test that asks for the fixture "site" or "browser" has that mark by itself.
LONG = ("site", "browser", "slow")


#: Every chart that the reader has come near is drawn: none will change its height while a test measures.
DRAWN = "() => [...document.querySelectorAll('figure.chart')].every(figure => figure.dataset.state || !figure.starting)"


class BuiltSite:
    """The path of the built site's folder. A test that looks into it has a mark that says so, or it would stop the quick loop,
    which has no site."""

    path, test = ROOT / "_build" / "html", None  # the test that is running; none while tests are collected

    def _of_a_marked_test(self) -> Path:
        if self.test and not any(map(self.test.get_closest_marker, LONG)):
            pytest.fail(
                f"{self.test.nodeid} reads the built site: write @pytest.mark.site above it, so that 'make check' leaves it out."
            )
        return self.path

    def __truediv__(self, name: str) -> Path:
        return self._of_a_marked_test() / name

    def __fspath__(self) -> str:
        return str(self._of_a_marked_test())

    def __str__(self) -> str:
        return str(self._of_a_marked_test())

    def __getattr__(self, name: str):
        return getattr(self._of_a_marked_test(), name)


SITE = BuiltSite()


PAGES = {*pages(), "search", "genindex"}


def held_back(page, script: str):
    """Keep a script of the page on its way, and return the function that lets it come."""
    waiting, comes = [], []
    page.route(f"**/{script}?*", lambda route: route.continue_() if comes else waiting.append(route))

    def come() -> None:
        comes.append(True)
        while not waiting:
            page.wait_for_timeout(10)
        waiting.pop().continue_()

    return come


def erase(page) -> None:
    """Erase all that a page keeps of the reader's, and say yes to the question whether that is meant."""
    page.click("form [data-action=erase]")
    page.get_by_role("button", name="Yes, erase").click()


#: In a page: the browser refuses to keep anything, in storage of either kind.
KEEPS_NOTHING = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException("denied", "SecurityError"); } });"""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note which page a test looks at, and in which browser: tests/table.py counts them."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    engine = given.get("engine") or ("chromium" if "browser" in getattr(item, "fixturenames", ()) else "")
    page = next((value for value in given.values() if isinstance(value, str) and value in PAGES), "")
    item.user_properties += [("engine", engine), ("page", page)]


def tool(name: str) -> Path:
    """Return a file of the browser tests' npm packages; without it the test is red where CI is set, else skipped."""
    path = ROOT / "tests" / "tools" / "node_modules" / name
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed: sh tests/tools/install.sh")
    return path


def pytest_addoption(parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help=f"leave out every test that is marked {', '.join(LONG)} (make check)"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name in LONG:
        config.addinivalue_line("markers", f"{name}: pyproject.toml says what it means")


@pytest.hookimpl(tryfirst=True)  # before -m chooses by marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for name in {"site", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(name)
    if config.getoption("--quick"):
        left = [item for item in items if any(map(item.get_closest_marker, LONG))]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    SITE.test = item
    try:
        return (yield)
    finally:
        SITE.test = None


@pytest.fixture(scope="session")
def site() -> str:
    """The address of the built site, served on this machine with the headers that a host should send."""
    if not (SITE / "index.html").exists():
        pytest.fail("The site is not built: run 'make book' first ('make test' does it).")
    with serve(SITE) as address:
        yield address
