// What is typed in a form[data-autosave] is sent by itself; while it is not saved, the page says so and is not left.
"use strict";

const PAUSE = 700;
const RETRY = 4000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  let typed = 0;
  let saved = 0;
  let sending = 0;
  let timer = null;
  const state = document.querySelector(form.getAttribute("hx-target"));

  const send = () => {
    window.clearTimeout(timer);
    sending = typed;
    window.htmx.trigger(form, "autosave");
  };
  const later = (wait) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, wait);
  };

  form.addEventListener("input", () => { typed += 1; later(PAUSE); });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    if (event.detail.successful) {
      saved = Math.max(saved, sending);
      if (typed > saved) later(PAUSE);
    } else if (event.detail.xhr && event.detail.xhr.status === 409) {
      saved = typed; // refused with a sentence: what was typed stays on the page to be copied
    } else {
      waits();
      later(RETRY);
    }
  });
  const waits = () => state.replaceChildren(document.getElementById("not-saved").content.cloneNode(true));
  // Said as soon as the network goes, and sent as soon as it is back.
  window.addEventListener("offline", () => { if (typed > saved) waits(); });
  window.addEventListener("online", () => { if (typed > saved) send(); });
  // Sent whole by its own button: nothing of it is lost by leaving the page.
  if (!form.getAttribute("hx-trigger").includes("submit")) {
    form.addEventListener("submit", () => { window.clearTimeout(timer); saved = typed; });
  }
  // To the next item: what was typed a moment ago goes first.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || typed === saved || link.target || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const leave = (sent) => {
      if (sent.target !== form) return;
      form.removeEventListener("htmx:afterRequest", leave);
      if (sent.detail.successful) window.location.assign(link.href);
    };
    form.addEventListener("htmx:afterRequest", leave);
    send();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      send();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed > saved) event.preventDefault();
  });
}
