// The plane with all points and the boundaries of all networks. A pointer drags the reader's point, or draws and takes away points.
import { codeOf } from "./drawing.js";
import { boundaryOf, drawBoundary, drawProbe, picture, coloursOfMap } from "./ground.js";
import { find, make } from "./page.js";
import { dashes } from "./drawing.js";

/** @param {import("./page.js").Page} page */
export function addMap(page) {
  const canvas = find("#map-canvas");
  const view = { pen: "point", pieces: [] };
  const plane = page.add({ name: "map", title: "Data and boundaries", draw, says }, canvas);

  function draw(plane, inks, ratio) {
    const { frame } = page.lab;
    const { data, networks } = page;
    const [x0, x1, y0, y1] = data.domain;
    const [xName, yName] = data.plane ? ["principal axis 1", "principal axis 2"] : data.columns;
    if (!plane.begin([x0, x1], [y0, y1], inks, ratio, plane.canvas.clientHeight > 220 ? { xName, yName } : {})) return;
    const { context: c } = plane;
    const box = [plane.left, plane.top, plane.width, plane.height];
    shade(c, box, inks);
    networks.forEach((_, k) => drawBoundary(c, boundaryOf(frame, k, data.task), box, inks.nets[k], inks.rim, networks.length > 2 ? dashes[k % dashes.length] : []));
    const radius = Math.min(Math.max(plane.width / 95, 2.4), 4.4) * (data.train.length > 400 ? 0.75 : 1);
    plane.clipped(() => {
      page.clouds.train.draw(c, (i) => [plane.x(data.train[i][0]), plane.y(data.train[i][1])], inks, radius);
      if (page.choices.test === "1") page.clouds.test.draw(c, (i) => [plane.x(data.test[i][0]), plane.y(data.test[i][1])], inks, radius);
      if (page.hovered !== null && data.test[page.hovered]) ring(c, plane.x(data.test[page.hovered][0]), plane.y(data.test[page.hovered][1]), inks);
      drawProbe(c, plane.x(page.point[0]), plane.y(page.point[1]), inks, 8);
    });
    plane.end(inks);
  }

  // shade draws the mean of what the networks say: where they disagree it is pale.
  function shade(c, box, inks) {
    const { frame } = page.lab;
    const maps = page.networks.map((_, k) => frame.get(`${k}/map`)).filter(Boolean);
    if (maps.length === 0 || frame.get("0/class")) return;
    const [rows, columns] = maps[0].shape;
    view.mean = view.mean?.length === rows * columns ? view.mean : new Uint8Array(rows * columns);
    const numbers = page.data.task === "numbers";
    for (let i = 0; i < view.mean.length; i++) {
      let sum = 0;
      for (const { values } of maps) sum += values[i] === 255 ? NaN : numbers ? values[i] : half(values[i]);
      view.mean[i] = Number.isNaN(sum) ? 255 : numbers ? Math.round(sum / maps.length) : codeOf(sum / maps.length + 0.5);
    }
    c.save();
    c.globalAlpha = maps.length > 1 ? 0.7 : 1;
    c.imageSmoothingQuality = "high";
    c.drawImage(picture(view.mean, columns, rows, coloursOfMap(page.data.task, inks, page.choices.discrete === "1"), "mean"), ...box);
    c.restore();
  }

  function says() {
    const { data } = page;
    return `Map of ${data.columns.slice(0, 2).join(" and ")}: ${data.train.length} points of training${page.choices.test === "1" ? ` and ${data.test.length} of the test` : ""}, with the boundaries of ${page.networks.map(({ title }) => title).join(", ")}. My point is at ${page.point.map((v) => v.toPrecision(3)).join(", ")}. Arrow keys move it.`;
  }

  const place = (event) => plane.place(event.clientX, event.clientY);
  let down = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !plane.width) return;
    down = true;
    canvas.setPointerCapture(event.pointerId);
    act(event, true);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (down) act(event, false);
    else if (page.choices.test === "1" && plane.width) hover(plane.nearest(event.clientX, event.clientY, page.data.test.length, (i) => page.data.test[i], 9));
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { down = false; view.last = null; });
  canvas.addEventListener("pointerleave", () => hover(-1));
  canvas.addEventListener("keydown", (event) => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const [x0, x1, y0, y1] = page.data.domain;
    if (direction && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      const part = event.shiftKey ? 0.1 : 0.02;
      page.choose([page.point[0] + direction[0] * part * (x1 - x0), page.point[1] + direction[1] * part * (y1 - y0)]);
    } else if ((event.key === "Enter" || event.key === "Delete") && view.pen !== "point") {
      event.preventDefault();
      use(page.point);
    }
  });

  function hover(i) {
    const hovered = i >= 0 ? i : null;
    if (hovered === page.hovered) return;
    page.hovered = hovered;
    page.redraw();
  }

  function act(event, first) {
    if (view.pen === "point") return page.choose(place(event));
    // A pen that moves draws a point every 14 px.
    const at = [event.clientX, event.clientY];
    if (!first && view.last && Math.hypot(at[0] - view.last[0], at[1] - view.last[1]) < 14) return;
    view.last = at;
    use(place(event), event);
  }

  // use draws a point where the pen is, or takes the nearest away.
  function use(at, event) {
    if (view.pen !== "erase") return page.lab.ask("draw", { add: [[...at, view.pen]], remove: [], clear: false });
    const { data } = page;
    const rows = [...data.train, ...data.test];
    const [left, top] = [canvas.getBoundingClientRect().left, canvas.getBoundingClientRect().top];
    const i = plane.nearest(event?.clientX ?? left + plane.x(at[0]), event?.clientY ?? top + plane.y(at[1]), rows.length, (k) => rows[k], 14);
    if (i >= 0) page.lab.ask("draw", { add: [], remove: [[...(data.train_rows ?? []), ...(data.test_rows ?? [])][i] ?? i], clear: false });
  }

  // The pens follow the classes.
  page.lab.addEventListener("state", () => {
    const { data } = page;
    const signature = JSON.stringify([data.classes, data.task]);
    if (view.signature === signature) return;
    view.signature = signature;
    if (data.task === "numbers") view.pen = "point";
    const pens = [["point", "my point"], ...(data.task === "numbers" ? [] : data.classes.slice(0, 8).map((name, k) => [k, `+ ${/^\d+$/.test(name) ? `class ${name}` : name}`])), ["erase", "erase"]];
    const button = ([pen, words]) => make("button", { type: "button", className: "small", textContent: words, dir: "auto", "data-pen": String(pen), "aria-pressed": String(view.pen === pen),
      onclick: () => { view.pen = pen; for (const each of find(".pen").children) if (each.dataset.pen) each.setAttribute("aria-pressed", String(each.dataset.pen === String(pen))); } });
    find(".pen").replaceChildren(...pens.map(button), make("button", { type: "button", className: "small", textContent: "clear", onclick: () => page.lab.ask("draw", { add: [], remove: [], clear: true }) }));
  });
  find("#show-test").addEventListener("change", (event) => page.prefer("test", event.target.checked ? "1" : "0"));
  find("#discretise").addEventListener("change", (event) => page.prefer("discrete", event.target.checked ? "1" : "0"));
  const choices = () => {
    find("#show-test").checked = page.choices.test === "1";
    find("#discretise").checked = page.choices.discrete === "1";
  };
  page.heed(choices);
  choices();
}

/** ring marks a point that is hovered over. */
export function ring(c, x, y, inks) {
  for (const [ink, width] of [[inks.rim, 5], [inks.text, 2]]) {
    c.strokeStyle = ink;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, 7, 0, 2 * Math.PI);
    c.stroke();
  }
}

const half = (code) => 0.5 * ((code - 127) / 127) * Math.abs((code - 127) / 127);
