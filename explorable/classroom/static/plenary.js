/* The plenary: the files or links of several teams side by side, worked out by plenary-arithmetic.js. They are read here and go
   nowhere else; a team is called as its file says, or as the file is called, and nothing is kept. Where the teams disagree is
   shown when somebody asks for it: until then the class can guess. */
(() => {
  "use strict";
  const { month, columns, written, parse, fromLine, answerOf, pool, answers, disagreement, chartRows, link } = window.bookTeams;
  const { element, counted, number, people } = book;

  /* What the files hold, by name: the good ones, the reasons why others are left out, and names of files with the same text. */
  async function gather(sources) {
    const good = Object.create(null), bad = [], same = new Map();   // a team may be called __proto__
    for (const { called, named = called, open } of sources) {
      try {
        const { text, team } = await open(), values = parse(text), plain = team || called;
        let name = plain;
        for (let copy = 2; name in good; copy++) name = `${plain} (${copy})`;
        good[name] = values;
        same.set(text, [...(same.get(text) ?? []), name]);
      } catch (problem) { bad.push(`${named}: ${problem.message}.`.replace(/\.\.$/, ".")); }
    }
    return { good, bad, copies: [...same.values()].filter(names => names.length > 1) };
  }
  const teamOf = text => { const { team } = book.parsed(text) ?? {}; return typeof team === "string" ? team.trim().slice(0, 30) : ""; };
  const fromFile = file => ({ named: file.name, called: file.name.replace(/\.json(\.txt)?$/i, ""), open: async () => { const text = await book.text(file); return { text, team: teamOf(text) }; } });
  const fromText = lines => lines.split("\n").filter(line => line.trim()).map((line, index) => ({ called: `Line ${index + 1}`, open: async () => fromLine(line) }));

  // What is shown

  const said = (value, text, team = "") => ({ value, text: `${text}${team && ` (${team})`}` });

  const heads = value => `${people(value)} ${Math.round(value) === 1 ? "person" : "people"}`;

  function tables(teams) {
    const both = answers(teams), rows = disagreement(teams), [first] = rows, byMove = [...rows].sort((a, b) => Math.abs(b.moves) - Math.abs(a.moves));
    const sentence = first.apart > 0
      ? `The teams stand farthest apart on “${first.label}”. What moves the answer most is their disagreement on “${byMove[0].label}”: by ${heads(Math.abs(byMove[0].moves))}.`
      : "On no assumption do the teams disagree.";
    const className = "plenary-table";
    return [sentence, [
      book.table({ className, caption: "Where they disagree, and whether it matters", head: columns, rows: rows.map(row => [row.label,
        said(row.lowest, written(row.assumption, row.lowest), row.lowestTeam), said(row.middle, written(row.assumption, row.middle)),
        said(row.highest, written(row.assumption, row.highest), row.highestTeam), said(row.apart, `${number(100 * row.apart, 3)} of 100`),
        said(row.moves, `${row.moves < 0 ? "−" : "+"}${heads(Math.abs(row.moves))}`)]) }),
      book.table({ className, caption: `People at large after ${month} months`, head: ["Whose answer", "People"], rows: [
        ...Object.entries(teams).map(([team, given]) => [team, said(answerOf(given), people(answerOf(given)))]),
        ["the middle one of the answers", said(both.middle, people(both.middle))],
        ["the mean of the answers", said(both.mean, people(both.mean))],
        ["the answer to the mean assumptions", said(both.pooled, people(both.pooled))]] }),
    ]];
  }

  /* Give a live chart its rows; a chart that is not live yet gets them when it is. */
  function redraw(figure, rows) {
    if (figure.hidden) return;
    for (const view of figure.views ?? []) {
      const there = view.getState({ data: () => true, signals: () => false }).data;
      for (const [name, values] of Object.entries(rows)) if (name in there) view.data(name, values);
      view.resize().runAsync();
    }
  }

  function plenary(panel) {
    const { page } = JSON.parse(panel.dataset.plenary), figures = [...panel.querySelectorAll("figure.chart")];
    const about = panel.querySelector(".plenary-about"), left = panel.querySelector(".plenary-bad"), open = panel.querySelector(".plenary-open");
    const sentence = panel.querySelector(".plenary-sentence"), [, disputes] = figures, reveal = panel.querySelector("[data-action=reveal]");
    const result = panel.querySelector(".plenary-result"), words = panel.querySelector(".plenary-paste textarea");
    let rows, turns = 0;
    function cover(isCovered) {
      reveal.hidden = !isCovered;
      sentence.hidden = result.hidden = isCovered;
      disputes.hidden = isCovered || !rows.places.some(({ apart }) => apart > 0);   // else it would have no line to draw
    }
    const draw = () => figures.filter(figure => !figure.hidden).forEach(figure => { window.bookCharts?.start(figure); redraw(figure, rows); });
    const show = ({ good, bad, copies }) => {
      const count = Object.keys(good).length;
      about.textContent = `${counted(count, "team")} read${bad.length ? `, ${bad.length} left out` : ""}.`
        + (count === 1 ? " With one team there is nothing to compare." : "")
        + (count ? "" : rows ? " The charts and tables show the teams that were read before." : " The charts show the book’s presets.");
      left.replaceChildren(...bad.map(text => element("li", {}, text)),
        ...copies.map(names => element("li", {}, `${book.listed(names)} hold the same, word for word. All are counted; take out what was handed in twice.`)));
      left.hidden = !left.children.length;
      if (!count) return;
      const [told, found] = tables(good);
      sentence.textContent = told;
      result.replaceChildren(...found);
      panel.querySelectorAll(".chart-data").forEach(folded => { folded.hidden = true; });   // they hold the presets
      open.href = link(page, pool(good));
      open.hidden = false;
      rows = chartRows(good);
      cover(count > 1);
      draw();
    };
    const take = async sources => {
      const turn = ++turns, found = await gather(sources);
      if (turn === turns) show(found);   // else others have been chosen since
    };
    book.on(panel, "chart:live", "figure.chart", figure => { if (rows) redraw(figure, rows); });
    book.on(panel, "change", "[data-action=teams]", async input => {
      const files = [...input.files];
      if (!files.length) return;
      input.value = "";
      await take(files.map(fromFile));
    });
    book.on(panel, "click", "[data-action=paste]", () => {
      const lines = fromText(words.value);
      if (lines.length) return take(lines);
      about.textContent = "No link is there yet: paste one, or several, one a line.";
    });
    book.on(panel, "click", "[data-action=reveal]", () => { cover(false); draw(); sentence.tabIndex = -1; sentence.focus(); });
    addEventListener("book:erased", ({ name }) => { if (turns && name === undefined) location.reload(); });   // a new class
    panel.querySelector(".plenary-choose").hidden = false;
  }

  document.querySelectorAll(".plenary").forEach(plenary);
})();
