(() => {
  const html = document.documentElement, kept = new Map();
  try { localStorage.length; } catch (refused) {   // the theme's script and the search stop where a browser keeps nothing: this page remembers for them
    const memory = { getItem: name => kept.get(name) ?? null, removeItem: name => kept.delete(name),
      setItem: (name, value) => { if (!["mode", "theme", "sphinx_highlight_terms"].includes(name)) throw refused; kept.set(name, value); } };
    Object.defineProperty(window, "localStorage", { value: memory });
  }
  html.dataset.mode = localStorage.getItem("mode") || "auto";
  html.dataset.theme = localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
})();
