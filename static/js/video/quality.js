// How well it goes, in figures every two seconds, then in words; and what to give up first when the network is bad.

export const EVERY = 2000;
const FULL = 1_200_000;
const LOW = 180_000;
const POOR_UNTIL_STEP = 3;
const GOOD_UNTIL_BACK = 8;

const sum = (reports, field) => reports.reduce((total, report) => total + (report[field] || 0), 0);

export async function measure(pc) {
  const reports = [...(await pc.getStats()).values()];
  const incoming = reports.filter(({ type }) => type === "inbound-rtp");
  const told = reports.filter(({ type }) => type === "remote-inbound-rtp");
  const pair = reports.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const own = reports.find(({ id }) => id === pair?.localCandidateId);
  return {
    frames: sum(incoming.filter(({ kind }) => kind === "video"), "framesDecoded"),
    voice: sum(incoming.filter(({ kind }) => kind === "audio"), "packetsReceived"),
    received: sum(incoming, "packetsReceived"),
    lost: sum(incoming, "packetsLost"),
    // What the other side says of what we send.
    theirLoss: Math.max(0, ...told.map(({ fractionLost }) => fractionLost || 0)),
    delay: pair?.currentRoundTripTime || 0,
    way: own?.candidateType || "",
  };
}

// "good", "fair", "poor", or "none": nothing comes.
export function grade(now, before) {
  if (!before) return "wait";
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  if (received <= 0) return "none";
  const loss = Math.max(lost / (received + lost), now.theirLoss);
  if (loss > 0.1 || now.delay > 0.8) return "poor";
  return loss > 0.03 || now.delay > 0.35 ? "fair" : "good";
}

// First fewer bits, then sound alone; the way back is offered, never taken without asking.
// Events: "voice" (the picture is given up), "better" (it could come back).
export class Adaptation extends EventTarget {
  step = 0;
  #poor = 0;
  #good = 0;

  observe(worst) {
    const isPoor = worst === "poor";
    this.#poor = isPoor ? this.#poor + 1 : 0;
    this.#good = worst === "good" ? this.#good + 1 : 0;
    if (this.#poor >= POOR_UNTIL_STEP && this.step < 2) {
      this.#poor = 0;
      this.step += 1;
      if (this.step === 2) this.dispatchEvent(new Event("voice"));
    }
    if (this.#good >= GOOD_UNTIL_BACK && this.step > 0) {
      this.#good = 0;
      if (this.step === 1) this.step = 0;
      else this.dispatchEvent(new Event("better"));
    }
  }

  toVoice() {
    this.step = 2;
  }

  toPicture() {
    this.step = 0;
    this.#poor = 0;
    this.#good = 0;
  }

  // Bitrates are set only when nothing is being negotiated: Chromium otherwise forgets them, or worse.
  async apply(connection, others) {
    const sender = connection.sender("video");
    if (!sender?.track || connection.pc?.signalingState !== "stable") return;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    const most = this.step ? LOW : Math.round(FULL / Math.max(1, others));
    const smaller = this.step ? 2 : 1;
    const [encoding] = parameters.encodings;
    if (encoding.maxBitrate === most && (encoding.scaleResolutionDownBy || 1) === smaller) return;
    Object.assign(encoding, { maxBitrate: most, scaleResolutionDownBy: smaller });
    try {
      await sender.setParameters(parameters);
    } catch (error) {
      console.warn("bitrate", error.name);
    }
  }
}
