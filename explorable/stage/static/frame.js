/* The frame of an explorer, from the moment its element has come: where there is room it breaks out of the column of text, controls
   beside the chart; where there is not, answer and chart stay above the controls. It stands before the page is painted, so that nothing
   moves when the explorer comes alive (explorers.js). The list of the page's contents makes room while a wide one is in view. */
(() => {
  "use strict";
  const TEXT = 16;             // pixels of the usual text: where a reader has it larger, two columns need more room
  const WIDE = 900, WIDEST = 1320, EDGE = 24;   // pixels: room for two columns of usual text, the most that one chart takes, what stays free at the right
  const DOUBLE = 1600, DOUBLEST = 2200;   // pixels of room in which two charts stand side by side, and the most that they take
  const LOW = 500;             // pixels of height under which, with usual text, only the answer stays in view
  const COMING = "coming", FRAMED = ["staged", "wide", "low", "double", COMING];   // coming: till explorers.js has made it alive

  const figures = () => [...document.querySelectorAll("figure.explorer")];
  const inView = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) target.classList.toggle("in-view", isIntersecting);
    document.body.classList.toggle("stage-in-view", Boolean(document.querySelector("figure.wide.in-view")));
  });

  function frame(figure) {   // a slide that is not shown yet has no width, and will have the screen's
    const isSlide = Boolean(figure.closest(".slides")), column = figure.parentElement.getBoundingClientRect();
    const room = isSlide ? column.width || Infinity : document.documentElement.clientWidth - EDGE - column.left - scrollX;
    const larger = Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / TEXT), isLow = innerHeight < LOW * larger;
    figure.style.setProperty("--stage-top", `${document.querySelector(".bd-header-article")?.offsetHeight ?? 0}px`);
    figure.classList.toggle("wide", room >= WIDE * larger && !isLow);
    figure.classList.toggle("low", isLow);
    const isDouble = room >= DOUBLE * larger && !isLow && !isSlide && figure.querySelectorAll("[role=tab]").length > 1;
    const wasDouble = figure.classList.contains("double");
    figure.classList.toggle("double", isDouble);
    if (wasDouble !== isDouble) figure.explorer?.select(figure.shownPanel);
    figure.style.setProperty("--stage-width", isSlide ? "auto" : `${Math.max(column.width, Math.min(room, isDouble ? DOUBLEST : WIDEST))}px`);
  }
  function stage(figure) {
    figure.classList.add("staged", COMING);
    frame(figure);
    inView.observe(figure);
    for (const around of [figure.parentElement, figure.closest("main")]) if (around) rooms.observe(around);
  }
  const framed = () => figures().filter(figure => figure.classList.contains("staged"));
  const frameAll = () => framed().forEach(frame);
  const widths = new WeakMap();
  const rooms = new ResizeObserver(entries => {   // with the size of text, with the list of pages beside; while the page comes, not with each of its parts
    const isNew = entries.filter(({ target, contentRect: { width } }) => widths.get(target) !== width && widths.set(target, width)).length;
    if (isNew || document.readyState === "complete") requestAnimationFrame(frameAll);   // later: else Firefox reports a loop
  });
  addEventListener("resize", frameAll);

  const stageNew = () => figures().filter(figure => !figure.classList.contains("staged")).forEach(stage);
  const coming = new MutationObserver(stageNew);
  coming.observe(document.documentElement, { childList: true, subtree: true });
  stageNew();
  addEventListener("DOMContentLoaded", () => { coming.disconnect(); stageNew(); });
  addEventListener("load", () => {   // where the program of explorers does not come, the pictures stand one below the other
    if (!window.bookExplorers) for (const figure of framed()) { rooms.disconnect(); inView.unobserve(figure); figure.classList.remove(...FRAMED); }
  });
  window.bookFrame = { stage, come: figure => figure.classList.remove(COMING) };
})();
