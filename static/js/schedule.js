// Draws the calendar over the list of the schedule, and gives the page its keys. Without script the list is the page.
"use strict";

(() => {
  const place = document.getElementById("schedule-calendar");
  const list = document.getElementById("schedule-list");
  const words = JSON.parse(document.getElementById("schedule-words").textContent);
  const toggle = document.getElementById("schedule-toggle");
  const KEYS = "schedule-keys";
  const NARROW = "(max-width: 47.99rem)";

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function content(visit, feed) {
    const nodes = [];
    if (visit.reason) nodes.push(make("span", "ev-sign", ScheduleFeed.sign(visit.reason)));
    nodes.push(make("span", "ev-who", visit.patient || visit.reason || (visit.state === "held" ? words.held : words.busy)));
    // Who comes first: ten minutes leave room for one line, and the hour stands at the left anyway.
    nodes.push(make("span", "ev-hour", ScheduleFeed.hour(visit.start)));
    if (visit.state !== "booked" && visit.state !== "held") nodes.push(make("span", "ev-state", visit.stateLabel));
    if (visit.over) nodes.push(make("span", "ev-state", words.over));
    const button = make("button", "ev-open");
    button.type = "button";
    button.append(...nodes);
    button.addEventListener("click", () => show(visit, feed));
    return { domNodes: [button] };
  }

  function visitEvents(feed, column) {
    return ScheduleFeed.visits(feed).flatMap((visit) => {
      const times = { start: ScheduleFeed.moment(feed, visit.start), end: ScheduleFeed.moment(feed, visit.end) };
      const resourceIds = [column(visit)];
      const look = [visit.colour ? `colour-${visit.colour}` : "is-masked", `state-${visit.state}`];
      const event = { ...times, id: `v${visit.id}`, resourceIds, title: content(visit, feed), classNames: look, extendedProps: { visit } };
      if (!visit.buffer) return [event];
      const buffer = {
        id: `b${visit.id}`, resourceIds, display: "background", title: "", classNames: ["is-buffer"],
        start: times.end, end: ScheduleFeed.moment(feed, visit.end + visit.buffer),
      };
      return [event, buffer];
    });
  }

  function spanEvents(feed, byRoom) {
    return feed.spans.filter(([kind, , room]) => !byRoom || (kind === 0 && room)).map(([kind, person, room, start, end, label], n) => ({
      id: `s${n}`,
      resourceIds: [byRoom ? room : person],
      display: "background",
      title: label,
      classNames: [kind === 0 ? "is-open" : "is-away"],
      start: ScheduleFeed.moment(feed, Math.max(start, 0)),
      end: ScheduleFeed.moment(feed, Math.min(end, feed.days * 1440)),
    }));
  }

  function hoursShown(feed) {
    const times = feed.spans.filter(([kind]) => kind === 0).flatMap(([, , , start, end]) => [start, end]);
    ScheduleFeed.visits(feed).forEach((visit) => times.push(visit.start, visit.end));
    const inDay = times.map((minute) => minute - Math.floor((minute - 0.5) / 1440) * 1440);
    const first = Math.min(8 * 60, ...inDay);
    const last = Math.max(18 * 60, ...inDay);
    return [Math.floor(first / 60), Math.min(24, Math.ceil(last / 60))];
  }

  function draw(feed) {
    const byRoom = words.view === "salles";
    const isWeek = words.view === "semaine";
    const column = byRoom ? (visit) => visit.room : (visit) => visit.person;
    const rooms = [...feed.rooms, [0, words.noRoom]].filter(([room]) => room || ScheduleFeed.visits(feed).some((visit) => !visit.room));
    const resources = byRoom
      ? rooms.map(([id, title]) => ({ id, title }))
      : feed.people.map(([id, name, profession]) => ({ id, title: { domNodes: [make("span", "col-name", name), make("span", "col-more", profession)] } }));
    const [first, last] = hoursShown(feed);
    place.hidden = false;
    new MutationObserver(plain).observe(place, { childList: true, subtree: true });
    EventCalendar.create(place, {
      view: isWeek ? "timeGridWeek" : "resourceTimeGridDay",
      date: feed.first,
      firstDay: 1,
      locale: document.documentElement.lang,
      resources: isWeek ? [] : resources,
      events: [...spanEvents(feed, byRoom), ...visitEvents(feed, column)],
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      slotMinTime: `${first}:00`,
      slotMaxTime: `${last}:00`,
      slotDuration: "00:10",
      slotLabelInterval: "01:00",
      slotLabelFormat: (time) => ScheduleFeed.hour(time.getHours() * 60 + time.getMinutes()),
      slotHeight: 20,
      slotEventOverlap: false,
      height: "max(28rem, calc(100vh - 9rem))",
      columnWidth: isWeek ? "minmax(6rem, 1fr)" : "minmax(6.75rem, 1fr)",
      dayHeaderFormat: { weekday: "long", day: "numeric" },
      nowIndicator: true,
      editable: false,
      eventDidMount: ({ el, event }) => named(el, event.extendedProps.visit, feed),
    });
  }

  // The component calls itself a table whose visits stand in no cell, and its visits headings:
  // here it is a group of buttons, each with its whole name.
  function plain() {
    place.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=columnheader], [role=cell]").forEach((element) => {
      element.removeAttribute("role");
      element.removeAttribute("aria-colindex");
      element.removeAttribute("aria-colspan");
    });
    place.querySelectorAll("h4").forEach((heading) => heading.setAttribute("role", "presentation"));
    place.querySelectorAll(".ec-col-head [aria-label]").forEach((label) => label.removeAttribute("aria-label"));
  }

  function named(element, visit, feed) {
    if (!visit) return;
    const who = feed.people.find(([id]) => id === visit.person)?.[1] || "";
    const parts = [`${ScheduleFeed.hour(visit.start)}–${ScheduleFeed.hour(visit.end)}`, visit.patient, visit.reason];
    if (!visit.patient && !visit.reason) parts.push(visit.state === "held" ? words.held : words.busy);
    else parts.push(visit.stateLabel);
    element.querySelector("button").setAttribute("aria-label", [...parts, who].filter(Boolean).join(", "));
  }

  function show(visit, feed) {
    const dialog = document.getElementById("schedule-visit");
    const held = visit.state === "held";
    dialog.querySelector("h2").textContent = visit.patient || (held ? words.held : visit.reason || words.busy);
    const facts = [
      [words.when, `${ScheduleFeed.hour(visit.start)}–${ScheduleFeed.hour(visit.end)}`],
      [words.with, feed.people.find(([id]) => id === visit.person)?.[1]],
      [words.patient, held ? "" : visit.patient || words.hidden],
      [words.reason, held ? "" : visit.reason || words.hidden],
      [words.where, feed.rooms.find(([id]) => id === visit.room)?.[1]],
      [words.buffer, visit.buffer ? `${visit.buffer}\u00a0min` : ""],
      [words.state, visit.patient || visit.reason || held ? visit.stateLabel : ""],
    ];
    const lines = facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]);
    dialog.querySelector("dl").replaceChildren(...lines);
    dialog.showModal();
  }

  // --- List or calendar ------------------------------------------------------------------------------------------

  function see(calendar) {
    list.hidden = calendar;
    place.hidden = !calendar;
    toggle.textContent = calendar ? words.toList : words.toCalendar;
  }

  async function start() {
    const answer = await fetch(place.dataset.feed, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const feed = await answer.json();
    if (!feed.people.length) return;
    draw(feed);
    toggle.hidden = false;
    // A telephone shows the list, which reads better there than a grid.
    see(!window.matchMedia(NARROW).matches);
    toggle.addEventListener("click", () => see(place.hidden));
  }

  // --- Keys -------------------------------------------------------------------------------------------------------

  const remember = document.getElementById("schedule-keys");
  remember.checked = localStorage.getItem(KEYS) !== "off";
  remember.addEventListener("change", () => localStorage.setItem(KEYS, remember.checked ? "on" : "off"));
  document.getElementById("schedule-help-button").hidden = false;

  const go = (testid) => document.querySelector(`[data-testid="${testid}"]`)?.click();
  const letters = {
    t: () => go("today"),
    n: () => window.location.assign(words.find),
    "/": () => document.querySelector(".filters select")?.focus(),
    "?": () => document.getElementById("schedule-help").showModal(),
  };

  // The nearest visit in a direction, by where it stands on the screen.
  function neighbour(from, key) {
    const here = from.getBoundingClientRect();
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best = null;
    let least = Infinity;
    for (const other of place.querySelectorAll(".ev-open")) {
      const there = other.getBoundingClientRect();
      const across = (sideways ? there.left - here.left : there.top - here.top) * sign;
      const aside = Math.abs(sideways ? there.top - here.top : there.left - here.left);
      const far = sideways ? across * 100 + aside : across + aside * 100;
      if (across > 2 && (sideways || aside < here.width) && far < least) [best, least] = [other, far];
    }
    return best;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
    if (event.key.startsWith("Arrow")) {
      const visit = event.target.closest(".ev-open");
      if (visit) {
        event.preventDefault();
        neighbour(visit, event.key)?.focus();
      } else if (event.target === document.body || event.target.id === "contenu") {
        if (event.key === "ArrowLeft") go("before");
        if (event.key === "ArrowRight") go("after");
      }
    } else if (remember.checked && letters[event.key]) {
      event.preventDefault();
      letters[event.key]();
    }
  });

  start().catch(() => {
    place.hidden = true;
    announce(words.failed);
  });
})();
