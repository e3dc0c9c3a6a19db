package ical

import (
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// stamp reads one value of a property of c; a zone that is not known is noted.
func (z *zones) stamp(c *component, p property, value string) (stamp, error) {
	id := p.params["TZID"]
	zone, ok := z.zone(id)
	s, err := parseStamp(value, zone)
	if p.params["VALUE"] == "DATE" && !s.date { // although it has a time
		s.date, s.wall = true, s.wall.Truncate(day)
	}
	if err == nil && !ok && !s.date && s.zone == zone {
		c.doubt("time-zone-unknown", p.name, p.line.number, id, "a time zone of the IANA database, or its VTIMEZONE; read as Europe/Rome")
	}
	return s, err
}

// start is when c begins; what is wrong with it is noted in c.
func (z *zones) start(c *component) (stamp, bool) {
	p := c.first("DTSTART")
	if strings.TrimSpace(p.value) == "" {
		c.doubt("start-missing", "DTSTART", c.line, "", "when the event begins")
		return stamp{}, false
	}
	s, err := z.stamp(c, p, p.value)
	if err != nil {
		c.doubt("date-unreadable", "DTSTART", p.line.number, p.value, "a date or time such as 20261121T180000")
		return stamp{}, false
	}
	return s, true
}

// exceptions are the marks of the instances that EXDATE takes out.
func (z *zones) exceptions(c *component, base stamp) map[string]bool {
	marks := map[string]bool{}
	for _, p := range c.all("EXDATE") {
		for value := range strings.SplitSeq(p.value, ",") {
			s, err := z.stamp(c, p, value)
			if err != nil {
				c.doubt("date-unreadable", "EXDATE", p.line.number, value, "a date or time such as 20261121T180000")
				continue
			}
			marks[mark(base, s)] = true
		}
	}
	return marks
}

// A beginning is the start of an instance, with how long it lasts where RDATE
// says that.
type beginning struct {
	stamp
	extent *extent
}

// starts are when instances of the event of s begin: DTSTART, which is one even
// where the rule does not give it (RFC 5545 §3.8.5.3 leaves that open), the dates of RDATE, and of the rules as many of the first as spare may
// be taken out and those that touch w.
func (s *series) starts(z *zones, base stamp, e extent, w window, spare int) []beginning {
	c := s.event
	list := []beginning{{stamp: base}}
	for _, p := range c.all("RDATE") {
		for value := range strings.SplitSeq(p.value, ",") {
			from, to, period := strings.Cut(value, "/")
			start, err := z.stamp(c, p, from)
			if err != nil {
				c.doubt("date-unreadable", "RDATE", p.line.number, value, "a date or time such as 20261121T180000")
				continue
			}
			b := beginning{stamp: start}
			if base.date {
				b.stamp = stamp{wall: start.wall.Truncate(day), date: true, zone: start.zone}
			} else if period {
				b.extent = z.period(c, p, start, to)
			}
			list = append(list, b)
		}
	}
	out := map[time.Time]bool{}
	for _, t := range z.ruled(c, "EXRULE", base, e, w, spare) { // of RFC 2445, still written
		out[t] = true
	}
	for _, t := range z.ruled(c, "RRULE", base, e, w, spare+len(out)) {
		if !out[t] {
			list = append(list, beginning{stamp: stamp{wall: t, date: base.date, zone: base.zone}})
		}
	}
	return list
}

// period is the extent of a PERIOD value: start/end or start/duration.
func (z *zones) period(c *component, p property, start stamp, to string) *extent {
	inside := &component{properties: []property{{name: "DTEND", value: to, params: p.params, line: p.line}}, line: c.line}
	if strings.HasPrefix(strings.ToUpper(to), "P") {
		inside.properties[0].name = "DURATION"
	}
	e := z.extentOf(inside, start)
	c.issues = append(c.issues, inside.issues...)
	return &e
}

// ruled are the times of the rules called name, on the clock of base: the first
// ones, one more than spare, and those of instances that touch w.
func (z *zones) ruled(c *component, name string, base stamp, e extent, w window, spare int) []time.Time {
	var list []time.Time
	zone := base.zone
	if base.date {
		zone = catalog.Rome
	}
	low, high := wallOf(w.from, zone).Add(-e.longest()-day), wallOf(w.to, zone).Add(day)
	for _, p := range c.all(name) {
		if strings.TrimSpace(p.value) == "" {
			continue
		}
		r, err := parseRule(p.value)
		if err == nil {
			r.fit(base)
		}
		// what begins before count may be over when w begins, and is not counted
		take := func(from, count time.Time, most int) {
			if err != nil {
				return
			}
			err = r.each(base.wall, from, high, func(t time.Time) bool {
				list = append(list, t)
				if !t.Before(count) {
					most--
				}
				return most > 0
			})
		}
		take(base.wall, base.wall, spare+1)
		take(low, wallOf(w.from, zone), spare+2*maxOccurrences)
		if err != nil {
			c.doubt("rule-unreadable", name, p.line.number, p.value, "a recurrence rule of RFC 5545: "+err.Error())
		}
	}
	return list
}
