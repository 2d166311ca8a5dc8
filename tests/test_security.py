"""Nothing that comes from a link or a file becomes a part of the page: 10,000 hostile inputs, and a look at the scripts."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, until
from test_site import Visit

INPUTS = 10_000
#: Ways in which text becomes markup or code. Live Python shows what the reader's own code printed, cleaned, see outputs.js.
SINKS = re.compile(
    r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function|srcdoc|setAttribute\(\s*[\"']on"
)

#: The one place that may: Vega asks for a function by its code, which is never a reader's; pages that load no Python forbid it.
ALLOWED = "return prepared.get(`()=>function(${parts.join()}){${code}}`)?.() ?? new Function(...parts, code);"

#: Inputs from a seed: pieces that break out of text, attributes, addresses, JSON and numbers, in every mix.
FUZZ = """
  const PIECES = ["<script>ran++</script>", "<img src=x onerror=ran++>", "\\"><svg onload=ran++>", "' onfocus=ran++ autofocus '", "javascript:ran++", "</script><script>ran++</script>",
    "<iframe srcdoc='<script>parent.ran++</script>'>", "__proto__", "constructor", "toString", "${ran++}", "{{ran++}}", "%3Cscript%3Eran%2B%2B%3C/script%3E", "\\u0000", "\\u202e", "&lt;b&gt;",
    "NaN", "Infinity", "-1e999", "0x10", "1e3", "0.5", "", " ", "null", "[]", "{}", "\\\\", "&", "=", "#", "?", "q01", "lost", "killed", "explorer", "version", "forecast", "1"];
  let seed = 20170301;
  const next = below => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor(seed / 4294967296 * below); };
  const some = () => Array.from({ length: 1 + next(3) }, () => PIECES[next(PIECES.length)]).join("");
  window.ran = 0;
  const strange = [];
  new MutationObserver(records => { for (const record of records) for (const node of record.addedNodes) if (node.nodeType === 1)
    for (const one of [node, ...node.querySelectorAll("*")])
      if (/^(script|iframe|object|embed|img|link|base|meta|svg|form)$/i.test(one.tagName) || [...one.attributes].some(name => /^on/i.test(name.name) || /javascript:/i.test(name.value)))
        if (!one.closest(".chart-view")) strange.push(one.outerHTML.slice(0, 200));
  }).observe(document, { childList: true, subtree: true });
  const polluted = () => ({}).ran !== undefined || ({}).lost !== undefined || Object.keys(Object.prototype).length > 0;
  const settled = () => new Promise(done => setTimeout(done, 0));
"""
LINKS = (
    "async count => {"
    + FUZZ
    + """
  const { id, version } = JSON.parse(document.querySelector("figure.explorer").dataset.explorer);
  for (let number = 0; number < count; number++) {
    const parts = next(2) ? [["explorer", id], ["version", version]] : [["explorer", some()]];
    for (let more = next(3); more >= 0; more--) parts.push([next(2) ? "lost" : some(), some()]);
    history.replaceState(null, "", "#" + (next(4) ? new URLSearchParams(parts) : some()));
    dispatchEvent(new Event("hashchange"));
    if (number % 500 === 0) await settled();
  }
  await settled();
  return { ran, strange, polluted: polluted() };
}"""
)
LOADS = (
    "async ([count, selector, wrap]) => {"
    + FUZZ
    + """
  const input = document.querySelector(selector), message = input.closest("form, figure").querySelector(".explorer-message");
  for (let number = 0; number < count; number++) {
    const key = some(), text = next(3) ? wrap.replace('"KEY"', JSON.stringify(key)).replace('"VALUE"', JSON.stringify(some())) : some();
    const files = new DataTransfer();
    files.items.add(new File([text], `${some()}.json`));
    input.files = files.files;
    message.textContent = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    while (!message.textContent) await settled();
  }
  return { ran, strange, polluted: polluted() };
}"""
)
CLEAN = {"ran": 0, "strange": [], "polluted": False}
FILES_OF = {
    "chapters/scenarios/stay": '{"format": "after-the-caliphate assumptions", "version": 1, "assumptions": {"KEY": "VALUE"}}',
    "chapters/forecast": '{"format": "FORMAT", "version": 1, "answers": {"KEY": "VALUE"}}',
    "chapters/competing-hypotheses": '{"format": "FORMAT", "version": 1, "ratings": {"KEY": {"KEY": "VALUE"}}}',
}


def test_hostile_links(browser, site):
    """Most of the inputs: a link is what others send."""
    with Visit(browser, site, "chapters/scenarios/stay") as visit:
        visit.wake_charts()
        until(visit.page, "() => document.querySelector('figure.explorer').explorer")
        assert visit.page.evaluate(LINKS, INPUTS - 1_500) == CLEAN
        assert visit.outside == [] and [error for error in visit.errors if "Content Security Policy" in error] == []


@pytest.mark.parametrize("page", FILES_OF)
def test_hostile_files(browser, site, page):
    """Through the button itself, as a reader would load them; and what the page says of them is text."""
    from aftermath import assumptions, forecast, hypotheses

    form = {
        "chapters/scenarios/stay": assumptions.SAVED.format,
        "chapters/forecast": forecast.SAVED.format,
        "chapters/competing-hypotheses": hypotheses.SAVED.format,
    }[page]
    with Visit(browser, site, page) as visit:
        visit.wake_charts()
        text = re.sub(r'"format": "[^"]*"', f'"format": "{form}"', FILES_OF[page])
        assert visit.page.evaluate(LOADS, [500, "input[data-action=load]", text]) == CLEAN
        assert visit.outside == []


def test_no_script_of_the_book_makes_markup_of_text():
    scripts = [*(ROOT / "explorable").glob("*/static/**/*.js"), *(ROOT / "explorable").glob("*/templates/**/*.js")]
    assert len(scripts) > 8
    found = [
        f"{path.name}: {line.strip()}"
        for path in scripts
        for line in path.read_text("utf-8").splitlines()
        if SINKS.search(line)
    ]
    assert found == [f"charts.js: {ALLOWED}"]
