// One photograph on its way to the house: made smaller here, sent piece by piece, continued after a lost connection from the
// last byte that has arrived. What the page says of it is capture.js's business.
"use strict";

window.PhotoSending = (() => {
  const LONGEST = 2600;
  const QUALITY = 0.92;
  const HEAVIEST = 10 * 1024 * 1024;
  const PATIENCE = 30000;
  const LONGEST_WAIT = 15000;

  class Cut extends Error {}
  class SignedOut extends Error {}
  class Refused extends Error {}
  class Gone extends Error {}

  // Drawn anew: where and when it was taken stays in the telephone. What this browser cannot open (HEIC) goes as it is.
  async function prepare(file) {
    let bitmap = null;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return { blob: file, preview: null };
    }
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    return { blob: blob || file, preview: canvas };
  }

  async function digestOf(blob) {
    if (!window.crypto?.subtle) return "";
    const found = await window.crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(found)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function ask(address, token, options = {}) {
    const stop = new AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE);
    let answer;
    try {
      answer = await fetch(address, {
        ...options,
        credentials: "same-origin",
        redirect: "manual",
        cache: "no-store",
        signal: stop.signal,
        headers: { ...options.headers, "X-CSRFToken": token.value, "X-Requested-With": "upload" },
      });
    } catch {
      throw new Cut();
    } finally {
      window.clearTimeout(timer);
    }
    if (answer.type === "opaqueredirect") throw new SignedOut();
    if (answer.status === 403) {
      // A new sign-in in another tab has a new mark; the page asks for its own.
      await token.renew();
      throw new Cut();
    }
    if (answer.status >= 500 || answer.status === 429) throw new Cut();
    return answer;
  }

  function tokenOf(form) {
    const field = form.querySelector('[name="csrfmiddlewaretoken"]');
    return {
      get value() { return field.value; },
      async renew() {
        try {
          const page = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
          const found = new DOMParser().parseFromString(await page.text(), "text/html");
          field.value = found.querySelector('[name="csrfmiddlewaretoken"]')?.value || field.value;
        } catch { /* asked again with the next try */ }
      },
    };
  }

  function backSoon(tries) {
    return new Promise((done) => {
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** tries) * (0.8 + 0.4 * Math.random());
      const go = () => {
        window.clearTimeout(timer);
        window.removeEventListener("online", go);
        done();
      };
      const timer = window.setTimeout(go, wait);
      window.addEventListener("online", go);
    });
  }

  // `tell(state, value)`: sending and percent, cut and percent, resumed, signed-out, arrived, refused and a sentence.
  function send(file, { begin, view, purpose, boundTo, token, tell }) {
    const sending = { address: "", cancelled: false, done: run() };
    return sending;

    async function run() {
      const { blob, preview } = await prepare(file);
      if (preview) tell("preview", preview);
      if (blob.size > HEAVIEST) return tell("refused", "heavy");
      const digest = await digestOf(blob);
      let offset = 0;
      let tries = 0;
      let chunk = 0;
      const percent = () => Math.floor((100 * offset) / blob.size);
      while (!sending.cancelled) {
        try {
          const state = sending.address ? await where() : await announce();
          if (tries) tell("resumed", percent());
          sending.address = state.address;
          ({ offset, chunk } = state);
          while (offset < blob.size && !sending.cancelled) {
            tell("sending", percent());
            offset = await piece();
            tries = 0;
          }
          return sending.cancelled ? undefined : tell("arrived", sending.address);
        } catch (problem) {
          if (problem instanceof Refused) return tell("refused", problem.message);
          if (problem instanceof Gone) sending.address = "";
          else tell(problem instanceof SignedOut ? "signed-out" : "cut", percent());
          await backSoon(tries);
          tries += 1;
        }
      }
      return undefined;

      async function announce() {
        const body = new URLSearchParams({ size: blob.size, view, purpose, bound_to: boundTo, digest, name: file.name.slice(-200) });
        return read(await ask(begin, token, { method: "POST", body }));
      }

      async function where() {
        return read(await ask(sending.address, token));
      }

      async function piece() {
        const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset) };
        const body = blob.slice(offset, offset + chunk);
        return (await read(await ask(sending.address, token, { method: "POST", headers, body }))).offset;
      }
    }
  }

  async function read(answer) {
    if (answer.status === 404) throw new Gone();
    const said = await answer.json().catch(() => ({}));
    if (answer.ok || answer.status === 409) return said;
    throw new Refused(said.sentence || "");
  }

  return { send, ask, backSoon, tokenOf, Cut, SignedOut };
})();
