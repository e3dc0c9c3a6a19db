package ical

import (
	"fmt"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A component is what stands between BEGIN and END.
type component struct {
	name       string
	properties []property
	inside     []*component
	raw        []byte
	start      int // of raw in the document
	line       int // of BEGIN
	method     string
	issues     []catalog.Issue
}

// first is the first property called name; its value is "" when there is none.
func (c *component) first(name string) property {
	for _, p := range c.properties {
		if p.name == name {
			return p
		}
	}
	return property{}
}

func (c *component) all(name string) []property {
	var list []property
	for _, p := range c.properties {
		if p.name == name {
			list = append(list, p)
		}
	}
	return list
}

func (c *component) text(name string) string { return text(c.first(name).value) }

// doubt notes what is wrong with a property.
func (c *component) doubt(rule, field string, line int, read, expected string) {
	c.issues = append(c.issues, catalog.Issue{Rule: rule, Field: field, Line: line, Read: catalog.Excerpt(read), Expected: expected})
}

// A calendar is all that one document holds, however many VCALENDARs that is.
type calendar struct {
	calendars int
	name      string
	product   string
	events    []*component
	zones     []*component
	other     map[string]int // components that are not read, by name
	whole     bool           // every VCALENDAR has its END
}

const (
	maxDepth  = 8       // of components in components; RFC 5545 needs three
	maxEvents = 200_000 // components of events in one calendar
)

// parse reads a document. An error says that it is no calendar.
func parse(doc []byte, declared string) (*calendar, error) {
	r := reader{cal: &calendar{other: map[string]int{}}, doc: doc}
	contentLines(doc, declared, r.line)
	if r.cal.calendars == 0 {
		return nil, fmt.Errorf("no calendar: it begins with %q, not with BEGIN:VCALENDAR: %w", catalog.Excerpt(firstLine(doc)), catalog.ErrFailedListing)
	}
	if r.err != nil {
		return nil, r.err
	}
	r.cal.whole = len(r.open) == 0
	for len(r.open) > 0 {
		r.close(len(doc))
	}
	return r.cal, nil
}

func firstLine(doc []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(doc[:min(len(doc), 500)])), "\n")
	return strings.TrimSpace(decode([]byte(line), ""))
}

// A reader builds components line by line.
type reader struct {
	cal    *calendar
	doc    []byte
	open   []*component
	starts []int // where each open one begins in doc
	method string
	err    error
}

func (r *reader) line(l contentLine) bool {
	p, ok := parseProperty(l)
	switch {
	case !ok:
		r.unreadable(l)
	case p.name == "BEGIN":
		return r.begin(strings.ToUpper(strings.TrimSpace(p.value)), l)
	case p.name == "END":
		r.end(strings.ToUpper(strings.TrimSpace(p.value)), l)
	case len(r.open) > 0:
		c := r.open[len(r.open)-1]
		c.properties = append(c.properties, p)
		if c.name == "VCALENDAR" {
			r.about(p)
		}
	}
	return r.err == nil
}

// about notes what a calendar says of itself.
func (r *reader) about(p property) {
	switch p.name {
	case "METHOD":
		r.method = strings.ToUpper(strings.TrimSpace(p.value))
	case "X-WR-CALNAME", "NAME":
		if r.cal.name == "" {
			r.cal.name = text(p.value)
		}
	case "PRODID":
		if r.cal.product == "" {
			r.cal.product = text(p.value)
		}
	}
}

// unreadable is a line that is no property. In a description it is one of its
// lines, written without escape or fold.
func (r *reader) unreadable(l contentLine) {
	if len(r.open) == 0 || strings.TrimSpace(l.text) == "" {
		return
	}
	c := r.open[len(r.open)-1]
	if n := len(c.properties); n > 0 && c.properties[n-1].name == "DESCRIPTION" {
		c.properties[n-1].value += `\n` + l.text
	}
	c.doubt("line-unreadable", "", l.number, l.text, "NAME:value")
}

func (r *reader) begin(name string, l contentLine) bool {
	// An event inside an event is one after an event without END.
	for len(r.open) > 0 && (name == "VCALENDAR" || name == "VEVENT" && r.open[len(r.open)-1].name != "VCALENDAR") {
		c := r.open[len(r.open)-1]
		c.doubt("end-missing", "", l.number, "BEGIN:"+name, "END:"+c.name+" before it")
		r.close(l.start)
	}
	if name == "VCALENDAR" {
		r.cal.calendars++
		r.method = ""
	}
	if len(r.open) >= maxDepth {
		r.err = fmt.Errorf("line %d: more than %d components in each other: %w", l.number, maxDepth, catalog.ErrFailedListing)
		return false
	}
	r.open = append(r.open, &component{name: name, line: l.number, method: r.method})
	r.starts = append(r.starts, l.start)
	return true
}

// end closes the component called name and what is still open in it; an END
// without BEGIN is nothing.
func (r *reader) end(name string, l contentLine) {
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].name != name {
			continue
		}
		for len(r.open) > i {
			r.close(l.end)
		}
		return
	}
}

// close ends the innermost component at byte at of the document.
func (r *reader) close(at int) {
	n := len(r.open) - 1
	c := r.open[n]
	c.start, c.raw = r.starts[n], r.doc[r.starts[n]:at]
	r.open, r.starts = r.open[:n], r.starts[:n]
	switch {
	case n == 1 && c.name == "VEVENT" || n == 0 && c.name == "VEVENT":
		if len(r.cal.events) == maxEvents {
			r.err = fmt.Errorf("line %d: more than %d events: %w", c.line, maxEvents, catalog.ErrFailedListing)
			return
		}
		r.cal.events = append(r.cal.events, c)
	case n == 1 && c.name == "VTIMEZONE":
		r.cal.zones = append(r.cal.zones, c)
	case n == 1:
		r.cal.other[c.name]++
	case n > 1:
		r.open[n-1].inside = append(r.open[n-1].inside, c)
	}
}
