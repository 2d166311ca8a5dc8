/* Story or code: one switch in the bar opens the code of all cells, and folds it. The choice is kept for other pages; a link with
   ?view=code or ?view=story decides for the page that it leads to. What is shown before this script comes: early.js. */
(() => {
  "use strict";
  const KEY = "book-view", CODE = "code", choice = book.choice(KEY), view = book.view(CODE);
  const root = document.documentElement, button = document.querySelector(".view-switch");
  if (!button) return;
  const folds = () => document.querySelectorAll("details.code-fold");

  function show(isCode) {
    root.dataset.view = isCode ? CODE : "story";
    for (const fold of folds()) fold.open = isCode;
    button.textContent = isCode ? "Hide code" : "Show code";
    reach();
  }
  /* What stands at the top of the window stays there, however much opens above it. */
  function showInPlace(isCode) {
    const bar = button.getBoundingClientRect().bottom;
    const below = [...document.querySelectorAll("article :is(h1, h2, h3, figure, blockquote, p:not(.about-code))")]
      .map(one => [one, one.getBoundingClientRect().top]).filter(([one, top]) => top >= bar && !one.closest("details:not([open])"));
    const [read, top] = below.sort(([, one], [, other]) => one - other)[0] ?? [];
    root.style.overflowAnchor = "none";   // else the browser may move the page once more
    show(isCode);
    if (read) scrollBy({ top: read.getBoundingClientRect().top - top, behavior: "instant" });
    requestAnimationFrame(() => root.style.removeProperty("overflow-anchor"));
  }
  /* The address follows the switch, so that it can be sent. An address that the switch wrote in this tab decides nothing: the
     choice does, and what is forgotten is forgotten there, too. */
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";   // a browser may lose what it noted of the address
  const isOwn = () => Boolean(history.state?.switched) || isBack && choice.get() === null;
  function write(isCode) {
    try { history.replaceState({ ...history.state, switched: true }, ""); } catch { return; }
    view.set(isCode);
  }
  function follow() {
    if (isOwn()) view.set(choice.get() === CODE);
    showKept();
  }
  const showKept = () => show(view.asked() || !book.view("story").asked() && choice.get() === CODE);

  /* A link into a fold opens it, and so does one to its cell. */
  function reach() {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target?.closest("details.code-fold") ?? (target?.matches(".cell") ? target.querySelector("details.code-fold") : null);
    if (!fold || fold.open) return;
    fold.open = true;
    target.scrollIntoView();
  }

  book.on(document, "click", ".view-switch", () => {
    const isCode = root.dataset.view !== CODE;
    choice.set(isCode ? CODE : "story");   // where the browser refuses: for this page
    book.view("story").set(false);
    write(isCode);
    showInPlace(isCode);
  });
  addEventListener("book:live", () => show(true));   // who makes a page live wants to see what runs
  addEventListener("hashchange", reach);
  addEventListener("storage", ({ key }) => { if (key === KEY || key === null) follow(); });
  addEventListener("book:erased", ({ name }) => { if (name === undefined || name === KEY) follow(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted && book.keeps()) follow(); });
  follow();
  button.disabled = false;
})();
