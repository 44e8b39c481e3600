// What leaves this page: microphone, camera, or what is shown in its place. Events: "change" after each change, "problem"
// (detail: {kind, why}) when a device does not come or goes away.
import * as devices from "./devices.js";
import * as screen from "./screen.js";

const CHOSEN = "video-devices";

export class Media extends EventTarget {
  audio = null;
  video = null;
  share = null;
  isMuted = false;
  isCameraOff = false;
  isVoiceOnly = false;
  chosen = {};

  constructor() {
    super();
    try {
      this.chosen = JSON.parse(localStorage.getItem(CHOSEN) || "{}");
    } catch {
      this.chosen = {};
    }
  }

  // Camera and microphone, or what there is of them.
  async start() {
    const { audio, video, problems } = await devices.openBoth(this.chosen);
    this.#take("audio", audio);
    this.#take("video", video);
    this.isCameraOff = !video;
    this.#changed();
    return problems;
  }

  #take(kind, track) {
    this[kind]?.stop();
    this[kind] = track;
    if (!track) return;
    if (kind === "audio") track.enabled = !this.isMuted;
    track.addEventListener("ended", () => {
      if (this[kind] !== track) return;
      this[kind] = null;
      if (kind === "video") this.isCameraOff = true;
      this.#changed();
      this.dispatchEvent(new CustomEvent("problem", { detail: { kind, why: "gone" } }));
    });
  }

  async #open(kind, id) {
    try {
      this.#take(kind, await devices.open(kind, id || this.chosen[kind]));
      return true;
    } catch (error) {
      this.dispatchEvent(new CustomEvent("problem", { detail: { kind, why: devices.reason(error) } }));
      return false;
    }
  }

  async toggleMicrophone() {
    if (!this.audio) {
      this.isMuted = false;
      await this.#open("audio");
    } else {
      this.isMuted = !this.isMuted;
      this.audio.enabled = !this.isMuted;
    }
    this.#changed();
  }

  // Off is off: the light beside the camera goes out.
  async toggleCamera() {
    if (this.video) {
      this.#take("video", null);
      this.isCameraOff = true;
    } else if (await this.#open("video")) {
      this.isCameraOff = false;
      this.isVoiceOnly = false;
    }
    this.#changed();
  }

  async choose(kind, id) {
    this.chosen = { ...this.chosen, [kind]: id };
    try {
      localStorage.setItem(CHOSEN, JSON.stringify(this.chosen));
    } catch {
      // The choice then lasts as long as the page.
    }
    if (kind === "output") return;
    // A telephone opens its second camera only when the first is let go.
    this[kind]?.stop();
    if (await this.#open(kind, id) && kind === "video") this.isCameraOff = false;
    this.#changed();
  }

  async turn() {
    try {
      this.#take("video", await devices.turn(this.video));
      this.isCameraOff = false;
    } catch (error) {
      this.dispatchEvent(new CustomEvent("problem", { detail: { kind: "video", why: devices.reason(error) } }));
    }
    this.#changed();
  }

  // The person may close the browser's own window without choosing: then nothing happens.
  async showScreen() {
    try {
      this.#show(await screen.screenTrack());
    } catch (error) {
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") throw error;
    }
  }

  async showDocument(file) {
    this.#show(await screen.documentTrack(file));
  }

  #show(track) {
    this.stopShowing();
    this.share = track;
    track.addEventListener("ended", () => { if (this.share === track) this.stopShowing(); });
    this.#changed();
  }

  stopShowing() {
    if (!this.share) return;
    this.share.stop();
    this.share = null;
    this.#changed();
  }

  voiceOnly(isOn) {
    this.isVoiceOnly = isOn;
    this.#changed();
  }

  get outgoing() {
    const camera = this.isVoiceOnly ? null : this.video;
    return { audio: this.audio, video: this.share || camera };
  }

  get state() {
    return {
      microphone: Boolean(this.audio) && !this.isMuted,
      camera: Boolean(this.video),
      screen: Boolean(this.share),
      voice_only: this.isVoiceOnly && !this.share,
    };
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  stop() {
    for (const kind of ["audio", "video", "share"]) {
      const track = this[kind];
      this[kind] = null;
      track?.stop();
    }
  }
}
