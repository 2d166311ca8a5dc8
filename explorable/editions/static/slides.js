/* Turns a page of slides into a presentation (reveal.js). Without a script, on a phone, or with ?view=read, the same page
   reads from top to bottom, each slide with its notes. */
(() => {
  "use strict";
  const SIZE = { width: 960, height: 540 };   // a slide's own measure in pixels; reveal.js scales it to the screen
  const SMALLEST = 0.6;                        // of the usual size of letters
  const SMALLEST_CHART = 0.5, LARGEST_CHART = 1.5;
  const html = document.documentElement;
  const remembered = name => { try { return localStorage.getItem(name); } catch { return null; } };
  html.dataset.theme = remembered("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  const excess = body => body.scrollHeight - body.clientHeight;

  /* A chart fills its slide: it is drawn wider and shown smaller, or the other way round. Words get smaller if there are
     too many. An explorer may be scrolled instead. */
  function fit(slide) {
    const body = slide?.querySelector(".slide-body"), panels = slide?.querySelector(".slide-panels");
    if (!body || slide.querySelector("figure.explorer")) return;
    body.style.fontSize = "";
    const tallest = panels ? Math.max(...[...panels.querySelectorAll(".chart-view svg")].map(svg => svg.clientHeight)) : 0;
    if (tallest) {
      const words = [...body.querySelectorAll(".slide-controls, .chart-source, .slide-look, .chart-panel-title")].reduce((sum, part) => sum + part.offsetHeight + 8, 0);
      const scale = Math.min(LARGEST_CHART, Math.max(SMALLEST_CHART, (body.clientHeight - words) / tallest));
      panels.style.setProperty("--scale", scale.toFixed(3));
      panels.style.setProperty("--more", `${Math.round(tallest * (scale - 1))}px`);
    }
    for (let size = 0.95; excess(body) > 0 && size >= SMALLEST; size -= 0.05) body.style.fontSize = `${size}em`;
  }

  const used = "a, button, select, summary, input, textarea";
  const meant = event => !(event.target.closest?.(used) && [" ", "Enter"].includes(event.key)) && !event.target.closest?.("select");

  async function present() {
    document.querySelector("link[href$='reveal.css']").media = "all";
    html.classList.add("presenting");
    const deck = new Reveal(document.querySelector(".reveal"), {
      ...SIZE, margin: 0.03, minScale: 0.2, maxScale: 4, center: false, display: "flex", hash: true, slideNumber: "c/t",
      transition: "none", backgroundTransition: "none", controlsTutorial: false, keyboardCondition: meant,
      scrollActivationWidth: 0, plugins: [RevealNotes],
    });
    await deck.initialize();
    deck.on("slidechanged", event => fit(event.currentSlide));
    document.addEventListener("chart:live", event => fit(event.target.closest("section")));
    document.addEventListener("keydown", event => { if (event.key === "Escape" && event.target.closest?.(used)) { event.target.blur(); event.stopPropagation(); } }, true);
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
