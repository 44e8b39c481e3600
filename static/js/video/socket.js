// The line to our server, over which two pages find each other. Lost, it comes back by itself; the call goes on meanwhile.
// Events: "frame" (detail: the frame), "lost", "over" (detail: why).

const FIRST = 250;
const LONGEST = 8000;
const BEAT = 15000;
// Three beats without an answer are a dead line.
const SILENCE = 40000;
// teleconsult/consumers.py
const ENDS = { 4400: "page", 4401: "out", 4409: "elsewhere" };
// Refused so often before a first word, the page itself is asked why.
const REFUSALS = 3;

export class Line extends EventTarget {
  #url;
  #instance;
  #socket = null;
  #pause = FIRST;
  #retry = 0;
  #beat = 0;
  #silence = 0;
  #refusals = 0;
  #isOver = false;
  isOpen = false;

  constructor(path, instance) {
    super();
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    this.#url = `${scheme}://${window.location.host}${path}`;
    this.#instance = instance;
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.#socket?.close());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
  }

  open() {
    window.clearTimeout(this.#retry);
    if (this.#socket || this.#isOver) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    let wasOpen = false;
    socket.addEventListener("open", () => {
      wasOpen = true;
      this.#write({ kind: "hello", instance: this.#instance });
      this.#beat = window.setInterval(() => this.#write({ kind: "beat" }), BEAT);
      this.#heard();
    });
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => { if (socket === this.#socket) this.#lost(code, wasOpen); });
  }

  #hear(frame) {
    this.#heard();
    if (frame.kind === "welcome") {
      this.isOpen = true;
      this.#pause = FIRST;
      this.#refusals = 0;
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #heard() {
    window.clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#socket?.close(), SILENCE);
  }

  async #lost(code, wasOpen) {
    window.clearTimeout(this.#silence);
    window.clearInterval(this.#beat);
    this.#socket = null;
    this.isOpen = false;
    if (this.#isOver) return;
    if (ENDS[code]) {
      this.#end(ENDS[code]);
      return;
    }
    if (!wasOpen && navigator.onLine) this.#refusals += 1;
    this.dispatchEvent(new Event("lost"));
    // Everybody loses the line at once when the server restarts: they come back one after the other.
    this.#retry = window.setTimeout(() => this.open(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST);
    if (this.#refusals === REFUSALS) this.dispatchEvent(new Event("refused"));
  }

  #end(why) {
    this.#isOver = true;
    this.dispatchEvent(new CustomEvent("over", { detail: why }));
  }

  #write(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  send(frame) {
    if (this.isOpen) this.#write(frame);
  }

  hurry() {
    this.#pause = FIRST;
    this.open();
  }

  close() {
    this.#isOver = true;
    window.clearTimeout(this.#retry);
    window.clearTimeout(this.#silence);
    window.clearInterval(this.#beat);
    this.#socket?.close();
  }
}
