// On small screens a figure can fill the screen, where it is large enough to read and scrolls.
const dialog = document.querySelector(".enlarged");
for (const figure of document.querySelectorAll("figure.drawing")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "enlarge";
  button.textContent = "Enlarge";
  button.setAttribute("aria-label", `Enlarge ${figure.querySelector("figcaption b").textContent}`);
  button.addEventListener("click", () => {
    const pictures = [...figure.querySelectorAll("[role=img]")];
    dialog.querySelector(".picture").replaceChildren(...pictures);
    dialog.addEventListener("close", () => figure.prepend(...pictures), { once: true });
    dialog.showModal();
  });
  figure.append(button);
}
