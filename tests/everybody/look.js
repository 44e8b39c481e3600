// What a browser knows of the page in front of it. Each function answers a list of sentences, empty where all is well.
window.everybody = (() => {
  "use strict";
  const describe = (element) => {
    const text = (element.getAttribute("aria-label") || element.textContent || element.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.localName}${id}${classes} « ${text} »`;
  };
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });
  // Read aloud and not seen: a box of one pixel, or clipped away.
  const unseen = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.clipPath === "inset(50%)" || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
      const box = one.getBoundingClientRect();
      if (style.position === "absolute" && (box.bottom < 0 || box.right < 0)) return true;
    }
    return false;
  };

  const wide = () => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const culprits = [...document.body.querySelectorAll("*")]
      .filter((one) => shown(one) && one.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(one))
      .slice(-3)
      .map(describe);
    return [`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth} px; ${culprits.join(", ")}`];
  };
  const scrolls = (element) => {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX)) return true;
    }
    return false;
  };

  const headings = () => {
    const wrong = [];
    const all = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => shown(one) && !one.closest("dialog"));
    const first = all.filter((one) => one.localName === "h1");
    if (first.length !== 1) wrong.push(`${first.length} h1: ${first.map(describe).join(", ")}`);
    let before = 0;
    for (const one of all.filter((each) => each.closest("main"))) {
      const level = Number(one.localName[1]);
      if (before && level > before + 1) wrong.push(`h${before} then ${describe(one)}`);
      before = level;
    }
    return wrong;
  };

  // Under « less motion » nothing moves for longer than the blink of a frame.
  const SECONDS = 0.0101;
  const seconds = (list) => Math.max(...list.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
  const moving = () =>
    [...document.querySelectorAll("body *")]
      .filter((one) => {
        const style = getComputedStyle(one);
        return seconds(style.transitionDuration) > SECONDS || (style.animationName !== "none" && seconds(style.animationDuration) > SECONDS);
      })
      .slice(0, 3)
      .map((one) => `moves: ${describe(one)}`);

  // Text that lies upon other text, or that its box cuts off.
  const lines = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (!node.data.trim() || !parent || parent.closest("script, style, template, option, svg, dialog:not([open]), .skip")) continue;
      if (!shown(parent) || unseen(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 1 && box.height > 1) found.push({ box: within(box, parent), parent });
      }
    }
    return found.filter((one) => one.box.width > 1 && one.box.height > 1);
  };
  // Only what scrolling boxes let through is seen.
  const within = (box, element) => {
    let { left, right, top, bottom } = box;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.overflowX !== "visible" || style.overflowY !== "visible") {
        const room = one.getBoundingClientRect();
        left = Math.max(left, room.left); right = Math.min(right, room.right);
        top = Math.max(top, room.top); bottom = Math.min(bottom, room.bottom);
      }
      if (style.position === "fixed") return { left, right, top, bottom, width: 0, height: 0 };
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top };
  };
  const overlapping = () => {
    const all = lines().sort((one, other) => one.box.top - other.box.top);
    const wrong = [];
    for (let i = 0; i < all.length && wrong.length < 3; i += 1) {
      for (let j = i + 1; j < all.length && all[j].box.top < all[i].box.bottom; j += 1) {
        const one = all[i], other = all[j];
        if (one.parent === other.parent) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Lines of text are boxes with air above and below: a third of a line is letters upon letters.
        if (across > 2 && down > Math.min(one.box.height, other.box.height) / 3) {
          wrong.push(`${describe(one.parent)} lies upon ${describe(other.parent)}`);
        }
      }
    }
    return [...new Set(wrong)];
  };
  const cut = () =>
    [...document.querySelectorAll("main *, header *, footer *")]
      .filter((one) => {
        if (!one.textContent.trim() || !shown(one) || unseen(one) || one.closest("svg, dialog:not([open])")) return false;
        // A grid of hours, which wide screens show, holds as much of a name as fits; its button and the list say it whole.
        if (innerWidth >= 768 && one.closest(".ev-open")?.ariaLabel) return false;
        const style = getComputedStyle(one);
        const wide = /hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 1;
        const high = /hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 2 && one.clientHeight > 1;
        return wide || high;
      })
      .slice(0, 3)
      .map((one) => `cut off: ${describe(one)}`);

  // What the Tab key should meet. Of a group of radio buttons, one.
  const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex], audio[controls], video[controls], [contenteditable=true]";
  const stops = () => {
    const groups = new Set();
    return [...document.querySelectorAll(REACHABLE)].filter((one) => {
      if (one.disabled || one.tabIndex < 0 || one.type === "hidden" || one.closest("[inert]")) return false;
      if (one.matches("summary") && one.parentElement.querySelector("summary") !== one) return false;
      if (!one.checkVisibility({ visibilityProperty: true })) return false;
      if (one.type === "radio" && one.name) {
        const group = `${one.form ? [...document.forms].indexOf(one.form) : ""}/${one.name}`;
        const checked = [...document.querySelectorAll("input[type=radio]")].find((each) => each.name === one.name && each.form === one.form && each.checked);
        if (checked ? checked !== one : groups.has(group)) return false;
        groups.add(group);
      }
      return true;
    });
  };
  // A hidden box (chip, switch, tile to tick) lends its ring to what stands for it.
  const bearers = (element) => [element, element.nextElementSibling, element.closest("label, .chip, .form-check, .slot, .tile, .ec-event")].filter(Boolean);
  const edge = (element) => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2 ? "" : `${style.outlineWidth} ${style.outlineColor}`;
    return `${outline}/${style.boxShadow}`;
  };
  let unfocused = new Map();
  const ringed = (element) => bearers(element).some((one) => edge(one) !== (unfocused.get(one) ?? "/none"));
  let walked = [];
  // Nothing that stays in place (a bar, a banner) lies upon what has the focus: WCAG 2.4.11. Looked at when the focus
  // leaves, since a browser scrolls after it has told of the focus.
  const covered = (element) => {
    const bearer = bearers(element).find((one) => shown(one) && !unseen(one));
    if (!bearer) return false;
    const box = [...bearer.getClientRects()].find((one) => one.width > 2 && one.height > 2);
    if (!box) return false;
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right - left < 1 || bottom - top < 1) return true;
    const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + (right - left) * x, top + (bottom - top) * y]));
    return !points.some(([x, y]) => {
      const above = document.elementFromPoint(x, y);
      return above && (bearer.contains(above) || above.contains(bearer));
    });
  };
  const leave = (event) => {
    if (event.key !== "Tab") return;
    const last = walked.at(-1);
    if (last && last.one.isConnected && document.activeElement !== document.body) last.covered = covered(last.one);
  };
  const step = (event) => {
    walked.push({ one: event.target, ringed: ringed(event.target) });
  };
  const startWalk = () => {
    // Where the Tab key goes on from: an element at the very top that is gone again.
    const top = document.createElement("p");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    const wanted = stops();
    unfocused = new Map(wanted.flatMap(bearers).map((one) => [one, edge(one)]));
    walked = [];
    document.removeEventListener("keydown", leave, true);
    document.addEventListener("keydown", leave, true);
    document.removeEventListener("focusin", step, true);
    document.addEventListener("focusin", step, true);
    // Day, month, year and calendar of a date are steps of their own, and so is a box that scrolls.
    return wanted.length + 5 + 5 * wanted.filter((one) => /date|time|month|week/.test(one.type || "")).length;
  };
  const endWalk = () => {
    const wanted = stops();
    const met = walked.map((step) => step.one);
    const wrong = [];
    const once = new Set(met);
    if (met[0] && !met[0].matches(".skip") && document.querySelector(".skip")) wrong.push(`first: ${describe(met[0])}`);
    for (const one of wanted) if (!once.has(one)) wrong.push(`Tab never reaches ${describe(one)}`);
    for (const step of walked) if (!step.ringed) wrong.push(`no ring: ${describe(step.one)}`);
    for (const step of walked) if (step.covered) wrong.push(`covered while it has the focus: ${describe(step.one)}`);
    return [...new Set(wrong)].slice(0, 6);
  };

  // In the colours that the person has chosen, every word still differs from its ground and every control has an edge.
  const invisible = () => {
    const wrong = [];
    const ground = (element) => {
      for (let one = element; one; one = one.parentElement) {
        const colour = getComputedStyle(one).backgroundColor;
        if (colour !== "rgba(0, 0, 0, 0)" && colour !== "transparent") return colour;
      }
      return "rgb(255, 255, 255)";
    };
    for (const { parent } of lines()) {
      if (getComputedStyle(parent).color === ground(parent)) wrong.push(`no colour left: ${describe(parent)}`);
    }
    for (const one of document.querySelectorAll("main button, main input:not([type=hidden]), main select, main textarea")) {
      if (!shown(one) || unseen(one) || one.closest("label.chip")) continue;
      const style = getComputedStyle(one);
      const edged = style.borderStyle !== "none" && parseFloat(style.borderWidth || "0") > 0;
      if (!edged && !one.textContent.trim() && !["checkbox", "radio", "range", "file"].includes(one.type)) wrong.push(`no edge left: ${describe(one)}`);
    }
    return [...new Set(wrong)].slice(0, 3);
  };

  // Lines, words and letters apart as far as WCAG 1.4.12 asks.
  const spacing = new CSSStyleSheet();
  spacing.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }`);
  const space = (on) => {
    const others = document.adoptedStyleSheets.filter((one) => one !== spacing);
    document.adoptedStyleSheets = on ? [...others, spacing] : others;
  };

  // A form without the token of its page is refused by the server: sent by htmx it would pass, without script it does not.
  const tokens = () =>
    [...document.querySelectorAll("form[method=post]")]
      .filter((form) => form.method === "post" && !form.querySelector("input[name=csrfmiddlewaretoken]"))
      .slice(0, 3)
      .map((form) => `posts without a token: ${form.getAttribute("action")}`);

  // WCAG 3.3.8: a password manager knows the field, and what it pastes is taken.
  const SECRET = /\b(current-password|new-password)\b/;
  const secrets = () =>
    [...document.querySelectorAll("input[type=password]")]
      .filter((one) => {
        const paste = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
        return !SECRET.test(one.autocomplete) || !one.dispatchEvent(paste);
      })
      .map((one) => `no password manager: ${describe(one)}`);

  // Browsers leave grounds unprinted: what is white on dark green would be white on white.
  const SCREEN_ONLY = "nav, .workbar, .ribbon, .foot, .toasts, button:not(.slot), a.btn, form[method=get]";
  const LEGIBLE = 4.5;
  const contrastOnWhite = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map(Number)
      .map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
  };
  const unprintable = () => [
    ...[...document.querySelectorAll(SCREEN_ONLY)].filter(shown).slice(0, 3).map((one) => `no use on paper: ${describe(one)}`),
    ...lines().map((line) => line.parent).filter((one) => contrastOnWhite(getComputedStyle(one).color) < LEGIBLE)
      .slice(0, 3).map((one) => `too pale for paper: ${describe(one)}`),
  ];

  // Which kinds of elements lie in which: ten rows of a list are as one, a form in the list is something new.
  const frame = () => drawn([...document.querySelectorAll("body *")].filter((one) => !one.closest("main")));
  const skeleton = () => drawn([...document.querySelectorAll("main *")]);
  const drawn = (elements) => {
    const kinds = elements.filter((one) => !one.parentElement.closest("svg")).map((one) => `${kind(one.parentElement)} > ${kind(one)}`);
    return [...new Set(kinds)].sort().join(" ");
  };
  const kind = (one) => `${one.localName}.${one.getAttribute("class") || ""}[${one.getAttribute("type") || ""}${one.getAttribute("role") || ""}]`;
  const poppers = () =>
    [...document.querySelectorAll("button[popovertarget]:not([popovertargetaction=hide])")].filter((one) => shown(one)).length;
  const popper = (index) => [...document.querySelectorAll("button[popovertarget]:not([popovertargetaction=hide])")].filter((one) => shown(one))[index];
  const dialogs = () => [...document.querySelectorAll("[data-dialog]")].filter((one) => shown(one)).length;
  const dialog = (index) => [...document.querySelectorAll("[data-dialog]")].filter((one) => shown(one))[index];
  const isOpen = (one) => {
    const target = document.getElementById(one.dataset.dialog || one.getAttribute("popovertarget"));
    return Boolean(target && (target.open || target.matches(":popover-open")));
  };
  return { wide, headings, moving, overlapping, cut, startWalk, endWalk, invisible, unprintable, space, secrets, tokens, frame, skeleton, poppers, popper, dialogs, dialog, isOpen };
})();
