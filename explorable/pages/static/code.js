/* Lets a reader hide the code of a chapter, and keeps the choice for the other chapters. */
(() => {
  "use strict";
  const KEY = "book-hide-code";
  const memory = {   // a browser may refuse to remember
    get: () => { try { return localStorage.getItem(KEY); } catch { return null; } },
    set: value => { try { localStorage.setItem(KEY, value); } catch { /* then only for this page */ } },
  };
  const button = document.querySelector(".code-switch");
  if (!button) return;
  const show = hidden => {
    document.documentElement.classList.toggle("code-hidden", hidden);
    button.setAttribute("aria-pressed", String(hidden));
    button.textContent = hidden ? "Show the code" : "Hide the code";
  };
  button.addEventListener("click", () => {
    const hidden = !document.documentElement.classList.contains("code-hidden");
    memory.set(hidden ? "yes" : "no");
    show(hidden);
  });
  show(memory.get() === "yes");
  button.disabled = false;
})();
