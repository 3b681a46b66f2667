// The settings: a table of rows, each of a key of compare's settings, and what of them is more than a field.
import { find, make } from "./page.js";
import { listOf } from "./laboratory.js";

// Steps of fields: by a number, or along 1, 3, 10, 30, ..
const along = (value, up) => {
  if (!(value > 0)) return up ? 0.001 : 0;
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const part = value / power;
  const steps = [0.3, 1, 3, 10];
  const next = up ? steps.find((s) => s > part * 1.001) : steps.findLast((s) => s < part * 0.999);
  const found = Number((next * power).toPrecision(3));
  return found < 1e-7 ? 0 : found;
};
const by = (step, least = 0, most = Infinity) => (value, up) => Number(Math.min(Math.max(value + (up ? step : -step), least), most).toPrecision(10));
const double = (value, up) => Math.max(1, up ? value * 2 : Math.floor(value / 2));

/**
 * The rows, in groups. A row is shown where the state's settings have its key. `of` names the state's options that a choice is among.
 */
export const groups = [
  { title: "Data", rows: [
    { key: "dataset", label: "points", own: dataset },
    { key: "samples", label: "rows", step: by(50, 10, 5000) },
    { key: "noise", label: "noise", step: by(0.05) },
    { key: "test-fraction", label: "test share", step: by(0.05, 0.05, 0.9) },
    { own: ownData },
    { key: "features", own: features },
  ] },
  { title: "Networks", rows: [
    { key: "activations", own: networks },
    { key: "hidden", own: layers },
    { key: "init", label: "first weights", of: "inits" },
    { key: "seed", label: "seed", step: by(1, -Infinity) },
  ] },
  { title: "Training", rows: [
    { key: "learning-rate", label: "rate", step: along },
    { key: "batch-size", label: "batch", step: double },
    { key: "optimiser", label: "optimiser", of: "optimisers" },
    { key: "l2", label: "L2 penalty", step: along },
  ] },
  { title: "Layers’ parts", folded: true, rows: [
    { key: "parts", part: "normalisation", label: "normalise", own: normalisation },
    { key: "parts", part: "dropout", label: "dropout", own: dropout },
    { key: "parts", part: "residual", label: "shortcuts", own: residual },
  ] },
  { title: "More of training", folded: true, rows: [
    { key: "schedule", label: "schedule", among: ["constant", "cosine", "step:100:0.5", "step:1000:0.5"] },
    { key: "warm-up", label: "warm-up", step: by(10) },
    { key: "l1", label: "L1 penalty", step: along },
    { key: "weight-decay", label: "weight decay", step: along },
    { key: "clip", label: "clip", step: along },
    { key: "loss", label: "loss", of: "losses" },
    { key: "class-weights", label: "class weights", among: ["none", "balanced"] },
    { key: "dtype", label: "numbers", among: ["float64", "float32"] },
  ] },
  { title: "More of the data", folded: true, rows: [
    { key: "classes", label: "classes", step: by(1, 2, 10) },
    { key: "class-share", label: "class share", step: by(0.05, 0, 0.95) },
    { key: "data-seed", label: "data seed", step: by(1, -Infinity) },
    { key: "split-seed", label: "split seed", step: by(1, -Infinity) },
    { key: "stratify", label: "stratify", check: true },
    { key: "standardise", label: "standardise", among: ["all", "train", "none"] },
    { key: "task", label: "task of a file", among: ["auto", "classes", "regression"] },
  ] },
  { title: "Stop by itself", folded: true, rows: [{ own: conditions }] },
];

let serial = 0;

/** @param {import("./page.js").Page} page */
export function addControls(page) {
  const panel = find(".settings");
  const updates = [];
  let keys = "";
  const build = () => {
    updates.length = 0;
    panel.replaceChildren(...groups.flatMap((group) => {
      const rows = group.rows.filter(({ key }) => !key || key in page.lab.state.settings && (key !== "features" || page.lab.state.options.features?.length > 0)).flatMap((row) => {
        const made = row.own ? row.own(page, row) : field(page, row);
        updates.push(made.update);
        return [made.element];
      });
      if (rows.length === 0) return [];
      if (!group.folded) return [make("fieldset", {}, make("legend", { textContent: group.title }), ...rows)];
      return [make("details", {}, make("summary", { textContent: group.title }), ...rows)];
    }));
  };
  page.lab.addEventListener("state", () => {
    const now = Object.keys(page.lab.state.settings).join();
    if (now !== keys) { keys = now; build(); }
    for (const update of updates) update(page.lab.state);
    page.paint();
  });
}

