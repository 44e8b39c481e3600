// The form of photographs: each leaves as soon as it is chosen; saving waits until all have arrived. A lost connection is said,
// and what was typed stays. Without this script the form sends everything at once.
"use strict";

(() => {
  const AT_ONCE = 2;
  const { send, ask, backSoon, tokenOf } = window.PhotoSending;

  for (const form of document.querySelectorAll("[data-photo-capture]")) start(form);

  function start(form) {
    const words = form.dataset;
    const token = tokenOf(form);
    const live = form.querySelector("[data-live]");
    const waiting = [];
    let running = 0;
    let saving = false;

    for (const shot of form.querySelectorAll("[data-shot]")) {
      dress(shot);
      for (const input of shot.querySelectorAll("[data-photo-input]")) {
        input.addEventListener("change", () => {
          const files = [...input.files];
          input.value = "";
          for (const file of files) take(shot, file);
        });
      }
      for (const line of shot.querySelectorAll("[data-upload]")) arrivedBefore(shot, line);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!saving) save();
    });
    window.addEventListener("beforeunload", leaving);

    function leaving(event) {
      if (form.isConnected && form.querySelector(".shot-line:not(.is-refused)")) event.preventDefault();
    }

    // A reload in between: what had arrived is still there.
    function arrivedBefore(shot, line) {
      if (line.dataset.whole === "yes") line.classList.add("is-arrived");
      const button = line.querySelector("[data-remove]");
      button.hidden = false;
      button.addEventListener("click", () => remove(shot, line, line.dataset.upload));
    }

    function take(shot, file) {
      const line = document.createElement("li");
      line.className = "shot-line";
      const picture = document.createElement("span");
      picture.className = "shot-picture";
      const text = document.createElement("span");
      text.className = "shot-words";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet btn-sm";
      button.textContent = words.remove;
      line.append(picture, text, button);
      shot.querySelector(".shot-list").append(line);
      say(text, words.preparing);
      const one = { shot, file, line, sending: null };
      button.addEventListener("click", () => {
        if (one.sending) one.sending.cancelled = true;
        const at = waiting.indexOf(one);
        if (at >= 0) waiting.splice(at, 1);
        remove(shot, line, one.sending?.address);
      });
      waiting.push(one);
      next();
    }

    function next() {
      while (running < AT_ONCE && waiting.length) {
        const one = waiting.shift();
        running += 1;
        one.sending = send(one.file, {
          begin: words.begin,
          view: one.shot.dataset.shot,
          purpose: words.purpose,
          boundTo: words.boundTo,
          token,
          tell: (state, value) => told(one, state, value),
        });
        one.sending.done.finally(() => { running -= 1; next(); });
      }
    }

    function told(one, state, value) {
      const { line, shot } = one;
      const text = line.querySelector(".shot-words");
      line.classList.toggle("is-cut", state === "cut" || state === "signed-out");
      if (state === "preview") preview(line, value);
      else if (state === "sending") progress(text, value);
      else if (state === "cut") loud(text, words.cut.replace("%s", value));
      else if (state === "signed-out") loud(text, words.signedOut);
      else if (state === "resumed") live.textContent = words.resumed;
      else if (state === "refused") {
        line.classList.add("is-refused");
        text.setAttribute("role", "alert");
        say(text, value === "heavy" ? words.heavy : value || words.lost);
      } else if (state === "arrived") {
        line.dataset.key = value.split("/").filter(Boolean).pop();
        const earlier = shot.querySelector(`[data-upload="${value}"]`);
        if (earlier && earlier !== line) earlier.remove();
        line.dataset.upload = value;
        line.classList.add("is-arrived");
        say(text, words.arrived);
        live.textContent = `${one.file.name} : ${words.arrived}`.replace(" :", "\u00a0:");
        mark(shot);
      }
    }

    function loud(text, sentence) {
      say(text, sentence);
      live.textContent = sentence;
    }

    function remove(shot, line, address) {
      line.remove();
      mark(shot);
      if (address) ask(`${address}retirer/`, token, { method: "POST" }).catch(() => {});
      shot.querySelector(".shot-files [data-photo-input]").focus();
    }

    function mark(shot) {
      const there = Boolean(shot.querySelector(".is-arrived"));
      const missing = shot.querySelector(".shot-missing");
      if (!missing) return;
      missing.hidden = there;
      shot.querySelector(".shot-there").hidden = !there;
    }

    async function save() {
      saving = true;
      const under = () => form.querySelectorAll(".shot-line:not(.is-arrived):not(.is-refused):not([data-whole])").length;
      if (under()) live.textContent = words.waiting;
      while (under()) await new Promise((done) => { window.setTimeout(done, 200); });
      for (let tries = 0; ; tries += 1) {
        try {
          if (await saved()) return;
          break;
        } catch (problem) {
          live.textContent = problem instanceof window.PhotoSending.SignedOut ? words.signedOut : words.notSaved;
          await backSoon(tries);
        }
      }
      saving = false;
    }

    async function saved() {
      const body = new FormData(form);
      for (const line of form.querySelectorAll(".is-arrived")) body.append("sent", line.dataset.key);
      const answer = await ask(form.getAttribute("action") || window.location.href, token, { method: "POST", body });
      const said = await answer.text();
      if (answer.ok) {
        window.removeEventListener("beforeunload", leaving);
        window.location.assign(JSON.parse(said).next);
        return true;
      }
      const page = new DOMParser().parseFromString(said, "text/html").querySelector("[data-photo-capture]");
      if (!page) throw new window.PhotoSending.Cut();
      window.removeEventListener("beforeunload", leaving);
      for (const line of form.querySelectorAll(".is-arrived")) {
        const seen = line.querySelector("canvas");
        const again = seen && page.querySelector(`[data-key="${line.dataset.key}"] .shot-picture`);
        if (again) again.replaceChildren(seen);
      }
      form.replaceWith(page);
      start(page);
      page.querySelector("[data-error-summary]")?.focus();
      return false;
    }
  }

  // What is chosen stands in the list below: the browser's own « no file chosen » would only confuse.
  function dress(shot) {
    shot.querySelector(".shot-files label").className = "btn btn-secondary";
    shot.querySelector(".shot-files input").classList.add("visually-hidden");
  }

  function say(place, sentence) {
    place.textContent = sentence;
  }

  function progress(place, percent) {
    let bar = place.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.max = 100;
      const label = document.createElement("span");
      place.replaceChildren(label, bar);
    }
    const form = place.closest("form");
    place.firstChild.textContent = form ? form.dataset.sending.replace("%s", percent) : "";
    bar.value = percent;
    bar.setAttribute("aria-label", place.firstChild.textContent);
  }

  function preview(line, canvas) {
    const small = document.createElement("canvas");
    small.width = small.height = 144;
    const side = Math.min(canvas.width, canvas.height);
    const left = (canvas.width - side) / 2;
    const top = (canvas.height - side) / 2;
    small.getContext("2d").drawImage(canvas, left, top, side, side, 0, 0, 144, 144);
    small.setAttribute("aria-hidden", "true");
    line.querySelector(".shot-picture").replaceChildren(small);
  }
})();
