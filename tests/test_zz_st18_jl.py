import sys; sys.path.insert(0,'/work/wt-stage/tests')
from test_jupyterlab import *
from test_jupyterlab import jupyterlab, visit
def test_look(browser, jupyterlab):
    address, folder = jupyterlab
    page, outside = visit(browser, address)
    page.set_viewport_size({"width":1366,"height":768})
    page.goto(f"{address}lab/workspaces/chapters")
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
    for name, id in (("chapters/what-if","explorer"),("chapters/scenarios/leave","explorer"),("chapters/base-rates","bayes-chart"),("chapters/how-many-were-left",None)):
        nb=read_notebook(name); path=f"{name.replace('/','-')}.ipynb"
        (folder/path).write_bytes((ROOT/f"{name}.ipynb").read_bytes())
        page.evaluate(OPEN,path); page.wait_for_function(OPENED,arg=[path,len(nb.cells)])
        ids=[c["id"] for c in nb.cells]
        if id is None: 
            ids2=[c["id"] for c in nb.cells if c.cell_type=="code" and "explorers." in c.source and "()" in c.source]; print(ids2); id=ids2[0]
        at=ids.index(id)
        page.evaluate("at => void jupyterapp.shell.currentWidget.content.scrollToItem(at, 'start')",at)
        page.wait_for_timeout(6000)
        node="document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')"
        box=page.evaluate("at => { const n=jupyterapp.shell.currentWidget.content.widgets[at].node; const c=n.querySelectorAll('canvas.marks, svg.marks'); return [n.offsetHeight,[...c].map(x=>[x.clientWidth,x.clientHeight]), n.querySelector('.jp-OutputArea-output')?.scrollWidth, n.querySelector('.jp-OutputArea-output')?.clientWidth]}",at)
        print(name, box)
        for k in range(min(7,1+int(box[0]//600))):
            page.screenshot(path=f"/tmp/st18/jl-{name.split('/')[-1]}-{k}.png")
            page.evaluate(f"() => {{ const o=jupyterapp.shell.currentWidget.content.node.querySelector('.jp-WindowedPanel-outer')??jupyterapp.shell.currentWidget.content.node; o.scrollTop+=600; }}"); page.wait_for_timeout(700)
        page.evaluate(CLOSE)
    page.context.close()
def test_lab(browser, jupyterlab):
    address, folder = jupyterlab
    for chapter, widget in (("chapters/scenario-lab","lab"),("chapters/how-many-were-left","who-is-left-widget")):
        notebook=read_notebook(chapter); notebook.cells=[c for c in notebook.cells if c["id"] in ("opening","imports",widget)]
        nbformat.write(notebook, folder/f"{widget}.ipynb")
        page, outside = visit(browser, address); page.set_viewport_size({"width":1366,"height":768})
        page.goto(f"{address}lab/workspaces/{widget}/tree/{widget}.ipynb")
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'")
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        page.locator(".jp-OutputArea .noUi-handle:visible").first.wait_for(); page.wait_for_timeout(3000)
        at=len(notebook.cells)-1
        page.evaluate("at => void jupyterapp.shell.currentWidget.content.scrollToItem(at, 'start')",at); page.wait_for_timeout(1000)
        for k in range(3):
            page.screenshot(path=f"/tmp/st18/jl-{widget}-{k}.png")
            page.evaluate(f"() => {{ const o=jupyterapp.shell.currentWidget.content.node.querySelector('.jp-WindowedPanel-outer')??jupyterapp.shell.currentWidget.content.node; o.scrollTop+=600; }}"); page.wait_for_timeout(700)
        page.context.close()
