/* The plenary: the files of several teams side by side. What aftermath/teams.py does, with the model that it wrote
   (plenary-formulas.js). The files are read here and go nowhere else; a file's name is the only name. */
(() => {
  "use strict";
  const { format, version, month, pooled: POOLED, ids, weights, paths, columns, known, rules, answer: model, amounts } = window.bookTeams;
  const LARGEST = 1e6;         // bytes: no file of this book is near it
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const number = (value, digits = 5) => value.toLocaleString("en", { maximumSignificantDigits: digits });
  const people = value => Math.round(value).toLocaleString("en");
  const isWeight = id => weights.includes(id);
  const defaults = Object.fromEntries(Object.entries(known).map(([id, one]) => [id, one.default]));
  const answer = given => model({ ...defaults, ...given });

  /* As Assumption.written in aftermath/assumptions.py; a weight is a share here. */
  function written(id, value) {
    const { unit } = known[id];
    if (unit.startsWith("share") || isWeight(id)) return `${number(100 * value, 3)} %`;
    if (unit === "per year") return `${value < 0 ? "−" : "+"}${number(Math.abs(100 * value), 3)} % a year`;
    return `${number(value)} ${unit}`;
  }

  // Files: as assumptions.from_json in Python

  function parse(text) {
    let saved;
    try { saved = JSON.parse(text); } catch { throw new Error("it is damaged or no file of this book: it can’t be read as JSON. Save it anew"); }
    if (saved?.format !== format) throw new Error("it is not a file of assumptions from this book");
    if (saved.version !== version) throw new Error(`it has version ${String(saved.version).slice(0, 20)}, and this page reads version ${version}`);
    const values = saved.assumptions;
    if (typeof values !== "object" || values === null || Array.isArray(values)) throw new Error("it holds no assumptions. Save it anew");
    for (const [id, value] of Object.entries(values)) {
      if (!Object.hasOwn(known, id)) throw new Error(`there is no assumption “${id.slice(0, 40)}”`);
      const { least, most, remedy } = known[id];
      if (typeof value !== "number" || !Number.isFinite(value) || value < least || value > (most ?? Infinity))
        throw new Error(`${id} = ${String(value).slice(0, 40)} can’t be. ${remedy}`);
    }
    const full = { ...defaults, ...values };
    rules.forEach(({ most, says }, index) => {
      const found = amounts[index](full);
      if (found > most + 1e-9) throw new Error(says.replace("{}", number(found, 4)));
    });
    if (!(weights.reduce((sum, id) => sum + full[id], 0) > 0)) throw new Error("its weights add up to 0: nobody goes anywhere");
    return values;
  }

  async function read(files) {
    const good = {}, bad = [];
    for (const file of files) {
      let name = file.name.replace(/\.json$/i, "");
      for (let copy = 2; Object.hasOwn(good, name); copy++) name = `${file.name.replace(/\.json$/i, "")} (${copy})`;
      try {
        if (file.size > LARGEST) throw new Error("it is far too large for a file of this book");
        good[name] = parse(await file.text());
      } catch (problem) { bad.push(`${file.name}: ${problem.message}.`.replace("..", ".")); }
    }
    return { good, bad };
  }

  // The arithmetic of aftermath/teams.py

  function shares(full) {
    const total = weights.reduce((sum, id) => sum + full[id], 0);
    return Object.fromEntries(weights.map(id => [id, full[id] / total]));
  }

  function views(teams) {
    const found = new Map(ids.map(id => [id, new Map()]));
    for (const [team, given] of Object.entries(teams)) {
      const mine = weights.some(id => id in given) ? shares({ ...defaults, ...given }) : {};
      for (const id of ids) if (id in mine || id in given) found.get(id).set(team, mine[id] ?? given[id]);
    }
    return new Map([...found].filter(([, byTeam]) => byTeam.size));
  }

  const pool = teams => Object.fromEntries([...views(teams)].map(([id, byTeam]) => [id, mean([...byTeam.values()])]));

  function middle(values) {
    const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  function answers(teams) {
    const each = Object.values(teams).map(answer);
    return { least: Math.min(...each), middle: middle(each), mean: mean(each), most: Math.max(...each), pooled: answer(pool(teams)) };
  }

  function apart(values) {
    const sorted = [...values].sort((a, b) => a - b), count = sorted.length;
    let gaps = 0;
    for (let below = 1; below < count; below++) gaps += (sorted[below] - sorted[below - 1]) * below * (count - below);
    return count > 1 ? gaps / (count * (count - 1) / 2) : 0;
  }

  const width = id => (isWeight(id) ? 1 : known[id].high - known[id].low);

  function moved(pooled, id, value) {
    if (!isWeight(id) || !weights.every(other => other in pooled)) return { ...pooled, [id]: value };
    const rest = 1 - pooled[id];
    const others = weights.map(other => [other, rest ? pooled[other] * (1 - value) / rest : (1 - value) / (weights.length - 1)]);
    return { ...pooled, ...Object.fromEntries(others), [id]: value };
  }

  function disagreement(teams) {
    const pooled = pool(teams);
    const rows = [...views(teams)].map(([id, byTeam]) => {
      const sorted = [...byTeam].sort(([, a], [, b]) => a - b), values = [...byTeam.values()];
      const [[lowestTeam, lowest]] = sorted, highest = sorted.at(-1)[1], highestTeam = sorted.find(([, value]) => value === highest)[0];
      const moves = highest > lowest ? answer(moved(pooled, id, highest)) - answer(moved(pooled, id, lowest)) : 0;
      return { assumption: id, label: known[id].label, teams: values.length, lowest, lowestTeam, middle: middle(values), mean: pooled[id], highest, highestTeam,
               apart: apart(values) / width(id), moves };
    });
    return rows.sort((one, other) => other.apart - one.apart);
  }

  // What is shown

  function table(caption, head, rows) {
    const made = element("table");
    made.append(element("caption", caption), element("thead"), element("tbody"));
    const line = (cells, tag) => {
      const row = element("tr");
      row.append(...cells.map((cell, index) => {
        const isHead = tag === "th" || index === 0;
        const made = element(isHead ? "th" : "td", String(cell.text ?? cell), isHead ? { scope: tag === "th" ? "col" : "row" } : {});
        if (cell.value !== undefined) made.dataset.value = cell.value;
        return made;
      }));
      return row;
    };
    made.tHead.append(line(head, "th"));
    made.tBodies[0].append(...rows.map(row => line(row, "td")));
    const frame = element("div", "", { className: "plenary-table", tabIndex: 0 });
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", caption);
    frame.append(made);
    return frame;
  }

  const said = (value, text, team = "") => ({ value, text: `${text}${team && ` (${team})`}` });

  function tables(teams) {
    const both = answers(teams), rows = disagreement(teams), [first] = rows, byMove = [...rows].sort((a, b) => Math.abs(b.moves) - Math.abs(a.moves));
    const sentence = first.apart > 0
      ? `The teams stand farthest apart on “${first.label}”. What moves the answer most is their disagreement on “${byMove[0].label}”: by ${people(Math.abs(byMove[0].moves))} people.`
      : "On no assumption do the teams disagree.";
    return [sentence, [
      table("Where they disagree, and whether it matters", columns, rows.map(row => [row.label,
        said(row.lowest, written(row.assumption, row.lowest), row.lowestTeam), said(row.middle, written(row.assumption, row.middle)),
        said(row.highest, written(row.assumption, row.highest), row.highestTeam), said(row.apart, `${number(100 * row.apart, 3)} of 100`),
        said(row.moves, `${row.moves < 0 ? "−" : "+"}${people(Math.abs(row.moves))} people`)])),
      table(`People at large after ${month} months`, ["Whose answer", "People"], [
        ...Object.entries(teams).map(([team, given]) => [team, said(answer(given), people(answer(given)))]),
        ["the middle one of the answers", said(both.middle, people(both.middle))],
        ["the mean of the answers", said(both.mean, people(both.mean))],
        ["the answer to the mean assumptions", said(both.pooled, people(both.pooled))]]),
    ]];
  }

  /* The rows of the charts, by the names that aftermath/teams.py gave them. */
  function data(teams) {
    const seen = views(teams), pooled = pool(teams), both = answers(teams), order = disagreement(teams);
    const who = [...seen.get(weights[0])?.keys() ?? []], apartOf = Object.fromEntries(order.map(row => [row.assumption, row.apart]));
    return {
      shares: [...who, ...(who.length ? [POOLED] : [])].flatMap((team, rank) => Object.entries(paths).map(([path, label], index) => ({
        team, rank, path: label, order: index, share: team === POOLED ? pooled[`weight_${path}`] : seen.get(`weight_${path}`).get(team) }))),
      places: [...seen].flatMap(([id, byTeam]) => [...byTeam].map(([team, value], rank) => ({
        label: known[id].label, team, rank, place: (value - (isWeight(id) ? 0 : known[id].low)) / width(id), words: written(id, value), apart: apartOf[id] }))),
      answers: Object.entries(teams).map(([team, given], rank) => ({ team, rank, people: answer(given) })),
      pooled: [{ what: "mean of the answers", people: both.mean }, { what: "answer to the mean assumptions", people: both.pooled }],
    };
  }

  /* Give a live chart its rows; a chart that is not live yet gets them when it is. */
  function redraw(figure, rows) {
    for (const view of figure.views ?? []) {
      const there = view.getState({ data: () => true, signals: () => false }).data;
      for (const [name, values] of Object.entries(rows)) if (name in there) view.data(name, values);
      view.resize().runAsync();
    }
  }

  /* The link that opens a view in the large explorer: each value at the nearest stop of its slider. */
  function link(page, view) {
    const stop = id => {
      const { slider: [low, high], step } = known[id], value = isWeight(id) ? 100 * view[id] : view[id];
      return Number(Math.min(Math.max(low + Math.round((value - low) / step) * step, low), high).toFixed(6));
    };
    const values = ids.filter(id => id in view).map(id => [id, stop(id)]);
    return `${page}#${new URLSearchParams([["explorer", "five-scenarios"], ["version", version], ...values])}`;
  }

  function plenary(panel) {
    const { page } = JSON.parse(panel.dataset.plenary), figures = [...panel.querySelectorAll("figure.chart")];
    const about = panel.querySelector(".plenary-about"), left = panel.querySelector(".plenary-bad"), open = panel.querySelector(".plenary-open");
    const sentence = panel.querySelector(".plenary-sentence");
    let rows;
    const show = (teams, bad) => {
      const count = Object.keys(teams).length;
      about.textContent = `${count} ${count === 1 ? "team" : "teams"} read${bad.length ? `, ${bad.length} left out` : ""}.`
        + (count === 1 ? " With one team there is nothing to compare." : "") + (count ? "" : " The charts show the book’s presets.");
      left.replaceChildren(...bad.map(text => element("li", text)));
      left.hidden = !bad.length;
      if (!count) return;
      const [words, found] = tables(teams);
      sentence.textContent = words;
      sentence.hidden = false;
      panel.querySelector(".plenary-result").replaceChildren(...found);
      panel.querySelectorAll(".chart-data").forEach(folded => { folded.hidden = true; });   // they hold the presets
      open.href = link(page, pool(teams));
      open.hidden = false;
      rows = data(teams);
      figures.forEach(figure => redraw(figure, rows));
    };
    panel.addEventListener("chart:live", event => { if (rows) redraw(event.target, rows); });
    panel.addEventListener("change", async event => {
      if (event.target.dataset.action !== "teams" || !event.target.files.length) return;
      const { good, bad } = await read(event.target.files);
      show(good, bad);
      event.target.value = "";
    });
    panel.querySelector(".plenary-choose").hidden = false;
  }

  Object.assign(window.bookTeams, { parse, pool, answers, disagreement, link });   // for the tests
  document.querySelectorAll(".plenary").forEach(plenary);
})();
