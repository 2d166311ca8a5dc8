/* Lets a reader hide the code of a chapter, and keeps the choice for the other chapters. */
(() => {
  "use strict";
  const KEY = "book-hide-code", choice = book.choice(KEY);
  const button = document.querySelector(".code-switch");
  if (!button) return;
  const show = hidden => {
    document.documentElement.classList.toggle("code-hidden", hidden);
    button.setAttribute("aria-pressed", String(hidden));
    button.textContent = hidden ? "Show the code" : "Hide the code";
  };
  const showKept = () => show(choice.get() === "yes");
  book.on(document, "click", ".code-switch", () => {
    const hidden = !document.documentElement.classList.contains("code-hidden");
    choice.set(hidden ? "yes" : "no");   // where the browser refuses: for this page
    show(hidden);
  });
  addEventListener("storage", ({ key }) => { if (key === KEY || key === null) showKept(); });
  addEventListener("book:erased", ({ name }) => { if (name === undefined || name === KEY) showKept(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted && book.keeps()) showKept(); });
  showKept();
  button.disabled = false;
})();
