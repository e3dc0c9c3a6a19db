package jsonld

import (
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// event reads an Event (spec §1.4).
func (p *page) event(d *description, n node, now time.Time) {
	status, occurrence := eventStatus(p.text(n, "eventStatus"))
	d.set("event_status", status)
	p.times(d, n, occurrence, now)
	for _, v := range p.all(n, "location") {
		w := p.where(v)
		if w.online != "" && d.values["online_url"] == nil {
			d.set("online_url", w.online)
			continue
		}
		if place, ok := d.values["place"].(string); ok { // several places
			if w.name != "" {
				d.set("place", place+"; "+w.name)
			}
			continue
		}
		d.set("place", w.name)
		d.put(w)
	}
	d.set("attendance_mode", attendance(p.text(n, "eventAttendanceMode"), d))
	if list := p.bodies(n, "organizer"); list != nil {
		d.set("organizers", jsonOf(list))
	}
	p.offers(d, n, "prices")
	audience := p.every(n, "audience")
	for _, a := range p.nodes(n, "audience") {
		if s := p.text(a, "audienceType"); s != "" && !slices.Contains(audience, s) {
			audience = append(audience, s)
		}
	}
	if age := p.text(n, "typicalAgeRange"); age != "" {
		audience = append(audience, age)
	}
	d.set("audience", strings.Join(audience, ", "))
	d.set("super_event", p.text(n, "superEvent"))
	if subs := p.every(n, "subEvent", "subEvents"); len(subs) > 0 {
		d.set("sub_events", jsonOf(subs))
	}
}

// times reads when an event takes place.
func (p *page) times(d *description, n node, status string, now time.Time) {
	read := func(property string) string {
		s := p.text(n, property)
		if s == "" {
			return ""
		}
		m, ok := moment(s)
		if !ok {
			d.doubt("date-unreadable", property, s, "a date such as 2026-11-21 or 2026-11-21T18:00:00+01:00")
		}
		return m
	}
	start, end := catalog.WholeDays(read("startDate"), read("endDate"))
	if end == start || end != "" && end < start && len(end) == len(start) {
		end = ""
	}
	for _, s := range p.nodes(n, "eventSchedule") {
		d.occurrences = append(d.occurrences, p.recurring(s, start, now)...)
	}
	if len(d.occurrences) > 0 {
		slices.SortStableFunc(d.occurrences, func(a, b catalog.Occurrence) int { return strings.Compare(a.Start, b.Start) })
		d.occurrences = d.occurrences[:min(maxOccurrences, len(d.occurrences))]
	} else if start != "" {
		d.occurrences = []catalog.Occurrence{{Start: start, End: end}}
	}
	for i := range d.occurrences {
		d.occurrences[i].Status = status
	}
	if len(d.occurrences) == 0 {
		d.doubt("event-undated", "startDate", "", "when it takes place: startDate, or eventSchedule with startDate and repeatFrequency")
	} else {
		d.set("dtstart", d.occurrences[0].Start)
		d.set("dtend", d.occurrences[len(d.occurrences)-1].End)
	}
}

// eventStatus is a status in the terms of spec §1.4, and that of the times.
func eventStatus(s string) (status, occurrence string) {
	switch plainName(s) {
	case "EventCancelled":
		return "cancelled", "cancelled"
	case "EventPostponed":
		return "postponed", "moved"
	case "EventRescheduled":
		return "rescheduled", ""
	case "EventMovedOnline":
		return "moved_online", ""
	}
	return "scheduled", ""
}

// attendance says whether people come to a place, to an address of the web, or
// either: as the page says, else by what it names.
func attendance(s string, d *description) string {
	switch plainName(s) {
	case "OnlineEventAttendanceMode":
		return "online"
	case "MixedEventAttendanceMode":
		return "mixed"
	case "OfflineEventAttendanceMode":
		return "offline"
	}
	online, place := d.values["online_url"] != nil, d.values["place"] != nil || d.values["street"] != nil
	switch {
	case online && place:
		return "mixed"
	case online:
		return "online"
	}
	return "offline"
}

// bodies are the organisations that a property names. Persons are not published
// (design §4), nor addresses of mail.
func (p *page) bodies(n node, property string) []map[string]string {
	var list []map[string]string
	for _, v := range p.all(n, property) {
		name, _ := p.textOf(v)
		b, isNode := v.(node)
		person := isNode && isOf(b, "Person")
		organisation := isNode && slices.ContainsFunc(b.types(), func(t string) bool {
			_, place := placeTypes[t]
			return place || strings.HasSuffix(t, "Organization") || t == "NGO" || t == "Corporation" || t == "CollegeOrUniversity" || strings.HasSuffix(t, "Group")
		})
		if name == "" || person || strings.Contains(name, "@") || strings.HasPrefix(name, "http") || !organisation && !catalog.NamesBody(name) {
			continue
		}
		body := map[string]string{"name": name}
		if isNode {
			if u := p.address(b, "url"); u != "" {
				body["url"] = u
			}
		}
		list = append(list, body)
	}
	return list
}

// A price as it is published.
type price struct {
	Label    string `json:"label,omitempty"`
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	URL      string `json:"url,omitempty"`
	Free     bool   `json:"free,omitempty"`
}

// offers reads what something costs.
func (p *page) offers(d *description, n node, column string) {
	var list []price
	for _, o := range p.nodes(n, "offers") {
		x := price{Label: p.text(o, "name", "category"), Amount: p.text(o, "price", "lowPrice"), Currency: p.text(o, "priceCurrency"), URL: p.address(o, "url")}
		if high := p.text(o, "highPrice"); high != "" && high != x.Amount {
			x.Amount += "–" + high
		}
		switch strings.TrimRight(strings.Replace(x.Amount, ",", ".", 1), "0.") {
		case "":
			x.Free = x.Amount != ""
		}
		if x != (price{}) {
			list = append(list, x)
		}
	}
	if len(list) == 0 && strings.EqualFold(plainName(p.text(n, "isAccessibleForFree", "free")), "true") {
		list = []price{{Free: true}}
	}
	if len(list) > 0 {
		d.set(column, jsonOf(list))
	}
}
