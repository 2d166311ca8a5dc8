/* The button "Make this page live" on a page with code. It loads nothing before a reader presses it, and says what it
   would load; where the connection is slow or metered it asks first. All the rest is in the folder live/. */
(() => {
  "use strict";
  const script = document.currentScript, known = script.dataset;
  const root = new URL("..", script.src);   // this file is <book>/_static/live.js
  const bar = document.querySelector(".live-waiting");   // has the bar's words, and keeps its room
  const able = location.protocol.startsWith("http") && "Worker" in window && "WebAssembly" in window;
  if (!able) return bar?.remove();
  if (!bar) return;

  const loaded = new Map();   // address → promise
  const insert = (element, address) => new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => { loaded.delete(address); element.remove(); reject(new Error(`${address.split("/").pop().split("?")[0]} could not be fetched`)); };
    document.head.append(element);
  });
  const once = (address, element) => {
    if (!loaded.has(address)) loaded.set(address, insert(element(), address));
    return loaded.get(address);
  };

  const place = {
    root: root.href,
    page: known.page,
    directory: `/${known.page}`.replace(/\/[^/]*$/, ""),
    packages: known.packages.split(" "),
    megabytes: known.megabytes,
    folder: new URL(known.folder, root).href,
    book: new URL(known.book, root).href,
    bibliography: new URL(known.bibliography, root).href,
    notebook: new URL(`_sources/${known.page}.ipynb`, root).href,
    script: name => new URL(`_static/${name}?v=${known.version}`, root).href,
    load: address => once(address, () => Object.assign(document.createElement("script"), { src: address, async: false })),   // run in the order in which they are asked for
    style: address => once(address, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: address })),
  };

  // The bar

  const { element: make } = book;
  const buttons = make("span", { className: "live-buttons" });
  const note = make("span", { className: "live-note" });
  const status = make("p", { className: "live-status" });
  const progress = make("progress", { className: "live-progress", hidden: true });
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Live Python");
  status.setAttribute("role", "status");
  progress.setAttribute("aria-label", "Loading Python");
  const [invitation, cost] = [".chart-button", ".live-note"].map(part => bar.querySelector(part).textContent);
  bar.replaceChildren(buttons, progress, note, status);   // another bar in its place would have the whole chapter styled anew
  bar.classList.remove("live-waiting");
  bar.removeAttribute("aria-hidden");

  /* The same in the menu of all places where the chapter can be run (explorable/publish/launch.py). */
  const menu = document.querySelector("details.launch");
  const here = book.button("Run it here", () => {
    menu.open = false;
    dispatchEvent(new Event("book:live"));
    bar.scrollIntoView({ block: "nearest" });
    buttons.querySelector("button:enabled").focus();
    if (idle) pressed();
  });
  menu?.querySelector("ul").prepend(make("li", {}, here, ": in this page, nothing to install"));

  const ui = {
    /* Who stands on a button that goes away stands on the next one. */
    buttons: choices => {
      const held = buttons.contains(document.activeElement);
      buttons.replaceChildren(...choices.map(([text, action, off]) =>
        book.button(text, action, { disabled: Boolean(off) })));
      if (held) buttons.querySelector("button:enabled")?.focus();
    },
    note: text => { note.textContent = text; },
    say: book.speaker(status),
    ask: (text, choices) => book.ask({ place: bar, text, choices }),
    progress: (done, total) => { progress.hidden = !total; if (total) { progress.max = total; progress.value = done; } },
  };

  const edits = `book-live ${place.root}${place.page}`;   // under this name a reader's changes are kept
  let idle = true;   // nothing is live, and nothing is on its way

  /* The page is not live (any more); parts: what is said about it. */
  function offer(...parts) {
    idle = true;
    ui.buttons([[invitation, pressed]]);
    ui.note(cost);
    ui.progress(0, 0);
    if (parts.length) ui.say(...parts);
    else ui.say(book.choice(edits).get() === null ? "" : "Your changes to this page’s code are kept in this browser; they return when the page is live.");
  }

  function costly() {
    const connection = navigator.connection;
    return Boolean(connection && (connection.saveData || connection.type === "cellular" || /^(slow-)?[23]g$/.test(connection.effectiveType ?? "")));
  }

  function pressed() {
    if (!costly()) return start();
    ui.buttons([[`Fetch ${place.megabytes} MB`, start], ["Not now", () => offer()]]);
    ui.note("");
    ui.say(`Your connection seems to be slow or metered. Python needs about ${place.megabytes} MB, if your browser has not kept it from last time.`);
  }

  async function start() {
    idle = false;
    dispatchEvent(new Event("book:live"));   // the code is shown
    let cancelled = false;
    ui.buttons([["Cancel", () => { cancelled = true; offer("Cancelled. The page is as it was."); }]]);
    ui.note("");
    ui.say("Fetching Python …");
    try {
      await Promise.all(["packs", "session", "outputs", "edits", "cell", "notebook", "page"].map(name => place.load(place.script(`live/${name}.js`))));
      if (!cancelled) new bookLive.Page(place, ui, offer, edits).open();
    } catch (problem) {
      if (!cancelled) offer(`Python could not be started: ${problem.message}. The page is as it was.`);
    }
  }

  window.bookLive = {
    /* A page without a chart has not loaded what draws charts; a reader's own code may want it. */
    async loadCharts(explorer) {
      if (!window.bookCharts) await place.load(place.script("charts.js"));
      if (explorer && !document.querySelector("script[src*='explorers.js']")) await place.load(place.script("explorers.js"));
    },
  };
  offer();
  addEventListener("book:erased", ({ name }) => { if (idle && (name === undefined || name === edits)) offer(); });
})();
