/* The reader's matrix of competing hypotheses: kept in this browser only, saved and loaded as a file, and worked out with
   the functions that aftermath/hypotheses.py wrote (hypotheses-formulas.js). Ratings are whole numbers from -2 to 2, by
   evidence and hypothesis. */
(() => {
  "use strict";
  const { against, apart, format, version, ratings: SCALE } = window.bookHypotheses;
  const KEY = "book-hypotheses";
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const sum = values => values.reduce((total, value) => total + value, 0);
  const listed = parts => parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

  // The loops of aftermath/hypotheses.py around its formulas

  const inconsistency = ratings => sum(ratings.map(against));
  function diagnosticity(ratings) {
    const distances = ratings.flatMap((one, number) => ratings.slice(number + 1).map(other => apart(one, other)));
    return sum(distances) / distances.length;
  }
  const complete = (ratings, ids) => Object.keys(ratings).sort().filter(item => ids.every(id => id in ratings[item]));
  const scores = (ratings, items, ids) => new Map(ids.map(id => [id, inconsistency(items.map(item => ratings[item][id]))]));
  function least(ratings, items, ids) {
    const found = scores(ratings, items, ids), lowest = Math.min(...found.values());
    return ids.filter(id => found.get(id) === lowest);
  }
  function pivotal(ratings, items, ids) {
    const now = String(least(ratings, items, ids));
    return items.length < 2 ? [] : items.filter(left => String(least(ratings, items.filter(item => item !== left), ids)) !== now);
  }

  // Files, and what this browser keeps

  const written = ratings => JSON.stringify({ format, version, ratings }, null, 2) + "\n";
  const isObject = value => typeof value === "object" && value !== null && !Array.isArray(value);

  /* Return the ratings of a file's text; the error says what is wrong. As hypotheses.parse in Python. */
  function parse(text, items, ids) {
    let content;
    try { content = JSON.parse(text); } catch { throw new Error("it is damaged or no matrix"); }
    if (content?.format !== format) throw new Error("it is no matrix of this book");
    if (content.version !== version) throw new Error(`it has version ${String(content.version).slice(0, 20)}, and this page reads version ${version}`);
    if (!isObject(content.ratings)) throw new Error("it has no ratings");
    const ratings = {};
    for (const [item, row] of Object.entries(content.ratings)) {
      if (!items.includes(item)) throw new Error(`it rates ${item.slice(0, 20)}, which is no evidence of this book`);
      if (!isObject(row)) throw new Error(`its ratings of ${item} are damaged`);
      ratings[item] = {};
      for (const [id, rating] of Object.entries(row)) {
        if (!ids.includes(id)) throw new Error(`it rates ${item} for ${id.slice(0, 20)}, which is no hypothesis of this book`);
        if (!SCALE.includes(rating)) throw new Error(`its rating of ${item} is not a whole number from −2 to 2`);
        ratings[item][id] = rating;
      }
    }
    return ratings;
  }

  const memory = {
    read(items, ids) { try { return parse(localStorage.getItem(KEY), items, ids); } catch { return {}; } },
    write(ratings) { try { localStorage.setItem(KEY, written(ratings)); return true; } catch { return false; } },
    erase() { try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ } },
  };

  // What is shown

  /* A rating as its mark, with the words for those who hear the page. */
  function mark(form, rating) {
    if (rating === undefined) return "";
    const [, text, words] = form.querySelector(`option[value="${rating}"]`).textContent.match(/(\S+) (.*)/);
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

  function table(caption, head, rows) {
    const made = element("table");
    made.append(element("caption", caption), element("thead"), element("tbody"));
    const cell = (content, heading, number) => {
      const made = element(heading || number === 0 ? "th" : "td", String(content.text ?? content));
      if (made.tagName === "TH") made.scope = heading ? "col" : "row";
      if (content.value !== undefined) made.dataset.value = content.value;
      if (content.words) made.append(element("span", ` ${content.words}`, { className: "visually-hidden" }));
      return made;
    };
    const line = (cells, heading) => { const row = element("tr"); row.append(...cells.map((content, number) => cell(content, heading, number))); return row; };
    made.tHead.append(line(head, true));
    made.tBodies[0].append(...rows.map(row => line(row, false)));
    const scroll = element("div", "", { className: "hypotheses-table", tabIndex: 0, role: "region", ariaLabel: caption });
    scroll.append(made);
    return scroll;
  }

  function report(form, ratings, items, labels) {
    const ids = Object.keys(labels), rows = complete(ratings, ids);
    const shown = [];
    if (rows.length) {
      const found = [...scores(ratings, rows, ids)].sort(([, a], [, b]) => a - b);
      const count = (id, rating) => rows.filter(item => ratings[item][id] === rating).length;
      shown.push(table("What speaks against each hypothesis", ["Hypothesis", "Against it", "Inconsistent", "Very inconsistent"],
        found.map(([id, value]) => [labels[id], { text: value, value }, count(id, -1), count(id, -2)])));
      const first = pivotal(ratings, rows, ids);
      if (rows.length > 1) shown.push(element("p", first.length ? `Check first: without ${first.length > 1 ? "any one of " : ""}${listed(first)} the answer would be another.`
        : "No single item decides: leave out any one, and the answer stays."));
    }
    const told = items.map(item => {
      const given = ids.map(id => ratings[item]?.[id]).filter(rating => rating !== undefined);
      const apart = given.length === ids.length ? diagnosticity(given) : undefined;
      return [item, apart === undefined ? "" : { text: apart.toFixed(2), value: apart }, ...ids.map(id => mark(form, ratings[item]?.[id]))];
    });
    shown.push(table("Your matrix", ["Item", "Diagnosticity", ...Object.values(labels)], told));
    return shown;
  }

  // The page

  function matrix(form) {
    const labels = JSON.parse(form.dataset.hypotheses), ids = Object.keys(labels);
    const rows = [...form.querySelectorAll("[data-evidence]")], items = rows.map(row => row.dataset.evidence);
    const result = form.parentElement.querySelector(".hypotheses-result");
    const say = text => { form.querySelector(".explorer-message").textContent = text; };
    let ratings = memory.read(items, ids);

    const show = () => {
      result.querySelector(".hypotheses-summary").textContent = summary(ratings, complete(ratings, ids), labels, items.length);
      result.querySelector(".hypotheses-tables").replaceChildren(...report(form, ratings, items, labels));
    };
    const keep = () => memory.write(ratings) || say("This browser keeps nothing between pages: save your ratings as a file.");
    const fill = () => rows.forEach(row => row.querySelectorAll("select").forEach(select => {
      select.value = ratings[row.dataset.evidence]?.[select.dataset.hypothesis] ?? "";
    }));

    form.addEventListener("change", async event => {
      const { hypothesis, action } = event.target.dataset;
      if (hypothesis) {
        const item = event.target.closest("[data-evidence]").dataset.evidence;
        const { [hypothesis]: _, ...others } = ratings[item] ?? {};
        ratings[item] = event.target.value === "" ? others : { ...others, [hypothesis]: Number(event.target.value) };
        keep();
        show();
      } else if (action === "load" && event.target.files.length) {
        try {
          ratings = parse(await event.target.files[0].text(), items, ids);
          say(`Ratings of ${Object.keys(ratings).length} items came with the file.`);
          keep();
          fill();
          show();
        } catch (problem) { say(`The file could not be used: ${problem.message}. Your ratings are as they were.`); }
        event.target.value = "";
      }
    });
    const actions = {
      save() {
        const address = URL.createObjectURL(new Blob([written(ratings)], { type: "application/json" }));
        element("a", "", { href: address, download: "hypotheses.json" }).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
        say("Saved as a file.");
      },
      erase() { memory.erase(); ratings = {}; fill(); show(); say("Erased. Nothing of your ratings is left in this browser."); },
    };
    form.addEventListener("click", event => actions[event.target.dataset.action]?.());
    form.addEventListener("submit", event => event.preventDefault());

    fill();
    show();
    form.hidden = result.hidden = false;
  }

  document.querySelectorAll("form.hypotheses").forEach(matrix);
  Object.assign(window.bookHypotheses, { inconsistency, diagnosticity, least, pivotal, parse });   // for the tests
})();
