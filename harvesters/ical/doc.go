// Package ical reads calendars: iCalendar (RFC 5545) with the properties of RFC
// 7986, over HTTP or from a file. One record is made of all the components that
// share a UID: the event itself and the changed instances of its series, which
// become occurrences.
//
// Lines, properties and components are read here and not by a library, because
// real calendars break the grammar: a line that cannot be read costs that line,
// an event that cannot be understood costs that event, and the bytes of each are
// kept. Recurrence rules are expanded by rrule-go, always on the clock of the
// event's own zone, after a check that it can end; see rule.go.
package ical
