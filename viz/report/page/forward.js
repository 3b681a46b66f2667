// A network's forward pass, in the page: film_model.go says how a model is written.

const sigmoid = (z) => (z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z)));
const elu = (z, scale = 1) => (z > 0 ? z : scale * Math.expm1(z));

// normal is the distribution function of the standard normal distribution: Marsaglia's series, right to 1e-15.
function normal(z) {
  if (!(Math.abs(z) < 8.3)) return z > 0 ? 1 : z < 0 ? 0 : NaN;
  let [sum, term] = [z, z];
  for (let k = 3; sum + term !== sum; k += 2) sum += term *= (z * z) / k;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

// The functions of formulas; the second argument of an activation is its constant.
const functions = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "~": (x) => -x,
  sigmoid,
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
  leaky_relu: (z, slope = 0.01) => (z > 0 ? z : slope * z),
  elu,
  selu: (z) => 1.0507009873554805 * elu(z, 1.6732632423543772),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  silu: (z) => z * sigmoid(z),
  gelu: (z) => z * normal(z),
  gelu_tanh: (z) => z * sigmoid(2 * Math.sqrt(2 / Math.PI) * z * (1 + 0.044715 * z * z)),
  identity: (z) => z,
  hard_sigmoid: (z, slope = 1 / 6) => Math.min(Math.max(slope * z + 0.5, 0), 1),
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  abs: Math.abs,
  max: Math.max,
  min: Math.min,
  pow: Math.pow,
};

// activationOf makes a function of a formula in z.
function activationOf(formula) {
  if (formula === "z") return (z) => z;
  if (typeof formula === "number") return () => formula;
  const [name, ...rest] = formula;
  const apply = functions[name];
  if (rest.length === 1 && rest[0] === "z") return (z) => apply(z);
  const [first, second] = rest.map(activationOf);
  return second ? (z) => apply(first(z), second(z)) : (z) => apply(first(z));
}

// The steps of a layer. Each is given the rows x that come to it and where they are: values, units, rows,
// the width of what comes into the layer (fanIn) and what earlier layers hand on (handed).
const layerSteps = {
  dense({ at: [w, b] }, x, { values, units, rows, fanIn }) {
    const out = new Float64Array(rows * units);
    for (let r = 0; r < rows; r++) {
      const to = r * units;
      for (let u = 0; u < units; u++) out[to + u] = values[b + u];
      for (let i = 0; i < fanIn; i++) {
        const v = x[r * fanIn + i];
        const from = w + i * units;
        for (let u = 0; u < units; u++) out[to + u] += v * values[from + u];
      }
    }
    return out;
  },
  scale({ at: [s, t] }, x, { values, units }) {
    return x.map((v, i) => v * values[s + (i % units)] + values[t + (i % units)]);
  },
  "batch-norm"({ at: [gain, shift, mean, variance], epsilon }, x, { values, units }) {
    return x.map((v, i) => {
      const u = i % units;
      return ((v - values[mean + u]) / Math.sqrt(values[variance + u] + epsilon)) * values[gain + u] + values[shift + u];
    });
  },
  "layer-norm"({ at: [gain, shift], epsilon }, x, { values, units, rows }) {
    const out = new Float64Array(x.length);
    for (let r = 0; r < rows; r++) {
      const row = x.subarray(r * units, (r + 1) * units);
      const mean = row.reduce((sum, v) => sum + v, 0) / units;
      const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / units;
      for (let u = 0; u < units; u++) out[r * units + u] = ((row[u] - mean) / Math.sqrt(variance + epsilon)) * values[gain + u] + values[shift + u];
    }
    return out;
  },
  shortcut({ from = 0 }, x, { handed }) {
    return x.map((v, i) => v + handed[from][i]);
  },
  "scaled-shortcut"({ from = 0, at: [s, t] }, x, { values, units, handed }) {
    return x.map((v, i) => v + handed[from][i] * values[s + (i % units)] + values[t + (i % units)]);
  },
  activation({ apply }, x) {
    return x.map(apply);
  },
  softmax(step, x, { units, rows }) {
    const out = new Float64Array(x.length);
    for (let r = 0; r < rows; r++) {
      const row = x.subarray(r * units, (r + 1) * units);
      const most = row.reduce((a, b) => Math.max(a, b));
      const powers = row.map((v) => Math.exp(v - most));
      const sum = powers.reduce((a, b) => a + b);
      for (let u = 0; u < units; u++) out[r * units + u] = powers[u] / sum;
    }
    return out;
  },
};

// Network computes what a model describes.
class Network {
  constructor(model) {
    this.inputs = model.inputs;
    this.layers = model.layers.map(({ units, steps }) => ({
      units,
      steps: steps.map((step) => {
        const of = step.function === undefined ? null : activationOf(step.function);
        return { ...step, apply: of && ((z) => of(z)) };
      }),
    }));
  }

  // flow is all that flows through the network of given numbers (values) for rows of inputs: for each layer the
  // pre-activations (pre) and what it hands on (post), rows × units.
  flow(values, inputs, rows) {
    const [pre, handed] = [[], [inputs]];
    let fanIn = this.inputs;
    for (const { units, steps } of this.layers) {
      const site = { values, units, rows, fanIn, handed };
      let x = handed[handed.length - 1];
      for (const step of steps) {
        if (step.do === "activation" || step.do === "softmax") pre.push(x);
        x = layerSteps[step.do](step, x, site);
      }
      handed.push(x);
      fanIn = units;
    }
    return { pre, post: handed.slice(1), rows };
  }
}

// traceOf is the signal trace of a row of a flow: the mean over the units of |z1|, |a1|, |z2|, ..., |zL|.
function traceOf({ pre, post, rows }, row) {
  const magnitude = (values) => {
    const units = values.length / rows;
    return values.subarray(row * units, (row + 1) * units).reduce((sum, v) => sum + Math.abs(v), 0) / units;
  };
  return pre.flatMap((z, l) => (l + 1 < pre.length ? [magnitude(z), magnitude(post[l])] : [magnitude(z)]));
}
