// Numbers can be taken as CSV: each button of the class csv gives a file.

// csvText writes rows, arrays of numbers and words, as RFC 4180 has them.
function csvText(rows) {
  const field = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}

// saveText has the reader's browser save a text as a file.
function saveText(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// inflated are the bytes of base64 of deflated ones.
async function inflated(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// rowsOf are the rows of a figure's table, as figure_data.go has packed it by columns.
async function rowsOf(packed) {
  const columns = JSON.parse(new TextDecoder().decode(await inflated(packed)));
  return [columns.map((column) => column.name), ...columns[0].values.map((_, row) => columns.map((column) => column.values[row]))];
}

for (const figure of document.querySelectorAll("figure.drawing")) {
  const button = figure.querySelector("button.csv");
  if (!button || !globalThis.DecompressionStream) continue; // stays hidden
  button.hidden = false;
  button.addEventListener("click", async () => saveText(`${figure.dataset.name}.csv`, csvText(await rowsOf(figure.querySelector("script").textContent))));
}
