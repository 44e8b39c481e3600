// « Essayer mon matériel »: camera, microphone, loudspeaker, the way to the portal, the relay. Results are words.
import { isSupported, level, openBoth } from "./devices.js";
import { explain } from "./problems.js";

const root = document.getElementById("check");
const words = JSON.parse(document.getElementById("call-words").textContent);
const ice = JSON.parse(document.getElementById("check-ice").textContent);
const LOUD = 0.05;
const LISTEN = 8000;
const ANSWERS_WITHIN = 8000;
const NOTES = [523.25, 783.99];

const part = (name) => root.querySelector(`[data-part="${name}"]`);
let results = {};
let stopLevel = null;
let tracks = [];

function say(name, key, isGood) {
  const says = part(name).querySelector("[data-says]");
  says.textContent = words.check[key];
  if (isGood === undefined) delete says.dataset.good;
  else says.dataset.good = isGood ? "yes" : "no";
  if (isGood !== undefined) results[name] = isGood;
  summary();
}

function summary() {
  const box = root.querySelector("[data-result]");
  const tried = Object.values(results);
  if (tried.length < 4) return;
  const isMissing = results.sound === undefined;
  const key = tried.every(Boolean) ? (isMissing ? "still" : "all_good") : "some_bad";
  box.hidden = false;
  box.dataset.result = key;
  box.querySelector("[data-result-says]").textContent = words.check[key];
}

function problem(problems) {
  const box = root.querySelector("[data-problem]");
  const isBad = Object.keys(problems).length > 0;
  box.hidden = !isBad;
  if (!isBad) return;
  const { title, help } = explain(problems, words);
  box.querySelector("[data-problem-title]").textContent = title;
  box.querySelector("[data-problem-help]").replaceChildren(...help.map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
  box.focus();
}

function listen(track) {
  let isHeard = false;
  say("microphone", "trying");
  stopLevel = level(track, (loudness) => {
    part("microphone").querySelector("[data-level]").value = loudness;
    if (isHeard || loudness < LOUD) return;
    isHeard = true;
    say("microphone", "microphone_good", true);
  });
  window.setTimeout(() => { if (!isHeard && stopLevel) say("microphone", "microphone_silent", false); }, LISTEN);
}

async function play() {
  const context = new AudioContext();
  await context.resume();
  NOTES.forEach((frequency, index) => {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const begin = context.currentTime + index * 0.5;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(0.3, begin + 0.05);
    gain.gain.linearRampToValueAtTime(0, begin + 0.45);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + 0.5);
  });
  window.setTimeout(() => context.close(), 1500);
  part("sound").querySelector("[data-heard]").hidden = false;
}

function line() {
  say("line", "trying");
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${window.location.host}${root.dataset.socket}`);
  let isReached = false;
  const late = window.setTimeout(() => socket.close(), ANSWERS_WITHIN);
  socket.addEventListener("message", () => { isReached = true; });
  socket.addEventListener("close", () => {
    window.clearTimeout(late);
    say("line", isReached ? "line_good" : "line_bad", isReached);
  });
}

// One candidate of the relay is enough: it was reached, and took the password.
async function relay() {
  const isThere = ice.some(({ urls }) => urls.some((url) => url.startsWith("turn")));
  if (!isThere) {
    say("relay", "relay_none", true);
    return;
  }
  say("relay", "trying");
  const pc = new RTCPeerConnection({ iceServers: ice, iceTransportPolicy: "relay" });
  const found = new Promise((resolve) => {
    pc.addEventListener("icecandidate", ({ candidate }) => { if (candidate?.type === "relay") resolve(true); });
    window.setTimeout(() => resolve(false), ANSWERS_WITHIN);
  });
  pc.createDataChannel("essai");
  await pc.setLocalDescription();
  const isReached = await found;
  pc.close();
  say("relay", isReached ? "relay_good" : "relay_bad", isReached);
}

function stop() {
  stopLevel?.();
  stopLevel = null;
  tracks.forEach((track) => track.stop());
  tracks = [];
}

async function begin() {
  stop();
  results = {};
  root.querySelector("[data-result]").hidden = true;
  if (!isSupported()) {
    problem({ audio: "unsupported", video: "unsupported" });
    return;
  }
  root.querySelector("[data-begin]").hidden = true;
  root.querySelector("[data-parts]").hidden = false;
  say("camera", "trying");
  line();
  relay();
  const { audio, video, problems } = await openBoth();
  tracks = [audio, video].filter(Boolean);
  const says = (name, kind) => {
    const text = part(name).querySelector("[data-says]");
    text.textContent = words.problem[kind][problems[kind]];
    text.dataset.good = "no";
    results[name] = false;
  };
  if (video) {
    part("camera").querySelector("[data-picture]").srcObject = new MediaStream([video]);
    say("camera", "camera_good", true);
  } else says("camera", "video");
  if (audio) listen(audio);
  else says("microphone", "audio");
  problem(problems);
  summary();
}

root.addEventListener("click", (event) => {
  if (event.target.closest("[data-begin]")) begin();
  if (event.target.closest("[data-play]")) play();
  const answer = event.target.closest("[data-answer]")?.dataset.answer;
  if (!answer) return;
  part("sound").querySelector("[data-heard]").hidden = true;
  say("sound", `sound_${answer}`, answer === "good");
});
window.addEventListener("pagehide", stop);
