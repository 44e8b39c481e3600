// Keeps the minutes of a held slot true. The server wrote the first value and is the one that decides.
"use strict";

for (const block of document.querySelectorAll("[data-countdown]")) {
  const seconds = Number(block.dataset.countdown);
  const until = performance.now() + seconds * 1000;
  const output = block.querySelector("[data-remaining]");
  const live = document.getElementById("live");
  const warnings = new Set([120, 30]);

  const write = () => {
    const left = Math.max(0, Math.round((until - performance.now()) / 1000));
    if (left === 0) {
      block.classList.add("is-over");
      block.querySelector("[data-running]").hidden = true;
      block.querySelector("[data-over]").hidden = false;
      if (live) live.textContent = block.querySelector("[data-over]").textContent.trim();
      window.clearInterval(timer);
      return;
    }
    const minutes = Math.floor(left / 60);
    const rest = String(left % 60).padStart(2, "0");
    output.textContent = minutes > 0 ? `${minutes}\u00a0min\u00a0${rest}` : `${left}\u00a0s`;
    // Spoken twice only: a live region that talks every second would drown the form.
    if (warnings.delete(left) && live) live.textContent = block.querySelector("[data-running]").textContent.trim();
  };
  const timer = window.setInterval(write, 1000);
  write();
}
