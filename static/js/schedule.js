// Draws the calendar over the list of the schedule and keeps it true. Without script the list is the page.
"use strict";

const Schedule = (() => {
  const place = document.getElementById("schedule-calendar");
  const list = document.getElementById("schedule-list");
  const toggle = document.getElementById("schedule-toggle");
  const { words, make, who } = ScheduleEvents;
  const NARROW = "(max-width: 47.99rem)";
  // More changes than this are drawn all at once.
  const MANY = 60;

  let calendar = null;
  let feed = null;
  let drawn = new Map();
  let open = 0;

  function draw() {
    const [slotMinTime, slotMaxTime] = ScheduleEvents.hours(feed);
    const isWeek = words.view === "semaine";
    drawn = ScheduleEvents.of(feed);
    place.hidden = false;
    new MutationObserver(plain).observe(place, { childList: true, subtree: true });
    calendar = EventCalendar.create(place, {
      view: isWeek ? "timeGridWeek" : "resourceTimeGridDay",
      date: feed.first,
      firstDay: 1,
      locale: document.documentElement.lang,
      resources: ScheduleEvents.columns(feed),
      events: [...drawn.values()].map((one) => one.make()),
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      slotMinTime,
      slotMaxTime,
      slotDuration: "00:10",
      snapDuration: "00:05",
      slotLabelInterval: "01:00",
      slotLabelFormat: (time) => ScheduleFeed.hour(time.getHours() * 60 + time.getMinutes()),
      slotHeight: 20,
      slotEventOverlap: false,
      height: "max(28rem, calc(100vh - 9rem))",
      columnWidth: isWeek ? "minmax(6rem, 1fr)" : "minmax(6.75rem, 1fr)",
      dayHeaderFormat: { weekday: "long", day: "numeric" },
      nowIndicator: true,
      editable: false,
      ...ScheduleMoves.options,
    });
  }

  // --- What has changed is drawn anew, everything else stays: no flicker, the focus and the scroll where they were. ---

  function patch(fresh) {
    const focused = document.activeElement?.closest?.(".ev-open")?.dataset.visit;
    const changed = fresh.frame !== ScheduleEvents.frame(feed);
    feed = fresh.feed;
    const wanted = ScheduleEvents.of(feed);
    if (changed) {
      const [slotMinTime, slotMaxTime] = ScheduleEvents.hours(feed);
      calendar.setOption("slotMinTime", slotMinTime);
      calendar.setOption("slotMaxTime", slotMaxTime);
      calendar.setOption("resources", ScheduleEvents.columns(feed));
    }
    const gone = [...drawn.keys()].filter((id) => !wanted.has(id));
    const other = [...wanted.values()].filter((one) => drawn.get(one.id)?.signature !== one.signature);
    if (gone.length + other.length > MANY) {
      calendar.setOption("events", [...wanted.values()].map((one) => one.make()));
    } else {
      gone.forEach((id) => calendar.removeEventById(id));
      other.forEach((one) => (drawn.has(one.id) ? calendar.updateEvent(one.make()) : calendar.addEvent(one.make())));
    }
    drawn = wanted;
    window.requestAnimationFrame(() => {
      mark(other.map((one) => one.id));
      if (focused && !document.activeElement?.closest?.(".ev-open")) button(focused)?.focus({ preventScroll: true });
    });
    if (open && !find(open)) document.getElementById("schedule-visit").close();
  }

  function mark(ids) {
    ids.filter((id) => id.startsWith("v")).forEach((id) => {
      const element = button(id.slice(1))?.closest(".ec-event");
      element?.classList.add("is-fresh");
      window.setTimeout(() => element?.classList.remove("is-fresh"), 2500);
    });
  }

  const button = (id) => place.querySelector(`.ev-open[data-visit="${id}"]`);
  const find = (id) => ScheduleFeed.visits(feed).find((visit) => visit.id === id);

  // --- Reading ----------------------------------------------------------------------------------------------------

  async function read() {
    const answer = await fetch(place.dataset.feed, { headers: { Accept: "application/json", "X-Unattended": "yes" } });
    if (answer.redirected || answer.status === 404) {
      Live.end();
      throw new Error("over");
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  let reading = null;
  let again = false;

  // One reading at a time; what changes meanwhile leads to one more.
  async function refresh() {
    if (!calendar) return;
    if (reading) {
      again = true;
      await reading;
      return;
    }
    do {
      again = false;
      reading = read().then((fresh) => patch({ feed: fresh, frame: ScheduleEvents.frame(fresh) })).catch(() => {});
      await reading;
      reading = null;
    } while (again);
  }

  document.addEventListener("live:changed", ({ detail }) => {
    if (!feed) return;
    const last = new Date(`${feed.first}T00:00:00Z`);
    last.setUTCDate(last.getUTCDate() + feed.days - 1);
    const rooms = words.view === "salles";
    const people = feed.people.map(([id]) => id);
    if (detail.touches(people, feed.first, last.toISOString().slice(0, 10)) || rooms) refresh();
  });

  // The component calls itself a table whose visits stand in no cell, and its visits headings:
  // here it is a group of buttons, each with its whole name.
  function plain() {
    place.querySelectorAll("[role=table], [role=rowgroup], [role=row], [role=columnheader], [role=cell]").forEach((element) => {
      element.removeAttribute("role");
      element.removeAttribute("aria-colindex");
      element.removeAttribute("aria-colspan");
    });
    place.querySelectorAll("h4").forEach((heading) => heading.setAttribute("role", "presentation"));
    place.querySelectorAll(".ec-col-head [aria-label]").forEach((name) => name.removeAttribute("aria-label"));
  }

  // --- One visit --------------------------------------------------------------------------------------------------

  function show(visit) {
    const dialog = document.getElementById("schedule-visit");
    const held = visit.state === "held";
    dialog.querySelector("h2").textContent = visit.patient || (held ? words.held : visit.reason || words.busy);
    const facts = [
      [words.when, `${ScheduleFeed.hour(visit.start)}–${ScheduleFeed.hour(visit.end)}`],
      [words.with, who(feed, visit.person)],
      [words.patient, held ? "" : visit.patient || words.hidden],
      [words.reason, held ? "" : visit.reason || words.hidden],
      [words.where, feed.rooms.find(([id]) => id === visit.room)?.[1]],
      [words.buffer, visit.buffer ? `${visit.buffer}\u00a0min` : ""],
      [words.state, visit.patient || visit.reason || held ? visit.stateLabel : ""],
    ];
    const lines = facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]);
    dialog.querySelector("dl").replaceChildren(...lines);
    const move = dialog.querySelector("[data-move]");
    if (move) {
      move.hidden = !drawn.get(`v${visit.id}`)?.make().startEditable;
      move.href = move.dataset.move.replace("/0/", `/${visit.id}/`);
    }
    open = visit.id;
    dialog.showModal();
  }

  document.getElementById("schedule-visit").addEventListener("close", () => { open = 0; });
  place.addEventListener("click", (event) => {
    const pressed = event.target.closest(".ev-open");
    const visit = pressed && find(Number(pressed.dataset.visit));
    if (visit) show(visit);
  });

  // --- List or calendar ------------------------------------------------------------------------------------------

  function see(isCalendar) {
    list.hidden = isCalendar;
    place.hidden = !isCalendar;
    toggle.textContent = isCalendar ? words.toList : words.toCalendar;
    document.dispatchEvent(new CustomEvent("live:shown"));
  }

  async function start() {
    feed = await read();
    if (!feed.people.length) return;
    draw();
    toggle.hidden = false;
    // A telephone shows the list, which reads better there than a grid; so does a page that is magnified while one reads
    // it. What somebody chose stays.
    const narrow = window.matchMedia(NARROW);
    const follow = () => see(!narrow.matches);
    follow();
    narrow.addEventListener("change", follow);
    toggle.addEventListener("click", () => {
      narrow.removeEventListener("change", follow);
      see(place.hidden);
    });
  }

  start().catch(() => {
    place.hidden = true;
    announce(words.failed);
  });

  // The day and the person of a visit, for whoever looks for a time near it; of the screen where there is none.
  function near(id) {
    const visit = feed && find(Number(id));
    const day = visit ? ScheduleFeed.moment(feed, visit.start).slice(0, 10) : feed?.first;
    const slug = visit && feed.people.find(([person]) => person === visit.person)?.[4];
    return new URLSearchParams({ ...(day > words.today ? { du: day } : {}), ...(slug ? { praticien: slug } : {}) });
  }

  return { refresh, place, near, focus: (id) => button(id)?.focus({ preventScroll: true }) };
})();
