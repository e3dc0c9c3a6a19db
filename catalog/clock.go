package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Clock is what times without an offset follow.
type Clock string

// The clocks. Solar time is that of Italian measuring networks: UTC+1 all the
// year.
const (
	ClockLegal Clock = "legal"
	ClockSolar Clock = "solar"
	ClockUTC   Clock = "utc"
)

// Clocks lists them.
var Clocks = []Clock{ClockLegal, ClockSolar, ClockUTC}

// Location is the zone of c.
func (c Clock) Location() *time.Location {
	switch c {
	case ClockSolar:
		return solar
	case ClockUTC:
		return time.UTC
	}
	return Rome
}

// Zone is the name of that zone in the IANA database, whose fixed ones have
// their sign the other way round.
func (c Clock) Zone() string {
	switch c {
	case ClockSolar:
		return "Etc/GMT-1"
	case ClockUTC:
		return "UTC"
	}
	return "Europe/Rome"
}

var solar = time.FixedZone("UTC+1", 3600)

// A wall is what a clock on a wall shows, and the offset written beside it.
type wall struct {
	year, month, day, hour, minute, second, nano int
	timed                                        bool // there is an hour
	bare                                         bool // the hour alone: "24"
	offset                                       *time.Location
}

// errNoTime: no clock of the zone ever shows this.
var errNoTime = errors.New("legal clocks jump over this hour")

// instants are the moments at which clocks in loc show w: one, or two in the
// night in which summer time ends. errNoTime in the night in which it begins.
func (w wall) instants(loc *time.Location) (first, second time.Time, err error) {
	at := time.Date(w.year, time.Month(w.month), w.day, w.hour, w.minute, w.second, w.nano, time.UTC)
	if w.offset != nil {
		_, seconds := at.In(w.offset).Zone()
		return at.Add(-time.Duration(seconds) * time.Second), time.Time{}, nil
	}
	var found []time.Time
	for _, near := range []time.Duration{-26 * time.Hour, 26 * time.Hour} { // summer's offset before winter's
		_, seconds := at.Add(near).In(loc).Zone()
		t := at.Add(-time.Duration(seconds) * time.Second)
		if _, s := t.In(loc).Zone(); s == seconds && (len(found) == 0 || !found[0].Equal(t)) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return first, second, errNoTime
	case len(found) == 1:
		return found[0].In(loc), second, nil
	case found[1].Before(found[0]):
		found[0], found[1] = found[1], found[0]
	}
	return found[0].In(loc), found[1].In(loc), nil
}

// parseWall reads the times that measuring networks write: a date as ISO or
// Italian sources do, and after a space, a T or nothing an hour alone, with
// minutes after a colon or point, or as digits; at the end Z or an offset.
// Months and years alone are their first day.
func parseWall(text string) (wall, error) {
	var w wall
	wrong := fmt.Errorf("%.60q is not a time: %w", text, ErrInvalid)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 60 || len(text) < 4 {
		return w, wrong
	}
	rest, ok := w.date(text)
	if !ok {
		return w, wrong
	}
	if rest == "" {
		return w, w.check(wrong)
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "T"), " ")
	rest = strings.TrimPrefix(rest, "ore ")
	rest, ok = w.zone(rest)
	if !ok || !w.clock(rest) {
		return w, wrong
	}
	return w, w.check(wrong)
}

// date reads the date that text begins with, and gives what follows.
func (w *wall) date(text string) (string, bool) {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n == len(text) || text[n] == ' ' || text[n] == 'T' { // digits only
		switch n {
		case 4:
			w.year, w.month, w.day = number(text[:4]), 1, 1
			return text[n:], n == len(text)
		case 8, 10, 12, 14:
			w.year, w.month, w.day = number(text[:4]), number(text[4:6]), number(text[6:8])
			return text[8:], n == 8 || n == len(text)
		}
		return "", false
	}
	sep := text[n]
	parts := strings.SplitN(text, string(sep), 3)
	if !strings.ContainsRune("-/.", rune(sep)) || len(parts) < 2 {
		return "", false
	}
	if len(parts) == 2 { // 2026-11
		w.year, w.month, w.day = number(parts[0]), number(parts[1]), 1
		return "", n == 4 && len(parts[1]) <= 2
	}
	k := 0
	for k < len(parts[2]) && parts[2][k] >= '0' && parts[2][k] <= '9' {
		k++
	}
	last, rest := parts[2][:k], parts[2][k:]
	switch {
	case n == 4 && len(parts[1]) <= 2 && k <= 2:
		w.year, w.month, w.day = number(parts[0]), number(parts[1]), number(last)
	case n <= 2 && len(parts[1]) <= 2 && k == 4:
		w.day, w.month, w.year = number(parts[0]), number(parts[1]), number(last)
	default:
		return "", false
	}
	return rest, rest == "" || rest[0] == ' ' || rest[0] == 'T'
}

// zone takes Z or an offset off the end of a time.
func (w *wall) zone(text string) (string, bool) {
	if rest, ok := strings.CutSuffix(text, "Z"); ok {
		w.offset = time.UTC
		return strings.TrimSpace(rest), true
	}
	i := strings.LastIndexAny(text, "+-")
	if i < 1 {
		return text, true
	}
	digits := strings.Replace(text[i+1:], ":", "", 1)
	if len(digits) == 2 {
		digits += "00"
	}
	h, m := -1, -1
	if len(digits) == 4 {
		h, m = number(digits[:2]), number(digits[2:])
	}
	if h < 0 || h > 14 || m < 0 || m > 59 {
		return "", false
	}
	seconds := h*3600 + m*60
	if text[i] == '-' {
		seconds = -seconds
	}
	w.offset = time.FixedZone("", seconds)
	return strings.TrimSpace(text[:i]), true
}

// clock reads "9", "09:30", "09.30", "0930", "09:30:15.5" and with seconds.
func (w *wall) clock(text string) bool {
	w.timed = true
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == '.' || r == ',' })
	if len(parts) == 1 {
		switch s := parts[0]; {
		case s != text:
			return false
		case len(s) <= 2:
			w.hour, w.bare = number(s), true
			return w.hour >= 0
		case len(s) == 4 || len(s) == 6:
			parts = []string{s[:2], s[2:4]}
			if len(s) == 6 {
				parts = append(parts, s[4:])
			}
		}
	}
	if len(parts) < 2 || len(parts) > 4 || len(parts) == 4 && len(parts[3]) > 9 {
		return false
	}
	to := []*int{&w.hour, &w.minute, &w.second}
	for i, p := range parts {
		if i == 3 {
			w.nano = number((p + "000000000")[:9])
			return w.nano >= 0
		}
		if *to[i] = number(p); *to[i] < 0 || len(p) > 2 {
			return false
		}
	}
	return true
}

// check refuses what no calendar or clock shows; 24:00 is the next midnight.
func (w *wall) check(wrong error) error {
	d := time.Date(w.year, time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC)
	ok := w.year >= 1700 && w.year <= 2999 && d.Day() == w.day && int(d.Month()) == w.month &&
		w.hour >= 0 && w.minute >= 0 && w.minute < 60 && w.second >= 0 && w.second < 60
	if !ok || w.hour > 24 || w.hour == 24 && w.minute+w.second+w.nano > 0 {
		return wrong
	}
	return nil
}

// number reads digits, -1 when there is anything else.
func number(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
