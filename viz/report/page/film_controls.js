// What readers do with the film: lists, pointer and keys.
Object.assign(Film.prototype, {
  fillLists() {
    const { film } = this;
    const fill = (selector, entries) => {
      const options = entries.map(([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text }));
      this.find(selector).replaceChildren(...options);
    };
    fill(".chosen", [["", "a place in the plane"], ...film.numbers.map((number, i) => [i, `${number}: ${this.truth(i)}`])]);
    if (!this.find(".axes-of")) return;
    const units = Array.from({ length: this.choice.mostUnits }, (_, u) => [u, u + 1]);
    fill(".unit-x", units);
    fill(".unit-y", units);
  },

  // showUnits offers units where these are the axes, and nothing but the scale where the page has no others.
  showUnits() {
    const { film, choice } = this;
    for (const label of this.section.querySelectorAll(".options label")) {
      label.hidden = label.matches(".unit-of") && choice.axes === "principal" || !film.computed && !label.querySelector(".scale-of");
    }
  },

  listen() {
    const { choice } = this;
    const chosen = this.find(".chosen");
    chosen.addEventListener("change", () => {
      if (chosen.value !== "") this.choose(Number(chosen.value));
      else this.choose(-1, this.at.every(Number.isFinite) ? this.at : [0, 0]);
    });
    for (const selector of [".axes-of", ".unit-x", ".unit-y", ".scale-of"]) {
      this.find(selector)?.addEventListener("change", () => {
        const axes = this.find(".axes-of").value;
        choice.axes = axes === "principal" ? axes : [".unit-x", ".unit-y"].map((unit) => Number(this.find(unit).value));
        choice.scale = this.find(".scale-of").value;
        this.showUnits();
        if (selector !== ".scale-of") this.see();
        this.choose(-1);
      });
    }
    for (const net of this.nets) {
      this.pointAt(net.boundary, (i) => [this.film.points[2 * i], this.film.points[2 * i + 1]], true);
      for (const { plane, space } of net.layers) this.pointAt(plane, (i) => [0, 1].map((axis) => space.coordinate(this.snapshot, i, axis)), false);
      net.boundary.canvas.addEventListener("keydown", (event) => this.walk(event));
    }
    for (const button of this.section.querySelectorAll("button[data-csv]")) {
      button.addEventListener("click", () => saveText(`${button.dataset.csv}.csv`, csvText(this.table(button.dataset.csv))));
    }
  },

  // pointAt lets a pointer hover over test points, press one, and in the plane drag to any place.
  pointAt(plane, at, free) {
    const { canvas } = plane;
    const near = (event, reach) => (plane.width ? plane.nearest(event.clientX, event.clientY, this.film.count, at, reach) : -1);
    const hover = (point) => {
      if (point === this.hovered) return;
      this.hovered = point;
      this.describe();
      this.redraw();
    };
    let from = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !plane.width) return;
      from = [event.clientX, event.clientY];
      canvas.setPointerCapture(event.pointerId);
      const point = near(event, event.pointerType === "mouse" ? 10 : 18);
      if (point >= 0) this.choose(point);
      else if (free) this.choose(-1, plane.place(event.clientX, event.clientY));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!from) hover(near(event, 10));
      else if (free && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 4) this.choose(-1, plane.place(event.clientX, event.clientY));
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { from = null; });
    canvas.addEventListener("pointerleave", () => hover(-1));
    // A finger on the mark drags it; elsewhere it scrolls the page.
    canvas.addEventListener("touchstart", (event) => {
      if (!free || !plane.width) return;
      const box = canvas.getBoundingClientRect();
      const [touch] = event.touches;
      if (Math.hypot(plane.x(this.at[0]) - (touch.clientX - box.left), plane.y(this.at[1]) - (touch.clientY - box.top)) < 28) event.preventDefault();
    }, { passive: false });
  },

  // walk goes from the chosen point to the nearest in the direction of an arrow key, or, with Shift, to a place a fiftieth of the plane
  // away.
  walk(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { film } = this;
    const ranges = [film.x, film.y];
    const at = this.at.map((v, axis) => (Number.isFinite(v) ? v : ranges[axis][0] / 2 + ranges[axis][1] / 2));
    if (event.shiftKey) {
      this.choose(-1, at.map((v, axis) => Math.min(Math.max(v + (direction[axis] * (ranges[axis][1] - ranges[axis][0])) / 50, ranges[axis][0]), ranges[axis][1])));
      return;
    }
    let [best, least] = [-1, Infinity];
    for (let i = 0; i < film.count; i++) {
      const step = [0, 1].map((axis) => (film.points[2 * i + axis] - at[axis]) / (ranges[axis][1] - ranges[axis][0]));
      const ahead = step[0] * direction[0] + step[1] * direction[1];
      const aside = Math.abs(step[0] * direction[1] + step[1] * direction[0]);
      if (i === this.point || ahead <= 1e-9 || aside > 2 * ahead) continue;
      if (ahead + 2 * aside < least) [best, least] = [i, ahead + 2 * aside];
    }
    if (best >= 0) this.choose(best);
  },

  // key moves the film by arrow keys, wherever they have no other meaning.
  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("dialog, .scroll, pre, select, [role=application]")) return;
    event.preventDefault();
    this.pause();
    this.show(this.snapshot + step);
  },
});

const filmData = document.getElementById("film-data");
if (filmData) {
  const section = document.getElementById("film");
  unpack(JSON.parse(filmData.textContent))
    .then((film) => new Film(film, section).start())
    .catch((fault) => {
      section.querySelector(".film-fault").hidden = false;
      throw fault;
    });
}
