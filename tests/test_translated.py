"""A page that the browser has translated: every word is another one, in elements of the translator's own, and every control does what it did."""

from __future__ import annotations

import datetime
import json
from typing import NamedTuple

import pytest
from conftest import ROOT, SITE, until

from aftermath import assumptions, forecast, hypotheses
from explorable.book import open_book
from explorable.course import guesses

#: What a translator does, now and whenever the page changes: each text goes into two <font> elements and says something else.
TRANSLATE = """() => {
  const foreign = text => text.replace(/[a-z]/gi, letter => String.fromCharCode((letter.toLowerCase().charCodeAt(0) - 84) % 26 + (letter < "a" ? 65 : 97)));
  const left = "script, style, svg, pre, code, textarea, font, .live-editor";
  const translate = root => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    for (const text of texts) {
      const parent = text.parentElement;
      if (!parent || !text.data.trim() || parent.closest(left)) continue;
      if (parent.tagName === "OPTION") { text.data = foreign(text.data); continue; }
      const outer = document.createElement("font"), inner = document.createElement("font");
      text.replaceWith(outer);
      outer.append(inner);
      inner.append(foreign(text.data));
    }
  };
  translate(document.body);
  new MutationObserver(changes => changes.forEach(({ addedNodes }) => addedNodes.forEach(node => {
    if (node.isConnected && node.nodeName !== "FONT") translate(node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
  }))).observe(document.body, { childList: true, subtree: true });
}"""

#: The next control of some kinds that has not been worked yet, in focus, and where its words stand once nothing moves them any more (a
#: chart that scrolls into view is being drawn); nothing if there is none.
NEXT = """async ([scope, kinds, done]) => {
  const place = element => { const parts = []; for (let one = element; one !== document.body; one = one.parentElement)
    parts.push(`${one.tagName}${[...one.parentElement.children].filter(other => other.tagName === one.tagName).indexOf(one)}`); return parts.join(" "); };
  const found = [...document.querySelectorAll(scope)].flatMap(part => [...part.querySelectorAll(kinds)])
    .find(control => control.checkVisibility() && !control.disabled && !done.includes(place(control)));
  if (!found) return;
  found.scrollIntoView({ block: "center", behavior: "instant" });
  found.focus({ preventScroll: true });
  const frame = () => new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)));
  const starts = () => [...document.querySelectorAll("figure.chart")].some(figure => figure.starting && !figure.dataset.state);
  for (let still = 0, top; still < 3; top = found.getBoundingClientRect().top, await frame())
    still = found.getBoundingClientRect().top === top && !starts() ? still + 1 : 0;
  const worded = found.matches("button, summary, label") ? found : found.closest("label") ?? found, range = document.createRange();
  const words = document.createTreeWalker(worded, NodeFilter.SHOW_TEXT, text => text.data.trim() && text.parentElement.tagName !== "OPTION" ? 1 : 2).nextNode();
  words ? range.selectNodeContents(words) : range.selectNode(found);
  const { x, y, width, height } = range.getClientRects()[0];
  return { place: place(found), words: [x + Math.min(width, 12) / 2, y + height / 2], is: [found.tagName, found.dataset.action ?? "", found.id] };
}"""

#: What the page has now, without its words; and which of its lines speak. An explorer's answer is spoken when the hand has rested: not counted here.
STATE = """() => {
  const own = storage => Object.entries(storage).filter(([key]) => key.startsWith("book-")).sort();
  const article = document.querySelector("article");
  return { kept: [own(localStorage), own(sessionStorage)], hash: location.hash,
    values: [...article.querySelectorAll("input:not([type=file]), select")].map(input => ["radio", "checkbox"].includes(input.type) ? input.checked : input.value),
    shown: [...article.querySelectorAll("button, details, li, tr, form, section")].map(one => one.checkVisibility()),
    states: [...article.querySelectorAll("[aria-pressed], [data-state]:not(figure)")].map(one => one.ariaPressed ?? one.dataset.state),
    speaks: [...article.querySelectorAll("[role=status]:not(.stage-spoken), .explorer-message")].map(line => line.textContent.trim() !== "") };
}"""
SETTLED = """async () => {
  const wait = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const comes = () => [...document.querySelectorAll("figure.chart")].some(figure => (figure.starting && !figure.dataset.state) || figure.isGliding?.());
  for (let frames = 0; frames < 8; frames++) { await wait(); if (comes() || [...document.querySelectorAll("input[type=file]")].some(input => input.files.length)) frames = 0; }
}"""


class Kind(NamedTuple):
    """One kind of page: where it is, the part with its controls, what is visible when it is ready, a file to load, what the browser kept."""

    page: str
    part: str
    ready: str
    file: str = ""
    kept: dict[str, str] = {}
    buttons: str = "button, summary, label.explorer-load"


