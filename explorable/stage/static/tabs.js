/* What the engine computes for an explorer's charts, tab by tab: for each data set of the chart its rows, and what its title
   says. Only the chart in view asks. Where nothing is left to compare the engine says why, and the chart is empty. */
(() => {
  "use strict";
  const LEVELS = ["q5", "q25", "q50", "q75", "q95"];
  const WIDTH = 26;     // letters of a line of a label, as in the charts that the build makes
  const MOVING = 1024;  // draws while a hand moves on a device that can't follow with all

  const begins = text => text[0].toUpperCase() + text.slice(1);
  const rounded = value => book.people(Number(value.toPrecision(3)));

  /* A label with a bar where its lines part. */
  function inLines(label) {
    const lines = [];
    for (const word of label.split(" "))
      if (lines.length && `${lines.at(-1)} ${word}`.length <= WIDTH) lines.push(`${lines.pop()} ${word}`);
      else lines.push(word);
    return lines.join("|");
  }

  const bars = (rows, room) => rows.slice(0, room).map((row, order) => ({ order, words: inLines(row.label), ...row }));
  const largest = (shares, labelOf) => Object.entries(shares).sort(([, one], [, other]) => other - one).map(([id, share]) => ({ label: labelOf(id), share }));

  const begun = {};   // the line of the start, by outcome: no slider moves it

  function range({ engine, held, month, when, outcome, shape, isSlow }) {
    const own = shape && shape !== "given" ? { shape } : {};   // another shape than each assumption's own
    const months = engine.yearEnds, options = { ...own, ...isSlow ? { count: MOVING } : {} }, point = engine.point(held);
    const { quantiles: [low, , , , high], place } = engine.range(outcome, month, held, options);
    const line = values => Array.from({ length: months.at(-1) / 3 + 1 }, (_, step) => ({ month: 3 * step, people: engine.outcomes(values, 3 * step)[outcome] }));
    return {
      data: {
        range: engine.fan(outcome, months, held, options).map(({ month: then, quantiles }) => ({ month: then, ...Object.fromEntries(LEVELS.map((level, at) => [level, quantiles[at]])) })),
        points: line(point),
        begun: begun[outcome] ??= line(engine.point({})),
      },
      says: engine.openUnits(held).length
        ? `${begins(when)} nine of ten draws lie between ${rounded(low)} and ${rounded(high)}; ${Math.round(100 * place)} of 100 lie below what is set (teal). Dashed: the start.`
        : "Nothing is left open: the range is one line.",
    };
  }

  function matters({ engine, held, month, outcome, isMoving, room }) {
    const found = engine.indices(outcome, month, held, isMoving ? { pairs: engine.pairsMoving } : {});
    const totals = part => Object.fromEntries(Object.entries(part).map(([id, { total }]) => [id, 100 * total]));
    const grouped = largest(totals(found.groups), name => `all of: ${name}`).map(row => ({ ...row, kind: "group", says: "" }));
    const alone = Object.fromEntries(engine.tornado(outcome, month, held).map(({ id, atLow, atHigh }) => [engine.input(id).label, `alone ${rounded(atLow)} to ${rounded(atHigh)}`]));
    const singles = largest(totals(found.single), id => engine.input(id).label).map(row => ({ ...row, kind: "single", says: alone[row.label] }));
    const together = { label: "no single one", kind: "group", share: Math.max(0, 100 * found.together), says: "" };
    return {
      data: { matters: bars([...grouped, together, ...singles], Math.max(room, grouped.length + 1)) },
      says: "What makes the number so uncertain? First groups of assumptions, then each alone, with the number at its low and at its high value",
    };
  }

  function turned({ engine, held, month, when, outcome, threshold, room }) {
    const question = { ask: "more than", people: threshold, outcome, month };
    const found = engine.turned(question, held);
    const rows = largest(found, id => engine.input(id).label).map(({ label, share }) => ({ label, draws: 100 * share }));
    const now = engine.answer(question, engine.point(held)) ? "yes" : "no", yes = Math.round(100 * engine.yes(question, held));
    if (!rows.length) throw new engine.Settled("Nothing is left open: no assumption can turn the answer from here.");
    return {
      data: { turned: bars(rows, room) },
      says: `More than ${book.people(threshold)} people ${when}? As set: ${now}; in ${yes} of 100 draws: yes. What can turn the answer alone`,
    };
  }

  /* What knowing one fact would be worth; where the question is as good as settled, that. */
  function worth({ engine, held, month, when, outcome, threshold, room }) {
    const { yes, asGoodAsSettled, worth: found } = engine.worth({ ask: "more than", people: threshold, outcome, month }, held);
    const asked = `More than ${book.people(threshold)} people ${when}? In ${Math.round(100 * yes)} of 100 draws: yes.`;
    if (asGoodAsSettled) throw new engine.Settled(`${asked} That is as good as settled: no fact is worth much.`);
    const rows = Object.entries(found).sort(([, one], [, other]) => other.share - one.share)
      .map(([id, { share, least, most }]) => ({ label: engine.input(id).label, share: 100 * share, says: `then ${book.percent(least)} to ${book.percent(most)}` }));
    return { data: { worth: bars(rows, room) }, says: `${asked} How much would it help to know one fact?` };
  }

  const FILLS = { range, matters, turned, worth };

  /* The rows of a kind of chart; where all is settled, none, and the reason. */
  function fill(kind, given) {
    try { return { ...FILLS[kind](given), isSettled: false }; }
    catch (problem) {
      if (!(problem instanceof given.engine.Settled)) throw problem;
      return { data: { [kind]: [] }, says: problem.message, isSettled: true };
    }
  }

  window.bookTabs = { fill };
})();
