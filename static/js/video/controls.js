// The buttons under the pictures. Two keys that no browser and no screen reader needs: F8 microphone, F9 camera.
import { list } from "./devices.js";
import { canShareScreen } from "./screen.js";

const KEYS = { F8: "microphone", F9: "camera" };

export class Controls {
  #root;
  #media;
  #panels;
  #notices;
  #peers;
  #tiles;
  #words;
  #announce;

  constructor({ root, media, panels, notices, peers, tiles, words, announce }) {
    this.#root = root;
    this.#media = media;
    this.#panels = panels;
    this.#notices = notices;
    this.#peers = peers;
    this.#tiles = tiles;
    this.#words = words;
    this.#announce = announce;
    this.#listen();
    this.#followQuality();
  }

  #button(name) {
    return this.#root.querySelector(`[data-do="${name}"]`);
  }

  #listen() {
    const work = {
      microphone: () => this.#media.toggleMicrophone(),
      camera: () => this.#media.toggleCamera(),
      turn: () => this.#media.turn(),
      screen: () => this.#share(() => this.#media.showScreen()),
      unshare: () => this.#media.stopShowing(),
    };
    this.#root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      work[button?.dataset.do]?.();
    });
    document.addEventListener("keydown", (event) => {
      const name = KEYS[event.key];
      if (!name || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      work[name]();
    });
    const file = this.#root.querySelector("[data-document]");
    file.addEventListener("change", () => {
      const [chosen] = file.files;
      file.value = "";
      if (chosen) this.#share(() => this.#media.showDocument(chosen));
    });
    this.#button("screen").hidden = !canShareScreen();
    this.#root.querySelector("[data-no-screen]").hidden = canShareScreen();
    this.#root.querySelector("[data-voice-choice]").addEventListener("change", ({ target }) => this.#voice(target.checked));
    this.#media.addEventListener("change", () => this.#show());
    for (const select of this.#root.querySelectorAll("[data-device]")) {
      select.addEventListener("change", () => this.#choose(select.dataset.device, select.value));
    }
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.refreshDevices());
  }

  async #share(work) {
    try {
      await work();
      this.#notices.set("document", false);
      if (this.#media.share) this.#panels.close(true);
    } catch {
      this.#notices.set("document", true);
    }
  }

  async #choose(kind, id) {
    await this.#media.choose(kind, id);
    if (kind === "output") this.#tiles.speakThrough(id);
  }

  async refreshDevices() {
    const found = await list();
    for (const select of this.#root.querySelectorAll("[data-device]")) {
      const kind = select.dataset.device;
      const now = this.#media[kind]?.getSettings().deviceId || this.#media.chosen[kind];
      select.replaceChildren(...found[kind].map((device, index) => {
        const label = device.label || `${this.#words.device[kind]} ${index + 1}`;
        return new Option(label, device.deviceId, false, device.deviceId === now);
      }));
      select.closest("[data-device-row]").hidden = found[kind].length < (kind === "output" ? 1 : 2);
    }
    this.#button("turn").hidden = found.video.length < 2 || navigator.maxTouchPoints === 0;
  }

  #show() {
    const { microphone, camera, screen } = this.#media.state;
    this.#press("microphone", microphone);
    this.#press("camera", camera);
    this.#notices.set("sharing", screen);
    const own = this.#root.querySelector("[data-own]");
    own.classList.toggle("is-dark", !camera);
    own.classList.toggle("is-back", this.#media.video?.getSettings().facingMode === "environment");
    const video = own.querySelector("video");
    const track = this.#media.video;
    if (video.srcObject?.getTracks()[0] !== track) video.srcObject = track ? new MediaStream([track]) : null;
    this.#root.querySelector("[data-voice-choice]").checked = this.#media.isVoiceOnly;
    own.querySelector("[data-own-muted]").hidden = microphone;
    own.dataset.camera = String(camera);
  }

  #press(name, isOn) {
    const button = this.#button(name);
    const before = button.getAttribute("aria-pressed");
    button.setAttribute("aria-pressed", String(isOn));
    button.querySelector("[data-label]").textContent = isOn ? button.dataset.on : button.dataset.off;
    if (before !== String(isOn) && before) this.#announce(this.#words[`${name}_${isOn ? "on" : "off"}`]);
  }

  // --- When the network is bad ---

  #followQuality() {
    const { adaptation } = this.#peers;
    adaptation.addEventListener("voice", () => {
      this.#media.voiceOnly(true);
      this.#notices.set("voice", true);
      this.#announce(this.#words.voice);
    });
    adaptation.addEventListener("better", () => this.#notices.set("better", true));
    this.#notices.on("better", () => this.#voice(false));
    this.#notices.on("voice", () => this.#voice(false));
    let before = "";
    this.#peers.addEventListener("quality", ({ detail }) => {
      this.#root.dataset.quality = detail;
      this.#notices.set("weak", detail === "poor" || detail === "none");
      if (before && before !== detail && (detail === "poor" || before === "poor")) this.#announce(this.#words.quality[detail]);
      before = detail;
    });
    this.#peers.addEventListener("hard", () => this.#notices.set("hard", true));
    this.#peers.addEventListener("connected", () => this.#notices.set("hard", false));
    this.#peers.addEventListener("silent", () => this.#notices.set("silent", true));
    this.#notices.on("silent", () => {
      this.#tiles.playAll();
      this.#notices.set("silent", false);
    });
    this.#notices.on("sharing", () => this.#media.stopShowing());
  }

  #voice(isOn) {
    if (isOn) this.#peers.adaptation.toVoice();
    else this.#peers.adaptation.toPicture();
    this.#media.voiceOnly(isOn);
    this.#notices.set("voice", isOn);
    this.#notices.set("better", false);
  }
}
