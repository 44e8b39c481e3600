// Unpacks what appointments/schedule_feed.py packs: columns of numbers become visits.
"use strict";

const ScheduleFeed = {
  visits(feed) {
    const [ids, runs, starts, lengths, buffers, rooms, states, reasons, given, family] = feed.visits;
    const people = runs.flatMap(([person, times]) => Array(times).fill(person));
    let id = 0;
    let start = 0;
    return ids.map((step, n) => {
      id += step;
      start += starts[n];
      const [reason, colour] = feed.reasons[reasons[n]];
      const [state, stateLabel] = feed.states[states[n] >> 1];
      return {
        id,
        start,
        end: start + lengths[n],
        buffer: buffers[n],
        person: people[n],
        room: rooms[n],
        state,
        stateLabel,
        over: Boolean(states[n] & 1),
        reason,
        colour,
        patient: `${feed.given[given[n]]} ${feed.family[family[n]]}`.trim(),
      };
    });
  },

  // Minutes since the first midnight → the local time that the calendar reads.
  moment(feed, minute) {
    const day = new Date(`${feed.first}T00:00:00Z`);
    day.setUTCMinutes(minute);
    return day.toISOString().slice(0, 16);
  },

  sign(reason) {
    const words = reason.replaceAll("’", " ").replaceAll("-", " ").split(/\s+/).filter((word) => word.length > 2);
    return words.slice(0, 2).map((word) => word[0]).join("").toUpperCase() || reason.slice(0, 1).toUpperCase();
  },

  hour(minute) {
    const inDay = ((minute % 1440) + 1440) % 1440;
    const rest = inDay % 60;
    if (document.documentElement.lang.startsWith("en")) return `${String(Math.floor(inDay / 60)).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
    return `${Math.floor(inDay / 60)}\u00a0h${rest ? `\u00a0${String(rest).padStart(2, "0")}` : ""}`;
  },
};
