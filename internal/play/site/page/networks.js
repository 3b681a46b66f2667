// Each network as a diagram: its units as small maps over the plane, its weights as lines, and at the end what it says.
import { drawMap, boundaryOf, drawBoundary, drawProbe, picture, coloursOfValues } from "./ground.js";
import { along, dashes, short, subscript } from "./drawing.js";
import { find, make } from "./page.js";
import { openEditor } from "./editor.js";
import { traceOfPoint } from "./point.js";
import { featureValues } from "./features.js";

const mostShown = 12;

/** @param {import("./page.js").Page} page */
export function addNetworks(page) {
  const section = find(".nets");
  let nets = [];
  page.lab.addEventListener("state", () => {
    const { networks } = page;
    if (nets.length !== networks.length) {
      page.drop("net-");
      nets = networks.map((_, k) => new Net(page, k));
      section.replaceChildren(...nets.map(({ element }) => element));
      section.className = `nets ${["", "one", "two"][networks.length] ?? "more"}`;
    }
    nets.forEach((net) => net.state());
  });
  page.lab.addEventListener("frame", () => { if (page.lab.frame.networks.length === nets.length) nets.forEach((net) => net.read()); });
}

class Net {
  constructor(page, k) {
    Object.assign(this, { page, k, hovered: null, cursor: null });
    const number = (name, title) => {
      const value = make("dd", {}, "–");
      this[name] = value;
      return make("div", {}, make("dt", {}, title), value);
    };
    this.title = make("h2", { dir: "auto" });
    this.rate = make("select", { "aria-label": "rate of this network", onchange: ({ target }) => page.lab.ask("rate", { network: k, factor: Number(target.value) }) },
      ...[0.1, 0.3, 1, 3, 10, 100].map((factor) => make("option", { value: String(factor), textContent: `rate ×${factor}` })));
    this.confusionButton = make("button", { type: "button", className: "small", textContent: "Matrix", title: "Confusion matrix of the test points", "aria-expanded": "false", onclick: () => this.toggleConfusion() });
    this.confusion = make("table", { hidden: true });
    this.fault = make("p", { className: "fault", hidden: true, role: "alert" });
    this.canvas = make("canvas", { className: "diagram", tabIndex: 0, role: "application" });
    this.readout = make("p", { className: "readout", dir: "auto" });
    this.element = make("article", { className: "net", "data-net": String(k) },
      make("header", {}, this.title, make("dl", {}, number("score", "accuracy"), number("loss", "loss"), number("testLoss", "test loss")),
        make("div", { className: "tools" }, this.rate, this.confusionButton, make("button", { type: "button", className: "small", textContent: "Edit", onclick: () => openEditor(page, k) }))),
      this.fault, this.confusion, make("div", { className: "plot" }, this.canvas, this.readout));
    this.plane = page.add({ name: `net-${k}`, title: "", draw: (plane, inks, ratio) => this.draw(plane, inks, ratio), says: () => this.says() }, this.canvas);
    this.listen();
  }

  state() {
    const network = this.page.networks[this.k];
    this.title.replaceChildren(make("bdi", { textContent: network.title }));
    this.page.views.get(`net-${this.k}`).title = network.title;
    const factor = network.rate_factor ?? 1;
    if (![...this.rate.options].some(({ value }) => Number(value) === factor)) this.rate.append(make("option", { value: String(factor), textContent: `rate ×${short(factor)}` }));
    this.rate.value = String(factor);
    this.rate.setAttribute("aria-label", `rate of ${network.title}`);
    const numbers = this.page.data.task === "numbers";
    this.score.previousElementSibling.textContent = numbers ? "R²" : "accuracy";
    this.confusionButton.hidden = numbers;
  }

