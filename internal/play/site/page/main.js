// The live laboratory's page.
import { Page } from "./page.js";
import { addControls } from "./controls.js";
import { addCourse } from "./course.js";
import { addFiles } from "./files.js";
import { addKeys } from "./keys.js";
import { addLayers } from "./layers.js";
import { addMap } from "./map.js";
import { addNetworks } from "./networks.js";
import { addSpaces } from "./spaces.js";
import { addWords } from "./words.js";

const page = new Page();
for (const add of [addControls, addMap, addNetworks, addCourse, addLayers, addSpaces, addFiles, addKeys, addWords]) add(page);
page.lab.start();

// Phones and cores in a worker get by with coarser maps; hidden points are asked for only where they are seen.
const narrow = matchMedia("(max-width: 43.99rem)");
let asked = "";
const see = () => {
  if (!page.lab.state) return;
  const slow = page.lab.kernels === "wasm" && page.lab.playing;
  const { tab } = document.body.dataset;
  const fields = { grid: slow || narrow.matches ? 50 : 100, units: !narrow.matches || tab === "nets", hidden: page.choices.lecture !== "1" && (!narrow.matches || tab === "spaces") };
  if (JSON.stringify(fields) === asked) return;
  asked = JSON.stringify(fields);
  page.lab.ask("view", fields);
};
page.after = see;
page.lab.addEventListener("welcome", () => { asked = ""; });

globalThis.laboratory = page; // for whoever asks at the browser's console
