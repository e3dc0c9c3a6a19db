package ical

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// columns are those of every calendar, in the order of Values. Those that are
// not mapped to a field of ours have the names of spec §1.4.
var columns = []catalog.Column{
	{Name: "summary", Type: catalog.ColumnText, Nulls: true},
	{Name: "text", Type: catalog.ColumnText, Nulls: true},
	{Name: "categories", Type: catalog.ColumnText, Nulls: true},
	{Name: "link", Type: catalog.ColumnText, Nulls: true},
	{Name: "picture", Type: catalog.ColumnText, Nulls: true},
	{Name: "dtstart", Type: catalog.ColumnText, Nulls: true},
	{Name: "dtend", Type: catalog.ColumnText, Nulls: true},
	{Name: "last_modified", Type: catalog.ColumnText, Nulls: true},
	{Name: "street", Type: catalog.ColumnText, Nulls: true},
	{Name: "cap", Type: catalog.ColumnText, Nulls: true},
	{Name: "town", Type: catalog.ColumnText, Nulls: true},
	{Name: "province_code", Type: catalog.ColumnText, Nulls: true},
	{Name: "event_status", Type: catalog.ColumnText},
	{Name: "attendance_mode", Type: catalog.ColumnText},
	{Name: "place", Type: catalog.ColumnText, Nulls: true},
	{Name: "online_url", Type: catalog.ColumnText, Nulls: true},
	{Name: "organizers", Type: catalog.ColumnJSON, Nulls: true},
	{Name: "rrule", Type: catalog.ColumnText, Nulls: true},
	{Name: "exdates", Type: catalog.ColumnJSON, Nulls: true},
	{Name: "attachments", Type: catalog.ColumnJSON, Nulls: true},
}

// newLayer is the layer of a calendar, with what was found in it.
func newLayer(cal *calendar, list []*series, z *zones, sizes string) *catalog.Layer {
	return &catalog.Layer{Title: cal.name, Columns: columns, SRID: 4326, Ours: true, Found: found(cal, list, z, sizes), Guess: catalog.Mapping{
		Kind: catalog.KindEvent,
		Fields: map[string]string{
			"title": "summary", "description": "text", "keywords": "categories", "url": "link", "image": "picture",
			"start": "dtstart", "end": "dtend", "modified": "last_modified",
			"address": "street", "postcode": "cap", "municipality": "town", "province": "province_code",
		},
	}}
}

// found explains a calendar, a line each.
func found(cal *calendar, list []*series, z *zones, sizes string) []string {
	name := ""
	if cal.name != "" {
		name = fmt.Sprintf(" %q", cal.name)
	}
	if cal.product != "" {
		name += " made by " + cal.product
	}
	ruled, changed, dated := 0, 0, 0
	for _, s := range list {
		changed += len(s.changed)
		for _, c := range s.parts()[:1] {
			if c.first("RRULE").value != "" {
				ruled++
			}
			if p := c.first("DTSTART"); p.params["VALUE"] == "DATE" || len(strings.TrimSpace(p.value)) == 8 {
				dated++
			}
		}
	}
	lines := []string{
		"format: iCalendar" + name,
		fmt.Sprintf("events: %d, of which %d recur by a rule and %d are told in days; %d changed instances; %s", len(list), ruled, dated, changed, sizes),
		fmt.Sprintf("times: the first of each event, and %d months from the first day of this month, at most %d", windowMonths, maxOccurrences),
	}
	for _, id := range slices.Sorted(maps.Keys(z.found)) {
		if how := z.found[id].how; how != "" {
			lines = append(lines, fmt.Sprintf("time zone %q: %s", id, how))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cal.other)) {
		lines = append(lines, fmt.Sprintf("not read: %d %s", cal.other[name], name))
	}
	return lines
}
