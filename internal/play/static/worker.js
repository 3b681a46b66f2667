// The laboratory in a web worker, after Go's wasm_exec.js. The page posts first where the program is, then what it would write to
// a socket: strings. It hears strings, frames as ArrayBuffers, and objects: {loading}, {fatal}, {exported}.
"use strict";

const early = []; // what the page asks before the program runs
let running = false, queued = false, timer = 0;

// The program calls these.
globalThis.deliver = (message) => (typeof message === "string" ? postMessage(message) : postMessage(message.buffer, [message.buffer]));
globalThis.started = () => {
  running = true;
};

// Turns are yielded between by a message to ourselves: a timeout takes 4 ms. There is one chain of them only, for more would have
// commands of the page wait behind ever more turns.
const chain = new MessageChannel();
chain.port1.onmessage = () => {
  queued = false;
  const wait = checked(actscope.turn());
  if (wait === 0) next();
  else if (wait > 0 && !timer) timer = setTimeout(() => { timer = 0; next(); }, wait);
};

function next() {
  if (queued) return;
  queued = true;
  chain.port2.postMessage(0);
}

function checked(result) {
  if (!result || !result.error) return result;
  postMessage({ fatal: result.error });
  running = false;
  return -1;
}

function obey(message) {
  if (!running) early.push(message);
  else if (typeof message === "string") {
    checked(actscope.receive(message));
    next();
  } else if (message.export) {
    const made = actscope.export(message.export);
    if (made.error) postMessage({ exported: message.id, error: made.error });
    else postMessage({ exported: message.id, file: made.file, mime: made.mime, body: made.body.buffer }, [made.body.buffer]);
  }
}

// program gives the program as a response, whose bytes are gzip's unless the web server has taken that off.
async function program(from) {
  let packed;
  if (from.base64) {
    packed = Uint8Array.fromBase64 ? Uint8Array.fromBase64(from.base64) : Uint8Array.from(atob(from.base64), (c) => c.charCodeAt(0));
  } else {
    const response = await fetch(from.wasm);
    if (!response.ok) throw new Error(`${from.wasm}: ${response.status} ${response.statusText}`);
    const total = Number(response.headers.get("Content-Length")), parts = [];
    let got = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      got += value.length;
      if (total > 0) postMessage({ loading: Math.min(1, got / total) });
    }
    packed = new Uint8Array(await new Blob(parts).arrayBuffer());
  }
  let stream = new Blob([packed]).stream();
  if (packed[0] === 0x1f && packed[1] === 0x8b) stream = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "Content-Type": "application/wasm" } }); // it is compiled as it is unpacked
}

async function begin(from) {
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(await program(from), go.importObject);
  postMessage({ loading: 1 });
  go.run(instance).then(() => postMessage({ fatal: "the program has ended: reload the page" }));
  if (checked(actscope.begin(JSON.stringify(globalThis.beginning))) === -1) return;
  for (const message of early.splice(0)) obey(message);
  next();
}

onmessage = (event) => {
  const message = event.data;
  if (message.wasm || message.base64) begin(message).catch((error) => postMessage({ fatal: String(error) }));
  else obey(message);
};
