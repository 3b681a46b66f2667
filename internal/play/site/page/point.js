// The signal of the reader's point in a network: what the core says, or while the point is dragged what the page computes itself.
import { Network, functions } from "./drawing.js";

/**
 * traceOfPoint gives { pre, post }: the numbers before and behind the activation of each layer; null where they are not known.
 * @param {import("./page.js").Page} page @param {number} k
 */
export function traceOfPoint(page, k) {
  const { frame } = page.lab;
  const { widths } = page.networks[k];
  if (page.dragged) {
    const own = computed(page, k);
    if (own) return own;
  }
  const told = frame.get(`${k}/trace`)?.values;
  if (!told) return computed(page, k);
  const [pre, post] = [[], []];
  let at = 0;
  widths.slice(1).forEach((units, l) => {
    pre.push(told.subarray(at, at + units));
    at += units;
    if (l + 2 === widths.length && at + units > told.length) return;
    post.push(told.subarray(at, at + units));
    at += units;
  });
  return { pre, post };
}

// computed is the same by the weights of the frame, of a network that has nothing beside them.
function computed(page, k) {
  const { frame, state } = page.lab;
  const { settings, data } = state;
  const { widths, activations } = page.networks[k];
  const plain = (settings.parts ?? []).length === 0 && data.columns.length === 2 && widths[0] === 2 && (!settings.features || String(settings.features) === "x1,x2");
  const names = (activations ?? []).map((name) => name.replaceAll("-", "_"));
  if (!plain || names.length !== widths.length - 2 || !names.every((name) => Object.hasOwn(functions, name) && functions[name].length < 3 && /^[a-z]/.test(name))) return null;
  const values = [];
  const layers = [];
  for (let l = 1; l < widths.length; l++) {
    const [w, b] = [frame.get(`${k}/weights/${l}`), frame.get(`${k}/bias/${l}`)];
    if (!w || !b || w.shape[0] !== widths[l - 1] || w.shape[1] !== widths[l]) return null;
    layers.push({ units: widths[l], steps: [{ do: "dense", at: [values.length, values.length + w.values.length] }, { do: "activation", function: l + 1 < widths.length ? [names[l - 1], "z"] : "z" }] });
    values.push(...w.values, ...b.values);
  }
  const inputs = Float64Array.from(page.point, (v, i) => (v - (data.mean?.[i] ?? 0)) / (data.scale?.[i] || 1));
  return new Network({ inputs: 2, layers }).flow(values, inputs, 1);
}

/** magnitudes are the means over the units of |z1|, |a1|, |z2|, .., |zL|. */
export function magnitudes(trace) {
  const size = (values) => values.reduce((sum, v) => sum + Math.abs(v), 0) / values.length;
  return trace.pre.flatMap((z, l) => (l + 1 < trace.pre.length && trace.post[l] ? [size(z), size(trace.post[l])] : [size(z)]));
}
