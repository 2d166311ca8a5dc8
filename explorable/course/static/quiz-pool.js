/* A class's quizzes together: the files are read here and go nowhere else. Nothing is kept, and no student is named. */
(() => {
  "use strict";
  const { bookClass } = window, { format, version } = window.bookQuiz, { questions, goals } = window.bookQuizBank;
  const isTried = (id, tried) => Array.isArray(tried) && tried.length > 0 && new Set(tried).size === tried.length
    && tried.every(letter => Object.hasOwn(questions[id].options, letter));

  /* The answers of a file's text; the error says what is wrong. As quiz.parse in Python. */
  function parse(text) {
    const answers = book.saved(text, { thing: "set of quiz answers", format, version, key: "answers" });
    for (const [id, tried] of Object.entries(answers)) {
      if (!Object.hasOwn(questions, id)) throw new Error(`it answers “${id.slice(0, 40)}”, which is no quiz question of this book`);
      if (!isTried(id, tried)) throw new Error(`its answer to ${id} names no options of that question, each once`);
    }
    if (!Object.keys(answers).length) throw new Error("it holds no answer");
    return answers;
  }

  const share = (right, count) => ({ text: `${right} of ${count}`, value: right / count });

  /* One row for each question, the hardest first: what most of those who were wrong had chosen, and what may lie behind it. */
  function byQuestion(files) {
    const rows = Object.entries(questions).flatMap(([id, { text, right, options }]) => {
      const first = files.filter(answers => Object.hasOwn(answers, id)).map(answers => answers[id][0]);
      if (!first.length) return [];
      const counts = Object.keys(options).filter(letter => letter !== right).map(letter => [letter, first.filter(one => one === letter).length]);
      const [[letter, most]] = counts.sort((one, other) => other[1] - one[1]);
      const good = first.filter(one => one === right).length;
      return [{ hard: good / first.length, cells: [text, share(good, first.length), most ? `${options[letter][0]} (${most})` : "–", most ? options[letter][1] : "–"] }];
    });
    return rows.sort((one, other) => one.hard - other.hard).map(({ cells }) => cells);
  }

  function byGoal(files) {
    return Object.entries(goals).flatMap(([goal, text]) => {
      const first = files.flatMap(answers => Object.keys(answers).filter(id => questions[id].goals.includes(goal)).map(id => answers[id][0] === questions[id].right));
      return first.length ? [{ weak: first.filter(Boolean).length / first.length, cells: [`${text} (${goal.split(" ")[0].replaceAll("-", " ")})`, share(first.filter(Boolean).length, first.length)] }] : [];
    }).sort((one, other) => one.weak - other.weak).map(({ cells }) => cells);
  }

  function pool(panel) {
    const say = book.speaker(panel.querySelector(".explorer-message")), left = panel.querySelector(".plenary-bad");
    let latest;
    async function take(files) {
      latest = files;
      const found = await bookClass.read(files, { format, parse });
      if (files !== latest) return;   // others were chosen meanwhile
      const { bad } = found, good = found.good.map(one => one.value);
      say(`${book.counted(good.length, "file")} read${bad.length ? `, ${bad.length} left out` : ""}.`);
      left.replaceChildren(...bookClass.told(found));
      left.hidden = !left.children.length;
      panel.querySelector(".quiz-pooled").replaceChildren(...good.length ? [
        book.table({ caption: "The questions, the hardest first", head: ["Question", "Right at the first try", "Commonest wrong answer", "What may lie behind it"], rows: byQuestion(good) }),
        book.table({ caption: "What each question is meant to show, the weakest first", head: ["Objective", "Right at the first try"], rows: byGoal(good) }),
      ] : []);
    }
    bookClass.hear({ input: panel.querySelector("[data-action=quizzes]"), place: document.body, take });
    addEventListener("book:erased", ({ name }) => {
      if (name !== undefined) return;
      for (const part of [panel.querySelector(".quiz-pooled"), left]) part.replaceChildren();
      left.hidden = true;
      say("");
    });   // a new class
    panel.hidden = false;
  }

  document.querySelectorAll(".quiz-pool").forEach(pool);
})();
