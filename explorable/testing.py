"""What the tests of a book share: its pages, its built site behind a local address, one browser for each worker.

A book's ``tests/conftest.py`` imports it, when pytest is run in the book's folder.
"""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest

from explorable import chromium
from explorable.book import current_book
from explorable.publish.serve import serve

ROOT, SITE = current_book().root, current_book().site


def pages() -> list[str]:
    """Return all pages of the table of contents, without suffix, in its order."""
    return current_book().pages()


def notebooks() -> list[str]:
    """Return the pages that are notebooks."""
    return [page for page in pages() if (ROOT / f"{page}.ipynb").exists()]


def read_notebook(page: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / f"{page}.ipynb", as_version=4)


def until(page, holds: str, given=None, *, seconds: float = 30) -> None:
    """Wait till a JavaScript function of ``given`` holds in a page.

    Playwright's own ``wait_for_function`` makes code in the page at each try, which the policy of most pages forbids.
    """
    page.evaluate(
        f"""async ([given, patience, said]) => {{
      const holds = {holds}, start = performance.now();
      while (!holds(given)) {{
        if (performance.now() - start > patience) throw new Error(`In vain: ${{said}}`);
        await new Promise(done => setTimeout(done, 20));
      }}
    }}""",
        [given, 1000 * seconds, holds],
    )


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
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
