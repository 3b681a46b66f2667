// Small charts layer by layer: the signal of the reader's point, and what is measured of all points.
import { drawMessage, drawTrace, logTicks, padded, sign, strokeNet, subscript } from "./drawing.js";
import { find, make } from "./page.js";
import { magnitudes, traceOfPoint } from "./point.js";

/** What can be measured, by its name in frames. */
export const measures = [
  { key: "kept", title: "Distance kept", words: "rank correlation of distances with those of the input", range: [-0.05, 1.05] },
  { key: "gradient_norm", title: "Gradient norm", words: "norm of the gradient of each layer's weights", log: true },
  { key: "spread", title: "Spread of points", words: "spread of the points in each layer", from: 0 },
  { key: "dead", title: "Dead units", words: "share of units that never change", range: [-0.05, 1.05] },
  { key: "saturated", title: "Saturated", words: "share of activations where the slope is almost 0", range: [-0.05, 1.05] },
];

/** @param {import("./page.js").Page} page */
export function addLayers(page) {
  page.add({
    name: "trace", title: "Signal of my point",
    draw(plane, inks, ratio) {
      const traces = page.networks.map((_, k) => traceOfPoint(page, k));
      if (traces.some((trace) => !trace)) return drawMessage(plane, "The signal is not known yet.", inks, ratio);
      const sizes = traces.map(magnitudes);
      const positive = sizes.flat().filter((v) => v > 0 && Number.isFinite(v));
      const range = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [0.1, 1];
      drawTrace(plane, sizes, range, page.networks, inks, ratio, "");
    },
    says: () => `Mean size of the signal of my point in each layer: ${page.networks.map(({ title }, k) => `${title} ${magnitudes(traceOfPoint(page, k) ?? { pre: [], post: [] }).map((v) => v.toPrecision(2)).join(", ")}`).join("; ")}.`,
  }, find("#trace-canvas"));

  [0, 1].forEach((place) => {
    const select = find(`#measure-${place}`);
    select.append(...measures.map(({ key, title }) => make("option", { value: key, textContent: title })));
    select.value = measures[place].key;
    select.addEventListener("change", () => page.redraw());
    const measure = () => measures.find(({ key }) => key === select.value);
    const valuesOf = (k) => page.lab.frame.networks[k].layers.map((layer) => ({ stage: layer.stage, value: layer[select.value] }));
    page.add({
      name: `measure-${place}`, get title() { return measure().title; },
      draw: (plane, inks, ratio) => drawLayers(plane, page.networks.map((_, k) => valuesOf(k)), measure(), inks, ratio),
      says: () => `${measure().title}, ${measure().words}: ${page.networks.map(({ title }, k) => `${title} ${valuesOf(k).filter(({ value }) => value !== null && value !== undefined).map(({ stage, value }) => `${stage} ${value.toPrecision(3)}`).join(", ")}`).join("; ")}.`,
    }, find(`#measure-${place}-canvas`));
  });

  page.add({
    name: "seeds", title: "Other seeds",
    draw: (plane, inks, ratio) => drawSeeds(plane, page, inks, ratio),
    says: () => {
      const { seeds, networks } = page.lab.frame;
      if (!seeds?.length) return "No other seeds have been trained.";
      return `Of ${seeds.length} other seeds: ${page.networks.map(({ title }, k) => `${title} has ${range(seeds.map((s) => scoreOf(s.networks[k])))}, this one ${scoreOf(networks[k])?.toPrecision(3)}`).join("; ")}.`;
    },
  }, find("#seeds-canvas"));
  find("#seeds").addEventListener("click", () => page.lab.ask("seeds", { count: page.lab.frame?.seeds?.length ? 0 : 20 }));
  page.lab.addEventListener("frame", () => {
    const words = page.lab.frame.seeds?.length ? "Clear" : "Train 20";
    if (find("#seeds").textContent !== words) find("#seeds").textContent = words;
  });
}

const scoreOf = (net) => net?.test_accuracy ?? net?.loss;
const range = (values) => {
  const known = values.filter((v) => Number.isFinite(v));
  return known.length ? `${Math.min(...known).toPrecision(3)} to ${Math.max(...known).toPrecision(3)}` : "nothing known";
};

