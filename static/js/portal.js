// What makes the screens livelier. Every screen works without it.
"use strict";

// Buttons that name a <dialog> open it and hold the page behind it; without script it opens as a popover.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog && typeof dialog.showModal === "function") {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog, .toast-line")?.close?.();
    closer.closest(".toast-line")?.remove();
  }
});

const DRAWERS = ".workbar [open], .more-actions[open]";

// The drawers of the bar and « Autres actions » close like every menu: a click elsewhere, or Escape, which leaves the focus on their handle.
document.addEventListener("click", (event) => {
  for (const drawer of document.querySelectorAll(DRAWERS)) {
    if (!drawer.contains(event.target)) drawer.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const drawer = event.key === "Escape" && document.querySelector(DRAWERS);
  if (!drawer) return;
  drawer.open = false;
  drawer.querySelector("summary").focus();
});

// One-click copy; the live region says that it happened.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  announce(button.dataset.copied || button.dataset.copy);
  button.classList.add("is-copied");
  window.setTimeout(() => button.classList.remove("is-copied"), 2000);
});

// Each sheet of paper says what it is, who printed it and when: the style sheet reads it in the margin of the page.
window.addEventListener("beforeprint", () => {
  const now = new Date();
  const day = now.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
  const minutes = String(now.getMinutes()).padStart(2, "0");
  const hour = document.documentElement.lang === "fr" ? `${now.getHours()}\u00a0h\u00a0${minutes}` : `${now.getHours()}:${minutes}`;
  const says = [document.title, [document.body.dataset.printed, day, hour].filter(Boolean).join(" · ")].join("\n");
  document.documentElement.style.setProperty("--paper-says", JSON.stringify(says).replaceAll("\\n", "\\A "));
});

// What a telephone folds away opens where it stands; the focus goes to the first thing that was hidden.
document.addEventListener("click", (event) => {
  const folded = event.target.closest("[data-unfold]")?.closest(".is-folded");
  if (!folded) return;
  const hidden = [...folded.querySelectorAll(".slot")].find((slot) => slot.offsetParent === null);
  folded.classList.remove("is-folded");
  hidden?.focus();
});

// Print, and forms that apply themselves when a choice changes.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// A form leaves once: a second tap on the same button does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "yes";
  if (!isLong(form)) return;
  if (form.dataset.may) {
    delete form.dataset.may;
    return;
  }
  event.preventDefault();
  askSession(form, event.submitter);
});

// A long text is let go only where its author is still signed in: a session that ended meanwhile would lose it.
const isLong = (form) => document.body.dataset.who && form.querySelector("textarea") !== null;

async function askSession(form, submitter) {
  let state = null;
  try {
    const answer = await fetch(document.body.dataset.session, { headers: { Accept: "application/json" } });
    if (answer.ok) state = await answer.json();
  } catch {
    delete form.dataset.sent;
    say("network-error");
    return;
  }
  delete form.dataset.sent;
  if (state && state.who !== document.body.dataset.who) {
    say("session-over");
    return;
  }
  const field = form.elements.namedItem("csrfmiddlewaretoken");
  if (state && field) field.value = state.token;
  form.dataset.may = "yes";
  form.requestSubmit(submitter);
}

function say(name) {
  const template = document.getElementById(name);
  const place = document.getElementById("messages");
  if (!template || !place) return;
  place.replaceChildren(template.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
}
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

function announce(sentence) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = sentence; }, 50);
}

// htmx: a fragment may carry data-announce; after an error the person reads a sentence and nothing is lost.
document.addEventListener("htmx:afterSettle", (event) => {
  const spoken = event.target.closest?.("[data-announce]") || event.target.querySelector?.("[data-announce]");
  if (spoken) announce(spoken.dataset.announce);
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.target.querySelectorAll?.("form[data-sent]").forEach((form) => delete form.dataset.sent);
  if (event.target.dataset) delete event.target.dataset.sent;
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => say("network-error"));
}

// Where a form came back with errors, the summary is read first.
document.querySelector("[data-error-summary]")?.focus();
