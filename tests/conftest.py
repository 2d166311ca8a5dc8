"""What the tests share: the chapters, the built site behind a local address, one browser for each worker."""
from __future__ import annotations

import inspect
import os
from pathlib import Path
from types import CodeType, FunctionType

import nbformat
import pytest
import yaml

from explorable.publish import chromium
from explorable.publish.serve import serve

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"


def pages() -> list[str]:
    """Return all pages of the table of contents, without suffix, in its order."""
    def files(node):
        if isinstance(node, dict):
            yield from (node[name] for name in ("root", "file") if name in node)
            node = [part for name, part in node.items() if name not in ("root", "file")]
        if isinstance(node, list):
            for part in node:
                yield from files(part)

    return list(files(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))


PAGES = {*pages(), "search", "genindex"}


def notebooks() -> list[str]:
    """Return the pages that are notebooks."""
    return [page for page in pages() if (ROOT / f"{page}.ipynb").exists()]


def read_notebook(page: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / f"{page}.ipynb", as_version=4)


def until(page, holds: str, given=None, *, seconds: float = 30) -> None:
    """Wait till a JavaScript function of ``given`` holds in a page.

    Playwright's own ``wait_for_function`` makes code in the page at each try, which the policy of most pages forbids.
    """
    page.evaluate(f"""async ([given, patience, said]) => {{
      const holds = {holds}, start = performance.now();
      while (!holds(given)) {{
        if (performance.now() - start > patience) throw new Error(`In vain: ${{said}}`);
        await new Promise(done => setTimeout(done, 20));
      }}
    }}""", [given, 1000 * seconds, holds])


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
    parser.addoption("--quick", action="store_true", help="leave out what needs the built site or a browser, builds, or draws many examples (make check)")


def takes_long(item: pytest.Item) -> bool:
    """Say if a test is left out of the quick loop: by what it asks for, what it reads, or that it draws examples."""
    test = getattr(item, "function", None)
    return bool({"site", "browser", "engine", "copy", "slow"} & set(getattr(item, "fixturenames", ()))
                or {"SITE", "html"} & names_in(test)
                or getattr(test, "is_hypothesis_test", False))


def names_in(function, seen: frozenset = frozenset()) -> set[str]:
    """Return the names that a function of a test module uses, itself or through the module's own functions."""
    function = inspect.unwrap(function)  # of a cache
    if not isinstance(function, FunctionType) or function in seen:
        return set()
    codes = [function.__code__]
    for code in codes:  # grows: what is within it, such as a comprehension
        codes += [const for const in code.co_consts if isinstance(const, CodeType)]
    names = {name for code in codes for name in code.co_names}
    helpers = (function.__globals__.get(name) for name in names)
    own = [one for one in helpers if callable(one) and getattr(one, "__module__", None) == function.__module__]
    return names.union(*(names_in(one, seen | {function}) for one in own))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        kept = [item for item in items if not takes_long(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(scope="session")
def slow() -> None:
    """Asked for by a test, or a fixture of it, that takes long or needs what was built: it stays out of the quick loop."""


@pytest.fixture(scope="session")
def site() -> str:
    """The address of the built site, served on this machine with the headers that a host should send."""
    if not (SITE / "index.html").exists():
        pytest.fail("The site is not built: run 'make book' first ('make test' does it).")
    with serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium: the machine's own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(windowless=True), args=chromium.FLAGS)
        yield browser
        browser.close()
