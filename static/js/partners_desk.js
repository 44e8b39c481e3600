// The desk of the partners: ticking, and looking again every minute for what no socket tells (requests, contracts, tasks).
"use strict";

(() => {
  const MINUTE = 60000;
  const desk = () => document.getElementById("desk");
  const boxes = () => [...(desk()?.querySelectorAll('input[name="seance"][type="checkbox"]') || [])];
  const all = () => desk()?.querySelector("[data-tick-all]");

  function count() {
    const ticked = boxes().filter((box) => box.checked).length;
    const place = desk()?.querySelector("[data-ticked]");
    if (place) {
      place.hidden = !ticked;
      place.textContent = ticked;
    }
    const every = all();
    if (!every) return;
    every.hidden = false;
    const box = every.querySelector("input");
    box.checked = ticked > 0 && ticked === boxes().length;
    box.indeterminate = ticked > 0 && ticked < boxes().length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-tick-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    count();
  });
  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("live:replaced", count);
  window.setInterval(() => {
    if (!document.hidden) document.dispatchEvent(new CustomEvent("live:changed", { detail: { touches: () => true } }));
  }, MINUTE);
  count();
})();
