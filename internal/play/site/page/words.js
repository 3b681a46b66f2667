// Words beside the pictures: the answer, notices, the legend, and what readers hear who do not see the page.
import { find, make } from "./page.js";
import { outlines } from "./inks.js";

/** @param {import("./page.js").Page} page */
export function addWords(page) {
  const heard = find("#heard");
  let spoken = "", last = 0, waiting = 0;
  // say tells the live region, once a second at most.
  const say = () => {
    const frame = page.lab.frame;
    if (!frame || document.hidden) return;
    const words = frame.sentence;
    if (words === spoken || waiting) return;
    waiting = setTimeout(() => {
      waiting = 0;
      last = performance.now();
      spoken = page.lab.frame.sentence;
      heard.textContent = spoken;
      for (const { plane, says } of page.views.values()) { try { plane.name(says()); } catch { /* a frame of before a change */ } }
    }, Math.max(0, 1000 - (performance.now() - last)));
  };
  page.pointed = () => {
    clearTimeout(page.saying);
    page.saying = setTimeout(() => { heard.textContent = `My point is at ${page.point.map((v) => v.toPrecision(3)).join(", ")}.`; page.views.get("map").plane.name(page.views.get("map").says()); }, 600);
  };
  page.lab.addEventListener("frame", () => {
    const { frame } = page.lab;
    const put = (selector, text) => { const element = find(selector); if (element.textContent !== text) element.textContent = text; };
    const back = frame.shown !== undefined && frame.shown !== null && frame.shown !== frame.epoch;
    put("#epoch", (back ? frame.shown : frame.epoch).toLocaleString("en"));
    put(".clock-name", back ? "back at epoch" : "epoch");
    put("#answer", frame.sentence);
    find("#answer").classList.toggle("long", frame.sentence.length > 260);
    put("#play", frame.playing ? "Pause" : "Play");
    page.lab.notice("stopped", frame.stopped ? `Training has stopped: ${frame.stopped}.` : "");
    say();
  });
  page.lab.addEventListener("state", () => { spoken = ""; say(); });
  page.lab.addEventListener("notice", () => {
    find("#notices").replaceChildren(...[...page.lab.notices].map(([name, { words, bad }]) => make("p", { className: `notice${bad ? " bad" : ""}`, role: bad ? "alert" : "status", dir: "auto" }, make("span", { textContent: words }),
      make("button", { type: "button", className: "small", textContent: "×", "aria-label": "take the notice away", onclick: () => page.lab.notice(name, "") }))));
    page.redraw();
  });
  page.lab.addEventListener("state", () => {
    legend(page);
    for (const key of ["undo", "redo"]) find(`#${key}`).disabled = page.lab.state[key] === 0;
  });
}

// legend has the sign of each class and the line of each network.
function legend(page) {
  const { data, networks } = page;
  const svg = (attributes, ...children) => {
    const root = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ viewBox: "-7 -7 14 14", "aria-hidden": "true", ...attributes })) root.setAttribute(key, value);
    root.append(...children);
    return root;
  };
  const element = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const signOf = (k) => {
    const outline = outlines[k % outlines.length];
    if (outline.length === 0) return element("circle", { r: 5, class: `class${k % outlines.length}` });
    return element("polygon", { points: outline.map((v) => 5 * v).join(" "), class: `class${k % outlines.length}` });
  };
  const numbers = data.task === "numbers";
  const classes = numbers ? [] : data.classes.slice(0, 8).map((name, k) => make("li", {}, svg({}, signOf(k)), make("bdi", { textContent: /^\d+$/.test(name) ? `class ${name}` : name })));
  const lines = networks.map(({ title }, k) => make("li", { "data-net": String(k) }, svg({ class: "lines", viewBox: "0 -5 24 10" }, element("path", { d: "M0 0H24", stroke: "var(--net)", "stroke-width": 3 })), make("bdi", { textContent: title })));
  const sign = (k) => svg({}, signOf(k));
  const test = page.choices.test === "1" && !numbers && data.test.length > 0 ? [make("li", { className: "hollow" }, sign(0), "test")] : [];
  const short = (v) => String(Number(v.toPrecision(3))).replace("-", "−");
  const values = numbers ? [make("li", {}, make("bdi", { textContent: `${data.targets?.[0] ?? "y"} from ${short(page.lab.range[0])}` }), make("span", { className: "values" }), `to ${short(page.lab.range[1])}`)] : [];
  find("#legend").replaceChildren(...values, ...classes, ...test, ...lines);
  page.paint();
}
export { legend };
