"""Where a chapter can be run: the menu under its title, which has no dead entry and needs no script."""

from __future__ import annotations

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, SITE, notebooks

from explorable.publish import launch

ADDRESSES = ("colab_url", "binderhub_url", "jupyterhub_url")


def entries(html: str) -> dict[str, str]:
    """Return the menu's links: their words and where they lead."""
    links = BeautifulSoup(html, "html.parser").select("details.launch a")
    return {link.get_text(): link["href"] for link in links}


@pytest.mark.parametrize("page", notebooks())
@pytest.mark.site
def test_every_chapter_has_the_menu_and_its_notebook(page):
    shown = entries((SITE / f"{page}.html").read_text("utf-8"))
    set_up = [
        name for name in ADDRESSES if yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["launch_buttons"][name]
    ]
    assert len(shown) == 1 + len(set_up), "an address that is not set must not be shown"
    notebook = (SITE / f"{page}.html").parent / shown["Download the notebook"]
    assert notebook.resolve().read_bytes() == (ROOT / f"{page}.ipynb").read_bytes()


def test_an_address_that_is_set_is_shown_and_the_theme_s_own_menu_is_not():
    other = {"type": "link", "label": "download", "text": ".ipynb"}
    group = {
        "type": "group",
        "label": "launch-buttons",
        "buttons": [
            {"type": "link", "text": "Colab", "url": "https://colab.example/a?b=1&c=2"},
            {"type": "javascript", "text": "Live Code"},
        ],
    }
    context = {"header_buttons": [other, group]}
    links = launch._take_links(context)
    assert context["header_buttons"] == [other]
    menu = launch.menu("../_sources/chapters/toll.ipynb", links)
    assert entries(menu) == {
        "Download the notebook": "../_sources/chapters/toll.ipynb",
        "Open in Colab": "https://colab.example/a?b=1&c=2",
    }


def test_a_reader_learns_what_a_service_asks_for_before_going_there():
    """Whoever offers a place where a chapter can be run says what it costs: an account, minutes, what was typed."""
    places = [name.removesuffix("_url") for name in ADDRESSES]
    names = {"colab": "Colab", "binderhub": "Binder", "jupyterhub": "JupyterHub"}
    menu = launch.menu("toll.ipynb", [{"url": "https://example.org", "text": names[place]} for place in places])
    said = {
        row.a.get_text(): row.get_text().partition(": ")[2] for row in BeautifulSoup(menu, "html.parser").select("li")
    }
    assert "needs an account" in said["Open in Colab"] and "Google" in said["Open in Colab"]
    assert "public server" in said["Open in Binder"] and "forgets" in said["Open in Binder"]
    assert "your school" in said["Open in JupyterHub"]


def test_the_menu_opens_by_keyboard_without_a_script(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/chapters/strategy.html")
    menu = page.locator("details.launch")
    assert not menu.get_by_role("link", name="Download the notebook").is_visible()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "strategy.ipynb"
    page.close()
