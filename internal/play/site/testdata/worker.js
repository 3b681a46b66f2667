// A small core for tests of the page: it speaks as the real one does and trains networks by hand. Nobody else uses it.
let seedState = 1;
const random = () => ((seedState = (seedState * 48271) % 2147483647) / 2147483647);
const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const functions = {
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
  relu: [(z) => Math.max(z, 0), (a) => (a > 0 ? 1 : 0)],
  tanh: [Math.tanh, (a) => 1 - a * a],
  identity: [(z) => z, () => 1],
};
const of = (name) => functions[name] ?? functions.tanh;

let settings = {
  dataset: "moons", samples: 400, noise: 0.18, "class-share": 0, classes: 2, label: "", task: "auto", "data-seed": 42, "split-seed": 42, "test-fraction": 0.25, stratify: false, "validation-fraction": 0, standardise: "all",
  activations: ["sigmoid", "relu"], hidden: [8, 8], parts: [], init: "article", loss: "logits", output: "", reduction: "mean", l1: 0, l2: 0, "class-weights": "none", epochs: 800, optimiser: "descent", "learning-rate": 0.05,
  "weight-decay": 0, clip: 0, schedule: "constant", "warm-up": 0, patience: 0, validate: 0, "batch-size": 64, seed: 42, dtype: "float64", features: ["x1", "x2"],
};
const named = (...names) => names.map((name) => ({ name, title: name }));
const options = {
  activations: named("sigmoid", "relu", "tanh", "leaky-relu", "gelu", "silu", "identity"), datasets: named("moons", "circles", "blobs", "spirals", "xor", "gaussians"), optimisers: named("descent", "momentum", "adam"),
  schedules: named("constant", "cosine", "step"), inits: named("article", "he", "xavier"), normalisations: named("batch-norm", "layer-norm"), losses: named("logits", "mse"), features: named("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"),
  limits: { depth: 12, width: 64, rows: 5000, networks: 4 },
};
let data, networks, epoch = 0, version = 1, playing = false, speed = 60, view = { grid: 50, units: true, hidden: true }, point = [0.7, 0], obeyed = 0, interventions = 0, credit = 0, shownEpoch = null, seeds = [];
const past = [], future = [];

function points() {
  seedState = settings["data-seed"] + 7;
  const rows = [], labels = [];
  for (let i = 0; i < settings.samples; i++) {
    const c = i % 2, t = Math.PI * random();
    let p = c ? [1 - Math.cos(t), 0.5 - Math.sin(t)] : [Math.cos(t), Math.sin(t)];
    if (settings.dataset === "circles") p = [Math.cos(2 * t) * (c ? 0.5 : 1), Math.sin(2 * t) * (c ? 0.5 : 1)];
    rows.push(p.map((v) => v + settings.noise * normal()));
    labels.push(c);
  }
  const mean = [0, 1].map((k) => rows.reduce((s, r) => s + r[k], 0) / rows.length);
  const scale = [0, 1].map((k) => Math.sqrt(rows.reduce((s, r) => s + (r[k] - mean[k]) ** 2, 0) / rows.length));
  const z = rows.map((r) => r.map((v, k) => (v - mean[k]) / scale[k]));
  const cut = Math.round(rows.length * (1 - settings["test-fraction"]));
  const xs = rows.map((r) => r[0]), ys = rows.map((r) => r[1]);
  data = { columns: ["x1", "x2"], classes: ["0", "1"], task: "classes", train: rows.slice(0, cut), train_labels: labels.slice(0, cut), test: rows.slice(cut), test_labels: labels.slice(cut), mean, scale, z, labels, cut,
    domain: [Math.min(...xs) - 0.4, Math.max(...xs) + 0.4, Math.min(...ys) - 0.4, Math.max(...ys) + 0.4] };
}

function build(seed, activation) {
  seedState = Math.abs(seed) + 3;
  const widths = [2, ...settings.hidden, 1];
  const w = [], b = [];
  for (let l = 1; l < widths.length; l++) {
    w.push(Float64Array.from({ length: widths[l - 1] * widths[l] }, () => normal() * Math.sqrt((activation === "relu" ? 2 : 1) / widths[l - 1])));
    b.push(new Float64Array(widths[l]));
  }
  return { activation, widths, w, b, factor: 1, history: [] };
}

