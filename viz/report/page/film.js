// Film moves all pictures of the page through the snapshots together, and shows in all of them the point that is chosen.
class Film {
  constructor(film, section) {
    const find = (selector) => section.querySelector(selector);
    Object.assign(this, { film, section, find });
    this.slider = find(".slider");
    this.button = find(".play");
    const nodes = () => (this.nodes ??= lifted(film, nodePlaces(film)));
    const rows = (selector) => [...section.querySelectorAll(selector)];
    const [spaces, diagrams] = [rows(".hidden-spaces .row"), rows(".diagrams .row")];
    this.nets = rows(".net").map((element, n) => ({
      element,
      data: film.nets[n],
      seen: new Evaluated(film, film.nets[n], nodes),
      boundary: new Plane(element.querySelector(".boundary")),
      layers: film.nets[n].layers.map((layer, l) => ({
        layer,
        plane: new Plane(spaces.find((row) => row.classList.contains(`net${n}`)).querySelectorAll(".layer")[l]),
        axes: spaces.find((row) => row.classList.contains(`net${n}`)).querySelectorAll(".axes")[l],
        space: film.computed ? new HiddenSpace(layer, film.nets[n].model.layers[layer.layer - 1].units) : storedSpace(layer),
      })),
      diagram: diagrams[n] && new Plane(diagrams[n].querySelector(".diagram")),
    }));
    this.losses = new Plane(find(".losses"));
    this.trace = new Plane(find(".trace"));
    this.pairs = new Plane(find(".pairs"));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.choice = new Choice(film, this.firstPoint());
    this.hovered = -1;
    this.printing = false;
    this.timer = 0;
    this.frame = 0;
  }

  start() {
    this.slider.max = String(this.last);
    this.slider.addEventListener("input", () => { this.pause(); this.show(this.slider.valueAsNumber); });
    this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    document.addEventListener("keydown", (event) => this.key(event));
    this.dark.addEventListener("change", () => this.redraw());
    addEventListener("resize", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.section.querySelector(".nets"));
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
    addEventListener("hashchange", () => this.open());
    this.fillLists();
    this.listen();
    this.section.querySelector(".film").hidden = false;
    this.section.film = this; // for whoever asks at the browser's console
    this.open();
  }

  // open shows what the address says.
  open() {
    this.choice.read(location.hash);
    const { axes, scale, snapshot } = this.choice;
    if (this.find(".axes-of")) {
      this.find(".axes-of").value = axes === "principal" ? axes : "units";
      if (axes !== "principal") [this.find(".unit-x").value, this.find(".unit-y").value] = axes.map(String);
      this.find(".scale-of").value = scale;
      this.showUnits();
    }
    this.see();
    this.show(snapshot);
  }

  get last() { return this.film.epochs.length - 1; }
  get snapshot() { return this.printing ? this.last : this.slider.valueAsNumber; }
  get point() { return this.hovered >= 0 ? this.hovered : this.choice.place ? -1 : this.choice.point; }

  // firstPoint is the one that the page opens with: the first that a network has wrong in the end.
  firstPoint() {
    for (let i = 0; i < this.film.count; i++) if (this.film.nets.some((net) => net.wrongAt(this.last)?.[i])) return i;
    return this.film.count > 0 ? 0 : -1;
  }

  // at is where the chosen point, or place, is in the plane.
  get at() {
    const { film, point, choice } = this;
    return point >= 0 ? [film.points[2 * point], film.points[2 * point + 1]] : choice.place ?? [NaN, NaN];
  }

  // inputs are what networks read there, null where the page does not know.
  get inputs() {
    const { film, point } = this;
    if (!film.read || !Number.isFinite(this.at[0])) return null;
    return point >= 0 ? film.read.subarray(point * film.inputs, (point + 1) * film.inputs) : lifted(film, [this.at]);
  }

  // show goes to a snapshot: words at once, pictures with the next frame of the screen.
  show(snapshot) {
    this.slider.value = String(Math.min(Math.max(snapshot, 0), this.last));
    this.choice.snapshot = this.slider.valueAsNumber;
    this.describe();
    this.redraw();
    this.remember();
  }

