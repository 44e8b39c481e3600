// Listens to what changes on the schedule. Frames carry whose days changed, never what is in them: who listens asks anew
// for what he may see. Events on the document: "live:changed" (detail: {touches}) and, when it cannot tell what, all of it.
"use strict";

const Live = (() => {
  const notice = document.querySelector("[data-live]");
  const FIRST = 250;
  const LONGEST = 8000;
  // The server says something every 15 seconds; twice that and a half is silence.
  const SILENCE = 40000;
  // A connection that is back within this time has not been missed by anybody.
  const PATIENCE = 1500;
  const SESSION_OVER = 4401;

  let socket = null;
  let pause = FIRST;
  let retry = 0;
  let silence = 0;
  let patience = 0;
  let isOver = false;
  let isLost = false;

  const say = (sentence, isCalm) => {
    notice.classList.toggle("is-calm", Boolean(isCalm));
    notice.querySelector("[data-live-says]").textContent = sentence;
  };

  function tell(touches) {
    document.dispatchEvent(new CustomEvent("live:changed", { detail: { touches } }));
  }

  function heard() {
    window.clearTimeout(silence);
    silence = window.setTimeout(() => socket?.close(), SILENCE);
  }

  function receive({ kind, changes }) {
    heard();
    if (kind === "ready") {
      window.clearTimeout(patience);
      patience = 0;
      pause = FIRST;
      if (isLost) {
        say(notice.dataset.back, true);
        window.setTimeout(() => { if (!isLost) say("", true); }, 5000);
      }
      isLost = false;
    }
    if (kind === "ready" || kind === "anew") tell(() => true);
    // 0 is the whole house.
    if (kind === "changed") {
      tell((people, first, last) => changes.some(([who, since, until]) => (!who || people.includes(who)) && since <= last && until >= first));
    }
  }

  function lost({ code }) {
    window.clearTimeout(silence);
    socket = null;
    if (isOver) return;
    if (code === SESSION_OVER) {
      end();
      return;
    }
    patience ||= window.setTimeout(() => {
      isLost = true;
      say(notice.dataset.lost);
    }, PATIENCE);
    // Everybody loses the line at once when the server restarts: they come back one after the other.
    retry = window.setTimeout(connect, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST);
  }

  function connect() {
    window.clearTimeout(retry);
    if (socket || isOver) return;
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${window.location.host}${notice.dataset.live}`);
    socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
    socket.addEventListener("close", lost);
  }

  // The session has ended: asking again would only be refused.
  function end() {
    isOver = true;
    window.clearTimeout(patience);
    say(notice.dataset.over);
    socket?.close();
  }

  const hurry = () => {
    pause = FIRST;
    if (!document.hidden) connect();
  };

  if (notice && "WebSocket" in window) {
    connect();
    window.addEventListener("online", hurry);
    window.addEventListener("offline", () => socket?.close());
    document.addEventListener("visibilitychange", hurry);
    window.addEventListener("pagehide", () => { isOver = true; window.clearTimeout(patience); socket?.close(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) { isOver = false; connect(); } });
  }
  return { end };
})();

// A part of a page that reads itself anew: <div data-live-part="people ids" data-live-day="2026-11-23">. Its buttons keep
// their focus, and while somebody is typing in it, it waits.
document.addEventListener("live:changed", async ({ detail }) => {
  const part = document.querySelector("[data-live-part]");
  if (!part || !detail.touches(JSON.parse(part.dataset.livePart), part.dataset.liveDay, part.dataset.liveDay)) return;
  if (part.matches(":has(input:focus, textarea:focus, select:focus, dialog[open], .htmx-request)")) return;
  const answer = await fetch(window.location.href, { headers: { "X-Unattended": "yes" } });
  if (answer.redirected) { Live.end(); return; }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh || fresh.innerHTML === part.innerHTML) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...part.querySelectorAll("a, button")].indexOf(focused) : -1;
  part.replaceChildren(...fresh.childNodes);
  window.htmx?.process(part);
  if (place >= 0) part.querySelectorAll("a, button")[place]?.focus();
});
