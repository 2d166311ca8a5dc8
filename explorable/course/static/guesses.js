/* The page of all guesses: what the reader said and how far off it was, by chapter; saved as a file and loaded again, and a class's files together. */
(() => {
  "use strict";
  const { element, counted, listed, on } = book;
  const { fits, words, spoken, off, sentence, difference, drawn, worst, store, allBegun, letters } = window.bookGuess;
  const answers = store(), other = store("book-guesses-other"), { bookClass } = window;

  function page(place) {
    const { guesses, format, version } = JSON.parse(place.dataset.guesses);
    const form = place.querySelector(".guesses-tools"), say = book.speaker(form.querySelector(".explorer-message"));
    const summary = element("div", { className: "guesses-summary", role: "status" });
    place.prepend(summary);
    let together;   // what a class said: {id: [values]}

    const mine = () => Object.fromEntries(Object.entries(answers.all()).filter(([id, value]) => Object.hasOwn(guesses, id) && fits(guesses[id], value)));
    const said = given => Object.entries(given).filter(([, value]) => value !== null);

    function ofClass(about, values) {
      if (!values?.length) return [];
      if (about.kind === "choice") {
        const many = letters(about.options).map((letter, at) => [about.options[at], values.filter(one => one === letter).length]).filter(([, number]) => number);
        return [element("p", {}, `The class: ${listed(many.map(([name, number]) => `${name} ${number}`))}; ${about.told}.`)];
      }
      const numbers = values.map(value => spoken(about, value)).sort((a, b) => a - b);
      const middle = numbers[Math.floor((numbers.length - 1) / 2)];
      return [element("p", {}, `The class: ${numbers.length > 1 ? `from ${book.number(numbers[0])} to ${book.number(numbers.at(-1))}, the middle one ` : ""}${words({ ...about, kind: "number" }, middle)}; ${about.told}.`)];
    }

    function show() {
      const given = mine(), own = said(given);
      for (const item of place.querySelectorAll("[data-guess-of]")) {
        const id = item.dataset.guessOf, about = guesses[id], value = given[id], room = item.querySelector(".guesses-said");
        const line = value === undefined ? "No guess yet." : value === null ? "Shown without a guess." : sentence(about, value);
        item.dataset.state = value === undefined ? "open" : value === null ? "waived" : off(about, value) < .1 ? "near" : "far";
        room.replaceChildren(element("p", {}, line), ...(value === undefined || value === null ? [] : drawn(about, value)), ...ofClass(about, together?.[id]));
      }
      summary.replaceChildren(...account(own));
    }

    /* In words: how many, how near, which one was off most. */
    function account(own) {
      const all = Object.keys(guesses).length;
      if (!own.length) return [element("p", {}, `There is no guess of yours here yet. The chapters ask for ${all}; each question below leads to its place.`)];
      const right = own.filter(([id, value]) => guesses[id].kind === "choice" && value === guesses[id].right).length, choices = own.filter(([id]) => guesses[id].kind === "choice").length;
      const scales = own.filter(([id]) => guesses[id].kind !== "choice"), near = scales.filter(([id, value]) => off(guesses[id], value) < .1).length;
      const parts = [`You made ${counted(own.length, "guess", "guesses")} of ${all}.`];
      if (choices) parts.push(`Of ${counted(choices, "choice")} ${right} ${right === 1 ? "was" : "were"} right.`);
      if (scales.length) parts.push(`Of ${counted(scales.length, "number or line", "numbers and lines")} ${near} lay within a tenth of the scale.`);
      const shown = [element("p", { className: "guesses-account" }, parts.join(" "))];
      const found = worst(Object.fromEntries(own), guesses);
      if (found && found[0] > 0) {
        const [, id, value] = found, about = guesses[id];
        const link = place.querySelector(`[data-guess-of="${id}"] > a`);
        shown.push(element("p", {}, "You were off most at “", element("a", { href: link.getAttribute("href") }, link.textContent), `”: ${difference(about, value)}. ${sentence(about, value)}`));
      }
      return shown;
    }

    const take = book.beside({ mine: answers, other, place: form, thing: "set of guesses", about: given => counted(said(given).length, "guess", "guesses"), show, say });

    async function load(file) {
      try {
        const found = read(await book.text(file));
        if (!said(found).length) throw new Error("it holds no guess");
        take(found, "file");
      } catch (problem) { say(`The file could not be used: ${problem.message}. Your guesses are as they were.`); }
    }

    function read(text) {
      const found = book.saved(text, { thing: "set of guesses", format, version, key: "answers" });
      for (const [id, value] of Object.entries(found)) {
        if (!Object.hasOwn(guesses, id)) throw new Error(`it answers ${id.slice(0, 40)}, which is no guess of this book`);
        if (!fits(guesses[id], value)) throw new Error(`its answer to ${id.slice(0, 40)} is none that the page could have saved`);
      }
      return found;
    }

    let latest;
    async function pool(files) {
      latest = files;
      const found = await bookClass.read(files, { format, parse: read }), { good, bad } = found, told = bookClass.told(found);
      if (files !== latest) return;   // others were chosen meanwhile
      together = {};
      for (const one of good) for (const [id, value] of said(one.value)) (together[id] ??= []).push(value);
      show();
      say(`${counted(good.length, "file")} read${bad.length ? `, ${bad.length} left out` : ""}${good.length ? "; what the class said stands beside each question" : ""}.`, ...(told.length ? [element("ul", {}, ...told)] : []));
    }

    const actions = {
      save() {
        const given = mine();
        if (!Object.keys(given).length) return say("There is nothing to save yet: make a guess first.");
        book.save({ name: "guesses.json", text: `${JSON.stringify({ format, version, answers: given }, null, 2)}\n` });
        say("Saved as a file.");
      },
      async erase() {
        const isSome = [answers, other].some(one => Object.keys(one.all()).length) || allBegun().length > 0;
        if (isSome && !await book.sure({ place: form, what: "all your guesses, also the set beside them if there is one" })) return;
        const gone = [other.erase(), answers.erase(), ...allBegun().map(({ key }) => book.erase(key))].every(Boolean);
        show();
        say(gone ? "Erased. None of your guesses is left in this browser, and the chapters cover their answers again." : "This browser does not let go of your guesses: erase the data of this site in its settings.");
      },
    };
    on(form, "click", "button[data-action]", one => actions[one.dataset.action]());
    on(form, "change", "[data-action=load]", input => { const [file] = input.files; input.value = ""; if (file) load(file); });
    bookClass.hear({ input: form.querySelector("[data-action=class]"), place: form, take: pool });
    addEventListener("book:erased", ({ name }) => { if (name === undefined) { together = undefined; say(""); show(); } });   // a new class
    form.addEventListener("submit", event => event.preventDefault());
    form.hidden = false;
    answers.hear(show);
    show();
  }

  document.querySelectorAll(".guesses").forEach(page);
})();
