// Offer and answer of one RTCPeerConnection. The first offer is made by one side only: both at once leaves Chromium now and
// then with a pair that is dead for good. Later changes (ICE restart) may begin on either side: « perfect negotiation ».

export class Negotiation {
  #pc;
  #send;
  #isFirst;
  #prepareAnswer;
  #isMakingOffer = false;
  #isIgnoring = false;
  #isSettingAnswer = false;
  #hasBegun = false;
  #early = [];
  #queue = Promise.resolve();

  constructor(pc, { isFirst, send, prepareAnswer }) {
    this.#pc = pc;
    this.#send = send;
    this.#isFirst = isFirst;
    this.#prepareAnswer = prepareAnswer;
    pc.addEventListener("negotiationneeded", () => this.#offer());
  }

  async #offer() {
    if (!this.#isFirst && !this.#hasBegun) return;
    try {
      this.#isMakingOffer = true;
      await this.#pc.setLocalDescription();
      this.#tell();
    } catch (error) {
      // Closed meanwhile, or the other side was faster: its offer is being answered.
      if (this.#pc.signalingState !== "closed") console.warn("offer", error.name);
    } finally {
      this.#isMakingOffer = false;
    }
  }

  #tell() {
    const { type, sdp } = this.#pc.localDescription;
    this.#send({ description: { type, sdp } });
  }

  // One after the other, in the order in which they came.
  receive(body) {
    this.#queue = this.#queue.then(() => this.#take(body)).catch((error) => {
      if (this.#pc.signalingState !== "closed") console.warn("negotiation", error.name);
    });
    return this.#queue;
  }

  async #take({ description, candidate }) {
    if (this.#pc.signalingState === "closed") return;
    if (description) await this.#describe(description);
    else if (!this.#pc.remoteDescription) this.#early.push(candidate);
    else await this.#add(candidate);
  }

  async #describe(description) {
    const isReady = !this.#isMakingOffer && (this.#pc.signalingState === "stable" || this.#isSettingAnswer);
    const isCollision = description.type === "offer" && !isReady;
    // Who made the first offer is the impolite one.
    this.#isIgnoring = this.#isFirst && isCollision;
    if (this.#isIgnoring) return;
    this.#isSettingAnswer = description.type === "answer";
    try {
      await this.#pc.setRemoteDescription(description);
    } finally {
      this.#isSettingAnswer = false;
    }
    this.#hasBegun = true;
    if (description.type === "offer") {
      await this.#prepareAnswer();
      await this.#pc.setLocalDescription();
      this.#tell();
    }
    for (const candidate of this.#early.splice(0)) await this.#add(candidate);
  }

  async #add(candidate) {
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#isIgnoring) throw error;
    }
  }
}
