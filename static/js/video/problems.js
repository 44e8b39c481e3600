// A device that does not come: what happened, and what to do in the browser at hand. One can go in without it.
import { browser } from "./devices.js";

export class Problems {
  #box;
  #media;
  #words;

  constructor(root, media, words) {
    this.#box = root.querySelector("[data-problem]");
    this.#media = media;
    this.#words = words;
    media.addEventListener("problem", ({ detail: { kind, why } }) => this.show({ [kind]: why }));
    this.#box.querySelector("[data-problem-retry]").addEventListener("click", () => this.#retry());
    this.#box.querySelector("[data-problem-close]").addEventListener("click", () => { this.#box.hidden = true; });
  }

  show(problems) {
    const { title, help, enter } = explain(problems, this.#words);
    this.#box.querySelector("[data-problem-title]").textContent = title;
    this.#box.querySelector("[data-problem-help]").replaceChildren(...help.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
    const close = this.#box.querySelector("[data-problem-close]");
    close.textContent = enter;
    close.hidden = !enter;
    this.#box.querySelector("[data-problem-retry]").hidden = !enter;
    this.#box.hidden = false;
    this.#box.focus();
  }

  async #retry() {
    this.#box.hidden = true;
    const found = await this.#media.start();
    if (Object.keys(found).length) this.show(found);
  }
}

// The sentences for what is missing; `problems`: {audio: why, video: why}, either or both.
export function explain(problems, words) {
  const which = problems.audio && problems.video ? "both" : Object.keys(problems)[0];
  const why = problems.audio || problems.video;
  const steps = words.help[why];
  const help = Array.isArray(steps) ? steps : steps[browser()] || steps.chrome;
  return { title: words.problem[which][why], help, enter: why === "unsupported" ? "" : words.enter[which] };
}
