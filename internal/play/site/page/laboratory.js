// What the page knows of the laboratory: its state, the latest frame, and what was asked of it.
import { connect } from "./link.js";
import { readFrame, unify } from "./frame.js";

/** Laboratory tells "state", "frame", "welcome" and "notice" to whoever listens. */
export class Laboratory extends EventTarget {
  constructor() {
    super();
    /** @type {any} the core's last state message */
    this.state = null;
    /** @type {any} the last frame */
    this.frame = null;
    this.asked = 0;
    this.replies = new Map();
    this.unanswered = 0; // frames that were not acknowledged
    this.notices = new Map();
  }

  start() {
    this.link = connect({
      text: (message) => this.hear(message),
      frame: (buffer) => this.take(buffer),
      status: (status, words) => this.status(status, words),
      loading: (share) => this.notice("link", share < 1 ? `The core is loading: ${Math.round(100 * share)} %` : ""),
    });
  }

  status(status, words) {
    this.connected = status === "open";
    this.notice("link", words, status === "ended");
    if (status === "open") return;
    // What was not answered is not known to have been done.
    for (const [, { resolve }] of this.replies) resolve({ ok: false, lost: true });
    this.replies.clear();
    this.unanswered = 0;
  }

  hear(message) {
    if (message.type === "welcome") {
      this.kernels = message.kernels;
      this.welcomed = message;
      this.notice("link", "");
      this.dispatchEvent(new CustomEvent("welcome", { detail: message }));
    } else if (message.type === "state") {
      const first = !this.state;
      this.state = message;
      const { data } = message;
      this.range = data.task === "numbers" ? rangeOfTargets(data) : null;
      this.notice("warnings", (message.warnings ?? []).join(" "));
      this.dispatchEvent(new CustomEvent("state", { detail: { first } }));
    } else if (message.reply !== undefined) {
      this.replies.get(message.reply)?.resolve(message);
      this.replies.delete(message.reply);
    }
  }

  take(buffer) {
    this.unanswered++;
    try {
      const frame = readFrame(buffer);
      unify(frame, this.range);
      this.frame = frame;
    } catch (fault) {
      this.notice("frame", `A frame cannot be read: ${fault.message}`, true);
      this.drawn();
      return;
    }
    this.dispatchEvent(new Event("frame"));
  }

  /** drawn lets the core send more. */
  drawn() {
    for (; this.unanswered > 0; this.unanswered--) this.link.send('{"ack":1}');
  }

  /**
   * ask sends a command and gives its reply; what is refused is shown as a notice.
   * @param {string} what @param {object} [fields]
   * @returns {Promise<{ok: boolean, error?: {key: string, message: string}, reset?: boolean}>}
   */
  ask(what, fields = {}) {
    const id = ++this.asked;
    const reply = new Promise((resolve) => this.replies.set(id, { resolve }));
    this.link.send(JSON.stringify({ id, do: what, ...fields }));
    return reply.then((answer) => {
      if (!answer.lost && what !== "point") this.notice("refused", answer.ok ? "" : answer.error?.message ?? "That is refused.", !answer.ok);
      return answer;
    });
  }

  /** set changes settings. @param {object} settings */
  set(settings) { return this.ask("set", { settings }); }

  /** notice shows words under a name, in the place of what was under it; "" takes them away. */
  notice(name, words, bad = false) {
    if ((this.notices.get(name)?.words ?? "") === words) return;
    if (words) this.notices.set(name, { words, bad });
    else this.notices.delete(name);
    this.dispatchEvent(new Event("notice"));
  }

  get playing() { return this.frame?.playing ?? false; }
  get epoch() { return this.frame?.epoch ?? 0; }
}

/** rangeOfTargets is that of the numbers to predict. */
export function rangeOfTargets(data) {
  return [...data.train_labels, ...data.test_labels].map(first).reduce(([lo, hi], v) => [Math.min(lo, v), Math.max(hi, v)], [Infinity, -Infinity]);
}

/** first is a label, or of several the first. */
export const first = (label) => (Array.isArray(label) ? label[0] : label);

/** listOf reads a setting that is a list, or text with commas, of which those within parentheses do not count. */
export function listOf(value) {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null || value === "") return [];
  const parts = [""];
  let depth = 0;
  for (const letter of String(value)) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

/** plainName keeps lower case letters and digits. */
const plainName = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** coloursOf gives networks the colours that the reports' figures give them. */
export function coloursOf(names, inks) {
  const used = new Set();
  const colours = names.map((name) => {
    const colour = inks.networks[plainName(name)];
    if (!colour || used.has(colour)) return null;
    used.add(colour);
    return colour;
  });
  return colours.map((colour) => {
    if (colour) return colour;
    const next = inks.cycle.find((c) => !used.has(c)) ?? inks.cycle[used.size % inks.cycle.length];
    used.add(next);
    return next;
  });
}
