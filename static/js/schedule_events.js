// What the calendar draws: each thing with an identity, a signature that changes when it must be drawn anew, and the
// making of it.
"use strict";

const ScheduleEvents = (() => {
  const words = JSON.parse(document.getElementById("schedule-words")?.textContent || "{}");

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  // Each by its own name: the component's defaults for the two would go before a plain `editable`.
  const fixed = (isFixed) => ({ startEditable: !isFixed, durationEditable: !isFixed });

  const who = (feed, person) => feed.people.find(([id]) => id === person)?.[1] || "";

  function label(visit, feed) {
    const parts = [`${ScheduleFeed.hour(visit.start)}–${ScheduleFeed.hour(visit.end)}`, visit.patient, visit.reason];
    if (!visit.patient && !visit.reason) parts.push(visit.state === "held" ? words.held : words.busy);
    else parts.push(visit.stateLabel);
    return [...parts, who(feed, visit.person)].filter(Boolean).join(", ");
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
    button.dataset.visit = visit.id;
    button.setAttribute("aria-label", label(visit, feed));
    button.append(...nodes);
    return { domNodes: [button] };
  }

  function visits(feed, column) {
    return ScheduleFeed.visits(feed).flatMap((visit) => {
      const mine = feed.people.find(([id]) => id === visit.person)?.[3] && visit.state === "booked";
      const shape = {
        id: `v${visit.id}`,
        resourceIds: [column(visit)],
        start: ScheduleFeed.moment(feed, visit.start),
        end: ScheduleFeed.moment(feed, visit.end),
        classNames: [visit.colour ? `colour-${visit.colour}` : "is-masked", `state-${visit.state}`],
        ...fixed(!mine),
        extendedProps: { visit },
      };
      const found = [{ id: shape.id, signature: JSON.stringify(shape), make: () => ({ ...shape, title: content(visit, feed) }) }];
      if (visit.buffer) {
        found.push(background(`b${visit.id}`, shape.resourceIds, "is-buffer", "", shape.end, ScheduleFeed.moment(feed, visit.end + visit.buffer)));
      }
      return found;
    });
  }

  function background(id, resourceIds, look, title, start, end) {
    const shape = { id, resourceIds, display: "background", title, classNames: [look], start, end, ...fixed(true) };
    return { id, signature: JSON.stringify(shape), make: () => shape };
  }

  function spans(feed, byRoom) {
    const times = new Map();
    const shown = ([kind, , room]) => kind !== 6 && (byRoom ? room && (kind === 0 || kind === 5) : kind !== 5);
    return feed.spans.filter(shown).map(([kind, person, room, start, end, title]) => {
      const name = `s${kind}-${person}-${room}-${start}-${end}`;
      times.set(name, (times.get(name) || 0) + 1);
      return background(
        `${name}-${times.get(name)}`, [byRoom ? room : person], kind === 0 ? "is-open" : "is-away", title,
        ScheduleFeed.moment(feed, Math.max(start, 0)), ScheduleFeed.moment(feed, Math.min(end, feed.days * 1440)),
      );
    });
  }

  // A group with its seats; in the view by room once, however many animate it.
  function workshops(feed, byRoom) {
    return feed.spans.filter(([kind, , room]) => kind === 6 && (!byRoom || room)).map(([, person, room, start, end, title, session]) => {
      const shape = {
        id: byRoom ? `w${session}` : `w${session}-${person}`,
        resourceIds: [byRoom ? room : person],
        start: ScheduleFeed.moment(feed, start),
        end: ScheduleFeed.moment(feed, end),
        classNames: ["is-workshop"],
        ...fixed(true),
        extendedProps: {},
      };
      const link = () => {
        const link = make("a", "ev-open");
        link.href = words.workshop.replace("/0/", `/${session}/`);
        link.setAttribute("aria-label", [`${ScheduleFeed.hour(start)}–${ScheduleFeed.hour(end)}`, title, who(feed, person)].join(", "));
        link.append(make("span", "ev-who", title), make("span", "ev-hour", ScheduleFeed.hour(start)));
        return { domNodes: [link] };
      };
      return { id: shape.id, signature: JSON.stringify([shape, title]), make: () => ({ ...shape, title: link() }) };
    });
  }

  // By identity, in the order in which they are drawn over each other.
  function of(feed) {
    const byRoom = words.view === "salles";
    const column = byRoom ? (visit) => visit.room : (visit) => visit.person;
    return new Map([...spans(feed, byRoom), ...workshops(feed, byRoom), ...visits(feed, column)].map((one) => [one.id, one]));
  }

  function columns(feed) {
    if (words.view === "semaine") return [];
    if (words.view === "salles") {
      const loose = ScheduleFeed.visits(feed).some((visit) => !visit.room);
      return [...feed.rooms, ...(loose ? [[0, words.noRoom]] : [])].map(([id, title]) => ({ id, title }));
    }
    return feed.people.map(([id, name, profession]) => ({ id, title: { domNodes: [make("span", "col-name", name), make("span", "col-more", profession)] } }));
  }

  // The first and the last full hour that must be on the screen.
  function hours(feed) {
    const times = feed.spans.filter(([kind]) => kind === 0 || kind === 6).flatMap(([, , , start, end]) => [start, end]);
    ScheduleFeed.visits(feed).forEach((visit) => times.push(visit.start, visit.end));
    const inDay = times.map((minute) => minute - Math.floor((minute - 0.5) / 1440) * 1440);
    const first = Math.min(8 * 60, ...inDay);
    const last = Math.max(18 * 60, ...inDay);
    return [`${Math.floor(first / 60)}:00`, `${Math.min(24, Math.ceil(last / 60))}:00`];
  }

  // Two feeds with the same key differ in their events only.
  const frame = (feed) => JSON.stringify([feed.people, feed.rooms, hours(feed), columns(feed).length]);

  return { words, make, who, of, columns, hours, frame };
})();
