// HiddenSpace is what a network makes of the test points in a hidden layer, in two coordinates: two of its units or
// its first two principal axes over the points.
class HiddenSpace {
  // flows(s) is what flows through the network for the points at a snapshot.
  constructor(layer, units) {
    this.layer = layer;
    this.units = units;
  }

  // see chooses the coordinates: axes is "principal", or two units from 0. The flows are those of all snapshots, the
  // last first, so that an axis keeps its direction on the way back.
  see(axes) {
    this.axes = axes === "principal" ? axes : axes.map((u) => Math.min(u, this.units - 1));
    this.frames = [];
    this.ranges = [[Infinity, -Infinity], [Infinity, -Infinity]];
  }

  // take adds the snapshot s, given the points' activations.
  take(s, activations) {
    const rows = activations.length / this.units;
    const frame = this.axes === "principal" ? principalAxes(activations, this.units, this.frames[s + 1]) : {};
    frame.points = new Float64Array(2 * rows);
    this.frames[s] = frame;
    for (let i = 0; i < rows; i++) {
      this.project(s, activations.subarray(i * this.units, (i + 1) * this.units)).forEach((v, axis) => {
        frame.points[2 * i + axis] = v;
        if (!Number.isFinite(v)) return;
        const range = this.ranges[axis];
        [range[0], range[1]] = [Math.min(range[0], v), Math.max(range[1], v)];
      });
    }
  }

  // project gives the coordinates of a row of activations.
  project(s, row) {
    if (this.axes !== "principal") return this.axes.map((u) => row[u]);
    const { mean, axes } = this.frames[s];
    return axes.map((axis) => axis.reduce((sum, a, u) => sum + a * (row[u] - mean[u]), 0));
  }

  coordinate(s, i, axis) { return this.frames[s].points[2 * i + axis]; }

  // names are those of the two coordinates at a snapshot.
  names(s) {
    if (this.axes !== "principal") return this.axes.map((u) => `unit ${u + 1}`);
    return this.frames[s].shares.map((share, k) => `axis ${k + 1} (${Math.round(100 * share)} %)`);
  }
}

// principalAxes are the first two of rows of activations, with the shares of the variance that they carry. They point
// as those of a frame before do, or else so that their largest entry is positive.
function principalAxes(activations, units, before) {
  const rows = activations.length / units;
  const mean = new Float64Array(units);
  activations.forEach((v, i) => { mean[i % units] += v / rows; });
  const covariance = Array.from({ length: units }, () => new Float64Array(units));
  let total = 0;
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) {
      const d = activations[r * units + u] - mean[u];
      total += (d * d) / rows;
      for (let v = 0; v <= u; v++) covariance[u][v] += (d * (activations[r * units + v] - mean[v])) / rows;
    }
  }
  for (let u = 0; u < units; u++) for (let v = u + 1; v < units; v++) covariance[u][v] = covariance[v][u];
  const [axes, shares] = [[], []];
  for (let k = 0; k < 2; k++) {
    const { vector, value } = largestEigenvector(covariance, axes, k);
    const reference = before ? vector.reduce((sum, v, u) => sum + v * before.axes[k][u], 0) : vector.reduce((a, v) => (Math.abs(v) > Math.abs(a) ? v : a), 0);
    axes.push(reference < 0 ? vector.map((v) => -v) : vector);
    shares.push(total > 0 ? value / total : 0);
    covariance.forEach((row, u) => row.forEach((_, v) => { row[v] -= value * vector[u] * vector[v]; }));
  }
  return { mean, axes, shares };
}

// largestEigenvector of a symmetric matrix without negative eigenvalues, at right angles to others, by powers of the matrix;
// of a matrix of zeros it is a unit vector, or zero where there is no other.
function largestEigenvector(matrix, others, k) {
  const size = matrix.length;
  const normal = (v) => {
    for (const other of others) {
      const part = v.reduce((sum, x, u) => sum + x * other[u], 0);
      v = v.map((x, u) => x - part * other[u]);
    }
    const length = Math.hypot(...v);
    return length > 1e-12 ? v.map((x) => x / length) : null;
  };
  let vector = normal(Float64Array.from({ length: size }, (_, u) => 1 + ((u * 7 + 3 * k) % 5) / 10)) ?? new Float64Array(size);
  let value = 0;
  for (let step = 0; step < 300; step++) {
    const product = matrix.map((row) => row.reduce((sum, m, u) => sum + m * vector[u], 0));
    const length = Math.hypot(...product);
    const next = length > 0 ? normal(Float64Array.from(product, (v) => v / length)) : null;
    if (!next) break;
    const moved = next.reduce((sum, v, u) => Math.max(sum, Math.abs(v - vector[u])), 0);
    [vector, value] = [next, length];
    if (moved < 1e-9) break;
  }
  return { vector, value };
}
