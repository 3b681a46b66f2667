// A drawing context that writes SVG: what the page's views draw, as a file.

const escaped = (text) => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const number = (v) => String(Math.round(v * 100) / 100);

/** SvgContext has of CanvasRenderingContext2D what the views use. */
export class SvgContext {
  /** @param {CanvasRenderingContext2D} like measures text */
  constructor(like) {
    this.like = like;
    this.parts = [];
    this.path = "";
    this.clips = 0;
    this.stack = [];
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "12px sans-serif", textAlign: "left", textBaseline: "alphabetic", lineCap: "butt", lineJoin: "miter", imageSmoothingEnabled: true, imageSmoothingQuality: "high" });
    this.dash = [];
    this.group = "";
  }

  setTransform() {}
  clearRect() { this.parts = []; }
  save() { this.stack.push({ state: Object.fromEntries(["fillStyle", "strokeStyle", "lineWidth", "globalAlpha", "font", "textAlign", "textBaseline", "lineCap", "lineJoin", "dash", "group"].map((key) => [key, this[key]])) }); }
  restore() { Object.assign(this, this.stack.pop()?.state); }
  setLineDash(dash) { this.dash = dash; }
  beginPath() { this.path = ""; this.open = false; }
  moveTo(x, y) { this.path += `M${number(x)} ${number(y)}`; this.open = true; }
  lineTo(x, y) { this.path += `${this.open ? "L" : "M"}${number(x)} ${number(y)}`; this.open = true; }
  bezierCurveTo(...p) { this.path += `C${p.map(number).join(" ")}`; }
  closePath() { if (this.path) this.path += "Z"; }
  rect(x, y, w, h) { this.path += `M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`; }
  arc(x, y, r) {
    this.path += `M${number(x + r)} ${number(y)}A${number(r)} ${number(r)} 0 1 1 ${number(x - r)} ${number(y)}A${number(r)} ${number(r)} 0 1 1 ${number(x + r)} ${number(y)}`;
  }
  clip() {
    const id = `clip${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><path d="${this.path}"/></clipPath>`);
    this.group = ` clip-path="url(#${id})"`;
  }
  get alpha() { return this.globalAlpha < 1 ? ` opacity="${number(this.globalAlpha)}"` : ""; }
  get ink() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    return ` fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${number(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${dash}`;
  }
  put(element) { this.parts.push(element); }
  stroke() { if (this.path) this.put(`<path d="${this.path}"${this.ink}${this.alpha}${this.group}/>`); }
  fill() { if (this.path) this.put(`<path d="${this.path}" fill="${escaped(this.fillStyle)}"${this.alpha}${this.group}/>`); }
  fillRect(x, y, w, h) { this.put(`<rect x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}" fill="${escaped(this.fillStyle)}"${this.alpha}${this.group}/>`); }
  strokeRect(x, y, w, h) { this.put(`<rect x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}"${this.ink}${this.alpha}${this.group}/>`); }
  measureText(text) { this.like.font = this.font; return this.like.measureText(text); }
  fillText(text, x, y) {
    const [, size, family] = /([\d.]+)px (.*)/.exec(this.font) ?? [null, "12", "sans-serif"];
    const anchor = { left: "start", start: "start", center: "middle", right: "end", end: "end" }[this.textAlign];
    this.put(`<text x="${number(x)}" y="${number(y)}" font-size="${size}" font-family="${escaped(family)}" text-anchor="${anchor}"${this.textBaseline === "middle" ? ' dominant-baseline="central"' : ""} fill="${escaped(this.fillStyle)}"${this.alpha}${this.group}>${escaped(text)}</text>`);
  }
  strokeText() {} // a rim of letters, which files do without
  drawImage(canvas, x, y, w, h) {
    this.put(`<image x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}" preserveAspectRatio="none"${this.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"'}${this.alpha}${this.group} href="${canvas.toDataURL("image/png")}"/>`);
  }

  /** text gives the drawing as a file. */
  text(width, height, paper, title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n<title>${escaped(title)}</title>\n<rect width="100%" height="100%" fill="${paper}"/>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}

/** svgOf draws a view as SVG. @param {import("./page.js").Page} page @param {string} name */
export function svgOf(page, name) {
  const view = page.views.get(name);
  const { plane } = view;
  const own = plane.context;
  plane.context = new SvgContext(own);
  try {
    view.draw(plane, page.inks, plane.canvas.width / plane.canvas.clientWidth || 1);
    return plane.context.text(plane.canvas.clientWidth, plane.canvas.clientHeight, getComputedStyle(document.body).backgroundColor, `${view.title}. ${view.says()}`);
  } finally {
    plane.context = own;
    page.redraw();
  }
}

/** pngOf draws a view as PNG, three times as fine as the screen's px, on the page's paper. */
export function pngOf(page, name) {
  const view = page.views.get(name);
  const { plane } = view;
  const large = document.createElement("canvas");
  const own = plane.context;
  const size = [plane.canvas.width, plane.canvas.height];
  view.draw(plane, page.inks, 3);
  [large.width, large.height] = [plane.canvas.width, plane.canvas.height];
  const c = large.getContext("2d");
  c.fillStyle = getComputedStyle(document.body).backgroundColor;
  c.fillRect(0, 0, large.width, large.height);
  c.drawImage(plane.canvas, 0, 0);
  [plane.canvas.width, plane.canvas.height] = size;
  plane.context = own;
  page.redraw();
  return new Promise((resolve) => large.toBlob(resolve, "image/png"));
}