function reset() {
  points();
  networks = settings.activations.map((a) => build(settings.seed, a));
  epoch = 0;
  interventions = 0;
  version++;
  for (const n of networks) record(n);
}

function forward(n, x) {
  const z = [], a = [x];
  const [f] = of(n.activation);
  for (let l = 0; l < n.w.length; l++) {
    const out = new Float64Array(n.widths[l + 1]);
    for (let u = 0; u < out.length; u++) {
      let s = n.b[l][u];
      for (let i = 0; i < n.widths[l]; i++) s += a[l][i] * n.w[l][i * out.length + u];
      out[u] = s;
    }
    z.push(out);
    a.push(l + 1 < n.w.length ? out.map(f) : out.map(functions.sigmoid[0]));
  }
  return { z, a };
}

function train(n) {
  const [, slope] = of(n.activation);
  n.norm = n.w.map(() => 0);
  for (let from = 0; from < data.cut; from += settings["batch-size"]) {
    const to = Math.min(from + settings["batch-size"], data.cut);
    const gw = n.w.map((v) => new Float64Array(v.length)), gb = n.b.map((v) => new Float64Array(v.length));
    for (let r = from; r < to; r++) {
      const { a } = forward(n, data.z[r]);
      let delta = Float64Array.of((a[a.length - 1][0] - data.labels[r]) / (to - from));
      for (let l = n.w.length - 1; l >= 0; l--) {
        const before = new Float64Array(n.widths[l]);
        for (let u = 0; u < delta.length; u++) {
          gb[l][u] += delta[u];
          for (let i = 0; i < before.length; i++) {
            gw[l][i * delta.length + u] += delta[u] * a[l][i];
            before[i] += delta[u] * n.w[l][i * delta.length + u];
          }
        }
        delta = before.map((v, i) => v * slope(a[l][i]));
      }
    }
    gw.forEach((g, l) => {
      n.norm[l] = Math.hypot(...g);
      g.forEach((v, i) => { n.w[l][i] -= settings["learning-rate"] * n.factor * (v + settings.l2 * n.w[l][i]); });
      gb[l].forEach((v, i) => { n.b[l][i] -= settings["learning-rate"] * n.factor * v; });
    });
  }
}

function judge(n) {
  const losses = [0, 0];
  let right = 0;
  const confusion = [[0, 0], [0, 0]];
  data.z.forEach((x, r) => {
    const p = forward(n, x).a.at(-1)[0];
    const loss = -Math.log(Math.max(data.labels[r] ? p : 1 - p, 1e-12));
    const test = r >= data.cut ? 1 : 0;
    losses[test] += loss / (test ? data.z.length - data.cut : data.cut);
    if (test) { confusion[data.labels[r]][p >= 0.5 ? 1 : 0]++; if ((p >= 0.5) === !!data.labels[r]) right++; }
  });
  return { loss: losses[0], test_loss: losses[1], test_accuracy: right / (data.z.length - data.cut), accuracy: right / (data.z.length - data.cut), confusion };
}

function record(n) {
  const j = (n.judged = judge(n));
  n.history.push([epoch, j.loss, j.test_loss, j.test_accuracy]);
  if (n.history.length > 600) n.history = n.history.filter((_, i) => i % 2 === 0);
}

const raw = () => ({ ...data, z: undefined, labels: undefined });
function state() {
  return JSON.stringify({ type: "state", version, settings, options, data: raw(), interventions, repeatable: interventions === 0, warnings: [],
    networks: networks.map((n) => ({ name: n.activation, title: { sigmoid: "Sigmoid", relu: "ReLU", tanh: "Tanh" }[n.activation] ?? n.activation, widths: n.widths, activations: settings.hidden.map(() => n.activation), parameters: n.w.reduce((s, v) => s + v.length, 0), rate_factor: n.factor })) });
}

