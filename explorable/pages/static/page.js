/* What every page needs beyond the theme: the buttons that print and fill the screen; a name and a place in the keyboard's
   order for whatever scrolls by itself, as long as it does; a word where a script of the page did not come. */
(() => {
  "use strict";
  const work = {
    print: () => window.print(),
    fullscreen: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.(),
  };
  const { dataset: look } = document.documentElement;
  let chosen;
  addEventListener("beforeprint", () => { chosen ??= look.theme; look.theme = "light"; });   // paper is white
  addEventListener("afterprint", () => { look.theme = chosen ?? look.theme; chosen = undefined; });   // some browsers say only this

  document.querySelector(".bd-search-container input")?.focus();
  document.addEventListener("click", event => work[event.target.closest("[data-does]")?.dataset.does]?.());

  const NAMES = { "div.math, .text_latex": "Formula", "pre": "Code", ".pst-scrollable-table-container": "Table" };
  const places = [...document.querySelectorAll("[data-scrolls]")];
  for (const [places_, name] of Object.entries(NAMES)) for (const place of document.querySelectorAll(places_)) {
    place.dataset.scrolls = name;
    places.push(place);
  }
  const uses = {};
  for (const place of places) {
    const name = place.dataset.scrolls;
    uses[name] = (uses[name] ?? 0) + 1;
    place.dataset.scrolls = `${name}${uses[name] > 1 ? ` (${uses[name]})` : ""}`;   // no two with one name
  }
  const scrolls = place => place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight;
  const mark = (place, isWide) => {
    const wanted = isWide ? { tabindex: "0", role: "region", "aria-label": place.dataset.scrolls } : { tabindex: null, role: null, "aria-label": null };
    for (const [name, value] of Object.entries(wanted)) value === null ? place.removeAttribute(name) : place.setAttribute(name, value);
  };
  const sizes = new ResizeObserver(entries => {   // all are looked at before one is marked: a mark makes the browser measure anew
    const found = entries.map(({ target }) => [target, scrolls(target)]);
    for (const one of found) mark(...one);
  });
  places.forEach(place => sizes.observe(place));

  // Scripts that did not come, or came damaged: the text and the pictures are there, and a line says what is missing.
  const say = (place, text) => place.append(Object.assign(document.createElement("p"), { className: "chart-failed", textContent: text }));
  const failed = (figure, problem) => {
    figure.dataset.controls = "failed";   // controls that would say something else than the chart are taken away
    say(figure, `The controls of this chart do not work here: ${problem.message}.`);
  };
  window.bookPage = { failed };

  /* Beside what saves a file: the name that a team gives itself. */
  addEventListener("DOMContentLoaded", () => {
    for (const button of window.book ? document.querySelectorAll("article [data-action=save]") : []) button.before(window.book.teamField());
  });

  /* What is hidden until its script has come. The line goes away if that comes late. */
  const WAITING = "form[hidden], .forecast-class[hidden], .quiz-toolbar[hidden], .plenary-choose[hidden], .kept[hidden]";
  const close = whole => { for (const part of [whole, ...whole.querySelectorAll(".arrives")]) part.classList.remove("arrives"); };   // no room for what does not come
  function tell(part) {
    close(part);
    const line = Object.assign(document.createElement("p"), { className: "chart-failed",
      textContent: "This part of the page does not work here: its program could not be loaded, came damaged, or stopped. Reload the page to try again." });
    part.after(line);
    new MutationObserver((_, watch) => { if (!part.hidden) { line.remove(); watch.disconnect(); } }).observe(part, { attributeFilter: ["hidden"] });
  }
  addEventListener("load", () => {
    if (!window.bookCharts) for (const figure of document.querySelectorAll("figure.chart")) {
      say(figure, "This chart stays a picture here: its program could not be loaded.");
      close(figure);
    }
    else if (!window.bookExplorers) for (const figure of document.querySelectorAll("figure.explorer"))
      failed(figure, new Error("their program could not be loaded"));
    for (const part of document.querySelectorAll(WAITING)) if (!part.closest("figure.chart")) tell(part);
  });
})();
