// The page of a call: brings together devices, line, people and buttons. No library; media goes from device to device.
import { Chat } from "./chat.js";
import { Controls } from "./controls.js";
import { isSupported } from "./devices.js";
import { Media } from "./media.js";
import { Notices, Panels } from "./panels.js";
import { Peers } from "./peers.js";
import { Photo } from "./photo.js";
import { Problems } from "./problems.js";
import { Line } from "./socket.js";
import { Tiles } from "./tiles.js";
import { Waiting } from "./waiting.js";

const root = document.getElementById("call");
const words = JSON.parse(document.getElementById("call-words").textContent);
const announce = (sentence) => window.announce(sentence);
// A page in a call is a person in front of it: the session does not run out under him.
const STILL_HERE = 4 * 60 * 1000;
const LINE_PATIENCE = 3000;

const instance = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const notices = new Notices(root);
const panels = new Panels(root);
const media = new Media();
const line = new Line(root.dataset.socket, instance);
const stage = root.querySelector("[data-stage]");
const tiles = new Tiles(stage, document.getElementById("call-tile"), words);
const problems = new Problems(root, media, words);
const chat = new Chat(panels.panel("chat"), line, root.dataset.store);
const waiting = new Waiting(root, panels, notices, words, announce);
const peers = new Peers({ tiles, line, media, words, announce, isRelayOnly: "relayOnly" in root.dataset });
const controls = new Controls({ root, media, panels, notices, peers, tiles, words, announce });

if (panels.panel("photo")) new Photo(panels.panel("photo"), { tiles, media, announce });

let me = null;
let iceUntil = 0;
let lineTimer = 0;

const frames = {
  welcome(frame) {
    me = frame.me;
    lineIsBack();
    keepIce(frame);
    peers.welcome(frame);
  },
  joined: ({ who }) => peers.meet(who),
  left: ({ who }) => peers.left(who),
  gone: ({ who }) => peers.gone(who),
  signal: (frame) => peers.signal(frame),
  state: (frame) => peers.state(frame),
  admitted: ({ people }) => peers.admitted(people),
  waiting: ({ count }) => waiting.set(count),
  telephone: ({ on }) => telephone(on),
  chat: hearChat,
  ice(frame) {
    keepIce(frame);
    peers.setIce(frame.ice);
  },
  alive() {
    if (performance.now() > iceUntil) line.send({ kind: "ice" });
  },
};

// Asked for anew while a quarter of its life is left.
function keepIce({ ice_seconds: seconds }) {
  iceUntil = performance.now() + seconds * 750;
}

function hearChat(frame) {
  const isMine = frame.who.participant === me?.participant;
  chat.hear(frame, isMine);
  root.querySelector("[data-chat-keep]")?.removeAttribute("hidden");
  if (isMine || panels.open === "chat") return;
  root.querySelector("[data-chat-new]").hidden = false;
  announce(words.said.replace("{name}", frame.name).replace("{text}", frame.text));
}

function telephone(isOn) {
  notices.set("telephone", isOn);
  if (isOn) announce(words.telephone);
}

function lineIsBack() {
  window.clearTimeout(lineTimer);
  lineTimer = 0;
  if (notices.isOn("line")) announce(words.line_back);
  notices.set("line", false);
  root.dataset.line = "open";
}

line.addEventListener("frame", ({ detail }) => frames[detail.kind]?.(detail));
line.addEventListener("lost", () => {
  root.dataset.line = "lost";
  lineTimer ||= window.setTimeout(() => notices.set("line", true), LINE_PATIENCE);
});
// Refused before a word: the page knows why (session over, sent out), and says it.
line.addEventListener("refused", async () => {
  try {
    const answer = await fetch(window.location.href, { method: "HEAD" });
    if (!answer.ok || answer.redirected) leave(root.dataset.after);
  } catch {
    // No network: the line asks again by itself.
  }
});
line.addEventListener("over", ({ detail }) => {
  stop();
  if (detail === "out") window.location.replace(root.dataset.after);
  else notices.set(detail, true);
});

function stop() {
  isOver = true;
  peers.closeAll();
  media.stop();
  line.close();
}

let isOver = false;

function leave(address) {
  line.send({ kind: "bye" });
  chat.forget();
  stop();
  if (address) window.location.assign(address);
}

// Without leaving the call.
async function post(event) {
  event.preventDefault();
  const data = new FormData(event.target);
  try {
    const answer = await fetch(event.target.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    return answer.ok ? await answer.text() : "";
  } catch {
    notices.set("line", true);
    return "";
  }
}

async function keepChat(event) {
  event.target.elements.transcript.value = chat.transcript;
  const answer = await post(event);
  if (answer) event.target.querySelector("[data-kept]").innerHTML = answer;
}

panels.panel("chat").addEventListener("shown", () => { root.querySelector("[data-chat-new]").hidden = true; });
peers.addEventListener("people", () => {
  root.querySelector("[data-alone]").hidden = peers.count > 0;
});
// The forms that end the call are real ones: the page says good-bye, then they go.
root.addEventListener("submit", (event) => {
  if (event.target.matches("[data-leaves]")) leave("");
  if (event.target.matches("[data-keep-form]")) keepChat(event);
  if (event.target.matches("[data-telephone-form]")) post(event);
});
root.querySelector("[data-leave-link]")?.addEventListener("click", (event) => {
  event.preventDefault();
  leave(event.currentTarget.href);
});
window.addEventListener("pagehide", () => { if (!isOver) { peers.closeAll(); media.stop(); line.close(); } });
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
window.setInterval(() => { if (!isOver) fetch(window.location.href, { method: "HEAD" }).catch(() => {}); }, STILL_HERE);

async function keepAwake() {
  if (document.hidden || isOver) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery may forbid it.
  }
}
document.addEventListener("visibilitychange", keepAwake);

async function begin() {
  if (!isSupported()) {
    problems.show({ audio: "unsupported", video: "unsupported" });
    return;
  }
  notices.set("asking", true);
  const found = await media.start();
  notices.set("asking", false);
  if (Object.keys(found).length) problems.show(found);
  controls.refreshDevices();
  keepAwake();
  line.open();
}

begin();