// labelled is a row of a label and a control.
function labelled(words, control, name = words) {
  const id = `control-${++serial}`;
  const labelled = control.matches("select, input") ? control : control.querySelector("input, select");
  labelled.id = id;
  if (labelled !== control) labelled.setAttribute("aria-label", name);
  return make("div", { className: "row" }, make("label", { for: id, textContent: words }), control);
}

// field is the row of a plain setting.
function field(page, { key, label, step, of, among, check }) {
  const send = (value) => page.lab.set({ [key]: value });
  if (check) {
    const box = make("input", { type: "checkbox", "data-key": key, onchange: () => send(box.checked) });
    return { element: labelled(label, box), update: ({ settings }) => { box.checked = settings[key] === true || settings[key] === "true"; } };
  }
  if (step) {
    const control = stepper(label, key, step, send);
    return { element: labelled(label, control.element), update: ({ settings }) => control.show(settings[key]) };
  }
  const select = make("select", { "data-key": key, onchange: () => answer(select, send(select.value)) });
  return {
    element: labelled(label, select),
    update: ({ settings, options }) => choices(select, among ? among.map((name) => ({ name, title: name })) : options[of] ?? [], String(settings[key])),
  };
}

// choices fills a list, with the present value among it.
export function choices(select, names, value) {
  const entries = names.map((entry) => (typeof entry === "string" ? { name: entry, title: entry } : entry));
  const all = entries.some(({ name }) => name === value) ? entries : [...entries, { name: value, title: value }];
  const signature = JSON.stringify(all);
  if (select.signature !== signature) {
    select.signature = signature;
    select.replaceChildren(...all.map(({ name, title }) => make("option", { value: name, textContent: title ?? name })));
  }
  select.value = value;
}

// answer marks a control whose value was refused.
async function answer(control, reply) {
  const { ok, lost } = await reply;
  control.setAttribute("aria-invalid", String(!ok && !lost));
  return ok;
}

/** stepper is a number with minus and plus. */
export function stepper(label, key, step, send) {
  let shown = 0;
  const input = make("input", { type: "text", inputMode: "decimal", autocomplete: "off", "data-key": key, onchange: () => take(input.value) });
  const button = (up) => make("button", { type: "button", textContent: up ? "+" : "−", "aria-label": `${up ? "more" : "less"}: ${label}`, onclick: () => take(step(shown, up)) });
  const show = (value) => {
    shown = Number(value);
    if (document.activeElement !== input || input.getAttribute("aria-invalid") !== "true") input.value = String(value).replace("-", "−");
  };
  const take = (value) => {
    const number = Number(String(value).trim().replace("−", "-").replace(",", "."));
    if (String(value).trim() === "" || !Number.isFinite(number)) return input.setAttribute("aria-invalid", "true");
    input.removeAttribute("aria-invalid");
    if (number !== shown) answer(input, send(number)).then((ok) => { if (!ok) input.value = String(number); });
    shown = number;
    input.value = String(number).replace("-", "−");
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    take(step(shown, event.key === "ArrowUp"));
  });
  return { element: make("div", { className: "stepper" }, button(false), input, button(true)), show, input };
}

// dataset is a generator, a formula, or the reader's own table.
function dataset(page) {
  const formula = make("input", { type: "text", placeholder: "x2 > sin(3*x1)", "aria-label": "formula: of a class with < or >, of a number as y = ..", spellcheck: false, "data-key": "formula", onchange: () => formula.value.trim() && answer(formula, page.lab.set({ dataset: formula.value.trim() })) });
  const line = make("div", { className: "row wide", hidden: true }, formula);
  const select = make("select", { "data-key": "dataset", onchange: () => {
    line.hidden = select.value !== "formula";
    if (select.value === "formula") return formula.focus();
    page.lab.set({ dataset: select.value });
  } });
  return {
    element: make("div", {}, labelled("points", select), line),
    update: ({ settings, options }) => {
      const known = [...(options.datasets ?? []).map((name) => (typeof name === "string" ? { name, title: name } : name)), { name: "formula", title: "a formula …" }];
      const isFormula = !known.some(({ name }) => name === settings.dataset) && !settings.dataset.startsWith("csv:");
      choices(select, known.concat(settings.dataset.startsWith("csv:") ? [{ name: settings.dataset, title: settings.dataset.slice(4) }] : []), isFormula ? "formula" : settings.dataset);
      if (isFormula) formula.value = settings.dataset;
      line.hidden = !isFormula;
    },
  };
}

