/* Turns a page of slides into a presentation (reveal.js). Without a script, on a phone, or with ?view=read, the same page
   reads from top to bottom, each slide with its notes. */
(() => {
  "use strict";
  const WIDTH = 960, LOWEST = 540, HIGHEST = 720;   // a slide's own measure in pixels, as high as the screen is; reveal.js scales it
  const LARGEST = 1.3, SMALLEST = 0.7;              // of the usual size of letters
  const READABLE = 16, LEAST = 11;                  // of a chart's letters: 20 on a screen of 720 lines, which the last row can read, and a little to spare; 14 where many rows need it
  const html = document.documentElement;
  const remembered = name => { try { return localStorage.getItem(name); } catch { return null; } };
  html.dataset.theme = remembered("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  const excess = body => Math.max(body.scrollHeight - body.clientHeight, ...[body, ...body.querySelectorAll(".table-scroll, div.math")].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));

  /* A chart is drawn smaller and shown larger, so that its smallest letters can be read; charts.js, which begins later, gives it
     the height that is left. */
  function enlarge(body) {
    const sizes = [...body.querySelectorAll(".slide-panels .chart-view text")].map(text => parseFloat(getComputedStyle(text).fontSize));
    if (sizes.length) body.style.setProperty("--scale", (READABLE / Math.min(...sizes)).toFixed(3));
  }

  /* Words are as large as there is room for, beside a chart at most as usual. */
  function fit(slide) {
    const body = slide?.querySelector(".slide-body"), controls = slide?.querySelector("figure.explorer .stage-controls");
    if (controls) return close(slide, controls);
    if (!body) return;
    let size = slide.matches(".is-chart") ? 1 : LARGEST;
    do body.style.fontSize = `${size}em`; while (excess(body) > 0 && (size -= 0.05) >= SMALLEST);
  }

  /* Nobody scrolls on a wall: where an explorer's controls are too many, its sources give way, then what its sliders say twice. */
  function close(slide, controls) {
    for (const step of ["is-tight", "is-close"]) if (controls.scrollHeight > controls.clientHeight + 1 && !controls.querySelector("details[open]")) slide.classList.add(step);
  }

  /* Where a chart's rows don't fit, sources give way: they stand in the chapter. For good, or the chart would go up and down.
     If that is not enough, its letters are smaller than those of others. */
  const tighten = records => records.forEach(({ target: room }) => {
    if (!room.clientHeight || !room.matches(":is(.slide-panels, figure.explorer) .chart-view.scrolls")) return;   // without height it is not in view
    const slide = room.closest("section");
    slide.classList.add("is-tight");
    fit(slide);
    const body = room.closest(".slide-body"), scale = Number(body.style.getPropertyValue("--scale")), drawn = room.querySelector(":scope > div svg")?.getAttribute("height");
    if (scale && drawn > room.clientHeight) body.style.setProperty("--scale", Math.max(scale * LEAST / READABLE, scale * room.clientHeight / drawn).toFixed(3));
  });

  /* On a low chart the names at the ends of lines may come to lie on one another: they part, each as near to its line as the
     others let it. Names that touch are moved together, by what is best for them on average. */
  function part(svg) {
    const plot = svg.querySelector(".role-frame .background")?.getBoundingClientRect(), all = svg.getBoundingClientRect(), larger = all.width / svg.getAttribute("width");
    const names = [...svg.querySelectorAll(".role-mark text")].filter(name => name.textContent);
    for (const name of names) name.style.translate = "";
    const beside = names.map(name => ({ name, box: name.getBoundingClientRect() })).filter(({ box }) => plot && box.right > plot.right);
    const groups = [];
    for (const one of beside.sort((first, second) => first.box.top - second.box.top)) {
      let group = { names: [one], high: one.box.height, best: one.box.top };
      while (groups.length && groups.at(-1).best + groups.at(-1).high > group.best) {
        const { names: above, high, best } = groups.pop(), several = [...above, ...group.names];
        group = { names: several, high: high + group.high, best: (best * above.length + (group.best - high) * group.names.length) / several.length };
      }
      groups.push(group);
    }
    for (const { names: several, high, best } of groups.filter(group => group.names.length > 1)) {
      let top = Math.max(all.top, Math.min(all.bottom - high, best));
      for (const { name, box } of several) {
        name.style.translate = `0 ${((top - box.top) / larger).toFixed(1)}px`;
        top += box.height;
      }
    }
  }
  const partAll = records => {
    const drawn = new Set(records.map(({ target }) => target.closest(".slide-panels svg")).filter(Boolean));
    if (drawn.size) requestAnimationFrame(() => drawn.forEach(part));
  };

  const used = "a, button, select, summary, input, textarea";
  const meant = event => !(event.target.closest?.(used) && [" ", "Enter"].includes(event.key)) && !event.target.closest?.("select");

  async function present() {
    document.querySelector("link[href$='reveal.css']").media = "all";
    html.classList.add("presenting");
    document.querySelectorAll(".is-chart .slide-body").forEach(enlarge);
    const size = () => ({ width: WIDTH, height: Math.min(HIGHEST, Math.max(LOWEST, Math.floor(WIDTH * innerHeight / innerWidth))) });
    const deck = new Reveal(document.querySelector(".reveal"), {
      ...size(), margin: 0.03, minScale: 0.2, maxScale: 4, center: false, display: "flex", hash: true, slideNumber: "c/t",
      transition: "none", backgroundTransition: "none", controlsTutorial: false, keyboardCondition: meant,
      scrollActivationWidth: 0, plugins: [RevealNotes],
    });
    await deck.initialize();
    deck.on("slidechanged", event => fit(event.currentSlide));
    addEventListener("resize", () => { deck.configure(size()); fit(deck.getCurrentSlide()); });
    document.addEventListener("chart:live", event => fit(event.target.closest("section")));
    document.addEventListener("keydown", event => { if (event.key === "Escape" && event.target.closest?.(used)) { event.target.blur(); event.stopPropagation(); } }, true);
    new MutationObserver(tighten).observe(document.querySelector(".slides"), { subtree: true, attributeFilter: ["class"] });
    new MutationObserver(partAll).observe(document.querySelector(".slides"), { subtree: true, childList: true, attributeFilter: ["transform"] });
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
