// The way to one other page: sound and picture in both directions, from device to device. It heals itself: ICE restart when
// the network changes, and a new RTCPeerConnection (a new « generation ») when six seconds bring nothing.
// Events: "media" (a track came), "state" (see `state`), "hard" (several tries were in vain).
import { Negotiation } from "./negotiation.js";

const WATCHDOG = 6000;
const PATIENCE = 2000;
const TRIES_UNTIL_SAID = 3;
const KINDS = ["audio", "video"];

export class Connection extends EventTarget {
  pc = null;
  generation = 0;
  stream = new MediaStream();
  state = "new";
  #isFirst;
  #ice;
  #isRelayOnly;
  #send;
  #local = { audio: null, video: null };
  #senders = {};
  #negotiation = null;
  #watchdog = 0;
  #tries = 0;
  #begunAt = 0;
  #isOver = false;

  // `isFirst`: this page has the lower participant and makes the first offer.
  constructor({ who, isFirst, ice, isRelayOnly, local, send }) {
    super();
    this.who = who;
    this.#isFirst = isFirst;
    this.#ice = ice;
    this.#isRelayOnly = isRelayOnly;
    this.#send = send;
    Object.assign(this.#local, local);
    if (isFirst) this.#begin(1);
    else this.#watch();
  }

  get isConnected() {
    return this.pc?.connectionState === "connected";
  }

  #begin(generation) {
    this.#drop();
    this.generation = generation;
    this.#begunAt = performance.now();
    this.stream = new MediaStream();
    const pc = new RTCPeerConnection({
      iceServers: this.#ice,
      iceTransportPolicy: this.#isRelayOnly ? "relay" : "all",
      bundlePolicy: "max-bundle",
    });
    this.pc = pc;
    pc.addEventListener("track", ({ track }) => {
      this.stream.addTrack(track);
      this.dispatchEvent(new Event("media"));
    });
    pc.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.candidate) this.#tell({ candidate: candidate.toJSON() });
    });
    pc.addEventListener("connectionstatechange", () => this.#follow(pc));
    this.#negotiation = new Negotiation(pc, {
      isFirst: this.#isFirst,
      send: (body) => { if (pc === this.pc) this.#tell(body); },
      prepareAnswer: () => this.#takeTransceivers(),
    });
    if (this.#isFirst) {
      // Both directions from the start: whoever has no camera yet may have one later without a word between the pages.
      for (const kind of KINDS) this.#senders[kind] = pc.addTransceiver(kind, { direction: "sendrecv" }).sender;
      KINDS.forEach((kind) => this.#attach(kind));
    }
    this.#watch();
  }

  async #takeTransceivers() {
    for (const transceiver of this.pc.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      if (this.#senders[kind]) continue;
      transceiver.direction = "sendrecv";
      this.#senders[kind] = transceiver.sender;
      await this.#attach(kind);
    }
  }

  async #attach(kind) {
    try {
      await this.#senders[kind]?.replaceTrack(this.#local[kind]);
    } catch (error) {
      if (this.pc?.signalingState !== "closed") console.warn("track", error.name);
    }
  }

  // A track of ours, or null for nothing.
  setTrack(kind, track) {
    this.#local[kind] = track;
    return this.#attach(kind);
  }

  sender(kind) {
    return this.#senders[kind];
  }

  setIce(ice) {
    this.#ice = ice;
    try {
      this.pc?.setConfiguration({ ...this.pc.getConfiguration(), iceServers: ice });
    } catch (error) {
      console.warn("ice", error.name);
    }
  }

  #tell(body) {
    this.#send({ generation: this.generation, body });
  }

  receive({ generation, body }) {
    if (this.#isOver) return;
    if (body.again) {
      if (this.#isFirst && performance.now() - this.#begunAt > PATIENCE) this.#begin(this.generation + 1);
      return;
    }
    if (generation > this.generation && !this.#isFirst) this.#begin(generation);
    if (generation === this.generation) this.#negotiation?.receive(body);
  }

  #watch() {
    window.clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(() => {
      if (this.isConnected || this.#isOver) return;
      this.#tries += 1;
      if (this.#tries === TRIES_UNTIL_SAID) this.dispatchEvent(new Event("hard"));
      this.#again();
    }, WATCHDOG);
  }

  #again() {
    if (this.#isFirst) this.#begin(this.generation + 1);
    else {
      this.#tell({ again: true });
      this.#watch();
    }
  }

  #follow(pc) {
    if (pc !== this.pc || this.#isOver) return;
    const state = pc.connectionState;
    if (state === "connected") {
      window.clearTimeout(this.#watchdog);
      this.#tries = 0;
    }
    if (state === "failed") this.#again();
    if (state === "disconnected") {
      // Often back by itself; the side that offered first tries first.
      const patience = this.#isFirst ? PATIENCE : 2 * PATIENCE;
      window.setTimeout(() => {
        if (pc !== this.pc || this.#isOver || pc.connectionState !== "disconnected") return;
        pc.restartIce();
        this.#watch();
      }, patience);
    }
    this.#say(state);
  }

  // The socket is back, ours or theirs: what was said meanwhile is lost.
  lineIsBack() {
    if (!this.isConnected && performance.now() - this.#begunAt > PATIENCE) this.#again();
  }

  // The device has another network now.
  networkChanged() {
    if (this.pc && this.isConnected) this.pc.restartIce();
  }

  #say(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #drop() {
    this.#senders = {};
    if (!this.pc) return;
    const old = this.pc;
    this.pc = null;
    old.close();
  }

  close() {
    this.#isOver = true;
    window.clearTimeout(this.#watchdog);
    this.#drop();
  }
}
