// The way to the core: a server's socket, or a worker beside the page. Both take commands as text and give text and frames.

/**
 * @typedef {object} Ears what a link hears
 * @property {(message: any) => void} text a message, already parsed
 * @property {(frame: ArrayBuffer) => void} frame
 * @property {(state: "open"|"lost"|"ended", words: string) => void} status
 * @property {(share: number) => void} loading how much of a worker's program has come, 0 to 1
 */

/** @param {Ears} ears */
export function connect(ears) {
  const core = document.documentElement.dataset.core;
  return core ? new WorkerLink(ears, core) : new SocketLink(ears);
}

// tabName is this tab's, kept while it lives, so that a reload comes back to the same laboratory.
function tabName() {
  try {
    let name = sessionStorage.getItem("laboratory");
    if (!name) sessionStorage.setItem("laboratory", name = crypto.randomUUID());
    return name;
  } catch {
    return crypto.randomUUID();
  }
}

// What a server says when it closes for good.
const final = new Set([1008, 1009, 4001, 4004]);

class SocketLink {
  /** @param {Ears} ears */
  constructor(ears) {
    this.ears = ears;
    this.tab = tabName();
    this.waiting = [];
    this.delay = 250;
    this.open();
  }

  open() {
    const address = new URL(`ws?tab=${encodeURIComponent(this.tab)}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.hash = "";
    const socket = (this.socket = new WebSocket(address));
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      this.delay = 250;
      this.ears.status("open", "");
      for (const text of this.waiting.splice(0)) socket.send(text);
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.ears.text(JSON.parse(data));
      else this.ears.frame(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (final.has(code)) return this.ears.status("ended", reason || "The program has closed the connection.");
      this.ears.status("lost", code === 1001 ? "The program has ended. The page looks for it." : reason || "The connection is lost. The page looks for the program.");
      setTimeout(() => this.open(), this.delay);
      this.delay = Math.min(2 * this.delay, 5000);
    });
  }

  /** @param {string} text */
  send(text) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
    else if (!text.startsWith('{"ack"')) this.waiting.push(text);
  }

  /** Gives a file of the core's, as { file, body }. @param {string} name */
  async export(name) {
    const answer = await fetch(`export/${name}?tab=${encodeURIComponent(this.tab)}`);
    if (!answer.ok) throw new Error((await answer.text()).trim());
    const said = answer.headers.get("content-disposition") ?? "";
    return { file: /filename="?([^";]+)"?/.exec(said)?.[1] ?? name, body: await answer.blob() };
  }

  /** break ends the socket, for tests. */
  break() { this.socket.close(); }
}

class WorkerLink {
  /** @param {Ears} ears @param {string} core */
  constructor(ears, core) {
    this.ears = ears;
    this.waiting = [];
    this.exports = new Map();
    // The page is painted first.
    requestAnimationFrame(() => requestAnimationFrame(() => this.start(core)));
  }

  start(core) {
    const inline = core === "inline";
    const code = () => URL.createObjectURL(new Blob([document.getElementById("core-worker").textContent], { type: "text/javascript" }));
    this.worker = new Worker(inline ? code() : "worker.js");
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (event) => this.ears.status("ended", `The core cannot run here: ${event.message || "its worker does not start"}.`));
    this.worker.postMessage(inline ? { base64: document.getElementById("core-wasm").textContent } : { wasm: "actscope.wasm.gz" });
    for (const text of this.waiting.splice(0)) this.worker.postMessage(text);
  }

  hear(data) {
    if (typeof data === "string") this.ears.text(JSON.parse(data));
    else if (data instanceof ArrayBuffer) this.ears.frame(data);
    else if (data.loading !== undefined) this.ears.loading(data.loading);
    else if (data.fatal) this.ears.status("ended", data.fatal);
    else if (data.exported) {
      const { resolve, reject } = this.exports.get(data.exported);
      this.exports.delete(data.exported);
      if (data.error) reject(new Error(data.error));
      else resolve({ file: data.file, body: new Blob([data.body], { type: data.mime }) });
    }
  }

  send(text) {
    if (this.worker) this.worker.postMessage(text);
    else this.waiting.push(text);
  }

  export(name) {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.exports.set(id, { resolve, reject });
      this.worker.postMessage({ export: name, id });
    });
  }

  break() {}
}
