/* The reader's forecast: kept in this browser only, saved and loaded as a file or a link, scored with the functions
   that aftermath/forecast.py wrote (forecast-formulas.js). Answers are probabilities from 0 to 1, by question id. */
(() => {
  "use strict";
  const { brier, spread, format, version } = window.bookForecast;
  const KEY = "book-forecast";
  const percent = value => `${(100 * value).toLocaleString("en", { maximumFractionDigits: 0 })} %`;
  const score = value => value.toFixed(3);
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

  // Memory: this browser, and nothing else. Where it refuses, a forecast travels by file or link.

  const empty = () => ({ answers: {}, committed: false });
  const memory = {
    read() { try { return { ...empty(), ...JSON.parse(localStorage.getItem(KEY)) }; } catch { return empty(); } },
    write(state) { try { localStorage.setItem(KEY, JSON.stringify(state)); return true; } catch { return false; } },
    erase() { try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ } },
  };

  // Files and links

  const written = answers => JSON.stringify({ format, version, answers }, null, 2) + "\n";

  /* Return the answers of a file's text; the error says what is wrong. As forecast.parse in Python. */
  function parse(text, known) {
    let content;
    try { content = JSON.parse(text); } catch { throw new Error("it is damaged or no forecast file"); }
    if (content?.format !== format) throw new Error("it is no forecast of this book");
    if (content.version !== version) throw new Error(`it has version ${String(content.version).slice(0, 20)}, and this page reads version ${version}`);
    if (typeof content.answers !== "object" || content.answers === null || Array.isArray(content.answers)) throw new Error("it has no answers");
    const answers = {};
    for (const [id, value] of Object.entries(content.answers)) {
      if (!known.includes(id)) throw new Error(`it answers ${id.slice(0, 20)}, which is no question of this book`);
      if (typeof value !== "number" || !(value >= 0 && value <= 1)) throw new Error(`its answer to ${id} is not a probability from 0 to 1`);
      answers[id] = value;
    }
    return answers;
  }

  // The page with the questions

  function questions(form) {
    const sliders = new Map([...form.querySelectorAll("[data-question]")].map(input => [input.dataset.question, input]));
    const state = memory.read();
    const say = text => { form.querySelector(".explorer-message").textContent = text; };
    const keep = () => memory.write(state) || say("This browser keeps nothing between pages: save your forecast as a file, or copy its link.");

    const show = () => sliders.forEach((input, id) => {
      const answer = state.answers[id];
      input.value = answer === undefined ? 50 : Math.round(100 * answer);
      const text = answer === undefined ? "no answer yet" : `${percent(answer)}: in ${Math.round(10 * answer)} of 10 such worlds`;
      input.setAttribute("aria-valuetext", text);
      form.querySelector(`output[for="${input.id}"]`).textContent = text;
    });
    const take = (answers, source) => {
      Object.assign(state, { answers, committed: false });
      keep();
      show();
      say(`${Object.keys(answers).length} answers came with the ${source}.`);
    };

    form.addEventListener("input", event => {
      const id = event.target.dataset.question;
      if (!id) return;
      state.answers[id] = Number(event.target.value) / 100;
      state.committed = false;
      keep();
      show();
    });
    const actions = {
      commit() {
        const open = sliders.size - Object.keys(state.answers).length;
        state.committed = open < sliders.size;
        keep();
        say(state.committed ? `Your forecast is kept in this browser${open ? `; ${open} questions have no answer` : ""}. Read on; it is scored at the end.` : "Answer at least one question first.");
      },
      save() {
        const address = URL.createObjectURL(new Blob([written(state.answers)], { type: "application/json" }));
        element("a", "", { href: address, download: "forecast.json" }).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
        say("Saved as a file.");
      },
      async link() {
        const link = `${location.href.split("#")[0]}#${new URLSearchParams([["forecast", version], ...Object.entries(state.answers)])}`;
        history.replaceState(null, "", link);
        try { await navigator.clipboard.writeText(link); say("The link is copied; it holds your answers."); }
        catch { say("The address of this page now holds your answers: copy it from the address bar."); }
      },
      erase() { memory.erase(); Object.assign(state, empty()); show(); say("Erased. Nothing of your forecast is left in this browser."); },
    };
    form.addEventListener("click", event => actions[event.target.dataset.action]?.());
    form.addEventListener("change", async event => {
      if (event.target.dataset.action !== "load" || !event.target.files.length) return;
      try { take(parse(await event.target.files[0].text(), [...sliders.keys()]), "file"); }
      catch (problem) { say(`The file could not be used: ${problem.message}. Your answers are as they were.`); }
      event.target.value = "";
    });
    form.addEventListener("submit", event => event.preventDefault());

    const link = new URLSearchParams(location.hash.slice(1));
    if (link.has("forecast")) {
      const answers = Object.fromEntries([...link].filter(([id]) => id !== "forecast").map(([id, value]) => [id, value === "" ? NaN : Number(value)]));
      try { take(parse(JSON.stringify({ format, version: Number(link.get("forecast")), answers }), [...sliders.keys()]), "link"); }
      catch (problem) { say(`The link could not be used: ${problem.message}. Your answers are as they were.`); }
    }
    show();
    form.hidden = false;
  }

  // Scores: the loops of aftermath/forecast.py around its formulas

  const scored = (answers, outcomes) => Object.keys(outcomes).filter(id => id in answers).sort();
  const total = (answers, outcomes) => mean(scored(answers, outcomes).map(id => brier(answers[id], outcomes[id])));
  const band = (probability, bands) => Math.min(Math.floor(probability * bands + 1e-9), bands - 1);

  function groups(answers, outcomes, bands) {
    const found = new Map();
    for (const id of scored(answers, outcomes)) {
      const key = band(answers[id], bands);
      found.set(key, [...(found.get(key) ?? []), id]);
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  function decomposition(answers, outcomes, bands) {
    const ids = scored(answers, outcomes), rate = mean(ids.map(id => outcomes[id]));
    const parts = { brier: total(answers, outcomes), reliability: 0, resolution: 0, uncertainty: spread(rate), within: 0 };
    for (const [, group] of groups(answers, outcomes, bands)) {
      const said = mean(group.map(id => answers[id])), came = mean(group.map(id => outcomes[id]));
      parts.reliability += group.length * (said - came) ** 2 / ids.length;
      parts.resolution += group.length * (came - rate) ** 2 / ids.length;
      for (const id of group) {
        const apart = answers[id] - said;
        parts.within += (apart ** 2 - 2 * apart * (outcomes[id] - came)) / ids.length;
      }
    }
    return parts;
  }

  function rivals(answers, outcomes) {
    const ids = scored(answers, outcomes), yes = ids.reduce((sum, id) => sum + outcomes[id], 0);
    const all = value => Object.fromEntries(ids.map(id => [id, value(id)]));
    return {
      "All 50 %": all(() => 0.5), "Base rate, known afterwards": all(() => yes / ids.length),
      ...(ids.length > 1 && { "Base rate of the other questions": all(id => (yes - outcomes[id]) / (ids.length - 1)) }),
    };
  }

  function pool(forecasts) {
    const given = {};
    for (const answers of forecasts) for (const [id, value] of Object.entries(answers)) (given[id] ??= []).push(value);
    return Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, values]) => [id, mean(values)]));
  }

  function table(caption, head, rows) {
    const made = element("table");
    made.append(element("caption", caption), element("thead"), element("tbody"));
    const line = (cells, tag) => { const row = element("tr"); row.append(...cells.map(cell => {
      const made = element(tag, String(cell.text ?? cell));
      if (cell.value !== undefined) made.dataset.value = cell.value;
      return made;
    })); return row; };
    made.tHead.append(line(head, "th"));
    made.tBodies[0].append(...rows.map(row => line(row, "td")));
    return made;
  }

  const withValue = value => ({ text: score(value), value });

  function report(answers, outcomes, bands, name) {
    const parts = decomposition(answers, outcomes, bands);
    const ranked = Object.entries({ [name]: answers, ...rivals(answers, outcomes) })
      .map(([who, given]) => [who, total(given, outcomes)]).sort(([, a], [, b]) => a - b);
    return [
      element("p", `${name}: a mean Brier score of ${score(parts.brier)} over ${scored(answers, outcomes).length} settled questions. 0 is perfect; saying 50 % to everything earns ${score(brier(0.5, 1))}.`),
      table("Against simple forecasters", ["Forecaster", "Mean Brier score"], ranked.map(([who, value]) => [who, withValue(value)])),
      table("Where the score comes from", ["Part", "Value"], [
        ["Reliability: what you said against how often it came true (small is good)", withValue(parts.reliability)],
        ["Resolution: how far you told the questions apart (large is good)", withValue(parts.resolution)],
        ["Uncertainty: what the questions bring with them", withValue(parts.uncertainty)],
        ["Within bands: what grouping leaves over", withValue(parts.within)]]),
      table("Calibration", ["You said", "Questions", "Came true"], groups(answers, outcomes, bands).map(([number, ids]) => [
        `${percent(number / bands)} to ${percent((number + 1) / bands)}`, ids.length, `${ids.filter(id => outcomes[id]).length} of ${ids.length}`])),
    ];
  }

  function scores(panel) {
    const { outcomes, bands } = JSON.parse(panel.dataset.forecast);
    const known = [...panel.querySelectorAll("tr[data-question]")].map(row => row.dataset.question);
    const result = panel.querySelector(".forecast-result"), folded = panel.querySelector(".forecast-outcomes");
    const { answers, committed } = memory.read();
    let mine = {};
    try { mine = parse(written(answers), known); } catch { /* what this browser kept is damaged: as if nothing were there */ }
    if (!committed || !scored(mine, outcomes).length) {
      const line = element("p", "There is no forecast of yours in this browser. First ");
      line.append(element("a", "write your forecast", { href: "forecast.html" }), ". Then come back: the outcomes are folded away below.");
      result.append(line);
    } else {
      result.append(...report(mine, outcomes, bands, "Your forecast"));
      folded.querySelectorAll("tr[data-question]").forEach(row => {
        const answer = mine[row.dataset.question];
        row.cells[1].append(answer === undefined ? "; you gave no answer" : `; you said ${percent(answer)}`);
      });
    }
    const together = panel.querySelector(".forecast-class");
    together.hidden = false;
    together.addEventListener("change", async event => {
      const good = [], bad = [];
      for (const file of event.target.files)
        try { good.push(parse(await file.text(), known)); } catch (problem) { bad.push(`${file.name}: ${problem.message}`); }
      const shown = together.querySelector(".class-result");
      shown.replaceChildren(element("p", `${good.length} forecasts read${bad.length ? `, ${bad.length} left out` : ""}.`));
      if (bad.length) { const list = element("ul"); list.append(...bad.map(text => element("li", text))); shown.append(list); }
      const pooled = pool(good);
      if (scored(pooled, outcomes).length) {
        shown.append(...report(pooled, outcomes, bands, "The class, pooled"));
        const each = good.filter(one => scored(one, outcomes).length).map(one => total(one, outcomes));
        shown.append(element("p", `One by one the class scores ${score(Math.min(...each))} to ${score(Math.max(...each))}, ${score(mean(each))} on average.`));
      }
      event.target.value = "";
    });
  }

  document.querySelectorAll("form.forecast").forEach(questions);
  document.querySelectorAll(".forecast-scores").forEach(scores);
  Object.assign(window.bookForecast, { decomposition, total, pool, rivals, parse });   // for the tests
})();
