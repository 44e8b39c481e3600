// The keys of the schedule: arrows from visit to visit, letters that can be switched off.
"use strict";

(() => {
  const { place } = Schedule;
  const { words } = ScheduleEvents;
  const KEYS = "schedule-keys";

  const remember = document.getElementById("schedule-keys");
  remember.checked = localStorage.getItem(KEYS) !== "off";
  remember.addEventListener("change", () => localStorage.setItem(KEYS, remember.checked ? "on" : "off"));
  document.getElementById("schedule-help-button").hidden = false;

  const go = (testid) => document.querySelector(`[data-testid="${testid}"]`)?.click();
  const letters = {
    t: () => go("today"),
    n: () => window.location.assign(`${words.find}?${Schedule.near(document.activeElement?.dataset.visit)}`),
    "/": () => document.querySelector(".filters select")?.focus(),
    "?": () => document.getElementById("schedule-help").showModal(),
  };

  // The nearest visit in a direction, by where it stands on the screen.
  function neighbour(from, key) {
    const here = from.getBoundingClientRect();
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best = null;
    let least = Infinity;
    for (const other of place.querySelectorAll(".ev-open")) {
      const there = other.getBoundingClientRect();
      const across = (sideways ? there.left - here.left : there.top - here.top) * sign;
      const aside = Math.abs(sideways ? there.top - here.top : there.left - here.left);
      const far = sideways ? across * 100 + aside : across + aside * 100;
      if (across > 2 && (sideways || aside < here.width) && far < least) [best, least] = [other, far];
    }
    return best;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
    if (event.key.startsWith("Arrow")) {
      const visit = event.target.closest(".ev-open");
      if (visit) {
        event.preventDefault();
        neighbour(visit, event.key)?.focus();
      } else if (event.target === document.body || event.target.id === "contenu") {
        if (event.key === "ArrowDown" && !place.hidden) {
          event.preventDefault();
          place.querySelector(".ev-open")?.focus();
        }
        if (event.key === "ArrowLeft") go("before");
        if (event.key === "ArrowRight") go("after");
      }
    } else if (remember.checked && letters[event.key]) {
      event.preventDefault();
      letters[event.key]();
    }
  });
})();
