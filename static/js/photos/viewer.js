// A photograph looked at closely: wheel, double click, fingers, keys, buttons. Two side by side move together.
// Without this script the picture is simply there.
"use strict";

(() => {
  const MOST = 8;
  const STEP = 1.5;
  // From here on the picture for the screen is no longer sharp enough.
  const SHARP = 1.4;

  for (const group of document.querySelectorAll("[data-zoom-together]")) together([...group.querySelectorAll("[data-zoom]")]);
  for (const one of document.querySelectorAll("[data-zoom]")) {
    if (!one.closest("[data-zoom-together]")) together([one]);
  }

  // What is shared: how large, and which point of the picture (0 to 1) stands in the middle.
  function together(figures) {
    const look = { scale: 1, x: 0.5, y: 0.5 };
    const views = figures.map((figure) => view(figure, look, paint));
    window.addEventListener("resize", paint);
    paint();

    function paint() {
      look.scale = Math.min(MOST, Math.max(1, look.scale));
      const edge = 0.5 / look.scale;
      look.x = Math.min(1 - edge, Math.max(edge, look.x));
      look.y = Math.min(1 - edge, Math.max(edge, look.y));
      for (const one of views) one();
    }
  }

  function view(figure, look, paint) {
    const frame = figure.querySelector("[data-zoom-frame]");
    const image = frame.querySelector("img");
    const level = figure.querySelector("[data-zoom-level]");
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", `${frame.dataset.label}. ${frame.dataset.hint}`);
    frame.classList.add("is-live");
    figure.querySelector("[data-zoom-bar]").hidden = false;
    buttons(figure, look, paint);
    keys(frame, look, paint);
    pointers(frame, image, look, paint);
    image.addEventListener("load", paint);

    return () => {
      const width = image.offsetWidth;
      const height = image.offsetHeight;
      const left = (0.5 - look.x * look.scale) * width;
      const top = (0.5 - look.y * look.scale) * height;
      image.style.transform = look.scale === 1 ? "" : `translate(${left}px, ${top}px) scale(${look.scale})`;
      frame.classList.toggle("is-larger", look.scale > 1);
      const words = `${Math.round(look.scale * 100)}\u00a0%`;
      if (level.textContent !== words) level.textContent = words;
      if (look.scale > SHARP && image.dataset.whole) {
        image.src = image.dataset.whole;
        delete image.dataset.whole;
      }
    };
  }

  function buttons(figure, look, paint) {
    const act = { "[data-zoom-in]": () => { look.scale *= STEP; }, "[data-zoom-out]": () => { look.scale /= STEP; }, "[data-zoom-reset]": () => { look.scale = 1; } };
    for (const [name, change] of Object.entries(act)) {
      figure.querySelector(name).addEventListener("click", () => { change(); paint(); });
    }
  }

  function keys(frame, look, paint) {
    const far = () => 0.15 / look.scale;
    const act = {
      "+": () => { look.scale *= STEP; },
      "=": () => { look.scale *= STEP; },
      "-": () => { look.scale /= STEP; },
      "0": () => { look.scale = 1; },
      ArrowLeft: () => { look.x -= far(); },
      ArrowRight: () => { look.x += far(); },
      ArrowUp: () => { look.y -= far(); },
      ArrowDown: () => { look.y += far(); },
    };
    frame.addEventListener("keydown", (event) => {
      const change = act[event.key];
      if (!change || event.ctrlKey || event.metaKey || event.altKey) return;
      // At its own size the arrows scroll the page as they do everywhere.
      if (event.key.startsWith("Arrow") && look.scale === 1) return;
      event.preventDefault();
      change();
      paint();
    });
  }

  // Larger around the point under the finger or the mouse, which stays where it is.
  function zoomAt(image, look, factor, clientX, clientY) {
    const box = image.getBoundingClientRect();
    const fromX = (clientX - box.left) / box.width;
    const fromY = (clientY - box.top) / box.height;
    const before = look.scale;
    look.scale = Math.min(MOST, Math.max(1, look.scale * factor));
    const kept = before / look.scale;
    look.x = fromX + (look.x - fromX) * kept;
    look.y = fromY + (look.y - fromY) * kept;
  }

  function pointers(frame, image, look, paint) {
    const down = new Map();
    frame.addEventListener("wheel", (event) => {
      // The wheel scrolls the page until the picture has been chosen.
      if (!event.ctrlKey && document.activeElement !== frame) return;
      event.preventDefault();
      zoomAt(image, look, Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
      paint();
    }, { passive: false });
    frame.addEventListener("dblclick", (event) => {
      if (look.scale > 1) look.scale = 1;
      else zoomAt(image, look, 2.5, event.clientX, event.clientY);
      paint();
    });
    frame.addEventListener("pointerdown", (event) => {
      down.set(event.pointerId, event);
      if (look.scale > 1 || down.size > 1) frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const others = [...down.values()].filter((one) => one.pointerId !== event.pointerId);
      down.set(event.pointerId, event);
      if (others.length === 1) pinch(before, event, others[0]);
      else if (look.scale > 1) drag(before, event);
      else return;
      paint();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      frame.addEventListener(name, (event) => down.delete(event.pointerId));
    }

    function drag(before, now) {
      look.x -= (now.clientX - before.clientX) / (image.offsetWidth * look.scale);
      look.y -= (now.clientY - before.clientY) / (image.offsetHeight * look.scale);
    }

    function pinch(before, now, other) {
      const was = Math.hypot(before.clientX - other.clientX, before.clientY - other.clientY) || 1;
      const is = Math.hypot(now.clientX - other.clientX, now.clientY - other.clientY);
      zoomAt(image, look, is / was, (now.clientX + other.clientX) / 2, (now.clientY + other.clientY) / 2);
    }
  }
})();
