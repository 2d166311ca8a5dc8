/* ipywidgets on the page: their own models and views (npm @jupyter-widgets), with a manager whose other end is the worker.
   Outputs inside an Output widget are drawn by the page, as those of cells are. */
import * as base from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';
import {ManagerBase} from '@jupyter-widgets/base-manager';
import {OutputModel} from '@jupyter-widgets/output';
import {Widget} from '@lumino/widgets';
import '@lumino/widgets/style/index.css';
import '@jupyter-widgets/base/css/index.css';
import '@jupyter-widgets/controls/css/widgets-base.css';

/* One end of a comm: what a model sends goes to Python, what Python sends comes to the model. */
class Comm {
  constructor(id, target, send) {
    this.comm_id = id;
    this.target_name = target;
    this.transmit = send;
    this.early = [];   // messages that came before the model listened
  }
  open() { return ''; }
  on_msg(listener) { this.listener = listener; this.early.splice(0).forEach(listener); }
  on_close(listener) { this.closed = listener; }
  receive(message) { this.listener ? this.listener(message) : this.early.push(message); }
  send(data, callbacks, metadata, buffers = []) { return this.post({msg_type: 'comm_msg', data, buffers}, callbacks); }
  close(data = {}, callbacks) { return this.post({msg_type: 'comm_close', data, buffers: []}, callbacks); }
  /* A widget waits for "idle" before it sends its next value; so every message gets that answer. */
  post(message, callbacks) {
    return this.transmit({...message, comm_id: this.comm_id}, () => callbacks?.iopub?.status?.({content: {execution_state: 'idle'}}));
  }
}

/* tools: send(message, whenDone) and area(element), which returns something with set(outputs). */
class Manager extends ManagerBase {
  constructor(tools) {
    super();
    this.tools = tools;
    this.comms = new Map();
    const area = element => tools.area(element);
    class OutputView extends base.DOMWidgetView {
      render() {
        super.render();
        this.area = area(this.el);
        this.listenTo(this.model, 'change:outputs', () => this.show());
        this.show();
      }
      show() { this.area.set(this.model.get('outputs')); }
    }
    this.modules = {
      '@jupyter-widgets/base': base, '@jupyter-widgets/controls': controls, '@jupyter-widgets/output': {OutputModel, OutputView},
    };
  }

  async loadClass(name, module) {
    const found = this.modules[module]?.[name];
    if (!found) throw new Error(`this page has no ${name} of ${module}: widgets other than ipywidgets' own are not shown here`);
    return found;
  }

  comm(id, target) {
    if (!this.comms.has(id)) this.comms.set(id, new Comm(id, target, this.tools.send));
    return this.comms.get(id);
  }
  async _create_comm(target, id) { return this.comm(id, target); }
  async _get_comm_info() { return {}; }

  async receive({msg_type: type, comm_id: id, target_name: target, data, metadata, buffers}) {
    if (type === 'comm_open') await this.handle_comm_open(this.comm(id, target), {content: {comm_id: id, target_name: target, data}, metadata, buffers});
    else if (type === 'comm_msg') this.comms.get(id)?.receive({content: {comm_id: id, data}, metadata, buffers});
    else { this.comms.get(id)?.closed?.({content: {comm_id: id, data}}); this.comms.delete(id); }
  }

  async show(id, element) {
    const view = await this.create_view(await this.get_model(id));
    Widget.attach(view.luminoWidget ?? view.pWidget, element);
    return view;
  }
}

window.bookWidgets = {Manager};
