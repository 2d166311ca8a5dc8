/* Several teams as numbers: what the book's module teams does, with the model that it wrote (plenary-formulas.js), and the teams'
   files. It touches no page: tests/test_classroom.py compares it with Python. */
(() => {
  "use strict";
  const { format, version, older, pooled: POOLED, many: MANY, any: ANY, ids, shares, paths, known, rules, answer: model, amounts } = window.bookTeams;
  const { mean, number } = book;
  const LARGE = "five-scenarios";   // the explorer that sets all of them
  const isShare = id => shares.includes(id);
  const defaults = Object.fromEntries(Object.entries(known).map(([id, one]) => [id, one.default]));
  const answer = given => model({ ...defaults, ...given });

  const written = (id, value) => book.written(value, known[id].unit);

  /* A value that the model can't take, or that lies far from all evidence, is an error with a remedy. */
  function check(id, value) {
    if (!Object.hasOwn(known, id)) throw new Error(`there is no assumption “${id.slice(0, 40)}”`);
    const { least, most, remedy, low, high, farthest, unit } = known[id];
    if (typeof value !== "number" || !Number.isFinite(value) || value < least || value > (most ?? Infinity))
      throw new Error(`${id} = ${String(value).slice(0, 40)} can’t be. ${remedy}`);
    if (value > farthest)
      throw new Error(`${id} = ${String(value)} is implausible: the sources run from ${book.written(low, unit)} to ${book.written(high, unit)}. Correct it, or save the file anew`);
  }

  /* The assumptions of a file's text; the error says what is wrong. As assumptions.from_json in Python, and a file that has
     no say on the five paths, or a value far from all evidence, is left out. */
  function parse(text) {
    const saved = book.saved(text, { thing: "file of assumptions", format, version, key: "assumptions", older: Object.keys(older).map(Number) });
    const old = older[book.parsed(text).version];
    if (old) for (const [id, value] of Object.entries(saved))
      if (!Number.isFinite(value)) throw new Error(`${id.slice(0, 40)} = ${String(value).slice(0, 40)} is not a number`);
    const values = old ? book.translated(saved, old) : { ...saved };
    for (const [id, value] of Object.entries(values)) check(id, value);
    if (shares.some(id => id in values)) Object.assign(values, normalised({ ...defaults, ...values }));
    const full = { ...defaults, ...values };
    rules.forEach(({ most, says }, index) => {
      const found = amounts[index](full);
      if (found > most + 1e-9) throw new Error(says.replace("{}", number(found, 4)));
    });
    if (!ids.some(id => id in values)) throw new Error("it sets none of the assumptions that the five paths depend on");
    return values;
  }

  const LINK = /((?:(?:https?|file):\/\/)?[^\s<>()"]*#[^\s<>"]*=[^\s<>"]*)/;
  const INSIDE = /https?%3A%2F%2F[^\s&]*%23[^\s&]*/i;   // a link in another: so mail programs watch what is clicked
  const PART = /^[\w.%+-]*[=&][\w.%=&+-]*$|^[\d.]+$/;   // of a link that a mail program broke

  /* The lines of a text: [[number, text], …]. What a mail program broke is one again, and nothing marks it as quoted. */
  function linesOf(text) {
    const lines = [];
    for (const [place, raw] of text.split("\n").entries()) {
      const line = raw.replace(/^[>\s]+/, "").trim(), last = lines.at(-1);
      const isBroken = last && (/#\S*$/.test(last[1]) ? PART.test(line) : /:\/\/\S*$/.test(last[1]) && /^\S*#\S*=\S*$/.test(line) && !line.includes("://"));
      if (isBroken) last[1] += line;
      else if (line) lines.push([place + 1, line]);
    }
    return lines;
  }

  function unwrapped(line) {
    try { return line.replace(INSIDE, inside => `${decodeURIComponent(inside)} `); } catch { return line; }
  }
  const nameIn = text => text.replace(/^\[[^\]]*\d[^\]]*\]/, "").replace(/^[\s\p{P}\p{S}]+|[\s:,;.([\]<>"–—-]+$/gu, "");   // a chat has the hour before it

  /* The links in a text that people have pasted: [{where, link, team}], each with the name that stands before it, or on a line of
     its own above it. A line that is neither has no link. */
  function linksIn(text) {
    const found = [];
    let above;   // a line that may name the team of the next link
    for (const [place, line] of linesOf(text)) {
      const where = `Line ${place}`, parts = unwrapped(line).split(LINK);
      if (parts.length > 1) for (let at = 1; at < parts.length; at += 2) found.push({ where, link: parts[at], team: nameIn(parts[at - 1]) || (at === 1 && above ? nameIn(above.team) : "") });
      else if (above) found.push(above);
      above = parts.length > 1 ? undefined : { where, team: line };
    }
    return above ? [...found, above] : found;
  }

  /* What a copied link of the large explorer holds, as the text of a file: what it does not name stands as the page starts. */
  function fromLink(address) {
    const hash = address.slice(address.indexOf("#") + 1), pairs = book.parts(hash, "explorer");
    if (!pairs) throw new Error("it is no link of this book’s “Copy link”");
    const all = Object.fromEntries(pairs);
    if (!all.version) throw new Error("it came cut short: it says no version. Ask for it again");
    const early = Number(all.version) !== version;
    const changed = Object.entries(book.values(pairs.filter(([name]) => Object.hasOwn(known, name) || early && !["explorer", "version"].includes(name)), () => false));
    const assumptions = { ...(early || all.explorer !== LARGE ? {} : defaults), ...Object.fromEntries(changed) };
    return { team: new URLSearchParams(hash).get("team") ?? "", text: JSON.stringify({ format, version: Number(all.version), assumptions }) };
  }

  /* The page's five sliders count by their proportions; one that a file leaves out stands at its start. */
  function normalised(full) {
    const total = shares.reduce((sum, id) => sum + full[id], 0);
    if (!(total > 0)) throw new Error("its five shares add up to 0: nobody goes anywhere");
    return Object.fromEntries(shares.map(id => [id, full[id] / total]));
  }

  // Together

  function views(teams) {
    const found = new Map(ids.map(id => [id, new Map()]));
    for (const [team, given] of Object.entries(teams)) for (const id of ids) if (id in given) found.get(id).set(team, given[id]);
    return new Map([...found].filter(([, byTeam]) => byTeam.size));
  }

  function pool(teams) {
    const pooled = Object.fromEntries([...views(teams)].map(([id, byTeam]) => [id, mean([...byTeam.values()])]));
    return shares.every(id => id in pooled) ? { ...pooled, ...normalised(pooled) } : pooled;   // they sum to 1 but for rounding
  }

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

  const width = id => known[id].high - known[id].low;

  function moved(pooled, id, value) {
    if (!isShare(id) || !shares.every(other => other in pooled)) return { ...pooled, [id]: value };
    const rest = 1 - pooled[id];
    const others = shares.map(other => [other, rest ? pooled[other] * (1 - value) / rest : (1 - value) / (shares.length - 1)]);
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

  /* The rows of the charts, by the names that the book's module teams gave them. */
  function chartRows(teams) {
    const seen = views(teams), pooled = pool(teams), both = answers(teams), order = disagreement(teams);
    const who = [...seen.get(shares[0])?.keys() ?? []], apartOf = Object.fromEntries(order.map(row => [row.assumption, row.apart]));
    return {
      shares: [...who, ...(who.length ? [POOLED] : [])].flatMap((team, rank) => Object.entries(paths).map(([path, label], index) => ({
        team, rank, path: label, order: index, share: team === POOLED ? pooled[`share_${path}`] : seen.get(`share_${path}`).get(team) }))),
      places: [...seen].flatMap(([id, byTeam]) => [...byTeam].map(([team, value], rank) => ({
        label: known[id].label, team, mark: Object.keys(teams).length <= MANY ? team : ANY, rank, place: (value - known[id].low) / width(id), words: written(id, value), apart: apartOf[id] }))),
      answers: Object.entries(teams).map(([team, given], rank) => ({ team, rank, people: answer(given) })),
      pooled: [{ what: "mean of the answers", people: both.mean }, { what: "answer to the mean assumptions", people: both.pooled }],
    };
  }

  /* The link that opens a view in the large explorer: each value at the nearest stop of its slider. */
  function link(page, view) {
    const stop = id => {
      const { slider: [low, high], step } = known[id];
      return Number(Math.min(Math.max(low + Math.round((view[id] - low) / step) * step, low), high).toFixed(6));
    };
    const values = ids.filter(id => id in view).map(id => [id, stop(id)]);
    return `${page}#${new URLSearchParams([["explorer", LARGE], ...values, ["version", version]])}`;
  }

  Object.assign(window.bookTeams, { written, parse, linksIn, fromLink, answerOf: answer, pool, answers, disagreement, chartRows, link });
})();