  // read takes the numbers of a frame.
  read() {
    const net = this.page.lab.frame.networks[this.k];
    const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };
    put(this.loss, four(net.loss));
    put(this.testLoss, four(net.test_loss));
    const score = this.page.data.task === "numbers" ? four(net.test_r2 ?? null) : net.test_accuracy === null || net.test_accuracy === undefined ? "–" : `${(100 * net.test_accuracy).toFixed(1)} %`;
    put(this.score, score);
    this.fault.hidden = !net.diverged;
    if (net.diverged) put(this.fault, `${net.diverged.message} What is drawn is from before. A lower rate or a smaller scale of the data helps; Rewind begins anew.`);
    if (!this.confusion.hidden) this.fillConfusion(net);
  }

  toggleConfusion() {
    this.confusion.hidden = !this.confusion.hidden;
    this.confusionButton.setAttribute("aria-expanded", String(!this.confusion.hidden));
    if (this.page.lab.frame) this.fillConfusion(this.page.lab.frame.networks[this.k]);
  }

  fillConfusion({ confusion }) {
    const { classes } = this.page.data;
    if (!confusion) return this.confusion.replaceChildren(make("caption", { textContent: "no test points" }));
    const name = (k) => make("bdi", { textContent: classes[k] ?? k });
    this.confusion.replaceChildren(
      make("caption", { className: "aside", textContent: "Test points by their class and what the network says" }),
      make("thead", {}, make("tr", {}, make("td", {}, "is ↓ said →"), ...confusion.map((_, k) => make("th", { scope: "col" }, name(k))))),
      make("tbody", {}, ...confusion.map((row, k) => make("tr", {}, make("th", { scope: "row" }, name(k)), ...row.map((count, j) => make("td", { className: j === k ? "right-one" : "" }, String(count)))))));
  }

  // columns are what the diagram shows from left to right: inputs, hidden layers; the output is the large map.
  get columns() {
    const { widths } = this.page.networks[this.k];
    return widths.slice(0, -1).map((units, l) => ({ l, units, shown: Math.min(units, mostShown) }));
  }

  draw(plane, inks, ratio) {
    if (!plane.clear(ratio)) return;
    const { page, k } = this;
    const { frame } = page.lab;
    const { data } = page;
    const { widths, activations } = page.networks[k];
    const c = plane.context;
    const [width, height] = [plane.canvas.clientWidth, plane.canvas.clientHeight];
    const type = plane.type ?? 1;
    const top = 16 * type;
    const { columns } = this;
    const large = Math.max(Math.min(height - top - 2, width * 0.36, 460), 60);
    const [x0, x1, y0, y1] = data.domain;
    const most = Math.max(...columns.map(({ shown }) => shown));
    const pitch = (height - top - 2) / most;
    const inner = width - large - 34;
    const size = Math.max(Math.min(pitch * 0.86, 64, (inner / columns.length) * 0.62), 6);
    const left = (l) => (columns.length === 1 ? 2 : 2 + (l * (inner - size - 4)) / (columns.length - 0.4));
    const middle = (l, u) => top + (height - top - 2) * ((u + 0.5) / columns[l].shown);
    const map = [width - large - 2, Math.max(top, (height + top - large) / 2), large, large];
    const end = [map[0], map[1] + large / 2];
    this.geometry = { units: [], wires: [], map };

    const shownUnit = this.hovered?.unit;
    this.wires(c, inks, columns, (l, u) => [left(l) + size, middle(l, u)], (l, u) => (l < columns.length ? [left(l), middle(l, u)] : end), widths);
    c.fillStyle = inks.muted;
    c.textAlign = "center";
    columns.forEach(({ l, units, shown }) => {
      const words = l === 0 ? "input" : columns.length > 6 ? String(l) : `${(activations?.[l - 1] && new Set(activations).size > 1) ? activations[l - 1] : `layer ${l}`}`;
      const more = units > shown ? ` · ${shown} of ${units}` : "";
      c.textAlign = l === 0 ? "left" : "center";
      const room = (inner / columns.length) * 0.98;
      const text = c.measureText(words + more).width < room ? words + more : words;
      if (c.measureText(text).width < room) c.fillText(text, l === 0 ? left(0) : left(l) + size / 2, 11 * type);
    });
    c.textAlign = "center";
    c.fillText(shownUnit ? `layer ${shownUnit[0]}, unit ${shownUnit[1] + 1}` : "output", map[0] + large / 2, 11 * type);

    columns.forEach(({ l, shown }) => {
      const codes = l === 0 ? null : frame.get(`${k}/units/${l}`);
      const ranges = l === 0 ? null : frame.get(`${k}/units/${l}/range`)?.values;
      const common = ranges && this.commonRange(l, ranges, frame);
      for (let u = 0; u < shown; u++) {
        const box = [left(l), middle(l, u) - size / 2, size, size];
        this.geometry.units.push({ l, u, box });
        this.unitPicture(c, l, u, box, codes, ranges, common, inks);
        const on = this.cursor && this.cursor[0] === l && this.cursor[1] === u && document.activeElement === this.canvas;
        c.strokeStyle = on || (shownUnit && shownUnit[0] === l && shownUnit[1] === u) ? inks.text : inks.spine;
        c.lineWidth = on ? 2.5 : 1;
        c.strokeRect(...box);
        if (l === 0 && shown <= 8 && pitch * (most / shown) > size + 16 * type) {
          c.fillStyle = inks.muted;
          c.textAlign = "left";
          c.fillText(inputName(page, u), box[0], box[1] + size + 12 * type);
        }
        if (size >= 18) {
          c.fillStyle = inks.text;
          const [px, py] = [along(page.point[0], [x0, x1]), 1 - along(page.point[1], [y0, y1])];
          dot(c, box[0] + px * size, box[1] + py * size, Math.min(2.6, size / 10), inks);
        }
      }
    });

    if (shownUnit) {
      const [l, u] = shownUnit;
      this.unitPicture(c, l, u, map, frame.get(`${k}/units/${l}`), frame.get(`${k}/units/${l}/range`)?.values, null, inks);
    } else {
      c.fillStyle = inks.panel;
      c.fillRect(...map);
      drawMap(c, frame, k, data.task, inks, map, page.choices.discrete === "1");
      drawBoundary(c, boundaryOf(frame, k, data.task), map, inks.nets[k], inks.rim, page.networks.length > 2 ? dashes[k % dashes.length] : []);
    }
    const at = (row) => [map[0] + along(row[0], [x0, x1]) * large, map[1] + (1 - along(row[1], [y0, y1])) * large];
    const radius = Math.min(Math.max(large / 95, 1.9), 4) * (data.test.length > 300 ? 0.75 : 1);
    c.save();
    c.beginPath();
    c.rect(...map);
    c.clip();
    page.clouds.solid.draw(c, (i) => at(data.test[i]), inks, radius);
    if (page.hovered !== null && data.test[page.hovered]) dot(c, ...at(data.test[page.hovered]), 6, inks);
    drawProbe(c, ...at(page.point), inks, 7);
    c.restore();
    c.strokeStyle = inks.spine;
    c.lineWidth = 1;
    c.strokeRect(...map);
  }

  // wires draws the weights, the wider the larger within a layer, grey and dashed where negative.
  wires(c, inks, columns, from, to, widths) {
    const { frame } = this.page.lab;
    for (let l = 1; l < widths.length; l++) {
      const grid = frame.get(`${this.k}/weights/${l}`);
      if (!grid) continue;
      const [fanIn, fanOut] = grid.shape;
      const shown = [columns[l - 1].shown, l < columns.length ? columns[l].shown : Math.min(fanOut, 1)];
      let most = 0;
      for (let i = 0; i < shown[0]; i++) for (let u = 0; u < shown[1]; u++) most = Math.max(most, Math.abs(grid.values[i * fanOut + u]));
      if (fanIn !== widths[l - 1]) continue;
      for (let i = 0; i < shown[0]; i++) {
        for (let u = 0; u < shown[1]; u++) {
          const w = grid.values[i * fanOut + u];
          const part = most > 0 ? Math.abs(w) / most : 0;
          const [a, b] = [from(l - 1, i), to(l, u)];
          this.geometry.wires.push({ l, i, u, w, a, b });
          if (!(part >= 0.02)) continue;
          const on = this.hovered?.wire && this.hovered.wire.l === l && this.hovered.wire.i === i && this.hovered.wire.u === u;
          const dim = this.hovered?.unit && !((this.hovered.unit[0] === l && this.hovered.unit[1] === u) || (this.hovered.unit[0] === l - 1 && this.hovered.unit[1] === i));
          const half = (a[0] + b[0]) / 2;
          c.beginPath();
          c.moveTo(...a);
          c.bezierCurveTo(half, a[1], half, b[1], ...b);
          c.strokeStyle = on ? inks.text : w < 0 ? inks.muted : inks.nets[this.k];
          c.setLineDash(w < 0 ? [5, 3] : []);
          c.lineWidth = (on ? 1.2 : 0.4) + 3.6 * part;
          c.globalAlpha = dim ? 0.12 : 0.22 + 0.7 * part;
          c.stroke();
        }
      }
    }
    c.globalAlpha = 1;
    c.setLineDash([]);
  }

  // commonRange is that of a unit's colours: null for its own, or of all units of the layer, or of all layers.
  commonRange(l, ranges, frame) {
    const { scale } = this.page.choices;
    if (scale === "own") return rangeOver([ranges]);
    const nets = scale === "network" ? [this.k] : this.page.networks.map((_, n) => n);
    return rangeOver(nets.flatMap((n) => this.page.networks[n].widths.slice(1, -1).map((_, j) => frame.get(`${n}/units/${j + 1}/range`)?.values).filter(Boolean)));
  }

  unitPicture(c, l, u, box, codes, ranges, common, inks) {
    c.fillStyle = inks.panel;
    c.fillRect(...box);
    c.imageSmoothingQuality = "high";
    if (l === 0) {
      const values = featureValues(this.page, u);
      if (values) c.drawImage(picture(values, 24, 24, coloursOfValues([0, 1], [0, 1], inks), `input${u}`), ...box);
      return;
    }
    if (!codes) return;
    const [, rows, columns] = codes.shape;
    const range = [ranges[2 * u], ranges[2 * u + 1]];
    const part = codes.values.subarray(u * rows * columns, (u + 1) * rows * columns);
    c.drawImage(picture(part, columns, rows, coloursOfValues(range, common ?? range, inks), `unit`), ...box);
  }

  listen() {
    const { canvas, page, k } = this;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const inside = ([x, y], [left, top, width, height]) => x >= left && x <= left + width && y >= top && y <= top + height;
    const hit = (place) => {
      if (!this.geometry) return null;
      if (inside(place, this.geometry.map)) return { map: true };
      const unit = this.geometry.units.find(({ box }) => inside(place, box));
      if (unit) return { unit: [unit.l, unit.u] };
      let [found, least] = [null, 6];
      for (const wire of this.geometry.wires) {
        const distance = wireDistance(wire, place);
        if (distance < least) [found, least] = [wire, distance];
      }
      return found && { wire: found };
    };
    const toData = ([x, y]) => {
      const [left, top, width, height] = this.geometry.map;
      const [x0, x1, y0, y1] = page.data.domain;
      return [x0 + ((x1 - x0) * (x - left)) / width, y1 - ((y1 - y0) * (y - top)) / height];
    };
    let dragging = false;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const found = hit(at(event));
      if (found?.map) {
        dragging = true;
        canvas.setPointerCapture(event.pointerId);
        page.choose(toData(at(event)));
      } else if (found?.wire) openEditor(page, k, found.wire.l, found.wire.i, found.wire.u);
      else if (found?.unit && found.unit[0] > 0) openEditor(page, k, found.unit[0], -1, found.unit[1]);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (dragging) return page.choose(toData(at(event)));
      const found = hit(at(event));
      canvas.style.cursor = found?.map ? "crosshair" : found ? "pointer" : "default";
      this.hover(found?.map || (found?.unit && found.unit[0] === 0) ? null : found);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { dragging = false; });
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("focus", () => { this.cursor ??= [1, 0]; this.tell(); page.redraw(); });
    canvas.addEventListener("blur", () => { this.hover(null); page.redraw(); });
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const { columns } = this;
      if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        event.stopPropagation();
        const l = Math.min(Math.max(this.cursor[0] + step[0], 1), columns.length - 1);
        if (columns.length > 1) this.cursor = [l, Math.min(Math.max(this.cursor[1] + step[1], 0), columns[l].shown - 1)];
        this.tell();
        this.hover({ unit: this.cursor });
      } else if (event.key === "Enter") {
        event.preventDefault();
        openEditor(page, k, Math.min(this.cursor[0], columns.length), 0, this.cursor[1]);
      }
    });
  }

  tell() { find("#heard").textContent = `layer ${this.cursor[0]}, unit ${this.cursor[1] + 1}. Enter edits its weights.`; }

  hover(found) {
    const name = JSON.stringify(found?.unit ?? (found?.wire && [found.wire.l, found.wire.i, found.wire.u]) ?? null);
    if (name === this.hoveredName) return;
    this.hoveredName = name;
    this.hovered = found;
    const { page, k } = this;
    let words = "";
    if (found?.wire) {
      const { l, i, u } = found.wire;
      const to = l === page.networks[k].widths.length - 1 ? "output" : `unit ${u + 1}`;
      words = `weight ${page.lab.frame.get(`${k}/weights/${l}`).values[i * page.lab.frame.get(`${k}/weights/${l}`).shape[1] + u].toFixed(3)} from ${l === 1 ? inputName(page, i) : `unit ${i + 1}`} to ${to} of layer ${l}: click to edit`.replace("-", "−");
    } else if (found?.unit) {
      const trace = traceOfPoint(page, k);
      const value = trace?.post?.[found.unit[0] - 1]?.[found.unit[1]];
      words = `layer ${found.unit[0]}, unit ${found.unit[1] + 1}${value === undefined ? "" : `: a${subscript(found.unit[0])} = ${short(value)} at my point`}`;
    }
    this.readout.textContent = words;
    page.redraw();
  }

  says() {
    const { page, k } = this;
    const { title, widths } = page.networks[k];
    return `${title}: a network of ${widths.join(", ")} units; ${this.score.previousElementSibling.textContent} ${this.score.textContent}, loss ${this.loss.textContent}. Arrow keys go from unit to unit, Enter edits weights.`;
  }
}

