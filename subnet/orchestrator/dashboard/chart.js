// A line chart in SVG: axes, lines, dots, and a cursor for mouse and keyboard. Knows numbers, not what they mean.

const SVG = "http://www.w3.org/2000/svg";
const PAD = { top: 14, right: 16, bottom: 26, left: 46 };

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// About `wanted` round numbers between `low` and `high`.
export function ticks(low, high, wanted) {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) found.push(value);
  return found;
}

function bounds(series) {
  let [left, right, low, high] = [0, -Infinity, Infinity, -Infinity];
  for (const { points } of series) {
    for (const [x, y] of points) {
      right = Math.max(right, x);
      low = Math.min(low, y); high = Math.max(high, y);
    }
  }
  return { left, right, low, high };
}

// The x axis begins at 0. `series`: [{ name, className, points: [[x, y]], dots, quiet }]. `quiet` ones have no place in the cursor's words.
export class LineChart {
  constructor(host, { label, x, y, fromZero = false }) {
    this.host = host;
    this.words = { x, y };
    this.fromZero = fromZero;
    this.series = [];
    this.cursor = null;
    this.root = svg("svg", { class: "chart", role: "img", tabindex: "0", "aria-label": label });
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.setAttribute("role", "status");
    this.tip.hidden = true;
    host.append(this.root, this.tip);
    this.root.addEventListener("pointermove", (event) => this.#pointAt(event.offsetX));
    this.root.addEventListener("pointerleave", () => this.#leave());
    this.root.addEventListener("blur", () => this.#leave());
    this.root.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(host);
  }

  show(series, label) {
    this.series = series;
    this.root.setAttribute("aria-label", label);
    this.draw();
  }

  draw() {
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    const filled = this.series.filter(({ points }) => points.length);
    if (!width || !height || !filled.length) { this.root.replaceChildren(); return; }
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#scale(width, height, bounds(filled));
    this.root.replaceChildren(...this.#axes(width, height), ...filled.flatMap((line) => this.#line(line)), this.#marks());
    if (this.cursor !== null) this.#showCursor();
  }

  #scale(width, height, { left, right, low, high }) {
    const base = this.fromZero ? 0 : low - 0.06 * (high - low || Math.abs(high) || 1);
    const top = high + 0.06 * (high - base || 1);
    const span = right - left || 1;
    this.range = { left, right: left + span, low: base, high: top };
    this.toX = (x) => PAD.left + ((x - left) / span) * (width - PAD.left - PAD.right);
    this.toY = (y) => height - PAD.bottom - ((y - base) / (top - base)) * (height - PAD.top - PAD.bottom);
  }

  #axes(width, height) {
    const { left, right, low, high } = this.range;
    const parts = [];
    for (const value of ticks(low, high, Math.max(2, Math.round(height / 52)))) {
      const y = this.toY(value).toFixed(1);
      parts.push(svg("line", { class: "grid", x1: PAD.left, x2: width - PAD.right, y1: y, y2: y }));
      parts.push(svg("text", { class: "tick", x: PAD.left - 8, y, dy: "0.32em", "text-anchor": "end" }, this.words.y(value)));
    }
    for (const value of ticks(left, right, Math.max(2, Math.round(width / 110)))) {
      const x = this.toX(value).toFixed(1);
      parts.push(svg("text", { class: "tick", x, y: height - 6, "text-anchor": "middle" }, this.words.x(value)));
    }
    return parts;
  }

  #line({ className, points, dots }) {
    const place = points.map(([x, y]) => `${this.toX(x).toFixed(1)},${this.toY(y).toFixed(1)}`);
    const parts = [svg("polyline", { class: `line ${className}`, points: place.join(" ") })];
    if (dots || points.length === 1) {
      for (const [x, y] of points) {
        parts.push(svg("circle", { class: `spot ${className}`, cx: this.toX(x).toFixed(1), cy: this.toY(y).toFixed(1), r: 3.2 }));
      }
    }
    return parts;
  }

  #marks() {
    this.marks = svg("g", { class: "cursor" });
    return this.marks;
  }

  #spoken() {
    return this.series.filter(({ quiet, points }) => !quiet && points.length);
  }

  #pointAt(offsetX) {
    const main = this.#spoken()[0];
    if (!main || !this.toX) return;
    let best = 0;
    main.points.forEach(([x], index) => {
      if (Math.abs(this.toX(x) - offsetX) < Math.abs(this.toX(main.points[best][0]) - offsetX)) best = index;
    });
    this.cursor = main.points[best][0];
    this.#showCursor();
  }

  #key(event) {
    const main = this.#spoken()[0];
    if (!main) return;
    const last = main.points.length - 1;
    const now = this.cursor === null ? last : main.points.findIndex(([x]) => x >= this.cursor);
    const stride = Math.max(1, Math.round(last / 40));
    const next = { ArrowLeft: now - stride, ArrowRight: now + stride, Home: 0, End: last }[event.key];
    if (event.key === "Escape") { this.#leave(); return; }
    if (next === undefined) return;
    event.preventDefault();
    this.cursor = main.points[Math.min(last, Math.max(0, next))][0];
    this.#showCursor();
  }

  #showCursor() {
    const x = this.toX(this.cursor);
    const height = this.host.clientHeight;
    this.marks.replaceChildren(svg("line", { class: "hair", x1: x, x2: x, y1: PAD.top, y2: height - PAD.bottom }));
    const lines = [document.createElement("strong")];
    lines[0].textContent = this.words.x(this.cursor, true);
    for (const { name, className, points } of this.#spoken()) {
      const [px, py] = points.reduce((best, point) => (Math.abs(point[0] - this.cursor) < Math.abs(best[0] - this.cursor) ? point : best));
      this.marks.append(svg("circle", { class: `spot ${className}`, cx: this.toX(px), cy: this.toY(py), r: 4 }));
      const row = document.createElement("span");
      row.className = `key ${className}`;
      row.textContent = `${name} ${this.words.y(py, true)}`;
      lines.push(row);
    }
    this.tip.replaceChildren(...lines);
    this.tip.hidden = false;
    const left = Math.min(x + 12, this.host.clientWidth - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${left > x ? left : Math.max(4, x - this.tip.offsetWidth - 12)}px, ${PAD.top}px)`;
  }

  #leave() {
    this.cursor = null;
    this.tip.hidden = true;
    this.marks?.replaceChildren();
  }
}
