// « @ » in a message offers the people that the form lists; choosing one writes his name and ticks his box. Without script
// the boxes are ticked by hand.
"use strict";

document.querySelectorAll("textarea[data-mentions]").forEach((area) => {
  const form = area.form;
  const boxes = () => [...form.querySelectorAll("input[name=mentioned]")];
  if (!boxes().length) return;
  const plain = (text) => text.normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  const people = boxes().map((box) => {
    const label = form.querySelector(`label[for="${box.id}"]`).textContent.trim();
    return { box, label, handle: /\(@(.+)\)$/.exec(label)[1], plain: plain(label) };
  });

  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${area.id}-mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);

  let found = [];
  let chosen = 0;

  const asked = () => /(?:^|[^\p{L}\p{N}_.])@([\p{L}\p{N}’'-]*)$/u.exec(area.value.slice(0, area.selectionStart));

  function close() {
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute("aria-activedescendant");
    found = [];
  }

  function mark() {
    [...list.children].forEach((line, index) => line.setAttribute("aria-selected", String(index === chosen)));
    area.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function offer() {
    const word = asked();
    found = word ? people.filter((one) => one.plain.includes(plain(word[1]))).slice(0, 6) : [];
    if (!found.length) {
      close();
      return;
    }
    chosen = 0;
    list.replaceChildren(...found.map((one, index) => {
      const line = document.createElement("li");
      line.id = `${list.id}-${index}`;
      line.setAttribute("role", "option");
      line.textContent = one.label;
      line.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(index);
      });
      return line;
    }));
    list.hidden = false;
    mark();
  }

  function take(index) {
    const one = found[index];
    const start = area.selectionStart - asked()[1].length;
    area.setRangeText(`${one.handle} `, start, area.selectionStart, "end");
    one.box.checked = true;
    close();
  }

  area.addEventListener("input", offer);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen = (chosen + step + found.length) % found.length;
    if (step) mark();
    else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
});
