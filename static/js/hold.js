// A visitor who leaves gives his slot back; one who goes on, reloads or signs in keeps it.
"use strict";

const page = document.querySelector("[data-hold-keep]");
if (page) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  let staying = false;

  // Any form sent and any link into the account pages is a step of the booking, not a departure.
  document.addEventListener("submit", () => { staying = true; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && link.getAttribute("href").includes("next=")) staying = true;
  });
  window.addEventListener("pagehide", () => {
    if (staying) return;
    fetch(page.dataset.holdLoosen, { method: "POST", headers, keepalive: true });
  });
  const keep = async () => {
    const answer = await fetch(page.dataset.holdKeep, { method: "POST", headers });
    if (answer.status === 410) window.location.reload();
  };
  // Also after the back button, which brings the page from the browser's memory. The farewell of a page that was only
  // reloaded may reach the server after the first greeting of the new one: hence a second greeting.
  window.addEventListener("pageshow", () => {
    staying = false;
    keep();
    window.setTimeout(keep, 4000);
  });
}
