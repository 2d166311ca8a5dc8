/* The reader's matrix of competing hypotheses: kept in this browser only, saved and loaded as a file, and worked out by
   hypotheses-arithmetic.js. */
(() => {
  "use strict";
  const { ratings: SCALE, marks, diagnosticity, complete, scores, least, pivotal, cells, rows: ratingsOf, pack, unpack, parse } = window.bookHypotheses;
  const { element, counted, listed } = book;
  const about = given => `${counted(Object.keys(given).length, "rating")} of ${counted(Object.keys(ratingsOf(given)).length, "item")}`;

  // What is shown

  /* A rating as its mark, with the words for those who hear the page. */
  function mark(rating) {
    if (rating === undefined) return "";
    const [text, words] = marks[rating];
    return { text, words };
  }

  function summary(ratings, rows, labels, total) {
    const ids = Object.keys(labels), name = id => `“${labels[id]}”`;
    if (!rows.length) return "Rate one item of evidence for every hypothesis, and the count begins.";
    const found = scores(ratings, rows, ids), lowest = least(ratings, rows, ids);
    const start = `${rows.length} of ${total} items ${rows.length === 1 ? "is" : "are"} rated for every hypothesis. `;
    if (lowest.length === ids.length) return start + (found.get(ids[0]) ? `So far as much speaks against each: ${found.get(ids[0])}.` : "So far nothing speaks against any.");
    const most = Math.max(...found.values());
    return `${start}Least speaks against ${listed(lowest.map(name))} (${found.get(lowest[0])}), `
      + `most against ${listed(ids.filter(id => found.get(id) === most).map(name))} (${most}).`;
  }

  function report(ratings, items, labels) {
    const ids = Object.keys(labels), rows = complete(ratings, ids), className = "hypotheses-table";
    const shown = [];
    if (rows.length) {
      const found = [...scores(ratings, rows, ids)].sort(([, a], [, b]) => a - b);
      const count = (id, rating) => rows.filter(item => ratings[item][id] === rating).length;
      shown.push(book.table({ className, caption: "What speaks against each hypothesis", head: ["Hypothesis", "Against it", "Inconsistent", "Very inconsistent"],
        rows: found.map(([id, value]) => [labels[id], { text: value, value }, count(id, -1), count(id, -2)]) }));
      const first = pivotal(ratings, rows, ids);
      if (rows.length > 1) shown.push(element("p", {}, first.length ? `Check first: without ${first.length > 1 ? "any one of " : ""}${listed(first)} the answer would be another.`
        : "No single item decides: leave out any one, and the answer stays."));
    }
    const told = items.map(item => {
      const given = ids.map(id => ratings[item]?.[id]).filter(rating => rating !== undefined);
      const apart = given.length === ids.length ? diagnosticity(given) : undefined;
      return [item, apart === undefined ? "" : { text: apart.toFixed(2), value: apart }, ...ids.map(id => mark(ratings[item]?.[id]))];
    });
    shown.push(book.table({ className, caption: "Your matrix", head: ["Item", "Diagnosticity", ...Object.values(labels)], rows: told }));
    return shown;
  }

  /* The whole matrix as small as it can be read: hypotheses down, items across, what speaks against each at the end. */
  function overview(ratings, items, labels, now) {
    const ids = Object.keys(labels), rows = complete(ratings, ids), found = rows.length ? scores(ratings, rows, ids) : new Map();
    const lowest = rows.length ? least(ratings, rows, ids) : [];
    const cell = (item, id) => {
      const { text, words } = mark(ratings[item]?.[id]) || { text: "" };
      return element("td", { className: item === items[now] ? "is-now" : "", title: words ?? "not rated" }, text);
    };
    return element("table", {}, element("caption", { className: "visually-hidden" }, "Your matrix so far"),
      element("thead", {}, element("tr", {}, element("td"), ...items.map((item, at) => element("th", { scope: "col", className: at === now ? "is-now" : "", abbr: item }, String(at + 1))), element("th", { scope: "col" }, "against"))),
      element("tbody", {}, ...ids.map(id => element("tr", { className: lowest.includes(id) && lowest.length < ids.length ? "is-least" : "" }, element("th", { scope: "row" }, labels[id]),
        ...items.map(item => cell(item, id)), element("td", {}, String(found.get(id) ?? ""))))));
  }

  /* For one item a row of buttons a hypothesis, of which one is pressed: radios, with the keys that radios have. */
  const NOT_RATED = ["?", "not rated"];
  function choices(item, labels) {
    const options = [...SCALE.map(rating => [String(rating), ...marks[rating]]), ["", ...NOT_RATED]];
    return Object.entries(labels).map(([id, label]) => element("fieldset", { className: "hypotheses-choice", id: `${item}-${id}` },
      element("legend", {}, label, element("span", { className: "visually-hidden" }, ` for ${item}`)),
      element("div", {}, ...options.map(([value, text, words]) => element("label", { title: words }, element("input", { type: "radio", name: `${item}-${id}`, value }),
        element("span", { "aria-hidden": "true" }, text), element("span", { className: "visually-hidden" }, words))))));
  }

  // The page

  function matrix(form) {
    const labels = JSON.parse(form.dataset.hypotheses), ids = Object.keys(labels);
    const rows = [...form.querySelectorAll("[data-evidence]")], items = rows.map(row => row.dataset.evidence);
    const known = new Set(items.flatMap(item => ids.map(id => `${item}-${id}`)));
    const result = form.parentElement.querySelector(".hypotheses-result"), message = form.querySelector(".explorer-message");
    const say = book.speaker(message);
    const store = key => new book.Store({ key, sound: (cell, rating) => known.has(cell) && SCALE.includes(rating), pack, unpack });
    const mine = store("book-hypotheses"), other = store("book-hypotheses-other");

    // One item at a time, at first the first that lacks a rating
    let now;
    const isOpen = item => ids.some(id => mine.all()[`${item}-${id}`] === undefined);
    const item = element("select", { "aria-label": "Item of evidence", onchange: () => go(item.selectedIndex) }, ...rows.map((row, at) => element("option", { value: at }, `${at + 1} of ${rows.length} · ${row.dataset.date}`)));
    const step = (text, by) => book.button(text, () => { go(now + by); rows[now].scrollIntoView({ block: "nearest" }); });
    const [back, on] = [step("Previous", -1), step("Next", 1)];
    form.querySelector(".hypotheses-way").append(back, item, on);
    form.querySelector(".hypotheses-overview").addEventListener("click", ({ target }) => {
      const at = target.closest("td, th")?.cellIndex - 1;
      if (rows[at]) go(at);
    });
    function go(to) {
      now = to;
      rows.forEach((row, at) => {
        row.hidden = at !== now;
        row.querySelector(".hypotheses-choices").replaceChildren(...at === now ? choices(items[now], labels) : []);
      });
      item.selectedIndex = now;
      back.disabled = now === 0;
      on.disabled = now === rows.length - 1;
      show();
    }

    function show() {
      const given = mine.all(), ratings = ratingsOf(given);
      for (const choice of rows[now].querySelectorAll("input")) choice.checked = choice.value === String(given[choice.name] ?? "");
      form.querySelector(".hypotheses-overview").replaceChildren(overview(ratings, items, labels, now));
      form.querySelector(".hypotheses-summary").textContent = summary(ratings, complete(ratings, ids), labels, items.length);
      result.querySelector(".hypotheses-tables").replaceChildren(...report(ratings, items, labels));
    }
    go(Math.max(items.findIndex(isOpen), 0));
    const take = book.beside({ mine, other, place: message.parentElement, thing: "matrix", about, show, say });

    async function load(input) {
      const [file] = input.files;
      if (!file) return;
      try {
        const found = cells(parse(await book.text(file), items, ids));
        if (!Object.keys(found).length) throw new Error("it holds no rating");
        take(found, "file");
      } catch (problem) { say(`The file could not be used: ${problem.message}. Your ratings are as they were.`); }
      input.value = "";
    }
    const actions = {
      save() {
        const given = mine.all();
        if (!Object.keys(given).length) return say("There is nothing to save yet: rate an item first.");
        book.save({ name: "hypotheses.json", text: `${JSON.stringify(pack(given), null, 2)}\n` });
        say("Saved as a file.");
      },
      async erase() {
        const isSome = [mine, other].some(one => Object.keys(one.all()).length);
        if (isSome && !await book.sure({ place: message.parentElement, what: "all your ratings, also the matrix beside them if there is one" })) return;
        const gone = [other.erase(), mine.erase()].every(Boolean);
        show();
        say(gone ? "Erased. Nothing of your ratings is left in this browser." : "This browser does not let go of your ratings: erase the data of this site in its settings.");
      },
    };
    book.on(form, "change", "[type=radio]", ({ name, value }) => {
      const kept = mine.set(name, value === "" ? undefined : Number(value));
      show();
      say(kept ? "" : book.UNKEPT);
    });
    book.on(form, "change", "[data-action=load]", load);
    book.on(form, "click", "button[data-action]", button => actions[button.dataset.action]());
    form.addEventListener("submit", event => event.preventDefault());
    mine.hear(show);
    const below = () => form.style.setProperty("--top", `${document.querySelector(".bd-header-article")?.offsetHeight ?? 0}px`);
    addEventListener("resize", below);
    below();
    form.hidden = result.hidden = false;
  }

  document.querySelectorAll("form.hypotheses").forEach(matrix);
})();