export function inputName(page, i) {
  const { settings, options } = page.lab.state;
  const features = settings.features;
  const name = Array.isArray(features) && features.length > 0 ? features[i] : page.data.columns[i];
  return options.features?.find((f) => (f.name ?? f) === name)?.title ?? name ?? `input ${i + 1}`;
}

function rangeOver(all) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const values of all) for (const v of values) if (Number.isFinite(v)) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
  return lo <= hi ? [lo, hi] : [0, 0];
}

function dot(c, x, y, radius, inks) {
  for (const [ink, width] of [[inks.rim, 3], [inks.text, 1.4]]) {
    c.strokeStyle = ink;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    c.stroke();
  }
}

// wireDistance is how far a place is from a wire, in px.
function wireDistance({ a, b }, [x, y]) {
  if (x < a[0] || x > b[0]) return Infinity;
  const half = (a[0] + b[0]) / 2;
  let least = Infinity;
  for (let s = 0; s <= 16; s++) {
    const t = s / 16;
    const [p, q, r, o] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t ** 3];
    least = Math.min(least, Math.hypot(p * a[0] + (q + r) * half + o * b[0] - x, (p + q) * a[1] + (r + o) * b[1] - y));
  }
  return least;
}

function four(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return (Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(1) : value.toFixed(4)).replace(/-/g, "−");
}
