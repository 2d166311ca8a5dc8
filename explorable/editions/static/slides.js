/* Turns a page of slides into a presentation (reveal.js). Without a script, on a phone, or with ?view=read, the same page
   reads from top to bottom, each slide with its notes. */
(() => {
  "use strict";
  const SIZE = { width: 960, height: 540 };   // a slide's own measure in pixels; reveal.js scales it to the screen
  const SMALLEST = 0.6;                        // of the usual size of letters
  const READABLE = 16;                         // of a chart's letters: 20 on a screen of 720 lines, which the last row can read, and a little to spare
  const html = document.documentElement;
  const remembered = name => { try { return localStorage.getItem(name); } catch { return null; } };
  html.dataset.theme = remembered("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  const excess = body => body.scrollHeight - body.clientHeight;

  /* A chart is drawn smaller and shown larger, so that its smallest letters can be read; charts.js, which begins later, gives it
     the height that is left. */
  function enlarge(body) {
    const sizes = [...body.querySelectorAll(".slide-panels .chart-view text")].map(text => parseFloat(getComputedStyle(text).fontSize));
    if (sizes.length) body.style.setProperty("--scale", (READABLE / Math.min(...sizes)).toFixed(3));
  }

  /* Words get smaller if there are too many. An explorer may be scrolled instead. */
  function fit(slide) {
    const body = slide?.querySelector(".slide-body");
    if (!body || slide.querySelector("figure.explorer")) return;
    body.style.fontSize = "";
    for (let size = 0.95; excess(body) > 0 && size >= SMALLEST; size -= 0.05) body.style.fontSize = `${size}em`;
  }

  /* Where rows don't fit all the same, sources give way: they stand in the chapter. For good, or the chart would go up and down. */
  const tighten = records => records.forEach(({ target }) => { if (target.matches(":is(.slide-panels, figure.explorer) .chart-view.scrolls")) target.closest("section").classList.add("is-tight"); });

  const used = "a, button, select, summary, input, textarea";
  const meant = event => !(event.target.closest?.(used) && [" ", "Enter"].includes(event.key)) && !event.target.closest?.("select");

  async function present() {
    document.querySelector("link[href$='reveal.css']").media = "all";
    html.classList.add("presenting");
    document.querySelectorAll(".is-chart .slide-body").forEach(enlarge);
    const deck = new Reveal(document.querySelector(".reveal"), {
      ...SIZE, margin: 0.03, minScale: 0.2, maxScale: 4, center: false, display: "flex", hash: true, slideNumber: "c/t",
      transition: "none", backgroundTransition: "none", controlsTutorial: false, keyboardCondition: meant,
      scrollActivationWidth: 0, plugins: [RevealNotes],
    });
    await deck.initialize();
    deck.on("slidechanged", event => fit(event.currentSlide));
    document.addEventListener("chart:live", event => fit(event.target.closest("section")));
    document.addEventListener("keydown", event => { if (event.key === "Escape" && event.target.closest?.(used)) { event.target.blur(); event.stopPropagation(); } }, true);
    new MutationObserver(tighten).observe(document.querySelector(".slides"), { subtree: true, attributeFilter: ["class"] });
    fit(deck.getCurrentSlide());
    window.bookSlides = deck;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const keys = document.querySelector(".slides-keys");
    if (!keys) return;
    const reads = new URLSearchParams(location.search).get("view") === "read";
    if (window.Reveal && !reads && innerWidth >= 600) return present();
    if (innerWidth >= 600) keys.append(Object.assign(document.createElement("a"), { href: location.pathname, textContent: "Present them" }));
  });
})();
