// The panels beside the pictures, one at a time, and the sentences above them.

export class Panels {
  #root;
  #buttons;

  constructor(root) {
    this.#root = root;
    this.#buttons = [...root.querySelectorAll("[data-panel-button]")];
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-panel-button]");
      if (button) this.toggle(button.dataset.panelButton);
      if (event.target.closest("[data-panel-close]")) this.close(true);
    });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(true); });
  }

  panel(name) {
    return this.#root.querySelector(`[data-panel="${name}"]`);
  }

  get open() {
    return this.#root.querySelector("[data-panel]:not([hidden])")?.dataset.panel || "";
  }

  toggle(name) {
    if (this.open === name) this.close(true);
    else this.show(name);
  }

  show(name) {
    this.close(false);
    const panel = this.panel(name);
    panel.hidden = false;
    this.#root.classList.add("has-panel");
    this.#mark();
    (panel.querySelector("[data-first]") || panel.querySelector("h2")).focus();
    panel.dispatchEvent(new Event("shown"));
  }

  close(isBack) {
    const name = this.open;
    if (!name) return;
    this.panel(name).hidden = true;
    this.#root.classList.remove("has-panel");
    this.#mark();
    if (isBack) this.#buttons.find((button) => button.dataset.panelButton === name && button.offsetParent)?.focus();
  }

  #mark() {
    for (const button of this.#buttons) button.setAttribute("aria-expanded", String(button.dataset.panelButton === this.open));
  }
}

// Each sentence has a name and is there once; some carry a button. Those with role=status are read aloud by themselves.
export class Notices {
  #root;

  constructor(root) {
    this.#root = root;
  }

  set(name, isOn) {
    const notice = this.#root.querySelector(`[data-notice="${name}"]`);
    if (!notice || notice.hidden === !isOn) return;
    notice.hidden = !isOn;
  }

  isOn(name) {
    return !this.#root.querySelector(`[data-notice="${name}"]`)?.hidden;
  }

  on(name, work) {
    this.#root.querySelector(`[data-notice="${name}"] button`)?.addEventListener("click", work);
  }
}
