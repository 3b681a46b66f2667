// A plane is a canvas with two axes. It is as sharp as the screen, or as paper where ratio says so.
class Plane {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.type = 1; // how many times as large as usual letters are
  }

  // name says to readers who do not see it what the plane shows.
  name(words) {
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
  }

  // clear sizes the canvas to its place in the page and wipes it. It gives false where nothing is to be seen.
  clear(ratio) {
    const { canvas, context: c } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width < 40 || height < 40) return false;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    this.small = width < 200;
    c.font = `${(this.small ? 11 : 12) * this.type}px ${getComputedStyle(canvas).fontFamily}`;
    return true;
  }

  // begin clears the canvas and draws the panel with its ticks, those given or round numbers, and below and beside these the
  // names of the axes, if any. It gives false where nothing is to be seen.
  begin(xRange, yRange, inks, ratio, { xTicks, yTicks, xName = "", yName = "" } = {}) {
    if (!this.clear(ratio)) return false;
    const { canvas: { clientWidth: width, clientHeight: height }, context: c } = this;
    const { type } = this;
    const bottom = ((this.small ? 16 : 20) + (xName ? 15 : 0)) * type;
    const top = yName ? 19 * type : 2;
    yTicks ??= this.ticks(yRange, height - bottom - top, () => 14 * type);
    const left = 8 + Math.max(0, ...yTicks.map((t) => c.measureText(t.label).width));
    xTicks ??= this.ticks(xRange, width - left - 2, (label) => c.measureText(label).width + 10);
    Object.assign(this, { left, top, width: width - left - 2, height: height - bottom - top, xRange, yRange });
    this.frame(xTicks, yTicks, inks, bottom);
    c.textAlign = "left";
    if (yName) c.fillText(yName, 0, 12 * type);
    c.textAlign = "right";
    if (xName) c.fillText(xName, width, height - 3);
    return true;
  }

  // frame draws the panel, its grid and the numbers beside it.
  frame(xTicks, yTicks, inks, bottom) {
    const { context: c, left, top, width, height } = this;
    c.fillStyle = inks.panel;
    c.fillRect(left, top, width, height);
    c.fillStyle = inks.muted;
    c.strokeStyle = inks.grid;
    c.lineWidth = 1;
    c.beginPath();
    c.textBaseline = "middle";
    c.textAlign = "right";
    for (const { value, label } of yTicks) {
      const y = this.y(value);
      c.moveTo(left, y);
      c.lineTo(left + width, y);
      c.fillText(label, left - 5, Math.min(Math.max(y, 7), top + height - 4));
    }
    c.textBaseline = "alphabetic";
    c.textAlign = "center";
    for (const { value, label } of xTicks) {
      const x = this.x(value);
      c.moveTo(x, top);
      c.lineTo(x, top + height);
      const half = c.measureText(label).width / 2;
      c.fillText(label, Math.min(Math.max(x, half), left + width + 2 - half), top + height + Math.min(bottom, 20 * this.type) - 3);
    }
    c.stroke();
  }

  // ticks are as many as have room along an axis, six at most.
  ticks(range, length, room) {
    for (let count = 6; count > 0; count--) {
      const found = ticks(...range, count);
      const gap = found.length > 1 ? along(found[1].value, range) - along(found[0].value, range) : 1;
      if (found.every(({ label }) => gap * length >= room(label))) return found;
    }
    return [];
  }

  // clipped draws what may not leave the panel.
  clipped(draw) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(this.left, this.top, this.width, this.height);
    c.clip();
    draw(c);
    c.restore();
  }

  // end draws the spines over what the panel shows.
  end(inks) {
    const c = this.context;
    c.strokeStyle = inks.spine;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(this.left, this.top);
    c.lineTo(this.left, this.top + this.height);
    c.lineTo(this.left + this.width, this.top + this.height);
    c.stroke();
  }

  x(value) { return this.left + along(value, this.xRange) * this.width; }
  y(value) { return this.top + (1 - along(value, this.yRange)) * this.height; }

  // place is where in the axes a place of the screen is, within the panel.
  place(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    const part = (at, from, size) => Math.min(Math.max((at - from) / size, 0), 1);
    const [tx, ty] = [part(clientX - box.left, this.left, this.width), 1 - part(clientY - box.top, this.top, this.height)];
    return [[tx, this.xRange], [ty, this.yRange]].map(([t, [lo, hi]]) => lo * (1 - t) + hi * t);
  }

  // nearest is the point i of count, at(i) in the axes, that is nearest to a place of the screen and no farther than reach px; -1
  // for none.
  nearest(clientX, clientY, count, at, reach) {
    const box = this.canvas.getBoundingClientRect();
    let [found, least] = [-1, reach];
    for (let i = 0; i < count; i++) {
      const [x, y] = at(i);
      const distance = Math.hypot(this.x(x) - (clientX - box.left), this.y(y) - (clientY - box.top));
      if (distance <= least) [found, least] = [i, distance];
    }
    return found;
  }
}

// along is how far a value lies in a range, from 0 to 1. Halves keep huge ranges finite.
function along(value, [lo, hi]) {
  return (value / 2 - lo / 2) / (hi / 2 - lo / 2);
}

// padded widens a range, so that no point lies on the frame, and one that is narrower than a thousandth of its numbers to that:
// what is alike looks alike.
function padded([lo, hi]) {
  const least = 1e-3 * Math.max(Math.abs(lo), Math.abs(hi)) || 1;
  const half = hi / 2 - lo / 2;
  const margin = 2 * half > least ? 0.12 * half : (least - 2 * half) / 2;
  return [lo - margin, hi + margin];
}
