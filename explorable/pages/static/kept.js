/* The list of what this browser keeps for the book now, each with a button that erases it, and one button for all. */
(() => {
  "use strict";
  const { element, button, listed, number } = book;

  function list(place) {
    const words = JSON.parse(place.dataset.kept), say = book.speaker(place.querySelector(".explorer-message"));
    const all = place.querySelector("[data-action=all]");

    /* In the order of the page's table; what it does not name comes last. */
    const names = Object.keys(words);
    const rank = ({ key }) => { const at = names.indexOf(key.split(" ")[0]); return at < 0 ? names.length : at; };
    const inOrder = kept => kept.sort((one, other) => rank(one) - rank(other));

    /* In words: "your forecast"; what is kept for one page names it. */
    function what({ key }) {
      const [name, address] = key.split(" ");
      return `${words[name] ?? name}${address ? ` (${URL.canParse?.(address) ? new URL(address).pathname : address})` : ""}`;
    }
    function more({ area, key, text }) {
      const bytes = new Blob([key, text]).size, since = book.parsed(text)?.committed;
      const isMoment = ["string", "number"].includes(typeof since) && Number.isFinite(new Date(since).getTime());
      return [bytes < 1000 ? `${bytes} bytes` : `${number(bytes / 1000, 2)} kB`, ...(area === "tab" ? ["until you close this tab"] : []),
        ...(isMoment ? [`since ${book.day(since)}`] : [])].join(", ");
    }
    let shown;
    function show() {
      const kept = inOrder(book.kept()), now = JSON.stringify(kept);
      if (now === shown) return;
      shown = now;
      place.querySelector(".kept-about").textContent = kept.length ? "This browser keeps now, for this book:"
        : book.keeps() ? "This browser keeps nothing for this book now." : "This browser refuses to keep anything for this book.";
      place.querySelector(".kept-list").replaceChildren(...kept.map(one => element("li", {}, element("span", {}, element("b", {}, what(one)), " ",
        element("span", { className: "kept-more" }, element("code", {}, one.key.split(" ")[0]), `, ${more(one)}`)),
      button("Erase", () => erase(one), { "aria-label": `Erase: ${what(one)}` }))));
    }

    /* The page itself no longer follows a theme that is forgotten. */
    function forgetTheme() {
      const { dataset: look } = document.documentElement;
      look.mode = "auto";
      look.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    }
    const HELP = "Erase the data of this site in the settings of the browser.";

    function erase(one) {
      const gone = book.erase(one.key);
      if (["mode", "theme"].includes(one.key)) forgetTheme();
      show();
      say(gone ? `Erased: ${what(one)}.` : `This browser does not let go of it: ${what(one)}. ${HELP}`);
      (place.querySelector(".kept-list button") ?? all).focus();
    }
    async function eraseAll() {
      const [yes, no] = ["Erase everything", "Leave it as it is"];
      const chosen = await book.ask({ place: all.parentElement, text: "Erase all that this book keeps in this browser, for every page and every reader of it? Nobody can bring it back.", choices: [yes, no] });
      if (!chosen) return;   // asked once more
      all.focus();
      if (chosen === no) return say("Nothing was erased.");
      const before = inOrder(book.kept()), gone = book.eraseAll(), left = inOrder(book.kept());
      const erased = before.filter(one => !left.some(({ area, key }) => area === one.area && key === one.key));
      forgetTheme();
      show();
      const done = erased.length ? `Erased: ${listed(erased.map(what))}.` : "There was nothing to erase.";
      say(gone ? `${done} Nothing of this book is left in this browser.` : `${erased.length ? `${done} ` : ""}This browser does not let go of the rest: ${listed(left.map(what))}. ${HELP}`);
    }

    book.on(place, "click", "[data-action=all]", eraseAll);
    for (const kind of ["storage", "book:erased", "pageshow", "focus"]) addEventListener(kind, show);   // whatever may have changed it
    show();
    place.hidden = false;
  }

  document.querySelectorAll(".kept").forEach(list);
})();