function ownData(page) {
  return {
    element: make("div", { className: "buttons" },
      make("button", { type: "button", className: "small", textContent: "Own table …", title: "A CSV file: numbers in columns, the last one is the class or the number", onclick: () => page.chooseFile(".csv,.tsv,.txt") }),
      make("button", { type: "button", className: "small", textContent: "Other points", title: "The next seed of the data", onclick: () => page.lab.set({ "data-seed": Number(page.lab.state.settings["data-seed"]) + 1 }) })),
    update() {},
  };
}

function features(page) {
  const line = make("div", { className: "checks", role: "group", "aria-label": "inputs" });
  return {
    element: make("div", {}, make("span", { className: "label aside", textContent: "inputs" }), line),
    update: ({ settings, options }) => {
      const chosen = listOf(settings.features);
      const signature = JSON.stringify(options.features);
      const known = options.features.map((f) => (typeof f === "string" ? { name: f, title: f } : f));
      if (line.signature !== signature) {
        line.signature = signature;
        line.replaceChildren(...known.map(({ name, title }) => make("label", {}, make("input", { type: "checkbox", value: name, "data-key": `features ${name}`, onchange: () => {
          const all = [...line.querySelectorAll("input:checked")].map(({ value }) => value);
          if (all.length > 0) page.lab.set({ features: all });
          else { page.lab.notice("refused", "A network reads one input at least.", true); for (const box of line.querySelectorAll("input")) box.checked = listOf(page.lab.state.settings.features).includes(box.value); }
        } }), title ?? name)));
      }
      for (const box of line.querySelectorAll("input")) box.checked = chosen.length > 0 ? chosen.includes(box.value) : page.data.columns.includes(box.value);
    },
  };
}

// networks are the activations that are compared.
function networks(page) {
  const list = make("div", { className: "chips", role: "group", "aria-label": "networks, by activation" });
  const set = (activations) => page.lab.set({ activations });
  const present = () => listOf(page.lab.state.settings.activations);
  const add = make("button", { type: "button", className: "small", textContent: "+ network", onclick: () => {
    const free = page.lab.state.options.activations.find(({ name }) => !present().includes(name) && !present().some((each) => each.includes("/")) ) ?? page.lab.state.options.activations.find(({ name }) => !present().includes(name));
    if (free) set([...present(), free.name]);
  } });
  return {
    element: make("div", {}, list, make("div", { className: "buttons" }, add)),
    update: ({ options }) => {
      const names = present();
      list.replaceChildren(...names.map((name, k) => {
        const other = make("input", { type: "text", value: name, hidden: true, spellcheck: false, "aria-label": `activation of network ${k + 1}: a formula in z`, onchange: () => answer(other, set(names.with(k, other.value.trim()))) });
        const select = make("select", { "aria-label": `activation of network ${k + 1}`, "data-key": `activations ${k}`, onchange: () => {
          if (select.value !== "other") return set(names.with(k, select.value));
          [other.hidden, select.hidden] = [false, true];
          other.focus();
          other.select();
        } });
        choices(select, [...options.activations.filter((a) => a.name === name || !names.includes(a.name)), ...(options.activations.some((a) => a.name === name) ? [] : [{ name, title: page.networks[k]?.title ?? name }]), { name: "other", title: "a formula in z …" }], name);
        return make("div", { className: "chip", "data-net": String(k) }, make("i"), make("div", {}, select, other),
          make("button", { type: "button", className: "square", textContent: "−", "aria-label": `take network ${k + 1} away`, disabled: names.length === 1, onclick: () => set(names.toSpliced(k, 1)) }));
      }));
      add.disabled = names.length >= (options.limits?.networks ?? 4);
      page.paint();
    },
  };
}

