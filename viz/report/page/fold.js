// On a phone the figures after the first few are folded: their headlines stay, and open them.

const unfoldedFigures = 2;
const fewFigures = 4; // so many are never folded
const phone = matchMedia("screen and (max-width: 30rem)");

class Fold {
  constructor(figure) {
    this.figure = figure;
    this.heading = figure.querySelector("h3");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "fold";
    this.button.addEventListener("click", () => this.set(!figure.classList.contains("folded")));
  }

  // set folds the figure or opens it.
  set(folded) {
    this.figure.classList.toggle("folded", folded);
    this.button.setAttribute("aria-expanded", String(!folded));
  }

  // follow makes the headline a button on a phone, and plain words elsewhere.
  follow() {
    if (phone.matches === this.button.isConnected) return;
    const words = [...(phone.matches ? this.heading : this.button).childNodes];
    this.set(phone.matches);
    this.heading.replaceChildren(...(phone.matches ? [this.button] : words));
    if (phone.matches) this.button.replaceChildren(...words);
  }
}

const allFigures = [...document.querySelectorAll("#figures > figure.drawing")];
const folds = allFigures.length > fewFigures ? allFigures.slice(unfoldedFigures).map((figure) => new Fold(figure)) : [];
const followPhone = () => folds.forEach((fold) => fold.follow());
// openAddressed opens the figure that the address names.
const openAddressed = () => folds.find((fold) => `#${fold.figure.id}` === location.hash)?.set(false);
phone.addEventListener("change", followPhone);
addEventListener("hashchange", openAddressed);
followPhone();
openAddressed();
