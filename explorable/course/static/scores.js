/* The page with the scores: the reader's own forecast against what happened, and a class's files together. What is kept and
   read stands in forecast-record.js, the arithmetic in forecast-arithmetic.js and forecast-formulas.js. */
(() => {
  "use strict";
  const { element, table, percent, counted, listed } = book;
  const record = window.bookForecast, { bookClass } = window;
  const score = value => value.toFixed(3);
  const withValue = value => ({ text: score(value), value });
  const toQuestions = text => element("a", { href: "forecast.html" }, text);

  // Reports

  const withRange = ([low, high]) => `${percent(low)} to ${percent(high)}`;

  function report(answers, { outcomes, days, bands }, name) {
    const parts = record.decomposition(answers, outcomes, bands), ids = record.scored(answers, outcomes), coin = record.brier(0.5, 1);
    const common = Object.fromEntries(ids.map(id => [id, outcomes[id]])), luck = record.luck(ids.map(id => answers[id]));
    const ranked = Object.entries({ [name]: answers, ...record.rivals(ids, outcomes, days) })
      .map(([who, given]) => [who, record.total(given, common), record.logTotal(given, common)]).sort(([, a], [, b]) => a - b);
    return [
      element("p", {}, `${name}: a mean Brier score of ${score(parts.brier)} over ${counted(ids.length, "settled question")}. 0 is perfect; saying 50 % to everything earns ${score(coin)}.`),
      element("p", {}, `If every one of these probabilities were right, luck alone would bring a score from ${score(luck.low)} to ${score(luck.high)} in 90 of 100 runs of the same questions, and a coin would do better in ${Math.round(100 * luck.beaten)} of 100.`),
      table({ caption: `${name}, against simple forecasters`, head: ["Forecaster", "Mean Brier score", "Better than a coin by", "Mean log score"],
        rows: ranked.map(([who, value, log]) => [who, withValue(value), percent(record.skill(value, coin)), withValue(log)]) }),
      table({ caption: `${name}: where the score comes from`, head: ["Part", "Value"], rows: [
        ["Reliability: what you said against how often it came true (small is good)", withValue(parts.reliability)],
        ["Resolution: how far you told the questions apart (large is good)", withValue(parts.resolution)],
        ["Uncertainty: what the questions bring with them", withValue(parts.uncertainty)],
        ["Within bands: what grouping leaves over", withValue(parts.within)]] }),
      table({ caption: `${name}: calibration`, head: ["You said", "Questions", "Came true", "The share may well be"], rows: record.groups(answers, outcomes, bands).map(([number, group]) => {
        const yes = group.filter(id => outcomes[id]).length;
        return [withRange([number / bands, (number + 1) / bands]), group.length, `${yes} of ${group.length}`, withRange(record.shareInterval(yes, group.length))];
      }) }),
    ];
  }

  // A score that is felt

  const happened = outcome => outcome ? "it happened" : "it did not happen";

  /* In a sentence: how it compares with a coin, and the answer that was surest and wrong. */
  function verdict(answers, outcomes) {
    const ids = record.scored(answers, outcomes), own = record.total(answers, outcomes), coin = record.brier(0.5, 1);
    const than = Math.abs(own - coin) < 5e-4 ? "as good as a coin would have done" : own < coin ? "better than a coin would have done" : "worse than a coin would have done";
    const misses = ids.filter(id => (answers[id] - 0.5) * (outcomes[id] - 0.5) < 0).sort((one, other) => Math.abs(answers[other] - 0.5) - Math.abs(answers[one] - 0.5));
    const surest = misses.length ? `Your surest miss: ${misses[0]}, you said ${percent(answers[misses[0]])}, and ${happened(outcomes[misses[0]])}.` : "None of your answers lay on the wrong side of 50 %.";
    return element("p", { className: "score-verdict" }, `${score(own)}: ${than} (${score(coin)}). ${surest}`);
  }

  /* A line from 0 to 100 % for each question, the worst miss first: a dot for what was said, a square where it came out. */
  function dots(answers, outcomes, rows) {
    const ids = record.scored(answers, outcomes).sort((one, other) => record.brier(answers[other], outcomes[other]) - record.brier(answers[one], outcomes[one]));
    const items = ids.map(id => {
      const row = rows.find(({ dataset }) => dataset.question === id), { chapter, chapterTitle } = row.dataset, said = `${100 * answers[id]}%`, came = `${100 * outcomes[id]}%`;
      const mark = (className, left) => { const made = element("span", { className }); made.style.left = left; return made; };
      const way = mark("score-way", `${100 * Math.min(answers[id], outcomes[id])}%`);
      way.style.width = `${100 * Math.abs(answers[id] - outcomes[id])}%`;
      return element("li", {}, element("p", {}, row.cells[0].textContent), element("div", { className: "score-line", "aria-hidden": "true" }, way, mark("score-came", came), mark("score-said", said)),
        element("p", { className: "score-words" }, `You said ${percent(answers[id])}, and ${happened(outcomes[id])}. `, ...(chapter ? [element("a", { href: chapter }, `Why: ${chapterTitle}`)] : [])));
    });
    return [element("h3", {}, "Answer by answer, the farthest off first"),
      element("p", { className: "score-key", "aria-hidden": "true" }, element("span", { className: "score-said" }), " what you said ", element("span", { className: "score-came" }), " what happened: 100 % is yes, 0 % is no"),
      element("ol", { className: "score-dots" }, ...items)];
  }

  /* How often things happened to which the reader gave about the same chance; on the diagonal the two agree. */
  function calibration(answers, { outcomes, bands }) {
    const SVG = "http://www.w3.org/2000/svg", SIZE = 280, LEFT = 44, TOP = 14, at = share => LEFT + share * SIZE, up = share => TOP + (1 - share) * SIZE;
    const draw = (tag, attributes, text) => {
      const made = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      if (text !== undefined) made.textContent = text;
      return made;
    };
    const points = record.groups(answers, outcomes, bands).map(([, ids]) => ({ said: book.mean(ids.map(id => answers[id])), came: book.mean(ids.map(id => outcomes[id])), of: ids.length }));
    const svg = draw("svg", { viewBox: `0 0 ${SIZE + LEFT + 60} ${SIZE + TOP + 44}`, class: "score-calibration", role: "img", "aria-label":
      `Calibration: ${points.map(({ said, came, of }) => `where you said about ${percent(said)}, ${Math.round(came * of)} of ${of} happened`).join("; ")}.` });
    svg.append(draw("rect", { x: LEFT, y: TOP, width: SIZE, height: SIZE, class: "score-frame" }), draw("line", { x1: at(0), y1: up(0), x2: at(1), y2: up(1), class: "score-diagonal" }));
    for (const share of [0, 0.5, 1]) svg.append(draw("text", { x: at(share), y: up(0) + 18, "text-anchor": "middle" }, percent(share)), draw("text", { x: LEFT - 6, y: up(share) + 4, "text-anchor": "end" }, percent(share)));
    svg.append(draw("text", { x: at(0.5), y: up(0) + 38, "text-anchor": "middle" }, "you said"), draw("text", { x: at(0) + 6, y: TOP + 16 }, "came true"));
    for (const { said, came, of } of points) svg.append(draw("circle", { cx: at(said), cy: up(came), r: 4 + 3 * Math.sqrt(of), class: "score-point" }),
      draw("text", { x: at(said) + 10 + 3 * Math.sqrt(of), y: up(came) + (came > 0.9 ? 14 : -4) }, `${Math.round(came * of)} of ${of}`));
    return [element("h3", {}, "When you said 20 %, did 2 of 10 happen?"),
      element("p", {}, "On the dashed line what you said and what came true agree. A large dot holds many answers; a small one may be luck."), svg];
  }

  /* The second forecast beside the reader's own, on the questions that both answer. */
  function beside(mine, other, outcomes) {
    const both = record.beside(mine, other, outcomes), number = Object.keys(outcomes).filter(id => id in mine && id in other).length;
    if (!both) return [element("p", {}, "The second forecast, which is kept beside yours, answers none of the settled questions that you answered.")];
    return [table({ caption: `Yours and the second forecast, on the ${counted(number, "settled question")} that both answer`, head: ["Forecaster", "Mean Brier score"],
      rows: [["Your forecast", withValue(both[0])], ["The second forecast", withValue(both[1])]] })];
  }

  /* Why there is no score yet, or nothing if there is one. */
  function unscored(forecast, outcomes) {
    const given = record.count(forecast);
    if (!given && !book.keeps()) return element("p", {}, "This browser keeps nothing between pages, or has no room. If you have written a forecast, this page cannot know of it: save it as a file on ",
      toQuestions("its page"), ", and choose that file below, under “A class together”.");
    if (!given) return element("p", {}, "There is no forecast of yours in this browser. First ", toQuestions("write your forecast"), ". Then come back: the outcomes are folded away below.");
    if (!forecast.committed && !forecast.kept) return element("p", {}, `You have answered ${counted(given, "question")}, and not yet said that this is your forecast. `,
      toQuestions("Say so"), " with “This is my forecast”, and it is scored here.");
    if (!record.scored(record.answersOf(forecast), outcomes).length) return element("p", {}, "None of the questions that you answered is settled: there is nothing to score. ", toQuestions("Answer others"), ".");
  }

  /* What the reader, and the second forecast, said to each question, beside its outcome. */
  function showSaid(rows, mine, other) {
    for (const row of rows) {
      const id = row.dataset.question, parts = [];
      if (Object.keys(mine).length) parts.push(mine[id] === undefined ? "you gave no answer" : `you said ${percent(mine[id])}`);
      if (other[id] !== undefined) parts.push(`the second forecast ${percent(other[id])}`);
      row.querySelector(".forecast-said").textContent = parts.map(part => `; ${part}`).join("");
    }
  }

  /* What one answer costs, whichever way it comes out: a bar each, and the coin's cost as a mark. */
  function tryOne(form) {
    const input = form.querySelector("input"), says = form.querySelector(".score-try-says"), coin = record.brier(0.5, 1);
    const share = value => `${100 * value}%`;
    function show() {
      const said = Number(input.value) / 100, costs = [1, 0].map(outcome => record.brier(said, outcome));
      form.querySelector("output").textContent = percent(said);
      input.setAttribute("aria-valuetext", percent(said));
      form.querySelectorAll("dd").forEach((row, place) => {
        const bar = element("span", { className: "score-cost" }), mark = element("span", { className: "score-coin" });
        bar.style.width = share(costs[place]);
        mark.style.left = share(coin);
        row.replaceChildren(element("span", { className: "score-room", "aria-hidden": "true" }, bar, mark), element("b", {}, costs[place].toFixed(2)));
      });
      const mean = said * costs[0] + (1 - said) * costs[1];
      says.textContent = `If you are right about the ${percent(said)}, such answers cost ${mean.toFixed(2)} in the long run. Saying 50 % always costs ${coin.toFixed(2)}: the thin mark.`;
    }
    form.addEventListener("input", show);
    form.addEventListener("submit", event => event.preventDefault());
    show();
    form.hidden = false;
  }

  // A class

  function classParts(found, about) {
    const { good, bad } = found, { outcomes } = about, told = bookClass.told(found), answers = good.map(one => one.value.answers);
    const late = good.filter(one => one.value.changed).map(one => `“${one.name}”`);
    const shown = [element("p", {}, `${counted(good.length, "forecast")} read${bad.length ? `, ${bad.length} left out` : ""}.`)];
    if (told.length) shown.push(element("ul", {}, ...told));
    if (late.length) shown.push(element("p", {}, `Changed after the outcomes were opened: ${listed(late)}. All are counted.`));
    const pooled = record.pool(answers);
    if (record.scored(pooled, outcomes).length) {
      shown.push(...report(pooled, about, "The class, pooled"));
      const each = answers.map(one => record.beside(one, pooled, outcomes)).filter(Boolean), better = each.filter(([own, together]) => together < own - 1e-12).length;
      const own = each.map(([one]) => one);
      shown.push(element("p", {}, `One by one the class scores ${score(Math.min(...own))} to ${score(Math.max(...own))}, each on the questions that were answered. On those same questions the pooled forecast is better than ${better} of ${each.length}.`));
    } else if (good.length) shown.push(element("p", {}, "None of them answers a question that is settled: there is nothing to score."));
    return shown;
  }

  function hearClass(together, ids, { about, opened }) {
    let latest;
    async function take(files) {
      latest = files;
      const found = await bookClass.read(files, { format: record.format, parse: text => record.parse(text, ids) });
      if (files !== latest) return;   // others were chosen meanwhile
      together.querySelector(".class-result").replaceChildren(...classParts(found, about));
      if (found.good.length) opened();
    }
    bookClass.hear({ input: together.querySelector("[data-action=class]"), place: together, take });
    together.hidden = false;
  }

  // The page

  function scores(panel) {
    const about = JSON.parse(panel.dataset.forecast), { outcomes } = about;
    const rows = [...panel.querySelectorAll("tr[data-question]")], ids = rows.map(row => row.dataset.question);
    const result = panel.querySelector(".forecast-result"), folded = panel.querySelector(".forecast-outcomes");
    const { mine, other } = record.stores(ids);
    let isScored = false;

    /* Note when the outcomes, or a score that tells of them, were first seen. */
    function opened() {
      if (document.visibilityState !== "visible") return;
      const now = record.moment();
      if (!mine.get("opened")) mine.set("opened", now);
      if (record.count(other.all()) && !other.get("opened")) other.set("opened", now);
    }

    function show() {
      const forecast = mine.all(), own = record.answersOf(forecast), second = record.answersOf(other.all()), why = unscored(forecast, outcomes);
      isScored = !why;
      const said = record.standing(forecast, mine.isKept);
      const dates = said ? [element("p", { className: "forecast-standing" }, said)] : [];
      result.replaceChildren(...dates, ...(why ? [why] : [verdict(own, outcomes), ...dots(own, outcomes, rows), ...calibration(own, about), ...report(own, about, "Your forecast")]), ...(isScored && Object.keys(second).length ? beside(own, second, outcomes) : []));
      showSaid(rows, own, second);
      if (isScored) opened();
    }

    rows.forEach(row => row.cells[1].append(element("span", { className: "forecast-said" })));
    mine.hear(show);
    other.hear(show);
    folded.addEventListener("toggle", () => { if (folded.open) opened(); });
    document.addEventListener("visibilitychange", () => { if (isScored || folded.open) opened(); });
    if (folded.open) opened();   // before this script had come
    show();
    tryOne(panel.querySelector(".score-try"));
    hearClass(panel.querySelector(".forecast-class"), ids, { about, opened });
  }

  document.querySelectorAll(".forecast-scores").forEach(scores);
})();
