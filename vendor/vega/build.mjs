/* Called by ../build.sh: bundles entry.js and collects the licences of what went in (in a folder with node_modules),
   or, as "build.mjs sums", writes SHA256SUMS (in vendor/) and prints each file's size. */
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';

const VEGA = '6.2.0';
if (process.argv[2] === 'sums') sums();
else { await bundle(); await bundleSearch(); }

async function bundle() {
  const {build} = await import('esbuild');
  mkdirSync('out', {recursive: true});
  const {metafile} = await build({
    entryPoints: ['entry.js'],
    outfile: 'out/vega-runtime.js',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    metafile: true,
    alias: {'vega-projection': './projection.js'},
    // A page that forbids functions made from text has those of its charts in a file (explorable/pages/expressions.py).
    define: {VEGA_VERSION: JSON.stringify(VEGA), Function: 'window.bookFunction'},
    plugins: [{name: 'interpreter', setup: keepForbidden}],
    banner: {js: `/* Vega ${VEGA}, the part this book uses, with d3 and topojson-client. Licences: vendor/vega/LICENSES.txt */\nwindow.bookFunction ??= Function;`},
  });
  const files = Object.values(metafile.outputs)[0].inputs;
  const used = Object.keys(files).filter(file => files[file].bytesInOutput > 0);
  const packages = new Set(used.map(file => file.match(/^node_modules\/([^/]+)/)?.[1]).filter(Boolean));
  writeFileSync('out/LICENSES.txt', licences([...packages, 'vega-projection'].sort()));
}

/* MiniSearch as one classic script, so that a page from disk may load it. */
async function bundleSearch() {
  const {build} = await import('esbuild');
  await build({
    stdin: {contents: "import MiniSearch from 'minisearch'; window.bookMiniSearch = MiniSearch;", resolveDir: '.'},
    outfile: 'out/minisearch.js', bundle: true, minify: true, format: 'iife', target: 'es2020', charset: 'ascii', legalComments: 'none',
    banner: {js: `/* MiniSearch ${JSON.parse(readFileSync('node_modules/minisearch/package.json', 'utf8')).version}. Licence: vendor/minisearch/LICENSE.txt */`},
  });
}

/* Vega's interpreter names Function among what an expression may never call: there it stays what it is. */
function keepForbidden({onLoad}) {
  onLoad({filter: /vega-interpreter\.js$/}, ({path}) => {
    const text = readFileSync(path, 'utf8'), kept = text.replace('new Set([Function,', 'new Set([(() => {}).constructor,');
    if (kept === text) throw new Error(`${path}: the list of what may not be called has changed`);
    return {contents: kept};
  });
}

function licences(packages) {
  const texts = new Map();
  for (const name of packages) {
    const folder = `node_modules/${name}`;
    const {version, license} = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    // Some packages of Vega come without the text; theirs is that of their common repository.
    const path = licenceFile(folder) ?? (name.startsWith('vega-') && licenceFile('node_modules/vega-util'));
    if (!path) throw new Error(`${name} has no licence file`);
    const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const line = '='.repeat(80);
  const parts = [...texts].map(([text, names]) => `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`);
  return `vega-runtime.js holds code of the packages named below, under these licences.\n\n${parts.join('\n')}`;
}

function licenceFile(folder) {
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  return file && `${folder}/${file}`;
}

function sums() {
  const own = /(^|\/)(SHA256SUMS|README\.md|build\.sh|build\.mjs|entry\.js|projection\.js|package(-lock)?\.json)$/;
  const files = readdirSync('.', {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath ?? entry.path}/${entry.name}`.replaceAll('\\', '/').replace(/^\.\//, ''))
    .filter(file => !own.test(file) && !file.split('/').some(part => part.startsWith('.')))
    .sort();
  const lines = files.map(file => {
    const bytes = readFileSync(file);
    const sum = createHash('sha256').update(bytes).digest('hex');
    console.log(`${file}: ${bytes.length} bytes, ${gzipSync(bytes, {level: 9}).length} gzipped, ${sum}`);
    return `${sum}  ${file}\n`;
  });
  writeFileSync('SHA256SUMS', lines.join(''));
}