function drawLayers(plane, nets, { range, log, from }, inks, ratio) {
  const stages = nets.reduce((longest, net) => (net.length > longest.length ? net : longest), []).map(({ stage }) => stage);
  const height = (v) => (log ? (v > 0 ? Math.log10(v) : NaN) : v);
  const known = nets.flat().map(({ value }) => (value === null || value === undefined ? NaN : height(value))).filter(Number.isFinite);
  if (known.length === 0) return drawMessage(plane, "Not measured yet.", inks, ratio);
  const bounds = range ? [Math.min(range[0], 1.05 * Math.min(...known)), range[1]] : padded([Math.min(...known, ...(from === undefined ? [] : [from])), Math.max(...known)]);
  // Stages that no network has a number of have no place: a gradient belongs to weights.
  const shown = stages.filter((stage) => nets.some((net) => net.some((layer) => layer.stage === stage && layer.value !== null && layer.value !== undefined)));
  const every = Math.ceil(shown.length / 7);
  const xTicks = shown.map((stage, value) => ({ value, label: stage.replace(/\d+$/, (number) => subscript(number)) })).filter(({ value }) => value % every === 0);
  if (!plane.begin([-0.4, shown.length - 0.6], bounds, inks, ratio, { xTicks, ...(log ? { yTicks: logTicks(...bounds) } : {}) })) return;
  const c = plane.context;
  plane.clipped(() => {
    nets.forEach((net, k) => {
      const places = net.map(({ stage, value }) => [shown.indexOf(stage), value === null || value === undefined ? NaN : height(value)]).filter(([x, y]) => x >= 0 && Number.isFinite(y));
      c.beginPath();
      places.forEach(([x, y], i) => (i ? c.lineTo(plane.x(x), plane.y(y)) : c.moveTo(plane.x(x), plane.y(y))));
      strokeNet(c, k, inks);
      for (const [x, y] of places) sign(c, k, plane.x(x), plane.y(y), 2.6, inks);
    });
  });
  plane.end(inks);
}

// drawSeeds has a row for each network, and in it a sign for each seed; the large one is the run that is watched.
function drawSeeds(plane, page, inks, ratio) {
  const { frame } = page.lab;
  if (!frame.seeds?.length) return drawMessage(plane, "One seed is one throw. Train twenty more to see how far the result is luck.", inks, ratio);
  const scores = page.networks.map((_, k) => frame.seeds.map(({ networks }) => scoreOf(networks[k])).filter((v) => Number.isFinite(v)));
  const own = page.networks.map((_, k) => scoreOf(frame.networks[k]));
  const all = [...scores.flat(), ...own].filter((v) => Number.isFinite(v));
  if (all.length === 0) return drawMessage(plane, "The seeds begin.", inks, ratio);
  const accuracy = page.data.task !== "numbers" && frame.networks[0].test_accuracy !== undefined;
  if (!plane.begin(padded([Math.min(...all), Math.max(...all)]), [page.networks.length - 0.4, -0.6], inks, ratio, { yTicks: [], xName: plane.canvas.clientHeight > 90 ? (accuracy ? "test accuracy" : "loss") : "" })) return;
  const c = plane.context;
  plane.clipped(() => scores.forEach((row, k) => {
    c.globalAlpha = 0.6;
    row.forEach((v, i) => sign(c, k, plane.x(v), plane.y(k) + (((i * 7) % 5) - 2) * Math.min(3, plane.height / page.networks.length / 7), 2.4, inks));
    c.globalAlpha = 1;
    if (!Number.isFinite(own[k])) return;
    c.strokeStyle = inks.text;
    c.lineWidth = 1.6;
    c.setLineDash([]);
    c.beginPath();
    c.arc(plane.x(own[k]), plane.y(k), 5.5, 0, 2 * Math.PI);
    c.stroke();
    sign(c, k, plane.x(own[k]), plane.y(k), 3, inks);
  }));
  plane.end(inks);
}

