// What makes the screens livelier. Every screen works without it.
"use strict";

// Buttons that name a <dialog> open it; the dialog holds the real form, so that without script the link beside it is used.
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

// The drawers of the bar close like every menu: a click elsewhere, or Escape, which leaves the focus on their handle.
document.addEventListener("click", (event) => {
  for (const drawer of document.querySelectorAll(".workbar [open]")) {
    if (!drawer.contains(event.target)) drawer.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const drawer = event.key === "Escape" && document.querySelector(".workbar [open]");
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
});
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
  document.addEventListener(name, () => {
    const template = document.getElementById("network-error");
    const place = document.getElementById("messages");
    if (!template || !place) return;
    place.replaceChildren(template.content.cloneNode(true));
    place.scrollIntoView({ block: "nearest" });
  });
}

// Where a form came back with errors, the summary is read first.
document.querySelector("[data-error-summary]")?.focus();
