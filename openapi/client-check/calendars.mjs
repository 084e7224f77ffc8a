// Reads our calendars as Thunderbird does (ical.js), with nothing but the zones they describe themselves, and compares
// every occurrence with what was meant.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import ICAL from "ical.js";

const folder = new URL("../../tests/data/calendars/", import.meta.url);
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf-8"));

/** A day as a day, a moment as the instant. */
function written(time) {
  if (time.isDate) return time.toString();
  return new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");
}

function seen(component) {
  const event = new ICAL.Event(component);
  const times = [component.getFirstPropertyValue("dtstart"), component.getFirstPropertyValue("dtend")];
  for (const time of times.filter(Boolean)) {
    assert.notEqual(time.isDate || time.zone.tzid, "floating", `${event.uid} floats`);
  }
  assert.ok(event.summary, `${event.uid} says nothing`);
  return {
    uid: event.uid,
    start: written(times[0]),
    end: times[1] ? written(times[1]) : null,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status") ?? "CONFIRMED",
    location: event.location ?? null,
  };
}

function read(name) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(new URL(name, folder), "utf-8")));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const isPublished = calendar.getFirstPropertyValue("method") === "PUBLISH";
  assert.equal(Boolean(calendar.getFirstPropertyValue("name")), isPublished, `${name} has a name when it is published`);
  return calendar.getAllSubcomponents("vevent").map(seen);
}

let count = 0;
const files = readdirSync(folder).filter((name) => name.endsWith(".ics"));
assert.deepEqual(files.map((name) => name.replace(".ics", "")).sort(), Object.keys(expected).sort());
for (const [name, wanted] of Object.entries(expected)) {
  const found = read(`${name}.ics`).filter((event) => !event.uid.startsWith("cut@"));
  assert.deepEqual(found, wanted, name);
  count += found.length;
}
assert.ok(count > 20);
console.log(`${files.length} calendars with ${count} entries, read as they were meant`);
