// Editing a network by hand: its weights and biases, its activations layer by layer.
import { find, make } from "./page.js";
import { inputName } from "./networks.js";
import { listOf } from "./laboratory.js";

/**
 * openEditor shows what a network has, at a weight of layer `layer` (from 1) from unit i to unit u; i is -1 for the bias.
 * @param {import("./page.js").Page} page
 */
export function openEditor(page, k, layer = 1, i = 0, u = 0) {
  const dialog = find("#editor");
  const network = page.networks[k];
  const { widths } = network;
  const frame = page.lab.frame;
  const at = { layer: Math.min(layer, widths.length - 1), i, u };
  const option = (value, text) => make("option", { value: String(value), textContent: text });
  const id = (name) => `edit-${name}`;
  const row = (name, words, control) => { control.id = id(name); return make("div", { className: "row" }, make("label", { for: id(name), textContent: words }), control); };
  const layers = make("select", { onchange: () => { at.layer = Number(layers.value); fill(); } }, ...widths.slice(1).map((_, l) => option(l + 1, l + 2 === widths.length ? "output" : `layer ${l + 1}`)));
  const from = make("select", { onchange: () => { at.i = Number(from.value); show(); } });
  const to = make("select", { onchange: () => { at.u = Number(to.value); show(); } });
  const value = make("input", { type: "number", step: "any", onchange: () => send(value.valueAsNumber) });
  const slide = make("input", { type: "range", min: "-5", max: "5", step: "0.01", "aria-label": "value, from −5 to 5", oninput: () => { value.value = slide.value; send(slide.valueAsNumber); } });
  const said = make("p", { role: "status" });

  const present = () => {
    const grid = page.lab.frame.get(at.i < 0 ? `${k}/bias/${at.layer}` : `${k}/weights/${at.layer}`);
    return grid ? grid.values[at.i < 0 ? at.u : at.i * grid.shape[1] + at.u] : NaN;
  };
  const show = () => {
    const v = present();
    value.value = Number.isFinite(v) ? String(Number(v.toPrecision(6))) : "";
    slide.value = value.value;
  };
  function fill() {
    at.i = Math.min(at.i, widths[at.layer - 1] - 1);
    at.u = Math.min(at.u, widths[at.layer] - 1);
    from.replaceChildren(option(-1, "its bias"), ...Array.from({ length: widths[at.layer - 1] }, (_, j) => option(j, at.layer === 1 ? inputName(page, j) : `unit ${j + 1}`)));
    to.replaceChildren(...Array.from({ length: widths[at.layer] }, (_, j) => option(j, `unit ${j + 1}`)));
    [layers.value, from.value, to.value] = [at.layer, at.i, at.u].map(String);
    show();
  }
  let busy = false, next = null;
  // send has one command on its way at a time; of several values the last is sent.
  async function send(number) {
    if (!Number.isFinite(number)) { value.setAttribute("aria-invalid", "true"); return; }
    value.removeAttribute("aria-invalid");
    if (number !== Number(slide.value)) slide.value = String(number);
    next = { network: k, layer: at.layer, row: Math.max(at.i, 0), column: at.u, value: number, ...(at.i < 0 ? { bias: true } : {}) };
    if (busy) return;
    busy = true;
    while (next) {
      const command = next;
      next = null;
      const reply = await page.lab.ask("weight", command);
      said.textContent = reply.ok ? `Set to ${command.value}. From here on the run is no longer one that compare repeats.` : reply.error?.message ?? "";
    }
    busy = false;
  }

  const { settings, options } = page.lab.state;
  const perLayer = !options.layered ? [] : widths.slice(1, -1).map((_, l) => {
    const now = network.activations?.[l] ?? network.name;
    const names = options.activations.some(({ name }) => name === now) ? options.activations : [...options.activations, { name: now, title: now }];
    const select = make("select", { onchange: () => sendActivations() }, ...names.map(({ name, title }) => option(name, title)));
    select.value = now;
    return select;
  });
  async function sendActivations() {
    const all = [...listOf(settings.activations)];
    const chosen = perLayer.map(({ value }) => value);
    all[k] = new Set(chosen).size === 1 ? chosen[0] : chosen.join("/");
    const reply = await page.lab.set({ activations: all });
    said.textContent = reply.ok ? "The network begins anew, from the same random numbers." : reply.error?.message ?? "";
  }

  dialog.replaceChildren(
    make("h2", { id: "editor-title", dir: "auto" }, make("bdi", { textContent: network.title }), ": by hand"),
    row("layer", "layer", layers), row("from", "from", from), row("to", "to", to), row("value", "value", value), slide,
    ...(perLayer.length > 0 ? [make("h3", { textContent: "Activation of each layer" }), ...perLayer.map((select, l) => row(`activation-${l + 1}`, `layer ${l + 1}`, select))] : []),
    said, make("div", { className: "buttons" }, make("button", { type: "button", className: "primary", textContent: "Done", onclick: () => dialog.close() })));
  fill();
  if (!dialog.open) dialog.showModal();
  value.focus();
  if (frame) value.select();
}
