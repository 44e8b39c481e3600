// Files are sent one by one, each with its progress; without this script the form sends them all at once.
"use strict";

(() => {
  const HEAVIEST = 20 * 1024 * 1024;
  const AT_ONCE = 2;

  for (const place of document.querySelectorAll("[data-uploads]")) {
    const form = place.querySelector("form");
    const list = document.getElementById("sent");
    if (!form || !list) continue;
    const inputs = [...form.querySelectorAll('input[type="file"]')];
    for (const input of inputs) {
      // A photo taken with the camera leaves at once: there is nothing else to choose.
      if (input.hasAttribute("data-camera")) input.addEventListener("change", () => form.requestSubmit());
    }
    dropZone(form.querySelector("[data-drop]"), inputs[0]);
    form.addEventListener("submit", (event) => {
      const files = inputs.flatMap((input) => [...input.files].map((file) => [file, input.name]));
      if (!files.length) return;
      event.preventDefault();
      for (const input of inputs) input.value = "";
      send(place, form, list, files);
    });
  }

  function dropZone(zone, input) {
    if (!zone || !input) return;
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      zone.addEventListener(name, () => zone.classList.remove("is-over"));
    }
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
    });
  }

  function send(place, form, list, files) {
    const words = place.dataset;
    // What was typed belongs to these files, even if the form changes meanwhile.
    const typed = new FormData(form);
    for (const input of form.querySelectorAll('input[type="file"]')) typed.delete(input.name);
    const waiting = files.map(([file, name]) => [file, name, line(list, file, words)]);
    const next = () => {
      const one = waiting.shift();
      if (one) sendOne(form, typed, words, ...one).then(next);
    };
    for (let started = 0; started < AT_ONCE; started += 1) next();
  }

  function line(list, file, words) {
    const item = document.createElement("li");
    item.className = "tile paper";
    const text = document.createElement("div");
    text.className = "paper-words";
    const title = document.createElement("p");
    title.className = "paper-title";
    title.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `${file.name} ${words.sending}`);
    text.append(title, bar);
    item.append(document.createElement("span"), text);
    item.firstChild.className = "paper-picture";
    list.append(item);
    return item;
  }

  function sendOne(form, typed, words, file, name, item) {
    if (file.size > HEAVIEST) {
      refuse(item, words.heavy);
      return Promise.resolve();
    }
    return new Promise((done) => {
      const body = new FormData();
      for (const [key, value] of typed.entries()) body.append(key, value);
      body.append(name, file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action") || window.location.href);
      request.setRequestHeader("X-Requested-With", "upload");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) item.querySelector("progress").value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        if (request.status === 200) replace(item, request.responseText);
        else if (request.status === 422) refuse(item, plain(request.responseText) || words.broken);
        else if (request.status === 413) refuse(item, words.heavy);
        else refuse(item, words.broken);
        done();
      });
      request.send(body);
    });
  }

  function plain(html) {
    return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  }

  function refuse(item, sentence) {
    item.querySelector("progress").remove();
    const why = document.createElement("p");
    why.className = "paper-why";
    why.setAttribute("role", "alert");
    why.textContent = sentence;
    item.querySelector(".paper-words").append(why);
  }

  function replace(item, html) {
    const lines = [...new DOMParser().parseFromString(html, "text/html").body.children];
    item.replaceWith(...lines);
    for (const one of lines) window.htmx?.process(one);
  }
})();