const code = (p) => Math.round(127 + 127 * Math.sign(2 * p - 1) * Math.sqrt(Math.abs(2 * p - 1)));
function frame() {
  const arrays = [];
  const add = (name, values, shape) => arrays.push({ name, values, shape, type: values instanceof Uint8Array ? "u8" : "f32" });
  const g = view.grid, h = 25;
  const [x0, x1, y0, y1] = data.domain;
  const at = (i, j, size) => [x0 + ((x1 - x0) * i) / (size - 1), y1 - ((y1 - y0) * j) / (size - 1)].map((v, k) => (v - data.mean[k]) / data.scale[k]);
  const heads = networks.map((n, k) => {
    const map = new Uint8Array(g * g);
    for (let i = 0; i < g * g; i++) map[i] = code(forward(n, at(i % g, Math.floor(i / g), g)).a.at(-1)[0]);
    add(`${k}/map`, map, [g, g]);
    const flows = Array.from({ length: h * h }, (_, i) => forward(n, at(i % h, Math.floor(i / h), h)).a);
    for (let l = 1; l < n.widths.length; l++) {
      const units = n.widths[l], codes = new Uint8Array(units * h * h), range = new Float32Array(2 * units);
      for (let u = 0; u < units; u++) {
        const all = flows.map((a) => a[l][u]);
        const [lo, hi] = [Math.min(...all), Math.max(...all)];
        range.set([lo, hi], 2 * u);
        all.forEach((v, i) => { codes[u * h * h + i] = hi > lo ? Math.round((254 * (v - lo)) / (hi - lo)) : 127; });
      }
      if (view.units && l < n.widths.length - 1) { add(`${k}/units/${l}`, codes, [units, h, h]); add(`${k}/units/${l}/range`, range, [units, 2]); }
      add(`${k}/weights/${l}`, Float32Array.from(n.w[l - 1]), [n.widths[l - 1], units]);
      add(`${k}/bias/${l}`, Float32Array.from(n.b[l - 1]), [units]);
      if (view.hidden && l < n.widths.length - 1) add(`${k}/hidden/${l}`, Float32Array.from(data.z.slice(data.cut).flatMap((x) => [...forward(n, x).a[l]])), [data.z.length - data.cut, units]);
    }
    const { z, a } = forward(n, point.map((v, i) => (v - data.mean[i]) / data.scale[i]));
    add(`${k}/trace`, Float32Array.from(z.flatMap((v, l) => [...v, ...(l + 1 < z.length ? a[l + 1] : [])])), [0]);
    arrays.at(-1).shape = [arrays.at(-1).values.length];
    add(`${k}/history`, Float32Array.from(n.history.flat()), [n.history.length, 4]);
    const layers = n.w.flatMap((_, l) => [{ stage: `z${l + 1}`, kept: 0.99 - 0.03 * l * (k + 1), spread: 1 - 0.1 * l, dead: 0, saturated: 0.1, gradient_norm: n.norm?.[l] ?? null }, ...(l + 1 < n.w.length ? [{ stage: `a${l + 1}`, kept: 0.97 - 0.03 * l * (k + 1), spread: 0.9 - 0.1 * l, dead: k && l ? 0.125 : 0, saturated: 0.2, gradient_norm: null }] : [])]);
    const bad = n.w.some((w) => w.some((v) => !Number.isFinite(v)));
    return { ...n.judged, straight_line: 0.289, left_line_at: n.judged.loss < 0.26 ? epoch : null, layers, diverged: bad ? { layer: 1, epoch, step: 3, message: "The weights of layer 1 are no numbers after step 3 of epoch " + epoch + ": the learning rate is too large." } : null };
  });
  const words = networks.map((n) => `${n.activation} has ${(100 * n.judged.test_accuracy).toFixed(1)} % of the test points right`).join("; ");
  const header = { type: "frame", obeyed, version, epoch, shown: shownEpoch ?? epoch, playing, epochs_per_second: playing ? speed : 0, sentence: `After ${epoch} epochs ${words}. All networks still keep over 0.9 of the order of distances.`, networks: heads, seeds };
  let offset = 0;
  header.arrays = arrays.map(({ name, type, shape, values }) => {
    const entry = { name, type, shape, offset };
    offset = Math.ceil((offset + values.byteLength) / 8) * 8;
    return entry;
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((4 + text.length) / 8) * 8;
  const buffer = new ArrayBuffer(start + offset);
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer).set(text, 4);
  arrays.forEach(({ values }, i) => new Uint8Array(buffer).set(new Uint8Array(values.buffer), start + header.arrays[i].offset));
  return buffer;
}

const refuse = (key, message) => ({ ok: false, state: false, error: { key, message } });
function obey(c) {
  if (["set", "data", "draw"].includes(c.do)) past.push(JSON.stringify(settings));
  switch (c.do) {
    case "set": {
      for (const [key, value] of Object.entries(c.settings)) if (!(key in settings)) return refuse(key, `no such setting "${key}"`);
      if (c.settings["learning-rate"] <= 0) return refuse("learning-rate", "learning-rate: 0 is no step at all: take a number above 0");
      Object.assign(settings, structuredClone(c.settings));
      const live = ["learning-rate", "batch-size", "l2"];
      const fresh = !Object.keys(c.settings).every((key) => live.includes(key));
      if (fresh) reset(); else interventions++;
      return { ok: true, state: true, reset: fresh };
    }
    case "play": case "pause": playing = c.do === "play"; return { ok: true };
    case "step": for (let i = 0; i < c.epochs; i++) one(); return { ok: true };
    case "reset": if (c.seed !== null) settings.seed = c.seed; reset(); return { ok: true, state: true };
    case "speed": speed = c.epochs_per_second; return { ok: true };
    case "rate": networks[c.network].factor = c.factor; interventions++; return { ok: true, state: true };
    case "point": point = c.at; return { ok: true };
    case "view": view = c; return { ok: true };
    case "weight": {
      const n = networks[c.network];
      if (c.bias) n.b[c.layer - 1][c.column] = c.value; else n.w[c.layer - 1][c.row * n.widths[c.layer] + c.column] = c.value;
      interventions++;
      return { ok: true, state: true };
    }
    case "data": if (c.csv.split("\n").length < 3) return refuse("csv", "a table needs two rows at least"); settings.dataset = `csv:${c.name}`; reset(); return { ok: true, state: true, reset: true };
    case "draw": settings.dataset = "csv:drawn.csv"; version++; return { ok: true, state: true };
    case "scrub": shownEpoch = c.epoch; return { ok: true };
    case "seeds": seeds = Array.from({ length: c.count }, (_, i) => ({ seed: i + 1, networks: networks.map((_, k) => ({ loss: 0.1 + random() / 5, test_accuracy: 0.75 + 0.1 * k + random() / 8 })) })); return { ok: true };
    case "stop": return { ok: true };
    case "undo": if (past.length) { future.push(JSON.stringify(settings)); settings = JSON.parse(past.pop()); reset(); } return { ok: true, state: true };
    case "redo": if (future.length) { past.push(JSON.stringify(settings)); settings = JSON.parse(future.pop()); reset(); } return { ok: true, state: true };
    case "import": return { ok: true, state: true };
  }
  return refuse("do", `no command ${c.do}`);
}

function one() { epoch++; for (const n of networks) { train(n); record(n); } }
let owed = 2, dirty = true;
function tell() {
  if (owed > 0 && dirty) { owed--; dirty = false; const buffer = frame(); postMessage(buffer, [buffer]); }
}
const heard = [];
onmessage = ({ data: text }) => {
  if (typeof text === "object") {
    if (text.export) return postMessage({ exported: text.id, file: `lab-${text.export}`, mime: "text/plain", body: new TextEncoder().encode(`an export of ${text.export}`).buffer });
    reset();
    postMessage(JSON.stringify({ type: "welcome", tab: "worker", resumed: false, kernels: "portable" }));
    postMessage(state());
    return tell();
  }
  const c = JSON.parse(text);
  if (c.ack) { owed = Math.min(2, owed + 1); return tell(); }
  if (c.do === "heard") return postMessage(JSON.stringify({ reply: c.id, ok: true, heard }));
  heard.push(c);
  let reply;
  try { reply = obey(c); } catch (fault) { reply = refuse("do", String(fault)); }
  obeyed = c.id;
  postMessage(JSON.stringify({ reply: c.id, error: null, ...reply }));
  if (reply.state) postMessage(state());
  dirty = true;
  tell();
};
setInterval(() => {
  if (!playing) return;
  credit += speed === 0 ? 5 : Math.min(speed * 0.05, 5);
  for (; credit >= 1; credit--) one();
  dirty = true;
  tell();
}, 50);
