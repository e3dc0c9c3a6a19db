package datasets

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// EncodeICS writes an iCalendar (RFC 5545) of the records that take place:
// events and courses with a start. Each occurrence is a VEVENT of its own whose
// UID is the record's id and its start, so that it stays the same whatever
// comes or goes beside it. All other records are left out: a calendar may be
// empty. Times are in UTC; whole days are dates that end with the day after.
// After an error the calendar has no END.
func EncodeICS(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
	cal := &calendar{buf: make([]byte, 0, 2*flushAt)}
	cal.line("BEGIN", "VCALENDAR")
	cal.line("VERSION", "2.0")
	cal.line("PRODID", "-//Po-net//Po-net//IT")
	cal.line("METHOD", "PUBLISH")
	cal.text("X-WR-CALNAME", c.Title)
	cal.line("REFRESH-INTERVAL;VALUE=DURATION", "PT12H") // RFC 7986 §5.7
	n := 0
	for r, err := range records {
		if err == nil {
			err = cal.record(r)
		}
		if err != nil {
			return incomplete(w, cal.buf, n, err)
		}
		n++
		if cal.buf, err = flush(w, cal.buf, flushAt); err != nil {
			return err
		}
	}
	cal.line("END", "VCALENDAR")
	_, err := flush(w, cal.buf, 0)
	return err
}

// calendarProperties are those of a Feature that a VEVENT can say.
var calendarProperties = []string{
	"kind", "title", "summary", "description", "address", "postcode", "locality", "municipality", "type_label", "body_name",
	"website", "url", "start", "end", "updated", "event_status", "occurrences",
}

// record adds the occurrences of r.
func (cal *calendar) record(r *catalog.Record) error {
	var position []byte
	said := map[string]string{}
	_, err := object(r.Feature, 0, func(name []byte, at int) (int, error) {
		if string(name) == "properties" {
			return cal.properties(r.Feature, at, said)
		}
		end, err := skipValue(r.Feature, at)
		if err == nil && string(name) == "geometry" {
			position = r.Feature[at:end]
		}
		return end, err
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	if k := catalog.Kind(said["kind"]); k != catalog.KindEvent && k != catalog.KindCourse {
		return nil
	}
	var occurrences []catalog.Occurrence
	if text := said["occurrences"]; text != "" {
		if err := json.Unmarshal([]byte(text), &occurrences); err != nil {
			return fmt.Errorf("record %s: %w: occurrences: %w", r.ID, errFeature, err)
		}
	}
	if len(occurrences) == 0 {
		occurrences = []catalog.Occurrence{{Start: said["start"], End: said["end"]}}
	}
	place, err := parseGeometry(position)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	seen := map[string]int{}
	for _, o := range occurrences {
		uid := r.ID + "-" + strings.Map(plainUID, o.Start)
		if seen[uid]++; seen[uid] > 1 { // two at the same time
			uid += "-" + strconv.Itoa(seen[uid])
		}
		cal.event(uid, said, o, place)
	}
	return nil
}

// plainUID leaves letters and digits.
func plainUID(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

// properties reads those that a calendar can say: texts decoded, all else as
// it stands.
func (cal *calendar) properties(feature []byte, at int, said map[string]string) (int, error) {
	return object(feature, at, func(name []byte, at int) (int, error) {
		end, err := skipValue(feature, at)
		if err != nil || !slices.Contains(calendarProperties, string(name)) || string(feature[at:end]) == "null" {
			return end, err
		}
		if feature[at] == '"' {
			said[string(name)] = string(unquote(&cal.scratch, feature[at:end]))
		} else {
			said[string(name)] = string(feature[at:end])
		}
		return end, nil
	})
}

// event adds one VEVENT. An occurrence whose start cannot be read is none.
func (cal *calendar) event(uid string, said map[string]string, o catalog.Occurrence, place orb.Geometry) {
	start, startParameter, ok := calendarTime(o.Start, 0)
	if !ok {
		return
	}
	cal.line("BEGIN", "VEVENT")
	cal.line("UID", uid)
	cal.line("DTSTAMP", stamp(said["updated"]))
	cal.line("DTSTART"+startParameter, start)
	days := 0
	if o.AllDay() {
		days = 1 // DTEND is the moment after (§3.6.1)
	}
	if end, parameter, ok := calendarTime(o.End, days); ok && parameter == startParameter && end > start {
		cal.line("DTEND"+parameter, end)
	}
	cal.text("SUMMARY", first(o.Title, said["title"]))
	cal.text("DESCRIPTION", first(said["description"], said["summary"]))
	where := []string{said["address"], strings.TrimSpace(said["postcode"] + " " + first(said["locality"], said["municipality"]))}
	cal.text("LOCATION", first(o.Place, strings.Join(slices.DeleteFunc(where, func(s string) bool { return s == "" }), ", ")))
	if p, ok := place.(orb.Point); ok && o.Place == "" {
		cal.line("GEO", strconv.FormatFloat(p.Lat(), 'f', 6, 64)+";"+strconv.FormatFloat(p.Lon(), 'f', 6, 64))
	}
	cal.text("CATEGORIES", said["type_label"])
	cal.text("CONTACT", said["body_name"])
	if link := PublicSource(first(said["url"], said["website"])); !strings.ContainsAny(link, "\r\n \t") && link != "" {
		cal.line("URL", link)
	}
	switch status := first(o.Status, said["event_status"]); status {
	case "cancelled":
		cal.line("STATUS", "CANCELLED")
	default:
		cal.line("STATUS", "CONFIRMED")
	}
	cal.line("END", "VEVENT")
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
