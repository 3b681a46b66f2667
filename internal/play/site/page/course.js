// The course of training: losses or accuracies of all networks, of the training points and of the test, and the way back through it.
import { along, dashes, drawMessage, logTicks, padded } from "./drawing.js";
import { find, make } from "./page.js";

/** @param {import("./page.js").Page} page */
export function addCourse(page) {
  const canvas = find("#course-canvas");
  const slider = find("#scrub");
  const plane = page.add({ name: "course", title: "Course of training", draw, says }, canvas);
  const rowsOf = (k) => {
    const grid = page.lab.frame.get(`${k}/history`);
    return grid ? { rows: grid.shape[0], at: (r, column) => grid.values[4 * r + column] } : { rows: 0 };
  };

  function draw(plane, inks, ratio) {
    const { frame } = page.lab;
    const loss = page.choices.course === "loss";
    const nets = page.networks.map((_, k) => rowsOf(k));
    const known = [];
    for (const { rows, at } of nets) for (let r = 0; r < rows; r++) for (const column of loss ? [1, 2] : [3]) if (Number.isFinite(at(r, column))) known.push(at(r, column));
    if (known.length === 0) return drawMessage(plane, loss ? "No losses yet." : page.data.task === "numbers" ? "Numbers have no accuracy." : "There are no test points.", inks, ratio);
    const log = loss && Math.min(...known) > 0;
    const height = (v) => (log ? Math.log10(v) : v);
    const line = loss ? frame.networks[0]?.straight_line : null;
    const all = line > 0 || (line !== null && line !== undefined && !log) ? [...known, line] : known;
    const bounds = padded(all.reduce(([lo, hi], v) => [Math.min(lo, height(v)), Math.max(hi, height(v))], [Infinity, -Infinity]));
    const last = Math.max(frame.epoch, 1);
    if (!plane.begin([0, last], bounds, inks, ratio, log ? { yTicks: spread(logTicks(...bounds), bounds, plane.canvas.clientHeight) } : {})) return;
    const c = plane.context;
    plane.clipped(() => {
      if (all.length > known.length) {
        c.setLineDash([2, 4]);
        c.strokeStyle = inks.text;
        c.lineWidth = 1.2;
        c.beginPath();
        c.moveTo(plane.left, plane.y(height(line)));
        c.lineTo(plane.left + plane.width, plane.y(height(line)));
        c.stroke();
        c.setLineDash([]);
      }
      nets.forEach(({ rows, at }, k) => {
        for (const [column, width, alpha] of loss ? [[1, 2.2, 1], [2, 1.3, 0.75]] : [[3, 2, 1]]) {
          c.beginPath();
          let begun = false;
          for (let r = 0; r < rows; r++) {
            const v = at(r, column);
            if (!Number.isFinite(v)) continue;
            const [x, y] = [plane.x(at(r, 0)), plane.y(height(v))];
            if (begun) c.lineTo(x, y);
            else c.moveTo(x, y);
            begun = true;
          }
          c.strokeStyle = inks.nets[k];
          c.lineWidth = width;
          c.globalAlpha = alpha;
          c.setLineDash(column === 2 ? [3, 3] : page.networks.length > 2 ? dashes[k % dashes.length] : []);
          c.stroke();
          c.globalAlpha = 1;
          c.setLineDash([]);
        }
      });
      if (all.length > known.length) {
        const y = plane.y(height(line));
        const at = [plane.left + plane.width - 4, y > plane.top + 16 * plane.type ? y - 4 : y + 13 * plane.type];
        c.textAlign = "right";
        c.lineWidth = 4;
        c.lineJoin = "round";
        c.strokeStyle = inks.panel;
        c.strokeText("straight line", ...at);
        c.fillStyle = inks.text;
        c.fillText("straight line", ...at);
      }
      if (frame.shown !== undefined && frame.shown !== frame.epoch) {
        const x = plane.x(frame.shown);
        c.strokeStyle = inks.text;
        c.lineWidth = 1.5;
        c.beginPath();
        c.moveTo(x, plane.top);
        c.lineTo(x, plane.top + plane.height);
        c.stroke();
      }
    });
    plane.end(inks);
  }

  function says() {
    const { frame } = page.lab;
    return `${page.choices.course === "loss" ? "Losses" : "Test accuracies"} up to epoch ${frame.epoch}: ${page.networks.map(({ title }, k) => `${title} ${(page.choices.course === "loss" ? frame.networks[k].loss : frame.networks[k].test_accuracy)?.toPrecision(3) ?? "unknown"}`).join(", ")}.`;
  }

  let asked = null;
  const scrub = (epoch) => {
    if (asked === epoch) return;
    asked = epoch;
    page.lab.ask("scrub", { epoch });
  };
  const goTo = (event) => {
    if (!plane.width) return;
    const [epoch] = plane.place(event.clientX, event.clientY);
    slider.value = String(Math.round(600 * along(epoch, plane.xRange)));
    fromSlider();
  };
  const fromSlider = () => scrub(slider.valueAsNumber === 600 ? null : Math.round((slider.valueAsNumber / 600) * page.lab.epoch));
  let down = false;
  canvas.addEventListener("pointerdown", (event) => { down = event.button === 0; canvas.setPointerCapture(event.pointerId); if (down) goTo(event); });
  canvas.addEventListener("pointermove", (event) => { if (down) goTo(event); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { down = false; });
  slider.addEventListener("input", fromSlider);
  find("#now").addEventListener("click", () => { slider.value = "600"; scrub(null); slider.focus(); });
  find("#course").addEventListener("change", (event) => page.prefer("course", event.target.value));
  page.heed(() => { find("#course").value = page.choices.course; legend(); });
  page.lab.addEventListener("frame", () => {
    const { frame } = page.lab;
    const back = frame.shown !== undefined && frame.shown !== frame.epoch;
    if (!back && asked !== null && !down && document.activeElement !== slider) { asked = null; slider.value = "600"; }
    find("#now").hidden = !back;
    slider.setAttribute("aria-valuetext", back ? `epoch ${frame.shown} of ${frame.epoch}` : "now");
  });

  // The legend tells lines of training from those of the test.
  function legend() {
    if (!page.lab.state) return;
    const key = (dashed, words) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "lines");
      svg.setAttribute("viewBox", "0 0 24 10");
      svg.setAttribute("aria-hidden", "true");
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      for (const [name, value] of Object.entries({ d: "M0 5H24", stroke: "currentColor", "stroke-width": dashed ? 1.4 : 2.2, ...(dashed ? { "stroke-dasharray": "3 3" } : {}) })) line.setAttribute(name, value);
      svg.append(line);
      return make("li", {}, svg, words);
    };
    find("#course-legend").replaceChildren(...(page.choices.course === "loss" ? [key(false, "training"), key(true, "test")] : [key(false, "test")]));
  }
  page.lab.addEventListener("state", legend);
}

// spread keeps ticks that have room.
function spread(ticks, bounds, height) {
  const kept = [];
  for (const tick of ticks) if (kept.length === 0 || (along(tick.value, bounds) - along(kept.at(-1).value, bounds)) * height > 18) kept.push(tick);
  return kept;
}
