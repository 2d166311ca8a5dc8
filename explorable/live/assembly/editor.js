/* A small editor for a cell's code. Its colours are those of the page's own code: it writes the same class names (Pygments'). */
import {EditorState} from '@codemirror/state';
import {EditorView, drawSelection, keymap} from '@codemirror/view';
import {defaultKeymap, history, historyKeymap, indentWithTab} from '@codemirror/commands';
import {bracketMatching, indentOnInput, indentUnit, syntaxHighlighting} from '@codemirror/language';
import {python} from '@codemirror/lang-python';
import {tagHighlighter, tags} from '@lezer/highlight';
import {StyleModule} from 'style-mod';

/* The editor would write its styles into <style> elements, which the site's policy does not let a page have. */
const mounted = new Set();
StyleModule.mount = (root, modules) => {
  for (const module of [modules].flat().filter(module => !mounted.has(module))) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(module.getRules());
    document.adoptedStyleSheets.push(sheet);
    mounted.add(module);
  }
};

const CLASSES = [
  [tags.keyword, 'k'], [tags.operatorKeyword, 'ow'], [tags.moduleKeyword, 'kn'], [tags.bool, 'kc'], [tags.null, 'kc'],
  [tags.string, 's2'], [tags.special(tags.string), 's2'], [tags.number, 'mi'], [tags.comment, 'c1'], [tags.operator, 'o'],
  [tags.punctuation, 'p'], [tags.bracket, 'p'], [tags.meta, 'nd'], [tags.name, 'n'],
  [tags.definition(tags.function(tags.variableName)), 'nf'], [tags.definition(tags.className), 'nc'],
];

/* run(next): the reader pressed Control or Shift with Enter; next is true with Shift. */
window.bookEditor = function open({parent, text, label, changed, run}) {
  const runKey = (key, next) => ({key, run: () => { run(next); return true; }});
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([runKey('Ctrl-Enter', false), runKey('Cmd-Enter', false), runKey('Shift-Enter', true)]),
        history(), drawSelection(), indentOnInput(), bracketMatching(), indentUnit.of('    '), python(),
        syntaxHighlighting(tagHighlighter(CLASSES.map(([tag, name]) => ({tag, class: name})))),
        keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({'aria-label': label}),
        EditorView.updateListener.of(update => update.docChanged && changed(update.state.doc.toString())),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    close: () => view.destroy(),
    goTo: number => {
      const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
      view.dispatch({selection: {anchor: line.from}, scrollIntoView: true});
    },
  };
};
