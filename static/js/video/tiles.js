// The pictures of the others. Each tile says in words how it is with its person; figures are in its data attributes.

export class Tiles {
  #stage;
  #template;
  #words;
  #tiles = new Map();

  constructor(stage, template, words) {
    this.#stage = stage;
    this.#template = template;
    this.#words = words;
  }

  add(who) {
    this.remove(who.participant);
    const tile = this.#template.content.firstElementChild.cloneNode(true);
    tile.dataset.participant = who.participant;
    tile.prepend(Object.assign(document.createElement("video"), { autoplay: true, playsInline: true }));
    tile.querySelector("[data-name]").textContent = who.name;
    tile.querySelector("[data-role]").textContent = this.#words.roles[who.role] || "";
    tile.querySelector("[data-initials]").textContent = initials(who.name);
    this.#tiles.set(who.participant, tile);
    this.#stage.append(tile);
    this.#count();
    this.note(who.participant, this.#words.connecting);
    return tile;
  }

  remove(participant) {
    const tile = this.#tiles.get(participant);
    if (!tile) return;
    tile.querySelector("video").srcObject = null;
    tile.remove();
    this.#tiles.delete(participant);
    this.#count();
  }

  #count() {
    this.#stage.dataset.count = this.#tiles.size;
  }

  // Resolves to false where the browser wants a tap before it plays sound.
  async play(participant, stream) {
    const video = this.#tiles.get(participant)?.querySelector("video");
    if (!video) return true;
    if (video.srcObject !== stream) video.srcObject = stream;
    try {
      await video.play();
    } catch (error) {
      return error.name !== "NotAllowedError";
    }
    return true;
  }

  playAll() {
    for (const tile of this.#tiles.values()) tile.querySelector("video").play().catch(() => {});
  }

  note(participant, sentence) {
    const tile = this.#tiles.get(participant);
    if (!tile) return;
    const note = tile.querySelector("[data-note]");
    note.textContent = sentence;
    note.hidden = !sentence;
  }

  show(participant, { microphone, camera, screen, voice_only: isVoice }) {
    const tile = this.#tiles.get(participant);
    if (!tile) return;
    tile.classList.toggle("is-muted", !microphone);
    tile.classList.toggle("is-dark", !screen && (!camera || isVoice));
    tile.classList.toggle("is-screen", screen);
    tile.querySelector("[data-muted]").hidden = microphone;
  }

  // Frames and packets as the browser counts them, the grade as a word.
  figures(participant, figures, grade) {
    const tile = this.#tiles.get(participant);
    if (!tile) return;
    Object.assign(tile.dataset, { frames: figures.frames, voice: figures.voice, quality: grade, way: figures.way });
    const words = tile.querySelector("[data-quality-says]");
    words.textContent = this.#words.quality[grade] || "";
    words.hidden = !words.textContent;
  }

  state(participant, state, generation) {
    const tile = this.#tiles.get(participant);
    if (tile) Object.assign(tile.dataset, { state, generation });
  }

  video(participant) {
    return this.#tiles.get(participant)?.querySelector("video");
  }

  names() {
    return [...this.#tiles].map(([participant, tile]) => [participant, tile.querySelector("[data-name]").textContent]);
  }

  async speakThrough(output) {
    for (const tile of this.#tiles.values()) await tile.querySelector("video").setSinkId?.(output);
  }
}

export function initials(name) {
  const words = name.split(/[\s-]+/).filter((word) => /^\p{Lu}/u.test(word) && !/^(Dr|Pr|Mme|M)\.?$/.test(word));
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] || name).slice(0, 1)).toUpperCase();
}
