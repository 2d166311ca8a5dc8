(() => {
  const html = document.documentElement, kept = new Map();
  try { localStorage.length; } catch (refused) {   // the theme's script and the search stop where a browser keeps nothing: this page remembers for them
    const memory = { getItem: name => kept.get(name) ?? null, removeItem: name => kept.delete(name),
      setItem: (name, value) => { if (!["mode", "theme", "sphinx_highlight_terms"].includes(name)) throw refused; kept.set(name, value); } };
    Object.defineProperty(window, "localStorage", { value: memory });
  }
  html.dataset.mode = localStorage.getItem("mode") || "auto";
  const view = () => {
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward", isOwn = history.state?.switched || isBack && localStorage.getItem("book-view") === null;
    const asked = isOwn ? [] : (new URLSearchParams(location.search).get("view") ?? "").split(/[ ,]+/);   // the switch wrote it here: see code.js
    return asked.includes("code") || !asked.includes("story") && localStorage.getItem("book-view") === "code" ? "code" : "story";
  };
  html.dataset.view = view();
  html.dataset.theme = localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  /* When all of a page has come, a browser goes to the place that its address names, and takes the keyboard away from whoever
     has begun meanwhile. So for them the address names no place just then. */
  let begun = false;
  for (const act of ["keydown", "pointerdown", "wheel"]) addEventListener(act, () => { begun = true; }, { once: true, passive: true });
  addEventListener("DOMContentLoaded", () => {
    const { href } = location, [page, place] = href.split("#"), show = address => history.replaceState(history.state, "", address);
    try {
      if (!begun || !place || !document.getElementById(decodeURIComponent(place))) return;
      show(page);
      requestAnimationFrame(() => show(href));
    } catch { /* no address of this page, or a browser that lets no page opened from disk change it */ }
  });
})();
