// The page: what all views share. A view has a canvas and draws itself from the laboratory's state and frame.
import { Plane } from "./drawing.js";
import * as inks from "./inks.js";
import { Laboratory, coloursOf } from "./laboratory.js";
import { pageChoices, read, write } from "./address.js";
import { Cloud } from "./ground.js";

/**
 * @typedef {object} View
 * @property {string} name @property {string} title
 * @property {Plane} plane
 * @property {(plane: Plane, inks: any, ratio: number) => void} draw
 * @property {() => string} says what the view shows, in words
 */

export const find = (selector, within = document) => within.querySelector(selector);

/** make gives an element with properties and children; names that begin with "on" are listened to, others with "-" are attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role" || key === "for" || key === "list" || key === "popovertarget") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export class Page {
  constructor() {
    this.lab = new Laboratory();
    /** @type {Map<string, View>} */
    this.views = new Map();
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.choices = Object.fromEntries(Object.entries(pageChoices).map(([key, [first]]) => [key, first]));
    this.units = [0, 1];
    this.point = null; // the place that is dragged, in the data's units
    this.hovered = null; // a point of the test that the pointer is on in some view
    this.dragged = false; // the core's trace is older than the point
    const redraw = () => this.redraw();
    this.dark.addEventListener("change", () => { this.paint(); redraw(); });
    addEventListener("resize", redraw);
    new ResizeObserver(redraw).observe(document.getElementById("stage"));
    this.lab.addEventListener("frame", () => {
      if (!this.dragged && this.lab.frame.point) this.point = [...this.lab.frame.point];
      redraw();
    });
    this.lab.addEventListener("state", ({ detail }) => this.state(detail.first));
    addEventListener("hashchange", () => { if (location.hash !== this.written) this.open(); });
  }

  /** add takes a view in. @param {Omit<View, "plane">} view */
  add(view, canvas) {
    const plane = new Plane(canvas);
    this.views.set(view.name, { ...view, plane });
    this.watch ??= new ResizeObserver(() => this.redraw());
    this.watch.observe(canvas);
    return plane;
  }

  /** drop forgets views whose names begin so. */
  drop(prefix) {
    for (const [name, { plane }] of this.views) {
      if (!name.startsWith(prefix)) continue;
      this.watch?.unobserve(plane.canvas);
      this.views.delete(name);
    }
  }

  get inks() {
    const theme = this.dark.matches ? inks.dark : inks.light;
    theme.nets = coloursOf((this.lab.state?.networks ?? []).map(({ name }) => name), theme);
    return theme;
  }

  get data() { return this.lab.state.data; }
  get networks() { return this.lab.state.networks; }
  get ratio() { return devicePixelRatio || 1; }
  get type() { return this.choices.lecture === "1" ? 1.35 : Math.max(1, innerWidth / 2100); }

  state(first) {
    const { data, version } = this.lab.state;
    if (this.dataOf !== JSON.stringify([data.columns, data.classes]) || this.version !== version) {
      this.clouds = { train: new Cloud(data.train, data.train_labels, data, false), test: new Cloud(data.test, data.test_labels, data, true) };
      this.clouds.solid = new Cloud(data.test, data.test_labels, data, false);
      this.dataOf = JSON.stringify([data.columns, data.classes]);
      this.version = version;
    }
    const [x0, x1, y0, y1] = data.domain;
    if (!this.point || this.point[0] < x0 || this.point[0] > x1 || this.point[1] < y0 || this.point[1] > y1) this.point = [(x0 + x1) / 2, (y0 + y1) / 2];
    if (first) this.open(this.lab.welcomed?.resumed);
    else this.remember();
    this.paint();
    this.redraw();
  }

  /** open does what the address says; of a laboratory that goes on, only what concerns the page. */
  open(resumed = false) {
    const said = read(location.hash, this.lab.state.settings);
    this.lab.notice("address", said?.refused ?? "", true);
    if (!said || said.refused) return this.remember();
    for (const [key, value] of Object.entries(said.choices)) this.choices[key] = value;
    for (const key of Object.keys(pageChoices)) said.choices[key] ?? (this.choices[key] = pageChoices[key][0]);
    this.chosen();
    if (resumed) return this.remember();
    const { settings } = this.lab.state;
    const changed = Object.fromEntries(Object.entries(said.settings).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(settings[key])));
    const rates = () => said.rates?.forEach((factor, network) => { if (network < this.networks.length && factor !== this.networks[network].rate_factor) this.lab.ask("rate", { network, factor }); });
    if (Object.keys(changed).length === 0) return rates();
    this.lab.set(changed).then((reply) => {
      if (!reply.ok && reply.error) this.lab.notice("address", `The settings in the address are not taken: ${reply.error.message}`, true);
      else rates();
      this.remember();
    });
  }

  /** remember writes the address, once it rests. */
  remember() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      const { settings, networks } = this.lab.state;
      this.written = write(settings, this.choices, networks.map(({ rate_factor: factor }) => factor ?? 1));
      if (location.hash !== this.written) history.replaceState(null, "", this.written);
    }, 200);
  }

  /** prefer changes what the page remembers. */
  prefer(key, value) {
    this.choices[key] = value;
    this.chosen();
    this.remember();
    this.redraw();
  }

  /** chosen is called after such a change; views add to it. */
  chosen() { for (const heed of this.heeding ?? []) heed(); this.redraw(); }
  heed(listener) { (this.heeding ??= []).push(listener); }

  /** choose moves the point to a place. */
  choose(place, tell = true) {
    const [x0, x1, y0, y1] = this.data.domain;
    this.point = [Math.min(Math.max(place[0], x0), x1), Math.min(Math.max(place[1], y0), y1)];
    this.dragged = true;
    this.redraw();
    if (this.telling || !this.lab.link) return;
    // One message for each picture of the screen is enough.
    this.telling = requestAnimationFrame(() => {
      this.telling = 0;
      const at = this.point;
      this.lab.ask("point", { at }).then(() => { if (at === this.point) this.dragged = false; });
    });
    if (tell) this.pointed?.();
  }

  /** paint gives the networks' colours to what is not drawn on a canvas. */
  paint() {
    this.inks.nets.forEach((colour, k) => {
      for (const element of document.querySelectorAll(`[data-net="${k}"]`)) element.style.setProperty("--net", colour);
    });
  }

  redraw() {
    this.due ||= requestAnimationFrame((time) => { this.due = 0; this.draw(time); });
  }

  draw() {
    if (!this.lab.state || !this.lab.frame) return;
    const started = performance.now();
    this.before?.();
    const { inks, ratio } = this;
    for (const view of this.views.values()) {
      view.plane.type = this.type;
      // A frame of before a change of the networks does not fit; the next one will.
      try { view.draw(view.plane, inks, ratio); } catch (fault) { this.fault(view, fault); }
    }
    this.after?.();
    this.lab.drawn();
    this.took = performance.now() - started;
  }

  fault(view, fault) {
    if (this.lab.frame.version === this.lab.state.version) console.error(view.name, fault);
  }
}