function layers(page) {
  const list = make("div", { className: "chips", role: "group", "aria-label": "hidden layers" });
  const present = () => listOf(page.lab.state.settings.hidden).flatMap((part) => {
    const [units, times] = String(part).split("x").map(Number);
    return Array.from({ length: times ?? 1 }, () => units);
  });
  const set = (hidden) => page.lab.set({ hidden });
  const add = make("button", { type: "button", className: "small", textContent: "+ layer", onclick: () => set([...present(), present().at(-1) ?? 8]) });
  let made = [];
  return {
    element: make("div", {}, list, make("div", { className: "buttons" }, add)),
    update: ({ options }) => {
      const hidden = present();
      if (made.length !== hidden.length) {
        made = hidden.map((_, l) => {
          const control = stepper(`units of layer ${l + 1}`, `hidden ${l}`, by(1, 1, options.limits?.width ?? 64), (units) => set(present().with(l, units)));
          control.input.setAttribute("aria-label", `units of layer ${l + 1}`);
          const away = make("button", { type: "button", className: "square", textContent: "−", "aria-label": `take layer ${l + 1} away`, title: "Take the layer away", onclick: () => set(present().toSpliced(l, 1)) });
          return { control, away, element: make("div", { className: "chip layer" }, make("span", { className: "label", textContent: `layer ${l + 1}` }), control.element, away) };
        });
        list.replaceChildren(...made.map(({ element }) => element));
      }
      made.forEach(({ control, away }, l) => { control.show(hidden[l]); away.disabled = hidden.length === 1; });
      add.disabled = hidden.length >= (options.limits?.depth ?? 12);
    },
  };
}

// The parts of layers are one setting; three controls write it, and leave what is none of theirs.
const namesOf = (entries = []) => entries.map((entry) => String(entry.name ?? entry).replace(/\[.*/, ""));
const partsOf = (page) => listOf(page.lab.state.settings.parts);
function setPart(page, isTheirs, part) {
  const others = partsOf(page).filter((p) => !isTheirs(p));
  const order = (p) => (/norm/.test(p) ? 0 : p.startsWith("dropout") ? 1 : p.startsWith("residual") ? 2 : 3);
  return page.lab.set({ parts: (part ? [...others, part] : others).toSorted((a, b) => order(a) - order(b)) });
}

function normalisation(page) {
  const is = (p) => /norm/.test(p);
  const select = make("select", { "data-key": "parts normalisation", onchange: () => answer(select, setPart(page, is, select.value === "none" ? null : select.value)) });
  return { element: labelled("normalise", select), update: ({ options }) => choices(select, [{ name: "none", title: "none" }, ...namesOf(options.normalisations).filter(is)], partsOf(page).find(is) ?? "none") };
}

function dropout(page) {
  const is = (p) => p.startsWith("dropout");
  const control = stepper("dropout", "parts dropout", by(0.1, 0, 0.9), (rate) => setPart(page, is, rate > 0 ? `dropout:${rate}` : null));
  return { element: labelled("dropout", control.element), update: () => control.show(Number(partsOf(page).find(is)?.split(":")[1] ?? 0)) };
}

function residual(page) {
  const is = (p) => p.startsWith("residual");
  const box = make("input", { type: "checkbox", "data-key": "parts residual", onchange: async () => { if (!(await setPart(page, is, box.checked ? "residual" : null)).ok) box.checked = !box.checked; } });
  return { element: labelled("shortcuts", box), update: () => { box.checked = partsOf(page).some(is); } };
}

// conditions end training by themselves.
function conditions(page) {
  const send = () => {
    const value = (input) => (input.value.trim() === "" ? null : Number(input.value));
    page.lab.ask("stop", { epochs: value(epochs), loss: value(loss), accuracy: value(accuracy) === null ? null : value(accuracy) / 100 });
  };
  const input = (key, step) => make("input", { type: "number", min: "0", step, placeholder: "never", "data-key": `stop ${key}`, onchange: send });
  const [epochs, loss, accuracy] = [input("epochs", "1"), input("loss", "any"), input("accuracy", "any")];
  return { element: make("div", {}, labelled("at epoch", epochs), labelled("at loss", loss), labelled("at accuracy %", accuracy)), update() {} };
}

