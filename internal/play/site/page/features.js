// What the inputs of the networks look like over the plane, as small maps.
const functions = {
  x1: (x) => x, x2: (_, y) => y, "x1^2": (x) => x * x, "x2^2": (_, y) => y * y, "x1*x2": (x, y) => x * y, "sin(x1)": (x) => Math.sin(x), "sin(x2)": (_, y) => Math.sin(y),
};
const kept = new Map();

/** featureValues gives the codes of input i over 24 × 24 places of the plane, null where the page does not know. */
export function featureValues(page, i) {
  const { settings, data } = page.lab.state;
  const features = settings.features;
  const name = Array.isArray(features) && features.length > 0 ? features[i] : ["x1", "x2"][i];
  const apply = functions[name];
  if (!apply || (data.columns.length !== 2)) return null;
  const key = `${name} ${data.domain} ${data.mean} ${data.scale}`;
  if (kept.has(key)) return kept.get(key);
  const size = 24;
  const [x0, x1, y0, y1] = data.domain;
  const [mean, scale] = [data.mean ?? [0, 0], data.scale ?? [1, 1]];
  const values = Float64Array.from({ length: size * size }, (_, n) => {
    const [x, y] = [x0 + ((x1 - x0) * ((n % size) + 0.5)) / size, y1 - ((y1 - y0) * (Math.floor(n / size) + 0.5)) / size];
    return apply((x - (mean[0] ?? 0)) / (scale[0] || 1), (y - (mean[1] ?? 0)) / (scale[1] || 1));
  });
  const [lo, hi] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const codes = Uint8Array.from(values, (v) => Math.round((255 * (v - lo)) / (hi - lo || 1)));
  if (kept.size > 40) kept.clear();
  kept.set(key, codes);
  return codes;
}
