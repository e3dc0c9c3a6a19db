package ical

import (
	"time"

	"po-net.prato.it/ponet/catalog"
)

// An extent is how long each instance of an event lasts.
type extent struct {
	days  int // whole days, at least 1, of an event that is told in days
	whole bool
	rest  duration // otherwise
}

const day = 24 * time.Hour

// extentOf reads DTEND or DURATION of c, which begins at start (RFC 5545
// §3.6.1). With DTEND all instances last exactly as long, with DURATION they last as
// many days of the calendar (§3.8.5.3).
func (z *zones) extentOf(c *component, start stamp) extent {
	e := extent{days: 1, whole: start.date}
	p := c.first("DTEND")
	switch {
	case p.value != "":
		end, err := z.stamp(c, p, p.value)
		if err != nil {
			c.doubt("date-unreadable", "DTEND", p.line.number, p.value, "a date or time such as 20261121T180000")
			return e
		}
		if end.instant().Before(start.instant()) {
			c.doubt("end-before-start", "DTEND", p.line.number, p.value, "an end after the start, "+start.String())
			return e
		}
		if start.date || end.date {
			return e.until(start, end)
		}
		e.rest.rest = end.instant().Sub(start.instant())
		e.inDays(start, end)
	case c.first("DURATION").value != "":
		p = c.first("DURATION")
		d, err := parseDuration(p.value)
		if err != nil {
			c.doubt("duration-unreadable", "DURATION", p.line.number, p.value, "a duration such as PT2H or P1D")
			return e
		}
		if start.date {
			e.days = max(1, d.days+int((d.rest+day-1)/day))
			return e
		}
		e.rest = d
		e.inDays(start, d.after(start))
	}
	return e
}

// until is the extent of an event of which start or end are dates. A date at
// the end is the day after the last one; an end with a time is on the last
// day, unless it is midnight.
func (e extent) until(start, end stamp) extent {
	last := end.wall.Truncate(day)
	if end.date || end.wall.Equal(last) {
		last = last.Add(-day)
	}
	if !start.date {
		e.rest.rest = max(0, stamp{wall: last.Add(day), zone: start.zone}.instant().Sub(start.instant()))
		return e
	}
	e.days = max(1, int(last.Sub(start.wall.Truncate(day))/day)+1)
	return e
}

// inDays finds out that an event is told in days although it has times: from
// midnight to midnight, or to the last minute or second of a day (spec §1.4).
func (e *extent) inDays(start, end stamp) {
	from, to := start.local(), end.local()
	if !from.Equal(from.Truncate(day)) || !to.After(from) {
		return
	}
	switch clock := to.Sub(to.Truncate(day)); clock {
	case 0:
		e.whole, e.days = true, int(to.Sub(from)/day)
	case day - time.Second, day - time.Minute:
		e.whole, e.days = true, int(to.Sub(from)/day)+1
	}
}

// local is the wall clock of s where the event is; times in UTC are told in
// Italy's.
func (s stamp) local() time.Time {
	if !s.date && s.zone == time.UTC {
		return wallOf(s.instant(), catalog.Rome)
	}
	return s.wall
}

// tell is when an instance takes place that begins at start, as an Occurrence
// tells it, and when it is over.
func (e extent) tell(start stamp) (from, to string, over time.Time) {
	first := start.local()
	if start.date || e.whole && first.Equal(first.Truncate(day)) {
		last := first.AddDate(0, 0, max(1, e.days)-1) // an instance without an event has no extent
		return first.Format(time.DateOnly), last.Format(time.DateOnly), at(last.AddDate(0, 0, 1), catalog.Rome)
	}
	end := e.rest.after(start)
	from, to = start.String(), end.String()
	if to == from {
		to = ""
	}
	return from, to, end.instant()
}

// longest is at least how long an instance lasts.
func (e extent) longest() time.Duration {
	return time.Duration(e.days+e.rest.days+1)*day + e.rest.rest
}
