// A still of what the camera shows, for the record: looked at first, kept only then. By a professional, never by itself.

const QUALITY = 0.92;

export class Photo {
  #panel;
  #form;
  #tiles;
  #media;
  #canvas;
  #announce;
  #taken = null;

  constructor(panel, { tiles, media, announce }) {
    this.#panel = panel;
    this.#form = panel.querySelector("form");
    this.#canvas = panel.querySelector("canvas");
    this.#tiles = tiles;
    this.#media = media;
    this.#announce = announce;
    panel.addEventListener("shown", () => this.#sources());
    panel.querySelector("[data-photo-take]").addEventListener("click", () => this.#take());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep();
    });
  }

  get #source() {
    return this.#panel.querySelector("[data-photo-source]");
  }

  #sources() {
    const chosen = this.#source.value;
    const own = this.#media.video ? [new Option(this.#panel.dataset.own, "own")] : [];
    const others = this.#tiles.names().map(([participant, name]) => new Option(name, participant));
    this.#source.replaceChildren(...own, ...others);
    if ([...this.#source.options].some(({ value }) => value === chosen)) this.#source.value = chosen;
    this.#say("");
  }

  async #take() {
    const picture = this.#source.value === "own" ? await this.#ownStill() : this.#tiles.video(Number(this.#source.value));
    const width = picture?.videoWidth || picture?.width;
    const height = picture?.videoHeight || picture?.height;
    if (!width) {
      this.#say(this.#panel.dataset.dark, false);
      return;
    }
    Object.assign(this.#canvas, { width, height });
    this.#canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
    this.#taken = await new Promise((resolve) => { this.#canvas.toBlob(resolve, "image/jpeg", QUALITY); });
    this.#show(true);
    this.#say(this.#panel.dataset.look);
    this.#form.querySelector("button[type=submit]").focus();
  }

  // A telephone photographs sharper than it films.
  async #ownStill() {
    try {
      const blob = await new ImageCapture(this.#media.video).takePhoto();
      return await createImageBitmap(blob);
    } catch {
      return document.querySelector("[data-own] video");
    }
  }

  async #keep() {
    const data = new FormData(this.#form);
    data.set("photo", this.#taken, "photo.jpg");
    const button = this.#form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      const answer = await fetch(this.#form.action, { method: "POST", body: data });
      const { sentence } = await answer.json();
      this.#say(sentence, answer.ok);
      if (answer.ok) this.#show(false);
    } catch {
      // Still there: the person tries again.
      this.#say(this.#panel.dataset.lost, false);
    } finally {
      button.disabled = false;
    }
  }

  #show(isTaken) {
    this.#canvas.hidden = !isTaken;
    this.#form.hidden = !isTaken;
    if (!isTaken) this.#taken = null;
  }

  #say(sentence, isGood) {
    const says = this.#panel.querySelector("[data-photo-says]");
    says.textContent = sentence;
    says.dataset.good = isGood === undefined ? "" : isGood ? "yes" : "no";
    if (sentence) this.#announce(sentence);
  }
}
