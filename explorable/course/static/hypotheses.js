/* The reader's matrix of competing hypotheses: kept in this browser only, saved and loaded as a file, and worked out by
   hypotheses-arithmetic.js. */
(() => {
  "use strict";
  const { ratings: SCALE, marks, diagnosticity, complete, scores, least, pivotal, cells, rows: ratingsOf, pack, unpack, parse } = window.bookHypotheses;
  const { element, listed } = book;
  const plural = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
  const about = given => `${plural(Object.keys(given).length, "rating")} of ${plural(Object.keys(ratingsOf(given)).length, "item")}`;

  // What is shown

  /* A rating as its mark, with the words for those who hear the page. */
  function mark(rating) {
    if (rating === undefined) return "";
    const [text, words] = marks[rating];
    return { text, words };
  }

  function summary(ratings, rows, labels, total) {
    const ids = Object.keys(labels), name = id => `“${labels[id]}”`;
    if (!rows.length) return "Rate one item of evidence for all six hypotheses, and the count begins.";
    const found = scores(ratings, rows, ids), lowest = least(ratings, rows, ids);
    const start = `${rows.length} of ${total} items are rated for all six. `;
    if (lowest.length === ids.length) return `${start}So far as much speaks against each of the hypotheses: ${found.get(ids[0])}.`;
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

  // The page

  function matrix(form) {
    const labels = JSON.parse(form.dataset.hypotheses), ids = Object.keys(labels);
    const items = [...form.querySelectorAll("[data-evidence]")].map(row => row.dataset.evidence);
    const choices = new Map([...form.querySelectorAll("select")].map(select => [select.id, select]));
    const result = form.parentElement.querySelector(".hypotheses-result"), message = form.querySelector(".explorer-message");
    const say = book.speaker(message);
    const store = key => new book.Store({ key, sound: (cell, rating) => choices.has(cell) && SCALE.includes(rating), pack, unpack });
    const mine = store("book-hypotheses"), other = store("book-hypotheses-other");

    function show() {
      const given = mine.all(), ratings = ratingsOf(given);
      choices.forEach((select, cell) => { select.value = given[cell] ?? ""; });
      result.querySelector(".hypotheses-summary").textContent = summary(ratings, complete(ratings, ids), labels, items.length);
      result.querySelector(".hypotheses-tables").replaceChildren(...report(ratings, items, labels));
    }
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
    book.on(form, "change", "[data-hypothesis]", select => {
      const kept = mine.set(select.id, select.value === "" ? undefined : Number(select.value));
      show();
      say(kept ? "" : book.UNKEPT);
    });
    book.on(form, "change", "[data-action=load]", load);
    book.on(form, "click", "button[data-action]", button => actions[button.dataset.action]());
    form.addEventListener("submit", event => event.preventDefault());
    mine.hear(show);
    show();
    form.hidden = result.hidden = false;
  }

  document.querySelectorAll("form.hypotheses").forEach(matrix);
})();
