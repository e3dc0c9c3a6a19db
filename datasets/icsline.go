package datasets

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A calendar is what of an iCalendar has been encoded and not yet written.
type calendar struct {
	buf     []byte
	scratch []byte // for decoded texts
}

// maxLine is how many octets a line may have, its end not counted (RFC 5545 §3.1).
const maxLine = 75

// text adds a property whose value is TEXT, escaped; none when there is none.
func (cal *calendar) text(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		cal.line(name, escapeText(value))
	}
}

// escapeText writes a TEXT value (§3.3.11). Control characters, which may not
// stand in one, are left out, but for the ends of lines.
func escapeText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' && r != '\t' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// line adds a content line, folded so that no letter is torn apart.
func (cal *calendar) line(name, value string) {
	rest, room := name+":"+value, maxLine
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		cal.buf = append(append(cal.buf, rest[:cut]...), "\r\n "...)
		rest, room = rest[cut:], maxLine-1 // the space counts
	}
	cal.buf = append(append(cal.buf, rest...), "\r\n"...)
}

// calendarTime writes an RFC 3339 time as UTC, or a date, moved by days, with
// the parameter that says so; false when s is neither.
func calendarTime(s string, days int) (value, parameter string, ok bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.AddDate(0, 0, days).Format("20060102"), ";VALUE=DATE", true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC().Format("20060102T150405Z"), "", true
	}
	return "", "", false
}

// stamp is when the record last changed, as DTSTAMP must be; the epoch when it
// is not known, so that equal records make equal files.
func stamp(updated string) string {
	if t, _, ok := calendarTime(updated, 0); ok && len(t) > len("20060102") {
		return t
	}
	return "19700101T000000Z"
}
