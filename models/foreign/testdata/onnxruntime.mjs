// Runs ONNX files in onnxruntime-web: node onnxruntime.mjs FOLDER. The folder has cases.json, a list
// of {file, dtype, rows, columns, x}; results.json gets a list of what comes out, or of errors as text.
// ACTSCOPE_NODE_MODULES is the folder in which onnxruntime-web is installed.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ACTSCOPE_NODE_MODULES, "here.js"));
const ort = require("onnxruntime-web");
ort.env.logLevel = "error";
ort.env.wasm.numThreads = 1;
const folder = process.argv[2];
const results = [];
for (const c of JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"))) {
  try {
    const session = await ort.InferenceSession.create(readFileSync(join(folder, c.file)), { executionProviders: ["wasm"], logSeverityLevel: 3 });
    const numbers = c.dtype === "float64" ? Float64Array.from(c.x) : Float32Array.from(c.x);
    const out = await session.run({ [session.inputNames[0]]: new ort.Tensor(c.dtype, numbers, [c.rows, c.columns]) });
    results.push(Array.from(out[session.outputNames[0]].data));
    await session.release();
  } catch (e) {
    results.push(String(e));
  }
}
writeFileSync(join(folder, "results.json"), JSON.stringify(results));
process.exit(0);
