// Choice is what a reader has chosen: a test point (its place in the list) or a place in the plane, how hidden spaces are
// seen, and the snapshot. What is not as the page opens is kept in its address: #point=17&epoch=400.
class Choice {
  constructor(film, first) {
    this.film = film;
    this.opening = { point: first, place: null, axes: [0, 1], scale: "own", snapshot: film.epochs.length - 1 };
    Object.assign(this, this.opening);
  }

  // read takes what an address says; what makes no sense there stays as the page opens.
  read(hash) {
    const { film } = this;
    Object.assign(this, this.opening);
    const said = new URLSearchParams(hash.replace(/^#/, ""));
    const number = (text) => (/^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text ?? "") ? Number(text) : NaN);
    const point = film.numbers.indexOf(number(said.get("point")));
    if (point >= 0) this.point = point;
    const place = (said.get("at") ?? "").split(",").map(number);
    if (place.length === 2 && place.every((v, axis) => within(v, axis ? film.y : film.x))) this.place = place;
    const epoch = number(said.get("epoch"));
    if (within(epoch, [0, film.epochs[film.epochs.length - 1]])) {
      this.snapshot = film.epochs.reduce((best, e, s) => (Math.abs(e - epoch) < Math.abs(film.epochs[best] - epoch) ? s : best), 0);
    }
    const axes = said.get("axes") ?? "";
    const units = axes.split(",").map(number);
    if (axes === "principal") this.axes = axes;
    else if (units.length === 2 && units.every((u) => Number.isInteger(u) && within(u, [1, this.mostUnits]))) this.axes = units.map((u) => u - 1);
    if (["network", "all"].includes(said.get("scale"))) this.scale = said.get("scale");
  }

  // mostUnits is the width of the widest layer shown.
  get mostUnits() {
    return Math.max(1, ...this.film.nets.flatMap(({ model, layers }) => layers.map(({ layer }) => model?.layers[layer - 1].units ?? 1)));
  }

  // address is what read takes.
  get address() {
    const { film, opening } = this;
    const said = [];
    if (this.place) said.push(`at=${this.place.map((v) => Number(v.toPrecision(5))).join(",")}`);
    else if (this.point !== opening.point) said.push(`point=${film.numbers[this.point]}`);
    if (this.snapshot !== opening.snapshot) said.push(`epoch=${film.epochs[this.snapshot]}`);
    if (this.axes === "principal") said.push("axes=principal");
    else if (String(this.axes) !== String(opening.axes)) said.push(`axes=${this.axes.map((u) => u + 1).join(",")}`);
    if (this.scale !== opening.scale) said.push(`scale=${this.scale}`);
    return said.length > 0 ? `#${said.join("&")}` : "";
  }
}

// within says that a number is in a range; NaN is in none.
function within(value, [lo, hi]) { return value >= lo && value <= hi; }
