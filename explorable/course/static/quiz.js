/* The quiz of a chapter. What a reader tried is kept in this browser only, for each question in order:
   {"recruitment-q1": ["b", "a"]}, and saved as the file that aftermath/quiz.py reads. */
(() => {
  "use strict";
  const { format, version, options } = window.bookQuiz;
  const KEY = "book-quiz";
  const letters = count => [..."abcdefghijklmnopqrstuvwxyz"].slice(0, count);

  // Memory: this browser, and nothing else. What another version or a hand has damaged is left out.

  const sound = ([id, tried]) => Object.hasOwn(options, id) && Array.isArray(tried) && tried.length
    && new Set(tried).size === tried.length && tried.every(one => letters(options[id]).includes(one));
  const memory = {
    read() { try { return Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem(KEY)) ?? {}).filter(sound)); } catch { return {}; } },
    write(answers) { try { localStorage.setItem(KEY, JSON.stringify(answers)); return true; } catch { return false; } },
    erase() { try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ } },
  };

  function quiz(form) {
    const questions = [...form.querySelectorAll("[data-question]")];
    const ids = questions.map(question => question.dataset.question);
    const right = id => form.querySelector(`[data-answer="${id}"] [data-right]`).dataset.option;
    const word = (id, letter) => form.querySelector(`[data-answer="${id}"] [data-option="${letter}"] .quiz-word`).textContent;
    const say = text => { form.querySelector(".explorer-message").textContent = text; };
    let answers = memory.read();

    function show(question, last = answers[question.dataset.question]?.at(-1)) {
      const id = question.dataset.question;
      question.querySelectorAll("input").forEach(input => { input.checked = input.value === last; });
      question.dataset.state = !last ? "open" : last === right(id) ? "right" : "wrong";
      question.querySelector(".quiz-feedback").textContent = !last ? "" : `${last === right(id) ? "Right." : "Not this one."} ${word(id, last)}`;
    }
    function count() {
      const done = ids.filter(id => answers[id]), first = done.filter(id => answers[id][0] === right(id));
      form.querySelector(".quiz-score").textContent = done.length
        ? `${done.length} of ${ids.length} answered, ${first.length} right at the first try.` : `${ids.length} questions, none answered yet.`;
      form.querySelector(".quiz-answers").hidden = done.length < ids.length;
    }
    function keep() {
      memory.write(answers) || say("This browser keeps nothing between pages: save your answers as a file.");
      count();
    }
    const actions = {
      check(question) {
        const id = question.dataset.question, chosen = question.querySelector("input:checked")?.value;
        if (!chosen) { question.querySelector(".quiz-feedback").textContent = "Choose an option first."; return; }
        answers = memory.read();     // another page may have written since
        answers[id] = [...new Set([...(answers[id] ?? []), chosen])];
        keep();
        show(question, chosen);
      },
      again() {
        answers = Object.fromEntries(Object.entries(memory.read()).filter(([id]) => !ids.includes(id)));
        keep();
        questions.forEach(question => show(question));
        say("This quiz is as new; your answers to others are kept.");
      },
      save() {
        const text = JSON.stringify({ format, version, answers: memory.read() }, null, 2) + "\n";
        const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "quiz.json" });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        say("Saved as a file.");
      },
      erase() {
        memory.erase();
        answers = {};
        questions.forEach(question => show(question));
        count();
        say("Erased. None of your answers is left in this browser.");
      },
    };
    form.addEventListener("click", event => actions[event.target.dataset.action]?.(event.target.closest("[data-question]")));
    form.addEventListener("submit", event => event.preventDefault());
    form.querySelectorAll("[data-action=check], .quiz-toolbar").forEach(part => { part.hidden = false; });
    questions.forEach(question => show(question));
    count();
  }

  document.querySelectorAll("form.quiz").forEach(quiz);
})();
