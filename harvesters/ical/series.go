package ical

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A series is what has one UID: the event, and the instances of it that the
// calendar changes (RECURRENCE-ID). One without the event itself is made of its
// instances, as calendars of birthdays do.
type series struct {
	key     string
	event   *component   // nil: the calendar has changed instances only
	also    []*component // others that were given the same UID by mistake
	changed []*component
	turned  bool // its calendar writes longitude before latitude
	issues  []catalog.Issue
}

// group gathers the events of a calendar by UID, in the order in which each
// comes first.
func group(events []*component) []*series {
	var list []*series
	byKey := map[string]*series{}
	taken := map[string]int{}
	for _, c := range events {
		key := c.text("UID")
		if key == "" {
			key = contentKey(c)
			if taken[key]++; taken[key] > 1 {
				key += "-" + strconv.Itoa(taken[key])
			}
			c.doubt("uid-missing", "UID", c.line, "", "a UID that stays the same; the event is known by its start, title and place")
		}
		s := byKey[key]
		if s == nil {
			s = &series{key: key}
			byKey[key] = s
			list = append(list, s)
		}
		s.add(c)
	}
	for _, s := range list {
		slices.SortStableFunc(s.changed, func(a, b *component) int {
			return strings.Compare(a.first("RECURRENCE-ID").value, b.first("RECURRENCE-ID").value)
		})
	}
	return list
}

// contentKey stands for the UID of an event that has none.
func contentKey(c *component) string {
	sum := sha256.New()
	for _, name := range []string{"DTSTART", "RECURRENCE-ID", "SUMMARY", "LOCATION"} {
		fmt.Fprintf(sum, "%s\x00", c.first(name).value)
	}
	return "hash-" + hex.EncodeToString(sum.Sum(nil)[:12])
}

func (s *series) add(c *component) {
	id := c.first("RECURRENCE-ID").value
	if id != "" {
		i := slices.IndexFunc(s.changed, func(o *component) bool { return o.first("RECURRENCE-ID").value == id })
		if i < 0 {
			s.changed = append(s.changed, c)
		} else if compareVersions(c, s.changed[i]) >= 0 {
			s.changed[i] = c
		}
		return
	}
	if s.event == nil {
		s.event = c
		return
	}
	s.issues = append(s.issues, catalog.Issue{
		Rule: "uid-repeated", Field: "UID", Line: c.line, Read: catalog.Excerpt(s.key),
		Expected: "a UID of its own for each event; of versions the one with the highest SEQUENCE and LAST-MODIFIED is kept",
	})
	switch n := compareVersions(c, s.event); {
	case n == 0 && c.first("DTSTART").value != s.event.first("DTSTART").value:
		s.also = append(s.also, c)
	case n >= 0:
		s.event = c
	}
}

// compareVersions tells which of two versions of one event is the newer (RFC
// 5546 §2.1.5): 1 if it is a, 0 if it cannot be told.
func compareVersions(a, b *component) int {
	number := func(c *component) int {
		n, err := strconv.Atoi(strings.TrimSpace(c.first("SEQUENCE").value))
		if err != nil {
			return 0
		}
		return n
	}
	return cmp.Or(
		cmp.Compare(number(a), number(b)),
		strings.Compare(a.first("LAST-MODIFIED").value, b.first("LAST-MODIFIED").value),
		strings.Compare(a.first("DTSTAMP").value, b.first("DTSTAMP").value),
	)
}

// parts are the components of s in a stable order, the one that says what the
// event is first.
func (s *series) parts() []*component {
	var parts []*component
	if s.event != nil {
		parts = append(parts, s.event)
	}
	return append(append(parts, s.also...), s.changed...)
}

// raw is what the calendar says of the series.
func (s *series) raw() []byte {
	var b []byte
	for _, c := range s.parts() {
		b = append(b, c.raw...)
	}
	return b
}

// forget takes the properties that drop names out of c and its bytes.
func (c *component) forget(drop []string) {
	if len(drop) == 0 {
		return
	}
	var b []byte
	at := 0
	for _, span := range c.spans(drop) {
		b = append(b, c.raw[at:span[0]-c.start]...)
		at = span[1] - c.start
	}
	c.raw = append(b, c.raw[at:]...)
	c.properties = slices.DeleteFunc(c.properties, func(p property) bool { return dropped(drop, p.name) })
}

// spans are where in the document the properties stand that drop names, in order.
func (c *component) spans(drop []string) [][2]int {
	var spans [][2]int
	for _, p := range c.properties {
		if dropped(drop, p.name) {
			spans = append(spans, [2]int{p.line.start, p.line.end})
		}
	}
	for _, in := range c.inside {
		spans = append(spans, in.spans(drop)...)
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return spans
}

// dropped reports whether drop names a property, as iCalendar or as our column
// writes it: "ATTENDEE", "last_modified".
func dropped(drop []string, name string) bool {
	return slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(strings.ReplaceAll(d, "_", "-"), name) })
}
