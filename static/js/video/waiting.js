// For who receives: who else waits at the door. The list is the portal's own page part, with its own forms; admitting does not
// leave the call.

export class Waiting {
  #root;
  #panels;
  #notices;
  #words;
  #announce;
  #count = 0;

  constructor(root, panels, notices, words, announce) {
    this.#root = root;
    this.#panels = panels;
    this.#notices = notices;
    this.#words = words;
    this.#announce = announce;
    this.#list?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#post(event.target, event.submitter);
    });
    notices.on("waiting", () => panels.show("waiting"));
  }

  get #list() {
    return this.#root.querySelector("[data-waiting-list]");
  }

  set(count) {
    if (!this.#list) return;
    if (count > this.#count) this.#announce(this.#words.knocked);
    this.#count = count;
    this.#notices.set("waiting", count > 0);
    const badge = this.#root.querySelector("[data-waiting-count]");
    if (badge) Object.assign(badge, { textContent: String(count), hidden: count === 0 });
    this.#read();
  }

  async #read() {
    try {
      const answer = await fetch(this.#list.dataset.waitingList, { headers: { "X-Unattended": "yes" } });
      if (answer.ok && !answer.redirected) this.#list.innerHTML = await answer.text();
    } catch {
      // The next change asks again.
    }
  }

  async #post(form, submitter) {
    const data = new FormData(form, submitter);
    submitter.disabled = true;
    try {
      await fetch(submitter.getAttribute("formaction") || form.action, { method: "POST", body: data, redirect: "manual" });
      this.#panels.panel("waiting").querySelector("h2").focus();
    } catch {
      submitter.disabled = false;
    }
    this.#read();
  }
}
