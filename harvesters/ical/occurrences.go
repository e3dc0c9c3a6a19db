package ical

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Limits of what is kept of a series.
const (
	windowMonths   = 24  // from the first day of the present month (spec §1.4)
	maxOccurrences = 500 // of one event, the first one included
)

// A window is the time from which occurrences are kept.
type window struct{ from, to time.Time }

// windowAt begins with the month of now, so that a run changes a recurring
// event at most once a month.
func windowAt(now time.Time) window {
	y, m, _ := now.In(catalog.Rome).Date()
	return window{time.Date(y, m, 1, 0, 0, 0, 0, catalog.Rome), time.Date(y, m+windowMonths, 1, 0, 0, 0, 0, catalog.Rome)}
}

// An instance is one time at which an event takes place.
type instance struct {
	catalog.Occurrence
	begins, over time.Time
}

// occurrences are the first time at which s takes place and those in w, in
// order of time, at most maxOccurrences. What is doubtful is noted in s.
func (s *series) occurrences(z *zones, w window) []catalog.Occurrence {
	all := s.instances(z, w)
	slices.SortStableFunc(all, func(a, b instance) int {
		return cmp.Or(a.begins.Compare(b.begins), a.over.Compare(b.over))
	})
	cancelled := s.cancelled()
	var list []catalog.Occurrence
	for i, o := range all {
		if i > 0 && (o.begins.Before(w.from) && !o.over.After(w.from) || !o.begins.Before(w.to)) {
			continue
		}
		if len(list) == maxOccurrences {
			s.doubt("occurrences-many", "RRULE", s.parts()[0].line, s.parts()[0].first("RRULE").value,
				fmt.Sprintf("at most %d times in %d months; the later ones are not kept", maxOccurrences, windowMonths))
			break
		}
		if cancelled {
			o.Status = "cancelled"
		}
		list = append(list, o.Occurrence)
	}
	return list
}

// cancelled reports whether the whole event is called off.
func (s *series) cancelled() bool {
	return s.event != nil && (status(s.event) == "CANCELLED" || s.event.method == "CANCEL")
}

func status(c *component) string { return strings.ToUpper(c.text("STATUS")) }

func (s *series) doubt(rule, field string, line int, read, expected string) {
	s.issues = append(s.issues, catalog.Issue{Rule: rule, Field: field, Line: line, Read: catalog.Excerpt(read), Expected: expected})
}

// instances are the times of s, in no order: those that the calendar lists, the
// first of its rules and those that they have in w.
func (s *series) instances(z *zones, w window) []instance {
	var all []instance
	for _, c := range s.also {
		if start, ok := z.start(c); ok {
			all = append(all, s.instance(start, z.extentOf(c, start), c))
		}
	}
	var e extent
	var base stamp
	moved := map[string]bool{}
	var shifts []shift
	if s.event != nil {
		var ok bool
		if base, ok = z.start(s.event); ok {
			e = z.extentOf(s.event, base)
		}
	}
	for _, c := range s.changed {
		p := c.first("RECURRENCE-ID")
		id, err := z.stamp(c, p, p.value)
		if err != nil {
			c.doubt("date-unreadable", "RECURRENCE-ID", p.line.number, p.value, "a date or time such as 20261121T180000")
			id = stamp{}
		} else {
			moved[mark(base, id)] = true
		}
		start, seen := s.override(z, c, id, e)
		if start.wall.IsZero() {
			continue
		}
		i := s.instance(start, seen, c)
		if i.Status == "" && s.event != nil && !id.wall.IsZero() && !id.sameTime(start) {
			i.Status = "moved"
		}
		all = append(all, i)
		if strings.EqualFold(p.params["RANGE"], "THISANDFUTURE") && s.event != nil && !id.wall.IsZero() {
			shifts = append(shifts, shift{from: id.instant(), by: start.local().Sub(id.on(start)), extent: seen, part: c})
		}
	}
	if s.event == nil || base.wall.IsZero() {
		return all
	}
	except := z.exceptions(s.event, base)
	for _, start := range s.starts(z, base, e, w, len(except)+len(moved)) {
		m := mark(base, start.stamp)
		if moved[m] || except[m] || except[dayMark(start.stamp)] {
			continue
		}
		seen := e
		if start.extent != nil {
			seen = *start.extent
		}
		all = append(all, s.shifted(start.stamp, seen, shifts))
		except[m] = true // a time is listed once
	}
	if len(all) == 0 {
		s.doubt("times-excluded", "EXDATE", s.event.line, s.event.first("EXDATE").value, "at least one time that is not taken out")
	}
	return all
}

// instance is the time at which c begins at start.
func (s *series) instance(start stamp, e extent, c *component) instance {
	var i instance
	i.Start, i.End, i.over = e.tell(start)
	i.begins = start.instant()
	if status(c) == "CANCELLED" {
		i.Status = "cancelled"
	}
	if whole := s.parts()[0]; c != whole {
		if t := c.text("SUMMARY"); t != "" && t != whole.text("SUMMARY") {
			i.Title = t
		}
		if t := c.text("LOCATION"); t != "" && t != whole.text("LOCATION") {
			i.Place = t
		}
	}
	return i
}

// override is when the instance at id begins, now that c changes it, and how
// long it lasts; no time when c does not say. What it does not say is as in the
// event.
func (s *series) override(z *zones, c *component, id stamp, e extent) (stamp, extent) {
	start := id
	if c.first("DTSTART").value != "" {
		var ok bool
		if start, ok = z.start(c); !ok {
			start = id
		}
	}
	if start.wall.IsZero() {
		return start, e
	}
	if s.event == nil || c.first("DTEND").value != "" || c.first("DURATION").value != "" || start.date != e.whole && e.days > 0 {
		e = z.extentOf(c, start)
	}
	return start, e
}

// A shift is a change of an instance and of all later ones (RANGE=THISANDFUTURE,
// RFC 5545 §3.2.13).
type shift struct {
	from   time.Time
	by     time.Duration // on the clock of the event
	extent extent
	part   *component
}

// shifted is the instance at start, changed by the last of the shifts before it.
func (s *series) shifted(start stamp, e extent, shifts []shift) instance {
	var last *shift
	for n := range shifts {
		if sh := &shifts[n]; sh.from.Before(start.instant()) && (last == nil || last.from.Before(sh.from)) {
			last = sh
		}
	}
	if last == nil {
		return s.instance(start, e, s.event)
	}
	start.wall = start.wall.Add(last.by)
	i := s.instance(start, last.extent, last.part)
	if i.Status == "" && last.by != 0 {
		i.Status = "moved"
	}
	return i
}

// on is s on the clock of o.
func (s stamp) on(o stamp) time.Time {
	if s.date || o.date {
		return s.local()
	}
	if o.zone == time.UTC {
		return wallOf(s.instant(), catalog.Rome)
	}
	return wallOf(s.instant(), o.zone)
}

// sameTime compares an instance with the time it had; where one of them is a
// date, the day counts.
func (s stamp) sameTime(o stamp) bool {
	if s.date || o.date {
		return s.wall.Truncate(day).Equal(o.wall.Truncate(day))
	}
	return s.instant().Equal(o.instant())
}

// mark identifies an instance of an event that begins at base: by its day when
// that is told in days, else by its moment.
func mark(base, s stamp) string {
	if base.date {
		return s.wall.Format("20060102")
	}
	if s.date {
		return dayMark(s)
	}
	return s.instant().UTC().Format("20060102T150405Z")
}

// dayMark excludes all instances of a day, as calendars do that write EXDATE
// without time.
func dayMark(s stamp) string { return "day " + s.wall.Format("20060102") }
