// Camera, microphone, loudspeaker: opened, chosen, and what to say when one of them does not come.

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 }, facingMode: "user" };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const REASONS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy",
};

export const isSupported = () => "RTCPeerConnection" in window && "WebSocket" in window;

// "denied", "missing", "busy", or "insecure" where the browser hides them (a page without https).
export const reason = (error) => REASONS[error.name] || "busy";

export function browser() {
  const agent = navigator.userAgent;
  const isApple = /iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
  if (isApple) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Firefox/.test(agent)) return "firefox";
  if (/Chrome|Chromium|Edg/.test(agent)) return "chrome";
  return "safari";
}

const wanted = (base, id) => (id ? { ...base, facingMode: undefined, deviceId: { exact: id } } : base);

async function one(kind, id) {
  const constraints = kind === "audio" ? { audio: wanted(AUDIO, id) } : { video: wanted(VIDEO, id) };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return stream.getTracks()[0];
  } catch (error) {
    // The device of last time is not plugged in today.
    if (id && error.name === "OverconstrainedError") return one(kind);
    throw error;
  }
}

// Both in one question to the person; where that fails, each for itself, so that one of them does not cost the other.
export async function openBoth({ audio, video } = {}) {
  const found = { audio: null, video: null, problems: {} };
  if (!navigator.mediaDevices?.getUserMedia) {
    found.problems = { audio: "insecure", video: "insecure" };
    return found;
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted(AUDIO, audio), video: wanted(VIDEO, video) });
    [found.audio] = stream.getAudioTracks();
    [found.video] = stream.getVideoTracks();
    return found;
  } catch {
    for (const [kind, id] of [["audio", audio], ["video", video]]) {
      try {
        found[kind] = await one(kind, id);
      } catch (error) {
        found.problems[kind] = reason(error);
      }
    }
    return found;
  }
}

export const open = one;

export async function list() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) || [];
  const of = (kind) => all.filter((device) => device.kind === kind && device.deviceId);
  return { audio: of("audioinput"), video: of("videoinput"), output: of("audiooutput") };
}

// Front and back of a telephone have no names worth reading: one button turns from one to the other.
export async function turn(track) {
  const isFront = track?.getSettings().facingMode !== "environment";
  track?.stop();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { ...VIDEO, facingMode: { ideal: isFront ? "environment" : "user" } } });
  return stream.getVideoTracks()[0];
}

// How loud it is, 0 to 1; calls back ten times a second until stopped.
export function level(track, hear) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    hear(Math.min(1, Math.sqrt(power) * 4));
  }, 100);
  return () => {
    window.clearInterval(timer);
    context.close();
  };
}
