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

for (const figure of document.querySelectorAll("figure.drawing")) {
  const data = figure.querySelector("script[type='application/json']");
  const button = figure.querySelector("button.csv");
  button?.addEventListener("click", () => saveText(`${figure.id}.csv`, JSON.parse(data.textContent)));
}