RATED = hypotheses.write({"E05": {"stay": -2}, "E06": {"join": 1}})
open_book(ROOT)
CHOICES = [one for page in guesses.pages() for one in guesses.of(page) if one.about["kind"] == "choice"]
GUESSED = [json.dumps({one.id: one.about["right"]}) for one in CHOICES[:3]]
KINDS = {
    "quiz": Kind("chapters/strategy", "form.quiz", ".quiz-toolbar"),
    "matrix": Kind(
        "chapters/competing-hypotheses", "form.hypotheses", "form.hypotheses", RATED, {"book-hypotheses-other": RATED}
    ),
    "plenary": Kind(
        "teaching/plenary",
        ".plenary",
        ".plenary-choose",
        assumptions.to_json({"killed": 0.3, "share_stay": 0.6}, "five-scenarios"),
    ),
    "claims": Kind("chapters/claims", ".claims-filter", ".claims-filter"),
    "privacy": Kind(
        "chapters/privacy", ".kept", ".kept", kept={"book-quiz": '{"strategy-q1":["a"]}', "book-hypotheses": RATED}
    ),
    "guess": Kind("chapters/strategy", ".guess", ".guess-form"),
    "guesses": Kind(
        "chapters/guesses",
        ".guesses",
        ".guesses-tools",
        json.dumps(
            {
                "format": f"after-the-caliphate/{guesses.FORMAT}",
                "version": guesses.VERSION,
                "answers": json.loads(GUESSED[0]),
            }
        ),
        {"book-guesses": GUESSED[1], "book-guesses-other": GUESSED[2]},
    ),
    "code": Kind("chapters/strategy", "article", ".view-switch", buttons=".view-switch"),
    "forecast": Kind("chapters/forecast", "form.forecast", "form.forecast", forecast.write({"Q01": 0.7})),
    "explorer": Kind(
        "chapters/scenarios/join",
        "figure.explorer",
        "figure.explorer form.chart-controls",
        assumptions.to_json({"join_growth": 0.1}, "join"),
    ),
}
#: How each kind of control is worked: with the mouse, on its words, or with a key.
HANDS = [
    ("input[type=radio], input[type=checkbox]", 6, None),
    ("select", 6, "ArrowDown"),
    ("input[type=range]", 4, "ArrowRight"),
    ("input[type=search]", 1, "s"),
]


def worked(browser, site: str, kind: Kind, translated: bool) -> tuple[list, list[str]]:
    """Work every control of a page as a hand does; return what the page had after each, and the files that it saved."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page, problems, saved, states = context.new_page(), [], [], []
    page.clock.set_fixed_time(datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC))
    page.add_init_script("Math.random = () => .5")  # the order in which a quiz shows its options
    page.on("filechooser", lambda chooser: None)  # from here on no dialog opens, however soon a button is pressed
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("download", lambda download: saved.append(download.path().read_text("utf-8")))
    page.goto(f"{site}/chapters/accessibility.html")
    page.evaluate("kept => Object.entries(kept).forEach(([key, text]) => localStorage.setItem(key, text))", kind.kept)
    page.goto(f"{site}/{kind.page}.html")
    page.locator(kind.part).first.scroll_into_view_if_needed() if kind.part.startswith("figure") else None
    page.wait_for_selector(kind.ready, state="visible")
    if translated:
        page.evaluate(TRANSLATE)
    for controls, most, key in [*HANDS, (kind.buttons, 60, None)]:
        done: list[str] = []
        while len(done) < most and (found := page.evaluate(NEXT, [kind.part, controls, done])):
            if found["is"][0] == "LABEL":  # opens a file; the page hears of it some time after the click
                with page.expect_file_chooser() as chooser:
                    page.mouse.click(*found["words"])
                chooser.value.set_files(
                    {"name": "other.json", "mimeType": "application/json", "buffer": kind.file.encode()}
                )
            else:
                page.keyboard.press(key) if key else page.mouse.click(*found["words"])
            page.evaluate(SETTLED)
            done.append(found["place"])
            states.append((found["is"], page.evaluate(STATE)))
    context.close()
    assert problems == []
    return states, saved


@pytest.mark.parametrize("kind", KINDS)
def test_a_translated_page_does_what_it_did(browser, site, kind):
    plain, files = worked(browser, site, KINDS[kind], translated=False)
    translated, translated_files = worked(browser, site, KINDS[kind], translated=True)
    assert [who for who, _ in translated] == [who for who, _ in plain]
    for (who, before), (_, after) in zip(plain, translated):
        spoke, speaks = before.pop("speaks"), after.pop("speaks")
        assert after == before, who
        assert speaks == spoke, who
    assert translated_files == files
    changed = [who for (_, one), (who, other) in zip(plain, plain[1:]) if one != other]
    assert len(plain) == 1 or changed, "no control of this page does anything"


@pytest.mark.skipif(not (SITE / "live").exists(), reason="live Python is not assembled: make book says why")
def test_a_translated_live_page_runs_what_is_typed(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/chapters/scenarios/stay.html?view=code,shown")
    page.wait_for_selector(".live-buttons button")
    page.evaluate(TRANSLATE)

    def press(part: str, button: str) -> None:
        page.mouse.click(*page.evaluate(NEXT, [part, button, []])["words"])

    press(".live-buttons", "button")
    until(page, "() => document.documentElement.dataset.live === 'idle'", seconds=120)
    cell = page.locator("[data-live-cell]:has(.cell_input)").first.get_attribute("id")
    press(f"#{cell} .live-tools", "button:last-of-type")  # Edit
    page.locator(f"#{cell} .live-editor [contenteditable=true]").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n6 * 7")
    press(f"#{cell} .live-tools", "button:nth-of-type(1)")  # Run
    until(page, "cell => document.getElementById(cell).textContent.includes('42')", cell, seconds=120)
    context.close()
