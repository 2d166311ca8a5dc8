/* node compile.mjs PYODIDE SOURCE TARGET: replaces .py by .pyc in every wheel and in the standard library, made by the same
   Python that will run them. That halves the time in which a page comes alive. */
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const [pyodide, source, target] = process.argv.slice(2).map(path => resolve(path));
const {loadPyodide} = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({indexURL: `${pyodide}/`});
python.runPython(`
import _imp, importlib._bootstrap_external as external, io, zipfile

DAY = (2020, 1, 1, 0, 0, 0)  # the same bytes every time

def compiled(archive):
    """Return a zip archive with its modules compiled; a module that does not compile stays as it is."""
    old, made = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name in sorted(entry.filename for entry in old.infolist() if not entry.is_dir()):
            content = old.read(name)
            if name.endswith(".py"):
                try:
                    code = compile(content, name, "exec", dont_inherit=True)
                except SyntaxError:
                    pass
                else:
                    # "unchecked": Python need not look for the source
                    content = bytes(external._code_to_hash_pyc(code, _imp.source_hash(external._RAW_MAGIC_NUMBER, content), False))
                    name += "c"
            new.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()
`);
const compiled = python.globals.get('compiled');
mkdirSync(target, {recursive: true});
for (const name of readdirSync(source).sort()) {
  const result = compiled(python.toPy(new Uint8Array(readFileSync(`${source}/${name}`))).tobytes());
  writeFileSync(`${target}/${name}`, result.toJs());
  result.destroy();
}
