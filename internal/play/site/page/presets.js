// Presets of lectures: a question, and the settings that ask it.

const article = {
  dataset: "moons", samples: 400, noise: 0.18, "test-fraction": 0.25, activations: ["sigmoid", "relu"], hidden: [8, 8], parts: [], init: "article", loss: "logits", optimiser: "descent",
  "learning-rate": 0.05, "batch-size": 64, l2: 0, "weight-decay": 0, clip: 0, schedule: "constant", "warm-up": 0, seed: 42, "data-seed": 42, "split-seed": 42,
};

/** @type {{title: string, words: string, settings: object, rates?: number[], speed: number}[]} */
export const presets = [
  { title: "Who leaves the straight line?", words: "The article’s networks: Sigmoid stays at the straight line for 800 epochs, ReLU does not.", settings: article, speed: 60 },
  { title: "Ten times the rate", words: "The same, with ten times the rate for Sigmoid: is it the function or the step?", settings: article, rates: [10, 1], speed: 60 },
  { title: "Eight layers", words: "Where does the gradient go? Sigmoid, Tanh and ReLU through eight hidden layers.", settings: { ...article, activations: ["sigmoid", "tanh", "relu"], hidden: Array(8).fill(8) }, speed: 120 },
  { title: "Eight layers, normalised", words: "The same with batch normalisation.", settings: { ...article, activations: ["sigmoid", "tanh", "relu"], hidden: Array(8).fill(8), parts: ["batch-norm"] }, speed: 120 },
  { title: "Units that die", words: "ReLU beside Leaky ReLU at a rate that is too large.", settings: { ...article, activations: ["relu", "leaky-relu"], "learning-rate": 1, hidden: [6, 6] }, speed: 30 },
  { title: "Learning by heart", words: "Eighty points, much noise, wide layers: the test loss turns.", settings: { ...article, samples: 80, noise: 0.4, activations: ["tanh", "relu"], hidden: [32, 32], optimiser: "adam", "learning-rate": 0.01 }, speed: 60 },
  { title: "A circle", words: "No line parts the classes; how many units does it take?", settings: { ...article, dataset: "circles", noise: 0.1, activations: ["tanh", "relu"], hidden: [3], "learning-rate": 0.1 }, speed: 120 },
  { title: "A formula’s border", words: "Points above and below sin(3 x₁).", settings: { ...article, dataset: "x2 > sin(3*x1)", activations: ["tanh", "relu"], hidden: [12, 12], optimiser: "adam", "learning-rate": 0.01 }, speed: 60 },
];

/** show sets one up, from its first weights, and trains. @param {import("./page.js").Page} page */
export async function show(page, { settings, rates, speed }) {
  const known = page.lab.state.settings;
  const names = page.lab.state.options.datasets.map((entry) => entry.name ?? entry);
  const wanted = Object.fromEntries(Object.entries(settings).filter(([key]) => key in known));
  // Sets of points are named in the singular or the plural.
  if (!names.includes(wanted.dataset)) wanted.dataset = names.find((name) => name === wanted.dataset.replace(/s$/, "")) ?? wanted.dataset;
  await page.lab.ask("pause");
  const { ok } = await page.lab.set(wanted);
  if (!ok) return;
  await page.lab.ask("reset", { seed: null });
  for (const [network, factor] of (rates ?? page.networks.map(() => 1)).entries()) if (factor !== (page.networks[network]?.rate_factor ?? 1)) await page.lab.ask("rate", { network, factor });
  page.setSpeed(speed);
  await page.lab.ask("play");
}
