// The other people of the call: one connection and one tile each; who comes, who goes, who is only being looked for.
import { Connection } from "./connection.js";
import { EVERY, Adaptation, grade, measure } from "./quality.js";

// Somebody whose line and pictures are both gone may be reloading his page.
const GRACE = 30000;
const WORST_FIRST = ["none", "poor", "fair", "good"];

// Who only listens and writes is not badly connected.
const sendsNothing = (state) => Boolean(state) && !state.microphone && !state.screen && (!state.camera || state.voice_only);

export class Peers extends EventTarget {
  #peers = new Map();
  #admitted = null;
  #me = null;
  #ice = [];
  #tiles;
  #line;
  #media;
  #words;
  #announce;
  #isRelayOnly;
  adaptation = new Adaptation();

  constructor({ tiles, line, media, words, announce, isRelayOnly }) {
    super();
    this.#tiles = tiles;
    this.#line = line;
    this.#media = media;
    this.#words = words;
    this.#announce = announce;
    this.#isRelayOnly = isRelayOnly;
    media.addEventListener("change", () => this.#refreshTracks());
    window.setInterval(() => this.#look(), EVERY);
    navigator.connection?.addEventListener?.("change", () => this.#each(({ connection }) => connection.networkChanged()));
  }

  #each(work) {
    for (const peer of this.#peers.values()) work(peer);
  }

  #say(sentence, name) {
    this.#announce(sentence.replace("{name}", name));
  }

  // --- Who is there ---

  welcome({ me, people, ice }) {
    this.#me = me;
    this.setIce(ice);
    for (const who of people) this.meet(who);
    const present = new Set(people.map(({ participant }) => participant));
    this.#each((peer) => { if (!present.has(peer.who.participant)) this.#miss(peer); });
  }

  meet(who) {
    const known = this.#peers.get(who.participant);
    if (known && known.who.instance === who.instance) {
      // The same page through a new socket: its pictures have gone on.
      window.clearTimeout(known.leaving);
      known.connection.lineIsBack();
      this.#tellState();
      return;
    }
    if (known) this.#close(known);
    this.#tiles.add(who);
    const connection = new Connection({
      who,
      isFirst: this.#me.participant < who.participant,
      ice: this.#ice,
      isRelayOnly: this.#isRelayOnly,
      local: this.#media.outgoing,
      send: ({ generation, body }) => this.#line.send({ kind: "signal", to: who.participant, instance: who.instance, generation, body }),
    });
    const peer = { who, connection, leaving: 0, last: null, wasConnected: false, state: null };
    this.#peers.set(who.participant, peer);
    connection.addEventListener("media", () => this.#play(peer));
    connection.addEventListener("state", () => this.#follow(peer));
    connection.addEventListener("hard", () => {
      this.#tiles.note(who.participant, this.#words.hard);
      this.dispatchEvent(new Event("hard"));
    });
    if (!known) this.#say(this.#words.joined, who.name);
    this.#tellState();
    this.#changed();
  }

  // His socket is gone; his pictures may go on.
  left({ participant, instance }) {
    const peer = this.#peers.get(participant);
    if (peer?.who.instance === instance) this.#miss(peer);
  }

  #miss(peer) {
    window.clearTimeout(peer.leaving);
    peer.leaving = window.setTimeout(() => {
      if (peer.connection.isConnected) this.#miss(peer);
      else this.gone(peer.who);
    }, GRACE);
  }

  gone({ participant, instance }) {
    const peer = this.#peers.get(participant);
    if (!peer || (instance && peer.who.instance !== instance)) return;
    this.#close(peer);
    this.#tiles.remove(participant);
    this.#say(this.#words.left, peer.who.name);
    this.#changed();
  }

  // What the rows of the portal say: whoever is not admitted is hung up on, whatever his page does.
  admitted(people) {
    this.#admitted = new Set(people);
    this.#each((peer) => { if (!this.#admitted.has(peer.who.participant)) this.gone(peer.who); });
  }

  #close(peer) {
    window.clearTimeout(peer.leaving);
    peer.connection.close();
    this.#peers.delete(peer.who.participant);
  }

  closeAll() {
    this.#each((peer) => this.#close(peer));
  }

  #changed() {
    this.dispatchEvent(new Event("people"));
  }

  get count() {
    return this.#peers.size;
  }

  // --- What comes ---

  signal({ who, generation, body }) {
    const peer = this.#peers.get(who.participant);
    if (peer?.who.instance === who.instance) peer.connection.receive({ generation, body });
  }

  state({ who, state }) {
    const peer = this.#peers.get(who.participant);
    if (!peer) return;
    this.#tiles.show(who.participant, state);
    const before = peer.state;
    peer.state = state;
    if (before && before.microphone !== state.microphone) {
      this.#say(state.microphone ? this.#words.unmuted : this.#words.muted, peer.who.name);
    }
    if (before && before.screen !== state.screen) this.#say(state.screen ? this.#words.shows : this.#words.shows_no_more, peer.who.name);
    if (before && !before.voice_only && state.voice_only) this.#say(this.#words.their_voice, peer.who.name);
  }

  async #play(peer) {
    const isPlaying = await this.#tiles.play(peer.who.participant, peer.connection.stream);
    if (!isPlaying) this.dispatchEvent(new Event("silent"));
  }

  #follow(peer) {
    const { participant, name } = peer.who;
    const { state, generation } = peer.connection;
    this.#tiles.state(participant, state, generation);
    if (state === "connected") {
      this.#tiles.note(participant, "");
      if (peer.wasConnected === "lost") this.#say(this.#words.back, name);
      peer.wasConnected = true;
      this.#tellState();
      this.dispatchEvent(new Event("connected"));
    } else if (peer.wasConnected && (state === "disconnected" || state === "failed")) {
      if (peer.wasConnected !== "lost") this.#say(this.#words.lost, name);
      peer.wasConnected = "lost";
      this.#tiles.note(participant, this.#words.looking);
    }
  }

  // --- What leaves ---

  #refreshTracks() {
    const { audio, video } = this.#media.outgoing;
    this.#each(({ connection }) => {
      connection.setTrack("audio", audio);
      connection.setTrack("video", video);
    });
    this.#tellState();
  }

  #tellState() {
    this.#line.send({ kind: "state", ...this.#media.state });
  }

  setIce(ice) {
    this.#ice = ice;
    this.#each(({ connection }) => connection.setIce(ice));
  }

  // --- How it goes ---

  async #look() {
    const grades = [];
    for (const peer of [...this.#peers.values()]) {
      const { connection, who } = peer;
      if (!connection.isConnected) continue;
      let now;
      try {
        now = await measure(connection.pc);
      } catch {
        continue;
      }
      const before = peer.last?.generation === connection.generation ? peer.last.figures : null;
      const found = sendsNothing(peer.state) ? "wait" : grade(now, before);
      peer.last = { generation: connection.generation, figures: now };
      this.#tiles.figures(who.participant, now, found);
      if (found !== "wait") grades.push(found);
      await this.adaptation.apply(connection, this.#peers.size);
    }
    const worst = WORST_FIRST.find((one) => grades.includes(one));
    if (!worst) return;
    this.adaptation.observe(worst);
    this.dispatchEvent(new CustomEvent("quality", { detail: worst }));
  }
}
