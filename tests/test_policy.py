"""The Content-Security-Policy: strict, on every page, in force with and without a host's headers; and nothing asks another host."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SITE, pages
from test_site import Visit, html

from explorable.pages import policy

#: The pages of the book; slides are pages of their own, without a policy but the host's.
SITE_PAGES = [path for path in sorted(SITE.rglob("*.html")) if "data-content_root" in path.read_text("utf-8")]
KINDS = [
    "index",
    "chapters/strategy",
    "chapters/five-scenarios",
    "chapters/forecast",
    "chapters/competing-hypotheses",
    "chapters/claims",
]
ATTACK = """() => {
  window.ran = [];
  document.body.append(Object.assign(document.createElement("script"), { textContent: "ran.push('script')" }));
  document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="ran.push(\\'handler\\')"><a id="bait" href="javascript:ran.push(\\'link\\')">x</a><base href="https://example.org/">');
  document.getElementById("bait").click();
  const elsewhere = Object.assign(document.createElement("script"), { src: "https://example.org/x.js" });
  return Promise.all([
    new Promise(done => { elsewhere.onerror = () => done("refused"); elsewhere.onload = () => done("loaded"); document.body.append(elsewhere); }),
    fetch("https://example.org/").then(() => "fetched", () => "refused"),
    new Promise(done => setTimeout(done, 0)),
  ]).then(([script, fetched]) => ({ ran: window.ran, script, fetched, base: document.baseURI.includes("example.org") }));
}"""


def directives(text: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in text.split("; "))}


def of_page(path) -> dict[str, list[str]]:
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    return directives(soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"])


def test_no_directive_lets_another_host_in():
    for text in (policy.headers()["Content-Security-Policy"], policy.of_page(charts=True, live=True)):
        allowed = directives(text)
        assert allowed["default-src"] == allowed["base-uri"] == ["'none'"]
        values = {value for name, values in allowed.items() for value in values}
        assert not [value for value in values if re.search(r"[*.]|https?:|^(http|ws)s?:?$|blob:", value)]
        assert "'unsafe-inline'" not in allowed["script-src"]
    assert "'unsafe-inline'" not in directives(policy.of_page(charts=True, live=False))["style-src"]


@pytest.mark.parametrize("path", SITE_PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
@pytest.mark.site
def test_a_page_runs_no_script_that_stands_in_its_text(path):
    """No handler in an attribute, no style element; the only script in the text is the one that the policy knows by its hash."""
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    assert [(tag.name, name) for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")] == []
    assert [tag["href"] for tag in soup.find_all(href=re.compile(r"\s*javascript:", re.I))] == []
    assert soup.find_all("style") == []
    inline = [
        tag.string for tag in soup.find_all("script") if not tag.get("src") and tag.get("type") != "application/json"
    ]
    assert inline == [policy.inline_script()]


@pytest.mark.parametrize("path", SITE_PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
@pytest.mark.site
def test_a_page_allows_what_its_kind_needs_and_no_more(path):
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    scripts = of_page(path)["script-src"]
    has = {"charts": bool(soup.select("figure.chart")), "live": bool(soup.select('script[src*="live.js"]'))}
    assert scripts == directives(policy.of_page(**has))["script-src"]
    if not has["live"]:
        assert "'unsafe-eval'" not in scripts and "'wasm-unsafe-eval'" not in scripts


@pytest.mark.parametrize("page", KINDS)
def test_the_policy_is_in_force(browser, site, page):
    """As a header and without one, a script, a handler, a link, a base address put into the page do nothing; no host is asked."""
    for opened in ("served", "from the disk"):
        with Visit(browser, site, page) as visit:
            if opened == "from the disk":
                visit.page.unroute("**/*")
                visit.page.goto((SITE / f"{page}.html").as_uri())
            assert visit.page.evaluate(ATTACK) == {
                "ran": [],
                "script": "refused",
                "fetched": "refused",
                "base": False,
            }, opened
            assert visit.outside == []


def test_the_server_sends_every_header(browser, site):
    with Visit(browser, site, "index") as visit:
        response = visit.page.request.get(f"{site}/index.html")
        assert {name: response.headers[name.lower()] for name in policy.headers()} == policy.headers()


# What a browser keeps

#: Of banners, of a way to read slides and of a self-test of the notes that this book does not have.
UNUSED = {"pst_banner_pref", "pst_announcement_banner_pref", "reveal-scroll-origin", "reveal-scroll-top", "test"}


def keys() -> set[str]:
    """Return the names under which the site's scripts keep something in a browser: those of the theme, the search and the slides, and all that begin with "book-".

    Only the library's own names of classes begin so, too; what it keeps, others have named, or a constant.
    """
    built = (path.read_text("utf-8") for path in (SITE / "_static").rglob("*.js"))
    found = {
        name
        for text in built
        for name in re.findall(r'(?:local|session)Storage\.[gs]etItem\(\s*["`\']([\w-]+)["`\']', text)
    }
    for path in [*(ROOT / "explorable").glob("*/static/**/*.js"), *(ROOT / "explorable").glob("*/templates/**/*.js")]:
        text = path.read_text("utf-8")
        assert not re.search(r"\b(indexedDB|document\.cookie|caches\.open|serviceWorker)\b", text), path.name
        if path.name != "library.js":
            found |= set(re.findall(r'["`\'](book-[a-z-]+)(?=["`\' ])', text))
        found |= set(re.findall(r'\b[A-Z]+ = "(book-[a-z-]+)"', text))  # what the library keeps itself has a constant
    return found - UNUSED


def listed() -> set[str]:
    page = html("chapters/privacy")
    return {code.get_text() for code in page.select("td:first-child code, #what-your-browser-keeps > p code")}


@pytest.mark.site
def test_the_privacy_page_names_all_that_a_browser_keeps():
    assert keys() == listed()


@pytest.mark.parametrize("page", pages())
def test_a_visit_leaves_nothing_that_is_not_listed(browser, site, page):
    with Visit(browser, site, page) as visit:
        visit.wake_charts()
        kept = visit.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        assert set(kept) <= listed() and visit.context.cookies() == []
