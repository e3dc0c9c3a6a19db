package ical

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a zone that a calendar defines itself.
const (
	maxOnsets   = 6000 // changes of the clock: two a year since 1500, and more
	maxOffsets  = 100  // different offsets
	onsetsUntil = 2100 // year up to which rules of a zone are expanded
)

// An onset is a moment at which a clock changes.
type onset struct {
	at     int64 // Unix time
	offset int   // seconds east of UTC from then on
	dst    bool
}

// location is the clock that a VTIMEZONE defines (RFC 5545 §3.6.5), as the time
// package knows clocks: its rules are written out as a table of changes, the
// format of zone files (RFC 8536), which the package reads.
func location(id string, zone *component) (*time.Location, error) {
	var onsets []onset
	first, have := onset{}, false // what holds before all onsets
	before := 0
	for _, c := range zone.inside {
		if c.name != "STANDARD" && c.name != "DAYLIGHT" {
			continue
		}
		from, err := utcOffset(c.first("TZOFFSETFROM").value)
		to, err2 := utcOffset(c.first("TZOFFSETTO").value)
		if err2 != nil {
			return nil, err2
		}
		if err != nil {
			from = to
		}
		list, err := onsetsOf(c, from, to)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 { // no DTSTART: it always holds
			list = []onset{{at: -1 << 40, offset: to}}
		}
		if !have || list[0].at < first.at {
			first, have, before = list[0], true, from
		}
		onsets = append(onsets, list...)
	}
	if !have || len(onsets) > maxOnsets {
		return nil, fmt.Errorf("time zone %q: %d changes; from 1 to %d are read", id, len(onsets), maxOnsets)
	}
	slices.SortStableFunc(onsets, func(a, b onset) int { return cmp.Compare(a.at, b.at) })
	b, err := zoneFile(onsets, before)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(id, b)
}

// onsetsOf are the changes to one STANDARD or DAYLIGHT, in order of time.
func onsetsOf(c *component, from, to int) ([]onset, error) {
	start, err := parseStamp(c.first("DTSTART").value, time.UTC)
	if err != nil {
		if c.first("DTSTART").value == "" {
			return nil, nil
		}
		return nil, err
	}
	start.date = false
	var walls []time.Time
	for _, p := range c.all("RRULE") {
		r, err := parseRule(p.value)
		if err != nil {
			return nil, err
		}
		if r.untilUTC {
			r.Until = r.Until.Add(time.Duration(from) * time.Second)
		}
		end := time.Date(onsetsUntil, 1, 1, 0, 0, 0, 0, time.UTC)
		err = r.each(start.wall, start.wall, end, func(t time.Time) bool {
			walls = append(walls, t)
			return len(walls) <= maxOnsets
		})
		if err != nil {
			return nil, err
		}
	}
	if len(walls) == 0 {
		walls = append(walls, start.wall)
	}
	for _, p := range c.all("RDATE") {
		for value := range strings.SplitSeq(p.value, ",") {
			s, err := parseStamp(value, time.UTC)
			if err != nil {
				return nil, err
			}
			walls = append(walls, s.wall)
		}
	}
	slices.SortFunc(walls, time.Time.Compare)
	onsets := make([]onset, len(walls))
	for i, wall := range walls {
		onsets[i] = onset{at: wall.Unix() - int64(from), offset: to, dst: c.name == "DAYLIGHT"}
	}
	return onsets, nil
}

// utcOffset reads "+0100" and "-002946" as seconds.
func utcOffset(value string) (int, error) {
	value = strings.TrimSpace(value)
	n, err := strconv.Atoi(strings.TrimLeft(value, "+-"))
	if err != nil || len(value) != 5 && len(value) != 7 || value[0] != '+' && value[0] != '-' {
		return 0, fmt.Errorf("%q is no offset from UTC such as +0100", value)
	}
	if len(value) == 5 {
		n *= 100
	}
	seconds := n/10000*3600 + n/100%100*60 + n%100
	if seconds >= 24*3600 {
		return 0, fmt.Errorf("%q is more than a day", value)
	}
	if value[0] == '-' {
		seconds = -seconds
	}
	return seconds, nil
}

// zoneFile writes a TZif file of version 2 (RFC 8536 §3).
func zoneFile(onsets []onset, before int) ([]byte, error) {
	type kind struct {
		offset int
		dst    bool
	}
	kinds := []kind{{before, false}} // the first one holds before all onsets
	index := make([]byte, len(onsets))
	for i, o := range onsets {
		k := slices.Index(kinds[1:], kind{o.offset, o.dst}) + 1
		if k == 0 {
			k = len(kinds)
			kinds = append(kinds, kind{o.offset, o.dst})
		}
		if k > maxOffsets {
			return nil, fmt.Errorf("more than %d offsets in one time zone", maxOffsets)
		}
		index[i] = byte(k)
	}
	const name = "-\x00"
	header := func(times, kinds, chars int) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []int{0, 0, 0, times, kinds, chars} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
		return b
	}
	b := append(header(0, 0, 0), header(len(onsets), len(kinds), len(name))...)
	for _, o := range onsets {
		b = binary.BigEndian.AppendUint64(b, uint64(o.at))
	}
	b = append(b, index...)
	for _, k := range kinds {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(k.offset)))
		dst := byte(0)
		if k.dst {
			dst = 1
		}
		b = append(b, dst, 0)
	}
	return append(append(b, name...), "\n\n"...), nil
}
