// Written words between those in the call. They are in the memory of the open tabs, nowhere else; only a professional may
// make a note of them, by a form of his own.

// « 11 h 32 » in French, 11:32 in English.
const hour = (at) => (document.documentElement.lang === "fr" ? at.replace(":", "\u00a0h\u00a0") : at);

export class Chat {
  #log;
  #form;
  #field;
  #line;
  #kept = [];
  #store;

  constructor(root, line, store) {
    this.#log = root.querySelector("[data-chat-log]");
    this.#form = root.querySelector("[data-chat-form]");
    this.#field = this.#form.elements.text;
    this.#line = line;
    this.#store = store;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    // A reload of this tab, and nothing longer.
    try {
      JSON.parse(sessionStorage.getItem(store) || "[]").forEach((message) => this.#show(message));
    } catch {
      sessionStorage.removeItem(store);
    }
  }

  #send() {
    const text = this.#field.value.trim();
    if (!text || !this.#line.isOpen) return;
    this.#line.send({ kind: "chat", text });
    this.#field.value = "";
    this.#field.focus();
  }

  hear(frame, isMine) {
    const message = { name: frame.name, text: frame.text, at: hour(frame.at), isMine };
    this.#show(message);
    try {
      sessionStorage.setItem(this.#store, JSON.stringify(this.#kept));
    } catch {
      // Without the store a reload forgets; nothing else.
    }
  }

  #show(message) {
    this.#kept.push(message);
    const item = document.createElement("li");
    item.classList.toggle("is-mine", Boolean(message.isMine));
    const head = document.createElement("p");
    head.className = "call-chat-who";
    head.textContent = `${message.name} · ${message.at}`;
    const body = document.createElement("p");
    body.textContent = message.text;
    item.append(head, body);
    this.#log.append(item);
    this.#log.hidden = false;
    item.scrollIntoView({ block: "nearest" });
  }

  get isEmpty() {
    return this.#kept.length === 0;
  }

  // One line each, for the note.
  get transcript() {
    return this.#kept.map(({ name, text, at }) => `${at} ${name} : ${text}`).join("\n");
  }

  forget() {
    sessionStorage.removeItem(this.#store);
  }
}
