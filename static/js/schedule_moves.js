// Dragging: the visit stays where it was dropped if the house agrees, else it goes back and the broken rule is said.
// « Annuler » for ten seconds.
"use strict";

const ScheduleMoves = (() => {
  const { words } = ScheduleEvents;
  const toasts = document.getElementById("schedule-toasts");
  const UNDO = 10000;
  const READING = 20000;
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  async function post(url, data) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrf() },
      body: new URLSearchParams(data),
    });
    if (answer.redirected || !(answer.ok || answer.status === 409)) throw new Error(String(answer.status));
    return { ok: answer.ok, ...(await answer.json()) };
  }

  function toast(sentence, { isRefusal = false, undo = null, stays = READING } = {}) {
    const line = document.getElementById("schedule-toast").content.firstElementChild.cloneNode(true);
    line.classList.toggle("is-refusal", isRefusal);
    line.setAttribute("role", isRefusal ? "alert" : "status");
    const button = line.querySelector("[data-undo]");
    button.hidden = !undo;
    button.addEventListener("click", () => { line.remove(); undo(); });
    toasts.querySelectorAll(".toast-line").forEach((older) => older.remove());
    toasts.append(line);
    // After it stands there, so that screen readers hear it.
    window.setTimeout(() => { line.querySelector("[data-says]").textContent = sentence; }, 30);
    window.setTimeout(() => line.remove(), stays);
  }

  const pad = (number) => String(number).padStart(2, "0");

  const dayOf = (moment) => `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
  const hourOf = (moment) => `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;

  function wish({ start, end, extendedProps: { visit } }, before, column) {
    const data = {
      day: dayOf(start),
      hour: hourOf(start),
      minutes: Math.round((end - start) / 60000),
      practitioner: visit.person,
      // What stood there before: somebody else may have been faster.
      seen: `${dayOf(before)}T${hourOf(before)}`,
    };
    if (column && words.view === "salles") data.room = column.id === "0" ? "" : column.id;
    if (column && words.view === "jour") data.practitioner = column.id;
    return data;
  }

  async function moved({ event, oldEvent, newResource, revert }) {
    const { visit } = event.extendedProps;
    try {
      const answer = await post(words.move.replace("/0/", `/${visit.id}/`), wish(event, oldEvent.start, newResource));
      if (!answer.ok) {
        revert();
        toast(answer.sentence, { isRefusal: true });
      } else {
        toast(answer.sentence, answer.undo ? { undo: () => takeBack(answer.undo), stays: UNDO } : {});
      }
    } catch {
      revert();
      toast(words.notMoved, { isRefusal: true });
    }
    await Schedule.refresh();
    Schedule.focus(visit.id);
  }

  async function takeBack(url) {
    try {
      const answer = await post(url, {});
      toast(answer.sentence, { isRefusal: !answer.ok, stays: answer.ok ? 6000 : READING });
    } catch {
      toast(words.notMoved, { isRefusal: true });
    }
    await Schedule.refresh();
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "z" || event.target.closest("input, textarea, select")) return;
    const button = toasts.querySelector("[data-undo]:not([hidden])");
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  return { options: { eventDrop: moved, eventResize: moved, eventDragMinDistance: 6, eventLongPressDelay: 400, longPressDelay: 400 } };
})();
