// Expands the recurring events of a calendar with ical.js, which shares no code
// with ours: expand.js FILE FROM TO, both dates, prints for every UID with rules or
// dates of its own when its instances begin from the one to before the other.
// Times are on the clock of the event; dates are dates.
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';

const [file, from, to] = process.argv.slice(2);
// Eight digits are a date, and an instance of a date is one: some calendars of
// Google say neither, and ical.js wants it said.
const text = readFileSync(file, 'utf8')
  .replace(/^(DTSTART|DTEND|RECURRENCE-ID)[^:\n]*:(\d{8})(T000000Z)?\r?$/gm, '$1;VALUE=DATE:$2')
  .replace(/^RDATE;VALUE=PERIOD:(\w+)\/\w+\r?$/gm, 'RDATE:$1'); // on which it falls over
const calendar = new ICAL.Component(ICAL.parse(text));
for (const zone of calendar.getAllSubcomponents('vtimezone')) {
  if (zone.getFirstPropertyValue('tzid')) ICAL.TimezoneService.register(zone);
}
const all = calendar.getAllSubcomponents('vevent');
const found = {};
for (const component of all) {
  if (component.hasProperty('recurrence-id') || !component.hasProperty('rrule') && !component.hasProperty('rdate')) continue;
  const uid = component.getFirstPropertyValue('uid');
  const exceptions = all.filter((c) => c.hasProperty('recurrence-id') && c.getFirstPropertyValue('uid') === uid);
  const event = new ICAL.Event(component, { exceptions });
  const next = event.iterator();
  const starts = [];
  for (let time = next.next(), n = 0; time && n < 20000; time = next.next(), n++) {
    if (time.toString().slice(0, 10) >= to) break;
    const start = event.getOccurrenceDetails(time).startDate.convertToZone(event.startDate.zone).toString();
    if (start >= from && start < to) starts.push(start);
  }
  found[uid] = starts.sort();
}
console.log(JSON.stringify(found));
