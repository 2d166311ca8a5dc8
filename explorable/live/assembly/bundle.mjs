/* node bundle.mjs TARGET, in a folder with node_modules: what live pages load from npm, and the licences of what went in. */
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';

const target = process.argv[2];
const PYODIDE = ['pyodide.js', 'pyodide.asm.js', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'];

mkdirSync(`${target}/pyodide`, {recursive: true});
for (const file of PYODIDE) copyFileSync(`node_modules/pyodide/${file}`, `${target}/pyodide/${file}`);

const {metafile} = await build({
  entryPoints: ['widgets.js', 'editor.js', 'vega-lite.js'],
  outdir: target,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  charset: 'ascii',
  legalComments: 'none',
  metafile: true,
  loader: {'.svg': 'dataurl'},
  alias: {vega: 'vega-util'},   // Vega-Lite takes a few helpers from Vega; all are in vega-util
  logLevel: 'error',
});
const used = Object.entries(metafile.inputs).filter(([file]) => file.startsWith('node_modules/')).map(([file]) => packageOf(file));
writeFileSync(`${target}/LICENSES.txt`, licences([...new Set([...used, 'node_modules/pyodide'])].sort()));

function packageOf(file) {
  const end = file.lastIndexOf('node_modules/') + 'node_modules/'.length;
  const [scope, name] = file.slice(end).split('/');
  return file.slice(0, end) + (scope.startsWith('@') ? `${scope}/${name}` : scope);
}

function licences(folders) {
  const texts = new Map();
  for (const folder of folders) {
    const {name, version, license} = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)/i.test(entry));
    const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim()
      : `(The package carries no licence text; it is under ${license}.)`;
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const line = '='.repeat(80);
  const parts = [...texts].map(([text, names]) => `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`);
  return `The scripts of this folder and pyodide/ hold code of the packages named below. Each Python wheel has its own licence inside.\n\n${parts.join('\n')}`;
}
