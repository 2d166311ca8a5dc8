"""Can the lesson plans be kept? Walk each one on the built site, step by step, as a teacher with a projector and a pupil with a phone.

    .venv/bin/python bench/plans.py [20] [50] [90] [--pictures FOLDER]

The teacher opens each step by the plan's own link, the pupil by the page that the class's address leads to. Then both do with
mouse, keys or finger what the step says (``WALK``). Printed for each step: the minutes that the plan gives; the words that came into view;
clicks, moves of a slider and turns of a screen; the minutes reckoned from them. What a step names and the page does not show is named,
and makes the exit code 1; so does a step that is reckoned longer than the plan gives.

The reckoning: what comes into view is read at 220 words a minute, a chart takes half a minute (both as ``explorable/course/times.py``
has them), what is read aloud goes at 130 words a minute; a click takes 5 seconds, a slider 15, a turn of the screen 3, opening a page
15 on a phone and 5 at the projector; what the class says and writes takes what ``WALK`` says. No class of pupils was watched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import random  # noqa: E402

import classroom  # noqa: E402  (the synthetic files of a class)

from explorable import chromium  # noqa: E402
from explorable.book import open_book  # noqa: E402
from explorable.course import lesson_plans  # noqa: E402
from explorable.course.times import MINUTES_A_CHART, WORDS_A_MINUTE  # noqa: E402
from explorable.editions import handouts  # noqa: E402
from explorable.publish.serve import serve  # noqa: E402

SITE = ROOT / "_build" / "html"
ALOUD = 130  # words a minute, read to a class
SECONDS = {"click": 5, "slider": 15, "turn": 3}
OPENING = {"projector": 5, "phone": 15}  # seconds from a link to the page, and the eye on it
DEVICES = {
    "projector": {"viewport": {"width": 1366, "height": 768}},
    "large": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True},
}
TEAMS = ("Interior", "Foreign affairs", "Defence", "Justice", "Families")
#: Words in view that were not counted yet, and charts. Marks of a chart are no prose; bars and side columns are not read.
LOOK = """within => {
  const bar = document.querySelector(".bd-header-article")?.getBoundingClientRect().bottom ?? 0, seen = window.wasSeen ??= new Set();
  const isIn = ({ top, bottom, height }) => height && top < innerHeight - 10 && bottom > Math.max(bar, 0) + 10;
  let words = 0, charts = 0;
  const main = document.querySelector("article.bd-article, main") ?? document.body, named = within && [...document.querySelectorAll(within)];
  const read = around => !named?.length || named.some(part => part.contains(around));
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let text; text = texts.nextNode();) {
    const around = text.parentElement, many = text.data.trim().split(/\\s+/).filter(Boolean).length;
    if (!many || seen.has(text) || !read(around) || !around.checkVisibility({ visibilityProperty: true }) || around.closest("svg, script, style, .headerlink, .chart-source, .chapter-pages, .live-bar, .about-code")) continue;
    range.selectNodeContents(text);
    if (isIn(range.getBoundingClientRect())) { seen.add(text); words += many; }
  }
  for (const chart of document.querySelectorAll("figure.chart"))
    if (!seen.has(chart) && chart.checkVisibility() && isIn(chart.getBoundingClientRect())) { seen.add(chart); charts += 1; }
  return [words, charts];
}"""
#: The control or heading of a name that is shown, the shortest that holds it.
FIND = """name => {
  const plain = text => text.replace(/\\s+/g, " ").trim();
  const all = [...document.querySelectorAll("button, summary, legend, label, a, p, h1, h2, h3, figcaption, select")].filter(one => one.checkVisibility({ visibilityProperty: true }));
  return all.filter(one => plain(one.textContent).startsWith(name) || one.getAttribute("aria-label") === name).sort((a, b) => a.textContent.length - b.textContent.length)[0] ?? null;
}"""


@dataclass
class Walker:
    """One device in one step: what was pressed, read and not found."""

    page: Page
    device: str
    within: str = ""  # the parts of the page that are read; empty: all that comes into view
    words: int = 0
    charts: int = 0
    clicks: int = 0
    sliders: int = 0
    turns: int = 0
    missing: list[str] = field(default_factory=list)

    def look(self) -> None:
        words, charts = self.page.evaluate(LOOK, self.within)
        self.words += words
        self.charts += charts

    def rest(self) -> None:
        """Wait until the page has drawn what is in view and stopped moving."""
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('figure.chart')].every(one => !one.checkVisibility() || one.getBoundingClientRect().top > innerHeight || one.getBoundingClientRect().bottom < 0 || one.dataset.state)"
        )
        self.page.evaluate(
            "() => new Promise(done => { let last; const look = () => { if (last === (last = scrollY)) done(); else setTimeout(look, 120); }; look(); })"
        )

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="load")
        self.page.wait_for_function("() => !document.querySelector('.guess-form[hidden]')")
        self.rest()
        self.look()

    def find(self, name: str) -> Locator | None:
        """Return what bears a name, brought into view by turns of the screen; None, and a note, if nothing shown does."""
        found = self.page.evaluate_handle(FIND, name).as_element()
        if found is None:
            self.missing.append(name)
            return None
        self.bring(found)
        return found

    def bring(self, found, *, whole: bool = False) -> None:
        """Turn the screen until an element is in view (of a tall one its beginning, unless it shall be ``whole``), and read on the way."""
        height = self.page.viewport_size["height"]
        for _ in range(40):
            box, bar = (
                found.bounding_box(),
                self.page.evaluate("document.querySelector('.bd-header-article')?.getBoundingClientRect().bottom ?? 0"),
            )
            room = min(box["height"], height - bar if whole else height / 2)
            if bar - 1 <= box["y"] and box["y"] + room <= height + 1:
                return
            down = box["y"] > bar
            self.page.evaluate(
                "by => scrollBy({ top: by, behavior: 'instant' })",
                min(0.8 * height, box["y"] - (bar if whole else height / 3))
                if down
                else max(-0.8 * height, box["y"] - height / 3),
            )
            self.turns += 1
            self.rest()
            self.look()

    def press(self, name: str) -> None:
        """Click or tap what bears a name."""
        if found := self.find(name):
            found.tap() if self.device == "phone" else found.click()
            self.clicks += 1
            self.rest()
            self.look()

    def slide(self, selector: str, key: str = "ArrowRight", times: int = 5) -> None:
        """Move a slider by keys of the keyboard, which a phone's finger drags."""
        slider = self.page.locator(selector).first
        self.bring(slider.element_handle())
        slider.focus()
        for _ in range(times):
            slider.press(key)
        self.sliders += 1
        self.rest()
        self.look()

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list."""
        self.bring(self.page.locator(selector).first.element_handle())
        self.page.locator(selector).first.select_option(value)
        self.clicks += 2
        self.rest()
        self.look()

    def show(self, selector: str) -> None:
        """Bring a part of the page into view."""
        found = self.page.locator(selector).first
        if not found.count():
            return self.missing.append(selector)
        self.bring(found.element_handle())
        self.look()

    def show_chart(self) -> None:
        """Bring the first chart into view as a hand does: its picture whole, if it is not higher than the window."""
        picture = self.page.locator("figure.chart:not(.explorer) .chart-view, figure.chart:not(.explorer) svg").first
        self.bring(picture.element_handle(), whole=True)

    @property
    def hands(self) -> float:
        """Minutes of clicks, sliders and turns of the screen."""
        return (SECONDS["click"] * self.clicks + SECONDS["slider"] * self.sliders + SECONDS["turn"] * self.turns) / 60


@dataclass(frozen=True)
class Work:
    """What a step is made of beside reading: what hands do, minutes of speaking and writing with what they are for, and whether the page is read aloud."""

    hands: Callable[[Walker], None] = lambda walker: None
    class_minutes: float = 0
    what: str = ""
    aloud: str = ""  # the part of the page that is read to the class
    within: str = ""  # the parts that are read, where it is less than all that comes into view


def guess_choice(walker: Walker, answer: str) -> None:
    walker.show(".guess")
    walker.press(answer)
    walker.show_chart()


def rankings(walker: Walker) -> None:
    guess_choice(walker, "Tunisia")
    for country in ("Belgium", "Saudi Arabia"):
        walker.choose(".chart-controls select, figure.chart select", country)


def forecast(walker: Walker) -> None:
    for number in range(5):
        walker.slide(f".forecast-question >> nth={number} >> input[type=range]", times=3)
    walker.press("This is my forecast")


def three_questions(walker: Walker) -> None:
    walker.find("Start with three questions")


def assume(walker: Walker) -> None:
    walker.find("Start with three questions")
    walker.slide("input[data-param=lost]")
    walker.find("Which path dominates?")
    walker.slide(".shares-bar [role=slider], .shares-bar input[type=range]")
    walker.slide("input[data-param=month]")
    walker.press("Keep, compare, share")
    walker.press("Pin to compare")
    walker.press("Pessimist")
    walker.find("Save file")
    walker.find("Reset all")


def none_of_the_five(walker: Walker) -> None:
    walker.slide(".guess input[type=range]", times=5)
    walker.press("This is my guess")
    walker.show_chart()
    walker.find("Dutch travellers by June 2024")


def one_slider(walker: Walker) -> None:
    walker.slide("input[data-param=lost]")
    walker.find("All the assumptions")
    walker.find("Reset all")


def team(walker: Walker) -> None:
    for _ in range(4):
        walker.slide(".shares-bar [role=slider], .shares-bar input[type=range]")
    walker.press("All the assumptions")
    for name in ("travelled", "reengage", "stay_growth"):
        walker.slide(f"input[data-param={name}]")
    walker.press("Keep, compare, share")
    walker.find("Save file")
    walker.find("Copy link")


def plenary(walker: Walker) -> None:
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in TEAMS:
            path = Path(folder, f"{name}.json")
            path.write_text(classroom.assumptions_file(chance), encoding="utf-8")
            files.append(str(path))
        walker.find("Choose the teams’ files")
        walker.page.set_input_files("[data-action=teams]", files)
        walker.clicks += 3
        walker.page.wait_for_function(
            "() => document.querySelector('.plenary-about').textContent.startsWith('5 teams')"
        )
    walker.rest()
    walker.show("figure.chart")
    walker.press("Show where they disagree")
    walker.show(".plenary-result table")


def verdicts(walker: Walker) -> None:
    guess_choice(walker, "in part")


FIRST_FIVE = ", ".join(
    [
        "#your-forecast-first > p",
        *(f".forecast-question:has([data-question=Q0{number}])" for number in range(1, 6)),
        ".forecast-commit",
    ]
)
#: Steps by plan and title. Of speaking and writing: so many minutes as the plan's own words ask for.
WALK: dict[tuple[str, str], Work] = {
    ("lesson-20", "What this is about"): Work(aloud="#content-note"),
    ("lesson-20", "Predict"): Work(class_minutes=2.5, what="two names each in a minute, six on the board at 15 s"),
    ("lesson-20", "Three rankings"): Work(
        rankings, 3.5, "two countries at a minute each, three users at half a minute"
    ),
    ("lesson-20", "What the last ranking can't say"): Work(
        class_minutes=3,
        what="two questions at a minute, one sentence on the board",
        within="#what-the-last-ranking-can-say-and-what-it-can-t",
    ),
    ("lesson-20", "Take it home"): Work(class_minutes=2.5, what="two questions written in two minutes, two read out"),
    ("lesson-50", "What this is about, and how we speak"): Work(
        class_minutes=1, what="three rules agreed, at 20 s", aloud="#content-note"
    ),
    ("lesson-50", "Everyone opens the page"): Work(
        class_minutes=3.5, what="phones out, code scanned or address typed, the last pair helped"
    ),
    ("lesson-50", "Forecast before you know"): Work(
        forecast, 2.5, "half a minute's thought for each of five, and a count of hands", within=FIRST_FIVE
    ),
    ("lesson-50", "Five stories"): Work(
        class_minutes=4,
        what="a minute in rows, five signs on the board at 20 s, two questions",
        within="#the-five-in-one-line-each",
    ),
    ("lesson-50", "Predict, then move"): Work(three_questions, 2, "pairs talk and write, the line is read aloud"),
    ("lesson-50", "What follows from what you assume"): Work(
        assume, 5, "talk on three questions, half time, ten sentences at 10 s"
    ),
    ("lesson-50", "What came"): Work(none_of_the_five, 4, "hands, the longest bar, what was missing, on the board"),
    ("lesson-50", "How good was your forecast?"): Work(class_minutes=2, what="two questions, pairs answer"),
    ("lesson-50", "One sentence to take home"): Work(class_minutes=2.5, what="one sentence written, handed in"),
    ("lesson-90", "What this is about, and how we speak"): Work(
        class_minutes=1, what="who plays whom", aloud="#ground-rules"
    ),
    ("lesson-90", "The case"): Work(
        class_minutes=6, what="five scenarios and the sum, a minute each; hands", within="#the-five-in-one-line-each"
    ),
    ("lesson-90", "Teams, cards, and the page"): Work(
        class_minutes=6, what="five teams, cards read (about 200 words each), one device each opens the page"
    ),
    ("lesson-90", "Predict"): Work(one_slider, 2, "two predictions written"),
    ("lesson-90", "Set the assumptions"): Work(
        team,
        14,
        "five shares at a minute and a half, three others at a minute and a half with a reason, and what would change your mind",
    ),
    ("lesson-90", "Plenary"): Work(plenary, 9, "five ministries at 40 s, a guess, what matters, its discussion"),
    ("lesson-90", "The cabinet decides"): Work(class_minutes=7.5, what="one choice, one sentence, roles left"),
    ("lesson-90", "What came"): Work(verdicts, 4, "a guess, five scenarios at half a minute, the hands"),
    ("lesson-90", "Debrief"): Work(
        class_minutes=6.5, what="three questions at 1.5 minutes, two of silence and going out", within="#debrief"
    ),
}


def walk(browser: Browser, site: str, plan: str, pictures: Path | None) -> list[str]:
    """Walk a plan on each device, print its table and return what does not fit."""
    [(length, steps)] = lesson_plans.plans(f"teaching/{plan}")
    wrong: list[str] = []
    print(
        f"\n{plan}, {length} minutes\n{'step':44} {'device':10} {'given':>5} {'words':>6} {'charts':>6} {'clicks':>6} {'sliders':>7} {'turns':>5} {'reckoned':>8}"
    )
    contexts = {device: browser.new_context(bypass_csp=True, **options) for device, options in DEVICES.items()}
    pages = {device: context.new_page() for device, context in contexts.items()}
    phone = dict(zip([step["title"] for step in steps], handouts.addresses(plan, SITE), strict=True))
    for number, step in enumerate(steps, 1):
        work = WALK[plan, step["title"]]
        for device, page in pages.items():
            walker = Walker(page, device, work.within)
            address = _address(page, site, plan, length, step, device, phone)
            if address:
                walker.open(address)
                _picture(pictures, plan, number, device, "opened", page)
                work.hands(walker)
                _picture(pictures, plan, number, device, "done", page)
                missing = [name for name in step.get("use", []) if not _there(walker, name)]
                wrong += [
                    f"{plan}, {step['title']}, {device}: {name!r} is not shown" for name in [*missing, *walker.missing]
                ]
            minutes = reckoned(walker, work, opened=bool(address))
            if minutes > step["minutes"]:
                wrong.append(
                    f"{plan}, {step['title']}, {device}: {minutes:.1f} minutes reckoned, {step['minutes']} given"
                )
            if address or device == "projector":
                print(
                    f"{step['title'][:43]:44} {device:10} {step['minutes']:>5} {walker.words:>6} {walker.charts:>6} {walker.clicks:>6} {walker.sliders:>7} {walker.turns:>5} {minutes:>8.1f}",
                    flush=True,
                )
        if work.what:
            print(f"    {work.class_minutes:g} of them: {work.what}")
    for context in contexts.values():
        context.close()
    return wrong


def reckoned(walker: Walker, work: Work, *, opened: bool) -> float:
    """Return how many minutes a step takes by the rule at the top of this file."""
    opening = OPENING.get(walker.device, OPENING["projector"]) / 60 if opened else 0
    if work.aloud and opened:
        told = walker.page.locator(f"section{work.aloud}").inner_text()
        return opening + len(told.split()) / ALOUD + work.class_minutes
    return opening + walker.words / WORDS_A_MINUTE + MINUTES_A_CHART * walker.charts + walker.hands + work.class_minutes


def _address(page: Page, site: str, plan: str, length: int, step: dict, device: str, phone: dict[str, str]) -> str:
    """Return where the step's link leads: from the plan at the projector, from the class's page on a phone; empty if it has none there."""
    if not step.get("page"):
        return ""
    if device == "phone":
        page.goto(f"{site}/{length}/index.html")
        link = page.locator(".class-steps a", has_text=step["title"]).filter(visible=True)
        link = next((one for one in link.all() if one.inner_text().strip() == step["title"]), None)
    else:
        page.goto(f"{site}/teaching/{plan}.html")
        item = page.locator(".lesson-plan > li").nth([*phone].index(step["title"]))
        link = next((one for one in item.locator("p", has_text="On the screen").locator("a").all()), None)
    return link.evaluate("link => link.href") if link else ""


def _there(walker: Walker, name: str) -> bool:
    return walker.page.evaluate(f"name => !!({FIND})(name)", name) or walker.page.get_by_text(name).count() > 0


def _picture(folder: Path | None, plan: str, number: int, device: str, when: str, page: Page) -> None:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{plan}-{number:02}-{device}-{when}.png")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lengths", nargs="*", type=int, help="which plans: 20, 50, 90; all of them without")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each step")
    given = parser.parse_args(arguments)
    open_book(ROOT)
    wrong: list[str] = []
    with sync_playwright() as playwright, serve(SITE) as site:
        browser = playwright.chromium.launch(executable_path=chromium.path(windowless=True), args=chromium.FLAGS)
        for plan, (length, _) in handouts.plans().items():
            if not given.lengths or length in given.lengths:
                wrong += walk(browser, site, plan, given.pictures)
        browser.close()
    print(
        "\n" + ("\n".join(wrong) if wrong else "Each step shows what it names, and fits its minutes by this reckoning.")
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
