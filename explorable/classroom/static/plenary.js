/* The plenary: the files or links of several teams side by side, worked out by plenary-arithmetic.js. They are read here and go
   nowhere else; a team is called as its file says, or as the file is called. They stay with the tab, so that a reload or the way back
   from the pooled view does not send a class away. Where the teams disagree is shown when somebody asks for it: until then the class can guess. */
(() => {
  "use strict";
  const { format, month, columns, written, parse, linksIn, fromLink, answerOf, pool, answers, disagreement, chartRows, link } = window.bookTeams;
  const { counted, listed, number, people } = book, { bookClass } = window;

  const KEPT = "book-plenary";
  const LARGE = 30;   // teams: more get narrower bars, so that a chart fits one printed page
  const LONGEST = 40;   // letters of a file's name that a chart has room for

  /* A long name of a file keeps its beginning and its end, which tell it from others. */
  const short = name => name.length <= LONGEST ? name : `${name.slice(0, LONGEST / 2 - 1)}…${name.slice(-LONGEST / 2)}`;
  const stem = name => name.replace(/\.json\b(\.txt)?/i, "");

  /* The links of a pasted text, each as a file would be: {good, bad} as bookClass.read has them. */
  function readLinks(text) {
    const good = [], bad = [];
    for (const { where, link: address, team } of linksIn(text)) {
      try {
        if (!address) throw new Error("it is no link of this book’s “Copy link”");
        const found = fromLink(address), name = bookClass.plain(team || found.team).slice(0, LONGEST);
        good.push({ name: name || where, team: name, text: found.text, value: parse(found.text) });
      } catch ({ message }) { bad.push([where, message]); }
    }
    return { good, bad };
  }

  /* The teams by the names that they are shown with: no two have the same. */
  function byName(good) {
    const teams = Object.create(null);   // a team may be called __proto__
    for (const { name, team, value } of good) {
      const called = team || short(stem(name));
      let free = called;
      for (let copy = 2; free in teams; copy++) free = `${called} (${copy})`;
      teams[free] = value;
    }
    return teams;
  }

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
      const { data: there, signals } = view.getState({ data: () => true, signals: name => name === "y_step" });
      for (const [name, values] of Object.entries(rows)) if (name in there) view.data(name, values);
      if ("y_step" in signals && ["shares", "answers"].some(name => name in there)) view.signal("y_step", rows.answers.length > LARGE ? 14 : 26);
      view.resize().runAsync();
    }
  }

  function plenary(panel) {
    const { page } = JSON.parse(panel.dataset.plenary), figures = [...panel.querySelectorAll("figure.chart")];
    const about = panel.querySelector(".plenary-about"), list = panel.querySelector(".plenary-bad"), open = panel.querySelector(".plenary-open");
    const sentence = panel.querySelector(".plenary-sentence"), [, disputes] = figures, reveal = panel.querySelector("[data-action=reveal]");
    const result = panel.querySelector(".plenary-result"), words = panel.querySelector(".plenary-paste textarea");
    const NONE = { good: [], bad: [] }, handed = { file: NONE, link: NONE };   // files and links together are the class
    const isHandedIn = (id, one) => /^(file|link) \d+$/.test(id) && ["name", "team", "text"].every(part => typeof one?.[part] === "string");
    const kept = new book.Store({ key: KEPT, area: "tab", sound: isHandedIn });
    let rows, turns = 0;
    function cover(isCovered) {
      reveal.hidden = !isCovered;
      sentence.hidden = result.hidden = isCovered;
      disputes.hidden = isCovered || !rows.places.some(({ apart }) => apart > 0);   // else it would have no line to draw
    }
    const draw = () => figures.filter(figure => !figure.hidden).forEach(figure => { window.bookCharts?.start(figure); redraw(figure, rows); });
    const show = () => {
      const all = Object.values(handed), read = all.flatMap(one => one.good), bad = all.flatMap(one => one.bad);
      const good = byName(read), count = read.length;
      const from = all.every(one => one.good.length) ? ` (${listed(Object.entries(handed).map(([kind, one]) => counted(one.good.length, kind)))})` : "";
      about.textContent = `${counted(count, "team")} read${from}${bad.length ? `, ${bad.length} left out` : ""}.`
        + (count === 1 ? " With one team there is nothing to compare." : "")
        + (count ? "" : rows ? " The charts and tables show the teams that were read before." : " The charts show the book’s presets.");
      list.replaceChildren(...bookClass.told({ good: read, bad }));
      list.hidden = !list.children.length;
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
    const keep = () => kept.replace(Object.fromEntries(Object.entries(handed).flatMap(([kind, { good }]) => good.map(({ name, team, text }, place) => [`${kind} ${place}`, { name, team, text }]))));

    /* What this tab has kept of a class: true if there is something. */
    function comeBack() {
      for (const [id, one] of Object.entries(kept.all())) {
        const kind = id.split(" ")[0];
        try { handed[kind] = { good: [...handed[kind].good, { ...one, value: parse(one.text) }], bad: [] }; } catch { /* of another edition of the book */ }
      }
      return Object.values(handed).some(({ good }) => good.length);
    }
    const take = async files => {
      const turn = ++turns, found = await bookClass.read(files, { format, parse });
      if (turn !== turns) return;   // others have been chosen since
      handed.file = found;
      keep();
      show();
    };
    book.on(panel, "chart:live", "figure.chart", figure => { if (rows) redraw(figure, rows); });
    bookClass.hear({ input: panel.querySelector("[data-action=teams]"), place: document.body, take });
    book.on(panel, "click", "[data-action=paste]", () => {
      if (!words.value.trim()) { about.textContent = "No link is there yet: paste one, or several."; return; }
      handed.link = readLinks(words.value);
      keep();
      show();
    });
    book.on(panel, "click", "[data-action=reveal]", () => { cover(false); draw(); sentence.tabIndex = -1; sentence.focus(); });
    addEventListener("book:erased", ({ name }) => {   // a new class
      if (name !== undefined && name !== KEPT) return;
      words.value = "";
      if (rows || list.children.length) location.reload();
    });
    if (comeBack()) { show(); about.textContent += " They were read before in this tab."; }
    panel.querySelector(".plenary-choose").hidden = false;
  }

  document.querySelectorAll(".plenary").forEach(plenary);
})();
