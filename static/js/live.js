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
      tell((people, first, last) => changes.some(([who, since, until]) => (!who || !people || people.includes(who)) && since <= last && until >= first));
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

// A part of a page that reads itself anew: <div id data-live-part="[people ids]" data-live-day="2026-11-23">, null for
// everybody, data-live-until for more than a day. Its buttons keep their focus, its boxes their ticks; while somebody types
// in it, or while it is hidden, it waits.
(() => {
  let isStale = false;
  let isReading = false;
  let later = 0;

  const part = () => document.querySelector("[data-live-part]");
  const isBusy = (element) => element.matches(":has(input:not([type=checkbox]):focus, textarea:focus, select:focus, details[open], dialog[open], .htmx-request)");

  async function catchUp() {
    window.clearTimeout(later);
    const old = part();
    if (!isStale || isReading || !old || old.hidden) return;
    if (isBusy(old)) {
      later = window.setTimeout(catchUp, 2000);
      return;
    }
    isReading = true;
    isStale = false;
    try {
      const answer = await fetch(window.location.href, { headers: { "X-Unattended": "yes" } });
      if (answer.redirected) Live.end();
      else if (answer.ok) replace(await answer.text());
    } catch {
      isStale = true;
    } finally {
      isReading = false;
    }
    if (isStale) later = window.setTimeout(catchUp, 1000);
  }

  function replace(text) {
    const old = part();
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(old.id);
    if (!fresh) return;
    if (isBusy(old)) {
      isStale = true;
      return;
    }
    const tappable = () => [...old.querySelectorAll("a, button, input")];
    const typed = [...old.querySelectorAll("input:not([type=hidden])")].filter((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked);
    const focused = tappable().indexOf(document.activeElement);
    old.replaceChildren(...fresh.childNodes);
    keep(old, typed);
    window.htmx?.process(old);
    document.dispatchEvent(new CustomEvent("live:replaced"));
    if (focused >= 0) tappable()[focused]?.focus({ preventScroll: true });
  }

  // What was ticked or begun stays so; a field is known by its id, a box of a list by its value.
  function keep(old, typed) {
    for (const { type, id, name, value, checked } of typed) {
      const box = type === "checkbox";
      const field = [...old.querySelectorAll("input")].find((one) => (id ? one.id === id : box && one.name === name && one.value === value));
      if (field) Object.assign(field, box ? { checked } : { value });
    }
  }

  document.addEventListener("live:changed", ({ detail }) => {
    const { livePart, liveDay, liveUntil } = part()?.dataset || {};
    if (!livePart || !detail.touches(JSON.parse(livePart), liveDay, liveUntil || liveDay)) return;
    isStale = true;
    catchUp();
  });
  document.addEventListener("live:shown", catchUp);
})();
