package ical

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// zones turns the TZID of a document into clocks.
type zones struct {
	defined map[string]*component // VTIMEZONE by TZID
	found   map[string]foundZone
}

// A foundZone is a clock and how it was found.
type foundZone struct {
	location *time.Location
	how      string // "" when the name is that of the zone
	ok       bool
}

func newZones(defined []*component) *zones {
	z := &zones{defined: map[string]*component{}, found: map[string]foundZone{}}
	for _, c := range defined {
		if id := c.text("TZID"); id != "" {
			z.defined[id] = c
		}
	}
	return z
}

// zone is the clock that id names: an IANA zone, also behind a prefix
// ("/mozilla.org/20050126_1/Europe/Rome"); a Windows zone; what a VTIMEZONE of
// the document says; an offset. Without any of these it is Europe/Rome, and ok
// is false. No id at all is Europe/Rome too (spec §3.12).
func (z *zones) zone(id string) (location *time.Location, ok bool) {
	if id == "" {
		return catalog.Rome, true
	}
	f, seen := z.found[id]
	if !seen {
		f = z.find(id)
		z.found[id] = f
	}
	return f.location, f.ok
}

func (z *zones) find(id string) foundZone {
	if l, name := iana(id); l != nil {
		if name == id {
			name = ""
		}
		return foundZone{l, name, true}
	}
	if name, ok := windowsZones[windowsKey(id)]; ok {
		if l, _ := iana(name); l != nil {
			return foundZone{l, name, true}
		}
	}
	if c, ok := z.defined[id]; ok {
		if l, name := iana(c.text("X-LIC-LOCATION")); l != nil {
			return foundZone{l, name, true}
		}
		if l, err := location(id, c); err == nil {
			return foundZone{l, "as its VTIMEZONE says", true}
		}
	}
	if l := offsetZone(id); l != nil {
		return foundZone{l, l.String(), true}
	}
	return foundZone{catalog.Rome, "not known; read as Europe/Rome", false}
}

// iana is the zone of the IANA database that id ends with, and its name.
func iana(id string) (*time.Location, string) {
	parts := strings.Split(strings.Trim(strings.TrimSpace(id), "/"), "/")
	for n := min(3, len(parts)); n >= 1; n-- { // "America/Argentina/Salta" is the longest form
		name := strings.Join(parts[len(parts)-n:], "/")
		if name == "" || name == "Local" || !zoneName.MatchString(name) || n == 1 && len(parts) > 1 {
			continue
		}
		if l, err := time.LoadLocation(name); err == nil {
			return l, name
		}
	}
	return nil, ""
}

// zoneName keeps what is no name of a zone from being looked for as a file.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$`)

var offset = regexp.MustCompile(`(?:UTC|GMT|^)\s*([+-])(\d{1,2})[:.]?(\d{2})?`)

// offsetZone reads "UTC+01:00", "(GMT+01.00) Rome", "+0100". Outlook names the
// zone of Italy by its cities.
func offsetZone(id string) *time.Location {
	m := offset.FindStringSubmatch(strings.TrimPrefix(strings.TrimSpace(id), "("))
	if m == nil {
		return nil
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	seconds := hours*3600 + minutes*60
	if hours > 14 || minutes > 59 {
		return nil
	}
	if m[1] == "-" {
		seconds = -seconds
	}
	if name := strings.ToLower(id); seconds == 3600 && (strings.Contains(name, "rome") || strings.Contains(name, "roma")) {
		return catalog.Rome
	}
	return time.FixedZone(fmt.Sprintf("UTC%s%02d:%02d", m[1], hours, minutes), seconds)
}

func windowsKey(id string) string { return strings.ToLower(strings.Join(strings.Fields(id), " ")) }
