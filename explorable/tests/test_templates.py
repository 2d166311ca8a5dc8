"""HTML from templates: what is put in is text, unless it is HTML already."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from jinja2.exceptions import UndefinedError
from markupsafe import Markup

from explorable import templates

HOSTILE = "<script>alert('x')</script> & \"more\""


def handout(**given) -> str:
    known = {
        "language": "en",
        "project": "A book",
        "kind": "handout",
        "title": "T",
        "plan": "p.html",
        "static": ".",
        "body": "",
    }
    return str(templates.fill("editions/handout.html", **known | given))


def test_text_stays_text_wherever_it_is_put():
    page = BeautifulSoup(handout(title=HOSTILE, project=HOSTILE, plan=f'x" onclick="{HOSTILE}'), "html.parser")
    assert page.find("script") is None and page.h1.get_text() == HOSTILE
    assert not page.find("a").has_attr("onclick") and page.find("a").get_text() == HOSTILE


def test_html_that_was_made_before_is_taken_as_it_is():
    assert "<p>Said.</p>" in handout(body=Markup("<p>Said.</p>")) and "&lt;p&gt;" in handout(body="<p>Said.</p>")


def test_what_a_script_reads_of_an_attribute_comes_back_as_it_was():
    value = {"a": HOSTILE, "b": [1, None]}
    page = BeautifulSoup(f'<i data-about="{templates.attribute(value)}"></i>', "html.parser")
    assert json.loads(page.i["data-about"]) == value


def test_a_value_that_is_missing_is_an_error_and_no_gap():
    with pytest.raises(UndefinedError, match="language"):
        templates.fill("editions/handout.html")
