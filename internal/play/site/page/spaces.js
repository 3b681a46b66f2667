// Hidden spaces: what the networks make of the test points in a layer, in two coordinates.
import { HiddenSpace, padded, rangeOf } from "./drawing.js";
import { find, make } from "./page.js";
import { drawProbe } from "./ground.js";
import { ring } from "./map.js";
import { traceOfPoint } from "./point.js";

const mostPlanes = 6;

/** @param {import("./page.js").Page} page */
export function addSpaces(page) {
  const rows = find(".spaces .rows");
  let planes = [];
  let shape = "";
  const chosen = { layer: "all", units: page.units };

  const rebuild = () => {
    const depths = page.networks.map(({ widths }) => widths.length - 2);
    const now = JSON.stringify([page.networks.map(({ widths, name }) => [widths, name]), chosen.layer]);
    if (now === shape) return;
    shape = now;
    const deepest = Math.max(0, ...depths);
    const layer = find("#space-layer");
    const room = Math.max(1, Math.floor(mostPlanes / page.networks.length));
    if (chosen.layer !== "all" && Number(chosen.layer) > deepest) chosen.layer = "all";
    layer.replaceChildren(make("option", { value: "all", textContent: deepest > room ? "the last" : "all" }), ...Array.from({ length: deepest }, (_, l) => make("option", { value: String(l + 1), textContent: String(l + 1) })));
    layer.value = chosen.layer;
    const most = Math.max(1, ...page.networks.flatMap(({ widths }) => widths.slice(1, -1)));
    for (const [id, at] of [["#space-x", 0], ["#space-y", 1]]) {
      find(id).replaceChildren(...Array.from({ length: most }, (_, u) => make("option", { value: String(u), textContent: String(u + 1) })));
      find(id).value = String((page.units[at] = Math.min(page.units[at], most - 1)));
    }
    page.drop("space-");
    planes = page.networks.flatMap(({ title, widths }, k) => {
      const layers = Array.from({ length: widths.length - 2 }, (_, l) => l + 1);
      const shown = chosen.layer === "all" ? layers.slice(-room) : layers.filter((l) => l === Math.min(Number(chosen.layer), layers.length));
      return shown.map((l) => new SpacePlane(page, k, l, widths[l], title));
    });
    rows.replaceChildren(...planes.map(({ element }) => element));
    page.paint();
  };
  page.lab.addEventListener("state", rebuild);
  page.before = () => { for (const plane of planes) plane.take(); };
  page.spacePlanes = () => planes;

  const axes = () => {
    find("#space-axes").value = page.choices.axes;
    find("#scale").value = page.choices.scale;
    for (const label of document.querySelectorAll(".of-units")) label.hidden = page.choices.axes !== "units";
    for (const plane of planes) plane.space.frames[1] = undefined;
  };
  find("#space-axes").addEventListener("change", ({ target }) => page.prefer("axes", target.value));
  find("#scale").addEventListener("change", ({ target }) => page.prefer("scale", target.value));
  find("#space-layer").addEventListener("change", ({ target }) => { chosen.layer = target.value; rebuild(); page.redraw(); });
  for (const [id, at] of [["#space-x", 0], ["#space-y", 1]]) find(id).addEventListener("change", ({ target }) => { page.units[at] = Number(target.value); page.redraw(); });
  page.heed(axes);
  axes();
}

class SpacePlane {
  constructor(page, k, layer, units, title) {
    Object.assign(this, { page, k, layer, units });
    this.space = new HiddenSpace(layer, units);
    this.space.see([0, Math.min(1, units - 1)]);
    this.canvas = make("canvas", { role: "img" });
    this.caption = make("span", { dir: "auto" });
    this.element = make("figure", { "data-net": String(k) }, make("figcaption", {}, this.caption), this.canvas);
    this.plane = page.add({ name: `space-${k}-${layer}`, title: `${title}, hidden space of layer ${layer}`, draw: (plane, inks, ratio) => this.draw(plane, inks, ratio), says: () => this.says() }, this.canvas);
    this.canvas.addEventListener("pointermove", (event) => {
      if (!this.plane.width || !this.taken) return;
      const i = this.plane.nearest(event.clientX, event.clientY, this.taken, (r) => [this.space.coordinate(0, r, 0), this.space.coordinate(0, r, 1)], 10);
      const hovered = i >= 0 ? i : null;
      if (hovered === page.hovered) return;
      page.hovered = hovered;
      page.redraw();
    });
    this.canvas.addEventListener("pointerdown", () => { if (page.hovered !== null) page.choose(page.data.test[page.hovered]); });
    this.canvas.addEventListener("pointerleave", () => { page.hovered = null; page.redraw(); });
  }

  // take projects the frame's points; axes keep their direction from frame to frame.
  take() {
    const { space, page } = this;
    const hidden = page.lab.frame.get(`${this.k}/hidden/${this.layer}`);
    if (!hidden || hidden.shape[1] !== this.units) return;
    const axes = page.choices.axes === "principal" ? "principal" : page.units.map((u) => Math.min(u, this.units - 1));
    const key = `${axes} ${page.lab.frame.version}`;
    if (this.values === hidden.values && this.key === key) return;
    const before = this.key === key ? space.frames[0] : undefined;
    Object.assign(this, { values: hidden.values, key });
    space.see(axes);
    space.frames[1] = before;
    space.take(0, hidden.values);
    this.taken = hidden.shape[0];
  }

  get ranges() {
    const { scale } = this.page.choices;
    if (scale === "own") return this.space.ranges;
    const same = this.page.spacePlanes().filter(({ k, taken }) => taken && (scale === "all" || k === this.k));
    return [0, 1].map((axis) => rangeOf(same.flatMap(({ space }) => space.ranges[axis])));
  }

  draw(plane, inks, ratio) {
    if (!this.taken) return;
    const { page, space } = this;
    const { data } = page;
    const [xRange, yRange] = this.ranges;
    if (!plane.begin(padded(xRange), padded(yRange), inks, ratio)) return;
    const c = plane.context;
    const at = (i) => [plane.x(space.coordinate(0, i, 0)), plane.y(space.coordinate(0, i, 1))];
    const count = Math.min(this.taken, data.test.length);
    plane.clipped(() => {
      const cloud = page.clouds.solid;
      const all = cloud.count;
      cloud.count = count;
      cloud.draw(c, at, inks, count > 250 ? 1.9 : 2.5);
      cloud.count = all;
      if (page.hovered !== null && page.hovered < count) ring(c, ...at(page.hovered), inks);
      const post = traceOfPoint(page, this.k)?.post?.[this.layer - 1];
      if (post && post.length === this.units) {
        const [x, y] = space.project(0, Array.from(post));
        drawProbe(c, plane.x(x), plane.y(y), inks, 6);
      }
    });
    plane.end(inks);
    const [x, y] = space.names(0);
    const short = (name) => name.replace(/^axis \d+ \((.*)\)$/, "$1");
    const words = `layer ${this.layer} → ${short(x)} ↑ ${short(y)}`;
    if (this.caption.textContent !== words) this.caption.textContent = words;
  }

  says() {
    if (!this.taken) return "Nothing yet.";
    return `${this.taken} test points as ${this.page.networks[this.k].title} has them in layer ${this.layer}: ${this.space.names(0).join(" and ")}.`;
  }
}
