// Evaluated is a network of the film with what the page computes of it: at each snapshot, where the film is computed, or at the last.
class Evaluated {
  constructor(film, data, nodes) {
    Object.assign(this, { film, data, nodes, model: data.model });
    this.cache = {};
  }

  // flow is what flows through the network at a snapshot for rows of inputs, null where the page cannot tell.
  flow(s, inputs, rows) {
    const values = this.data.values(s);
    return values && inputs ? this.data.network.flow(values, inputs, rows) : null;
  }

  // ofNodes and ofPoints are the flows of the plane's nodes and of the test points; the latest are kept.
  ofNodes(s) { return this.kept("nodes", s, () => this.flow(s, this.nodes(), this.film.nodes[0] * this.film.nodes[1])); }
  ofPoints(s) { return this.kept("points", s, () => this.flow(s, this.film.read, this.film.count)); }

  kept(name, s, make) {
    if (this.cache[name]?.s !== s) this.cache[name] = { s, value: make() };
    return this.cache[name].value;
  }

  field(s) {
    return this.kept("field", s, () => (this.film.computed ? computedField(this.film, this.model, this.ofNodes(s)) : this.data.field(s)));
  }

  // outcome is what a network says of row r of a flow: its outputs, and what decides them: of two classes the logit, of more by how
  // much the largest pre-activation leads, with the class that it is of; or the number that it predicts.
  outcome({ pre, post }, r) {
    const { film, model } = this;
    const { units } = model.layers[model.layers.length - 1];
    const row = (all) => Array.from(all[all.length - 1].subarray(r * units, (r + 1) * units));
    const [z, out] = [row(pre), row(post)];
    switch (film.kind) {
      case "values":
        return { out: out.map((v) => inUnits(model, v)), decides: inUnits(model, out[model.shown]) };
      case "classes": {
        const { winner, lead } = winnerOf(units === 1 ? [0, z[0]] : z);
        return { out, winner, decides: lead };
      }
    }
    const last = model.layers[model.layers.length - 1].steps.at(-1);
    const logit = last.do === "softmax" ? z[1] - z[0] : z[model.shown];
    return { out: [out[model.shown]], winner: out[model.shown] >= 0.5 ? 1 : 0, decides: logit };
  }

  // distances are those of the points, or of one place, to the line drawn in the plane, with the sign of the side where there are two classes;
  // null where the plane does not tell.
  distances(s, points) {
    const { film } = this;
    if (film.kind === "values" || film.inputs !== 2) return null;
    const [nx, ny] = film.nodes;
    const [dx, dy] = [(film.x[1] - film.x[0]) / (nx - 1), (film.y[1] - film.y[0]) / (ny - 1)];
    const pieces = this.kept("pieces", s, () => {
      const field = this.field(s);
      const found = film.kind === "classes" ? borders(field, nx, ny) : crossings(field.height, nx, ny);
      return found.map(([x0, y0, x1, y1]) => [film.x[0] + x0 * dx, film.y[0] + y0 * dy, film.x[0] + x1 * dx, film.y[0] + y1 * dy]);
    });
    return points.map(([x, y]) => {
      let least = Infinity;
      for (const [x0, y0, x1, y1] of pieces) {
        const [ux, uy] = [x1 - x0, y1 - y0];
        const square = ux * ux + uy * uy;
        const t = square > 0 ? Math.min(Math.max(((x - x0) * ux + (y - y0) * uy) / square, 0), 1) : 0;
        least = Math.min(least, Math.hypot(x - x0 - t * ux, y - y0 - t * uy));
      }
      return Number.isFinite(least) ? least : NaN;
    });
  }
}

// lifted is what networks read at places of the plane.
function lifted(film, places) {
  const { inputs, lift } = film;
  const rows = new Float64Array(places.length * inputs);
  places.forEach(([x, y], r) => {
    for (let i = 0; i < inputs; i++) rows[r * inputs + i] = lift[0][i] + x * lift[1][i] + y * lift[2][i];
  });
  return rows;
}

function nodePlaces({ nodes: [nx, ny], x, y }) {
  const at = ([lo, hi], i, n) => lo + ((hi - lo) * i) / (n - 1);
  return Array.from({ length: nx * ny }, (_, n) => [at(x, n % nx, nx), at(y, Math.floor(n / nx), ny)]);
}
