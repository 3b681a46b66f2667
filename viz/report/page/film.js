// Film moves all pictures of the page through the snapshots together.
class Film {
  constructor(film, section) {
    this.film = film;
    this.section = section;
    this.slider = section.querySelector(".slider");
    this.button = section.querySelector(".play");
    this.nets = [...section.querySelectorAll(".net")].map((element, n) => ({
      element,
      data: film.nets[n],
      boundary: new Plane(element.querySelector(".boundary")),
      layers: [...element.querySelectorAll(".layer")].map((canvas) => new Plane(canvas)),
    }));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
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
    this.section.querySelector(".film").hidden = false;
    this.show(0);
  }

  get last() { return this.film.epochs.length - 1; }
  get snapshot() { return this.printing ? this.last : this.slider.valueAsNumber; }

  // show goes to a snapshot: words at once, pictures with the next frame of the screen.
  show(snapshot) {
    this.slider.value = String(Math.min(Math.max(snapshot, 0), this.last));
    this.describe();
    this.redraw();
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
  }

  // key moves the film by arrow keys, wherever they have no other meaning.
  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("dialog, .scroll, pre")) return;
    event.preventDefault();
    this.pause();
    this.show(this.snapshot + step);
  }

  print(on) {
    this.printing = on;
    this.describe();
    this.draw();
  }

  describe() {
    const s = this.snapshot;
    const epochs = this.film.epochs;
    const epoch = `${epochs[s]} of ${epochs[this.last]}`;
    this.section.querySelector(".epoch").textContent = `Epoch ${epoch}`;
    const heard = [`epoch ${epoch}`];
    for (const { element, data, boundary, layers } of this.nets) {
      const words = [];
      if (data.loss) words.push(["loss", decimals(data.loss[s])]);
      if (data.accuracy) words.push(["accuracy", percent(data.accuracy[s])]);
      if (data.r2) words.push(["r2", decimals(data.r2[s])]);
      for (const [name, value] of words) element.querySelector(`.${name}`).textContent = value;
      const reading = words.map(([name, value]) => `${name === "r2" ? "R²" : name} ${value}`).join(", ");
      if (reading) heard.push(`${data.label} ${reading}`);
      const shown = this.film.kind === "values" ? "predicted values" : "decision boundary";
      boundary.name(`${data.label}: ${shown} after epoch ${epochs[s]}, with ${this.film.count} test points`);
      layers.forEach((plane, l) => {
        const { name, axes } = data.layers[l];
        plane.name(`${data.label}, ${name}: the test points by ${axes[0]} and ${axes[1]} after epoch ${epochs[s]}`);
      });
    }
    this.slider.setAttribute("aria-valuetext", heard.join("; "));
  }

  draw() {
    const { film, snapshot: s } = this;
    const inks = this.dark.matches && !this.printing ? film.dark : film.light;
    const ratio = this.printing ? 3 : devicePixelRatio || 1;
    const { points } = film;
    this.nets.forEach(({ data, boundary, layers }, n) => {
      if (boundary.begin(film.x, film.y, inks, ratio)) {
        drawGround(boundary, groundOf(film, data.field(s), inks), film.nodes, inks, inks.nets[n]);
        drawPoints(boundary, film, (i) => [boundary.x(points[2 * i]), boundary.y(points[2 * i + 1])], inks, data.wrongAt(s));
        boundary.end(inks);
      }
      layers.forEach((plane, l) => {
        const layer = data.layers[l];
        if (!plane.begin(padded(layer.x), padded(layer.y), inks, ratio)) return;
        drawPoints(plane, film, (i) => [plane.x(layer.coordinate(s, i, 0)), plane.y(layer.coordinate(s, i, 1))], inks);
        plane.end(inks);
      });
    });
  }
}

function decimals(value) {
  if (value === null) return "—";
  const size = Math.abs(value);
  return (size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toFixed(4)).replace(/-/g, "−");
}

function percent(share) {
  return share === null ? "—" : `${(100 * share).toFixed(1)} %`;
}

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

