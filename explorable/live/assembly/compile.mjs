/* node compile.mjs PYODIDE SOURCE TARGET: replaces .py by .pyc in every wheel and in the standard library, made by the same
   Python that will run them. That halves the time in which a page comes alive. A wheel becomes a "pack", a tar archive
   compressed as a whole: the browser unpacks it in a moment, where Python in the page would need a second or two. Its modules stand
   together in one file of it, modules.marshal (path → code), from which explorable/live/bridge/modules.py imports without looking for files. */
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const [pyodide, source, target] = process.argv.slice(2).map(path => resolve(path));
const {loadPyodide} = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({indexURL: `${pyodide}/`, env: {HOME: '/', PYTHONHASHSEED: '0'}});   // the same bytes every time
python.runPython(`
import _imp, gzip, importlib._bootstrap_external as external, io, marshal, tarfile, zipfile

DAY = (2020, 1, 1, 0, 0, 0)  # the same bytes every time
HEAD = 16  # bytes of a .pyc before its code

def compiled(archive):
    """Yield the names and contents of a zip archive, its modules compiled; a module that does not compile stays as it is."""
    old = zipfile.ZipFile(io.BytesIO(archive))
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
        yield name, content

def zipped(archive):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in compiled(archive):
            new.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()

def packed(archive):
    made, files = io.BytesIO(), dict(compiled(archive))
    modules = {name: files.pop(name)[HEAD:] for name in list(files) if name.endswith(".pyc")}
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as new:
        for name, content in {**files, "modules.marshal": marshal.dumps(modules)}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return gzip.compress(made.getvalue(), 9, mtime=0)
`);
const [zipped, packed] = ['zipped', 'packed'].map(name => python.globals.get(name));
mkdirSync(target, {recursive: true});
for (const name of readdirSync(source).sort()) {
  const make = name.endsWith('.whl') ? packed : zipped;
  const result = make(python.toPy(new Uint8Array(readFileSync(`${source}/${name}`))).tobytes());
  writeFileSync(`${target}/${name.replace(/\.whl$/, '.pack')}`, result.toJs());
  result.destroy();
}
