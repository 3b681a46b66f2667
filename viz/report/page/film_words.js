// What the film says in words and numbers.
Object.assign(Film.prototype, {
  // truth is the class of a test point, or its number.
  truth(i) {
    const { film } = this;
    if (!film.values) return film.names[film.labels[i]];
    return `${film.value} ${short(film.range[0] + film.values[i] * (film.range[1] - film.range[0]))}`;
  },

  pointName() {
    if (!Number.isFinite(this.at[0])) return "No point";
    const place = `(${this.at.map(short).join(", ")})`;
    return this.point >= 0 ? `Test point ${this.film.numbers[this.point]} ${place}, ${this.truth(this.point)}` : `The place ${place}`;
  },

  // says is what a network says of the chosen point at this epoch.
  says({ seen, data }) {
    const { film, snapshot: s, point } = this;
    const wrong = point >= 0 && data.wrongAt(s)?.[point] ? ", wrong" : "";
    const flow = seen.flow(s, this.inputs, 1);
    if (!Number.isFinite(this.at[0])) return { words: "—" };
    if (flow) {
      const [outcome, trace] = [seen.outcome(flow, 0), traceOf(flow, 0)];
      if (film.kind === "values") return { words: short(outcome.decides), outcome, trace };
      if (film.kind === "classes") {
        const sure = film.scores ? "" : ` ${probability(outcome.out[outcome.winner])}`;
        return { words: outcome.winner < 0 ? "—" : `${film.names[outcome.winner]}${sure}${wrong}`, outcome, trace };
      }
      return { words: `P(${film.names[1]}) ${probability(outcome.out[0])}${wrong}`, outcome, trace };
    }
    // The node of the stored field that is nearest.
    const [nx, ny] = film.nodes;
    const node = Math.round(along(this.at[1], film.y) * (ny - 1)) * nx + Math.round(along(this.at[0], film.x) * (nx - 1));
    const field = seen.field(s);
    if (film.kind === "classes") return { words: field.winner(node) < 0 ? "—" : `${film.names[field.winner(node)]}${wrong}` };
    const share = field.share(node);
    if (Number.isNaN(share)) return { words: "—" };
    if (film.kind === "values") return { words: `about ${short(film.range[0] + share * (film.range[1] - film.range[0]))}` };
    return { words: `P(${film.names[1]}) about ${share.toFixed(2)}${wrong}` };
  },

  describe() {
    const { film, snapshot: s } = this;
    const epochs = film.epochs;
    const epoch = `${epochs[s]} of ${epochs[this.last]}`;
    this.find(".epoch").textContent = `Epoch ${epoch}`;
    this.find(".chosen").value = this.choice.place && this.hovered < 0 ? "" : String(this.point);
    const heard = [`epoch ${epoch}`];
    const point = this.pointName();
    const spoken = [];
    for (const net of this.nets) {
      const { element, data, boundary, layers } = net;
      const words = [];
      if (data.loss) words.push(["loss", decimals(data.loss[s])]);
      if (data.accuracy) words.push(["accuracy", percent(data.accuracy[s])]);
      if (data.r2) words.push(["r2", decimals(data.r2[s])]);
      for (const [name, value] of words) element.querySelector(`.${name}`).textContent = value;
      const reading = words.map(([name, value]) => `${name === "r2" ? "R²" : name} ${value}`).join(", ");
      if (reading) heard.push(`${data.label} ${reading}`);
      const says = this.says(net).words;
      element.querySelector(".says").textContent = says;
      spoken.push(`${data.label} ${says}`);
      const shown = film.kind === "values" ? "predicted values" : "decision boundary";
      boundary.name(`${data.label}: ${shown} after epoch ${epochs[s]}, with ${film.count} test points. ${point}: ${says}. Arrow keys choose another point, with Shift any place.`);
      for (const { layer, plane, axes, space } of layers) {
        const names = space.names(s);
        axes.replaceChildren("→\u00a0", isolated(names[0]), " ↑\u00a0", isolated(names[1]));
        plane.name(`${data.label}, ${layer.name}: the test points by ${names[0]} and ${names[1]} after epoch ${epochs[s]}. Marked: ${point}`);
      }
      net.diagram?.name(`${data.label} after epoch ${epochs[s]}: what each unit hands on over the plane, and the weights between them. Marked: ${point}`);
    }
    this.slider.setAttribute("aria-valuetext", heard.join("; "));
    this.losses.name(`Training loss at the epochs of the film: ${film.nets.filter(({ loss }) => loss).map(({ label, loss }) => `${label} from ${decimals(loss.find((v) => v !== null) ?? null)} to ${decimals(loss[this.last])}`).join("; ")}`);
    this.trace.name(`Signal trace after epoch ${epochs[s]}, the mean magnitude before and after each activation, of ${point}; the numbers are in the table`);
    this.pairs.name(`${this.pairNames[0]} against ${this.pairNames[1]} of all test points after epoch ${epochs[s]}. Marked: ${point}; ${spoken.join("; ")}`);
    this.fillNumbers(point);
  },

  // fillNumbers writes the table of the chosen point.
  fillNumbers(point) {
    const { film, snapshot: s, nets } = this;
    const table = this.find(".numbers");
    const deepest = Math.max(...nets.map(({ data }) => data.model?.layers.length ?? 0));
    const stages = Array.from({ length: Math.max(2 * deepest - 1, 0) }, (_, k) => `${k % 2 ? "a" : "z"}${subscript(Math.floor(k / 2) + 1)}`);
    const outputs = film.kind === "classes" ? (film.scores ? ["lead"] : film.names.map((name) => `P(${name})`)) : [];
    const columns = ["network", "it says", ...outputs, ...(film.kind === undefined ? ["logit"] : []), ...(film.kind === "values" ? [] : ["distance"]), ...stages.map((stage) => `|${stage}|`)];
    table.caption.textContent = `${point}, after epoch ${film.epochs[s]}`;
    const cell = (name, text, scope, left) => {
      const element = document.createElement(name);
      element.textContent = text;
      if (scope) element.scope = scope;
      if (!left) element.className = "number";
      return element;
    };
    table.tHead.rows[0].replaceChildren(...columns.map((name, k) => cell("th", name, "col", k < 2)));
    table.tBodies[0].replaceChildren(...nets.map((net) => {
      const { words, outcome, trace = [] } = this.says(net);
      const cells = [words];
      if (film.kind === "classes") cells.push(...outputs.map((_, c) => (outcome ? (film.scores ? four(outcome.decides) : probability(outcome.out[c])) : "–")));
      if (film.kind === undefined) cells.push(outcome ? four(outcome.decides) : "–");
      if (film.kind !== "values") cells.push(four(Math.abs(this.distanceOf(net))));
      cells.push(...stages.map((_, k) => (k < trace.length ? four(trace[k]) : "–")));
      const row = document.createElement("tr");
      row.append(cell("th", net.data.label, "row", true), ...cells.map((text, k) => cell("td", text, "", k === 0)));
      return row;
    }));
  },

  // distanceOf is the chosen point's distance to the boundary, NaN where unknown.
  distanceOf({ seen, data }) {
    const { snapshot: s, point } = this;
    const drawn = Number.isFinite(this.at[0]) && seen.flow(s, this.inputs, 1) ? seen.distances(s, [this.at]) : null;
    return drawn?.[0] ?? (s === this.last && point >= 0 ? data.distances?.[point] : null) ?? NaN;
  },

  // table gives the rows of a CSV file.
  table(name) {
    const { film, snapshot: s, nets } = this;
    const labels = nets.map(({ data }) => data.label);
    switch (name) {
      case "course":
        return [["epoch", ...nets.flatMap(({ data }) => ["loss", "accuracy", "r2"].filter((key) => data[key]).map((key) => `${data.label} ${key}`))],
          ...film.epochs.map((epoch, k) => [epoch, ...nets.flatMap(({ data }) => ["loss", "accuracy", "r2"].filter((key) => data[key]).map((key) => data[key][k]))])];
      case "points": {
        const pairs = nets.map((net) => this.pairsOf(net).points);
        const said = nets.map(({ seen }) => { const flow = seen.ofPoints(s); return (i) => (flow ? seen.outcome(flow, i).out : []); });
        return [["epoch", "point", "x", "y", "true", ...labels.flatMap((label, n) => [...(said[n](0).map((_, c) => `${label} output ${c + 1}`)), `${label} ${this.pairNames[0]}`, `${label} ${this.pairNames[1]}`, `${label} wrong`])],
          ...film.numbers.map((number, i) => [film.epochs[s], number, film.points[2 * i], film.points[2 * i + 1], this.truth(i),
            ...nets.flatMap(({ data }, n) => [...said[n](i), ...(pairs[n][i] ?? [null, null]), data.wrongAt(s)?.[i] ?? null])])];
      }
      case "point": {
        const rows = [["epoch", "network", "layer", "stage", "unit", "value"]];
        for (const { seen, data } of nets) {
          film.epochs.forEach((epoch, k) => {
            const flow = seen.flow(k, this.inputs, 1);
            flow?.pre.forEach((z, l) => [["z", z], ["a", flow.post[l]]].forEach(([stage, values]) => values.forEach((v, u) => rows.push([epoch, data.label, l + 1, stage, u + 1, v]))));
          });
        }
        return rows;
      }
      case "spaces":
        return [["epoch", "network", "layer", "point", "horizontal axis", "vertical axis", "horizontal", "vertical"],
          ...nets.flatMap(({ data, layers }) => layers.flatMap(({ layer, space }) => film.numbers.map((number, i) => [film.epochs[s], data.label, layer.name, number, ...space.names(s), space.coordinate(s, i, 0), space.coordinate(s, i, 1)])))];
      case "weights": {
        const rows = [["epoch", "network", "layer", "from unit", "to unit", "weight"]];
        for (const { data } of nets) {
          const values = data.values(s);
          let fanIn = data.model.inputs;
          data.model.layers.forEach(({ units, steps }, l) => {
            const [w, b] = steps[0].at;
            for (let u = 0; u < units && values; u++) {
              rows.push([film.epochs[s], data.label, l + 1, "bias", u + 1, values[b + u]]);
              for (let i = 0; i < fanIn; i++) rows.push([film.epochs[s], data.label, l + 1, i + 1, u + 1, values[w + i * units + u]]);
            }
            fanIn = units;
          });
        }
        return rows;
      }
    }
    return [];
  },
});

// isolated keeps a name's direction of writing to itself.
function isolated(name) { return Object.assign(document.createElement("bdi"), { textContent: name }); }

function decimals(value) {
  if (value === null) return "—";
  const size = Math.abs(value);
  return (size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toFixed(4)).replace(/-/g, "−");
}

function percent(share) {
  return share === null ? "—" : `${(100 * share).toFixed(1)} %`;
}

// probability has the digits that tell it from 0 and 1.
function probability(p) {
  if (p > 0 && p < 0.001) return p.toExponential(1).replace(/-/g, "−");
  return p > 0.999 && p < 1 ? `1 − ${(1 - p).toExponential(0).replace(/-/g, "−")}` : p.toFixed(3);
}

// four has four digits.
function four(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return (size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : String(Number(value.toPrecision(4)))).replace(/-/g, "−");
}