  // choose takes a test point, or a place in the plane, and says so to those who do not see it.
  choose(point, place = null) {
    if (place) this.choice.place = place;
    else if (point >= 0) Object.assign(this.choice, { point, place: null });
    this.hovered = -1;
    this.describe();
    this.redraw();
    this.remember();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.find(".heard").textContent = `${this.pointName()}: ${this.nets.map((net) => `${net.data.label} ${this.says(net).words}`).join("; ")}`; }, 600);
  }

  // remember keeps what is chosen in the address, once it rests.
  remember() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      const { address } = this.choice;
      const old = location.hash;
      if (this.timer || old === address || (!address && !old.includes("="))) return;
      history.replaceState(null, "", address || location.pathname + location.search);
    }, 250);
  }

  // see computes the hidden spaces of all snapshots in the coordinates that are chosen.
  see() {
    const { film, nets, choice } = this;
    if (!film.computed) return;
    for (const { layers } of nets) for (const { space } of layers) space.see(choice.axes);
    for (const net of nets) {
      const decides = [];
      for (let s = this.last; s >= 0; s--) {
        const flow = net.seen.flow(s, film.read, film.count);
        for (const { layer, space } of net.layers) space.take(s, flow.post[layer.layer - 1]);
        if (!net.decides) for (let i = 0; i < film.count; i++) decides.push(net.seen.outcome(flow, i).decides);
      }
      net.decides ??= rangeOf(decides);
    }
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  play() {
    if (this.snapshot === this.last) this.show(0);
    const step = () => {
      this.show(this.snapshot + 1);
      if (this.snapshot === this.last) this.pause();
      else this.timer = setTimeout(step, this.pace);
    };
    this.timer = setTimeout(step, this.pace);
    this.button.textContent = "Pause";
  }

  // pace is the time of a snapshot in milliseconds; readers who ask for less motion get single pictures.
  get pace() { return this.calm.matches ? 1500 : 150; }

  pause() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.button.textContent = "Play";
    this.remember();
  }

  print(on) {
    this.printing = on;
    this.describe();
    this.draw();
  }

  get inks() {
    return this.dark.matches && !this.printing ? this.film.dark : this.film.light;
  }

  draw() {
    const { film, snapshot: s, inks, point } = this;
    const ratio = this.printing ? 3 : devicePixelRatio || 1;
    drawLosses(this.losses, film, (k) => 8 + ((this.losses.canvas.clientWidth - 16) * k) / Math.max(this.last, 1), inks, ratio);
    this.nets.forEach((net, n) => {
      const { data, boundary, seen } = net;
      if (boundary.begin(film.x, film.y, inks, ratio)) {
        drawGround(boundary, groundOf(film, seen.field(s), inks), film.nodes, inks, inks.nets[n]);
        drawPoints(boundary, film, (i) => [boundary.x(film.points[2 * i]), boundary.y(film.points[2 * i + 1])], inks, data.wrongAt(s));
        drawChosen(boundary, film, point, [boundary.x(this.at[0]), boundary.y(this.at[1])], inks);
        boundary.end(inks);
      }
      const flow = seen.flow(s, this.inputs, 1);
      for (const { layer, plane, space } of net.layers) {
        const [xRange, yRange] = this.rangesOf(net, space);
        if (!plane.begin(padded(xRange), padded(yRange), inks, ratio)) continue;
        drawPoints(plane, film, (i) => [plane.x(space.coordinate(s, i, 0)), plane.y(space.coordinate(s, i, 1))], inks);
        let at = null;
        if (point >= 0) at = [space.coordinate(s, point, 0), space.coordinate(s, point, 1)];
        else if (flow && film.computed) at = space.project(s, flow.post[layer.layer - 1]);
        if (at) drawChosen(plane, film, point, [plane.x(at[0]), plane.y(at[1])], inks);
        plane.end(inks);
      }
      if (net.diagram) this.drawUnits(net, flow, inks, inks.nets[n], ratio);
    });
    this.drawViews(inks, ratio);
  }

  // rangesOf are the ranges of a hidden space's coordinates: its own, those of its network, or those of all.
  rangesOf(net, space) {
    if (this.choice.scale === "own") return space.ranges;
    const spaces = (this.choice.scale === "network" ? [net] : this.nets).flatMap(({ layers }) => layers.map((each) => each.space));
    return [0, 1].map((axis) => rangeOf(spaces.flatMap(({ ranges }) => ranges[axis])));
  }

  drawUnits({ seen, data, diagram }, flow, inks, plus, ratio) {
    const { film, snapshot: s } = this;
    const [all, values] = [seen.ofNodes(s), data.values(s)];
    const { model } = data;
    diagram.canvas.style.height = `${diagramHeight(model)}px`;
    if (!all) {
      drawMessage(diagram, "This page can compute the network at the last epoch only.", inks, ratio);
      return;
    }
    const layerRange = all.post.map(rangeOf);
    const hidden = layerRange.slice(0, -1).flat();
    const columns = [{ values: this.nodes, units: model.inputs, names: { column: "input" }, range: rangeOf(this.nodes), chosen: this.inputs }];
    model.layers.forEach(({ units, steps }, l) => {
      const output = l + 1 === model.layers.length;
      columns.push({
        values: all.post[l], units, names: { column: output ? "output" : `layer ${l + 1}` },
        range: output || this.choice.scale === "own" ? layerRange[l] : rangeOf(hidden),
        chosen: flow?.post[l],
        weight: (i, u) => values[steps[0].at[0] + i * units + u],
      });
    });
    const at = Number.isFinite(this.at[0]) ? [along(this.at[0], film.x), along(this.at[1], film.y)] : null;
    drawDiagram(diagram, film, columns, at, { ...inks, plus, minus: inks.muted }, ratio);
  }

  drawViews(inks, ratio) {
    const { film, nets, snapshot: s, point } = this;
    const flows = nets.map(({ seen }) => seen.flow(s, this.inputs, 1));
    if (flows.some((flow) => !flow)) {
      const why = !this.inputs ? "Choose a test point." : nets.some(({ data }) => !data.model) ? "This page cannot compute the networks." : "This page can compute the networks at the last epoch only.";
      drawMessage(this.trace, why, inks, ratio);
      drawMessage(this.pairs, why, inks, ratio);
      return;
    }
    const all = nets.flatMap(({ seen }) => film.epochs.flatMap((_, k) => {
      const flow = seen.flow(k, this.inputs, 1);
      return flow ? traceOf(flow, 0) : [];
    })).filter((v) => v > 0 && Number.isFinite(v));
    const range = rangeOf(all);
    drawTrace(this.trace, flows.map((flow) => traceOf(flow, 0)), range[1] > 0 ? range : [0.1, 1], film.nets, inks, ratio);
    const pairs = nets.map((net) => this.pairsOf(net));
    if (pairs.every(({ points }) => points.length === 0)) {
      drawMessage(this.pairs, "Distances to the decision boundary are known at the last epoch only.", inks, ratio);
      return;
    }
    const span = Math.hypot(film.x[1] - film.x[0], film.y[1] - film.y[0]) / 4;
    const signed = film.kind === undefined;
    const x = film.kind === "values" ? film.range : rangeOf([signed ? -span : 0, span, ...pairs.flatMap(({ points }) => points.map(([v]) => v))]);
    const y = rangeOf([...nets.flatMap(({ decides }) => decides ?? []), ...pairs.flatMap(({ points }) => points.map(([, v]) => v))]);
    drawPairs(this.pairs, pairs, point, [x, y], this.pairNames, inks, ratio);
  }

  get pairNames() {
    switch (this.film.kind) {
      case "values": return [`true ${this.film.value}`, "predicted"];
      case "classes": return ["distance to the boundary", this.film.scores ? "lead of the score" : "lead of the logit"];
    }
    return ["distance to the boundary, by side", "logit z"];
  }

  // pairsOf are, of each test point and of the chosen place, its distance to the boundary and what decides its class, or the
  // true number and the predicted one.
  pairsOf({ seen, data }) {
    const { film, snapshot: s } = this;
    const flow = seen.ofPoints(s);
    if (!flow) return { points: [] };
    const outcomes = Array.from({ length: film.count }, (_, i) => seen.outcome(flow, i));
    if (film.kind === "values") {
      const [lo, hi] = film.range;
      return { points: outcomes.map(({ decides }, i) => [lo + film.values[i] * (hi - lo), decides]) };
    }
    const side = ({ decides }) => (film.kind === undefined && decides < 0 ? -1 : 1);
    const places = Array.from({ length: film.count }, (_, i) => [film.points[2 * i], film.points[2 * i + 1]]);
    const distances = seen.kept("distances", s, () => seen.distances(s, places)) ?? (s === this.last ? data.distances?.map((d) => d ?? NaN) : null);
    if (!distances) return { points: [] };
    const pairs = { points: outcomes.map((outcome, i) => [side(outcome) * distances[i], outcome.decides]) };
    if (this.point < 0 && this.inputs) {
      const outcome = seen.outcome(seen.flow(s, this.inputs, 1), 0);
      const [distance] = seen.distances(s, [this.at]) ?? [NaN];
      pairs.place = [side(outcome) * distance, outcome.decides];
    }
    return pairs;
  }
}

// storedSpace is a hidden space whose coordinates the page has stored.
function storedSpace(layer) {
  return { coordinate: layer.coordinate, ranges: [layer.x, layer.y], names: () => layer.axes };
}
