(() => {
  const html = document.documentElement;
  const remembered = name => { try { return localStorage.getItem(name); } catch { return null; } };
  html.dataset.mode = remembered("mode") || "auto";
  html.dataset.theme = remembered("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
})();
